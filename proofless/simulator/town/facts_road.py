"""Facts of the road: driving licences, vehicles, transport qualifications."""

from datetime import timedelta
from random import Random

from proofless.simulator.town.model import Enterprise, Person
from proofless.simulator.town.numbers import plate, vin
from proofless.simulator.town.offices import county_name
from proofless.simulator.town.registry import add_person_fact, enterprise_fact, person_fact
from proofless.simulator.town.world import Fact, World, years_after

_MODELS = ("演示牌A100", "演示牌B200", "演示牌C300")


def _police(w: World, county: str) -> str:
    return (
        "山东省德州市公安局交通警察支队" if county in w.counties else f"{county_name(w, county)}交通警察支队"
    )


@person_fact("driver_license", "DS_DRIVER")
def driving(w: World, p: Person, r: Random) -> Fact:
    """Terms of six, then ten years, then long-term (机动车驾驶证申领和使用规定 art. 23)."""
    life = w.life(p.key)
    years = life.given.get("driver_years")
    span = max(w.age(p) - 18, 1)
    held = int(years) if years is not None else min(r.randint(0, span), 25)
    first = years_after(w.as_of, -held) - timedelta(days=40 + p.key % 200)
    begin = first if held < 6 else years_after(first, 6)
    end = years_after(first, 6) if held < 6 else years_after(first, 16)
    if held >= 16:
        begin, end = years_after(first, 16), years_after(first, 16)
    return {
        "license_no": p.id_no,
        "first_issue_date": first.isoformat(),
        "vehicle_class": str(life.given.get("vehicle_class") or r.choice(("C1", "C1", "C1", "C2", "B2"))),
        "valid_from": begin.isoformat(),
        "issue_date": begin.isoformat(),
        "valid_to": end.isoformat() if held < 16 else "9999-12-31",
        "file_no": f"3714{p.key:08d}",
        "license_status": "正常",
        "points": 0 if r.random() < 0.8 else 3,
        "issuing_authority": _police(w, w.serving(p)),
    }


def _vehicle(w: World, owner: str, number: str, address: str, serial: int, r: Random, truck: bool) -> Fact:
    registered = w.ago(r, 200, 1800)
    due = years_after(registered, 1)
    while due <= w.as_of + timedelta(days=60):
        due = years_after(due, 1)
    mass = r.choice((6500, 12000, 18000)) if truck else r.choice((1600, 1750, 1900))
    return {
        "plate_no": plate(serial),
        "plate_type": "大型汽车号牌" if truck else "小型汽车号牌",
        "owner_name": owner,
        "owner_id_no": number,
        "address": address,
        "vehicle_type": "重型厢式货车" if mass >= 12000 else "中型厢式货车" if truck else "小型轿车",
        "use_nature": "货运" if truck else "非营运",
        "brand_model": f"演示牌重卡{mass}" if truck else r.choice(_MODELS),
        "vin": vin(r),
        "engine_no": f"E{serial:08d}",
        "register_date": registered.isoformat(),
        "issue_date": registered.isoformat(),
        "file_no": f"3714{serial:08d}",
        "seats": 3 if truck else 5,
        "gross_mass": mass,
        "curb_mass": mass // 2 if truck else mass - 400,
        "load_mass": mass // 2 if truck else 400,
        "inspect_valid_to": due.isoformat(),
        "valid_to": due.isoformat(),
        "vehicle_status": "正常",
        "issuing_authority": _police(w, "371402"),
    }


@person_fact("vehicle_license", "DS_VEHICLE")
def vehicle(w: World, p: Person, r: Random) -> Fact:
    return _vehicle(w, p.name, p.id_no, p.residence_address, p.key, r, truck=False)


@enterprise_fact("vehicle_license", "DS_VEHICLE")
def truck(w: World, e: Enterprise, r: Random) -> Fact:
    return _vehicle(w, e.name, e.uscc, e.address, 300_000 + e.key, r, truck=True)


def _qualified(w: World, p: Person, r: Random, prefix: str, category: str, years: int) -> Fact:
    first = w.ago(r, 200, 300 * years)
    return {
        "cert_no": f"{prefix}{p.id_no}",
        "vehicle_class": "重型厢式货车",
        "qual_category": category,
        "first_issue_date": first.isoformat(),
        "valid_from": first.isoformat(),
        "issue_date": first.isoformat(),
        "valid_to": years_after(first, years).isoformat(),
        "credit_grade": "AA",
        "issuing_authority": "德州市交通运输局",
    }


@person_fact("DS_TRANSSTAFF")
def transport_training(w: World, p: Person, r: Random) -> Fact:
    """The exam record of someone trained for freight who has no qualification certificate yet."""
    return _qualified(w, p, r, "PX", "2", 6) | {"credit_grade": "考试合格"}


@person_fact("transport_staff_qual", "DS_TRANSSTAFF")
def transport_staff(w: World, p: Person, r: Random) -> Fact:
    return _qualified(w, p, r, "CY", "2", 6)


@person_fact("ridehail_driver_cert", "DS_TRANSSTAFF")
def ridehail_driver(w: World, p: Person, r: Random) -> Fact:
    return _qualified(w, p, r, "WY", "1", 6)


@person_fact("taxi_driver_cert", "DS_TRANSSTAFF")
def taxi_driver(w: World, p: Person, r: Random) -> Fact:
    return _qualified(w, p, r, "XY", "1", 3)


def _ridehail_vehicle(w: World, p: Person, r: Random) -> Fact:
    issued = w.ago(r, 60, 900)
    return {
        "cert_no": f"WYC{p.key:09d}",
        "issue_date": issued.isoformat(),
        "valid_to": years_after(issued, 8).isoformat(),
        "issuing_authority": "德州市交通运输局",
    }


add_person_fact("ridehail_vehicle_cert", _ridehail_vehicle, "ridehail_vehicle_cert")
