"""The clerk's pages of handling: naming everything once, stopping the clocks, hearing another department."""

from uuid import UUID

import pytest
from django.test import Client

from proofless import ledger
from proofless.applications import services
from proofless.applications.models import Application, Opinion, Procedure, State, Supplement
from proofless.simulator.acting import Wish, apply_for
from tests.applications.scenes import handed_in_again
from tests.desk.test_queue import enter, shown
from tests.town import TestTown, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(town: TestTown) -> UUID:
    return apply_for(Wish("I083", town["张三"]))


def row(case: UUID) -> Application:
    return Application.objects.get(id=case)


def text(reply: object) -> str:
    return str(reply.content.decode())  # type: ignore[attr-defined]


def clerk_of(case: UUID) -> Client:
    return enter(f"clerk-{row(case).department_code.lower()}")


def accept(town: TestTown, case: UUID) -> None:
    who, now = town.clerk(row(case).department_code), row(case)
    with ledger.reading():
        services.accept(
            actor=who, application_id=case, revision=now.revision, checked=frozenset(now.unknown_rules)
        )


def test_everything_to_be_corrected_is_ticked_at_once(case: UUID) -> None:
    clerk = clerk_of(case)
    page = text(clerk.get(f"/desk/cases/{case}"))
    assert "一次性告知" in page and 'name="material" value="I083-M04"' in page
    assert 'name="material" value="I083-M01"' not in page, "what the government holds cannot be named"
    clerk.post(
        f"/desk/cases/{case}/act",
        {
            "verb": "return",
            "revision": row(case).revision,
            "reason": "照片不清楚",
            "material": ["I083-M04"],
            "field": ["case_cause"],
        },
    )
    assert row(case).state == State.RETURNED
    assert Supplement.objects.get().materials == ["I083-M04"]


def test_a_second_notice_asks_for_its_reason_on_the_page(town: TestTown, case: UUID) -> None:
    clerk, who = clerk_of(case), town.clerk(row(case).department_code)
    with ledger.reading():
        services.return_for_correction(
            actor=who,
            application_id=case,
            revision=row(case).revision,
            reason="请补正后再交",
            fields=["case_cause"],
        )
    handed_in_again(town, "张三", case)
    posted = {"verb": "return", "revision": row(case).revision, "reason": "再补正", "material": ["I083-M04"]}
    posted["reason"] = "请再补正一次"
    reply = clerk.post(f"/desk/cases/{case}/act", posted)
    assert reply.status_code == 422 and "为什么第一次没有告知" in text(reply)
    clerk.post(f"/desk/cases/{case}/act", posted | {"again": "第一次没有看到背面，责任在窗口"})
    assert row(case).state == State.RETURNED
    assert "责任在窗口" in text(enter("supervisor").get("/desk/supervision/supplements"))


def test_the_clocks_are_stopped_and_started_on_the_page(town: TestTown, case: UUID) -> None:
    accept(town, case)
    clerk = clerk_of(case)
    form = {"verb": "begin", "revision": row(case).revision, "kind": "hearing", "limit_days": "10"}
    wrong = clerk.post(f"/desk/cases/{case}/procedure", form | {"procedure_reason": ""})
    assert wrong.status_code == 422 and not Procedure.objects.exists()
    clerk.post(f"/desk/cases/{case}/procedure", form | {"procedure_reason": "当事人申请听证"})
    assert row(case).paused and "停止计时" in text(clerk.get("/desk/queue?state=paused"))
    assert "当事人申请听证" in text(clerk.get(f"/desk/cases/{case}"))
    ended = {"verb": "end", "revision": row(case).revision, "outcome": "听证结束"}
    clerk.post(f"/desk/cases/{case}/procedure", ended)
    assert not row(case).paused and row(case).due_on


def test_another_department_is_asked_and_answers(town: TestTown, case: UUID) -> None:
    accept(town, case)
    clerk, other = clerk_of(case), enter("clerk-mzj")
    clerk.post(
        f"/desk/cases/{case}/opinions",
        {"department": "MZJ", "question": "是否已享受救助", "limit_days": "3"},
    )
    asked = Opinion.objects.get()
    assert "是否已享受救助" in text(other.get("/desk/opinions"))
    assert "等会签答复" in text(clerk.get(f"/desk/cases/{case}"))
    page = other.get(f"/desk/opinions/{asked.id}")
    assert page.status_code == 200 and "张三" in text(page)
    refused = other.post(f"/desk/opinions/{asked.id}", {"answer": "disagreed", "text": ""})
    assert refused.status_code == 400
    other.post(f"/desk/opinions/{asked.id}", {"answer": "agreed", "text": ""})
    assert Opinion.objects.get().state == Opinion.State.AGREED
    assert enter("clerk-spj").get(f"/desk/opinions/{asked.id}").status_code == 404


def test_next_and_previous_follow_the_queue(town: TestTown, case: UUID) -> None:
    second = apply_for(Wish("I083", town["李四"]))
    clerk = clerk_of(case)
    assert f"/desk/cases/{second}" in text(clerk.get(f"/desk/cases/{case}"))
    page = text(clerk.get(f"/desk/cases/{second}"))
    assert "上一件" in page and f"/desk/cases/{case}" in page
    assert row(case).receipt in shown(clerk)
