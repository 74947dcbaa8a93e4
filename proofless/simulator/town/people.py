"""Making of persons: birth days, names, numbers; the frozen ``Person`` and the ``Life`` that goes with it."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from proofless.simulator.town.model import Person
from proofless.simulator.town.names import BANKS, given, pick, surname
from proofless.simulator.town.numbers import bank_card, mobile
from proofless.simulator.town.offices import county_name
from proofless.simulator.town.world import Household, Life, World, years_after

RARE_GIVEN = ("吉𠮷", "㛃", "𠮷", "㛃吉", "瑞𠮷")
DOTTED = ("阿依古丽·买买提", "古丽娜尔·艾山", "热依汗·吐尔逊", "帕提古丽·阿布都")
THIRTY = "阿布都热合曼·穆罕默德伊敏·艾合买提江巴依·吐尔逊尼亚孜库尔"
_NATIONS = ("01", "03", "11", "15")
_NATION_WEIGHTS = tuple(accumulate((0.986, 0.011, 0.002, 0.001)))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to be made. ``relation`` to the head by GB/T 4761; ``lives_at``: address and division."""

    sex: str
    birth: date
    relation: str = "02"
    name: str = ""
    family_name: str = ""
    nation: str = ""
    died_on: date | None = None
    lives_at: tuple[str, str] | None = None
    guardians: tuple[int, ...] = ()
    registered: bool = True


def birthday(w: World, r: Random, age: int) -> date:
    """A random birth day of someone who is ``age`` whole years old on the day of the town."""
    youngest = years_after(w.as_of, -age)
    return youngest - timedelta(days=int(r.random() * 364))


def add_person(w: World, home: Household, r: Random, who: Newcomer) -> int:
    """Make one person and enter him in the household, unless he is not registered yet (a newborn)."""
    key = len(w.people) + 1
    address, division = who.lives_at or (home.address, home.county)
    w.people.append(
        Person(
            key=key,
            name=who.name or (who.family_name or surname(r)) + given(r, who.sex),
            id_no=w.numbers.next(home.hukou_county, who.birth, who.sex),
            sex=who.sex,
            birth_date=who.birth,
            nation=who.nation or r.choices(_NATIONS, cum_weights=_NATION_WEIGHTS)[0],
            hukou_address=home.hukou_address,
            hukou_division=home.hukou_county,
            residence_address=address,
            residence_division=division,
            mobile=mobile(key),
            bank_name=f"{pick(r, BANKS)}{county_name(w, home.county).removesuffix('区')}支行",
            bank_account=bank_card(key),
            died_on=who.died_on,
            guardians=who.guardians,
        )
    )
    w.lives.append(Life(household=home.key, relation=who.relation))
    if who.registered:
        home.members.append(key)
    return key


def unusual_name(place: int, family_name: str) -> tuple[str, str, str] | None:
    """(kind, name, nation) for the few whose names break fields; ``place`` counts ordinary people from 1."""
    if place % 900 == 17:
        return "long_name", THIRTY, "05"
    if place % 300 == 11:
        return "dotted_name", DOTTED[place // 300 % len(DOTTED)], "05"
    if place % 200 == 5:
        return "rare_name", family_name + RARE_GIVEN[place // 200 % len(RARE_GIVEN)], "01"
    return None
