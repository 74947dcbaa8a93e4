"""Making a town: the plan of who lives there, then records holder by holder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from proofless.kit import clock
from proofless.simulator.town import (  # noqa: F401  importing the fact modules registers their makers
    facts_enterprise,
    facts_family,
    facts_fund,
    facts_health,
    facts_home,
    facts_identity,
    facts_licence,
    facts_project,
    facts_road,
    facts_school,
    facts_welfare,
    facts_work,
)
from proofless.simulator.town.actors import play_profiles
from proofless.simulator.town.awkward import choose_awkward, spoil
from proofless.simulator.town.cast import enter_cast
from proofless.simulator.town.datasets import rows_of
from proofless.simulator.town.enterprises import add_random_enterprise, employ, found_institutions
from proofless.simulator.town.faces import certificates_of
from proofless.simulator.town.households import Families
from proofless.simulator.town.life import basics, settle
from proofless.simulator.town.model import Batch, CertificateSpec, DataRow, Key, Member, Relation, Town
from proofless.simulator.town.reference import read_reference
from proofless.simulator.town.world import World, years_after

PEOPLE_A_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """Who lives in the town and what each of them has; the records themselves are not made yet."""

    world: World
    profiles: dict[str, tuple[Member, ...]]
    cast: dict[str, Key]
    awkward: dict[str, tuple[Key, ...]]


def make_town(
    residents: int, enterprises: int, seed: int, catalog_dir: Path, as_of: date | None = None
) -> Town:
    """The whole town in memory.

    ``residents`` counts living people and ``enterprises`` all enterprises; both are at least what the cast
    and three members of every profile need (about 450 and 60). ``as_of`` is the day everything is told from,
    today by default; the same arguments and day give the same town.
    """
    plan = make_plan(residents, enterprises, seed, catalog_dir, as_of)
    batches = list(records_of(plan))
    w = plan.world
    return Town(
        seed=seed,
        as_of=w.as_of,
        people=tuple(w.people),
        enterprises=tuple(w.enterprises),
        relations=tuple(w.relations),
        rows=tuple(row for batch in batches for row in batch.rows),
        certificates=tuple(spec for batch in batches for spec in batch.certificates),
        profiles=plan.profiles,
        cast=plan.cast,
        awkward=plan.awkward,
    )


def stream_town(
    residents: int, enterprises: int, seed: int, catalog_dir: Path, as_of: date | None = None
) -> Iterator[Batch]:
    """The same town a thousand people at a time, for populations whose records do not fit in memory.

    A relation comes in the batch of its ``from`` side, which may be before the other side's batch.
    """
    return records_of(make_plan(residents, enterprises, seed, catalog_dir, as_of))


def make_plan(
    residents: int, enterprises: int, seed: int, catalog_dir: Path, as_of: date | None = None
) -> Plan:
    w = World(seed, as_of or clock.today(), read_reference(catalog_dir))
    cast = enter_cast(w)
    found_institutions(w)
    profiles = play_profiles(w, max(3, round(3 * residents / 2000)))
    made_to_measure = len(w.people)
    families = Families(w)
    families.fill(residents)
    _settle_all(w, made_to_measure)
    _staff_all(w, made_to_measure, enterprises)
    ordinary = [p.key for p in w.people[made_to_measure:] if p.died_on is None]
    unusual = {key for keys in families.unusual.values() for key in keys}
    chosen = choose_awkward(w, [key for key in ordinary if key not in unusual]) | families.unusual
    awkward: dict[str, tuple[Key, ...]] = {
        kind: tuple(("p", key) for key in keys) for kind, keys in chosen.items()
    }
    return Plan(w, profiles, cast, awkward)


def _settle_all(w: World, made_to_measure: int) -> None:
    for person in w.people:
        if person.key > made_to_measure:
            settle(w, person.key)
        elif w.life(person.key).profile == "institution":
            w.life(person.key).wants |= basics(w, person.key)


def _staff_all(w: World, made_to_measure: int, enterprises: int) -> None:
    """Fill up the enterprises and give everyone who works, or worked, a place at one of the ordinary ones."""
    fixed = len(w.enterprises)
    heads = [
        p.key
        for p in w.people[made_to_measure:]
        if p.died_on is None and w.life(p.key).work in ("employed", "flexible") and 25 <= w.age(p) < 60
    ]
    while heads and len(w.enterprises) < enterprises:
        add_random_enterprise(w, heads)
    pool = [e.key for e in w.enterprises[fixed:]] or [
        e.key for e in w.enterprises if e.name.startswith("德州某某")
    ]
    for person in w.people:
        life = w.life(person.key)
        leaving = life.work == "unemployed" or (life.work != "employed" and "labor" in life.wants)
        if life.employer or person.died_on is not None or not (life.work == "employed" or leaving):
            continue
        r = w.random("job", person.key)
        months = life.given.get("pay_months")
        days = int(months * 30) if isinstance(months, int) else r.randint(430, 4000)
        grown = years_after(person.birth_date, 18)
        hired = max(w.as_of.fromordinal(w.as_of.toordinal() - days), min(grown, w.as_of))
        left = w.ago(r, 35, 60) if leaving else None
        employ(w, pool[int(r.random() * len(pool))], person.key, hired, left)


def records_of(plan: Plan) -> Iterator[Batch]:
    """Records in batches of people, each with its share of the enterprises."""
    w = plan.world
    spoiled = {key: kind for kind, keys in plan.awkward.items() for key in keys if kind in _SPOILABLE}
    relations = _relations_by_batch(w)
    size = PEOPLE_A_BATCH
    count = max((len(w.people) + size - 1) // size, 1)
    share = (len(w.enterprises) + count - 1) // count
    for place in range(count):
        people = tuple(w.people[place * size : (place + 1) * size])
        firms = tuple(islice(w.enterprises, place * share, (place + 1) * share))
        rows: list[DataRow] = []
        certificates: list[CertificateSpec] = []
        for key in (*(p.holder for p in people), *(e.holder for e in firms)):
            made = rows_of(w, key), certificates_of(w, key)
            if key in spoiled:
                made = spoil(w, spoiled[key], key, made)
            rows += made[0]
            certificates += made[1]
        yield Batch(people, firms, relations.get(place, ()), tuple(rows), tuple(certificates))
        w.forget()


_SPOILABLE = ("expired", "revoked", "superseded", "name_changed", "record_missing", "sources_disagree")


def _relations_by_batch(w: World) -> dict[int, tuple[Relation, ...]]:
    size = PEOPLE_A_BATCH
    grouped: dict[int, list[Relation]] = {}
    for relation in w.relations:
        side, number = relation.from_key
        grouped.setdefault((number - 1) // size if side == "p" else 0, []).append(relation)
    return {place: tuple(found) for place, found in grouped.items()}
