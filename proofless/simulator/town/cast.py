"""The fixed cast: the same people under the same names in every town, complete, each for a purpose.

张三 applies for herself (育儿补贴 I006); 李四 is guardian of 张小宝; 王五 is nobody's relation; 赵奶奶 is 82
(高龄津贴 I072); 某公司 is a food company with a representative and a handler.
"""

from datetime import timedelta

from proofless.simulator.town.enterprises import Founding, add_enterprise, employ, owns, standing_wants
from proofless.simulator.town.households import close_household, make_parents, marry, new_household
from proofless.simulator.town.life import basics
from proofless.simulator.town.model import Key
from proofless.simulator.town.people import Newcomer, add_person, birthday
from proofless.simulator.town.world import World

COMPANY = "德州某某食品有限公司"


def enter_cast(w: World) -> dict[str, Key]:
    """Make the cast first, so that their keys are the same in every town."""
    cast: dict[str, Key] = {}
    _zhang(w, cast)
    _li(w, cast)
    _wang_and_zhao(w, cast)
    _company(w, cast)
    for name, (side, key) in cast.items():
        if side == "p":
            w.life(key).profile = f"cast:{name}"
            w.life(key).wants |= basics(w, key)
    return cast


def _zhang(w: World, cast: dict[str, Key]) -> None:
    r = w.random("cast", "张三")
    home = new_household(w, r, county="371402", rural=False)
    husband = add_person(w, home, r, Newcomer("1", birthday(w, r, 35), name="孙大明", nation="01"))
    wife = add_person(w, home, r, Newcomer("2", birthday(w, r, 34), "10", name="张三", nation="01"))
    born = w.as_of - timedelta(days=2 * 365 + 60)
    child = add_person(
        w, home, r, Newcomer("2", born, "30", name="孙豆豆", nation="01", guardians=(wife, husband))
    )
    marry(w, husband, wife, w.as_of - timedelta(days=1700))
    make_parents(w, child, wife, husband)
    close_household(w, home)
    for key in (husband, wife):
        life = w.life(key)
        life.work, life.schooling = "employed", "20"
        life.wants |= {
            "insurance",
            "unemployment_insurance",
            "labor",
            "fund",
            "fertility",
            "income_tax",
            "diploma",
        }
    w.life(wife).wants |= {
        "estate",
        "degree",
        "ds_water",
        "ds_gas",
        "ds_heat",
        "ds_power",
        "skill",
        "insurance_proof",
    }
    w.life(husband).wants |= {"driving", "vehicle"}
    w.life(child).work = "child"
    w.life(child).wants |= {"birth", "vaccination", "id_card"}
    cast |= {"张三": ("p", wife), "孙大明": ("p", husband), "孙豆豆": ("p", child)}


def _li(w: World, cast: dict[str, Key]) -> None:
    r = w.random("cast", "李四")
    home = new_household(w, r, county="371402", rural=False)
    guardian = add_person(w, home, r, Newcomer("1", birthday(w, r, 45), name="李四", nation="01"))
    who = Newcomer("1", birthday(w, r, 9), "99", name="张小宝", nation="01", guardians=(guardian,))
    ward = add_person(w, home, r, who)
    close_household(w, home)
    w.life(guardian).ward, w.life(ward).guardian = ward, guardian
    w.relate("guardian_of", ("p", guardian), ("p", ward), w.as_of - timedelta(days=500), "DS_ORPHAN")
    w.life(guardian).work = "employed"
    w.life(guardian).wants |= {"insurance", "unemployment_insurance", "labor", "driving"}
    w.life(ward).work, w.life(ward).schooling = "student", "90"
    w.life(ward).wants |= {"orphan", "student", "id_card"}
    cast |= {"李四": ("p", guardian), "张小宝": ("p", ward)}


def _wang_and_zhao(w: World, cast: dict[str, Key]) -> None:
    r = w.random("cast", "王五")
    home = new_household(w, r, county="371425", rural=True)
    wang = add_person(w, home, r, Newcomer("1", birthday(w, r, 28), name="王五", nation="01"))
    close_household(w, home)
    w.life(wang).work = "flexible"
    other = new_household(w, r, county="371402", rural=False)
    zhao = add_person(w, other, r, Newcomer("2", birthday(w, r, 82), name="赵奶奶", nation="01"))
    close_household(w, other)
    life = w.life(zhao)
    life.work = "retired"
    life.given |= {"disability_category": "1", "disability_level": "4"}
    life.wants |= {"pension", "retirement", "elder_subsidy", "disabled"}
    cast |= {"王五": ("p", wang), "赵奶奶": ("p", zhao)}


def _company(w: World, cast: dict[str, Key]) -> None:
    r = w.random("cast", COMPANY)
    keys = []
    for name, sex, age in (("陈经理", "1", 47), ("周会计", "2", 36)):
        home = new_household(w, r, county="371402", rural=False)
        key = add_person(w, home, r, Newcomer(sex, birthday(w, r, age), name=name, nation="01"))
        close_household(w, home)
        w.life(key).work, w.life(key).schooling = "employed", "20"
        w.life(key).wants |= {"insurance", "unemployment_insurance", "labor", "health_check", "diploma"}
        keys.append(key)
    what = Founding(
        legal_rep=keys[0],
        established=w.as_of - timedelta(days=1500),
        industry="食品",
        county="371402",
        name=COMPANY,
        handler=keys[1],
    )
    company = add_enterprise(w, r, what)
    owns(w, keys[0], company)
    for key in keys:
        employ(w, company, key, w.as_of - timedelta(days=1400))
    w.firm(company).wants |= standing_wants(w, company) | {
        "food_biz_license",
        "food_prod_license",
        "premises",
        "supplies",
        "staff_fund",
        "truck",
        "credit_report",
        "staff_insurance_proof",
        "penalty",
        "change",
    }
    cast |= {"陈经理": ("p", keys[0]), "周会计": ("p", keys[1]), COMPANY: ("e", company)}
