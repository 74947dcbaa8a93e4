"""Facts of civil status: identity, household, birth, marriage, death, residence."""

from datetime import date, timedelta
from random import Random

from proofless.simulator.town.model import LONG_TERM, Person
from proofless.simulator.town.names import pick
from proofless.simulator.town.offices import county_name, marriage_office, office, station
from proofless.simulator.town.registry import fact, person_fact
from proofless.simulator.town.world import Fact, World, years_after, years_between

_HOSPITALS = ("人民医院", "妇幼保健院", "中医院")


@person_fact("DS_PERSON_BASE")
def person_base(w: World, p: Person, r: Random) -> Fact:
    return {"as_of": w.ago(r, 0, 20).isoformat()}


@person_fact("id_card")
def id_card(w: World, p: Person, r: Random) -> Fact:
    """Terms by age at issue (居民身份证法 art. 5): under 16 five years, 16-25 ten, 26-45 twenty, then long-term."""
    issued = _last_issue(w, p, r)
    at_issue = years_between(p.birth_date, issued)
    years = 5 if at_issue < 16 else 10 if at_issue < 26 else 20 if at_issue < 46 else 0
    return {
        "issuing_authority": office(w, "GAJ", p.hukou_division),
        "valid_from": issued.isoformat(),
        "valid_to": years_after(issued, years).isoformat() if years else LONG_TERM,
    }


def _last_issue(w: World, p: Person, r: Random) -> date:
    """A day of issue since the last age step, so that the term of that step still runs."""
    end = p.died_on or w.as_of
    age = years_between(p.birth_date, end)
    step, back = (46, 15) if age >= 46 else (26, 18) if age >= 26 else (16, 9) if age >= 16 else (0, 4)
    earliest = max(years_after(p.birth_date, step), end - timedelta(days=365 * back))
    return earliest + timedelta(days=int(r.random() * max((end - earliest).days, 1)))


@person_fact("hukou_book", "DS_HOUSEHOLD")
def household(w: World, p: Person, r: Random) -> Fact:
    """The page of one member. ``relation_to_head`` by GB/T 4761."""
    life = w.life(p.key)
    home = w.household(life.household)
    head = w.person(home.members[0])
    living = sum(1 for key in home.members if w.person(key).died_on is None)
    employer = w.enterprise(life.employer).name if life.employer and not life.left_on else None
    return {
        "household_type": "1",
        "household_no": home.number,
        "head_name": head.name,
        "head_id_no": head.id_no,
        "hukou_address": home.hukou_address,
        "relation_to_head": life.relation,
        "former_name": p.former_name,
        "birth_place": county_name(w, p.hukou_division),
        "native_place": "山东德州" if p.hukou_division in w.counties else "外埠",
        "edu_level": life.schooling,
        "marital_status": life.marital,
        "employer": employer,
        "move_in_info": "出生即落户本市" if p.hukou_division in w.counties else None,
        "member_count": living,
        "issuing_authority": station(w, p.hukou_division),
        "register_date": max(p.birth_date + timedelta(days=20), date(2004, 6, 1)).isoformat(),
    }


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


def couple(w: World, p: Person, other: Person) -> tuple[Person, Person]:
    """Man and woman of a couple; two of one sex cannot marry here (Civil Code art. 1046 speaks of man and woman)."""
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
    man, woman = couple(w, p, w.person(life.former_spouse))
    return _registered(w, man, woman, life.divorced_on, "IB") | {"holder_name": p.name}


@person_fact("DS_MARRIAGE")
def marriage_booking(w: World, p: Person, r: Random) -> Fact:
    """An appointment to marry (op_type YY, see relations.csv ``partner``): the two are not married yet."""
    man, woman = couple(w, p, w.person(w.life(p.key).partner))
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


def _move(w: World, p: Person, r: Random, prefix: str, authority: str) -> Fact:
    moved = w.ago(r, 1, 20)
    here = w.household(w.life(p.key).household).address
    return {
        "cert_no": f"{prefix}{p.key:08d}",
        "move_type": "市外迁入" if p.hukou_division not in w.counties else "市内移居",
        "move_from": p.hukou_address,
        "move_to": here,
        "move_date": moved.isoformat(),
        "issue_date": moved.isoformat(),
        "valid_to": (moved + timedelta(days=30)).isoformat(),
        "issuing_authority": authority,
    }


@person_fact("migration_cert", "DS_HUKOU_MOVE")
def migration(w: World, p: Person, r: Random) -> Fact:
    return _move(w, p, r, "QY", station(w, p.hukou_division))


@person_fact("movein_permit")
def movein(w: World, p: Person, r: Random) -> Fact:
    return _move(w, p, r, "ZQ", office(w, "GAJ", w.serving(p))) | {
        "valid_to": (w.as_of + timedelta(days=20)).isoformat(),
        "issue_date": (w.as_of - timedelta(days=20)).isoformat(),
    }


@person_fact("residence_reg", "DS_RESIDENCE")
def residence(w: World, p: Person, r: Random) -> Fact:
    """Registration of residence, standing for more than the half year a residence permit asks (居住证暂行条例 art. 2)."""
    months = w.life(p.key).given.get("residence_months")
    registered = w.as_of - timedelta(days=int(months) * 31 + 3) if months is not None else w.ago(r, 200, 340)
    renewed = years_after(registered, years_between(registered, w.as_of) + 1)
    return {
        "cert_no": f"JZDJ{p.key:08d}",
        "register_date": registered.isoformat(),
        "issue_date": registered.isoformat(),
        "valid_to": renewed.isoformat(),
        "issuing_authority": station(w, w.serving(p)),
    }


@person_fact("residence_permit")
def residence_permit(w: World, p: Person, r: Random) -> Fact:
    registered = fact(w, "residence", p.holder)
    return {
        "issue_date": registered["issue_date"],
        "valid_to": registered["valid_to"],
        "issuing_authority": office(w, "GAJ", w.serving(p)),
    }


@person_fact("hukou_proof")
def hukou_proof(w: World, p: Person, r: Random) -> Fact:
    return _paper(w, p, r, "HJZM", station(w, p.hukou_division))


@person_fact("kinship_proof")
def kinship(w: World, p: Person, r: Random) -> Fact:
    return _paper(w, p, r, "QSGX", station(w, p.hukou_division))


@person_fact("no_crime_proof")
def no_crime_proof(w: World, p: Person, r: Random) -> Fact:
    return fact(w, "no_crime", p.holder)


@person_fact("DS_NOCRIME")
def no_crime(w: World, p: Person, r: Random) -> Fact:
    born16 = years_after(p.birth_date, 16)
    return _paper(w, p, r, "WFZ", station(w, w.serving(p))) | {
        "query_period": f"{born16.isoformat()}至{w.as_of.isoformat()}",
        "query_result": "未发现犯罪记录",
        "purpose": "求职",
        "check_result": "1",
        "check_time": f"{w.as_of.isoformat()}T09:00:00",
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


def _paper(w: World, p: Person, r: Random, prefix: str, authority: str) -> Fact:
    """A proof printed on demand within the last days. A term is added where the catalogue gives one."""
    return {
        "cert_no": f"{prefix}{p.key:08d}",
        "issue_date": w.ago(r, 0, 15).isoformat(),
        "issuing_authority": authority,
    }
