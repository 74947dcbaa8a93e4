"""Facts of enterprises: registration, reports, tax, insurance, credit, projects."""

from datetime import date, timedelta
from random import Random

from proofless.simulator.town.model import Enterprise, Person
from proofless.simulator.town.names import INDUSTRIES
from proofless.simulator.town.offices import office
from proofless.simulator.town.registry import enterprise_fact, fact, person_fact
from proofless.simulator.town.world import Fact, World, money, month, months_between, years_after

ENT_TYPES = {
    "company": "有限责任公司(自然人投资或控股)",
    "sole": "个体工商户",
    "developer": "有限责任公司",
    "builder": "有限责任公司",
    "bank": "股份有限公司分公司",
    "clinic": "有限责任公司",
    "social": "社会团体",
    "school": "民办非企业单位",
    "institution": "事业单位",
}
_SCOPES = {industry: (code, scope) for industry, code, scope in INDUSTRIES} | {
    "房地产": ("K7010", "房地产开发经营"),
    "建筑": ("E4710", "房屋建筑施工"),
    "银行": ("J6621", "货币金融服务"),
    "医疗": ("Q8425", "医疗服务"),
    "住宿": ("H6110", "住宿服务"),
}


def _capital(w: World, e: Enterprise) -> int:
    return w.random("capital", e.key).choice((10, 30, 50, 100, 200, 500, 1000, 3000)) * 10_000


def _staff_count(w: World, e: Enterprise) -> int:
    given = w.firm(e.key).given.get("insured_count")
    return int(given) if given is not None else max(len(w.firm(e.key).staff), 1)


@enterprise_fact("biz_license", "DS_ENTBASE")
def registration(w: World, e: Enterprise, r: Random) -> Fact:
    code, scope = _SCOPES.get(e.industry, ("S9221", "按登记的业务范围开展活动"))
    authority = office(w, "SPJ", e.division)
    day = e.established_on.isoformat()
    return {
        "ent_type": ENT_TYPES[e.kind],
        "reg_capital": money(_capital(w, e)),
        "establish_date": day,
        "term_from": day,
        "term_to": None,
        "business_scope": scope,
        "issuing_authority": authority,
        "register_authority": authority,
        "register_date": day,
        "issue_date": day,
        "reg_status": e.status,
        "industry_code": code,
    }


@enterprise_fact("DS_ENTCHANGE")
def change(w: World, e: Enterprise, r: Random) -> Fact:
    _, scope = _SCOPES.get(e.industry, ("", "一般经营项目"))
    return {
        "change_item": "经营范围变更",
        "change_before": scope.split(";")[0],
        "change_after": scope,
        "change_date": max(e.established_on, w.ago(r, 30, 400)).isoformat(),
        "shareholder": w.person(e.legal_rep_key).name,
        "contribution": money(_capital(w, e)),
    }


@enterprise_fact("DS_ENTREPORT")
def annual_report(w: World, e: Enterprise, r: Random) -> Fact:
    staff = _staff_count(w, e)
    return {
        "report_year": str(w.as_of.year - 1),
        "employee_count": staff,
        "total_assets": money(staff * r.randint(8, 30) * 10_000),
        "revenue": money(staff * r.randint(10, 40) * 10_000),
        "publish_date": date(w.as_of.year, 1, 1 + e.key % 28).isoformat(),
    }


@enterprise_fact("DS_ENTABN")
def abnormal(w: World, e: Enterprise, r: Random) -> Fact:
    return {
        "list_type": "经营异常名录",
        "reason": "未按期公示年度报告",
        "in_date": w.ago(r, 60, 500).isoformat(),
        "out_date": None,
    }


@enterprise_fact("DS_ENTSI")
def staff_insurance(w: World, e: Enterprise, r: Random) -> Fact:
    given = w.firm(e.key).given
    staff = _staff_count(w, e)
    months = given.get("unemp_pay_months")
    return {
        "insured_count": staff,
        "unemp_ins_paid_last_year": money(staff * 12 * 5000 * 0.007),
        "arrears": "0.00",
        "layoff_rate": str(given.get("layoff_rate") or f"{r.randint(0, 4) / 100:.3f}"),
        "pay_months": int(months)
        if months is not None
        else min(months_between(e.established_on, w.as_of), 240),
    }


@enterprise_fact("ent_si_proof")
def staff_insurance_proof(w: World, e: Enterprise, r: Random) -> Fact:
    issued = w.ago(r, 0, 40)
    begin = max(e.established_on, w.as_of - timedelta(days=365))
    return {
        "cert_no": f"DWSB{e.key:08d}",
        "insurance_type": "110",
        "insured_count": _staff_count(w, e),
        "pay_period": f"{month(begin)}至{month(w.as_of - timedelta(days=31))}",
        "arrears": "无欠费",
        "issuing_authority": office(w, "RSJ", e.division),
        "issue_date": issued.isoformat(),
        "valid_to": (issued + timedelta(days=91)).isoformat(),
    }


@enterprise_fact("DS_ENTFUND")
def staff_fund(w: World, e: Enterprise, r: Random) -> Fact:
    return {
        "deposit_count": _staff_count(w, e),
        "paid_to": month(w.as_of - timedelta(days=31)),
        "arrears": "0.00",
    }


@enterprise_fact("DS_TAXCREDIT")
def tax_credit(w: World, e: Enterprise, r: Random) -> Fact:
    return {
        "credit_year": str(w.as_of.year - 1),
        "credit_level": r.choices("ABMC", weights=(10, 45, 40, 5))[0],
    }


def _tax(w: World, e: Enterprise, r: Random) -> Fact:
    small = r.random() < 0.7
    period = month(w.as_of - timedelta(days=31))
    paid = money(r.randint(5, 200) * 100)
    day = (w.as_of - timedelta(days=15)).isoformat()
    return {
        "cert_no": f"337{e.key:015d}",
        "tax_type": "增值税",
        "tax_period": period,
        "paid_amount": paid,
        "pay_date": day,
        "issue_date": day,
        "issuing_authority": "国家税务总局德州市税务局",
        "arrears": "0.00",
        "taxpayer_type": "2" if small else "1",
        "taxable_income": money(r.randint(10, 200) * 10_000),
        "monthly_sales": money(r.randint(4, 9) * 10_000 if small else r.randint(40, 90) * 10_000),
        "conclusion": "所有税务事项均已结清",
    }


@enterprise_fact("DS_TAXPAY")
def tax(w: World, e: Enterprise, r: Random) -> Fact:
    return _tax(w, e, r)


@enterprise_fact("tax_paid_proof")
def tax_paid(w: World, e: Enterprise, r: Random) -> Fact:
    return fact(w, "tax", e.holder)


@enterprise_fact("tax_clear_proof")
def tax_clear(w: World, e: Enterprise, r: Random) -> Fact:
    return fact(w, "tax", e.holder) | {"cert_no": f"QS{e.key:012d}"}


@enterprise_fact("DS_CREDIT")
def penalty(w: World, e: Enterprise, r: Random) -> Fact:
    """A slight penalty where one is given; else the licence that is published the same way (双公示)."""
    months = w.firm(e.key).given.get("penalty_months")
    decided = w.as_of - timedelta(days=int(months) * 31) if months is not None else e.established_on
    authority = "德州市市场监督管理局" if months is not None else office(w, "SPJ", e.division)
    return {
        "subject_name": e.name,
        "publish_type": "行政处罚" if months is not None else "行政许可",
        "doc_no": f"德演示{'罚' if months is not None else '许'}〔{decided.year}〕{e.key}号",
        "content": "未按规定明码标价,警告并罚款500元" if months is not None else "准予登记",
        "authority": authority,
        "decision_date": decided.isoformat(),
        "publish_to": years_after(decided, 3).isoformat(),
        "credit_grade": "B",
    }


@enterprise_fact("credit_report")
def credit_report(w: World, e: Enterprise, r: Random) -> Fact:
    issued = w.ago(r, 0, 12)
    clean = w.firm(e.key).given.get("penalty_months") is None
    return {
        "cert_no": f"XYBG{e.key:010d}",
        "query_period": f"{years_after(issued, -3).isoformat()}至{issued.isoformat()}",
        "cover_domains": "税务;社会保险;市场监管;生态环境;消防",
        "query_result": "未查询到违法违规记录" if clean else "查询到1条轻微行政处罚,已履行完毕",
        "issuing_authority": "德州市公共信用信息中心",
        "issue_date": issued.isoformat(),
        "valid_to": (issued + timedelta(days=30)).isoformat(),
    }


@enterprise_fact("DS_SME")
def enterprise_scale(w: World, e: Enterprise, r: Random) -> Fact:
    staff = _staff_count(w, e)
    return {
        "ent_scale": "4" if staff < 10 else "3" if staff < 100 else "2",
        "cultivate_type": "无",
        "batch": None,
        "valid_to": (w.as_of + timedelta(days=400)).isoformat(),
    }


@enterprise_fact("hightech_cert", "DS_HIGHTECH")
def hightech(w: World, e: Enterprise, r: Random) -> Fact:
    issued = w.ago(r, 60, 900)
    return {
        "cert_no": f"GR{issued.year}37{e.key:06d}",
        "identify_type": "高新技术企业",
        "identify_date": issued.isoformat(),
        "issue_date": issued.isoformat(),
        "valid_to": years_after(issued, 3).isoformat(),
        "is_first": True,
        "issuing_authority": "山东省科学技术厅",
    }


@person_fact("DS_ENTNAME")
def reserved_name(w: World, p: Person, r: Random) -> Fact:
    """企业名称登记管理规定 art. 18: a declared name is kept for two months; only such are in the register."""
    reserved = w.ago(r, 1, 20)
    return {
        "ent_name": f"德州{p.name[-1]}和商贸有限公司",
        "reserve_no": f"MC{reserved:%Y%m%d}{p.key:06d}",
        "reserved_on": reserved.isoformat(),
        "reserved_until": (reserved + timedelta(days=60)).isoformat(),
    }


@enterprise_fact("DS_ENDNOTICE")
def end_notice(w: World, e: Enterprise, r: Random) -> Fact:
    """市场主体登记管理条例: a simple deregistration is announced for twenty days before it is applied for."""
    begun = w.ago(r, 21, 30)
    return {
        "publish_from": begun.isoformat(),
        "publish_to": (begun + timedelta(days=20)).isoformat(),
        "objection": False,
    }
