"""Which maker knows which certificate and dataset, and what a holder is known by."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from proofless.simulator.town.model import LONG_TERM, Enterprise, Key, Person
from proofless.simulator.town.world import Fact, World

PersonMake = Callable[[World, Person, Random], Fact]
EnterpriseMake = Callable[[World, Enterprise, Random], Fact]
_Make = TypeVar("_Make", PersonMake, EnterpriseMake)


@dataclass(frozen=True, slots=True)
class Maker:
    """A fact's name and the codes it can be projected onto. Exactly one of the two makes is given."""

    name: str
    certificates: tuple[str, ...]
    datasets: tuple[str, ...]
    of_person: PersonMake | None = None
    of_enterprise: EnterpriseMake | None = None


PERSON: dict[str, Maker] = {}
ENTERPRISE: dict[str, Maker] = {}
_BY_CODE: dict[str, dict[str, list[str]]] = {"p": {}, "e": {}}


def person_fact(*codes: str) -> Callable[[PersonMake], PersonMake]:
    """Register a maker of a person's fact, under its function's name, for these codes."""

    def register(make: PersonMake) -> PersonMake:
        certificates, datasets = _split(codes)
        _add("p", PERSON, Maker(_name(make), certificates, datasets, of_person=make))
        return make

    return register


def enterprise_fact(*codes: str) -> Callable[[EnterpriseMake], EnterpriseMake]:
    def register(make: EnterpriseMake) -> EnterpriseMake:
        certificates, datasets = _split(codes)
        _add("e", ENTERPRISE, Maker(_name(make), certificates, datasets, of_enterprise=make))
        return make

    return register


def add_person_fact(name: str, make: PersonMake, *codes: str) -> None:
    certificates, datasets = _split(codes)
    _add("p", PERSON, Maker(name, certificates, datasets, of_person=make))


def add_enterprise_fact(name: str, make: EnterpriseMake, *codes: str) -> None:
    certificates, datasets = _split(codes)
    _add("e", ENTERPRISE, Maker(name, certificates, datasets, of_enterprise=make))


def makers_of(side: str, code: str) -> list[str]:
    """Names of the facts that yield this code for a person (``p``) or an enterprise (``e``)."""
    return _BY_CODE[side].get(code, [])


def fact(world: World, name: str, key: Key) -> Fact:
    """The fact ``name`` of a holder, made now or before."""
    side, number = key
    if side == "p":
        person_make = PERSON[name].of_person
        assert person_make is not None
        return world.remember(
            name, key, lambda: person_make(world, world.person(number), world.random(name, side, number))
        )
    enterprise_make = ENTERPRISE[name].of_enterprise
    assert enterprise_make is not None
    return world.remember(
        name, key, lambda: enterprise_make(world, world.enterprise(number), world.random(name, side, number))
    )


def scope(world: World, key: Key) -> Fact:
    """What any record of this holder may repeat about him."""
    return world.remember(
        "scope", key, lambda: _person(world, key[1]) if key[0] == "p" else _enterprise(world, key[1])
    )


def _person(world: World, number: int) -> Fact:
    person, life = world.person(number), world.life(number)
    household = world.household(life.household)
    return {
        "name": person.name,
        "id_no": person.id_no,
        "sex": person.sex,
        "nation": person.nation,
        "nationality": "CHN",
        "birth_date": person.birth_date.isoformat(),
        "address": person.hukou_address,
        "hukou_address": person.hukou_address,
        "hukou_division": person.hukou_division,
        "hukou_type": "3" if not household.rural else "1",
        "person_status": "2" if "hukou_cancel" in life.wants else "1",
        "residence_address": person.residence_address,
        "residence_division": person.residence_division,
        "photo": f"演示照片-{number:06d}",
        "age": world.age(person),
        "valid_to": LONG_TERM,
    }


def _enterprise(world: World, number: int) -> Fact:
    firm = world.enterprise(number)
    head = world.person(firm.legal_rep_key)
    return {
        "name": firm.name,
        "org_name": firm.name,
        "ent_name": firm.name,
        "place_name": firm.name,
        "uscc": firm.uscc,
        "legal_person": head.name,
        "legal_person_id_no": head.id_no,
        "principal": head.name,
        "address": firm.address,
        "biz_address": firm.address,
        "prod_address": firm.address,
        "location": firm.address,
        "warehouse": f"{firm.address}库房",
        "valid_to": LONG_TERM,
    }


def _add(side: str, makers: dict[str, Maker], maker: Maker) -> None:
    makers[maker.name] = maker
    for code in (*maker.certificates, *maker.datasets):
        _BY_CODE[side].setdefault(code, []).append(maker.name)


def _split(codes: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = tuple(code for code in codes if code.startswith("DS_"))
    return tuple(code for code in codes if code not in rows), rows


def _name(make: PersonMake | EnterpriseMake) -> str:
    return str(getattr(make, "__name__"))  # noqa: B009  Callable has no __name__ for the type checker
