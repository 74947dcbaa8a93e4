"""Making of enterprises: registration, names, legal representatives, staff."""

from dataclasses import dataclass
from datetime import date
from random import Random

from proofless.simulator.town.households import close_household, new_household, pick_county
from proofless.simulator.town.model import Enterprise
from proofless.simulator.town.names import BANKS, INDUSTRIES, ROADS, pick, trade_word
from proofless.simulator.town.numbers import bank_card, mobile, social_credit_code
from proofless.simulator.town.people import Newcomer, add_person, birthday
from proofless.simulator.town.world import Firm, Life, World

_LICENCES = {
    "食品": ("food_biz_license", "food_prod_license"),
    "餐饮": ("small_food_reg", "fire_check_cert"),
    "商贸": ("food_biz_license", "tobacco_license"),
    "医药": ("drug_biz_license", "device_biz_record"),
    "物流": ("road_transport_license", "truck", "road_transport_cert"),
    "文化传媒": ("publication_license",),
    "人力资源": ("hr_service_license", "labor_dispatch_license"),
    "机械": ("industrial_prod_license", "emission_permit"),
    "建材": ("spec_equip_use",),
    "住宿": ("hotel_license", "fire_check_cert", "public_health_license"),
    "医疗": ("med_inst_license",),
    "房地产": ("plan_permit", "presale_permit", "construction"),
    "建筑": ("construct_qual", "construct_safety"),
}


@dataclass(frozen=True, slots=True)
class Founding:
    """What enterprise is to be made. ``name`` empty: one is composed from the county and the trade."""

    legal_rep: int
    established: date
    kind: str = "company"
    industry: str = "商贸"
    county: str = "371402"
    name: str = ""
    handler: int = 0


def add_enterprise(w: World, r: Random, what: Founding) -> int:
    """Make one enterprise and its legal representative's relation to it."""
    key = len(w.enterprises) + 1
    place = w.county(what.county)
    tail = "经营部" if what.kind == "sole" else "有限公司"
    w.enterprises.append(
        Enterprise(
            key=key,
            uscc=social_credit_code(what.county, what.kind, key),
            name=what.name or f"{place.name}{trade_word(r)}{what.industry}{tail}",
            kind=what.kind,
            legal_rep_key=what.legal_rep,
            handler_key=what.handler or what.legal_rep,
            address=f"山东省德州市{place.name}{pick(r, place.towns)}{pick(r, ROADS)}{key % 500 + 1}号",
            division=what.county,
            established_on=what.established,
            industry=what.industry,
            bank_name=f"{pick(r, BANKS)}{place.name.removesuffix('区')}支行",
            bank_account=bank_card(90_000_000 + key),
            mobile=mobile(50_000_000 + key),
        )
    )
    w.firms.append(Firm())
    w.relate("legal_rep_of", ("p", what.legal_rep), ("e", key), what.established, "biz_license")
    if what.handler and what.handler != what.legal_rep:
        w.relate("handler_of", ("p", what.handler), ("e", key), what.established, "DS_ENTBASE")
    return key


def owns(w: World, person: int, enterprise: int) -> None:
    """The person's own business: company or sole trader."""
    since = w.enterprise(enterprise).established_on
    w.relate("owns_business", ("p", person), ("e", enterprise), since, "DS_ENTBASE")


def employ(w: World, enterprise: int, person: int, hired: date, left: date | None = None) -> None:
    """Enter employment; one who has left is no longer ``employs``-related but keeps the record of it."""
    life: Life = w.life(person)
    life.employer, life.hired_on, life.left_on = enterprise, hired, left
    if left is None:
        w.firm(enterprise).staff.append(person)
        w.relate("employs", ("e", enterprise), ("p", person), hired, "DS_LABOR")


def found_institutions(w: World) -> None:
    """Three banks and two developers, each with a head of its own; every mortgage and new home needs one."""
    for place in range(5):
        r = w.random("institution", place)
        head = founder(w, r, age=46 + place)
        bank = place < 3
        what = Founding(
            legal_rep=head,
            established=date(2008, 3, 1 + place),
            kind="bank" if bank else "developer",
            industry="银行" if bank else "房地产",
            county="371402",
            name=f"{BANKS[place]}股份有限公司德州分行"
            if bank
            else f"德州演示{'安居' if place == 3 else '宜家'}房地产开发有限公司",
        )
        key = add_enterprise(w, r, what)
        employ(w, key, head, what.established)
        w.firm(key).wants |= standing_wants(w, key)
        (w.banks if bank else w.developers).append(key)


def founder(w: World, r: Random, age: int, sex: str = "1") -> int:
    """Someone living alone, with the ordinary papers, who is to head an enterprise."""
    home = new_household(w, r, county="371402", rural=False)
    key = add_person(w, home, r, Newcomer(sex, birthday(w, r, age)))
    life = w.life(key)
    life.work, life.profile = "employed", "institution"
    close_household(w, home)
    return key


def standing_wants(w: World, key: int) -> set[str]:
    """What every enterprise in business has."""
    wants = {"registration", "tax", "tax_credit", "staff_insurance", "enterprise_scale"}
    return wants | ({"annual_report"} if w.enterprise(key).established_on.year < w.as_of.year else set())


def add_random_enterprise(w: World, heads: list[int]) -> None:
    """One ordinary enterprise headed by someone of working age out of ``heads``."""
    r = w.random("enterprise", len(w.enterprises))
    head = heads[int(r.random() * len(heads))]
    industry, _, _ = INDUSTRIES[int(r.random() * len(INDUSTRIES))]
    sole = r.random() < 0.4
    county = w.person(head).residence_division
    what = Founding(
        legal_rep=head,
        established=w.ago(r, 40, 5500),
        kind="sole" if sole else "company",
        industry=industry,
        county=county if county in w.counties else pick_county(w, r),
    )
    key = add_enterprise(w, r, what)
    owns(w, head, key)
    wants = standing_wants(w, key)
    for licence in _LICENCES.get(industry, ()):
        if r.random() < 0.75:
            wants.add(licence)
    if "road_transport_cert" in wants:
        wants |= {"truck", "road_transport_license"}
    for name, share in (
        ("premises", 0.5),
        ("supplies", 0.3),
        ("staff_fund", 0.5),
        ("change", 0.2),
        ("penalty", 0.1),
    ):
        if r.random() < share:
            wants.add(name)
    for paper, share in (("credit_report", 0.05), ("staff_insurance_proof", 0.08), ("tax_paid", 0.08)):
        if r.random() < share:
            wants.add(paper)
    w.firm(key).wants |= wants
