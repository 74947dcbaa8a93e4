"""Lives of ordinary people: schooling, work, and which records follow from them."""

from bisect import bisect
from itertools import accumulate
from random import Random

from proofless.simulator.town.model import Person
from proofless.simulator.town.world import Life, World, years_between

_SCHOOLING = ("10", "20", "30", "40", "60", "70", "80")
_YOUNG = tuple(accumulate((0.03, 0.22, 0.25, 0.12, 0.13, 0.24, 0.01)))
_OLD = tuple(accumulate((0.01, 0.05, 0.08, 0.06, 0.14, 0.41, 0.25)))
# Share of people in a standing who hold a record: (fact, share). Papers printed on demand come last.
_EMPLOYED = (
    ("fund", 0.6),
    ("income_tax", 0.4),
    ("union", 0.2),
    ("health_check", 0.12),
    ("skill", 0.1),
    ("title", 0.04),
)
_ADULT = (
    ("medical_settlement", 0.06),
    ("remote_treatment", 0.01),
    ("no_crime", 0.03),
    ("insurance_proof", 0.05),
    ("no_house", 0.02),
    ("no_crime_proof", 0.01),
    ("hukou_proof", 0.01),
    ("medical_insurance_proof", 0.01),
    ("poverty", 0.004),
    ("land_contract", 0.03),
)


def basics(w: World, key: int) -> set[str]:
    """What every registered resident has whatever else happens to him."""
    person, life = w.person(key), w.life(key)
    if person.died_on is not None:
        return {"person_base", "death"}
    wants = {"person_base", "household", "ss_card", "medical_insurance"}
    if w.age(person) >= 16:
        wants |= {"id_card"}
        if life.work not in ("student", "child"):
            wants |= {"insurance"}
    if person.hukou_division not in w.counties:
        wants |= {"residence", "residence_permit"}
    return wants


def settle(w: World, key: int) -> None:
    """Decide an ordinary person's work and records. Work of those who were given one is left alone."""
    person, life = w.person(key), w.life(key)
    r = w.random("life", key)
    if person.died_on is not None:
        life.wants |= basics(w, key) | {"id_card", "cremation"}
        life.wants.add("hukou_cancel" if r.random() < 0.7 else "household")
        return
    age = w.age(person)
    if life.work == "none":
        life.work = choose_work(w, r, person, life, age)
    life.schooling = choose_schooling(r, age, life.work)
    life.wants |= basics(w, key)
    if age < 18:
        _child(w, r, life, age)
        return
    _work(r, life, age)
    _adult(w, r, person, life, age)
    _home(w, r, key, person, life, age)
    if person.sex == "2":
        _family(w, r, life, age)
    if age >= 60:
        life.wants |= {"elder_card"} if r.random() < 0.8 else set()
        life.wants |= {"elder_subsidy"} if age >= 80 and person.hukou_division in w.counties else set()


def choose_work(w: World, r: Random, person: Person, life: Life, age: int) -> str:
    if age < 18:
        return "student" if age >= 6 else "child"
    rural = w.household(life.household).rural
    if age >= (60 if person.sex == "1" else 55):
        return "retired" if r.random() < (0.2 if rural else 0.65) else "farmer"
    if age < 22 and r.random() < 0.45:
        return "student"
    draw = r.random()
    if draw < 0.56:
        return "employed"
    if draw < 0.68:
        return "flexible"
    if draw < 0.71:
        return "unemployed"
    return "farmer" if rural else "none"


def choose_schooling(r: Random, age: int, work: str) -> str:
    if age < 18:
        return "90" if age < 12 else "80" if age < 15 else "70"
    if work == "student" or age < 22:
        return "60"
    return _SCHOOLING[min(bisect(_YOUNG if age < 45 else _OLD, r.random()), 6)]


def _child(w: World, r: Random, life: Life, age: int) -> None:
    if life.mother:
        life.wants.add("birth")
    if age <= 6:
        life.wants.add("vaccination")
    if age >= 3:
        life.wants.add("student")
    if age < 16 and r.random() < 0.5:
        life.wants.add("id_card")
    if r.random() < 0.008:
        life.wants.add("disabled")


def _work(r: Random, life: Life, age: int) -> None:
    if life.work == "employed":
        life.wants |= {"insurance", "unemployment_insurance", "labor"}
        life.wants |= {name for name, share in _EMPLOYED if r.random() < share}
    elif life.work == "unemployed":
        life.wants |= {"insurance", "unemployment_insurance", "labor", "unemployment", "unemployment_proof"}
        if r.random() < 0.4:
            life.wants.add("employment")
    elif life.work == "retired":
        life.wants |= {"pension", "retirement"}
        life.wants |= {"fund"} if r.random() < 0.2 else set()
    elif life.work == "farmer":
        life.wants |= {"farm_subsidy"} if r.random() < 0.6 else set()
        life.wants |= {"pension"} if age >= 60 else set()


def _adult(w: World, r: Random, person: Person, life: Life, age: int) -> None:
    life.wants |= {name for name, share in _ADULT if r.random() < share}
    if life.schooling in ("10", "20", "30") and age >= 22:
        life.wants.add("diploma")
        if life.schooling != "30":
            life.wants.add("degree")
    if age <= 70 and r.random() < (0.5 if person.sex == "1" else 0.25):
        life.wants.add("driving")
        life.wants |= {"vehicle"} if r.random() < 0.5 else set()
        life.wants |= {"transport_staff"} if age < 60 and r.random() < 0.04 else set()
    if r.random() < 0.012 + 0.0006 * min(max(age - 40, 0), 50):
        life.wants.add("disabled")
        life.wants |= {"disabled_subsidy"} if r.random() < 0.5 else set()
    if person.sex == "1" and age > 22 and r.random() < 0.03:
        life.wants.add("veteran")
    if life.work == "employed" and life.schooling == "20" and r.random() < 0.12:
        life.wants |= {r.choice(("teacher", "doctor", "nurse", "lawyer")), "mandarin_cert"}


def _home(w: World, r: Random, key: int, person: Person, life: Life, age: int) -> None:
    """Homes belong to heads; a married head shares his with his spouse half of the time."""
    if life.relation != "02" or age < 24:
        return
    if person.hukou_division not in w.counties:
        life.wants |= {"rent"} if r.random() < 0.6 else set()
    elif r.random() < 0.6:
        life.wants |= {"estate", "ds_water", "ds_power"}
        life.wants |= {"ds_gas", "ds_heat"} if not w.household(life.household).rural else set()
        _deeds(w, r, key, life)
    life.wants |= {"standard_address"}
    if age < 60 and r.random() < 0.012:
        for member in w.household(life.household).members:
            if w.person(member).died_on is None:
                w.life(member).wants.add("dibao")


def _deeds(w: World, r: Random, key: int, life: Life) -> None:
    """What comes with a home: a second name on it, a loan, the purchase."""
    if life.spouse and w.person(life.spouse).died_on is None and r.random() < 0.5:
        life.given["estate_with"] = life.spouse
        mate = w.life(life.spouse)
        mate.given["estate_of"] = key
        mate.wants.add("estate")
    if r.random() < 0.12:
        life.wants.add("mortgage")
        bank = w.banks[key % len(w.banks)]
        w.relate("mortgagee_of", ("e", bank), ("p", key), None, "real_estate_reg_proof")
    if r.random() < 0.08:
        life.wants |= {"house_contract", "house_tax"}
        developer = w.developers[key % len(w.developers)]
        w.relate("seller_to", ("e", developer), ("p", key), None, "house_contract_record")


def _family(w: World, r: Random, life: Life, age: int) -> None:
    """Records of couples are decided by the wife, so that both sides have them or neither."""
    if not life.children or not life.spouse:
        return
    youngest = w.person(life.children[-1])
    if w.age(youngest) < 4 and r.random() < 0.5:
        life.wants.add("fertility")
        w.life(life.spouse).wants.add("fertility")
    one = len(life.children) == 1 and youngest.birth_date.year < 2015
    if one and age >= 40 and years_between(youngest.birth_date, w.as_of) >= 12 and r.random() < 0.3:
        for parent in (life, w.life(life.spouse)):
            parent.wants |= {"one_child", "family_plan"}
