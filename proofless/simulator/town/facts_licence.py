"""Facts of permission: the licences of enterprises, by a table of their words and years."""

from dataclasses import dataclass, field
from random import Random

from proofless.simulator.town.model import LONG_TERM, Enterprise
from proofless.simulator.town.offices import office
from proofless.simulator.town.registry import EnterpriseMake, add_enterprise_fact, fact
from proofless.simulator.town.world import Fact, World, years_after


@dataclass(frozen=True, slots=True)
class Licence:
    """``years`` 0 means long-term. ``department`` names the office; ``words`` are the fields of its own."""

    codes: tuple[str, ...]
    prefix: str
    years: int
    department: str = "SPJ"
    words: Fact = field(default_factory=dict)
    digits: int = 7


_LICENCES = (
    Licence(("food_biz_license", "DS_FOODBIZ"), "JY1", 5, words={
        "biz_form": "1", "biz_item": "预包装食品销售",
        "supervise_org": "演示市场监督管理所", "complaint_phone": "12315"}),
    Licence(("small_food_reg", "DS_FOODBIZ"), "XCY", 3, words={
        "biz_form": "2", "biz_item": "热食类食品制售"}),
    Licence(("food_prod_license", "DS_FOODPROD"), "SC1", 5, words={"food_category": "糕点"}),
    Licence(("industrial_prod_license",), "XK", 5, words={"product_name": "建筑用钢筋"}),
    Licence(("drug_biz_license", "DS_DRUGBIZ"), "鲁CB534", 5, words={
        "biz_mode": "2", "business_scope": "中药饮片;中成药;化学药制剂"}),
    Licence(("device_biz_license", "DS_DRUGBIZ"), "鲁德药监械经营许", 5, words={
        "biz_mode": "2", "business_scope": "三类:6822医用光学器具"}),
    Licence(("device_biz_record", "DS_DRUGBIZ"), "鲁德药监械经营备", 0, words={
        "biz_mode": "2", "business_scope": "二类:6820普通诊察器械"}),
    Licence(("road_transport_license", "DS_TRANSOP"), "鲁交运管许可德字3714", 4, words={
        "business_scope": "1", "status": "营业"}),
    Licence(("public_health_license", "DS_PUBHEALTH"), "鲁卫公证字", 4, words={"permit_item": "1"}),
    Licence(("med_inst_license", "DS_MEDINST"), "PDY", 5, words={
        "operate_nature": "1", "diagnosis_subjects": "内科;中医科", "beds": "0"}, digits=13),
    Licence(("hr_service_license", "DS_HRLIC"), "HR3714", 0, words={
        "org_nature": "民营", "permit_scope": "职业中介;人力资源信息发布", "permit_type": "人力资源服务"}),
    Licence(("labor_dispatch_license", "DS_HRLIC"), "LP3714", 3, words={
        "reg_capital": "2000000.00", "permit_scope": "劳务派遣", "permit_type": "劳务派遣"}),
    Licence(("tobacco_license", "DS_TOBACCO"), "3714", 5, "YCZM", words={
        "ent_type": "个体工商户", "permit_scope": "1", "supplier": "山东德州烟草有限公司"}),
    Licence(("hazchem_license", "DS_SAFETY"), "鲁德危化经", 3, words={
        "biz_mode": "2", "permit_scope": "汽油;柴油", "scope": "汽油;柴油"}),
    Licence(("cma_cert", "DS_CMA"), "2215", 6, words={"scope": "水质、空气、公共场所卫生检测"}),
    Licence(("publication_license",), "新出发鲁零字第", 5, words={"business_scope": "1"}),
    Licence(("spec_equip_use", "DS_SPECEQ"), "梯11鲁N", 0, words={"equip_type": "电梯"}),
    Licence(("hotel_license",), "鲁公特旅字", 0, words={"business_scope": "住宿服务"}),
    Licence(("fire_check_cert", "DS_FIRE"), "德消安检字", 0, "XFJY", words={
        "building_info": "地上三层,一至二层", "usage": "1"}),
    Licence(("emission_permit", "DS_EMISSION"), "91-PW-", 5, "STHJ", words={
        "manage_type": "简化管理", "industry": "食品制造业"}),
    Licence(("ent_fund_proof",), "DWGJJ", 0, "ZFGJJ"),
    Licence(("tax_credit_proof",), "NSXY", 1, "SWJ"),
    Licence(("land_plan_permit",), "地字第", 0, "SPJ"),
    Licence(("presale_permit",), "德房预售证", 0),
    Licence(("private_school_license",), "教民", 5),
    Licence(("entertainment_license",), "鲁文娱", 2),
    Licence(("ridehail_license",), "鲁网约", 4),
    Licence(("dangerous_transport_license",), "鲁危运", 4),
    Licence(("water_permit",), "取水鲁", 5),
    Licence(("drainage_permit",), "排水鲁", 5),
    Licence(("gas_license",), "鲁燃", 3),
    Licence(("seed_license",), "鲁种", 5),
    Licence(("pesticide_license",), "农药经许鲁", 5),
    Licence(("animal_epidemic_cert",), "鲁动防合", 0),
    Licence(("vet_clinic_license",), "鲁动诊", 0),
    Licence(("travel_agency_license", "DS_SCENIC"), "L-SD", 0, words={
        "level": "旅行社", "discount_policy": "无", "phone": "0534-0000000"}),
    Licence(("cancel_reg_notice",), "准予注销", 0),
    Licence(("social_group_cert", "DS_SOCIALORG"), "社证", 5, words={
        "org_type": "社会团体", "business_scope": "行业服务", "status": "正常"}),
    Licence(("private_nonprofit_cert", "DS_SOCIALORG"), "民证", 5, words={
        "org_type": "民办非企业单位", "business_scope": "社会服务", "status": "正常"}),
    Licence(("institution_cert", "DS_INST"), "事证", 5, "BB", words={"business_scope": "公益服务"}),
)  # fmt: skip


def _maker(licence: Licence) -> EnterpriseMake:
    def make(w: World, e: Enterprise, r: Random) -> Fact:
        oldest = min(280 * licence.years or 1500, max((w.as_of - e.established_on).days, 1))
        issued = w.ago(r, 0, oldest)
        authority = office(w, licence.department, e.division)
        end = years_after(issued, licence.years).isoformat() if licence.years else LONG_TERM
        number = f"{licence.prefix}{e.division}{e.key:0{licence.digits}d}"
        return licence.words | {
            "cert_no": number,
            "register_no": number,
            "issue_date": issued.isoformat(),
            "valid_from": issued.isoformat(),
            "valid_to": end,
            "audit_valid_to": end,
            "issuing_authority": authority,
            "register_authority": authority,
            "quality_head": _someone(w, e),
            "subject_no": e.uscc,
            "equip_code": f"31{e.division}{e.key:010d}",
            "next_inspect": years_after(w.as_of, 1).isoformat(),
        }

    return make


def _someone(w: World, e: Enterprise) -> str:
    staff = w.firm(e.key).staff
    return w.person(staff[0] if staff else e.legal_rep_key).name


for _licence in _LICENCES:
    add_enterprise_fact(_licence.codes[0], _maker(_licence), *_licence.codes)


def _transport_vehicle(w: World, e: Enterprise, r: Random) -> Fact:
    """The vehicle's own certificate names the licence of its owner."""
    vehicle, licence = fact(w, "truck", e.holder), fact(w, "road_transport_license", e.holder)
    issued = w.ago(r, 30, 300)
    return {
        "cert_no": f"鲁交运管德字{e.key:09d}",
        "plate_no": vehicle["plate_no"],
        "plate_color": "2",
        "license_no": licence["cert_no"],
        "vehicle_type": vehicle["vehicle_type"],
        "tonnage_seat": f"{int(str(vehicle['load_mass'])) / 1000:g}吨",
        "dimension": "9000×2500×3800mm",
        "business_scope": "1",
        "issue_date": issued.isoformat(),
        "audit_valid_to": years_after(issued, 1).isoformat(),
        "valid_to": years_after(issued, 1).isoformat(),
        "issuing_authority": "德州市交通运输局",
    }


add_enterprise_fact("road_transport_cert", _transport_vehicle, "road_transport_cert", "DS_TRANSVEH")
