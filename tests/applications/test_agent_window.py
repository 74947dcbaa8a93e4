"""代理人到窗口: 李四 brings 赵奶奶's authority; the case is hers, the hand the clerk's, the yes his."""

from datetime import UTC, datetime, timedelta

import pytest

from proofless import ledger
from proofless.access import services as access
from proofless.access import standing
from proofless.access.errors import ConsentRequired, PermitDenied
from proofless.access.models import Consent
from proofless.access.permits import own_holders, own_permit
from proofless.applications import queries, services
from proofless.applications.handling.services import window as handling
from proofless.applications.handling.services.authorities import appoint, open_at_window, register_paper
from proofless.applications.models import Confirmation, State
from proofless.codes import services as codes
from proofless.codes.errors import CodeInvalid
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import Forbidden, NotFound
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.simulator.acting import Wish, blank_png, plan_for
from tests.applications.scenes import Draft
from tests.applications.test_authority import give
from tests.applications.test_handling_api import BASE, Caller
from tests.applications.test_window import agree_on_paper, number_of
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ITEM, OFFICE = "I081", "MZJ"
PRINCIPAL, AGENT = "赵奶奶", "李四"


def arrive(town: TestTown, item: str = ITEM) -> standing.PresenceView:
    """李四 hands his card over at the window of the office."""
    clerk = town.clerk(OFFICE)
    with ledger.reading():
        made = handling.receive(
            actor=clerk,
            item_code=item,
            channel=Channel.WINDOW,
            number=number_of(town, AGENT),
            name=AGENT,
        )
    return standing.get_presence(clerk, made)


def begin(town: TestTown, *, special: bool = True) -> Draft:
    authority, here, clerk = give(town, special=special), arrive(town), town.clerk(OFFICE)
    with ledger.reading():
        made = open_at_window(actor=clerk, presence_id=here.id, authority_id=authority.id)
        who = queries.assisted_in(clerk, here, made)
        plan = plan_for(who, items.get_item(ITEM), Wish(ITEM, town[PRINCIPAL]), made)
    return Draft(who, made, plan)


def test_from_his_card_to_her_receipt(town: TestTown) -> None:
    draft = begin(town)
    agree_on_paper(draft)
    draft.submit(draft.complete(agreed=frozenset(), signed=frozenset()))
    row = draft.row
    assert (row.state, row.channel, row.holder_id) == (State.SUBMITTED, "window", town[PRINCIPAL])
    given = Consent.objects.filter(reference=str(draft.id))
    assert given and {(c.how, c.given_by, c.witness_id) for c in given} == {
        ("agent", town[AGENT], draft.actor.account_id)
    }
    assert queries.get_own(town.resident(PRINCIPAL), draft.id).state == State.SUBMITTED


def test_the_ledger_names_clerk_presence_and_authority(town: TestTown) -> None:
    """Who asks later sees all three: the official's hand, the agent who stood there, and on whose paper."""
    draft = begin(town)
    entry = LedgerEntry.objects.get(kind=Kind.DRAFT_OPENED, object_id=str(draft.id))
    here = draft.actor.standing.presence_id  # type: ignore[union-attr]
    assert entry.party_id is None and entry.department_code == OFFICE and entry.channel == "window"
    assert entry.ground == f"authority:{draft.row.standing_id}+present:{here}"
    assert str(town[PRINCIPAL]) in entry.holders
    assert LedgerEntry.objects.filter(kind=Kind.PRESENCE_OPENED, holders__contains=str(town[AGENT])).exists()
    assert LedgerEntry.objects.filter(kind=Kind.READ, ground__startswith="authority:").exists()


def test_what_the_clerk_ticks_is_nobodys_yes(town: TestTown) -> None:
    draft = begin(town)
    with pytest.raises(ConsentRequired):
        draft.submit()
    assert draft.row.state == State.DRAFT and not Consent.objects.filter(reference=str(draft.id))


def test_his_code_confirms_and_hers_does_not(town: TestTown) -> None:
    """Who stands there says yes: a photograph of her code in his pocket is no word of his."""
    draft = begin(town)
    keys = [t.key for t in draft.plan.consents]
    hers = codes.show_code(actor=town.resident(PRINCIPAL)).text
    his = codes.show_code(actor=town.resident(AGENT)).text
    with ledger.reading():
        with pytest.raises(CodeInvalid):
            handling.confirm_by_code(actor=draft.actor, application_id=draft.id, code=hers, agreed=keys)
        handling.confirm_by_code(actor=draft.actor, application_id=draft.id, code=his, agreed=keys)
    assert Confirmation.objects.get(application_id=draft.id).how == "code"


def test_without_special_powers_sensitive_fields_wait_for_her(town: TestTown) -> None:
    draft = begin(town, special=False)
    sensitive = [t.key for t in draft.plan.consents if t.sensitive]
    plain = [t.key for t in draft.plan.consents if not t.sensitive]
    assert sensitive
    with ledger.reading():
        with pytest.raises(ConsentRequired, match="特别授权"):
            handling.confirm_on_paper(
                actor=draft.actor, application_id=draft.id, data=blank_png(), agreed=sensitive
            )
        handling.confirm_on_paper(actor=draft.actor, application_id=draft.id, data=blank_png(), agreed=plain)
    with pytest.raises(ConsentRequired):
        draft.submit(draft.complete(agreed=frozenset(sensitive), signed=frozenset()))
    at_home = Draft(town.resident(PRINCIPAL), draft.id, draft.plan)
    at_home.submit(at_home.complete())
    assert draft.row.state == State.SUBMITTED


def test_it_opens_one_item_of_hers_and_nothing_of_his(town: TestTown) -> None:
    draft = begin(town)
    assert own_holders(draft.actor) == {town[PRINCIPAL]}
    with pytest.raises(PermitDenied):
        own_permit(draft.actor, [town[PRINCIPAL]], ["id_card.*"], "本人查看证照")
    with pytest.raises(Forbidden):
        services.open_draft(actor=draft.actor, item_code="I083")
    hers = services.open_draft(actor=town.resident(PRINCIPAL), item_code=ITEM)
    here = standing.get_presence(town.clerk(OFFICE), draft.actor.standing.presence_id)  # type: ignore[union-attr]
    with pytest.raises(NotFound), ledger.reading():
        queries.get_own(queries.assisted_in(town.clerk(OFFICE), here, hers), hers)


@pytest.mark.parametrize("ending", ["he leaves", "she revokes", "its day passes", "the hour passes"])
def test_it_ends_with_his_presence_and_with_the_authority(
    town: TestTown, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = begin(town)
    agree_on_paper(draft)
    spot = draft.actor.standing
    assert spot is not None and spot.presence_id is not None
    if ending == "he leaves":
        access.close_presence(actor=town.clerk(OFFICE), presence_id=spot.presence_id)
    elif ending == "she revokes":
        access.revoke_authority(actor=town.resident(PRINCIPAL), authority_id=spot.id)
    else:
        days = 11 if ending == "its day passes" else 0
        later = datetime.now(UTC) + timedelta(days=days, minutes=61)
        monkeypatch.setattr(clock, "_source", lambda: later)
    assert not own_holders(draft.actor)
    with pytest.raises(NotFound):
        draft.submit(draft.complete(agreed=frozenset(), signed=frozenset()))
    assert draft.row.state == State.DRAFT


def test_an_authority_for_another_item_or_of_a_stranger_opens_nothing(town: TestTown) -> None:
    give(town)
    other = appoint(
        actor=town.resident(PRINCIPAL),
        name=AGENT,
        number=number_of(town, AGENT),
        item_codes=["I076"],
        since=clock.today(),
        until=clock.today(),
    )
    here, clerk = arrive(town), town.clerk(OFFICE)
    assert [one.item_codes for one in standing.list_brought(here)] == [(ITEM,)]
    with pytest.raises(NotFound):
        open_at_window(actor=clerk, presence_id=here.id, authority_id=other)
    with pytest.raises(NotFound):
        open_at_window(
            actor=town.clerk(OFFICE, 9), presence_id=here.id, authority_id=standing.list_brought(here)[0].id
        )


def test_he_brings_the_paper_and_begins_at_once(town: TestTown) -> None:
    here, clerk = arrive(town), town.clerk(OFFICE)
    with ledger.reading():
        made = register_paper(
            actor=standing.assisting_actor(clerk, here),
            name=PRINCIPAL,
            number=number_of(town, PRINCIPAL),
            since=clock.today(),
            until=clock.today(),
            paper=blank_png(),
        )
        case = open_at_window(actor=clerk, presence_id=here.id, authority_id=made)
    assert queries.get_own(town.resident(PRINCIPAL), case).state == State.DRAFT
    assert queries.agent_of(town.resident(AGENT), case)  # and goes on at home on his own telephone


def test_an_agent_passes_nothing_on(town: TestTown) -> None:
    """What she gave him he cannot give to 王五, with whatever paper."""
    agent: Actor = begin(town).actor
    with pytest.raises(NotFound), ledger.reading():
        appoint(
            actor=agent,
            name="王五",
            number=number_of(town, "王五"),
            item_codes=[ITEM],
            since=clock.today(),
            until=clock.today(),
            paper=blank_png(),
        )


def test_by_the_api_of_a_window(town: TestTown) -> None:
    give(town)
    window = Caller("clerk-mzj")
    card = {"item_code": ITEM, "number": number_of(town, AGENT), "name": AGENT}
    here = window("post", f"{BASE}/presences", card, 201)["id"]
    (brought,) = window("get", f"{BASE}/presences/{here}/authorities")
    assert brought["principal"] == PRINCIPAL and brought["special"]
    path = f"{BASE}/presences/{here}/authorities/{brought['id']}/applications"
    case = f"{BASE}/presences/{here}/applications/{window('post', path, {}, 201)['id']}"
    plan = window("post", f"{case}/plan", {})
    said = {
        "code": codes.show_code(actor=town.resident(AGENT)).text,
        "agreed": [one["key"] for one in plan["consents"]],
    }
    window("post", f"{case}/confirm", said, 204)
    assert window("post", f"{case}/submit", {"revision": plan["revision"]})["receipt"]
