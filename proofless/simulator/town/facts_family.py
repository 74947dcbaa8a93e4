"""Facts of families: birth, marriage, divorce, adoption, death."""

from datetime import date, timedelta
from random import Random

from proofless.simulator.town.model import Person
from proofless.simulator.town.names import pick
from proofless.simulator.town.offices import county_name, marriage_office, office, station
from proofless.simulator.town.registry import fact, person_fact
from proofless.simulator.town.world import Fact, World, years_after

_HOSPITALS = ("人民医院", "妇幼保健院", "中医院")


@person_fact("birth_cert", "DS_BIRTH")
def birth(w: World, p: Person, r: Random) -> Fact:
    """The medical certificate of the holder's own birth; both parents stand on it where both are known."""
    life = w.life(p.key)
    mother = w.person(life.mother)
    father = w.person(life.father) if life.father else None
    hospital = f"{county_name(w, mother.residence_division)}{pick(r, _HOSPITALS)}"
    issued = p.birth_date + timedelta(days=r.randint(2, 12))
    return {
        "cert_no": f"{chr(65 + p.birth_date.year % 26)}37{p.key + 1_000_000:07d}",
        "baby_name": p.name,
        "baby_sex": p.sex,
        "birth_time": f"{p.birth_date.isoformat()}T{r.randrange(24):02d}:{r.randrange(60):02d}:00",
        "gest_weeks": r.randint(37, 41),
        "birth_weight": r.randint(2700, 4000),
        "birth_length": r.randint(48, 53),
        "birth_place": f"山东省德州市{county_name(w, mother.residence_division)}",
        "hospital_name": hospital,
        "issue_org": hospital,
        "issuing_authority": hospital,
        "mother_name": mother.name,
        "mother_nationality": "CHN",
        "mother_nation": mother.nation,
        "mother_id_no": mother.id_no,
        "mother_address": mother.hukou_address,
        "father_name": father.name if father else None,
        "father_nationality": "CHN" if father else None,
        "father_nation": father.nation if father else None,
        "father_id_no": father.id_no if father else None,
        "issue_date": min(issued, w.as_of).isoformat(),
    }


@person_fact("DS_BIRTH")
def birth_record(w: World, p: Person, r: Random) -> Fact:
    """The hospital's record of a birth whose certificate has not been issued yet."""
    return fact(w, "birth", p.holder)


def couple(p: Person, other: Person) -> tuple[Person, Person]:
    """Man and woman of a couple (Civil Code art. 1046)."""
    return (p, other) if p.sex == "1" else (other, p)


def _sides(man: Person, woman: Person) -> Fact:
    return {
        "man_name": man.name,
        "man_nationality": "CHN",
        "man_birth_date": man.birth_date.isoformat(),
        "man_id_no": man.id_no,
        "woman_name": woman.name,
        "woman_nationality": "CHN",
        "woman_birth_date": woman.birth_date.isoformat(),
        "woman_id_no": woman.id_no,
        "name_man": man.name,
        "cert_num_man": man.id_no,
        "birth_man": man.birth_date.isoformat(),
        "nation_man": "CHN",
        "name_woman": woman.name,
        "cert_num_woman": woman.id_no,
        "birth_woman": woman.birth_date.isoformat(),
        "nation_woman": "CHN",
    }


def _registered(w: World, man: Person, woman: Person, on: date, op_type: str) -> Fact:
    name = marriage_office(w, man.residence_division)
    letter = {"IA": "J", "IB": "L"}.get(op_type, "Y")
    return {
        **_sides(man, woman),
        "cert_no": f"{letter}{man.residence_division}-{on.year}-{man.key:06d}",
        "op_type": op_type,
        "op_date": on.isoformat(),
        "register_date": on.isoformat(),
        "issue_date": on.isoformat(),
        "issuing_authority": name,
        "dept_name": name,
        "dept_code": f"11{man.residence_division}MZ",
        "registrar": "演示登记员",
        "remark": None,
        "photo": f"演示合影-{man.key:06d}",
    }


@person_fact("marriage_cert", "DS_MARRIAGE")
def marriage(w: World, p: Person, r: Random) -> Fact:
    """The standing marriage. Made from the man's side, so that both spouses hold the very same record."""
    life = w.life(p.key)
    if p.sex != "1":
        return fact(w, "marriage", ("p", life.spouse))
    assert life.married_on is not None
    woman = w.person(life.spouse)
    names = f"{p.name}、{woman.name}"
    return _registered(w, p, woman, life.married_on, "IA") | {"holder_name": names}


@person_fact("divorce_cert", "DS_MARRIAGE")
def divorce(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    assert life.divorced_on is not None
    man, woman = couple(p, w.person(life.former_spouse))
    return _registered(w, man, woman, life.divorced_on, "IB") | {"holder_name": f"{man.name}、{woman.name}"}


@person_fact("DS_MARRIAGE")
def marriage_booking(w: World, p: Person, r: Random) -> Fact:
    """An appointment to marry (op_type YY, see relations.csv ``partner``): the two are not married yet."""
    man, woman = couple(p, w.person(w.life(p.key).partner))
    return _registered(w, man, woman, w.as_of - timedelta(days=1 + man.key % 20), "YY")


@person_fact("marriage_record_proof")
def marriage_record(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    since = years_after(p.birth_date, 20)
    found = {"20": "已登记结婚", "40": "已登记离婚,无再婚记录"}.get(life.marital, "无婚姻登记记录")
    return {
        "cert_no": f"HYJL{p.key:08d}",
        "query_period": f"{since.isoformat()}至{w.as_of.isoformat()}",
        "query_result": found,
        "issuing_authority": marriage_office(w, w.serving(p)),
        "issue_date": w.ago(r, 0, 15).isoformat(),
    }


@person_fact("adoption_cert", "DS_ADOPT")
def adoption(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    child = p if life.guardian else w.person(life.ward)
    adopter = w.person(w.life(child.key).guardian)
    registered = max(child.birth_date + timedelta(days=200), w.as_of - timedelta(days=900))
    return {
        "cert_no": f"SY{child.hukou_division}{registered.year}{child.key:05d}",
        "adopter_name": adopter.name,
        "adopter_id_no": adopter.id_no,
        "adoptee_name": child.name,
        "adoptee_id_no": child.id_no,
        "register_date": registered.isoformat(),
        "issue_date": registered.isoformat(),
        "dept_name": office(w, "MZJ", child.hukou_division),
        "issuing_authority": office(w, "MZJ", child.hukou_division),
    }


@person_fact("death_cert", "DS_DEATH")
def death(w: World, p: Person, r: Random) -> Fact:
    died = p.died_on
    assert died is not None
    life = w.life(p.key)
    hospital = f"{county_name(w, w.serving(p))}人民医院"
    family = next((k for k in (life.spouse, *life.children, life.mother, life.father) if k), 0)
    return {
        "cert_no": f"SW37{died.year}{p.key:07d}",
        "death_date": died.isoformat(),
        "death_place": hospital,
        "death_cause": "自然疾病",
        "family_name": w.person(family).name if family else None,
        "issuing_authority": hospital,
        "issue_org": hospital,
        "issue_date": min(died + timedelta(days=2), w.as_of).isoformat(),
    }


@person_fact("cremation_cert", "DS_CREMATION")
def cremation(w: World, p: Person, r: Random) -> Fact:
    assert p.died_on is not None
    day = min(p.died_on + timedelta(days=3), w.as_of).isoformat()
    home = f"{county_name(w, w.serving(p))}殡仪馆"
    return {
        "cert_no": f"HH{p.residence_division}{p.key:07d}",
        "cremation_date": day,
        "issue_date": day,
        "funeral_home": home,
        "issuing_authority": home,
    }


@person_fact("hukou_cancel_proof", "DS_HUKOU_CANCEL")
def hukou_cancel(w: World, p: Person, r: Random) -> Fact:
    assert p.died_on is not None
    day = min(p.died_on + timedelta(days=12), w.as_of).isoformat()
    return {
        "cert_no": f"HKZX{p.key:08d}",
        "cancel_reason": "死亡",
        "cancel_date": day,
        "death_date": p.died_on.isoformat(),
        "issue_date": day,
        "issuing_authority": station(w, p.hukou_division),
    }


@person_fact("notarial_deed", "DS_NOTARY")
def notary(w: World, p: Person, r: Random) -> Fact:
    day = w.ago(r, 5, 300).isoformat()
    number = f"({day[:4]})鲁德演示证民字第{p.key}号"
    return {
        "cert_no": number,
        "notary_no": number,
        "notary_item": "继承权公证",
        "party_name": p.name,
        "notary_org": "德州市演示公证处",
        "issuing_authority": "德州市演示公证处",
        "issue_date": day,
    }
