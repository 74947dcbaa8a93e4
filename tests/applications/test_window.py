"""At the window: 赵奶奶 has no phone; she is received, agrees before the clerk, and her case is like any other."""

from dataclasses import replace

import pytest

from proofless import ledger
from proofless.access import standing
from proofless.access.errors import ConsentRequired, PermitDenied
from proofless.access.models import Consent, Presence
from proofless.access.permits import own_holders, own_permit
from proofless.access.rules import permissions_of
from proofless.access.services import close_presence
from proofless.applications import queries, services
from proofless.applications.errors import NotIdentified, UploadInvalid
from proofless.applications.handling.services import window as handling
from proofless.applications.models import Application, Confirmation, State
from proofless.applications.waterfall.outcome import Mode
from proofless.codes import services as codes
from proofless.codes.errors import CodeInvalid, CodeReplayed
from proofless.items import queries as items
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import Forbidden, InputInvalid, NotFound
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.simulator.acting import Wish, blank_png, plan_for
from tests.applications.scenes import Draft
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ITEM, SPJ = "I081", "MZJ"


def number_of(town: TestTown, name: str) -> str:
    return next(one.id_no for one in town.loaded.town.people if one.holder == town.loaded.town.cast[name])


def received(town: TestTown, name: str = "赵奶奶", item: str = ITEM) -> Actor:
    clerk = town.clerk(items.get_item(item).department_code)
    with ledger.reading():
        made = handling.receive(
            actor=clerk, item_code=item, channel=Channel.WINDOW, number=number_of(town, name), name=name
        )
    return standing.assisting_actor(clerk, standing.get_presence(clerk, made))


def opened(town: TestTown, who: Actor, name: str = "赵奶奶", item: str = ITEM) -> Draft:
    with ledger.reading():
        made = services.open_draft(actor=who, item_code=item)
        plan = plan_for(who, items.get_item(item), Wish(item, town[name]), made)
    return Draft(who, made, plan)


def agree_on_paper(draft: Draft) -> None:
    with ledger.reading():
        handling.confirm_on_paper(
            actor=draft.actor,
            application_id=draft.id,
            data=blank_png(),
            agreed=[t.key for t in draft.plan.consents],
            signed=[m.code for m in draft.plan.required if m.mode is Mode.COMMITMENT],
        )


def test_received_by_her_card_she_hands_in_without_a_phone(town: TestTown) -> None:
    who = received(town)
    draft = opened(town, who)
    agree_on_paper(draft)
    draft.submit(draft.complete(agreed=frozenset(), signed=frozenset()))
    assert draft.row.state == State.SUBMITTED and draft.row.channel == "window"
    given = Consent.objects.filter(reference=str(draft.id))
    assert given and {(c.how, c.witness_id, c.given_by) for c in given} == {
        ("paper", who.account_id, town["赵奶奶"])
    }


def test_the_plan_is_the_one_on_her_phone(town: TestTown) -> None:
    """The window asks for what the phone would ask for, and for her yes to the same transfers."""
    window = opened(town, received(town)).plan
    her = town.resident("赵奶奶")
    with ledger.reading():
        made = services.open_draft(actor=her, item_code=ITEM)
        phone = plan_for(her, items.get_item(ITEM), Wish(ITEM, town["赵奶奶"]), made)
    assert [(m.code, m.mode) for m in window.materials] == [(m.code, m.mode) for m in phone.materials]
    assert [t.key for t in window.consents] == [t.key for t in phone.consents]
    assert [(f.name, f.value) for f in window.fields] == [(f.name, f.value) for f in phone.fields]


def test_what_the_clerk_ticks_is_not_her_yes(town: TestTown) -> None:
    draft = opened(town, received(town))
    with pytest.raises(ConsentRequired):
        draft.submit()
    with ledger.reading():
        handling.confirm_on_paper(actor=draft.actor, application_id=draft.id, data=blank_png(), agreed=[])
    if draft.plan.consents:
        with pytest.raises(ConsentRequired):
            draft.submit()
    assert draft.row.state == State.DRAFT and not Consent.objects.filter(reference=str(draft.id))


def test_by_her_code_on_the_second_screen(town: TestTown) -> None:
    her, draft = town.resident("赵奶奶"), opened(town, received(town))
    shown, foreign = codes.show_code(actor=her).text, codes.show_code(actor=town.resident("王五")).text
    keys = [t.key for t in draft.plan.consents]
    with ledger.reading():
        with pytest.raises(CodeInvalid):
            handling.confirm_by_code(actor=draft.actor, application_id=draft.id, code=foreign, agreed=keys)
        assert not Confirmation.objects.exists()
        handling.confirm_by_code(actor=draft.actor, application_id=draft.id, code=shown, agreed=keys)
        with pytest.raises(CodeReplayed):
            handling.confirm_by_code(actor=draft.actor, application_id=draft.id, code=shown, agreed=keys)
    assert Confirmation.objects.get().how == "code"


def test_she_agrees_to_nothing_she_was_not_shown(town: TestTown) -> None:
    draft = opened(town, received(town))
    for more in ({"agreed": ["applicant:GAJ:plain:x"]}, {"agreed": [], "signed": ["I081-M99"]}):
        with ledger.reading(), pytest.raises(Exception) as refused:
            handling.confirm_on_paper(actor=draft.actor, application_id=draft.id, data=blank_png(), **more)
        assert refused.value.code.name == "CONSENT_REQUIRED"
    with ledger.reading(), pytest.raises(UploadInvalid):
        handling.confirm_on_paper(actor=draft.actor, application_id=draft.id, data=b"text", agreed=[])


def test_a_number_and_another_name_are_nobody_and_entered(town: TestTown) -> None:
    """A clerk must not learn from the form whose number it is, and every try is counted."""
    clerk = town.clerk(SPJ)
    tries = [(number_of(town, "赵奶奶"), "王五"), ("110101190001010019", "赵奶奶")]
    answers = []
    for number, name in tries:
        with ledger.reading(), pytest.raises((NotIdentified, InputInvalid)) as refused:
            handling.receive(actor=clerk, item_code=ITEM, channel=Channel.WINDOW, number=number, name=name)
        answers.append((refused.type, refused.value.message))
    assert answers[0][0] is NotIdentified
    entry = LedgerEntry.objects.filter(kind=Kind.PRESENCE_REFUSED).first()
    assert entry and "赵" not in entry.detail + entry.holders and not Presence.objects.exists()


def test_entries_say_the_clerk_did_it_and_why_he_might(town: TestTown) -> None:
    draft = opened(town, received(town))
    entry = LedgerEntry.objects.get(kind=Kind.DRAFT_OPENED, object_id=str(draft.id))
    assert entry.party_id is None and entry.channel == "window" and entry.department_code == SPJ
    assert entry.ground == f"present:{draft.actor.standing.id}"  # type: ignore[union-attr]
    reads = LedgerEntry.objects.filter(kind=Kind.READ, ground__startswith="present:")
    assert reads and {one.party_id for one in reads} == {None}
    assert LedgerEntry.objects.filter(kind=Kind.PRESENCE_OPENED, holders__contains=str(town["赵奶奶"]))


def test_her_presence_opens_one_item_and_ends(town: TestTown) -> None:
    """Nothing else of hers, no other item, and nothing once she has left."""
    who = received(town)
    clerk = town.clerk(SPJ)
    assert town["赵奶奶"] in own_holders(who)
    with pytest.raises(PermitDenied):
        own_permit(who, [town["赵奶奶"]], ["id_card.*"], "本人查看证照")
    with pytest.raises(Forbidden):
        services.open_draft(actor=who, item_code="I083")
    draft = opened(town, who)
    close_presence(actor=clerk, presence_id=who.standing.id)  # type: ignore[union-attr]
    assert not own_holders(who)
    with pytest.raises(NotFound):
        services.save_draft(actor=who, application_id=draft.id, answers={}, values={})
    with pytest.raises(NotFound):
        standing.get_presence(clerk, who.standing.id)  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        standing.get_presence(town.clerk(SPJ, 7), who.standing.id)  # type: ignore[union-attr]


def test_she_goes_on_with_the_same_draft_on_her_phone(town: TestTown) -> None:
    draft = opened(town, received(town))
    her = town.resident("赵奶奶")
    assert queries.get_own(her, draft.id).state == State.DRAFT
    at_home = Draft(her, draft.id, draft.plan)
    at_home.submit(at_home.complete())
    assert Application.objects.get(id=draft.id).channel == her.channel.value


def test_a_department_receives_for_its_own_items_the_common_window_for_all(town: TestTown) -> None:
    other = town.clerk("SPJ")
    card = {"number": number_of(town, "赵奶奶"), "name": "赵奶奶", "channel": Channel.WINDOW}
    with pytest.raises(Forbidden):
        handling.receive(actor=other, item_code=ITEM, **card)

    common = replace(other, permissions=permissions_of(["window"]))
    with ledger.reading():
        assert handling.receive(actor=common, item_code=ITEM, **card)
    with pytest.raises(Forbidden):
        handling.receive(actor=town.resident("王五"), item_code=ITEM, **card)
