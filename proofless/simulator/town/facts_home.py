"""Facts of dwelling: real estate, mortgages, contracts, rent, taxes on them, supply accounts."""

from datetime import date, timedelta
from random import Random

from proofless.simulator.town.model import Enterprise, Key, Person
from proofless.simulator.town.numbers import estate_unit
from proofless.simulator.town.offices import county_name, office
from proofless.simulator.town.registry import (
    PersonMake,
    add_enterprise_fact,
    add_person_fact,
    enterprise_fact,
    fact,
    person_fact,
)
from proofless.simulator.town.world import Fact, World, money

_OF_ENTERPRISES = 5_000_000  # enterprises' parcels are numbered above the people's


def estate_of(w: World, names: str, numbers: str, county: str, location: str, unit: int, r: Random) -> Fact:
    registered = w.ago(r, 200, 6000)
    home = unit < _OF_ENTERPRISES
    return {
        "cert_no": f"鲁({registered.year}){county_name(w, county)}不动产权第{unit:07d}号",
        "owner_name": names,
        "owner_id_no": numbers,
        "co_ownership": "1" if "、" in names else "0",
        "location": location,
        "unit_no": estate_unit(county, unit),
        "right_type": "国有建设用地使用权/房屋所有权",
        "right_nature": "出让/市场化商品房" if home else "出让",
        "usage": "城镇住宅用地/住宅" if home else "商务金融用地/商业服务",
        "area": money(r.randint(6000, 15000) / 100 if home else r.randint(12000, 90000) / 100),
        "term": "2009年01月01日起2079年01月01日止",
        "other_status": None,
        "remark": None,
        "issuing_authority": office(w, "ZRZYJ", county),
        "register_date": registered.isoformat(),
        "register_time": f"{registered.isoformat()}T10:00:00",
        "issue_date": registered.isoformat(),
        "print_no": f"D37{unit:010d}",
        "status": "现势",
    }


@person_fact("real_estate_cert", "DS_ESTATE")
def estate(w: World, p: Person, r: Random) -> Fact:
    """A home. A co-owner's fact is the owner's: one certificate, two names."""
    life = w.life(p.key)
    owner = life.given.get("estate_of")
    if isinstance(owner, int):
        return fact(w, "estate", ("p", owner))
    joint = life.given.get("estate_with")
    owners = [p, w.person(joint)] if isinstance(joint, int) else [p]
    names, numbers = "、".join(one.name for one in owners), "、".join(one.id_no for one in owners)
    county = w.serving(p)
    return estate_of(w, names, numbers, county, p.residence_address, p.key, r)


@enterprise_fact("real_estate_cert", "DS_ESTATE")
def premises(w: World, e: Enterprise, r: Random) -> Fact:
    return estate_of(w, e.name, e.uscc, e.division, e.address, _OF_ENTERPRISES + e.key, r)


@person_fact("real_estate_reg_proof", "DS_ESTATEMORT")
def mortgage(w: World, p: Person, r: Random) -> Fact:
    home = fact(w, "estate", p.holder)
    bank = w.enterprise(bank_of(w, p))
    begin = w.ago(r, 800, 2500)
    amount = money(r.randint(20, 60) * 10_000)
    term = f"{begin.isoformat()}至{begin.year + 20}-{begin:%m}-01"
    number = f"鲁({begin.year}){county_name(w, w.serving(p))}不动产证明第{p.key:07d}号"
    return {
        "cert_no": number,
        "proof_no": number,
        "proof_item": "1",
        "owner_name": bank.name,
        "mortgagee": bank.name,
        "obligor_name": p.name,
        "debtor": p.name,
        "location": home["location"],
        "unit_no": home["unit_no"],
        "secured_amount": amount,
        "debt_term": term,
        "other": None,
        "remark": None,
        "seal_status": "未查封",
        "register_date": begin.isoformat(),
        "issue_date": begin.isoformat(),
        "issuing_authority": home["issuing_authority"],
    }


def bank_of(w: World, p: Person) -> int:
    """Key of the bank that holds this person's mortgage."""
    return w.banks[p.key % len(w.banks)]


def seller_of(w: World, p: Person) -> Key:
    """Who sold, or is selling, a home to this person: a resident or a developer."""
    given = w.life(p.key).given
    seller = given.get("seller")
    if isinstance(seller, int):
        return ("p", seller)
    developer = given.get("developer")
    return ("e", developer if isinstance(developer, int) else w.developers[p.key % len(w.developers)])


@person_fact("house_contract_record", "DS_HOUSECONTRACT")
def house_contract(w: World, p: Person, r: Random) -> Fact:
    side, number = seller_of(w, p)
    county = w.serving(p)
    recorded = w.ago(r, 20, 200)
    bought: Fact = {
        "location": f"山东省德州市{county_name(w, county)}演示新城{p.key % 30 + 1}号楼{p.key % 900 + 101}室",
        "area": money(r.randint(8500, 14500) / 100),
        "unit_no": estate_unit(county, 2_000_000 + p.key),
    }
    if side == "p":
        sold = fact(w, "estate", ("p", number))
        bought = {name: sold[name] for name in ("location", "area", "unit_no")}
    authority = office(w, "ZJJ", county)
    return bought | {
        "contract_no": f"YS{county}{recorded.year}{p.key:07d}",
        "seller_name": w.person(number).name if side == "p" else w.enterprise(number).name,
        "buyer_name": p.name,
        "buyer_id_no": p.id_no,
        "price": money(float(str(bought["area"])) * r.randint(60, 110) * 100),
        "record_date": recorded.isoformat(),
        "issue_date": recorded.isoformat(),
        "status": "已备案",
        "issuing_authority": authority,
    }


@person_fact("deed_tax_proof", "DS_HOUSETAX")
def house_tax(w: World, p: Person, r: Random) -> Fact:
    contract = fact(w, "house_contract", p.holder)
    paid = date.fromisoformat(str(contract["record_date"])) + timedelta(days=10)
    return {
        "cert_no": f"337{p.key:015d}",
        "unit_no": contract["unit_no"],
        "taxable_amount": contract["price"],
        "paid_amount": money(float(str(contract["price"])) * 0.01),
        "pay_date": min(paid, w.as_of).isoformat(),
        "issue_date": min(paid, w.as_of).isoformat(),
        "issuing_authority": "国家税务总局德州市税务局",
    }


@person_fact("rent_record_proof", "DS_RENTRECORD")
def rent(w: World, p: Person, r: Random) -> Fact:
    begin = w.ago(r, 60, 300)
    county = w.serving(p)
    number = f"ZL{county}{begin.year}{p.key:07d}"
    return {
        "cert_no": number,
        "record_no": number,
        "lessor": "德州演示公寓管理有限公司",
        "lessee_name": p.name,
        "lessee_id_no": p.id_no,
        "location": p.residence_address,
        "usage": "居住",
        "rent_from": begin.isoformat(),
        "rent_to": (begin + timedelta(days=730)).isoformat(),
        "valid_to": (begin + timedelta(days=730)).isoformat(),
        "issue_date": begin.isoformat(),
        "issuing_authority": office(w, "ZJJ", county),
    }


@person_fact("no_house_proof")
def no_house(w: World, p: Person, r: Random) -> Fact:
    issued = w.ago(r, 0, 12)
    owned = "estate" in w.life(p.key).wants
    return {
        "cert_no": f"BDCCX{p.key:09d}",
        "query_division": "371400",
        "query_result": "查询到1条住房登记记录" if owned else "未查询到住房登记记录",
        "query_time": f"{issued.isoformat()}T09:30:00",
        "issuing_authority": "德州市不动产登记中心",
        "issue_date": issued.isoformat(),
        "valid_to": (issued + timedelta(days=30)).isoformat(),
    }


@person_fact("DS_PUBRENT")
def public_rent(w: World, p: Person, r: Random) -> Fact:
    return {
        "guarantee_mode": "实物配租",
        "location": p.residence_address,
        "contract_to": (w.as_of + timedelta(days=r.randint(100, 700))).isoformat(),
        "monthly_rent": money(r.randint(150, 400)),
        "status": "保障中",
    }


def _supply_values(w: World, name: str, address: str, number: int, home: bool) -> Fact:
    """All four supplies of one address: each dataset takes the fields it has."""
    return {
        "account_no": f"{number:010d}",
        "user_name": name,
        "address": address,
        "usage_type": "居民生活" if home else "非居民",
        "monthly_volume": money(8 + number % 12),
        "monthly_kwh": money(120 + number % 200),
        "capacity": "8千瓦" if home else "100千瓦",
        "heat_area": money(80 + number % 60),
        "heat_status": "正常供热",
        "pay_year": str(w.as_of.year),
        "safety_check_date": (w.as_of - timedelta(days=30 + number % 300)).isoformat(),
        "update_time": f"{w.as_of.isoformat()}T00:10:00",
        "arrears": "0.00",
    }


def _supply(place: int) -> PersonMake:
    def make(w: World, p: Person, r: Random) -> Fact:
        return _supply_values(w, p.name, p.residence_address, place * 100_000_000 + p.key, home=True)

    return make


for _place, _dataset in enumerate(("DS_WATER", "DS_GAS", "DS_HEAT", "DS_POWER"), start=1):
    add_person_fact(_dataset.lower(), _supply(_place), _dataset)


def _plant_supply(w: World, e: Enterprise, r: Random) -> Fact:
    return _supply_values(w, e.name, e.address, 900_000_000 + e.key, home=False)


add_enterprise_fact("supplies", _plant_supply, "DS_WATER", "DS_GAS", "DS_HEAT", "DS_POWER")


@person_fact("DS_GEOADDR")
def standard_address(w: World, p: Person, r: Random) -> Fact:
    return {
        "addr_code": f"{p.residence_division}{w.life(p.key).household:012d}",
        "std_address": p.residence_address,
        "division_code": p.residence_division,
        "grid_code": f"{p.residence_division}{p.key % 999:05d}",
        "lng": f"{116.2 + r.random():.6f}",
        "lat": f"{37.2 + r.random() / 2:.6f}",
    }
