"""Facts of welfare: social assistance, disability, old age, veterans, family planning, subsidies, land."""

from datetime import date, timedelta
from random import Random

from proofless.simulator.town.model import LONG_TERM, Person
from proofless.simulator.town.offices import county_name, office
from proofless.simulator.town.registry import fact, person_fact
from proofless.simulator.town.world import Fact, World, money, month, years_after

IN_FORCE = "有效"


def _living(w: World, p: Person) -> list[Person]:
    members = w.household(w.life(p.key).household).members
    return [w.person(key) for key in members if w.person(key).died_on is None]


def _head(w: World, p: Person) -> Person:
    return _living(w, p)[0]


@person_fact("low_income_cert", "DS_DIBAO")
def dibao(w: World, p: Person, r: Random) -> Fact:
    """Minimum living allowance: one certificate a family, made from its head's side, with everyone on it."""
    head = _head(w, p)
    if head.key != p.key:
        return fact(w, "dibao", head.holder)
    family = _living(w, p)
    start = w.ago(r, 90, 900)
    rural = w.household(w.life(p.key).household).rural
    return {
        "cert_no": f"DB{p.residence_division}{p.key:07d}",
        "head_name": head.name,
        "head_id_no": head.id_no,
        "address": p.residence_address,
        "urban_rural": "2" if rural else "1",
        "insured_count": len(family),
        "member_names": "、".join(one.name for one in family),
        "monthly_amount": money(len(family) * (620 if rural else 780)),
        "approve_date": start.isoformat(),
        "issue_date": start.isoformat(),
        "start_date": start.isoformat(),
        "status": "享受中",
        "issuing_authority": office(w, "MZJ", w.serving(p)),
    }


@person_fact("tekun_cert", "DS_TEKUN")
def tekun(w: World, p: Person, r: Random) -> Fact:
    start = w.ago(r, 90, 900)
    return {
        "cert_no": f"TK{p.residence_division}{p.key:07d}",
        "support_mode": "2",
        "care_ability": "1",
        "start_date": start.isoformat(),
        "issue_date": start.isoformat(),
        "status": IN_FORCE,
        "issuing_authority": office(w, "MZJ", w.serving(p)),
    }


@person_fact("dibao_edge_proof", "DS_DIBAO_EDGE")
def dibao_edge(w: World, p: Person, r: Random) -> Fact:
    head, start = _head(w, p), w.ago(r, 20, 300)
    return {
        "cert_no": f"DBBY{p.residence_division}{p.key:07d}",
        "head_name": head.name,
        "head_id_no": head.id_no,
        "identify_date": start.isoformat(),
        "issue_date": start.isoformat(),
        "valid_to": years_after(start, 1).isoformat(),
        "status": IN_FORCE,
        "issuing_authority": office(w, "MZJ", w.serving(p)),
    }


@person_fact("orphan_cert", "DS_ORPHAN")
def orphan(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    start = max(w.ago(r, 200, 900), p.birth_date + timedelta(days=60))
    return {
        "cert_no": f"GE{p.residence_division}{p.key:07d}",
        "category": "社会散居孤儿",
        "guardian_name": w.person(life.guardian).name if life.guardian else None,
        "identify_date": start.isoformat(),
        "issue_date": start.isoformat(),
        "monthly_amount": money(1520),
        "status": IN_FORCE,
        "issuing_authority": office(w, "MZJ", w.serving(p)),
    }


@person_fact("elder_card")
def elder_card(w: World, p: Person, r: Random) -> Fact:
    age = w.age(p)
    issued = min(years_after(p.birth_date, 60) + timedelta(days=r.randint(20, 600)), w.as_of)
    return {
        "cert_no": f"YDZ{p.residence_division}{p.key:07d}",
        "benefit_tier": "4" if age >= 100 else "3" if age >= 80 else "2" if age >= 65 else "1",
        "issue_date": max(issued, date(2014, 1, 1)).isoformat(),
        "issuing_authority": f"{county_name(w, w.serving(p))}老龄工作委员会办公室",
    }


@person_fact("DS_ELDER_SUBSIDY")
def elder_subsidy(w: World, p: Person, r: Random) -> Fact:
    """The tier is found by comparing ages before anyone applies; ``待发`` means nothing has been paid yet."""
    age = w.age(p)
    paid = bool(w.life(p.key).given.get("already_received"))
    return {
        "tier": "3" if age >= 100 else "2" if age >= 90 else "1",
        "monthly_amount": money(500 if age >= 100 else 200 if age >= 90 else 100),
        "pay_status": "已发放" if paid else "待发",
        "last_pay_month": month(w.as_of - timedelta(days=28)) if paid else None,
    }


@person_fact("disabled_cert", "DS_DISABLED")
def disabled(w: World, p: Person, r: Random) -> Fact:
    """Number by the 20-place rule: citizen number, category, level (GB/T 26341 codes)."""
    life = w.life(p.key)
    category = str(life.given.get("disability_category") or r.choice("1234456"))
    level = str(life.given.get("disability_level") or r.choice("1223344"))
    issued = max(w.ago(r, 60, 2500), p.birth_date + timedelta(days=400))
    relative = next((k for k in (life.guardian, life.mother, life.father, life.spouse) if k), 0)
    guardian = w.person(relative) if relative and w.person(relative).died_on is None else None
    number = f"{p.id_no}{category}{level}"
    return {
        "cert_no": number,
        "disabled_cert_no": number,
        "disability_category": category,
        "disability_level": level,
        "guardian_name": guardian.name if guardian else "无",
        "guardian_phone": guardian.mobile if guardian else p.mobile,
        "issue_date": issued.isoformat(),
        "valid_to": years_after(issued, 10).isoformat(),
        "status": IN_FORCE,
        "issuing_authority": office(w, "CL", w.serving(p)),
    }


@person_fact("DS_DISABLED_SUBSIDY")
def disabled_subsidy(w: World, p: Person, r: Random) -> Fact:
    """What the subsidy register says before this year's claim: checked, nothing running."""
    return {
        "disabled_cert_no": fact(w, "disabled", p.holder)["cert_no"],
        "subsidy_type": "无",
        "monthly_amount": "0.00",
        "pay_status": "未发放",
    }


@person_fact("veteran_card", "DS_VETERAN")
def veteran(w: World, p: Person, r: Random) -> Fact:
    number = f"YD3714{p.key:010d}"
    return {
        "card_no": number,
        "object_type": "1",
        "disability_level": "无",
        "monthly_amount": "0.00",
        "status": IN_FORCE,
        "issue_date": w.ago(r, 60, 1200).isoformat(),
        "issuing_authority": office(w, "TYJR", w.serving(p)),
    }


@person_fact("DS_VETERAN")
def veteran_record(w: World, p: Person, r: Random) -> Fact:
    """On file, but the card has not been applied for."""
    return fact(w, "veteran", p.holder) | {"card_no": "未制发"}


@person_fact("disabled_soldier_cert")
def disabled_soldier(w: World, p: Person, r: Random) -> Fact:
    return {
        "cert_no": f"鲁军{p.key:08d}",
        "issue_date": w.ago(r, 400, 4000).isoformat(),
        "issuing_authority": "山东省退役军人事务厅",
    }


def _only_child(w: World, p: Person) -> Person:
    return w.person(w.life(p.key).children[0])


@person_fact("one_child_cert")
def one_child(w: World, p: Person, r: Random) -> Fact:
    """独生子女父母光荣证: not issued since 2016; made from the mother's side, both parents hold it."""
    child = _only_child(w, p)
    kin = w.life(child.key)
    if p.sex == "1" and kin.mother and kin.mother != p.key:
        return fact(w, "one_child", ("p", kin.mother))
    father, mother = (w.person(key) if key else None for key in (kin.father, kin.mother))
    issued = min(child.birth_date + timedelta(days=400), date(2015, 12, 1))
    return {
        "cert_no": f"GR{p.hukou_division}{child.key:07d}",
        "father_name": father.name if father else "无",
        "father_id_no": father.id_no if father else "无",
        "mother_name": mother.name if mother else "无",
        "mother_id_no": mother.id_no if mother else "无",
        "child_name": child.name,
        "child_birth_date": child.birth_date.isoformat(),
        "issue_date": issued.isoformat(),
        "issuing_authority": office(w, "WJW", p.hukou_division),
    }


@person_fact("DS_FAMILYPLAN")
def family_plan(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    children = [w.person(key) for key in life.children]
    living = sum(1 for child in children if child.died_on is None)
    lost = len(children) - living
    held = len(children) == 1 and "one_child" in life.wants
    return {
        "support_type": "特别扶助(死亡)" if lost else "奖励扶助",
        "one_child_cert_no": fact(w, "one_child", p.holder)["cert_no"] if held else None,
        "child_count": len(children),
        "living_child_count": living,
        "annual_amount": money(960),
        "status": IN_FORCE,
    }


@person_fact("poverty_monitor_proof", "DS_POVERTY")
def poverty(w: World, p: Person, r: Random) -> Fact:
    head, day = _head(w, p), w.ago(r, 60, 700).isoformat()
    return {
        "cert_no": f"FPF{p.residence_division}{p.key:07d}",
        "head_name": head.name,
        "head_id_no": head.id_no,
        "monitor_type": "突发严重困难户",
        "identify_date": day,
        "issue_date": day,
        "status": "风险未消除",
        "issuing_authority": office(w, "NYJ", w.serving(p)),
    }


@person_fact("DS_UNION")
def union(w: World, p: Person, r: Random) -> Fact:
    employer = w.life(p.key).employer
    return {
        "union_name": f"{w.enterprise(employer).name}工会" if employer else "德州市灵活就业联合工会",
        "member_status": "在会",
        "hardship_type": "无",
        "file_date": w.ago(r, 100, 2000).isoformat(),
    }


@person_fact("DS_BANKPAY")
def bank_pay(w: World, p: Person, r: Random) -> Fact:
    item = str(w.life(p.key).given.get("subsidy_item") or "耕地地力保护补贴")
    return {
        "subsidy_item": item,
        "pay_month": month(w.ago(r, 30, 200)),
        "amount": money(r.randint(200, 900)),
        "pay_status": "已发放",
    }


@person_fact("DS_FARMSUB")
def farm_subsidy(w: World, p: Person, r: Random) -> Fact:
    area = r.randint(20, 120) / 10
    return {
        "subsidy_item": "耕地地力保护补贴",
        "area": money(area),
        "amount": money(area * 125),
        "pay_date": w.ago(r, 60, 300).isoformat(),
    }


@person_fact("land_contract_cert", "DS_LANDCONTRACT")
def land_contract(w: World, p: Person, r: Random) -> Fact:
    return {
        "cert_no": f"{p.hukou_division}J{p.key:09d}",
        "head_name": p.name,
        "head_id_no": p.id_no,
        "contract_area": money(r.randint(30, 150) / 10),
        "contract_to": "2058-09-30",
        "location": f"{p.hukou_address}承包地",
        "issue_date": date(2017, 5, 1 + p.key % 28).isoformat(),
        "valid_to": LONG_TERM,
        "issuing_authority": office(w, "ZRZYJ", p.hukou_division),
    }
