"""The workshop the town is made in: people, lives, households and enterprises, and the facts about them.

A *fact* is one event or standing of one holder (a marriage, a flat, a licence) as a flat dict of values. Both
the certificate and the shared row about it are projections of that one dict, so they agree by construction.
Facts are made on demand with a random source of their own (seed, fact, holder), so no order of asking changes
them and any slice of the town can be made without the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from zlib import crc32

from proofless.simulator.town.model import Enterprise, Key, Person, Relation, Value
from proofless.simulator.town.numbers import CitizenNumbers
from proofless.simulator.town.reference import County, Reference

Fact = dict[str, Value]


@dataclass(slots=True)
class Life:
    """What decides a person's records. Keys of people are ints; ``wants`` holds names of facts to be made."""

    household: int = 0
    relation: str = "02"  # to the head, GB/T 4761
    marital: str = "10"  # GB/T 2261.2
    spouse: int = 0
    partner: int = 0
    former_spouse: int = 0
    father: int = 0
    mother: int = 0
    children: list[int] = field(default_factory=list)
    ward: int = 0
    guardian: int = 0
    married_on: date | None = None
    divorced_on: date | None = None
    work: str = "none"  # child student employed flexible unemployed farmer retired none
    employer: int = 0
    hired_on: date | None = None
    left_on: date | None = None
    schooling: str = "70"  # GB/T 4658
    wants: set[str] = field(default_factory=set)
    given: dict[str, Value] = field(default_factory=dict)  # values a profile fixes, by field name
    profile: str = ""


@dataclass(slots=True)
class Household:
    """户. ``members`` in order of registration, the head first; the dead stay until cancelled."""

    key: int
    county: str
    address: str
    hukou_county: str
    hukou_address: str
    rural: bool
    members: list[int] = field(default_factory=list)

    @property
    def number(self) -> str:
        return f"{self.hukou_county}{self.key:07d}"


@dataclass(slots=True)
class Firm:
    """What decides an enterprise's records. ``contractor`` is the key of the builder it has engaged."""

    staff: list[int] = field(default_factory=list)
    wants: set[str] = field(default_factory=set)
    given: dict[str, Value] = field(default_factory=dict)
    contractor: int = 0


class World:
    """Everything made so far. People and enterprises are numbered from 1 in order of making."""

    def __init__(self, seed: int, as_of: date, reference: Reference) -> None:
        self.seed, self.as_of, self.reference = seed, as_of, reference
        self.people: list[Person] = []
        self.lives: list[Life] = []
        self.households: list[Household] = []
        self.enterprises: list[Enterprise] = []
        self.firms: list[Firm] = []
        self.relations: list[Relation] = []
        self.numbers = CitizenNumbers()
        self.counties = {county.code: county for county in reference.counties}
        self.banks: list[int] = []
        self.developers: list[int] = []
        self._facts: dict[tuple[str, str, int], Fact] = {}

    def person(self, key: int) -> Person:
        return self.people[key - 1]

    def life(self, key: int) -> Life:
        return self.lives[key - 1]

    def household(self, key: int) -> Household:
        return self.households[key - 1]

    def enterprise(self, key: int) -> Enterprise:
        return self.enterprises[key - 1]

    def firm(self, key: int) -> Firm:
        return self.firms[key - 1]

    def county(self, code: str) -> County:
        return self.counties[code]

    def serving(self, person: Person) -> str:
        """County whose offices serve this person: where he is registered, else where he lives."""
        for code in (person.hukou_division, person.residence_division):
            if code in self.counties:
                return code
        return next(iter(self.counties))

    def random(self, *about: object) -> Random:
        """A random source of its own for one matter, the same whenever it is asked for."""
        return Random(crc32(repr(about).encode()) << 32 | self.seed)

    def age(self, person: Person) -> int:
        """Whole years on the day of the town."""
        return years_between(person.birth_date, self.as_of)

    def ago(self, r: Random, least: int, most: int) -> date:
        """A day between ``least`` and ``most`` days before the day of the town."""
        return self.as_of - timedelta(days=r.randint(least, most))

    def relate(self, kind: str, from_key: Key, to_key: Key, since: date | None, evidence: str) -> None:
        self.relations.append(Relation(kind, from_key, to_key, since, evidence))

    def remember(self, name: str, key: Key, make: Callable[[], Fact]) -> Fact:
        place = (name, *key)
        found = self._facts.get(place)
        if found is None:
            found = self._facts[place] = make()
        return found

    def forget(self) -> None:
        """Drop made facts: they come out the same when asked again."""
        self._facts.clear()


def years_between(earlier: date, later: date) -> int:
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


def years_after(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def month(day: date) -> str:
    return f"{day:%Y-%m}"


def months_between(earlier: date, later: date) -> int:
    return max((later.year - earlier.year) * 12 + later.month - earlier.month, 0)


def money(amount: float) -> str:
    return f"{amount:.2f}"
