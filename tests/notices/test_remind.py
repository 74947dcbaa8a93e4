"""提醒: once each, of what she would be sorry to have missed; and the clerk of what is nearly late."""

from datetime import date, datetime, timedelta

import pytest

from proofless.applications import services as applications
from proofless.certificates import services as certificates
from proofless.certificates.models import Certificate, CertificateState
from proofless.kit import clock
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.notices import services
from proofless.notices.models import Notice, Reminder
from tests.applications.scenes import accepted
from tests.notices.test_follow import caught_up, inbox, returned
from tests.town import TestTown
from tests.verification.scenes import on

pytestmark = pytest.mark.django_db


def standing_still(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "_source", lambda: at)


def test_a_case_sent_back_is_not_forgotten(
    town: TestTown, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six days later she is reminded once; who went on with it is not."""
    returned(town, "赵奶奶", "I081")
    caught_up()
    assert applications.remind_due() == 0
    standing_still(monkeypatch, clock.now() + timedelta(days=6))
    assert (applications.remind_due(), applications.remind_due()) == (1, 0)
    services.follow_chain()
    assert inbox(town.resident("赵奶奶"))[0].title == "还在等您补正"


def test_the_clerk_in_charge_is_told_what_is_nearly_late(
    town: TestTown, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = accepted(town, "张三", "I083")
    due_on = draft.row.due_on
    assert due_on is not None
    caught_up()
    with on(due_on - timedelta(days=1)):
        assert applications.remind_due() >= 1
    entry = LedgerEntry.objects.get(kind=Kind.REMINDED, object_id=str(draft.id))
    assert "due_soon" in entry.detail
    services.follow_chain()
    assert not Notice.objects.filter(holder_id=town["张三"], news__contains="due_soon").exists()


def test_a_certificate_about_to_end_is_told_once(town: TestTown) -> None:
    """Of what is renewed; a paper made for a moment ends in silence."""
    some = Certificate.objects.filter(state=CertificateState.VALID, valid_to__lt=date(9999, 1, 1))
    lasting = [row for row in some if (row.valid_to - row.valid_from).days > 360]
    one = max(lasting, key=lambda row: row.valid_to)
    with on(one.valid_to - timedelta(days=10)):
        assert certificates.remind_expiring() >= 1
        assert certificates.remind_expiring() == 0
    assert (
        Reminder.objects.filter(holder_id=one.holder_id, subject_id=str(one.id), what="expiring").count() == 1
    )
