"""承诺在办件里: what 张三 signs with her application is kept, gets its check and its date, and ends with the case."""

from datetime import date

import pytest
from django.test import Client

from proofless import ledger
from proofless.access.edge import SESSION_ACCOUNT
from proofless.applications import services
from proofless.applications.errors import DecisionTaken
from proofless.applications.models import ApplicationMaterial
from proofless.applications.services.promising import reference_of
from proofless.commitments import services as promises
from proofless.commitments.models import Channel, Commitment, State
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.parties.models import Account
from tests.applications.scenes import Draft, open_draft, submitted
from tests.town import TestTown
from tests.verification.scenes import on

pytestmark = pytest.mark.django_db
AID, PROMISE = "I083", "I083-M02"


def promise(draft: Draft) -> Commitment:
    return Commitment.objects.get(reference=reference_of(draft.id), material_code=PROMISE)


def send_back(town: TestTown, draft: Draft) -> None:
    services.return_for_correction(
        actor=town.clerk(draft.row.department_code),
        application_id=draft.id,
        revision=draft.row.revision,
        reason="照片请重新拍摄",
    )


def test_what_she_signs_is_a_promise_with_a_check_and_a_date(town: TestTown) -> None:
    """A tick that nobody ever looks at again would be no promise."""
    with on(date(2026, 11, 2)):
        draft = submitted(town, "张三", AID)
    made = promise(draft)
    assert (made.state, made.channel, made.holder_id) == (State.OPEN, Channel.PHONE, town["张三"])
    assert made.due_on == date(2026, 12, 14) and "责任" in made.sheet  # thirty working days
    assert LedgerEntry.objects.filter(kind=Kind.PROMISE_SIGNED, object_id=str(made.id)).count() == 1


def test_a_submission_that_fails_leaves_no_promise(town: TestTown) -> None:
    """Neither without the other: a second device handed in first, and this one's promise is not there either."""
    draft = open_draft(town, "张三", AID)
    draft.attach("I083-M04")
    with pytest.raises(DecisionTaken):
        draft.submit(draft.complete(revision=draft.row.revision + 7))
    assert not Commitment.objects.filter(reference=reference_of(draft.id)).exists()


def test_handed_in_anew_it_is_the_same_promise(town: TestTown) -> None:
    draft = submitted(town, "张三", AID)
    first = promise(draft)
    send_back(town, draft)
    draft.submit()
    assert promise(draft).id == first.id and promise(draft).due_on == first.due_on


def test_a_promise_of_a_case_that_came_to_nothing_is_not_inspected(town: TestTown) -> None:
    """张三 withdrew: nobody rings at her door over what gave her nothing."""
    draft, other = submitted(town, "张三", AID), submitted(town, "王五", AID)
    services.withdraw(actor=draft.actor, application_id=draft.id)
    assert services.release_ended() == 1 and services.release_ended() == 0
    assert promise(draft).state == State.RELEASED and promise(other).state == State.OPEN
    entry = LedgerEntry.objects.get(kind=Kind.PROMISE_RELEASED, object_id=str(promise(draft).id))
    assert str(town["张三"]) in entry.holders


def test_what_is_brought_after_all_is_promised_no_longer(town: TestTown) -> None:
    draft = submitted(town, "张三", AID)
    kept = promises.release_promises(actor=draft.actor, reference=reference_of(draft.id), keep={"I083-M09"})
    assert kept == 1 and promise(draft).state == State.WITHDRAWN


def test_promised_anew_it_begins_anew(town: TestTown) -> None:
    draft = submitted(town, "张三", AID)
    before = promise(draft)
    promises.release_promises(actor=draft.actor, reference=reference_of(draft.id), keep={"I083-M09"})
    send_back(town, draft)
    draft.submit()
    again = promise(draft)
    assert (again.id, again.state, again.looks) == (before.id, State.OPEN, 0)


def test_she_reads_it_among_her_promises(town: TestTown) -> None:
    submitted(town, "张三", AID)
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(Account.objects.get(username="zhangsan").id)
    session.save()
    page = client.get("/commitments/").content.decode()
    assert "经济困难" in page and "等待核查" in page


def test_an_unsigned_promise_is_none(town: TestTown) -> None:
    draft = submitted(town, "张三", AID)
    rows = ApplicationMaterial.objects.filter(application_id=draft.id, committed_at__isnull=False)
    assert list(rows.values_list("material_code", flat=True)) == [PROMISE]
    with ledger.reading():
        assert Commitment.objects.filter(reference=reference_of(draft.id)).count() == 1
