"""What changes while a case is under way: sources disagree, a consent is withdrawn, somebody dies or comes of age."""

from datetime import timedelta
from uuid import UUID

import pytest

from proofless import ledger
from proofless.access import services as access
from proofless.access.actors import system_actor
from proofless.access.models import Consent
from proofless.applications import queries, services
from proofless.applications.corrections import queries as corrections
from proofless.applications.corrections.services import answer_correction
from proofless.applications.errors import ApplicantGone, ApplicationIncomplete, ReportState
from proofless.applications.models import Application, Correction, State, ThemeCase, ThemeMember
from proofless.applications.result import draft_result
from proofless.applications.themes import queries as theme_queries
from proofless.applications.themes import services as theme_services
from proofless.applications.themes.services import ThemeSubmission
from proofless.applications.waterfall import held as held_module
from proofless.applications.waterfall.outcome import Mode
from proofless.applications.waterfall.quality import Delivery, misshapen, own_word_old, staleness, to_confirm
from proofless.data import services as data
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.parties import services as parties
from proofless.parties.models import Holder
from proofless.parties.services import NewRelation
from proofless.standards.services import set_limit
from tests.applications.scenes import Draft, accepted, open_case, open_draft, submitted
from tests.applications.test_authority import begin, give
from tests.applications.test_live import bureau
from tests.applications.test_window import agree_on_paper, opened, received
from tests.applications.theme_scenes import CARD, CARE, PHOTO, Theme, go_on, handed_in, open_theme
from tests.town import TestTown

pytestmark = pytest.mark.django_db
AID = "I083"


def disagree(town: TestTown, whom: str, code: str, **values: str) -> None:
    """The register says otherwise from now on."""
    loader = system_actor(Permission.DATA_LOAD)
    data.load_rows(actor=loader, rows=[(code, town[whom], values, clock.today())], replace=True)


@pytest.fixture
def torn(town: TestTown) -> Draft:
    """Her identity card says one name of the ethnic group, the register another."""
    disagree(town, "张三", "DS_PERSON_BASE", name="张三", nation="02", birth_date="1990-01-01")
    return open_draft(town, "张三", AID)


def conflicts(draft: Draft) -> list[str]:
    return [f.name for f in draft.plan.fields if f.other is not None]


def test_a_conflict_shows_both_with_source_and_date_and_goes_to_its_owner(
    town: TestTown, torn: Draft
) -> None:
    found = next(f for f in torn.plan.fields if f.other is not None)
    assert found.as_of and found.other_as_of and found.other_reference.startswith("DS_")
    torn.attach(*(m.code for m in torn.plan.uploads))
    torn.submit()
    rows = Correction.objects.filter(application_id=torn.id)
    assert {row.reference for row in rows} == {
        f.reference for f in torn.plan.fields if f.other is not None
    } and all(row.by_system and row.department_code == "GAJ" for row in rows)
    assert LedgerEntry.objects.filter(kind=Kind.CORRECTION_OPENED).count() == len(rows)


def test_it_is_opened_once_answered_once_and_told(town: TestTown, torn: Draft) -> None:
    torn.attach(*(m.code for m in torn.plan.uploads))
    torn.submit()
    again = open_draft(town, "张三", AID)
    again.attach(*(m.code for m in again.plan.uploads))
    again.submit()
    rows = list(Correction.objects.filter(holder_id=town["张三"]))
    assert len({row.reference for row in rows}) == len(rows)
    police = town.clerk("GAJ")
    with ledger.reading():
        said = corrections.open_correction(police, rows[0].id).said
        every = [corrections.open_correction(police, row.id) for row in rows]
    assert said and said["value"] != said["other"]
    spelt = {word for one in every if one.said for word in (one.said["value"], one.said["other"])}
    assert not any(word.isdigit() for word in spelt), "the police read a code where the city says 汉族"
    with pytest.raises(InputInvalid):
        answer_correction(actor=police, correction_id=rows[0].id, corrected=True, answer="改")
    with pytest.raises(NotFound):
        answer_correction(
            actor=town.clerk("MZJ"), correction_id=rows[0].id, corrected=True, answer="已更正登记"
        )
    answer_correction(actor=police, correction_id=rows[0].id, corrected=True, answer="已更正登记")
    with pytest.raises(ReportState):
        answer_correction(actor=police, correction_id=rows[0].id, corrected=False, answer="维持原登记")
    with ledger.reading():
        mine = corrections.list_own_corrections(torn.actor, torn.id)
    assert any(one.answer == "已更正登记" for one in mine)
    assert not corrections.list_own_corrections(town.resident("王五"), torn.id)


def test_what_she_says_is_wrong_goes_to_its_owner(town: TestTown) -> None:
    draft = open_draft(town, "张三", AID)
    draft.attach(*(m.code for m in draft.plan.uploads))
    locked = next(f for f in draft.plan.fields if f.filled and not f.editable and f.origin == "certificate")
    draft.submit(draft.complete(disputed={locked.name: "应当是张叁"}))
    row = Correction.objects.get(application_id=draft.id, reference=locked.reference)
    assert not row.by_system
    told = "".join(e.detail + e.object_id for e in LedgerEntry.objects.filter(kind=Kind.CORRECTION_OPENED))
    assert "张叁" not in told


def test_a_consent_withdrawn_in_mid_case_hides_what_it_moved(town: TestTown) -> None:
    """The clerk sees at once that it is gone, the case stays, nothing is lost."""
    case = submitted(town, "张三", AID)
    consent = Consent.objects.filter(reference=str(case.id)).first()
    assert consent is not None
    access.withdraw_consent(actor=case.actor, consent_id=consent.id)
    seen = open_case(town.clerk("SFJ"), case)
    assert set(consent.fields) <= set(seen.withheld) and case.row.state == State.SUBMITTED
    services.return_for_correction(
        actor=town.clerk("SFJ"),
        application_id=case.id,
        revision=case.row.revision,
        reason="同意已撤回，请补材料",
    )
    assert case.submit()  # what she agrees to anew, or brings herself


def test_what_was_withdrawn_after_acceptance_stands_on_no_result(town: TestTown) -> None:
    """赵奶奶 takes back what moved her address: the card is not made from it behind her back. Name, number and birth
    are the registration's, which the office reads by its duty to issue."""
    case, clerk = accepted(town, "赵奶奶", "I081"), town.clerk("MZJ")
    for consent in Consent.objects.filter(reference=str(case.id)):
        access.withdraw_consent(actor=case.actor, consent_id=consent.id)
    seen = open_case(clerk, case)
    gone = {f.name for f in seen.plan.fields if f.reference in seen.withheld}
    assert gone and not gone & {name for name, value in seen.values.items() if value}
    with ledger.reading():
        row = Application.objects.get(id=case.id)
        draft = draft_result(clerk, row, items.get_item("I081"), seen)
    by_duty = {"holder_name", "name", "id_no", "holder_id_no", "birth_date", "sex", "gender"}
    moved = {str(f.value) for f in case.plan.fields if f.name in gone and f.value}
    assert not moved & {str(value) for name, value in draft.face.items() if name not in by_duty}


def die(town: TestTown, name: str) -> None:
    with ledger.act(Kind.TOWN_MADE, bureau()):
        Holder.objects.filter(id=town[name]).update(state="deceased")


def test_an_applicant_who_died_meanwhile_hands_nothing_in(town: TestTown) -> None:
    draft = open_draft(town, "赵奶奶", "I081")
    die(town, "赵奶奶")
    with pytest.raises(ApplicantGone, match="死亡"):
        draft.submit()
    assert draft.row.state == State.DRAFT


def of_age(town: TestTown, name: str, *, days: int) -> None:
    with ledger.act(Kind.TOWN_MADE, bureau()):
        Holder.objects.filter(id=town[name]).update(minor_until=clock.today() + timedelta(days=days))


def ward_draft(town: TestTown) -> tuple[UUID, Draft]:
    guardian = town.resident("李四")
    with ledger.reading():
        made = services.open_draft(actor=guardian, item_code="I029", ward_id=town["张小宝"])
        plan = _plan(town, guardian, made)
    return made, Draft(guardian, made, plan)


def _plan(town: TestTown, who: object, application_id: UUID) -> object:
    from proofless.simulator.acting import Wish, plan_for

    return plan_for(who, items.get_item("I029"), Wish("I029", town["李四"]), application_id)  # type: ignore[arg-type]


def test_a_ward_who_comes_of_age_applies_himself_and_finds_his_draft(town: TestTown) -> None:
    made, draft = ward_draft(town)
    with ledger.act(Kind.TOWN_MADE, bureau()):
        Application.objects.filter(id=made).update(opened_at=clock.now() - timedelta(days=9))
    of_age(town, "张小宝", days=-1)
    with pytest.raises(ApplicantGone, match="十八"):
        draft.submit()
    himself = town.resident("张小宝")
    assert queries.get_own(himself, made).state is State.DRAFT


def test_a_ward_under_guardianship_for_another_reason_stays_one(town: TestTown) -> None:
    """民法典第21、22条: who was of age when his guardian began is under guardianship for another reason."""
    of_age(town, "张小宝", days=-400)
    made, draft = ward_draft(town)
    draft.attach(*(m.code for m in draft.plan.uploads))
    assert draft.submit() and draft.row.holder_id == town["张小宝"]
    assert queries.get_own(town.resident("李四"), made).state is State.SUBMITTED


@pytest.mark.parametrize(("days", "gone"), [(0, True), (1, False)])
def test_he_is_of_age_on_his_birthday_and_not_a_day_before(town: TestTown, days: int, gone: bool) -> None:
    _, draft = ward_draft(town)
    with ledger.act(Kind.TOWN_MADE, bureau()):
        Application.objects.filter(id=draft.id).update(opened_at=clock.now() - timedelta(days=9))
    draft.attach(*(m.code for m in draft.plan.uploads))
    of_age(town, "张小宝", days=days)
    if gone:
        with pytest.raises(ApplicantGone, match="十八"):
            draft.submit()
    else:
        assert draft.submit()


# the same at the window, and for several items at once


def test_who_dies_while_her_case_lies_at_the_window_is_not_applied_for(town: TestTown) -> None:
    who = received(town)
    draft = opened(town, who)
    agree_on_paper(draft)
    die(town, "赵奶奶")
    with pytest.raises(ApplicantGone, match="死亡"):
        draft.submit(draft.complete(agreed=frozenset(), signed=frozenset()))
    assert draft.row.state == State.DRAFT


def test_a_guardian_at_the_window_does_not_hand_in_for_who_came_of_age(town: TestTown) -> None:
    """The hall's clerk is no way around what the guardian's own telephone refuses."""
    who = received(town, "李四", "I029")
    with ledger.reading():
        made = services.open_draft(actor=who, item_code="I029", ward_id=town["张小宝"])
        draft = Draft(who, made, _plan(town, who, made))  # type: ignore[arg-type]
    draft.attach(*(m.code for m in draft.plan.uploads))
    agree_on_paper(draft)
    with ledger.act(Kind.TOWN_MADE, bureau()):
        Application.objects.filter(id=made).update(opened_at=clock.now() - timedelta(days=9))
    of_age(town, "张小宝", days=-1)
    with pytest.raises(ApplicantGone, match="十八"):
        draft.submit(draft.complete(agreed=frozenset(), signed=frozenset()))
    assert queries.get_own(town.resident("张小宝"), made).state is State.DRAFT


def test_a_principal_who_died_ends_what_her_agent_may_do(town: TestTown) -> None:
    draft = begin(town, give(town))
    die(town, "赵奶奶")
    with pytest.raises(ApplicantGone):
        draft.submit()


def test_a_theme_of_who_died_is_handed_in_by_nobody(town: TestTown) -> None:
    theme = open_theme(town)
    theme.attach(PHOTO)
    submission = theme.complete()
    die(town, "张三")
    with pytest.raises(ApplicantGone, match="死亡"):
        theme.submit(submission)
    assert theme.row.state == ThemeCase.State.DRAFT


def test_a_theme_begun_for_a_child_is_his_own_from_his_birthday(town: TestTown) -> None:
    guardian = town.resident("李四")
    with ledger.reading():
        made = theme_services.open_theme(actor=guardian, theme_code="T04", ward_id=town["张小宝"])
    with ledger.act(Kind.TOWN_MADE, bureau()):
        ThemeCase.objects.filter(id=made).update(opened_at=clock.now() - timedelta(days=9))
    of_age(town, "张小宝", days=-1)
    theme = Theme(town, guardian, made)
    with pytest.raises(ApplicantGone, match="十八"):
        theme.submit(ThemeSubmission(revision=theme.row.revision))
    assert theme_queries.get_own(town.resident("张小宝"), made).state == ThemeCase.State.DRAFT


def test_what_waits_in_a_theme_does_not_go_on_for_who_came_of_age(town: TestTown) -> None:
    """His guardian handed the whole in; what follows after his birthday is his own to ask for."""
    theme = handed_in(town)
    theme.approve(CARD)
    guardian = NewRelation("guardian_of", town["李四"], town["张三"], "监护登记")
    parties.record_relations(actor=system_actor(Permission.PARTY_REGISTER), relations=[guardian])
    with ledger.act(Kind.TOWN_MADE, bureau()):
        ThemeCase.objects.filter(id=theme.id).update(
            opened_at=clock.now() - timedelta(days=9), party_id=town["李四"]
        )
    of_age(town, "张三", days=-1)
    assert go_on() == 1 and theme.state(CARE) == ThemeMember.State.STOPPED
    assert "请由本人申请" in theme.member(CARE).reason


# freshness and quality


@pytest.mark.parametrize(
    ("frequency", "days", "stale"),
    [
        ("每日", 90, False),
        ("每日", 100, True),
        ("每年", 400, False),
        ("每年", 1200, True),
        ("从未听说", 100, True),
    ],
)
def test_a_register_that_stopped_delivering_proves_nothing(frequency: str, days: int, stale: bool) -> None:
    found = staleness(Delivery(frequency, clock.today() - timedelta(days=days)), clock.today(), 95)
    assert bool(found) == stale
    assert not staleness(Delivery(frequency, None), clock.today(), 95)


def test_how_old_a_register_may_be_is_the_citys_to_say(town: TestTown) -> None:
    """Ten days are too many where the city allows seven: the plan follows at once, and says the days."""
    bureau = system_actor(Permission.LIMITS_SET)
    old = {"DS_MARRIAGE": clock.today() - timedelta(days=10)}
    assert held_module._stale(old) == {}
    set_limit(actor=bureau, code=Limit.REGISTER_FRESH_DAYS, value=7, reason="试行每周更新")
    assert "10天" in held_module._stale(old)["DS_MARRIAGE"]


def test_a_stale_register_fills_a_form_but_replaces_no_paper(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """低保 of last year says who she is, not that she is poor today."""
    monkeypatch.setattr(
        held_module, "_stale", lambda delivered: dict.fromkeys(delivered, "已有400天没有更新")
    )
    draft = open_draft(town, "张三", "I003")
    said = [a.why for m in draft.plan.materials for a in m.attempts]
    assert any("不足以证明" in why for why in said)
    assert not [m for m in draft.plan.materials if m.mode is Mode.DATA and m.evidence]


def test_what_may_have_changed_is_confirmed() -> None:
    assert to_confirm(differs=True, stale="") and to_confirm(differs=False, stale="已有400天没有更新")
    assert not to_confirm(differs=False, stale="")


def test_what_she_registered_long_ago_is_asked_again(town: TestTown) -> None:
    """张三's telephone number of two years ago; her name is nothing one asks about again."""
    long_ago = clock.now() - timedelta(days=800)
    with ledger.act(Kind.PARTY_REGISTERED, system_actor()):
        Holder.objects.filter(id=town["张三"]).update(registered_at=long_ago)
    draft = open_draft(town, "张三", "I006")
    own = [one for one in draft.plan.fields if one.origin == "account"]
    assert own and all(one.as_of == clock.day_of(long_ago).isoformat() for one in own)
    assert any("请确认" in one.confirm for one in own if one.editable)
    assert not own_word_old(clock.today(), clock.today(), 30)


def test_a_value_that_is_not_even_a_date_fills_no_date() -> None:
    assert (
        misshapen("昨天", "date") and not misshapen("2026-01-31", "date") and not misshapen("昨天", "string")
    )


def test_an_old_value_must_be_confirmed_disputed_or_written_anew(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        held_module, "_stale", lambda delivered: dict.fromkeys(delivered, "已有400天没有更新")
    )
    draft = open_draft(town, "张三", AID)
    old = [f.name for f in draft.plan.fields if f.confirm and f.other is None]
    assert old and all("没有更新" in f.confirm for f in draft.plan.fields if f.name in old)
    draft.attach(*(m.code for m in draft.plan.uploads))
    with pytest.raises(ApplicationIncomplete) as refused:
        draft.submit()
    assert set(old) <= set(refused.value.detail["fields"])  # type: ignore[arg-type]
    draft.submit(draft.complete(confirmed=frozenset(old)))
