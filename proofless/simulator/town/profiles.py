"""What the catalogue's profiles (``town_profiles.csv``) ask of their complete subjects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from proofless.simulator.town.model import Key
from proofless.simulator.town.registry import ENTERPRISE, PERSON, makers_of
from proofless.simulator.town.world import World

_BY_STRUCTURE = ("DS_MARRIAGE",)  # follows from marriage, divorce or booking; never added by itself
_SHARED = {"dibao", "marriage", "one_child", "fertility"}  # made from one holder's side for all of them


@dataclass(frozen=True, slots=True)
class Profile:
    """One row of the table, taken apart. ``facts`` is role -> fact -> text; ``needs`` is role -> codes."""

    code: str
    items: tuple[str, ...]
    roles: tuple[str, ...]
    same: Mapping[str, str]
    facts: Mapping[str, Mapping[str, str]]
    needs: Mapping[str, tuple[str, ...]]
    of_enterprise: bool

    def fact(self, role: str, name: str, default: str = "") -> str:
        return self.facts.get(role, {}).get(name, default)

    def true(self, role: str, name: str) -> bool:
        return self.fact(role, name) == "true"


def read_profile(row: Mapping[str, str]) -> Profile:
    facts: dict[str, dict[str, str]] = {}
    main = "enterprise" if row["subject_type"] == "enterprise" else "applicant"
    for pair in _parts(row["facts"]):
        name, _, text = pair.partition("=")
        role, _, plain = name.rpartition(".")
        facts.setdefault(role or main, {})[plain] = text
    needs: dict[str, list[str]] = {}
    for pair in _parts(row["needs_certs"]) + _parts(row["needs_rows"]):
        role, _, code = pair.partition(":")
        needs.setdefault(role, []).append(code)
    stated = _parts(row["roles"])
    return Profile(
        code=row["profile_code"],
        items=tuple(_parts(row["items"])),
        roles=tuple(part for part in stated if "=" not in part),
        same=dict(part.split("=", 1) for part in stated if "=" in part),
        facts=facts,
        needs={role: tuple(codes) for role, codes in needs.items()},
        of_enterprise=row["subject_type"] == "enterprise",
    )


def _parts(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


@dataclass(slots=True)
class Played:
    """One set of actors for a profile: role -> key. ``r`` is this set's own random source."""

    profile: Profile
    r: Random
    roles: dict[str, Key] = field(default_factory=dict)

    def key(self, role: str) -> Key:
        return self.roles[self.profile.same.get(role, role)]


def want(w: World, key: Key, code: str) -> None:
    """See to it that the holder gets this certificate or row, by the least that yields it."""
    side, number = key
    wants = w.life(number).wants if side == "p" else w.firm(number).wants
    makers = PERSON if side == "p" else ENTERPRISE
    known = makers_of(side, code)
    if code in _BY_STRUCTURE or any(name in wants for name in known):
        return
    if not known:
        raise ValueError(f"nothing makes {code} for a {'person' if side == 'p' else 'enterprise'}")
    least = min(known, key=lambda name: len(makers[name].certificates) + len(makers[name].datasets))
    wants.add(least)
    if side == "p" and least in _SHARED:
        _share(w, number, least)


def _share(w: World, number: int, name: str) -> None:
    life = w.life(number)
    others = [life.spouse] if life.spouse else []
    if name == "dibao":
        others = w.household(life.household).members
    if name == "one_child":
        kin = w.life(life.children[0])
        others = [key for key in (kin.mother, kin.father) if key]
    for key in others:
        if w.person(key).died_on is None:
            w.life(key).wants.add(name)


def give(w: World, profile: Profile, role: str, key: Key) -> None:
    """Let the facts of a role decide the person's work and fixed values."""
    life = w.life(key[1])
    stated = profile.facts.get(role, {})
    for name in ("skill_cert_months", "fund_months", "driver_years", "labor_grade", "residence_months"):
        if name in stated:
            life.given[name] = int(stated[name])
    for name in ("disability_level", "disability_category"):
        if name in stated:
            life.given[name] = stated[name]
    months = (
        stated.get("pension_months")
        or stated.get("resident_pension_months")
        or stated.get("unemp_ins_months")
    )
    if months:
        life.given["pay_months"] = int(months)
    if "unemp_ins_months" in stated:
        life.given["unemp_ins_months"] = int(stated["unemp_ins_months"])
    if "edu_level" in stated:
        life.schooling = stated["edu_level"]
    if stated.get("is_hard_employ") == "true":
        life.given["difficulty_type"] = "2" if "disability_level" in stated else "1"
    if "driver_years" in stated:
        life.given["vehicle_class"] = "B2"
    if "I035" in profile.items:
        life.given["fund_elsewhere"] = True
    life.given["benefit_status"] = "1" if stated.get("receives_pension") == "true" else "0"
    if role == "deceased":
        life.given.pop("benefit_status")
    life.work = work_of(w, profile, role, stated, w.age(w.person(key[1])))


def work_of(w: World, profile: Profile, role: str, stated: Mapping[str, str], age: int) -> str:
    """What someone does, from what the profile says of him; ``none`` when it says nothing."""
    needs = profile.needs.get(role, ())
    for name, work in (
        ("is_student", "student"),
        ("is_flexible_insured", "flexible"),
        ("is_unemp_registered", "unemployed"),
        ("is_insured_now", "employed"),
        ("fund_active", "employed"),
        ("receives_pension", "retired"),
    ):
        if stated.get(name) == "true":
            return work
    if role == "deceased" and stated.get("pension_months"):
        return "retired"
    if age < 18:
        return "student" if age >= 6 else "child"
    if role in ("staff", "nurse", "project_leader", "legal_rep") or stated.get("med_insurance_type") == "310":
        return "employed"
    if stated.get("resident_pension_months"):
        return "farmer"
    if "med_insurance_type" in stated or stated.get("hukou_in_city") == "false":
        return "none"
    return "employed" if {"DS_LABOR", "DS_SOCIALINS", "DS_INJURY", "DS_FUND"} & set(needs) else "none"


def finish(w: World, played: Played) -> None:
    """Facts first, then the records every resident has, then what the profile names."""
    profile = played.profile
    for role, key in played.roles.items():
        if key[0] == "p":
            give(w, profile, role, key)
    for item in profile.items:
        for role, code in _BY_ITEM.get(item, ()):
            if role in played.roles:
                want(w, played.key(role), code)
    for role, codes in profile.needs.items():
        key = played.key(role)
        for code in codes:
            want(w, key, code)
    for role, key in played.roles.items():
        stated = profile.facts.get(role, {})
        for name, code in _IMPLIED.items():
            if name in stated and stated[name] not in ("false", "0"):
                want(w, key, code)
        if stated.get("unemp_ins_months"):
            w.life(key[1]).wants.add("unemployment_insurance")


# Where several certificates feed one dataset: the one the item means.
_BY_ITEM = {
    "I078": (("applicant", "mandarin_cert"),),
    "I059": (("enterprise", "completion_record"),),
    "I088": (("nurse", "nurse_license"),),
}
# A fact that is true only of someone in a register: the code that makes it so.
_IMPLIED = {
    "is_dibao": "DS_DIBAO",
    "is_dibao_edge": "DS_DIBAO_EDGE",
    "is_poverty_monitor": "DS_POVERTY",
    "disability_level": "DS_DISABLED",
    "is_insured_now": "DS_SOCIALINS",
    "is_flexible_insured": "DS_SOCIALINS",
    "pension_months": "DS_SOCIALINS",
    "resident_pension_months": "DS_SOCIALINS",
    "is_unemp_registered": "DS_UNEMP",
    "is_hard_employ": "DS_UNEMP",
    "receives_pension": "DS_PENSION",
    "med_insured": "DS_MEDINS",
    "fund_active": "DS_FUND",
    "fund_months": "housing_fund_proof",
    "mortgage_settled": "DS_FUNDLOAN",
    "house_count": "DS_ESTATE",
    "driver_years": "DS_DRIVER",
    "no_crime_pass": "DS_NOCRIME",
    "skill_cert_months": "DS_SKILL",
    "labor_grade": "DS_INJURY",
    "is_veteran_object": "DS_VETERAN",
    "is_student": "DS_STUDENT",
    "residence_months": "DS_RESIDENCE",
    "is_dead": "DS_DEATH",
    "insured_count": "DS_ENTSI",
    "layoff_rate": "DS_ENTSI",
    "unemp_pay_months": "DS_ENTSI",
    "penalty_months": "DS_CREDIT",
}
