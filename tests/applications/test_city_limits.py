"""本市设定的期限: what the city sets for standings and handling binds the next act, not what was agreed before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.models import Authority, Presence
from proofless.access.services import give_authority
from proofless.applications.gate.services import Asked, report_ask
from proofless.applications.handling.services import procedures
from proofless.applications.handling.services.opinions import ask_opinion
from proofless.applications.models import AskReport
from proofless.kit import clock
from proofless.kit.errors import InputInvalid
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.standards.services import set_limit
from proofless.standards.versions import forget
from tests.applications.scenes import accepted
from tests.applications.test_authority import give
from tests.applications.test_window import received
from tests.town import TestTown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def read_again() -> Iterator[None]:
    forget()
    yield
    forget()


def city_sets(limit: Limit, value: int) -> None:
    set_limit(
        actor=system_actor(Permission.LIMITS_SET, label="大数据局"),
        code=limit,
        value=value,
        reason="试行调整",
    )


def test_a_presence_lasts_as_long_as_the_city_says(town: TestTown) -> None:
    city_sets(Limit.PRESENCE_MINUTES, 20)
    received(town)
    row = Presence.objects.get()
    assert row.expires_at - row.opened_at == timedelta(minutes=20)


def test_an_authority_given_before_keeps_its_term(town: TestTown) -> None:
    earlier = give(town)
    city_sets(Limit.AUTHORITY_DAYS, 30)
    assert Authority.objects.get(id=earlier.id).until == earlier.until
    today = clock.today()
    with pytest.raises(InputInvalid) as refused:
        give_authority(
            actor=town.resident("赵奶奶"),
            agent_id=town["李四"],
            item_codes=["I081"],
            since=today,
            until=today + timedelta(days=30),
        )
    assert "30天" in str(refused.value.detail)


def test_opinions_and_procedures_stay_within_the_citys_bounds(town: TestTown) -> None:
    city_sets(Limit.OPINION_DAYS, 6)
    city_sets(Limit.EXPERTS_DAYS, 8)
    case, clerk = accepted(town, "赵奶奶", "I081"), town.clerk("MZJ")
    with pytest.raises(InputInvalid) as refused:
        ask_opinion(
            actor=clerk,
            application_id=case.id,
            department_code="GAJ",
            question="是否在本市居住",
            limit_days=7,
        )
    assert "1至6个工作日" in str(refused.value.detail)
    with pytest.raises(InputInvalid) as refused:
        procedures.begin_procedure(
            actor=clerk,
            application_id=case.id,
            revision=case.row.revision,
            kind="experts",
            reason="需要专家评审",
            limit_days=9,
        )
    assert "1至8个工作日" in str(refused.value.detail)
    with pytest.raises(InputInvalid) as refused:  # the hearing's days are the law's, no city sets them
        procedures.begin_procedure(
            actor=clerk,
            application_id=case.id,
            revision=case.row.revision,
            kind="hearing",
            reason="申请人要求听证",
            limit_days=21,
        )
    assert "1至20个工作日" in str(refused.value.detail)


def test_a_report_is_settled_by_the_day_the_city_promised(town: TestTown) -> None:
    city_sets(Limit.ASK_SETTLE_DAYS, 2)
    with ledger.reading():
        report_ask(actor=town.resident("赵奶奶"), asked=Asked("I081-M01", "window", item_code="I081"))
    assert AskReport.objects.get().due_on == clock.add_working_days(clock.today(), 2).due_on
