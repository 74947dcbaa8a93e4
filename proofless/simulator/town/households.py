"""Families of the ordinary town: who lives together, who is whose, and the relations that follow."""

from datetime import date, timedelta
from itertools import accumulate
from random import Random

from proofless.simulator.town.names import ESTATES, OUTSIDE, ROADS, VILLAGES, pick, surname
from proofless.simulator.town.people import Newcomer, add_person, birthday, unusual_name
from proofless.simulator.town.world import Household, World, years_after, years_between

COUNTY_WEIGHTS = {
    "371402": 0.13,
    "371403": 0.085,
    "371422": 0.07,
    "371423": 0.048,
    "371424": 0.085,
    "371425": 0.112,
    "371426": 0.076,
    "371427": 0.08,
    "371428": 0.062,
    "371471": 0.03,
    "371481": 0.115,
    "371482": 0.107,
}
_KINDS = ("family", "couple", "old_couple", "grown", "single", "old_single", "three", "lone_parent")
_KIND_WEIGHTS = tuple(accumulate((0.34, 0.10, 0.13, 0.08, 0.12, 0.08, 0.11, 0.04)))


def pick_county(w: World, r: Random) -> str:
    codes = [county.code for county in w.reference.counties]
    return r.choices(codes, weights=[COUNTY_WEIGHTS.get(code, 0.05) for code in codes])[0]


def new_household(
    w: World, r: Random, *, county: str = "", rural: bool | None = None, outside: bool = False
) -> Household:
    """An empty 户 with an address. ``outside``: registered elsewhere, living here."""
    county = county or pick_county(w, r)
    key = len(w.households) + 1
    village = r.random() < 0.45 if rural is None else rural
    address = _address(w, r, county, village, key)
    hukou_county, hukou_address = county, address
    if outside:
        hukou_county, place = OUTSIDE[key % len(OUTSIDE)]
        hukou_address = f"{place}{pick(r, VILLAGES)}村{key % 300 + 1}号"
    home = Household(key, county, address, hukou_county, hukou_address, village)
    w.households.append(home)
    return home


def _address(w: World, r: Random, county: str, village: bool, key: int) -> str:
    place = w.county(county)
    town = pick(r, place.towns)
    if village:
        return f"山东省德州市{place.name}{town}{pick(r, VILLAGES)}村{key % 400 + 1}号"
    return (
        f"山东省德州市{place.name}{town}{pick(r, ROADS)}{r.randint(1, 399)}号"
        f"{pick(r, ESTATES)}{r.randint(1, 30)}号楼{r.randint(1, 4)}单元{r.randint(1, 18)}0{r.randint(1, 3)}室"
    )


def marry(w: World, one: int, other: int, on: date) -> None:
    """Enter a standing marriage. The man's side is where its records live."""
    man, woman = (one, other) if w.person(one).sex == "1" else (other, one)
    for key, mate in ((man, woman), (woman, man)):
        life = w.life(key)
        life.spouse, life.married_on, life.marital = mate, on, "20"
        life.wants.add("marriage")
    w.relate("spouse", ("p", man), ("p", woman), on, "marriage_cert")


def divorce(w: World, one: int, other: int, on: date) -> None:
    for key, mate in ((one, other), (other, one)):
        life = w.life(key)
        life.former_spouse, life.divorced_on, life.marital = mate, on, "40"
        life.wants.add("divorce")


def make_parents(w: World, child: int, mother: int, father: int) -> None:
    """Enter parentage. 0 stands for a parent nobody knows of."""
    kin = w.life(child)
    kin.mother, kin.father = mother, father
    for parent in (mother, father):
        if parent:
            w.life(parent).children.append(child)
            w.relate("parent_of", ("p", parent), ("p", child), w.person(child).birth_date, "birth_cert")


def close_household(w: World, home: Household) -> None:
    """Relate the living members to the head once everybody is in."""
    head = home.members[0]
    for key in home.members[1:]:
        if w.person(key).died_on is None:
            w.relate("member_of_household", ("p", key), ("p", head), None, "DS_HOUSEHOLD")


class Families:
    """Makes ordinary households until the town is full. ``unusual``: kind -> keys of unusual names."""

    def __init__(self, w: World) -> None:
        self.w = w
        self.placed = 0
        self.unusual: dict[str, list[int]] = {}

    def fill(self, residents: int) -> None:
        """Add households until ``residents`` living people exist (the last one may be cut short)."""
        living = sum(1 for person in self.w.people if person.died_on is None)
        while living < residents:
            before = len(self.w.people)
            self._household(residents - living)
            living += sum(1 for person in self.w.people[before:] if person.died_on is None)

    def _household(self, room: int) -> None:
        r = self.w.random("home", len(self.w.households))
        home = new_household(self.w, r, outside=r.random() < 0.04)
        kind = r.choices(_KINDS, cum_weights=_KIND_WEIGHTS)[0]
        if room < 6:
            kind = "single"
        if kind in ("single", "old_single"):
            self._alone(home, r, kind)
        elif kind == "lone_parent":
            self._lone_parent(home, r)
        else:
            self._family(home, r, kind)
        close_household(self.w, home)

    def _add(self, home: Household, r: Random, who: Newcomer) -> int:
        self.placed += 1
        special = unusual_name(self.placed, who.family_name or surname(r))
        if special and who.died_on is None:
            kind, name, nation = special
            who = Newcomer(who.sex, who.birth, who.relation, name, nation=nation, guardians=who.guardians)
            self.unusual.setdefault(kind, []).append(len(self.w.people) + 1)
        return add_person(self.w, home, r, who)

    def _alone(self, home: Household, r: Random, kind: str) -> None:
        old = kind == "old_single"
        age = r.randint(62, 92) if old else r.randint(19, 58)
        key = self._add(home, r, Newcomer(r.choice("12"), birthday(self.w, r, age)))
        if old and r.random() < 0.5:
            self._late_spouse(home, r, key)

    def _late_spouse(self, home: Household, r: Random, key: int) -> None:
        """A spouse who died in the last years; the marriage ended by death leaves its record."""
        person = self.w.person(key)
        died = self.w.ago(r, 30, 1800)
        birth = birthday(self.w, r, self.w.age(person) + r.randint(0, 3))
        mate = self._add(home, r, Newcomer("2" if person.sex == "1" else "1", birth, "10", died_on=died))
        for one, other in ((key, mate), (mate, key)):
            life = self.w.life(one)
            life.spouse, life.marital, life.married_on = other, "30", years_after(birth, 26)
            life.wants.add("marriage")
        self.w.relate("spouse", ("p", key), ("p", mate), self.w.life(key).married_on, "marriage_cert")

    def _lone_parent(self, home: Household, r: Random) -> None:
        parent = self._add(
            home, r, Newcomer("2" if r.random() < 0.7 else "1", birthday(self.w, r, r.randint(27, 48)))
        )
        other = new_household(self.w, r)
        person = self.w.person(parent)
        sex = "2" if person.sex == "1" else "1"
        former = self._add(other, r, Newcomer(sex, birthday(self.w, r, self.w.age(person))))
        child = self._child(home, r, parent, former)
        least = min(years_between(self.w.person(child).birth_date, self.w.as_of), 6) * 300 + 10
        divorce(self.w, parent, former, self.w.ago(r, 5, least))

    def _family(self, home: Household, r: Random, kind: str) -> None:
        w = self.w
        low, high = {"couple": (24, 50), "old_couple": (60, 84), "grown": (46, 62)}.get(kind, (25, 46))
        age = r.randint(low, high)
        man = self._add(home, r, Newcomer("1", birthday(w, r, age)))
        woman = self._add(home, r, Newcomer("2", birthday(w, r, max(age - r.randint(0, 4), 22)), "10"))
        older = max(w.person(man).birth_date, w.person(woman).birth_date)
        since = years_after(older, 22) + timedelta(days=30)
        marry(w, man, woman, min(since + timedelta(days=r.randint(0, 1400)), w.as_of - timedelta(days=40)))
        if kind in ("family", "three", "grown"):
            for _ in range(1 if kind == "grown" else r.choice((1, 1, 1, 2, 2))):
                self._child(home, r, woman, man, grown=kind == "grown")
        if kind == "three":
            self._grandparent(home, r, man)

    def _child(self, home: Household, r: Random, mother: int, father: int, grown: bool = False) -> int:
        """A child of the two; the household's head's surname side is the father's."""
        w = self.w
        woman, man = (mother, father) if w.person(mother).sex == "2" else (father, mother)
        oldest = w.age(w.person(woman)) - 21
        age = r.randint(19, max(min(oldest, 32), 19)) if grown else r.randint(0, max(min(oldest, 17), 0))
        sex = r.choice("12")
        who = Newcomer(
            sex,
            birthday(w, r, age),
            "20" if sex == "1" else "30",
            family_name=w.person(man).name[0],
            guardians=(woman, man) if age < 18 else (),
        )
        child = self._add(home, r, who)
        make_parents(w, child, woman, man)
        return child

    def _grandparent(self, home: Household, r: Random, man: int) -> None:
        w = self.w
        dead = r.random() < 0.2
        birth = birthday(w, r, w.age(w.person(man)) + r.randint(23, 30))
        who = Newcomer(
            "2",
            birth,
            "50",
            died_on=w.ago(r, 20, 1500) if dead else None,
        )
        grandmother = self._add(home, r, who)
        make_parents(w, man, grandmother, 0)
