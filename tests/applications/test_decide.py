"""Reviewing and deciding: a clerk sees verified facts, may not ask for what is held, and decides once."""

import threading
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.edge import SESSION_ACCOUNT
from proofless.applications import queries, services
from proofless.applications.errors import (
    ApplicationIncomplete,
    DecisionTaken,
    MaterialAlreadyHeld,
    WrongState,
)
from proofless.applications.models import ApplicationMaterial, State
from proofless.applications.waterfall.outcome import Mode
from proofless.certificates import services as certificates
from proofless.certificates.models import Certificate
from proofless.data import services as data
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.parties.models import Account
from tests.applications.scenes import Draft, accepted, open_case, open_draft, submitted
from tests.town import TestTown

CARD = "I081"  # 老年人优待证 of 民政局, done while she waits
pytestmark = pytest.mark.django_db


def decide(
    actor: Actor, draft: Draft, *, approve: bool = True, revision: int = 0, reason: str = ""
) -> UUID | None:
    with ledger.reading():
        return services.decide(
            actor=actor,
            application_id=draft.id,
            revision=revision or draft.row.revision,
            approve=approve,
            reason=reason,
        )


def entries(kind: Kind, draft: Draft) -> int:
    return LedgerEntry.objects.filter(kind=kind, object_id=str(draft.id)).count()


def cards_of(town: TestTown) -> int:
    return Certificate.objects.filter(type_code="elder_card", holder_id=town["赵奶奶"]).count()


def test_grandmother_gets_her_card(town: TestTown) -> None:
    before = cards_of(town)
    draft = accepted(town, "赵奶奶", CARD)
    made = decide(town.clerk("MZJ"), draft)
    card = Certificate.objects.get(id=made)
    assert cards_of(town) == before + 1 and card.holder_id == town["赵奶奶"]
    assert draft.row.state == State.APPROVED and draft.row.result_certificate_id == made
    assert entries(Kind.APPLICATION_DECIDED, draft) == 1


@pytest.mark.parametrize("code", ["I081-M01", "I083-M02"])
def test_asking_for_what_is_held_is_refused_and_entered(town: TestTown, code: str) -> None:
    """One click on 索要 would send her across the city for a paper the state has."""
    name = "赵奶奶" if code.startswith("I081") else "张三"
    draft = submitted(town, name, code[:4])
    clerk = town.clerk(draft.row.department_code)
    with pytest.raises(MaterialAlreadyHeld):
        services.ask_for_material(actor=clerk, application_id=draft.id, material_code=code)
    entry = LedgerEntry.objects.get(kind=Kind.ASK_REFUSED, object_id=str(draft.id))
    assert code in entry.detail and str(town[name]) in entry.holders
    assert draft.row.state == State.SUBMITTED


def test_what_she_really_must_bring_may_be_asked_for(town: TestTown) -> None:
    draft = submitted(town, "张三", "I083")
    clerk = town.clerk("SFJ")
    services.ask_for_material(actor=clerk, application_id=draft.id, material_code="I083-M04")
    with pytest.raises(NotFound):
        services.ask_for_material(actor=clerk, application_id=draft.id, material_code="I999-M01")
    assert not entries(Kind.ASK_REFUSED, draft)


def test_a_case_is_there_for_its_department_only(town: TestTown) -> None:
    """A curious clerk of another office gets the answer a made-up number gets."""
    draft = submitted(town, "赵奶奶", CARD)
    stranger = town.clerk("GAJ")
    for act in (services.take, services.accept):
        for one in (draft.id, new_id()):
            with pytest.raises(NotFound) as refused:
                act(actor=stranger, application_id=one, revision=1)
            assert refused.value.detail == {}
    for one in (draft.id, new_id()):
        with pytest.raises(NotFound):
            queries.open_case(stranger, one)
    elsewhere = Actor(
        new_id(), "外县窗口", town.clerk("MZJ").permissions, department_code="MZJ", division_code="371481"
    )
    with pytest.raises(NotFound):
        queries.open_case(elsewhere, draft.id)


def test_a_draft_is_nobodys_business(town: TestTown) -> None:
    draft = open_draft(town, "赵奶奶", CARD)
    with pytest.raises(NotFound):
        queries.open_case(town.clerk("MZJ"), draft.id)


def test_two_clerks_cannot_both_take_it(town: TestTown) -> None:
    draft = submitted(town, "赵奶奶", CARD)
    seen = draft.row.revision
    services.take(actor=town.clerk("MZJ", 2), application_id=draft.id, revision=seen)
    with pytest.raises(DecisionTaken):
        services.take(actor=town.clerk("MZJ", 3), application_id=draft.id, revision=seen)
    assert draft.row.taken_by == UUID(int=2) and entries(Kind.APPLICATION_TAKEN, draft) == 1


def test_a_stale_page_decides_nothing_and_issues_nothing(town: TestTown) -> None:
    draft = accepted(town, "赵奶奶", CARD)
    before = cards_of(town)
    with pytest.raises(DecisionTaken):
        decide(town.clerk("MZJ"), draft, revision=draft.row.revision - 1)
    assert draft.row.state == State.ACCEPTED and cards_of(town) == before
    assert not entries(Kind.APPLICATION_DECIDED, draft)
    assert not certificates.resume_preparations(actor=town.clerk("MZJ"))
    assert LedgerEntry.objects.filter(kind=Kind.CERTIFICATE_ABANDONED).exists()


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_decide_at_once_issue_one_card(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have prepared a card before either issues: she must end with one, and one clerk with an answer."""
    draft = accepted(town, "赵奶奶", CARD)
    before, revision = cards_of(town), draft.row.revision
    together, prepare = threading.Barrier(2, timeout=60), certificates.prepare_certificate

    def prepare_and_wait(**arguments: object) -> certificates.Prepared:
        prepared = prepare(**arguments)  # type: ignore[arg-type]
        together.wait()
        return prepared

    monkeypatch.setattr(certificates, "prepare_certificate", prepare_and_wait)
    outcomes: list[object] = []

    def work(number: int) -> None:
        try:
            outcomes.append(decide(town.clerk("MZJ", number), draft, revision=revision))
        except Exception as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    clerks = [threading.Thread(target=work, args=(number,)) for number in (2, 3)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    made = [one for one in outcomes if isinstance(one, UUID)]
    refused = [one for one in outcomes if not isinstance(one, UUID)]
    assert len(made) == 1 and isinstance(refused[0], DecisionTaken), outcomes
    assert cards_of(town) == before + 1 and draft.row.result_certificate_id == made[0]
    assert entries(Kind.APPLICATION_DECIDED, draft) == 1
    assert not certificates.resume_preparations(actor=town.clerk("MZJ"))


def test_what_is_decided_stays_decided(town: TestTown) -> None:
    draft = accepted(town, "赵奶奶", CARD)
    made = decide(town.clerk("MZJ"), draft)
    for approve in (True, False):
        with pytest.raises(WrongState):
            decide(town.clerk("MZJ", 3), draft, approve=approve, reason="重复办理")
    assert draft.row.result_certificate_id == made


def test_nothing_is_decided_before_it_is_accepted(town: TestTown) -> None:
    draft = submitted(town, "赵奶奶", CARD)
    with pytest.raises(WrongState):
        decide(town.clerk("MZJ"), draft)


def test_a_denial_needs_a_reason_she_can_read(town: TestTown) -> None:
    draft = accepted(town, "赵奶奶", CARD)
    with pytest.raises(InputInvalid):
        decide(town.clerk("MZJ"), draft, approve=False, reason="  不 ")
    before = cards_of(town)
    assert decide(town.clerk("MZJ"), draft, approve=False, reason="不符合办理条件") is None
    assert draft.row.state == State.DENIED and cards_of(town) == before


@pytest.mark.parametrize("act", [services.refuse, services.return_for_correction])
@pytest.mark.parametrize("reason", ["", "   ", "不行", "长" * 501])
def test_sending_back_needs_a_reason(town: TestTown, act: object, reason: str) -> None:
    draft = submitted(town, "赵奶奶", CARD)
    with pytest.raises(InputInvalid):
        act(actor=town.clerk("MZJ"), application_id=draft.id, revision=draft.row.revision, reason=reason)  # type: ignore[operator]
    assert draft.row.state == State.SUBMITTED


def test_returned_she_corrects_it_and_keeps_her_number(town: TestTown) -> None:
    draft = submitted(town, "张三", "I083")
    receipt = draft.row.receipt
    services.return_for_correction(
        actor=town.clerk("SFJ"), application_id=draft.id, revision=draft.row.revision, reason="请补充案由说明"
    )
    assert draft.row.state == State.RETURNED
    assert ApplicationMaterial.objects.get(application_id=draft.id, material_code="I083-M04").file_address
    assert draft.submit() == receipt and draft.row.state == State.SUBMITTED


def test_what_she_handed_in_stands_while_she_corrects_it(town: TestTown) -> None:
    """A clerk who looks again must see what she judged, not a half-written page of today."""
    draft = submitted(town, "张三", "I083")
    clerk = town.clerk("SFJ")
    services.return_for_correction(
        actor=clerk, application_id=draft.id, revision=draft.row.revision, reason="请补充案由说明"
    )
    handed_in = open_case(clerk, draft).values
    services.save_draft(
        actor=draft.actor, application_id=draft.id, answers={}, values={"case_cause": "写了一半"}
    )
    assert open_case(clerk, draft).values == handed_in
    with ledger.reading():
        assert queries.draft_of(draft.actor, draft.id)[1] == {"case_cause": "写了一半"}
    services.withdraw(actor=draft.actor, application_id=draft.id)
    assert open_case(clerk, draft).values == handed_in


def test_what_a_return_said_is_gone_once_she_answered_it(town: TestTown) -> None:
    """The next clerk would read an old complaint as today's; the course of the case keeps it."""
    draft = submitted(town, "张三", "I083")
    reason = "请补充案由说明"
    services.return_for_correction(
        actor=town.clerk("SFJ"), application_id=draft.id, revision=draft.row.revision, reason=reason
    )
    assert queries.get_own(draft.actor, draft.id).reason == reason
    draft.submit()
    assert queries.get_own(draft.actor, draft.id).reason == ""
    assert reason in [event.note for event in queries.own_events(draft.actor, draft.id)]


@pytest.fixture
def unknown(town: TestTown) -> Draft:
    """张三 asks for a filing away from home while nobody can say whether she is insured."""
    bureau = system_actor(Permission.DATA_LOAD)
    data.mark_source(actor=bureau, dataset_code="DS_MEDINS", available=False)
    return submitted(town, "张三", "I033")


def test_what_no_record_settles_is_the_clerks_to_check(town: TestTown, unknown: Draft) -> None:
    """Unknown is not fulfilled: 张三 is not sent home for it, and nobody accepts it unseen."""
    clerk, rules = town.clerk(unknown.row.department_code), unknown.row.unknown_rules
    assert rules == [r.code for r in unknown.plan.unknown] == ["R1"]
    for checked in (frozenset(), frozenset({"R2"})):
        with pytest.raises(ApplicationIncomplete) as refused:
            services.accept(
                actor=clerk, application_id=unknown.id, revision=unknown.row.revision, checked=checked
            )
        assert refused.value.detail == {"rules": rules} and unknown.row.state == State.SUBMITTED
    services.accept(
        actor=clerk, application_id=unknown.id, revision=unknown.row.revision, checked=frozenset(rules)
    )
    entry = LedgerEntry.objects.get(kind=Kind.APPLICATION_ACCEPTED, object_id=str(unknown.id))
    assert '"checked":["R1"]' in entry.detail and unknown.row.state == State.ACCEPTED


def test_the_clerk_sees_what_is_left_to_check(town: TestTown, unknown: Draft) -> None:
    account = Account.objects.get(username=f"clerk-{unknown.row.department_code.lower()}")
    desk = Client()
    session = desk.session
    session[SESSION_ACCOUNT] = str(account.id)
    session.save()
    address = f"/desk/cases/{unknown.id}"
    page = desk.get(address).content.decode()
    assert "待核" in page and 'name="checked:R1"' in page
    posted = {"verb": "accept", "revision": unknown.row.revision}
    refused = desk.post(f"{address}/act", posted)
    assert refused.status_code == 422 and "请核实后勾选" in refused.content.decode()
    assert desk.post(f"{address}/act", posted | {"checked:R1": "1"}).status_code == 302
    assert "窗口已核实" in desk.get(address).content.decode()


def test_the_clerk_sees_each_material_as_a_fact(town: TestTown) -> None:
    draft = submitted(town, "赵奶奶", CARD)
    case = open_case(town.clerk("MZJ"), draft)
    resolved = [m for m in case.plan.required if m.mode in {Mode.CERTIFICATE, Mode.DATA}]
    assert resolved
    for material in resolved:
        assert material.evidence and all(e.as_of and e.provider_code and e.checks for e in material.evidence)
    assert case.values["applicant_name"] == "赵奶奶" and not case.withheld


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (datetime(2026, 9, 28, 2, tzinfo=UTC), "2026-10-16"),  # over National Day and a worked Saturday
        (datetime(2026, 12, 25, 2, tzinfo=UTC), None),  # the next year's holidays are not published
    ],
)
def test_the_limit_runs_on_working_days_or_is_unknown(
    town: TestTown, monkeypatch: pytest.MonkeyPatch, day: datetime, due: str | None
) -> None:
    """A guessed limit would be a promise nobody made."""
    draft = submitted(town, "赵奶奶", "I072")
    clerk = town.clerk("MZJ")
    monkeypatch.setattr(clock, "_source", lambda: day)
    services.accept(actor=clerk, application_id=draft.id, revision=draft.row.revision)
    view = queries.get_own(town.resident("赵奶奶"), draft.id)
    assert (str(view.due_on) if view.due_on else None) == due and view.due_unknown == (due is None)
    assert view.urgency == ("none" if due is None else "normal")
