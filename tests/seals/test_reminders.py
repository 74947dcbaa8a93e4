"""提醒: keepers and approvers hear of seals and revocation lists that end while there is time, once each."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.access.actors import system_actor
from proofless.config import routine
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.notices import queries as notices
from proofless.notices.queries import NoticeView
from proofless.notices.services import follow_chain
from proofless.seals import queries, services
from proofless.seals.errors import SignerLocked
from proofless.seals.models import Seal
from proofless.seals.rules import SealForm, list_ends, seal_reminder
from proofless.seals.services import NewApplication
from proofless.standards.services import set_limit
from tests.notices.conftest import at_once
from tests.seals.conftest import NODE, Clock, Office, let_end
from tests.seals.test_plans import opened, seal_next, view
from tests.seals.test_trust import Stranger, imported

__all__ = ["at_once"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BUREAU = system_actor(Permission.LIMITS_SET)


def of(limit: Limit) -> st.SearchStrategy[int]:
    return st.integers(limit.terms.least, limit.terms.most)


TOLD = st.tuples(of(Limit.SEAL_FIRST_DAYS), of(Limit.SEAL_LAST_DAYS))


def inbox(who: Actor) -> list[NoticeView]:
    follow_chain()
    return list(notices.list_notices(who).rows)


def seal_of_mzj() -> Seal:
    return Seal.objects.get(department_code="MZJ")


def test_keeper_and_bureau_hear_of_a_seal_that_ends(office: Office, at_once: None) -> None:
    """Without it a counter finds out on the day nothing can be issued any more."""
    now = datetime.now(UTC)
    let_end("MZJ", now + 59 * DAY)
    assert services.remind_ending(actor=NODE) == 1 and services.remind_ending(actor=NODE) == 0
    (told,) = inbox(office["keeper-mzj"])
    seal = seal_of_mzj()
    assert told.asks and seal.name in told.text and told.address == f"/desk/seals/coded/{seal.code}"
    assert [one.title for one in inbox(office["approver"])] == ["有印章快到期了"]
    assert not inbox(office["keeper-gaj"]) and not inbox(office["auditor"])
    page = office.client("keeper-mzj").get(told.address)
    assert page.status_code == 302 and page["Location"] == f"/desk/seals/{seal.id}"
    assert office.client("keeper-gaj").get(told.address).status_code == 404
    let_end("MZJ", now + 14 * DAY)
    assert services.remind_ending(actor=NODE) == 1, "the last call"
    assert [one.title for one in inbox(office["keeper-mzj"])] == ["印章快到期了", "印章快到期了"]
    let_end("MZJ", now - DAY)
    assert services.remind_ending(actor=NODE) == 0, "it has ended: its page says so"


def test_a_seal_being_renewed_is_told_of_only_when_it_gets_late(office: Office, set_clock: Clock) -> None:
    now, seal = datetime.now(UTC), queries.list_seals("MZJ")[0]
    let_end("MZJ", now + 59 * DAY)
    wish = NewApplication(seal.name, SealForm.DEPARTMENT, "到期换发", renews_id=seal.id)
    services.apply_for_seal(actor=office["keeper-mzj"], new=wish)
    assert services.remind_ending(actor=NODE) == 0
    set_clock(now + 45 * DAY)
    services.refresh_crls(actor=NODE)
    assert services.remind_ending(actor=NODE) == 1


def test_a_locked_node_tells_of_its_own_list(
    office: Office, at_once: None, set_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody unlocked it after a restart: in five days every certificate of the city would be 未知."""
    set_clock(datetime.now(UTC) + 24 * DAY)
    routine.remind_ending()
    assert not inbox(office["approver"]), "there is time"
    set_clock(datetime.now(UTC) + 26 * DAY)

    def locked() -> None:
        raise SignerLocked()

    with monkeypatch.context() as closed:
        closed.setattr("proofless.seals.keyring.stamp", locked)
        with pytest.raises(SignerLocked):
            routine.renew_trust()
    routine.remind_ending()
    routine.remind_ending()
    told = inbox(office["approver"])
    assert len(told) == 2 and all("吊销列表" in one.title and one.asks for one in told)
    assert {one.address for one in told} == {"/desk/seals/signer"}
    assert not inbox(office["keeper-mzj"])


def test_a_ca_whose_list_cannot_be_fetched_is_told_of(
    office: Office, at_once: None, set_clock: Clock
) -> None:
    now, stranger = clock.now(), Stranger()
    silent = imported(office, stranger, crl_url="http://ca.example/silent.crl")
    services.upload_crl(actor=office["approver"], trusted_id=silent, data=stranger.crl(now, days=30))
    distrusted = Stranger()
    gone = imported(office, distrusted)
    services.upload_crl(actor=office["approver"], trusted_id=gone, data=distrusted.crl(now, days=30))
    services.distrust(actor=office["approver"], trusted_id=gone, since=now, reason="停业")
    set_clock(now + 26 * DAY)
    services.refresh_crls(actor=NODE)
    assert services.remind_ending(actor=NODE) == 1 and services.remind_ending(actor=NODE) == 0
    entry = LedgerEntry.objects.get(kind=Kind.CRL_ENDING)
    assert entry.object_id == str(silent)
    (told,) = inbox(office["approver-2"])
    assert "某电子认证公司" in told.text and told.address == f"/desk/seals/trust/{silent}"
    services.upload_crl(actor=office["approver"], trusted_id=silent, data=stranger.crl(clock.now()))
    set_clock(now + 53 * DAY)
    services.refresh_crls(actor=NODE)
    assert services.remind_ending(actor=NODE) == 1, "the next list is told of anew"


def test_a_party_hears_of_its_turn_and_the_leader_of_a_refusal(office: Office, at_once: None) -> None:
    """A paper would otherwise lie in a queue nobody looks into."""
    plan = opened(office, "MZJ", "GAJ")
    assert [one.title for one in inbox(office["keeper-mzj"])] == ["轮到本单位签章"]
    assert not inbox(office["keeper-gaj"])
    seal_next(office, plan)
    told = inbox(office["keeper-gaj"])
    assert [(one.title, one.address) for one in told] == [("轮到本单位签章", f"/desk/seals/plans/{plan}")]
    assert told[0].asks and "联合审批意见" not in told[0].text, "a title may name somebody"
    due = view(office, plan).due
    assert due is not None
    services.refuse_step(actor=office["keeper-gaj"], step_id=due.id, reason="与登记不符")
    assert inbox(office["keeper-mzj"])[0].title == "有一方拒绝签章"
    services.reopen_step(actor=office["keeper-mzj"], step_id=due.id)
    assert [one.title for one in inbox(office["keeper-gaj"])] == ["轮到本单位签章"] * 2


def test_the_routine_reminds() -> None:
    (task,) = [task for task in routine.tasks() if task.name == "seals.remind"]
    assert task.run is routine.remind_ending


def test_the_city_says_how_early_it_is_told(office: Office, at_once: None) -> None:
    """Where making a seal takes two months, sixty days are too late; told once, a longer time tells nothing anew."""
    now = datetime.now(UTC)
    let_end("MZJ", now + 80 * DAY)
    assert services.remind_ending(actor=NODE) == 0
    assert "天内到期" not in office.client("approver").get("/desk/seals/").content.decode()
    set_limit(actor=BUREAU, code=Limit.SEAL_FIRST_DAYS, value=90, reason="制作公章要两个月")
    assert services.remind_ending(actor=NODE) == 1
    assert "90天内到期" in office.client("approver").get("/desk/seals/").content.decode()
    found = queries.search_seals(office["approver"], queries.Search(state=queries.EXPIRING), page=1)
    assert [view.id for view in found.rows] == [seal_of_mzj().id]
    set_limit(actor=BUREAU, code=Limit.SEAL_FIRST_DAYS, value=120, reason="再早一些通知")
    assert services.remind_ending(actor=NODE) == 0


@given(TOLD.flatmap(lambda at: st.tuples(st.just(at), st.integers(0, 200), st.none() | st.sampled_from(at))))
def test_each_reminder_comes_once_and_the_later_one_last(
    given_: tuple[tuple[int, int], int, int | None],
) -> None:
    """Within everything the city may set."""
    at, left, told = given_
    due = seal_reminder(timedelta(days=left), told, at)
    assert due is None or (left <= due and (told is None or due < told))
    if due is not None:
        assert seal_reminder(timedelta(days=left), due, at) is None


@given(st.integers(1, 400), of(Limit.CRL_LEFT_DAYS), of(Limit.CRL_LEFT_PERCENT))
def test_a_list_in_its_first_half_is_never_told_of(whole: int, days: int, percent: int) -> None:
    time = timedelta(days=whole)
    assert not list_ends(time / 2, time, days=days, percent=percent)
    assert list_ends(timedelta(0), time, days=days, percent=percent)
    assert not list_ends(timedelta(days=days, seconds=1), time, days=days, percent=percent)
