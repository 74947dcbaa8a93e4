"""会签: the other department is heard, and the case is not decided over its head."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from proofless import ledger
from proofless.applications import services
from proofless.applications.errors import OpinionsOpen, WrongState
from proofless.applications.handling import queries
from proofless.applications.handling.services.opinions import (
    answer_opinion,
    ask_opinion,
    withdraw_opinion,
)
from proofless.applications.models import Event, Opinion, State
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from tests.applications.scenes import Draft, accepted
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ITEM, OTHER = "I081", "SPJ"


@pytest.fixture
def case(town: TestTown) -> Draft:
    return accepted(town, "赵奶奶", ITEM)


@pytest.fixture
def clerk(town: TestTown, case: Draft) -> Actor:
    return town.clerk(case.row.department_code)


@pytest.fixture
def asked(case: Draft, clerk: Actor) -> Opinion:
    made = ask_opinion(
        actor=clerk, application_id=case.id, department_code=OTHER, question="是否同意发放", limit_days=3
    )
    return Opinion.objects.get(id=made)


@pytest.fixture
def in_ten_days() -> Iterator[None]:
    before = clock._source
    clock._source = lambda: datetime.now(UTC) + timedelta(days=10)
    yield
    clock._source = before


def deny(case: Draft, clerk: Actor, *, approve: bool = False, reason: str = "不符合条件") -> None:
    with ledger.reading():
        services.decide(
            actor=clerk,
            application_id=case.id,
            revision=case.row.revision,
            approve=approve,
            reason=reason,
        )


def test_the_decision_waits_until_the_answer_comes(
    town: TestTown, case: Draft, clerk: Actor, asked: Opinion
) -> None:
    with pytest.raises(OpinionsOpen):
        deny(case, clerk)
    answer_opinion(actor=town.clerk(OTHER, 9), opinion_id=asked.id, answer="conditions", text="须按月复核")
    (heard,) = queries.list_opinions(case.row.holder_id, case.id)
    assert heard.state is Opinion.State.CONDITIONS and heard.answer == "须按月复核"
    deny(case, clerk)
    assert case.row.state == State.DENIED


def test_an_answer_that_never_came_lapses_with_the_decision(
    case: Draft, clerk: Actor, asked: Opinion, in_ten_days: None
) -> None:
    deny(case, clerk)
    assert Opinion.objects.get(id=asked.id).state == Opinion.State.LAPSED
    assert LedgerEntry.objects.filter(kind=Kind.OPINION_LAPSED, object_id=str(asked.id)).exists()
    steps = set(Event.objects.filter(application_id=case.id).values_list("step", flat=True))
    assert "会签逾期未答复" in steps


def test_approving_against_a_department_needs_a_reason(
    town: TestTown, case: Draft, clerk: Actor, asked: Opinion
) -> None:
    answer_opinion(actor=town.clerk(OTHER, 9), opinion_id=asked.id, answer="disagreed", text="重复领取")
    with pytest.raises(InputInvalid) as refused:
        deny(case, clerk, approve=True, reason="")
    assert "会签不同意" in str(refused.value.detail)


def test_no_words_no_conditions(town: TestTown, asked: Opinion) -> None:
    for answer in ("conditions", "disagreed"):
        with pytest.raises(InputInvalid):
            answer_opinion(actor=town.clerk(OTHER), opinion_id=asked.id, answer=answer, text=" ")
    with pytest.raises(InputInvalid):
        answer_opinion(actor=town.clerk(OTHER), opinion_id=asked.id, answer="perhaps", text="")


def test_only_the_department_asked_sees_and_answers_it(
    town: TestTown, case: Draft, clerk: Actor, asked: Opinion
) -> None:
    for stranger in (town.clerk("GAJ"), clerk):
        with pytest.raises(NotFound):
            answer_opinion(actor=stranger, opinion_id=asked.id, answer="agreed", text="")
    with ledger.reading():
        opinion, opened = queries.open_asked(town.clerk(OTHER), asked.id)
    assert opinion.question == "是否同意发放" and opened.head.id == case.id
    read = LedgerEntry.objects.filter(kind=Kind.READ, ground=f"statutory:opinion:{asked.id}")
    assert read.exists(), "the other department's reading is in her ledger"
    assert [one.id for one in queries.list_asked(town.clerk(OTHER)).rows] == [asked.id]
    assert not queries.list_asked(town.clerk("GAJ")).rows


def test_asked_once_answered_once(town: TestTown, case: Draft, clerk: Actor, asked: Opinion) -> None:
    for bad in ({"department_code": OTHER}, {"department_code": "MZJ"}, {"limit_days": 0}, {"question": ""}):
        whole = {"department_code": "GAJ", "question": "是否同意", "limit_days": 3} | bad
        with pytest.raises(InputInvalid):
            ask_opinion(actor=clerk, application_id=case.id, **whole)  # type: ignore[arg-type]
    withdraw_opinion(actor=clerk, opinion_id=asked.id)
    for act in (
        lambda: withdraw_opinion(actor=clerk, opinion_id=asked.id),
        lambda: answer_opinion(actor=town.clerk(OTHER), opinion_id=asked.id, answer="agreed", text=""),
    ):
        with pytest.raises(WrongState):
            act()


@pytest.mark.parametrize("first", ["queries", "services.opinions"])
def test_either_side_of_a_decision_may_be_loaded_first(first: str) -> None:
    """A command that begins with the reads of handling would not start at all."""
    script = (
        "from django.apps import apps; from proofless.config import settings; "
        "apps.populate(settings.INSTALLED_APPS); "
        f"import proofless.applications.handling.{first}"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "proofless.config.settings"}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, timeout=60)
