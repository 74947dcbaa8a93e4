"""Building the families and firms a profile's roles stand for."""

from datetime import timedelta
from random import Random

from proofless.simulator.town.enterprises import (
    Founding,
    add_enterprise,
    employ,
    founder,
    owns,
    standing_wants,
)
from proofless.simulator.town.family import Family, birth_for, months_ago
from proofless.simulator.town.households import close_household, new_household
from proofless.simulator.town.model import Member
from proofless.simulator.town.people import Newcomer, add_person
from proofless.simulator.town.profiles import Played, Profile, finish, read_profile
from proofless.simulator.town.world import World

_INDUSTRY = {
    "I053": "餐饮",
    "I055": "食品",
    "I056": "医药",
    "I062": "住宿",
    "I064": "物流",
    "I065": "物流",
    "I068": "房地产",
    "I088": "医疗",
    "I063": "人力资源",
}
_KIND = {"房地产": "developer", "医疗": "clinic"}


def play_profiles(w: World, sets: int) -> dict[str, tuple[Member, ...]]:
    """``sets`` complete members of every profile of the catalogue."""
    profiles = [read_profile(row) for row in w.reference.profiles]
    return {
        profile.code: tuple(
            play(w, profile, w.random("profile", profile.code, place)) for place in range(sets)
        )
        for profile in profiles
    }


def play(w: World, profile: Profile, r: Random) -> Member:
    before = len(w.people)
    played = Played(profile, r)
    if profile.of_enterprise:
        _firm(w, played)
    else:
        Family(w, played).build()
    finish(w, played)
    for person in w.people[before:]:
        life = w.life(person.key)
        life.profile = life.profile or profile.code
        life.wants |= _basics(w, person.key)
    applicant = played.key("applicant")
    return Member(applicant, played.roles.get("enterprise"))


def _basics(w: World, key: int) -> set[str]:
    """The records nobody is without. No insurance here: a profile says by its rows who works."""
    person, life = w.person(key), w.life(key)
    if person.died_on is not None:
        return {"person_base", "death"}
    if key not in w.household(life.household).members:
        return set()
    return (
        {"person_base", "household", "ss_card", "medical_insurance"}
        | ({"id_card"} if w.age(person) >= 16 else set())
        | ({"residence", "residence_permit"} if _settled_outsider(w, key) else set())
    )


def _settled_outsider(w: World, key: int) -> bool:
    return w.person(key).hukou_division not in w.counties and "residence" in w.life(key).wants


def _firm(w: World, played: Played) -> None:
    """An enterprise's profile: its representative, its people, its contractor."""
    profile, r = played.profile, played.r
    head = _staffer(w, played, "legal_rep")
    months = int(profile.fact("enterprise", "est_months", "36"))
    established = months_ago(w.as_of, months) - timedelta(days=3)
    industry = next((_INDUSTRY[item] for item in profile.items if item in _INDUSTRY), "商贸")
    county = w.person(head).residence_division
    key = add_enterprise(w, r, Founding(head, established, _KIND.get(industry, "company"), industry, county))
    owns(w, head, key)
    # The head works here but is not among the staff: the role ``staff`` must find the people who were hired.
    w.life(head).employer, w.life(head).hired_on = key, established
    played.roles["enterprise"] = ("e", key)
    firm = w.firm(key)
    for name in ("insured_count", "unemp_pay_months", "penalty_months"):
        if profile.fact("enterprise", name):
            firm.given[name] = int(profile.fact("enterprise", name))
    if profile.fact("enterprise", "layoff_rate"):
        firm.given["layoff_rate"] = profile.fact("enterprise", "layoff_rate")
    firm.wants |= standing_wants(w, key) if months else {"registration"}
    for role in ("staff", "nurse"):
        if role in profile.roles:
            employ(w, key, _staffer(w, played, role), established)
    if "contractor" in profile.roles:
        firm.contractor = _contractor(w, played, key)


def _staffer(w: World, played: Played, role: str) -> int:
    home = new_household(w, played.r, rural=False)
    stated = played.profile.facts.get(role, {})
    who = Newcomer(stated.get("sex", "1"), birth_for(w, played.r, stated, 40))
    key = add_person(w, home, played.r, who)
    close_household(w, home)
    played.roles[role] = ("p", key)
    return key


def _contractor(w: World, played: Played, client: int) -> int:
    head = founder(w, played.r, age=50)
    what = Founding(head, w.as_of - timedelta(days=4000), "builder", "建筑", w.enterprise(client).division)
    key = add_enterprise(w, played.r, what)
    w.firm(key).wants |= standing_wants(w, key)
    played.roles["contractor"] = ("e", key)
    w.relate("contractor_for", ("e", key), ("e", client), w.as_of - timedelta(days=60), "DS_BID")
    if "project_leader" in played.profile.roles:
        employ(w, key, _staffer(w, played, "project_leader"), what.established)
    return key
