"""委托: 张三 lets 李四 act in one item until a day; beyond it he is a stranger, and each act says it was his."""

from datetime import UTC, datetime, timedelta

import pytest

from proofless import ledger
from proofless.access import standing
from proofless.access.errors import ConsentRequired, PermitDenied
from proofless.access.models import Authority, Consent
from proofless.access.permits import own_holders, own_permit
from proofless.access.services import give_authority, revoke_authority
from proofless.applications import queries, services
from proofless.applications.errors import NotIdentified
from proofless.applications.handling.services.authorities import (
    appoint,
    open_for_principal,
    register_paper,
)
from proofless.applications.models import State
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, InputInvalid, NotFound
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.simulator.acting import Wish, blank_png, plan_for
from tests.applications.scenes import Draft
from tests.applications.test_window import number_of, received
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ITEM, DAYS = "I081", timedelta(days=10)
PRINCIPAL, AGENT = "赵奶奶", "李四"


def give(town: TestTown, *, special: bool = True) -> Authority:
    made = appoint(
        actor=town.resident(PRINCIPAL),
        name=AGENT,
        number=number_of(town, AGENT),
        item_codes=[ITEM],
        since=clock.today(),
        until=clock.today() + DAYS,
        special=special,
    )
    return Authority.objects.get(id=made)


def begin(town: TestTown, authority: Authority) -> Draft:
    agent = town.resident(AGENT)
    with ledger.reading():
        made = open_for_principal(actor=agent, authority_id=authority.id, item_code=ITEM)
        who = queries.agent_of(agent, made)
        assert who is not None
        plan = plan_for(who, items.get_item(ITEM), Wish(ITEM, town[PRINCIPAL]), made)
    return Draft(who, made, plan)


def test_the_agent_hands_in_for_her_and_the_ledger_says_who_did(town: TestTown) -> None:
    draft = begin(town, give(town))
    draft.submit()
    assert draft.row.state == State.SUBMITTED and draft.row.holder_id == town[PRINCIPAL]
    entry = LedgerEntry.objects.get(kind=Kind.APPLICATION_SUBMITTED, object_id=str(draft.id))
    assert entry.party_id == town[AGENT] and entry.ground == f"authority:{draft.row.standing_id}"
    assert str(town[PRINCIPAL]) in entry.holders
    assert {c.how for c in Consent.objects.filter(reference=str(draft.id))} <= {"agent"}
    assert queries.get_own(town.resident(PRINCIPAL), draft.id).state == State.SUBMITTED


def test_without_special_powers_sensitive_fields_are_hers_to_give(town: TestTown) -> None:
    draft = begin(town, give(town, special=False))
    assert any(t.sensitive for t in draft.plan.consents)
    with pytest.raises(ConsentRequired):
        draft.submit()
    assert draft.row.state == State.DRAFT


def test_one_item_of_one_person_and_nothing_else(town: TestTown) -> None:
    authority = give(town)
    agent = standing.agent_for(town.resident(AGENT), standing.get_held(town.resident(AGENT), authority.id))
    assert own_holders(agent) == {town[PRINCIPAL]}
    with pytest.raises(PermitDenied):
        own_permit(agent, [town[PRINCIPAL]], ["id_card.*"], "本人查看证照")
    with pytest.raises(Forbidden):
        services.open_draft(actor=agent, item_code="I083")
    hers = services.open_draft(actor=town.resident(PRINCIPAL), item_code=ITEM)
    with pytest.raises(NotFound):
        queries.get_own(agent, hers)
    assert queries.agent_of(town.resident(AGENT), hers) is None


def test_revoked_it_ends_in_the_middle_of_a_case(town: TestTown) -> None:
    authority = give(town)
    draft = begin(town, authority)
    revoke_authority(actor=town.resident(PRINCIPAL), authority_id=authority.id)
    with pytest.raises(NotFound):
        draft.submit()
    assert queries.agent_of(town.resident(AGENT), draft.id) is None and not standing.list_held(
        town.resident(AGENT)
    )
    hers = Draft(town.resident(PRINCIPAL), draft.id, draft.plan)
    hers.submit(hers.complete())
    for who in (town.resident(PRINCIPAL), town.resident("王五")):
        with pytest.raises(NotFound):
            revoke_authority(actor=who, authority_id=authority.id)


def test_past_its_day_it_opens_nothing(town: TestTown, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = give(town)
    assert standing.list_held(town.resident(AGENT))
    monkeypatch.setattr(clock, "_source", lambda: datetime.now(UTC) + timedelta(days=11))
    assert not standing.list_held(town.resident(AGENT))
    with pytest.raises(NotFound):
        begin(town, authority)


def test_a_stranger_cannot_use_it(town: TestTown) -> None:
    authority = give(town)
    with pytest.raises(NotFound):
        open_for_principal(actor=town.resident("王五"), authority_id=authority.id, item_code=ITEM)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"until": clock.today() + timedelta(days=400)}, "until"),
        ({"until": clock.today() - timedelta(days=1)}, "until"),
        ({"item_codes": []}, "items"),
    ],
)
def test_scope_and_term_are_asked_for(town: TestTown, change: dict[str, object], named: str) -> None:
    whole = {"item_codes": [ITEM], "since": clock.today(), "until": clock.today() + DAYS} | change
    with pytest.raises(InputInvalid) as refused:
        give_authority(actor=town.resident(PRINCIPAL), agent_id=town[AGENT], **whole)  # type: ignore[arg-type]
    assert named in refused.value.detail["fields"]  # type: ignore[operator]


def test_a_number_with_another_name_appoints_nobody(town: TestTown) -> None:
    with pytest.raises(NotIdentified):
        appoint(
            actor=town.resident(PRINCIPAL),
            name="王五",
            number=number_of(town, AGENT),
            item_codes=[ITEM],
            since=clock.today(),
            until=clock.today() + DAYS,
        )
    assert not Authority.objects.exists()


def at_window(town: TestTown, who: Actor, paper: bytes | None) -> Authority:
    with ledger.reading():
        made = appoint(
            actor=who,
            name=AGENT,
            number=number_of(town, AGENT),
            item_codes=[ITEM],
            since=clock.today(),
            until=clock.today() + DAYS,
            paper=paper,
        )
    return Authority.objects.get(id=made)


def test_at_the_window_it_is_on_paper_with_the_clerk_as_witness(town: TestTown) -> None:
    who = received(town)
    with pytest.raises(NotFound):
        at_window(town, who, None)
    authority = at_window(town, who, blank_png())
    assert authority.given == "paper" and authority.witness_id == who.account_id and authority.file_address
    assert authority.holder_id == town[PRINCIPAL]


def test_the_agent_brings_the_paper_and_the_principal_may_end_it(town: TestTown) -> None:
    """李四 stands at the window with what 赵奶奶 signed in her bed; she hears of it and has the last word."""
    who = received(town, AGENT)
    words = {"since": clock.today(), "until": clock.today() + DAYS, "paper": blank_png()}
    with ledger.reading(), pytest.raises(NotIdentified):
        register_paper(actor=who, name="王五", number=number_of(town, PRINCIPAL), **words)  # type: ignore[arg-type]
    with ledger.reading():
        made = register_paper(actor=who, name=PRINCIPAL, number=number_of(town, PRINCIPAL), **words)  # type: ignore[arg-type]
    row = Authority.objects.get(id=made)
    assert (row.holder_id, row.agent_id, row.given) == (town[PRINCIPAL], town[AGENT], "paper")
    assert row.witness_id == who.account_id and row.file_address and row.item_codes == [ITEM]
    begin(town, row)
    revoke_authority(actor=town.resident(PRINCIPAL), authority_id=made)
    assert not standing.list_held(town.resident(AGENT))


def test_nobody_makes_himself_an_agent_without_a_window(town: TestTown) -> None:
    him = town.resident(AGENT)
    with pytest.raises(NotFound):
        give_authority(
            actor=him,
            agent_id=town[AGENT],
            item_codes=[ITEM],
            since=clock.today(),
            until=clock.today(),
            principal_id=town[PRINCIPAL],
            file_address="x",
        )
    with pytest.raises(NotFound):
        register_paper(
            actor=him,
            name=PRINCIPAL,
            number=number_of(town, PRINCIPAL),
            since=clock.today(),
            until=clock.today(),
            paper=blank_png(),
        )
