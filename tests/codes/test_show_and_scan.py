"""Showing and scanning: 张三 shows her code at the gate; the inspector sees what the scene allows, once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.codes.errors import CodeInvalid, CodeReplayed, SceneForbidden
from proofless.codes.models import Ticket
from proofless.codes.services import load_scenes, scan_code, show_code
from proofless.data.services import load_datasets, load_rows
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, NotFound
from proofless.kit.ids import resident_check_char, uscc_check_char
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.parties.models import HolderKind
from proofless.parties.services import NewHolder, NewRelation, record_relations, register_holders
from proofless.standards.versions import forget

SYSTEM = system_actor(Permission.CATALOG_LOAD, Permission.DATA_LOAD, Permission.PARTY_REGISTER)
SCENE = ("domain", "relying_party", "purpose", "cert_codes", "retention_rule", "verify_mode", "channel")
DATASET = ("base_library", "update_frequency", "share_type", "share_condition", "open_type", "service_form")
BLANK = dict.fromkeys((*SCENE, *DATASET, "response_target"), "") | {"source": "测试"}
BASE_FIELDS = {"name": "string", "birth_date": "date", "id_no": "string", "hukou_address": "string"}


def scene(code: str, code_type: str, attributes: str) -> dict[str, str]:
    return BLANK | {
        "scene_code": code,
        "scene_name": code,
        "supervising_dept_code": "WLJ",
        "code_type": code_type,
        "minimal_attributes": attributes,
        "attributes_not_disclosed": "姓名;住址",
    }


def person(name: str, order: int) -> NewHolder:
    first17 = f"37240119500501{order:03d}"
    return NewHolder(HolderKind.PERSON, name, first17 + resident_check_char(first17), "371402")


@pytest.fixture
def town(db: None) -> dict[str, UUID]:
    """张三 with her ward 小三 and her firm, and 王五 who has nothing to do with them."""
    forget()
    scenes = [
        scene("SC01", "居民码", "is_age_ge_60;is_age_ge_65"),
        scene("SC26", "企业码", "agent_authority;reg_status"),
    ]
    load_scenes(actor=SYSTEM, scenes=scenes)
    dataset = BLANK | {
        "dataset_code": "DS_PERSON_BASE",
        "dataset_name": "人口基本信息",
        "provider_dept_code": "GAJ",
    }
    common = {
        "dataset_code": "DS_PERSON_BASE",
        "sensitivity": "personal",
        "is_query_key": "N",
        "source": "测试",
    }
    fields = [
        common | {"seq": "1", "field_name_cn": name, "field_name_en": name, "data_type": kind}
        for name, kind in BASE_FIELDS.items()
    ]
    load_datasets(actor=SYSTEM, datasets=[dataset | {"data_grade": "L3"}], dataset_fields=fields)
    first17 = "91371400DM1234567"
    firm = NewHolder(HolderKind.ENTERPRISE, "某公司", first17 + uscc_check_char(first17), "371402")
    holders = [person("张三", 102), person("小三", 104), person("王五", 106), firm]
    ids = dict(
        zip(("张三", "小三", "王五", "某公司"), register_holders(actor=SYSTEM, holders=holders), strict=True)
    )
    links = [("guardian_of", "小三"), ("legal_rep_of", "某公司")]
    relations = [NewRelation(kind, ids["张三"], ids[other], "测试") for kind, other in links]
    record_relations(actor=SYSTEM, relations=relations)
    values = {"name": "张三", "birth_date": "1958-05-01", "id_no": "1", "hukou_address": "德州市"}
    load_rows(actor=SYSTEM, rows=[("DS_PERSON_BASE", ids["张三"], values, date(2025, 1, 1))])
    return ids


@pytest.fixture
def zhang(town: dict[str, UUID]) -> Actor:
    own = frozenset({Permission.OWN_READ, Permission.SHOW_CODE})
    return Actor(UUID(int=7), "张三", own, party_id=town["张三"])


@pytest.fixture
def inspector() -> Actor:
    scenes = frozenset({"SC01", "SC26"})
    return Actor(UUID(int=8), "景区", frozenset({Permission.SCAN}), department_code="WLJ", scene_codes=scenes)


@pytest.fixture(autouse=True)
def reading(db: None) -> Iterator[list[ledger.ReadLine]]:
    with ledger.reading() as lines:
        yield lines


def test_the_gate_learns_her_age_group_and_reads_her_birth_date_only(
    zhang: Actor, inspector: Actor, reading: list[ledger.ReadLine]
) -> None:
    shown = show_code(actor=zhang)
    result = scan_code(actor=inspector, code=shown.text.lower() + " ", scene_code="SC01")
    assert [(one.label, one.text) for one in result.answers] == [("已满60周岁", "是"), ("已满65周岁", "是")]
    assert result.answers[0].source == "人口基本信息" and result.answers[0].as_of == "2025-01-01"
    assert result.not_disclosed == ("姓名", "住址")
    assert [line.fields for line in reading] == [("DS_PERSON_BASE.birth_date",)]
    assert reading[0].ground == "statutory:SC01"


def test_the_scan_is_in_her_ledger_and_the_code_is_nowhere(zhang: Actor, inspector: Actor) -> None:
    shown = show_code(actor=zhang)
    scan_code(actor=inspector, code=shown.text, scene_code="SC01")
    entry = LedgerEntry.objects.get(kind="codes.scanned")
    assert str(zhang.party_id) in entry.holders and entry.object_id == "SC01"
    everything = str(list(LedgerEntry.objects.values())) + str(list(Ticket.objects.values()))
    assert shown.text not in everything


def test_a_used_code_is_a_replay(zhang: Actor, inspector: Actor) -> None:
    shown = show_code(actor=zhang)
    scan_code(actor=inspector, code=shown.text, scene_code="SC01")
    with pytest.raises(CodeReplayed):
        scan_code(actor=inspector, code=shown.text, scene_code="SC01")


def test_a_photographed_code_is_worthless_after_a_minute(
    zhang: Actor, inspector: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = show_code(actor=zhang)
    later = datetime.now(UTC) + timedelta(seconds=61)
    monkeypatch.setattr(clock, "_source", lambda: later)
    with pytest.raises(CodeInvalid):
        scan_code(actor=inspector, code=shown.text, scene_code="SC01")


@pytest.mark.parametrize("code", ["", "A" * 20, "A" * 5000, "'; DROP TABLE", "𠮷" * 20])
def test_made_up_codes_are_invalid(town: dict[str, UUID], inspector: Actor, code: str) -> None:
    with pytest.raises(CodeInvalid):
        scan_code(actor=inspector, code=code, scene_code="SC01")


def test_a_scene_he_is_not_registered_for_uses_nothing_up(zhang: Actor, inspector: Actor) -> None:
    shown = show_code(actor=zhang)
    with pytest.raises(SceneForbidden):
        scan_code(actor=replace(inspector, scene_codes=frozenset()), code=shown.text, scene_code="SC01")
    with pytest.raises(CodeInvalid):
        scan_code(actor=inspector, code=shown.text, scene_code="SC26")
    assert scan_code(actor=inspector, code=shown.text, scene_code="SC01").answers


def refusals() -> list[tuple[str, str, str]]:
    entries = LedgerEntry.objects.filter(kind="codes.scan_refused").order_by("at")
    return [(e.object_id, json.loads(e.detail)["reason"], e.holders) for e in entries]


def test_every_refused_scan_is_an_entry(
    zhang: Actor, inspector: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """张三 must see that somebody tried her photographed code again; an auditor, who keeps trying made-up ones."""
    code = show_code(actor=zhang).text
    stranger = replace(inspector, scene_codes=frozenset())
    tries = [(stranger, code, "SC01"), (inspector, code, "SC26"), (inspector, code, "SC99")]
    for who, text, scene in tries:
        with pytest.raises((SceneForbidden, CodeInvalid)):
            scan_code(actor=who, code=text, scene_code=scene)
    scan_code(actor=inspector, code=code, scene_code="SC01")
    with pytest.raises(CodeReplayed):
        scan_code(actor=inspector, code=code, scene_code="SC01")
    with pytest.raises(CodeInvalid):
        scan_code(actor=inspector, code="A" * 20, scene_code="SC01")
    late = show_code(actor=zhang).text
    later = datetime.now(UTC) + timedelta(seconds=61)
    monkeypatch.setattr(clock, "_source", lambda: later)
    with pytest.raises(CodeInvalid):
        scan_code(actor=inspector, code=late, scene_code="SC01")
    hers = f'[{{"h":"{zhang.party_id}"}}]'
    assert refusals() == [
        ("SC01", "SCENE_FORBIDDEN", hers),
        ("SC26", "CODE_INVALID", hers),
        ("", "SCENE_FORBIDDEN", hers),
        ("SC01", "CODE_REPLAYED", hers),
        ("SC01", "CODE_INVALID", "[]"),
        ("SC01", "CODE_INVALID", hers),
    ]


def test_who_may_not_scan_is_refused(zhang: Actor) -> None:
    with pytest.raises(Forbidden):
        scan_code(actor=zhang, code=show_code(actor=zhang).text, scene_code="SC01")


def test_her_ward_and_her_firm_but_not_a_stranger(
    zhang: Actor, inspector: Actor, town: dict[str, UUID]
) -> None:
    assert show_code(actor=zhang, subject=town["小三"]).kind == "居民码"
    firm = show_code(actor=zhang, subject=town["某公司"])
    answers = scan_code(actor=inspector, code=firm.text, scene_code="SC26").answers
    assert [(one.label, one.text) for one in answers] == [("出示人身份", "法定代表人"), ("登记状态", "未知")]
    with pytest.raises(NotFound):
        show_code(actor=zhang, subject=town["王五"])


def test_a_screen_left_on_is_one_showing(zhang: Actor) -> None:
    """Her ledger would otherwise fill with a line a minute."""
    for _ in range(3):
        show_code(actor=zhang)
    assert LedgerEntry.objects.filter(kind="codes.shown").count() == 1
    assert Ticket.objects.count() == 3
