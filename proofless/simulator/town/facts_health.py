"""Facts of health: medical insurance, settlements, vaccination, health certificates, medical staff."""

from datetime import timedelta
from random import Random

from proofless.simulator.town.model import Person
from proofless.simulator.town.offices import CITY, county_name, office
from proofless.simulator.town.registry import fact, person_fact
from proofless.simulator.town.world import Fact, World, money, month, years_after


@person_fact("med_ins_voucher", "DS_MEDINS")
def medical_insurance(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    worker = life.work in ("employed", "retired", "flexible")
    employer = w.enterprise(life.employer) if life.employer and life.work != "unemployed" else None
    label = "在职职工" if life.work in ("employed", "flexible") else "退休人员" if worker else "普通居民"
    if life.work in ("child", "student"):
        label = "中小学生和学龄前儿童" if w.age(p) < 18 else "大学生"
    return {
        "med_code": f"3714{p.key:016d}",
        "insured_division": CITY,
        "insurance_type": "310" if worker else "390",
        "insured_status": "参保缴费",
        "person_type": label,
        "pay_year": str(w.as_of.year),
        "pay_months": r.randint(120, 340) if worker and w.age(p) > 45 else r.randint(12, 110),
        "employer_name": employer.name if employer and worker else ("灵活就业" if worker else "城乡居民"),
        "issue_date": max(w.ago(r, 100, 1300), p.birth_date).isoformat(),
        "issuing_authority": "国家医疗保障信息平台",
    }


@person_fact("med_ins_proof")
def medical_insurance_proof(w: World, p: Person, r: Random) -> Fact:
    months = r.randint(14, 80)
    end = w.as_of - timedelta(days=60)
    begin = end - timedelta(days=months * 30)
    issued = w.ago(r, 0, 40)
    return {
        "cert_no": f"YBPZ{p.key:08d}",
        "insurance_type": "310",
        "insured_division": "370100",
        "pay_period": f"{month(begin)}至{month(end)}",
        "pay_months": months,
        "issuing_authority": "济南市医疗保险事业中心",
        "issue_date": issued.isoformat(),
        "valid_to": (issued + timedelta(days=91)).isoformat(),
    }


@person_fact("DS_MEDSETTLE")
def medical_settlement(w: World, p: Person, r: Random) -> Fact:
    left = w.ago(r, 10, 120)
    total = r.randint(6_000, 60_000)
    paid = int(total * r.uniform(0.5, 0.75))
    return {
        "hospital_name": "济南演示大学附属医院",
        "visit_type": "住院",
        "admit_date": (left - timedelta(days=r.randint(3, 15))).isoformat(),
        "discharge_date": left.isoformat(),
        "total_fee": money(total),
        "fund_pay": money(paid),
        "self_pay": money(total - paid),
        "invoice_no": f"37{p.key:010d}",
    }


@person_fact("DS_REMOTEMED")
def remote_treatment(w: World, p: Person, r: Random) -> Fact:
    start = w.ago(r, 150, 300)
    return {
        "record_type": "2",
        "treat_division": "370100",
        "start_date": start.isoformat(),
        "end_date": years_after(start, 2).isoformat(),
        "status": "有效",
    }


@person_fact("DS_MATERNITY")
def maternity(w: World, p: Person, r: Random) -> Fact:
    return {
        "benefit_type": "产前检查费",
        "days": 0,
        "pay_amount": money(r.randint(800, 1800)),
        "pay_date": w.ago(r, 60, 400).isoformat(),
    }


@person_fact("vaccine_cert", "DS_VACCINE")
def vaccination(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    guardian = w.person(life.guardian or life.mother or life.father)
    place = f"{county_name(w, w.serving(p))}演示社区卫生服务中心"
    issued = min(p.birth_date + timedelta(days=25), w.as_of)
    return {
        "cert_no": f"YF{p.key:010d}",
        "guardian_name": guardian.name,
        "guardian_phone": guardian.mobile,
        "vaccine_records": "乙肝疫苗3剂;卡介苗1剂;脊灰疫苗4剂;百白破疫苗4剂",
        "check_conclusion": "1",
        "complete_status": "1",
        "vaccine_org": place,
        "check_date": max(issued, w.ago(r, 10, 200)).isoformat(),
        "issuing_authority": place,
        "issue_date": issued.isoformat(),
    }


@person_fact("health_cert", "DS_HEALTHCERT")
def health_check(w: World, p: Person, r: Random) -> Fact:
    issued = w.ago(r, 10, 300)
    place = f"{county_name(w, w.serving(p))}演示体检中心"
    return {
        "cert_no": f"JK{issued.year}{p.key:08d}",
        "job_category": "食品从业",
        "conclusion": "1",
        "exam_org": place,
        "issuing_authority": place,
        "issue_date": issued.isoformat(),
        "valid_to": years_after(issued, 1).isoformat(),
    }


def _staff(w: World, p: Person, r: Random, doctor: bool) -> Fact:
    life = w.life(p.key)
    place = w.enterprise(life.employer).name if life.employer else f"{county_name(w, w.serving(p))}人民医院"
    issued = w.ago(r, 200, 1500)
    letters = "1" if doctor else "2"
    return {
        "cert_no": f"{letters}1037{p.key:011d}",
        "qual_no": f"{issued.year - 1}37{p.key:018d}",
        "practice_category": "1",
        "practice_scope": "内科专业" if doctor else "护理",
        "practice_place": f"山东省德州市{county_name(w, w.serving(p))}",
        "practice_org": place,
        "first_reg_date": issued.isoformat(),
        "status": "在册",
        "issuing_authority": office(w, "WJW", w.serving(p)),
        "issue_date": issued.isoformat(),
    }


@person_fact("doctor_license", "DS_MEDSTAFF")
def doctor(w: World, p: Person, r: Random) -> Fact:
    return _staff(w, p, r, doctor=True)


@person_fact("nurse_license", "DS_MEDSTAFF")
def nurse(w: World, p: Person, r: Random) -> Fact:
    issued = w.ago(r, 200, 1500)
    return _staff(w, p, r, doctor=False) | {
        "issue_date": issued.isoformat(),
        "first_reg_date": issued.isoformat(),
        "valid_to": years_after(issued, 5).isoformat(),
    }


@person_fact("fertility_reg", "DS_FERTILITY")
def fertility(w: World, p: Person, r: Random) -> Fact:
    """生育登记 of a couple, or of a mother alone. The record is made from the woman's side."""
    life = w.life(p.key)
    if p.sex == "1" and life.spouse:
        return fact(w, "fertility", ("p", life.spouse))
    husband = w.person(life.spouse) if life.spouse else None
    registered = w.ago(r, 20, 500)
    if life.children:
        registered = min(w.person(life.children[-1]).birth_date, w.as_of) - timedelta(days=60)
    return {
        "register_no": f"SY{p.residence_division}{registered.year}{p.key:06d}",
        "wife_name": p.name,
        "wife_id_no": p.id_no,
        "husband_name": husband.name if husband else None,
        "husband_id_no": husband.id_no if husband else None,
        "child_order": max(len(life.children), 1),
        "register_date": registered.isoformat(),
        "issue_date": registered.isoformat(),
        "issuing_authority": f"{county_name(w, w.serving(p))}演示镇卫生院",
    }
