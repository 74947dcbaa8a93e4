"""Facts of civil status: identity, household, birth, marriage, death, residence."""

from datetime import date, timedelta
from random import Random

from proofless.simulator.town.model import LONG_TERM, Person
from proofless.simulator.town.offices import county_name, office, station
from proofless.simulator.town.registry import fact, person_fact
from proofless.simulator.town.world import Fact, World, years_after, years_between

_HOSPITALS = ("人民医院", "妇幼保健院", "中医院")


@person_fact("DS_PERSON_BASE")
def person_base(w: World, p: Person, r: Random) -> Fact:
    return {"as_of": w.ago(r, 0, 20).isoformat()}


@person_fact("id_card")
def id_card(w: World, p: Person, r: Random) -> Fact:
    """Terms by age at issue (居民身份证法 art. 5): five years to 15, ten to 25, twenty to 45."""
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
    """Registration standing longer than the half year a residence permit asks (居住证暂行条例 art. 2)."""
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


def _paper(w: World, p: Person, r: Random, prefix: str, authority: str) -> Fact:
    """A proof printed on demand within the last days. A term is added where the catalogue gives one."""
    return {
        "cert_no": f"{prefix}{p.key:08d}",
        "issue_date": w.ago(r, 0, 15).isoformat(),
        "issuing_authority": authority,
    }
