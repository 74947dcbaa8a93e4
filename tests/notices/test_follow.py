"""News finds its people: what happened to a case is in the inbox of whom it concerns, once, in plain words."""

from datetime import timedelta
from uuid import UUID

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.permits import own_holders
from proofless.access.rules import permissions_of
from proofless.applications import services as applications
from proofless.applications.models import Application
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.notices import queries, services, subjects
from proofless.notices.models import Cursor, Notice
from proofless.notices.queries import NoticeView
from proofless.notices.rules.news import TABLE, TEXT_LENGTH, TITLE_LENGTH, To, news_of, sentence
from proofless.parties.models import Account
from proofless.parties.services import NewAccount, make_accounts
from proofless.simulator.acting import Wish, apply_for
from proofless.verification import services as verification
from proofless.verification.models import Request
from tests.applications.scenes import Draft, submitted
from tests.town import TestTown
from tests.verification.scenes import grant, question, yes

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def caught_up() -> None:
    """Everything up to now is old news."""
    Cursor.objects.update_or_create(name="notices", defaults={"position": LedgerEntry.objects.count()})


def inbox(who: Actor) -> list[NoticeView]:
    return list(queries.list_notices(who).rows)


def returned(town: TestTown, name: str, item: str) -> Draft:
    draft = submitted(town, name, item)
    clerk = town.clerk(draft.row.department_code)
    applications.return_for_correction(
        actor=clerk, application_id=draft.id, revision=draft.row.revision, reason="照片请重拍"
    )
    return draft


def test_a_returned_case_is_told_with_item_and_receipt_and_the_way_there(
    town: TestTown, at_once: None
) -> None:
    """赵奶奶 is told what to do and finds it; the words name her item and nobody."""
    caught_up()
    draft = returned(town, "赵奶奶", "I081")
    services.follow_chain()
    newest, older = inbox(town.resident("赵奶奶"))
    assert (newest.title, newest.asks, older.title) == ("需要您补正", True, "申请已提交")
    assert draft.row.receipt in newest.text and "老年人优待证" in newest.text and "赵" not in newest.text
    assert newest.address == f"/applications/{draft.id}"
    assert not inbox(town.resident("王五"))


def test_following_twice_tells_once(town: TestTown, at_once: None) -> None:
    """A worker that died after writing and before moving on must not ring twice."""
    caught_up()
    submitted(town, "赵奶奶", "I081")
    start = Cursor.objects.get().position
    assert services.follow_chain() == 1
    Cursor.objects.update(position=start)
    assert services.follow_chain() == 0
    assert Notice.objects.count() == 1
    assert LedgerEntry.objects.filter(kind=Kind.NOTICE_SENT).count() == 1


def test_each_notice_is_an_entry_of_its_holder(town: TestTown, at_once: None) -> None:
    """That somebody was told can be shown years later (送达)."""
    caught_up()
    submitted(town, "赵奶奶", "I081")
    services.follow_chain()
    entry = LedgerEntry.objects.get(kind=Kind.NOTICE_SENT)
    assert str(town["赵奶奶"]) in entry.holders and "applications.submitted" in entry.detail


def test_old_news_is_not_told(town: TestTown, at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bringing the room into a node that has run for years floods nobody."""
    caught_up()
    submitted(town, "赵奶奶", "I081")
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "_source", lambda: later)
    assert services.follow_chain() == 0
    assert Cursor.objects.get().position == LedgerEntry.objects.count()


def test_an_enterprises_case_is_told_to_it_too(town: TestTown, at_once: None) -> None:
    """周会计's colleague who represents 某公司 sees how its case stands."""
    firm = town.resident("周会计")
    caught_up()
    company = Account.objects.get(username="zhoukuaiji").represents
    made = apply_for(Wish("I051", town["周会计"], company))
    services.follow_chain()
    told = set(Notice.objects.filter(subject_id=str(made)).values_list("holder_id", flat=True))
    assert told == {firm.party_id, company}


def test_a_guardian_reads_her_wards_notices(town: TestTown) -> None:
    guardian = town.resident("李四")
    assert queries.inboxes(guardian) == own_holders(guardian)
    assert queries.inboxes(town.resident("王五")).isdisjoint({town["张三"], town["赵奶奶"]})


def test_officials_are_told_what_waits_for_them(town: TestTown, at_once: None) -> None:
    """The office asked is told of the question, the clerk who asked of the answer; others of neither."""
    keeper = system_actor(Permission.ACCOUNT_MANAGE)
    new = [
        NewAccount(f"c-{code}", "a long password", code, ("clerk",), department_code=code)
        for code in ("GAJ", "JTJ", "YBJ")
    ]
    asked, asker, other = make_accounts(actor=keeper, accounts=new)
    caught_up()
    who = _clerk(asker, "JTJ")
    with ledger.reading():
        made = verification.ask(actor=who, question=question(town["张三"]), permit=grant(who, town["张三"]))
    request = Request.objects.get(id=made)
    services.follow_chain()
    verification.answer(
        actor=_clerk(asked, "GAJ"), request_id=request.id, revision=request.revision, given=yes()
    )
    services.follow_chain()
    assert [one.title for one in inbox(_clerk(asked, "GAJ"))] == ["有新的协查"]
    assert [one.title for one in inbox(_clerk(asker, "JTJ"))] == ["协查已答复"]
    assert not inbox(_clerk(other, "YBJ"))


def _clerk(account: UUID, department: str) -> Actor:
    return Actor(account, "窗口", permissions_of(["clerk"]), department_code=department, channel=Channel.DESK)


def test_a_room_that_cannot_name_its_things_costs_the_words_not_the_notice(
    town: TestTown, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(ids: object) -> dict[str, subjects.Subject]:
        raise RuntimeError("broken")

    caught_up()
    submitted(town, "赵奶奶", "I081")
    monkeypatch.setitem(subjects._places, "application", subjects.Place(broken))
    services.follow_chain()
    assert "您的事项" in inbox(town.resident("赵奶奶"))[0].text


@committed
def test_what_was_chained_is_told(town: TestTown) -> None:
    """The whole way: an act, the sequencer, the follower, the inbox."""
    services.follow_chain()
    apply_for(Wish("I081", town["赵奶奶"]))
    assert services.follow_chain() == 0
    town.chain()
    assert services.follow_chain() == 1
    assert Application.objects.get(holder_id=town["赵奶奶"]).receipt in inbox(town.resident("赵奶奶"))[0].text


def test_every_piece_of_news_fits_and_says_nothing_of_anybody() -> None:
    longest, number = "某" * 100, "2026113000000000000"
    codes = [one.code for one in TABLE]
    assert len(set(codes)) == len(codes) and all(len(code) <= 64 for code in codes)
    for one in TABLE:
        assert len(sentence(one.title, longest, number)) <= TITLE_LENGTH, one
        assert len(sentence(one.text, longest, number)) <= TEXT_LENGTH, one
        assert one in news_of(one.kind, dict([one.when]) if one.when else {})


def test_whom_an_entry_is_news_to_follows_from_its_detail() -> None:
    (good,) = news_of(Kind.APPLICATION_DECIDED, {"state": "approved"})
    (bad,) = news_of(Kind.APPLICATION_DECIDED, {"state": "denied"})
    assert (good.title, bad.title) == ("已办好", "没有批准")
    assert {one.to for one in news_of(Kind.REQUEST_ESCALATED, {})} == {To.ANSWERERS, To.ASKER}
    assert not news_of(Kind.READ, {})
