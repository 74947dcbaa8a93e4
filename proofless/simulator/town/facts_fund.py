"""Facts of money: housing fund and its loans, income tax."""

from datetime import timedelta
from random import Random

from proofless.simulator.town.facts_work import monthly_base, retired_on
from proofless.simulator.town.model import Person
from proofless.simulator.town.registry import fact, person_fact
from proofless.simulator.town.world import Fact, World, money, month

FUND_CENTER = "德州市住房公积金管理中心"


@person_fact("DS_FUND")
def fund(w: World, p: Person, r: Random) -> Fact:
    life = w.life(p.key)
    employer = w.enterprise(life.employer) if life.employer else None
    base = monthly_base(w, p)
    months = int(life.given.get("fund_months") or r.randint(14, 150))
    closed = life.work == "retired"
    return {
        "account_no": f"GJJ{p.key:09d}",
        "employer_name": employer.name if employer else "个人自愿缴存",
        "employer_account": f"DW{life.employer:07d}",
        "account_status": "封存" if closed else "正常",
        "open_date": (w.as_of - timedelta(days=months * 30)).isoformat(),
        "deposit_base": money(base),
        "monthly_deposit": money(base * 0.2),
        "paid_to": month(retired_on(w, p) if closed else w.as_of - timedelta(days=25)),
        "balance": money(base * 0.2 * months),
        "continuous_months": months,
        "center_name": FUND_CENTER,
    }


@person_fact("housing_fund_proof")
def fund_proof(w: World, p: Person, r: Random) -> Fact:
    """Proof of deposits elsewhere for those who bring an account in (I035), else of deposits here."""
    here = fact(w, "fund", p.holder) | {"issuing_authority": FUND_CENTER}
    away: Fact = {
        "account_no": f"JN{p.key:09d}",
        "employer_name": "济南演示科技有限公司",
        "account_status": "封存",
        "issuing_authority": "济南住房公积金中心",
    }
    return here | (away if w.life(p.key).given.get("fund_elsewhere") else {}) | _fund_paper(w, p, r, "GJJZM")


@person_fact("offsite_loan_proof")
def offsite_loan(w: World, p: Person, r: Random) -> Fact:
    return _fund_paper(w, p, r, "YDDK") | {"issuing_authority": "济南住房公积金中心"}


def _fund_paper(w: World, p: Person, r: Random, prefix: str) -> Fact:
    issued = w.ago(r, 0, 40)
    return {
        "cert_no": f"{prefix}{p.key:08d}",
        "issue_date": issued.isoformat(),
        "valid_to": (issued + timedelta(days=91)).isoformat(),
    }


@person_fact("DS_FUNDLOAN", "fund_settle_proof")
def fund_loan(w: World, p: Person, r: Random) -> Fact:
    settled = w.ago(r, 10, 90).isoformat()
    return {
        "cert_no": f"JQZM{p.key:08d}",
        "contract_no": f"GJJDK{p.key:08d}",
        "loan_amount": money(r.randint(20, 50) * 10_000),
        "loan_balance": "0.00",
        "settle_status": "已结清",
        "settle_date": settled,
        "issue_date": settled,
        "issuing_authority": FUND_CENTER,
    }


@person_fact("income_tax_record")
def income_tax_proof(w: World, p: Person, r: Random) -> Fact:
    return fact(w, "income_tax", p.holder)


@person_fact("DS_PERSONTAX")
def income_tax(w: World, p: Person, r: Random) -> Fact:
    income = monthly_base(w, p) * 12
    return {
        "cert_no": f"NSJL{p.key:08d}",
        "tax_year": str(w.as_of.year - 1),
        "income_type": "工资薪金所得",
        "income_amount": money(income),
        "paid_amount": money(max(income - 60_000, 0) * 0.03),
        "issue_date": w.ago(r, 1, 60).isoformat(),
        "issuing_authority": "国家税务总局德州市税务局",
    }
