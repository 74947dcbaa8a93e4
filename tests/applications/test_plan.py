"""A whole plan: bounded in statements, right about both sides of a couple, honest about what it asks."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proofless import ledger
from proofless.applications.waterfall.outcome import Mode, Plan
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import Request, make_plan
from proofless.bench.combining import items_of
from proofless.data import queries as data
from proofless.items import queries as items
from proofless.kit.actor import Actor
from tests.town import TestTown

pytestmark = pytest.mark.django_db
STATEMENTS = 12
BIG = ("I006", "I009", "I032", "I036", "I070", "I080", "I081")


def plan(reader: Actor, holder: UUID, item_code: str, **answers: bool) -> Plan:
    with ledger.reading() as lines:
        made = make_plan(reader, items.get_item(item_code), Request(Case(holder), answers))
        lines.clear()
    return made


@pytest.mark.parametrize("item_code", BIG)
@pytest.mark.parametrize("at_the_window", [False, True])
def test_a_plan_is_a_bounded_number_of_statements(
    town: TestTown, item_code: str, at_the_window: bool
) -> None:
    """One statement more for each relative or material would be seconds for a city at nine in the morning."""
    item = items.get_item(item_code)
    who = town.clerk(item.department_code) if at_the_window else town.resident("张三")
    plan(who, town["张三"], item_code)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        plan(who, town["张三"], item_code)
    # How often the catalogue's version is asked for depends on the clock, not on the plan.
    asked = [q["sql"] for q in captured if "standards_version" not in q["sql"]]
    assert len(asked) <= STATEMENTS - 1, "\n".join(sql[:120] for sql in asked)


def test_twenty_materials_are_ten_statements_and_one_for_each_kind_of_source(town: TestTown) -> None:
    """However many materials and relatives: kinds are certificate, data, registration, live, papers, promises."""
    zhang = town.resident("张三")
    for item in items_of(20)[:4]:
        with ledger.reading() as lines:
            make_plan(zhang, item, Request(Case(town["张三"])))
            with CaptureQueriesContext(connection) as captured:
                made = make_plan(zhang, item, Request(Case(town["张三"])))
            lines.clear()
        asked = [q["sql"] for q in captured if "standards_version" not in q["sql"]]
        assert len(made.materials) == 20 and len(asked) <= 15, "\n".join(sql[:120] for sql in asked)


@pytest.mark.parametrize(("name", "other"), [("张三", "孙大明"), ("孙大明", "张三")])
def test_each_of_a_couple_is_on_the_right_side(town: TestTown, name: str, other: str) -> None:
    made = plan(town.resident(name), town[name], "I004")
    values = {f.name: f.value for f in made.fields}
    assert values["applicant_name"] == name
    assert other in values.values() and list(values.values()).count(name) == 1
    assert {t.holder_id for t in made.statutory} == {town[other]}


def test_what_she_is_asked_to_agree_to_is_apart_from_duty(town: TestTown) -> None:
    """Consent is asked for her own records only: nobody agrees for somebody else."""
    made = plan(town.resident("张三"), town["张三"], "I006")
    assert made.consents and {t.holder_id for t in made.consents} <= {town["张三"], town["孙豆豆"]}
    assert town["孙大明"] not in {t.holder_id for t in made.consents}
    assert all(t.recipient_code == "WJW" and t.fields for t in (*made.consents, *made.statutory))
    assert len({t.key for t in made.consents}) == len(made.consents)


def test_an_answer_brings_its_material_and_its_absence_takes_it_away(town: TestTown) -> None:
    zhang = town.resident("张三")
    for answer in (True, False):
        made = plan(zhang, town["张三"], "I006", special_custody=answer)
        found = next(m for m in made.materials if m.code == "I006-M05")
        assert (found.mode is Mode.NOT_APPLICABLE) != answer and found.question
    assert "I006-M05" not in {m.code for m in made.required}


def test_a_source_that_does_not_answer_fails_soft(town: TestTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """The register of marriages is down: she is told, and goes on another way."""
    monkeypatch.setattr(data, "unavailable_datasets", lambda: items.get_item("I070").dataset_codes)
    made = plan(town.resident("张三"), town["张三"], "I070")
    assert made.materials and not made.refused
    said = [a.why for m in made.materials for a in m.attempts]
    assert any("暂时无响应" in why for why in said)
    assert not [m for m in made.materials if m.mode is Mode.DATA and m.evidence]


def test_no_upload_for_what_resolved(town: TestTown) -> None:
    made = plan(town.resident("张三"), town["张三"], "I083")
    assert {m.code for m in made.uploads} == {"I083-M04"}
    assert all(m.evidence or m.mode in {Mode.COMMITMENT, Mode.FORM} for m in made.required if m.mode.resolved)
