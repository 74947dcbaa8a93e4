"""Facts of work: social insurance, contracts, pension, unemployment, housing fund, income tax, injury."""

from datetime import date, timedelta
from random import Random

from proofless.simulator.town.model import Person
from proofless.simulator.town.names import pick
from proofless.simulator.town.offices import office
from proofless.simulator.town.registry import fact, person_fact
from proofless.simulator.town.world import Fact, World, money, month, months_between, years_after

POSITIONS = ("办公室文员", "生产工人", "销售人员", "会计", "仓库管理员", "司机", "技术员", "厨师")


@person_fact("ss_card", "DS_SSCARD")
def ss_card(w: World, p: Person, r: Random) -> Fact:
    issued = w.ago(r, 30, 3000)
    issued = max(issued, p.birth_date + timedelta(days=30))
    return {
        "card_no": f"D{p.key:08d}",
        "issue_date": min(issued, w.as_of).isoformat(),
        "valid_to": years_after(issued, 10).isoformat(),
        "issuing_authority": "德州市人力资源和社会保障局",
        "bank_name": p.bank_name,
        "bank_account": p.bank_account,
        "card_status": "正常",
    }


def monthly_base(w: World, p: Person) -> float:
    return 4200 + w.random("base", p.key).randrange(0, 80) * 100


@person_fact("DS_SOCIALINS")
def insurance(w: World, p: Person, r: Random) -> Fact:
    """Pension insurance: 110 through work, 170 for other residents (LD/T codes)."""
    life = w.life(p.key)
    at_work = life.work in ("employed", "flexible", "unemployed", "retired")
    employer = w.enterprise(life.employer) if life.employer and life.work != "flexible" else None
    start, end = _insured_span(w, p, r)
    status = {"unemployed": "暂停缴费", "retired": "终止缴费"}.get(life.work, "参保缴费")
    return {
        "employer_name": employer.name if employer else ("灵活就业人员" if at_work else "城乡居民"),
        "employer_uscc": employer.uscc if employer else None,
        "insurance_type": "110" if at_work else "170",
        "insured_status": status if p.died_on is None else "终止缴费",
        "pay_from": month(start),
        "pay_to": month(end),
        "pay_months": months_between(start, end) + 1,
        "pay_base": money(monthly_base(w, p) if at_work else 300),
    }


@person_fact("DS_SOCIALINS")
def unemployment_insurance(w: World, p: Person, r: Random) -> Fact:
    """Unemployment insurance (210) of those with an employer, now or before; paid as long as the pension."""
    paid = fact(w, "insurance", p.holder)
    months = w.life(p.key).given.get("unemp_ins_months")
    # A month older than the pension row: where a form asks for "the" insurance, the newest row is meant.
    return (
        paid
        | {"insurance_type": "210", "as_of": (w.as_of - timedelta(days=31)).isoformat()}
        | ({"pay_months": months} if months is not None else {})
    )


def _insured_span(w: World, p: Person, r: Random) -> tuple[date, date]:
    life = w.life(p.key)
    end = p.died_on or life.left_on or (retired_on(w, p) if life.work == "retired" else w.as_of)
    months = life.given.get("pay_months")
    if isinstance(months, int):
        first = end.year * 12 + end.month - months  # zero-based month of the first payment
        return date(first // 12, first % 12 + 1, 1), end
    if life.work == "retired" or w.age(p) >= 60:
        return years_after(end, -r.randint(16, 30)), end
    start = max(life.hired_on or w.ago(r, 1200, 5000), years_after(p.birth_date, 16))
    return min(start, end - timedelta(days=420)), end


def retired_on(w: World, p: Person) -> date:
    age = 60 if p.sex == "1" else 55
    day = years_after(p.birth_date, age)
    return day if day < w.as_of else w.as_of - timedelta(days=120)


@person_fact("si_payment_proof")
def insurance_proof(w: World, p: Person, r: Random) -> Fact:
    paid = fact(w, "insurance", p.holder)
    issued = w.ago(r, 0, 40)
    return paid | {
        "verify_code": f"YZ{p.key:08d}",
        "issuing_authority": "德州市社会保险事业中心",
        "issue_date": issued.isoformat(),
        "valid_to": (issued + timedelta(days=91)).isoformat(),
    }


@person_fact("pension_transfer_voucher")
def pension_transfer(w: World, p: Person, r: Random) -> Fact:
    months = r.randint(20, 90)
    begin, end = w.ago(r, 2600, 3000), w.ago(r, 100, 200)
    return {
        "cert_no": f"ZYPZ{p.key:08d}",
        "insured_period": f"{month(begin)}至{month(end)}",
        "pay_months": months,
        "account_balance": money(months * 380.0),
        "issuing_authority": "济南市社会保险事业中心",
        "out_division": "370100",
        "bank_account": None,
        "issue_date": w.ago(r, 3, 60).isoformat(),
    }


@person_fact("DS_LABOR")
def labor(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    employer = w.enterprise(life.employer)
    start = life.hired_on or w.ago(r, 400, 1200)
    end = life.left_on or max(years_after(start, 3), w.as_of + timedelta(days=90 + p.key % 600))
    return {
        "employer_uscc": employer.uscc,
        "contract_type": "固定期限劳动合同",
        "contract_from": start.isoformat(),
        "contract_to": end.isoformat(),
        "position": life.given.get("position") or pick(r, POSITIONS),
    }


@person_fact("DS_PENSION")
def pension(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    worker = life.work == "retired"
    first = retired_on(w, p) if worker else years_after(p.birth_date, 60)
    status = life.given.get("benefit_status")
    drawing = first <= w.as_of if status is None else status == "1"
    ended = p.died_on is not None
    return {
        "benefit_type": "企业职工基本养老保险待遇" if worker else "城乡居民基本养老保险待遇",
        "benefit_status": "3" if ended else "1" if drawing else "0",
        "first_month": month(first) if drawing else None,
        "monthly_amount": money(r.randint(2600, 4200) if worker else r.randint(170, 260))
        if drawing
        else "0.00",
        "cert_date": w.ago(r, 10, 330).isoformat() if drawing else None,
    }


@person_fact("retirement_cert")
def retirement(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    day = retired_on(w, p)
    return {
        "cert_no": f"TX{day.year}{p.key:07d}",
        "work_start_date": years_after(day, -r.randint(25, 38)).isoformat(),
        "retire_date": day.isoformat(),
        "issue_date": day.isoformat(),
        "retire_type": "正常退休",
        "employer_name": w.enterprise(life.employer).name if life.employer else "原德州演示机械厂",
        "issuing_authority": office(w, "RSJ", w.serving(p)),
    }


@person_fact("DS_UNEMP")
def unemployment(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    registered = min(life.left_on + timedelta(days=10), w.as_of) if life.left_on else w.ago(r, 20, 60)
    return {
        "cert_no": f"SYDJ{p.key:08d}",
        "register_type": "失业登记",
        "register_date": registered.isoformat(),
        "issue_date": registered.isoformat(),
        "difficulty_type": life.given.get("difficulty_type") or ("1" if w.age(p) >= 40 else "5"),
        "status": "有效" if life.work == "unemployed" else "已就业",
        "reason": "劳动合同期满终止",
        "issuing_authority": f"{office(w, 'RSJ', w.serving(p))}公共就业服务中心",
    }


@person_fact("unemp_reg_proof")
def unemployment_proof(w: World, p: Person, r: Random) -> Fact:
    return fact(w, "unemployment", p.holder)


@person_fact("employment_cert")
def employment(w: World, p: Person, r: Random) -> Fact:
    registered = fact(w, "unemployment", p.holder)
    home = w.household(w.life(p.key).household)
    return registered | {
        "cert_no": f"{p.residence_division}00{p.key:08d}",
        "hukou_type": "1" if home.rural else "3",
        "edu_level": w.life(p.key).schooling,
        "employ_type": "灵活就业",
        "unemp_date": registered["register_date"],
        "aid_card_no": f"YZK{p.key:07d}",
        "issue_date": registered["register_date"],
    }


@person_fact("injury_decision", "DS_INJURY")
def injury(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    decided = w.ago(r, 120, 300)
    number = f"德人社工伤认字〔{decided.year}〕第{p.key}号"
    return {
        "cert_no": number,
        "decision_no": number,
        "conclusion": "认定为工伤",
        "disability_grade": str(life.given.get("labor_grade") or 9),
        "employer_uscc": w.enterprise(life.employer).uscc if life.employer else None,
        "decision_date": decided.isoformat(),
        "issue_date": decided.isoformat(),
        "issuing_authority": office(w, "RSJ", w.serving(p)),
    }


@person_fact("labor_capacity")
def labor_capacity(w: World, p: Person, r: Random) -> Fact:
    decided = date.fromisoformat(str(fact(w, "injury", p.holder)["decision_date"])) + timedelta(days=60)
    return {
        "cert_no": f"德劳鉴〔{decided.year}〕{p.key}号",
        "issue_date": min(decided, w.as_of).isoformat(),
        "issuing_authority": "德州市劳动能力鉴定委员会",
    }
