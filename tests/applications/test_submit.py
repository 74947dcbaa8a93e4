"""Submitting: 张三 hands in what is complete, once; what is missing is named; what is not hers is not there."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from proofless import ledger
from proofless.access.errors import ConsentRequired
from proofless.access.models import Consent
from proofless.applications import queries, services
from proofless.applications.errors import (
    ApplicationIncomplete,
    DecisionTaken,
    FieldNotEditable,
    NotEligible,
    UploadInvalid,
    UploadNotExpected,
    WrongState,
)
from proofless.applications.models import Application, ApplicationMaterial, Event, State
from proofless.applications.services import Submission
from proofless.applications.services import submission as submission_module
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, InputInvalid, NotFound, Refusal
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from tests.applications.scenes import Draft, open_draft, submitted
from tests.town import TestTown

pytestmark = pytest.mark.django_db
AID = "I083"  # 法律援助: an upload, a commitment and two fields only she can write
PAPER, PROMISE = "I083-M04", "I083-M02"


@pytest.fixture
def aid(town: TestTown) -> Draft:
    return open_draft(town, "张三", AID)


def counted(draft: Draft) -> tuple[int, int, int, int]:
    which = {"holder_id": draft.row.holder_id}
    return (
        LedgerEntry.objects.filter(kind=Kind.APPLICATION_SUBMITTED, object_id=str(draft.id)).count(),
        Consent.objects.filter(reference=str(draft.id)).count(),
        ApplicationMaterial.objects.filter(application_id=draft.id, **which).count(),
        Event.objects.filter(application_id=draft.id, **which).count(),
    )


def test_a_complete_application_is_pinned_with_all_she_agreed_to(aid: Draft) -> None:
    aid.attach(PAPER)
    receipt = aid.submit()
    assert (aid.row.state, aid.row.receipt) == (State.SUBMITTED, receipt) and len(receipt) == 18
    rows = {r.material_code: r for r in ApplicationMaterial.objects.filter(application_id=aid.id)}
    assert rows[PAPER].file_address and rows[PROMISE].committed_at
    assert {m.code for m in aid.plan.materials} == set(rows)
    consents = Consent.objects.filter(reference=str(aid.id))
    assert {(c.holder_id, tuple(c.fields)) for c in consents} == {
        (t.holder_id, t.fields) for t in aid.plan.consents
    }
    kinds = LedgerEntry.objects.filter(object_id=str(aid.id)).values_list("kind", flat=True)
    assert {Kind.DRAFT_OPENED, Kind.APPLICATION_SUBMITTED, Kind.COMMITMENT_SIGNED} <= set(kinds)


def test_nothing_personal_is_in_its_entries(aid: Draft) -> None:
    """Auditors read entries: a name or number there would be a leak that can never be deleted."""
    aid.attach(PAPER)
    aid.submit()
    told = "".join(
        e.detail + e.holders + e.purpose + e.ground + e.object_id
        for e in LedgerEntry.objects.filter(kind__startswith="applications.")
    )
    values = {str(f.value) for f in aid.plan.fields if f.filled and len(str(f.value)) > 5}
    assert values and not [value for value in values if value in told] and "张三" not in told


@pytest.mark.parametrize(
    ("lacking", "refusal", "named"),
    [
        ({"agreed": frozenset()}, ConsentRequired, "applicant:GAJ:sensitive"),
        ({"agreed": frozenset({"applicant:GAJ:sensitive"})}, ConsentRequired, "applicant:GAJ:plain"),
        ({"signed": frozenset()}, ApplicationIncomplete, PROMISE),
        ({"signed": frozenset({"I083-M01"})}, ApplicationIncomplete, PROMISE),
        ({"values": {"case_cause": "演示"}}, ApplicationIncomplete, "apply_item"),
        ({"values": {"case_cause": "", "apply_item": "演示"}}, ApplicationIncomplete, "case_cause"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(
    aid: Draft, lacking: dict[str, object], refusal: type[Refusal], named: str
) -> None:
    aid.attach(PAPER)
    before = counted(aid)
    with pytest.raises(refusal) as refused:
        aid.submit(aid.complete(**lacking))
    assert named in str(refused.value.detail)
    assert aid.row.state == State.DRAFT and counted(aid) == before


def test_a_paper_that_cannot_be_had_otherwise_is_named(aid: Draft) -> None:
    with pytest.raises(ApplicationIncomplete) as refused:
        aid.submit()
    assert refused.value.detail == {"materials": [PAPER], "fields": []}


def test_what_the_police_say_she_cannot_rewrite(aid: Draft) -> None:
    """Anybody could otherwise apply under another name with real certificates attached."""
    aid.attach(PAPER)
    with pytest.raises(FieldNotEditable) as refused:
        aid.submit(aid.complete(values={**aid.complete().values, "applicant_name": "王五"}))
    assert refused.value.detail == {"field": "applicant_name"}
    assert aid.row.state == State.DRAFT


def test_the_same_value_sent_back_is_no_change(aid: Draft) -> None:
    """Forms post every field, also those that were only shown."""
    aid.attach(PAPER)
    shown = {f.name: str(f.value) for f in aid.plan.fields if f.filled}
    assert aid.submit(aid.complete(values={**shown, **aid.complete().values}))


@pytest.mark.parametrize("text", ["x" * 3000, "a\x00b"])
def test_a_value_of_the_wrong_kind_is_refused_with_its_field(aid: Draft, text: str) -> None:
    aid.attach(PAPER)
    with pytest.raises(InputInvalid) as refused:
        aid.submit(aid.complete(values={"case_cause": text, "apply_item": "演示"}))
    assert list(refused.value.detail["fields"]) == ["case_cause"]  # type: ignore[call-overload]


def test_a_double_click_submits_once(town: TestTown) -> None:
    draft = open_draft(town, "赵奶奶", "I081")
    submission = draft.complete()
    draft.submit(submission)
    before = counted(draft)
    with pytest.raises(WrongState):
        draft.submit(submission)
    assert counted(draft) == before and before[0] == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_in_one_moment_submit_once(town: TestTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both requests have read the draft before either writes: one submission, one set of consents."""
    draft = open_draft(town, "赵奶奶", "I081")
    submission, together, check = (
        draft.complete(),
        threading.Barrier(2, timeout=60),
        submission_module.check_submission,
    )

    def check_and_wait(*arguments: Any) -> None:
        check(*arguments)
        together.wait()

    monkeypatch.setattr(submission_module, "check_submission", check_and_wait)
    outcomes: list[object] = []

    def click() -> None:
        try:
            outcomes.append(draft.submit(submission))
        except Refusal as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(map(str, outcomes)) == sorted([draft.row.receipt, str(ErrorCode.DECISION_TAKEN)])
    submitted_once, consents, materials, events = counted(draft)
    assert submitted_once == events == 1
    assert consents == len(draft.plan.consents) and materials == len(draft.plan.materials)


def test_two_devices_cannot_both_submit(aid: Draft) -> None:
    """The phone kept an old page open while the tablet changed the draft."""
    aid.attach(PAPER)
    old = aid.complete()
    services.save_draft(actor=aid.actor, application_id=aid.id, answers={}, values={"case_cause": "演示"})
    with pytest.raises(DecisionTaken):
        aid.submit(old)
    assert aid.row.state == State.DRAFT and counted(aid)[:2] == (0, 0)


def test_who_does_not_meet_the_rule_is_told_the_rule(town: TestTown) -> None:
    draft = open_draft(town, "王五", "I081")
    assert not draft.plan.materials
    with pytest.raises(NotEligible) as refused:
        draft.submit(Submission(revision=1))
    assert refused.value.detail["rules"] and "60" in refused.value.message


OF_OWNERS: dict[str, Callable[[Actor, UUID], object]] = {
    "head": lambda who, one: queries.get_own(who, one),
    "draft": lambda who, one: queries.draft_of(who, one),
    "case": lambda who, one: queries.open_own_case(who, one),
    "save": lambda who, one: services.save_draft(actor=who, application_id=one, answers={}, values={}),
    "submit": lambda who, one: services.submit(actor=who, application_id=one, submission=Submission(1)),
    "withdraw": lambda who, one: services.withdraw(actor=who, application_id=one),
    "attach": lambda who, one: services.attach_upload(
        actor=who, application_id=one, material_code=PAPER, data=b"%PDF-1.7"
    ),
}


def answer_of(act: Callable[[Actor, UUID], object], who: Actor, one: UUID) -> tuple[object, ...]:
    with pytest.raises(NotFound) as refused:
        act(who, one)
    return refused.value.code, refused.value.message, refused.value.detail


@pytest.mark.parametrize("name", OF_OWNERS)
def test_another_residents_application_is_as_absent(town: TestTown, name: str) -> None:
    """王五 may not even learn that 张三 applied for something."""
    hers = submitted(town, "张三", AID)
    wang = town.resident("王五")
    assert answer_of(OF_OWNERS[name], wang, hers.id) == answer_of(OF_OWNERS[name], wang, new_id())
    assert hers.row.state == State.SUBMITTED and queries.own_events(wang, hers.id) == ()


def test_one_applies_only_for_oneself_ones_ward_and_ones_firm(town: TestTown) -> None:
    assert services.open_draft(actor=town.resident("李四"), item_code="I029", ward_id=town["张小宝"])
    for stranger in ({"ward_id": town["张小宝"]}, {"enterprise_id": new_id()}):
        with pytest.raises(NotFound):
            services.open_draft(actor=town.resident("王五"), item_code="I029", **stranger)


def attach(draft: Draft, code: str, data: bytes) -> None:
    with ledger.reading():
        services.attach_upload(actor=draft.actor, application_id=draft.id, material_code=code, data=data)


@pytest.mark.parametrize("code", ["I083-M01", "I083-M02", "I999-M01", ""])
def test_no_upload_is_taken_for_what_resolved(aid: Draft, code: str) -> None:
    """Whatever a caller thinks: the plan is made where the file is kept."""
    with pytest.raises(UploadNotExpected):
        attach(aid, code, b"%PDF-1.7")
    assert not ApplicationMaterial.objects.filter(application_id=aid.id).exists()


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"MZ\x90\x00", b"<html>", b"PK\x03\x04", b"%PDF-" + b"0" * (10 * 1024 * 1024)]
)
def test_only_pictures_and_pdf_of_bearable_size_are_taken(aid: Draft, data: bytes) -> None:
    """The clerk will open it: what it is called or claims to be counts for nothing."""
    with pytest.raises(UploadInvalid):
        attach(aid, PAPER, data)


def test_what_was_submitted_takes_no_more_papers(town: TestTown) -> None:
    hers = submitted(town, "张三", AID)
    with pytest.raises(WrongState):
        hers.attach(PAPER)


def test_withdrawing_ends_it(aid: Draft) -> None:
    aid.attach(PAPER)
    aid.submit()
    services.withdraw(actor=aid.actor, application_id=aid.id)
    assert aid.row.state == State.WITHDRAWN
    for act in (lambda: services.withdraw(actor=aid.actor, application_id=aid.id), aid.submit):
        with pytest.raises(WrongState):
            act()
    assert Application.objects.filter(id=aid.id).count() == 1
