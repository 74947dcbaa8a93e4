"""Facts of building: plans, bids, permits, the papers of builders."""

from random import Random

from proofless.simulator.town.model import Enterprise
from proofless.simulator.town.offices import office
from proofless.simulator.town.registry import EnterpriseMake, add_enterprise_fact, enterprise_fact
from proofless.simulator.town.world import Fact, World, money, years_after


def project_name(e: Enterprise) -> str:
    return f"{e.name.removesuffix('有限公司')}演示家园一期工程"


@enterprise_fact("eng_plan_permit", "DS_PLANPERMIT")
def plan_permit(w: World, e: Enterprise, r: Random) -> Fact:
    issued = w.ago(r, 20, 200)
    return {
        "cert_no": f"建字第{e.division}{issued.year}{e.key:05d}号",
        "permit_type": "建设工程规划许可证",
        "builder": e.name,
        "project_name": project_name(e),
        "location": f"{e.address}东侧地块",
        "scale": "建筑面积26000平方米",
        "issue_date": issued.isoformat(),
        "valid_to": years_after(issued, 1).isoformat(),
        "issuing_authority": office(w, "ZRZYJ", e.division).removesuffix("不动产登记中心"),
    }


@enterprise_fact("DS_BID")
def bid(w: World, e: Enterprise, r: Random) -> Fact:
    contractor = w.firm(e.key).contractor
    return {
        "project_no": f"DZ{w.as_of.year}{e.key:06d}",
        "tenderee": e.name,
        "project_name": project_name(e),
        "winner": w.enterprise(contractor).name if contractor else "德州演示建设集团有限公司",
        "win_amount": money(r.randint(3000, 8000) * 10_000),
        "publish_date": w.ago(r, 20, 120).isoformat(),
    }


@enterprise_fact("construction_permit", "completion_record", "DS_CONSTPERMIT")
def construction(w: World, e: Enterprise, r: Random) -> Fact:
    issued = w.ago(r, 400, 900)
    return {
        "cert_no": f"{e.division}{issued:%Y%m%d}{e.key:04d}",
        "builder": e.name,
        "project_name": project_name(e),
        "scale": "建筑面积1200平方米",
        "contract_price": money(r.randint(100, 900) * 10_000),
        "survey_org": "德州演示勘察院",
        "design_org": "德州演示设计院",
        "contractor": "德州演示建设集团有限公司",
        "supervisor": "德州演示监理有限公司",
        "duration": "300天",
        "issue_date": issued.isoformat(),
        "issuing_authority": office(w, "SPJ", e.division),
    }


def _construct_paper(prefix: str, years: int) -> EnterpriseMake:
    def make(w: World, e: Enterprise, r: Random) -> Fact:
        issued = w.ago(r, 60, 280 * years)
        return {
            "cert_no": f"{prefix}37{e.key:08d}",
            "project_name": "资质与许可登记",
            "builder": e.name,
            "contractor": e.name,
            "scale": "建筑工程施工总承包三级",
            "contract_price": "0.00",
            "issue_date": issued.isoformat(),
            "valid_to": years_after(issued, years).isoformat(),
            "issuing_authority": "山东省住房和城乡建设厅",
        }

    return make


add_enterprise_fact("construct_qual", _construct_paper("D3", 5), "construct_qual", "DS_CONSTPERMIT")
add_enterprise_fact(
    "construct_safety", _construct_paper("鲁JZ安许", 3), "construct_safety_license", "DS_CONSTPERMIT"
)
