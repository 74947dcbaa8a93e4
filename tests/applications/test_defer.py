"""容缺受理: 张三 is accepted without the papers of her case; they follow by their own day."""

from datetime import date
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.edge import SESSION_ACCOUNT
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
from proofless.kit.permissions import Permission
from proofless.parties.models import Account
from proofless.parties.services import NewAccount, make_accounts
from proofless.simulator.acting import blank_png
from tests.applications.scenes import Draft, accepted_without, open_draft
from tests.town import TestTown
from tests.verification.scenes import on

pytestmark = pytest.mark.django_db
AID, PAPERS, PROMISE = "I083", "I083-M04", "I083-M02"
START, DUE, AFTER = date(2026, 11, 2), date(2026, 11, 23), date(2026, 11, 24)


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


def enter(username: str) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
    session.save()
    return client


def test_on_her_pages_she_leaves_it_for_later_and_brings_it(town: TestTown) -> None:
    with on(START):
        phone, draft = enter("zhangsan"), open_draft(town, "张三", AID)
        page = phone.get(f"/applications/{draft.id}/fill").content.decode()
        assert f'name="later" value="{PAPERS}"' in page and "15个工作日内" in page
        saved = phone.post(
            f"/applications/{draft.id}/fill", {"act": "save", "later": PAPERS, "revision": "1"}
        )
        assert saved.status_code == 302
        again = phone.get(f"/applications/{draft.id}/fill").content.decode()
        assert f'name="later" value="{PAPERS}" checked' in again
    draft = accepted_without(town)
    with on(START):
        shown = phone.get(f"/applications/{draft.id}").content.decode()
        assert "还要补齐" in shown and "2026年11月23日前补交" in shown
        address = f"/applications/{draft.id}/materials/{PAPERS}"
        empty = phone.post(address, {"file": SimpleUploadedFile("a.png", b"no picture")}, follow=True)
        assert "还要补齐" in empty.content.decode()
        done = phone.post(address, {"file": SimpleUploadedFile("a.png", blank_png())}, follow=True)
        assert "已收到，补齐了" in done.content.decode()
    assert deferral(draft).state is DeferralState.SUPPLIED


def test_the_clerk_sees_the_day_and_may_extend_it(town: TestTown) -> None:
    draft = accepted_without(town)
    account = NewAccount("d-clerk", "x", "窗口", ("clerk",), department_code=draft.row.department_code)
    make_accounts(actor=system_actor(Permission.ACCOUNT_MANAGE), accounts=[account])
    desk, case = enter("d-clerk"), f"/desk/cases/{draft.id}"
    with on(DUE):
        page = desk.get(case).content.decode()
        assert "容缺，11月23日前补齐" in page and "容缺期限延长5个工作日" in page
        refused = desk.post(f"{case}/decide", {"verb": "approve", "revision": draft.row.revision})
        assert refused.status_code == 409 and "容缺的材料还没有补齐" in refused.content.decode()
        assert desk.post(f"{case}/materials/{PAPERS}/extend").status_code == 302
        assert desk.post(f"{case}/materials/{PAPERS}/extend").status_code == 409
        listed = desk.get("/desk/commitments/").content.decode()
        assert "案件相关材料" in listed and "请申请人在2026年11月30日前补齐" in listed
