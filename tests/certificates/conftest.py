"""The cast: 张三 and her husband 赵六, 李四 her guardian, 王五 an outsider, 某公司; clerks of two offices."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from proofless.access import Ground, Permit, permit
from proofless.access.actors import system_actor
from proofless.access.rules import permissions_of
from proofless.certificates import services
from proofless.certificates.services import NewCertificate
from proofless.kit import ids
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.parties import services as parties
from proofless.parties.models import Department, HolderKind
from proofless.parties.services import NewHolder, NewRelation
from proofless.seals import authorities
from proofless.seals import services as seals
from proofless.standards import versions
from proofless.standards.services import load_standards

CATALOG = Path(__file__).parents[2] / "catalog"
TYPES = {"id_card", "marriage_cert", "biz_license", "cancel_reg_notice"}
OFFICES = {
    "GAJ": "德州市公安局",
    "MZJ": "德州市民政局",
    "SPJ": "德州市行政审批服务局",
    "SCJGJ": "德州市市场监督管理局",
}
NODE = system_actor(
    Permission.CATALOG_LOAD,
    Permission.PARTY_REGISTER,
    Permission.SEAL_APPROVE,
    Permission.SEAL_KEEP,
    Permission.ISSUE,
    Permission.REVOKE,
)


def number(first17: str) -> str:
    return first17 + ids.resident_check_char(first17)


def uscc(first17: str) -> str:
    return first17 + ids.uscc_check_char(first17)


PEOPLE = {
    "张三": number("37140119980203104"),
    "李四": number("37140119700101201"),
    "王五": number("37140119880808305"),
    "赵六": number("37140119970909103"),
}
COMPANY = uscc("91371400MADEM0000")


@dataclass(frozen=True, slots=True)
class Cast:
    """Holder ids by name, and actors."""

    ids: dict[str, UUID]
    police: Actor
    civil: Actor
    node: Actor = NODE

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]

    @staticmethod
    def rows(table: str) -> list[dict[str, str]]:
        """A table of the reference catalogue."""
        return rows(table)

    def resident(self, name: str) -> Actor:
        return Actor(ids.new_id(), name, permissions_of(["resident"]), party_id=self.ids[name])

    def own_permit(self, reader: str, holder: str, *fields: str) -> Permit:
        return permit(self.resident(reader), [self.ids[holder]], fields, "查看本人证照", ground=Ground.OWN)

    def id_card(self, name: str, **changes: Any) -> NewCertificate:
        face = id_face(name) | changes.pop("face", {})
        wish = {
            "type_code": "id_card",
            "holders": ((self.ids[name], ""),),
            "face": face,
            "valid_from": date(2020, 1, 1),
            "valid_to": date(2040, 1, 1),
            "division_code": "371402",
        }
        return NewCertificate(**wish | changes)

    def marriage(self) -> NewCertificate:
        return NewCertificate(
            type_code="marriage_cert",
            holders=((self.ids["赵六"], "man"), (self.ids["张三"], "woman")),
            face=marriage_face(),
            valid_from=date(2022, 5, 20),
            division_code="371402",
        )


def id_face(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "sex": "2",
        "nation": "01",
        "birth_date": "1998-02-03",
        "address": "山东省德州市德城区新湖街道演示小区1号楼",
        "id_no": PEOPLE[name],
        "issuing_authority": "德州市公安局德城分局",
        "valid_from": "2020-01-01",
        "valid_to": "2040-01-01",
        "photo": "演示照片-000001",
    }


def marriage_face() -> dict[str, Any]:
    return {
        "cert_no": "J371402-2022-000001",
        "holder_name": "赵六",
        "register_date": "2022-05-20",
        "issuing_authority": "德州市德城区民政局",
        "man_name": "赵六",
        "man_nationality": "CHN",
        "man_birth_date": "1997-09-09",
        "man_id_no": PEOPLE["赵六"],
        "woman_name": "张三",
        "woman_nationality": "CHN",
        "woman_birth_date": "1998-02-03",
        "woman_id_no": PEOPLE["张三"],
    }


def rows(table: str) -> list[dict[str, str]]:
    with (CATALOG / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def load_catalogue() -> None:
    types = [row for row in rows("certificates") if row["cert_code"] in TYPES]
    fields = [row for row in rows("certificate_fields") if row["cert_code"] in TYPES]
    load_standards(
        actor=NODE,
        code_lists=rows("code_lists"),
        code_list_values=rows("code_list_values"),
        certificates=types,
        certificate_fields=fields,
        datasets=[],
        dataset_fields=[],
    )
    services.load_types(actor=NODE, types=types, fields=fields)


def department(code: str, name: str, order: int) -> Department:
    made = uscc(f"11371400DEM{order:06d}")
    return Department(
        code=code, name=name, short_name=name, level="municipal", category="政府部门", programme_role="",
        uscc=made, source="test",
    )  # fmt: skip


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    versions.forget()
    parties.load_directory(
        actor=NODE,
        divisions=[],
        departments=[department(c, n, i) for i, (c, n) in enumerate(OFFICES.items())],
    )
    load_catalogue()
    new = [NewHolder(HolderKind.PERSON, name, no, "371402") for name, no in PEOPLE.items()]
    made = parties.register_holders(
        actor=NODE, holders=[*new, NewHolder(HolderKind.ENTERPRISE, "某公司", COMPANY, "371402")]
    )
    found = dict(zip([*PEOPLE, "某公司"], made, strict=True))
    parties.record_relations(
        actor=NODE, relations=[NewRelation("guardian_of", found["李四"], found["张三"], "demo")]
    )
    seals.make_home_authority(actor=NODE)
    seals.make_seals_for_departments(actor=NODE)
    clerk = permissions_of(["clerk", "officer"])
    yield Cast(
        ids=found,
        police=Actor(ids.new_id(), "公安窗口", clerk, department_code="GAJ"),
        civil=Actor(ids.new_id(), "民政窗口", clerk, department_code="MZJ"),
    )
    versions.forget()
    authorities.forget()
