"""Whom it is about and what is not agreed to: no child by luck, no refusal that blocks, no partner without his yes."""

from uuid import UUID

import pytest

from proofless import ledger
from proofless.access.errors import ConsentRequired
from proofless.access.models import Consent
from proofless.applications import queries, services
from proofless.applications.errors import ApplicationIncomplete
from proofless.applications.models import Invitation, State
from proofless.applications.waterfall.outcome import Mode, Plan
from proofless.applications.waterfall.plan import make_plan
from proofless.items import queries as items
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound, Refusal
from proofless.kit.ids import new_id
from proofless.parties.models import Relation
from proofless.simulator import acting
from tests.applications.scenes import Draft, open_draft
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ALLOWANCE, WEDDING = "I006", "I001"


@pytest.fixture
def mother(town: TestTown) -> tuple[Actor, list[UUID]]:
    """Somebody with several living children, and they."""
    children: dict[UUID, list[UUID]] = {}
    for row in Relation.objects.filter(kind="parent_of", forward=True).order_by("id"):
        children.setdefault(row.holder_id, []).append(row.other_id)
    parent = next(holder for holder, found in children.items() if len(found) > 1)
    return acting.resident(parent), children[parent]


def begun(who: Actor, item_code: str) -> UUID:
    with ledger.reading():
        return services.open_draft(actor=who, item_code=item_code)


def planned(who: Actor, application_id: UUID) -> Plan:
    view = queries.get_own(who, application_id)
    with ledger.reading():
        return make_plan(who, items.get_item(view.item_code), queries.request_for(view))


def test_of_several_children_she_is_asked_which(mother: tuple[Actor, list[UUID]]) -> None:
    who, children = mother
    made = begun(who, ALLOWANCE)
    plan = planned(who, made)
    assert plan.undecided == ("child",)
    assert {choice.role: set(choice.options) for choice in plan.choices} == {"child": set(children)}
    with pytest.raises(ApplicationIncomplete) as refused, ledger.reading():
        services.submit(actor=who, application_id=made, submission=services.Submission(1))
    assert refused.value.detail == {"people": ["child"]}
    for child in children:
        with ledger.reading():
            services.choose_person(actor=who, application_id=made, role="child", holder_id=child)
        plan = planned(who, made)
        assert plan.roles["child"] == (child,) and not plan.undecided


def test_a_strangers_child_cannot_be_chosen(mother: tuple[Actor, list[UUID]], town: TestTown) -> None:
    who, _ = mother
    made = begun(who, ALLOWANCE)
    for stranger in (town["张小宝"], new_id()):
        with pytest.raises(NotFound), ledger.reading():
            services.choose_person(actor=who, application_id=made, role="child", holder_id=stranger)
    assert not queries.get_own(who, made).chosen


def test_each_relation_says_which_record_it_rests_on(mother: tuple[Actor, list[UUID]]) -> None:
    """Who looks at the case sees why this child is hers; of herself there is nothing to say."""
    who, children = mother
    made = begun(who, ALLOWANCE)
    with ledger.reading():
        services.choose_person(actor=who, application_id=made, role="child", holder_id=children[0])
    plan = planned(who, made)
    told = {(one.role, one.holder_id): one.text for one in plan.relations}
    recorded = Relation.objects.get(
        holder_id=who.party_id, other_id=children[0], kind="parent_of", forward=True
    )
    assert told["child", children[0]] == recorded.evidence != ""
    assert ("child", children[1]) not in told and "applicant" not in {role for role, _ in told}
    used = items.get_item(ALLOWANCE).used_roles - {"applicant"}
    assert {role for role, _ in told} <= used
    for role, holders in plan.roles.items():
        assert role not in used or all((role, holder) in told for holder in holders if holder != who.party_id)


@pytest.fixture
def allowance(town: TestTown) -> Draft:
    return open_draft(town, "张三", ALLOWANCE)


def again(draft: Draft) -> Draft:
    return Draft(draft.actor, draft.id, planned(draft.actor, draft.id))


def test_two_children_in_one_role_have_a_tick_each(allowance: Draft) -> None:
    keys = [transfer.line for transfer in allowance.plan.consents]
    assert len(keys) == len(set(keys))
    holders = {transfer.holder_id for transfer in allowance.plan.consents}
    assert all(any(holder.hex[-8:] in key for key in keys) for holder in holders)


def test_a_tick_for_fewer_fields_is_no_consent_for_more(allowance: Draft) -> None:
    """A page left open while the plan grew must not agree to what it never showed."""
    stale = frozenset(f"{t.line}:0000000000" for t in allowance.plan.consents)
    with pytest.raises(ConsentRequired):
        allowance.submit(allowance.complete(agreed=stale))


def test_what_she_declines_becomes_hers_to_bring_and_nothing_blocks(allowance: Draft) -> None:
    """张三 does not want her child's birth certificate read: she uploads it, and the case goes in."""
    material = next(m for m in allowance.plan.required if m.mode is Mode.CERTIFICATE)
    refused = {e.holder_id for e in material.evidence}
    lines = [t.line for t in allowance.plan.consents if t.holder_id in refused]
    current = allowance
    for _ in range(8):
        lines = [t.line for t in current.plan.consents if t.holder_id in refused]
        if not lines:
            break
        with ledger.reading():
            services.decline_transfer(actor=current.actor, application_id=current.id, line=lines[0])
        current = again(current)
    outcome = next(m for m in current.plan.materials if m.code == material.code)
    assert outcome.mode is Mode.UPLOAD and any(a.declined for a in outcome.attempts)
    assert "不同意" in outcome.sentence and not current.plan.refused
    assert not [f for f in current.plan.fields if f.filled and f.holder_id in refused]
    current.attach(*(m.code for m in current.plan.uploads))
    current.submit()
    assert current.row.state == State.SUBMITTED
    told = Consent.objects.filter(reference=str(current.id)).values_list("holder_id", flat=True)
    assert not refused & set(told)
    assert set(current.row.unknown_rules) == {rule.code for rule in current.plan.unknown}


def test_a_declined_record_is_unknown_and_never_absent(allowance: Draft) -> None:
    """Else declining would turn a mother into somebody without a child, and refuse her by rule."""
    for line in [t.line for t in allowance.plan.consents]:
        with ledger.reading():
            services.decline_transfer(actor=allowance.actor, application_id=allowance.id, line=line)
    plan = planned(allowance.actor, allowance.id)
    assert not plan.refused and all(rule.holds is not False for rule in plan.rules if rule.hard)


def test_a_refusal_is_taken_back(allowance: Draft) -> None:
    line = allowance.plan.consents[0].line
    case = {"actor": allowance.actor, "application_id": allowance.id, "line": line}
    with ledger.reading():
        services.decline_transfer(**case)
        assert line in {t.line for t in planned(allowance.actor, allowance.id).declined}
        services.allow_transfer(**case)
    assert planned(allowance.actor, allowance.id).consents == allowance.plan.consents
    for act in (services.allow_transfer, services.decline_transfer):
        with pytest.raises(NotFound), ledger.reading():
            act(**{**case, "line": "nobody:GAJ:plain:00000000"})


def invite(draft: UUID, who: Actor, name: str, number: str) -> None:
    with ledger.reading():
        services.invite_partner(actor=who, application_id=draft, name=name, number=number)


def number_of(town: TestTown, name: str) -> str:
    key = town.loaded.town.cast[name]
    return next(one.id_no for one in town.loaded.town.people if one.holder == key)


def test_a_partner_is_found_by_name_and_number_and_must_agree(town: TestTown) -> None:
    wang, li = town.resident("王五"), town.resident("李四")
    made = begun(wang, WEDDING)
    assert "partner" in planned(wang, made).undecided
    invite(made, wang, "李四", number_of(town, "李四"))
    assert "partner" in planned(wang, made).undecided, "asked is not agreed"
    found = queries.list_invitations(li)
    assert [(one.applicant, one.item_code) for one in found] == [("王五", WEDDING)]
    with pytest.raises(NotFound):
        services.answer_invitation(actor=town.resident("张三"), invitation_id=found[0].id, agree=True)
    services.answer_invitation(actor=li, invitation_id=found[0].id, agree=True)
    plan = planned(wang, made)
    assert plan.roles["partner"] == (town["李四"],) and not queries.list_invitations(li)
    told = {one.role: one for one in plan.relations}
    assert (told["partner"].holder_id, told["partner"].text) == (town["李四"], "本人登录同意")
    with pytest.raises(NotFound):
        services.answer_invitation(actor=li, invitation_id=found[0].id, agree=False)


def test_the_form_does_not_tell_who_is_registered(town: TestTown) -> None:
    """Whoever tries numbers learns nothing: the answer is the same for a stranger, a wrong name and nobody."""
    wang = town.resident("王五")
    made = begun(wang, WEDDING)
    for name, number in (("李斯", number_of(town, "李四")), ("某人", "110101199003070134")):
        invite(made, wang, name, number)
        view = queries.find_invitation(queries.get_own(wang, made))
        assert view and view.state == Invitation.State.ASKED
    assert not queries.list_invitations(town.resident("李四"))
    with pytest.raises(InputInvalid):
        invite(made, wang, "李四", "371402199001011234")
    invite(made, wang, "王五", number_of(town, "王五"))
    assert not queries.list_invitations(wang), "nobody marries herself"
    with pytest.raises(Refusal):
        invite(made, wang, "李四", number_of(town, "李四"))
