"""One wish, several departments: handed in once, going on by itself, told plainly when a part of it fails."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections

from proofless import ledger
from proofless.access.errors import ConsentRequired
from proofless.access.models import Consent
from proofless.applications import services as acts
from proofless.applications.errors import (
    ApplicationIncomplete,
    DecisionTaken,
    FieldNotEditable,
    ThemeNotOpen,
    UploadNotExpected,
    WrongState,
)
from proofless.applications.models import (
    Application,
    ApplicationMaterial,
    State,
    ThemeCase,
    ThemeFile,
    ThemeMember,
)
from proofless.applications.themes import queries, services
from proofless.certificates.models import Certificate
from proofless.kit import clock
from proofless.kit.errors import InputInvalid, NotFound, Refusal
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.parties.models import Holder
from tests.applications.theme_scenes import CARD, CARE, INSURANCE, PHOTO, go_on, handed_in, open_theme
from tests.town import TestTown

pytestmark = pytest.mark.django_db
HANDED, WAITING, STOPPED = "submitted", ThemeMember.State.WAITING, ThemeMember.State.STOPPED


def test_one_submission_puts_a_case_into_every_departments_queue(town: TestTown) -> None:
    theme = handed_in(town)
    assert len(theme.row.receipt) == 18 and theme.row.state == ThemeCase.State.SUBMITTED
    assert [(m.item_code, m.state) for m in theme.progress().members] == [
        (CARD, HANDED),
        (CARE, WAITING),
        (INSURANCE, HANDED),
    ]
    assert {theme.case(CARD).department_code, theme.case(INSURANCE).department_code} == {"CL", "YBJ"}
    for code in (CARD, INSURANCE):
        found = queries.find_sisters(theme.clerk(code), theme.case(code).id)
        assert found and len(found.members) == 3 and found.receipt == theme.row.receipt


def test_the_follower_goes_on_by_itself_with_the_new_certificate(town: TestTown) -> None:
    """She is not called back: the 护理补贴 takes the 残疾人证 the other office has just issued."""
    theme = handed_in(town)
    assert go_on() == 0
    theme.approve(CARD)
    assert go_on() == 1 and go_on() == 0
    assert theme.state(CARE) == HANDED
    issued = Certificate.objects.get(id=theme.case(CARD).result_certificate_id)
    row = ApplicationMaterial.objects.get(application_id=theme.case(CARE).id, material_code="I074-M01")
    assert (row.mode, row.sources) == ("certificate", [f"certificate:{issued.id}"])
    agreed = Consent.objects.filter(reference=str(theme.case(CARE).id))
    assert any("disabled_cert.*" in consent.fields for consent in agreed)


def test_the_joint_result_says_what_was_done(town: TestTown) -> None:
    theme = handed_in(town)
    theme.approve(CARD)
    go_on()
    theme.approve(CARE)
    theme.approve(INSURANCE)
    progress = theme.progress()
    assert progress.ended and progress.done == 3 and not progress.failed
    assert [m.certificate_id for m in progress.members if m.certificate_id]


def test_a_refusal_of_one_leaves_the_others_and_is_told_plainly(town: TestTown) -> None:
    theme = handed_in(town)
    theme.refuse(CARD)
    assert go_on() == 1
    progress = theme.progress()
    care = next(m for m in progress.members if m.item_code == CARE)
    assert care.state == STOPPED and "“残疾人证新办”没有办成" in care.reason
    assert theme.state(INSURANCE) == HANDED and not progress.ended
    theme.approve(INSURANCE)
    assert theme.progress().ended and theme.progress().done == 1 and len(theme.progress().failed) == 2


def test_the_whole_is_taken_back_at_once(town: TestTown) -> None:
    theme = handed_in(town)
    theme.accept(INSURANCE)
    services.withdraw_theme(actor=theme.actor, case_id=theme.id)
    assert {theme.state(code) for code in (CARD, INSURANCE)} == {State.WITHDRAWN}
    assert theme.state(CARE) == STOPPED and go_on() == 0
    with pytest.raises(WrongState):
        services.withdraw_theme(actor=theme.actor, case_id=theme.id)


def test_what_is_decided_stays_when_the_rest_is_taken_back(town: TestTown) -> None:
    theme = handed_in(town)
    theme.approve(INSURANCE)
    services.withdraw_theme(actor=theme.actor, case_id=theme.id)
    assert (theme.state(INSURANCE), theme.state(CARD)) == (State.APPROVED, State.WITHDRAWN)


def test_a_second_click_hands_in_nothing(town: TestTown) -> None:
    theme = open_theme(town)
    theme.attach(PHOTO)
    submission = theme.complete()
    theme.submit(submission)
    with pytest.raises((WrongState, DecisionTaken)):
        theme.submit(submission)
    assert ThemeMember.objects.filter(theme_case_id=theme.id).count() == 3
    assert LedgerEntry.objects.filter(kind=Kind.THEME_SUBMITTED, object_id=str(theme.id)).count() == 1


def test_another_device_changed_it_meanwhile(town: TestTown) -> None:
    theme = open_theme(town)
    theme.attach(PHOTO)
    stale = theme.complete()
    services.save_theme(actor=theme.actor, case_id=theme.id, selected={}, answers={}, values={})
    with pytest.raises(DecisionTaken):
        theme.submit(stale)
    assert (
        theme.row.state == ThemeCase.State.DRAFT and not Application.objects.filter(item_code=CARD).exists()
    )


@pytest.mark.django_db(transaction=True)
def test_two_fingers_at_one_moment_give_one_set_of_cases(town: TestTown) -> None:
    theme = open_theme(town)
    theme.attach(PHOTO)
    submission = theme.complete()
    assert sorted(together(lambda: theme.submit(submission), lambda: theme.submit(submission))) == [
        False,
        True,
    ]
    assert Application.objects.filter(holder_id=town["张三"], item_code=CARD).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_move_a_follower_once(town: TestTown) -> None:
    """Two nodes run the same routine: the office would otherwise find her in its queue twice."""
    theme = handed_in(town)
    theme.approve(CARD)
    together(go_on, go_on)
    assert Application.objects.filter(holder_id=town["张三"], item_code=CARE).count() == 1
    assert theme.state(CARE) == HANDED


def test_two_clerks_of_one_office_cannot_both_decide_a_member(town: TestTown) -> None:
    theme = handed_in(town)
    case = theme.case(INSURANCE)
    first, second = theme.clerk(INSURANCE, 2), theme.clerk(INSURANCE, 3)
    acts.take(actor=first, application_id=case.id, revision=case.revision)
    with pytest.raises(DecisionTaken):
        acts.refuse(actor=second, application_id=case.id, revision=case.revision, reason="不符合规定的条件")


def test_a_certificate_that_expires_meanwhile_makes_her_step_in_and_says_which(town: TestTown) -> None:
    """Her 身份证 runs out while the first office works: the second may not take it, and may not lose her either."""
    theme = handed_in(town)
    theme.approve(CARD)
    yesterday = clock.today() - timedelta(days=1)
    with ledger.act(Kind.TOWN_MADE, theme.actor):
        found = Certificate.objects.filter(holder_id=town["张三"], type_code="id_card")
        assert found.update(valid_to=yesterday)
    assert go_on() == 1
    care = next(m for m in theme.progress().members if m.item_code == CARE)
    assert care.state == State.DRAFT and "还要您补一步" in care.reason and care.application_id
    assert theme.progress().waiting_for_her == (care,)


def test_who_dies_meanwhile_is_not_applied_for(town: TestTown) -> None:
    theme = handed_in(town)
    theme.approve(CARD)
    with ledger.act(Kind.TOWN_MADE, theme.actor):
        Holder.objects.filter(id=town["张三"]).update(state="deceased")
    assert go_on() == 1
    assert theme.state(CARE) == STOPPED and "去世" in theme.member(CARE).reason


def test_more_than_she_agreed_to_is_not_read(town: TestTown) -> None:
    """Agreement given for one record does not stretch to another when the turn comes."""
    theme = handed_in(town)
    theme.approve(CARD)
    with ledger.act(Kind.TOWN_MADE, theme.actor):
        kept = [one for one in theme.row.agreed if "disabled_cert" not in one]
        ThemeCase.objects.filter(id=theme.id).update(agreed=kept)
    go_on()
    assert theme.member(CARE).state == ThemeMember.State.HELD_UP
    assert not Consent.objects.filter(reference=str(theme.member(CARE).application_id)).exists()


@pytest.mark.parametrize(
    ("changes", "refusal", "named"),
    [
        ({"agreed": frozenset()}, ConsentRequired, "applicant:GAJ"),
        ({"values": {}}, ApplicationIncomplete, "applicant.disability_category"),
        ({"values": {"applicant.applicant_name": "王五"}}, ApplicationIncomplete, "disability_category"),
        ({"selected": {"I001": True}}, InputInvalid, "item:I001"),
        ({"selected": {CARD: False, CARE: False, INSURANCE: False}}, ApplicationIncomplete, "items"),
    ],
)
def test_what_is_missing_is_named_by_box_and_nothing_is_written(
    town: TestTown, changes: dict[str, object], refusal: type[Refusal], named: str
) -> None:
    theme = open_theme(town)
    theme.attach(PHOTO)
    with pytest.raises(refusal) as refused:
        theme.submit(theme.complete(**changes))
    assert named in str(refused.value.detail)
    assert theme.row.state == ThemeCase.State.DRAFT
    assert not ThemeMember.objects.filter(theme_case_id=theme.id).exists()


def test_the_photo_that_only_she_can_bring_is_named_once(town: TestTown) -> None:
    theme = open_theme(town)
    with pytest.raises(ApplicationIncomplete) as refused:
        theme.submit()
    assert refused.value.detail == {"materials": [PHOTO], "fields": []}


def test_no_upload_for_what_resolved_or_will(town: TestTown) -> None:
    theme = open_theme(town)
    for code in ("I075-M01", "I074-M01", "I001-M01"):
        with pytest.raises(UploadNotExpected):
            theme.attach(code)
    assert not ThemeFile.objects.filter(theme_case_id=theme.id).exists()


def test_what_the_police_say_cannot_be_rewritten_for_any_of_them(town: TestTown) -> None:
    theme = open_theme(town)
    theme.attach(PHOTO)
    whole = theme.complete()
    with pytest.raises(FieldNotEditable):
        theme.submit(theme.complete(values={**whole.values, "applicant.applicant_name": "王五"}))


def test_an_unverified_theme_is_shown_and_cannot_be_begun(town: TestTown) -> None:
    with pytest.raises(ThemeNotOpen):
        open_theme(town, code="T28")


def test_to_the_outsider_it_does_not_exist(town: TestTown) -> None:
    theme = handed_in(town)
    wang = town.resident("王五")
    with pytest.raises(NotFound):
        queries.get_progress(wang, theme.id)
    with pytest.raises(NotFound):
        services.withdraw_theme(actor=wang, case_id=theme.id)
    with pytest.raises(NotFound):
        queries.find_sisters(theme.town.clerk("MZJ"), theme.case(CARD).id)


def test_theme_cases_count_like_their_members(town: TestTown) -> None:
    """A share rate that counted the theme as one case would hide what each item asked for."""
    theme = handed_in(town)
    entries = LedgerEntry.objects.filter(kind=Kind.APPLICATION_SUBMITTED)
    of = {e.object_id for e in entries} & {str(theme.case(code).id) for code in (CARD, INSURANCE)}
    assert len(of) == 2
    told = LedgerEntry.objects.get(kind=Kind.THEME_SUBMITTED, object_id=str(theme.id))
    assert "materials" not in told.detail and "张三" not in told.detail


def together(*acts_: Callable[[], object]) -> list[bool]:
    """Run at one moment on connections of their own; which went through."""
    gate, done = threading.Barrier(len(acts_)), list[bool]()

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
            done.append(True)
        except Refusal:
            done.append(False)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done
