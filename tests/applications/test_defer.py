"""容缺受理: 张三 is accepted without the papers of her case; they follow by their own day."""

from datetime import date
from uuid import UUID

import pytest

from proofless import ledger
from proofless.applications import services
from proofless.applications.errors import ApplicationIncomplete, UploadNotExpected
from proofless.applications.models import ApplicationMaterial, Event
from proofless.applications.services.deferring import may_follow
from proofless.applications.services.promising import reference_of
from proofless.commitments import queries as commitments
from proofless.commitments import services as promises
from proofless.commitments.errors import WrongStage
from proofless.commitments.queries import DeferralView
from proofless.commitments.rules.deferrals import DeferralState
from proofless.kit.errors import NotFound
from proofless.simulator.acting import blank_png
from tests.applications.scenes import Draft, open_draft
from tests.town import TestTown
from tests.verification.scenes import on

pytestmark = pytest.mark.django_db
AID, PAPERS, PROMISE = "I083", "I083-M04", "I083-M02"
START, DUE, AFTER = date(2026, 11, 2), date(2026, 11, 23), date(2026, 11, 24)


def accepted_without(town: TestTown) -> Draft:
    """Handed in and accepted on the second of November without her papers."""
    with on(START):
        draft = open_draft(town, "张三", AID)
        draft.submit(draft.complete(later=frozenset({PAPERS})))
        services.accept(
            actor=office(town, draft),
            application_id=draft.id,
            revision=draft.row.revision,
            checked=frozenset(draft.row.unknown_rules),
        )
    return draft


def office(town: TestTown, draft: Draft):  # type: ignore[no-untyped-def]
    return town.clerk(draft.row.department_code)


def deferral(draft: Draft) -> DeferralView:
    return commitments.list_deferrals(reference_of(draft.id))[0]


def supply(draft: Draft, code: str = PAPERS) -> None:
    with ledger.reading():
        services.supply_material(
            actor=draft.actor, application_id=draft.id, material_code=code, data=blank_png()
        )


def approve(town: TestTown, draft: Draft) -> UUID | None:
    with ledger.reading():
        return services.decide(
            actor=office(town, draft), application_id=draft.id, revision=draft.row.revision, approve=True
        )


def test_the_case_goes_on_without_it_and_she_is_told_her_day(town: TestTown) -> None:
    draft = accepted_without(town)
    assert (deferral(draft).state, deferral(draft).due_on) == (DeferralState.OPEN, DUE)
    told = Event.objects.get(application_id=draft.id, step="容缺受理")
    assert told.note == "“案件相关材料”请在2026年11月23日前补齐"


def test_approved_only_once_it_is_there(town: TestTown) -> None:
    draft = accepted_without(town)
    with on(DUE):
        with pytest.raises(ApplicationIncomplete) as refused:
            approve(town, draft)
        assert refused.value.detail == {"materials": [PAPERS]}
        supply(draft)
        approve(town, draft)
    assert deferral(draft).state is DeferralState.SUPPLIED and draft.row.state == "approved"
    assert ApplicationMaterial.objects.get(application_id=draft.id, material_code=PAPERS).file_address


def test_after_its_day_nothing_else_may_follow_until_it_is_there(town: TestTown) -> None:
    """Silence is not rewarded; bringing it late still is."""
    draft = accepted_without(town)
    with on(AFTER):
        assert promises.lapse_deferrals() == 1
        assert may_follow(draft.row, {PAPERS}) == frozenset()
        assert "有超过期限未补的容缺材料" in {
            reason.text for reason in commitments.eligibility(PROMISE, town["张三"]).reasons
        }
        with pytest.raises(ApplicationIncomplete):
            approve(town, draft)
        supply(draft)
        assert may_follow(draft.row, {PAPERS}) == {PAPERS}
        approve(town, draft)


def test_the_clerk_gives_five_more_days_once(town: TestTown) -> None:
    draft = accepted_without(town)
    with on(DUE):
        for _ in range(2):
            try:
                services.extend_material(
                    actor=office(town, draft), application_id=draft.id, material_code=PAPERS
                )
            except WrongStage:
                break
        else:
            pytest.fail("a second extension was taken")
    assert deferral(draft).due_on == date(2026, 11, 30) and deferral(draft).extended


def test_only_what_the_list_names_may_follow(town: TestTown) -> None:
    """A promise is no paper that follows, and a tick does not make one of it."""
    with on(START):
        draft = open_draft(town, "张三", AID)
        with pytest.raises(ApplicationIncomplete) as refused:
            draft.submit(draft.complete(signed=frozenset(), later=frozenset({PAPERS, PROMISE})))
    assert refused.value.detail["materials"] == [PROMISE]


def test_nothing_else_is_taken_and_from_nobody_else(town: TestTown) -> None:
    draft = accepted_without(town)
    with on(START):
        with pytest.raises(UploadNotExpected):
            supply(draft, PROMISE)
        with pytest.raises(NotFound), ledger.reading():
            services.supply_material(
                actor=town.resident("王五"), application_id=draft.id, material_code=PAPERS, data=blank_png()
            )


def test_a_case_that_came_to_nothing_holds_her_to_nothing(town: TestTown) -> None:
    draft = accepted_without(town)
    with on(START):
        services.withdraw(actor=draft.actor, application_id=draft.id)
        assert services.release_ended() == 2  # her promise, and what was to follow
        assert services.release_ended() == 0
    with on(AFTER):
        assert promises.lapse_deferrals() == 0
    assert deferral(draft).state is DeferralState.ENDED


def test_the_department_sees_what_is_missing(town: TestTown) -> None:
    draft = accepted_without(town)
    assert draft.id.hex in {
        UUID(one.reference.partition(":")[2]).hex for one in commitments.list_missing(office(town, draft))
    }
    assert commitments.list_missing(town.clerk("GAJ")) == []
