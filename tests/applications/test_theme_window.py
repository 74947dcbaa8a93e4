"""一件事 at the window: 张三 wants three things of three offices, has no phone, and says yes once before one clerk."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from proofless import ledger
from proofless.access import standing
from proofless.access.actors import actor_of
from proofless.access.edge import SESSION_ACCOUNT
from proofless.access.errors import ConsentRequired, PermitDenied
from proofless.access.models import Consent, Presence
from proofless.access.permits import own_permit
from proofless.access.rules import permissions_of
from proofless.access.services import close_presence
from proofless.applications import queries as applications
from proofless.applications import services as acts
from proofless.applications.errors import NotIdentified, ThemeNotOpen, WrongState
from proofless.applications.handling.services import window as handling
from proofless.applications.handling.services.authorities import appoint
from proofless.applications.models import Application, Confirmation, ThemeCase
from proofless.applications.themes import confirming, queries, services
from proofless.applications.waterfall.outcome import Mode
from proofless.codes import services as codes
from proofless.codes.errors import CodeInvalid, CodeReplayed
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import Forbidden, NotFound, Refusal
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.parties.models import Account
from proofless.simulator.acting import blank_png
from tests.applications.test_handling_api import BASE, Caller
from tests.applications.test_window import number_of
from tests.applications.theme_scenes import CARD, CARE, DISABLED, INSURANCE, PHOTO, Theme, go_on, open_theme
from tests.town import TestTown

pytestmark = pytest.mark.django_db
LEAD, HER, AGENT = "CL", "张三", "李四"


def arrive(town: TestTown, name: str = HER, theme: str = DISABLED, number: int = 2) -> standing.PresenceView:
    """She hands her card over at the window of the office that leads the theme."""
    clerk = town.clerk(LEAD, number)
    with ledger.reading():
        made = handling.receive(
            actor=clerk, theme_code=theme, channel=Channel.WINDOW, number=number_of(town, name), name=name
        )
    return standing.get_presence(clerk, made)


@dataclass(frozen=True, slots=True)
class AtWindow(Theme):
    """A theme filled with somebody present."""

    def agree(self, **changes: list[str]) -> None:
        plan = self.plan
        said = {
            "agreed": [one.key for one in plan.consents],
            "signed": [one.key for one in plan.materials if one.outcome.mode is Mode.COMMITMENT],
        }
        with ledger.reading():
            confirming.confirm_on_paper(
                actor=self.actor, case_id=self.id, data=blank_png(), **(said | changes)
            )

    def hand_in(self) -> str:
        return self.submit(self.complete(agreed=frozenset(), signed=frozenset()))


def begin(town: TestTown, name: str = HER) -> AtWindow:
    who = standing.assisting_actor(town.clerk(LEAD), arrive(town, name))
    with ledger.reading():
        made = services.open_theme(actor=who, theme_code=DISABLED)
    theme = AtWindow(town, who, made)
    theme.attach(PHOTO)
    return theme


def handed_in(town: TestTown) -> AtWindow:
    theme = begin(town)
    theme.agree()
    theme.hand_in()
    return theme


def test_from_her_card_to_one_receipt_and_on_to_her_phone(town: TestTown) -> None:
    theme = begin(town)
    theme.agree()
    receipt = theme.hand_in()
    assert (theme.row.state, theme.row.channel, theme.row.said) == ("submitted", "window", "paper")
    cases = [theme.case(code) for code in (CARD, INSURANCE)]
    assert {(one.state, one.channel, one.department_code) for one in cases} == {
        ("submitted", "window", "CL"),
        ("submitted", "window", "YBJ"),
    }
    at_home = queries.get_progress(town.resident(HER), theme.id)
    assert at_home.head.receipt == receipt and at_home == theme.progress()


def test_her_yes_stands_in_every_offices_case_with_its_paper_and_witness(town: TestTown) -> None:
    """The second office would otherwise hold a consent nobody can trace to her hand."""
    theme = handed_in(town)
    whole = Confirmation.objects.get(application_id=theme.id)
    for code in (CARD, INSURANCE):
        case = theme.case(code)
        part = Confirmation.objects.get(application_id=case.id)
        assert (part.how, part.file_address, part.witness_id) == (
            "paper",
            whole.file_address,
            theme.actor.account_id,
        )
        given = Consent.objects.filter(reference=str(case.id))
        assert len(given) == len(part.agreed)
        assert {(c.how, c.witness_id, c.given_by) for c in given} <= {
            ("paper", theme.actor.account_id, town[HER])
        }


def test_the_follower_goes_on_with_the_yes_given_at_the_window(town: TestTown) -> None:
    theme = handed_in(town)
    theme.approve(CARD)
    assert go_on() == 1
    case = theme.case(CARE)
    given = Consent.objects.filter(reference=str(case.id))
    assert case.channel == "window" and given
    assert {(c.how, c.witness_id) for c in given} == {("paper", theme.actor.account_id)}
    assert Confirmation.objects.get(application_id=case.id).how == "paper"


def test_the_plan_is_the_one_on_her_phone(town: TestTown) -> None:
    window, phone = begin(town).plan, open_theme(town).plan
    assert [(m.key, m.outcome.mode) for m in window.materials] == [
        (m.key, m.outcome.mode) for m in phone.materials
    ]
    assert [(b.key, b.shown.value) for b in window.boxes] == [(b.key, b.shown.value) for b in phone.boxes]
    assert [one.key for one in window.consents] == [one.key for one in phone.consents]


def test_what_the_clerk_ticks_is_not_her_yes(town: TestTown) -> None:
    theme = begin(town)
    with pytest.raises(ConsentRequired):
        theme.submit()
    theme.agree(agreed=[])
    with pytest.raises(ConsentRequired):
        theme.submit()
    assert (
        theme.row.state == ThemeCase.State.DRAFT and not Application.objects.filter(item_code=CARD).exists()
    )


def test_by_her_code_and_nobody_elses(town: TestTown) -> None:
    theme = begin(town)
    hers, foreign = (codes.show_code(actor=town.resident(name)).text for name in (HER, "王五"))
    said = {"agreed": [one.key for one in theme.plan.consents]}
    with ledger.reading():
        with pytest.raises(CodeInvalid):
            confirming.confirm_by_code(actor=theme.actor, case_id=theme.id, code=foreign, **said)
        assert not Confirmation.objects.exists()
        confirming.confirm_by_code(actor=theme.actor, case_id=theme.id, code=hers, **said)
        with pytest.raises(CodeReplayed):
            confirming.confirm_by_code(actor=theme.actor, case_id=theme.id, code=hers, **said)
    theme.hand_in()
    assert theme.row.said == "code"


def test_she_agrees_to_nothing_she_was_not_shown(town: TestTown) -> None:
    """Nor does a yes to three items stretch to what the clerk selects afterwards."""
    theme = begin(town)
    for more in ({"agreed": ["applicant:GAJ:plain:0"]}, {"signed": ["I075-M99"]}):
        with pytest.raises(Refusal) as refused:
            theme.agree(**more)
        assert refused.value.code.name == "CONSENT_REQUIRED"
    with ledger.reading():
        services.save_theme(
            actor=theme.actor, case_id=theme.id, selected={INSURANCE: False}, answers={}, values={}
        )
    fewer = replace(theme, selected={INSURANCE: False})
    fewer.agree()
    with pytest.raises(ConsentRequired):
        theme.hand_in()
    assert theme.row.state == ThemeCase.State.DRAFT


def test_the_ledger_says_the_clerk_did_it_and_why_he_might(town: TestTown) -> None:
    theme = handed_in(town)
    ground = f"present:{theme.actor.standing.id}"  # type: ignore[union-attr]
    for kind in (Kind.THEME_OPENED, Kind.CONFIRMED_IN_PERSON, Kind.THEME_SUBMITTED):
        entry = LedgerEntry.objects.get(kind=kind, object_id=str(theme.id))
        assert (entry.party_id, entry.ground, entry.department_code) == (None, ground, LEAD)
        assert str(town[HER]) in entry.holders and HER not in entry.detail
    opened = LedgerEntry.objects.get(kind=Kind.PRESENCE_OPENED)
    assert opened.purpose == f"办理一件事:{DISABLED}"


def test_it_opens_this_theme_and_nothing_else_of_hers(town: TestTown) -> None:
    theme, her = begin(town), town.resident(HER)
    with ledger.reading():
        other = services.open_theme(actor=her, theme_code="T01")
        single = acts.open_draft(actor=her, item_code="I001")
    with pytest.raises(NotFound):
        queries.get_own(theme.actor, other)
    with pytest.raises(NotFound):
        applications.get_own(theme.actor, single)
    for opening in (
        lambda: services.open_theme(actor=theme.actor, theme_code="T01"),
        lambda: acts.open_draft(actor=theme.actor, item_code="I001"),
    ):
        with pytest.raises(Forbidden):
            opening()
    for purpose in ("本人查看证照", "办理一件事:T01", "办理事项:I001"):
        with pytest.raises(PermitDenied):
            own_permit(theme.actor, [town[HER]], ["id_card.*"], purpose)


def test_whoever_is_not_present_gets_nothing(town: TestTown) -> None:
    """Another's theme, another clerk, one who came for a single item, one who has left: the same answer."""
    theme, clerk = begin(town), town.clerk(LEAD)
    wang = standing.assisting_actor(clerk, arrive(town, "王五"))
    with ledger.reading():
        for_card = handling.receive(
            actor=clerk, item_code=CARD, channel=Channel.WINDOW, number=number_of(town, HER), name=HER
        )
    single = standing.assisting_actor(clerk, standing.get_presence(clerk, for_card))
    stranger = replace(theme.actor, account_id=town.clerk(LEAD, 7).account_id)
    close_presence(actor=clerk, presence_id=theme.actor.standing.id)  # type: ignore[union-attr]
    for who in (wang, single, stranger, theme.actor):
        for reading in (queries.get_own, queries.get_progress, queries.confirmed_in_person):
            with pytest.raises(NotFound), ledger.reading():
                reading(who, theme.id)
        with pytest.raises(NotFound), ledger.reading():
            replace(theme, actor=who).agree()
    assert not Confirmation.objects.exists()


def test_time_is_up_in_the_middle_and_nothing_is_lost(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written stays, for the next presence and for her phone; what she said is said anew."""
    theme = begin(town)
    written = dict(theme.complete().values)
    services.save_theme(actor=theme.actor, case_id=theme.id, selected={}, answers={}, values=written)
    theme.agree()
    later = datetime.now(UTC) + timedelta(minutes=61)
    monkeypatch.setattr(clock, "_source", lambda: later)
    with pytest.raises(NotFound):
        theme.hand_in()
    again = replace(theme, actor=standing.assisting_actor(town.clerk(LEAD), arrive(town)))
    for who in (again.actor, town.resident(HER)):
        with ledger.reading():
            assert queries.draft_of(who, theme.id)[2] == written
    with pytest.raises(ConsentRequired):
        again.hand_in()
    again.agree()
    assert again.hand_in() == queries.get_own(town.resident(HER), theme.id).receipt


def test_she_goes_on_at_home_and_what_she_began_at_home_here(town: TestTown) -> None:
    home = replace(begin(town), actor=town.resident(HER))
    home.submit()
    assert (home.row.channel, home.row.said) == ("phone", "self")
    begun = open_theme(town)
    here = AtWindow(
        town,
        standing.assisting_actor(town.clerk(LEAD), arrive(town)),
        begun.id,
        {INSURANCE: True, CARD: False},
    )
    with ledger.reading():
        services.save_theme(actor=here.actor, case_id=here.id, selected=here.selected, answers={}, values={})
    here.attach(*(one.key for one in here.plan.uploads))
    here.agree()
    here.hand_in()
    assert here.row.channel == "window"


def test_two_devices_do_not_overwrite_each_other(town: TestTown) -> None:
    theme = begin(town)
    seen = theme.row.revision
    change = {"case_id": theme.id, "selected": {}, "answers": {}, "values": {}, "revision": seen}
    assert services.save_theme(actor=theme.actor, **change, pen="w") == seen + 1  # type: ignore[arg-type]
    assert services.save_theme(actor=theme.actor, **change, pen="w") == seen + 2  # type: ignore[arg-type]
    with pytest.raises(Refusal) as refused:
        services.save_theme(actor=town.resident(HER), **change, pen="p")  # type: ignore[arg-type]
    assert refused.value.code.name == "DECISION_TAKEN"


def test_a_second_click_at_the_window_hands_in_nothing(town: TestTown) -> None:
    theme = handed_in(town)
    with pytest.raises(WrongState):
        theme.hand_in()
    with pytest.raises(WrongState):
        theme.agree()


def test_the_leading_office_and_the_common_window_receive_for_a_theme(town: TestTown) -> None:
    card = {"number": number_of(town, HER), "name": HER, "channel": Channel.WINDOW}
    for refusal, who, code in (
        (Forbidden, town.clerk("YBJ"), DISABLED),
        (Forbidden, town.resident(HER), DISABLED),
        (ThemeNotOpen, town.clerk(LEAD), "T28"),
    ):
        with ledger.reading(), pytest.raises(refusal):
            handling.receive(actor=who, theme_code=code, **card)  # type: ignore[arg-type]
    with ledger.reading(), pytest.raises(NotIdentified):
        handling.receive(actor=town.clerk(LEAD), theme_code=DISABLED, **card | {"name": "王五"})
    refused = LedgerEntry.objects.get(kind=Kind.PRESENCE_REFUSED)
    assert (refused.object_kind, refused.object_id) == ("theme", DISABLED) and not Presence.objects.exists()
    common = replace(town.clerk("YBJ"), permissions=permissions_of(["window"]))
    with ledger.reading():
        assert handling.receive(actor=common, theme_code=DISABLED, **card)  # type: ignore[arg-type]


def appointed(town: TestTown, *, special: bool, item_codes: list[str] | None = None) -> None:
    with ledger.reading():
        appoint(
            actor=town.resident(HER),
            name=AGENT,
            number=number_of(town, AGENT),
            item_codes=item_codes or list(items.get_theme(DISABLED).item_codes),
            since=clock.today(),
            until=clock.today(),
            special=special,
        )


def by_agent(town: TestTown) -> AtWindow:
    here, clerk = arrive(town, AGENT), town.clerk(LEAD)
    (brought,) = standing.list_brought(here)
    with ledger.reading():
        made = confirming.open_theme_for_agent(actor=clerk, presence_id=here.id, authority_id=brought.id)
    theme = AtWindow(town, queries.assisted_in(clerk, here, made), made)
    theme.attach(PHOTO)
    return theme


def test_her_agent_brings_her_authority(town: TestTown) -> None:
    appointed(town, special=True)
    theme = by_agent(town)
    theme.agree()
    theme.hand_in()
    assert (theme.row.holder_id, theme.row.said) == (town[HER], "agent")
    theme.approve(CARD)
    go_on()
    for code in (CARD, CARE, INSURANCE):
        given = Consent.objects.filter(reference=str(theme.case(code).id))
        assert {(c.how, c.witness_id) for c in given} <= {("agent", theme.actor.account_id)}
    assert queries.get_progress(town.resident(HER), theme.id).head.receipt == theme.row.receipt
    entry = LedgerEntry.objects.get(kind=Kind.THEME_SUBMITTED, object_id=str(theme.id))
    assert entry.ground.startswith("authority:") and "+present:" in entry.ground


def test_without_special_powers_sensitive_fields_wait_for_her(town: TestTown) -> None:
    appointed(town, special=False)
    theme = by_agent(town)
    assert any(one.first.sensitive for one in theme.plan.consents)
    with pytest.raises(ConsentRequired, match="特别授权"):
        theme.agree()
    theme.agree(agreed=[one.key for one in theme.plan.consents if not one.first.sensitive], signed=[])
    with pytest.raises(ConsentRequired):
        theme.hand_in()
    replace(theme, actor=town.resident(HER)).submit()
    assert theme.row.said == "self"


def test_an_authority_for_one_item_does_not_open_the_theme(town: TestTown) -> None:
    appointed(town, special=True, item_codes=[CARD])
    here = arrive(town, AGENT)
    assert standing.list_brought(here) == []
    hers = open_theme(town)
    who: Actor = queries.assisted_in(town.clerk(LEAD), here, hers.id)
    with pytest.raises(NotFound):
        queries.get_own(who, hers.id)


def test_a_window_system_serves_a_theme_from_card_to_receipt(town: TestTown) -> None:
    window = Caller("clerk-cl")
    card = {"theme_code": DISABLED, "number": number_of(town, HER), "name": HER}
    here = window("post", f"{BASE}/presences", card, 201)["id"]
    window("post", f"{BASE}/presences/{here}/applications", {}, 404)
    made = window("post", f"{BASE}/presences/{here}/themes", {}, 201)["id"]
    case = f"{BASE}/presences/{here}/themes/{made}"
    AtWindow(town, town.resident(HER), made).attach(PHOTO)
    plan = window("post", f"{case}/plan", {})
    values = {one["key"]: "1" for one in plan["fields"] if one["required"] and not one["value"]}
    values |= AtWindow(town, town.resident(HER), made).complete().values
    draft = {"values": values, "revision": plan["revision"]}
    window("put", f"{case}/draft", draft, 204)
    window("put", f"{case}/draft", draft, 409)
    revision = plan["revision"] + 1
    window("post", f"{case}/submit", {"revision": revision, "values": values}, 409)
    said = {
        "code": codes.show_code(actor=town.resident(HER)).text,
        "agreed": [one["key"] for one in plan["consents"]],
        "signed": [one["key"] for one in plan["materials"] if one["mode"] == "commitment"],
    }
    window("post", f"{case}/confirm", said, 204)
    receipt = window("post", f"{case}/submit", {"revision": revision, "values": values})["receipt"]
    assert window("get", case)["receipt"] == receipt
    Caller("clerk-mzj")("get", case, status=404)
    window("post", f"{BASE}/presences/{here}/close", status=204)
    window("get", case, status=404)


def test_the_pages_lead_from_the_visit_to_the_receipt(town: TestTown) -> None:
    """Each shows what it is of; whoever has left is on none of them."""
    account, clerk = Account.objects.get(username="clerk-cl"), Client()
    session = clerk.session
    session[SESSION_ACCOUNT] = str(account.id)
    session.save()
    card = {"item": f"theme:{DISABLED}", "number": number_of(town, HER), "name": HER}
    here = clerk.post("/window", card)["Location"]
    made = UUID(clerk.post(here, {"for": town[HER]})["Location"].split("/")[3])
    official = actor_of(account, Channel.DESK)
    presence = standing.get_presence(official, UUID(here.split("/")[2]))
    theme = AtWindow(town, standing.assisting_actor(official, presence), made)
    theme.attach(PHOTO)
    case = f"{here}/{theme.id}/theme"
    assert case in clerk.get(here).content.decode()
    assert "请张三本人确认" in clerk.get(f"{case}/fill").content.decode()
    assert clerk.get(f"{case}/done").status_code == 302
    unsaid = clerk.post(f"{case}/fill", {"act": "submit", "revision": theme.row.revision})
    assert unsaid.status_code == 409 and theme.row.state == ThemeCase.State.DRAFT
    sheet = clerk.get(f"{case}/confirm").content.decode()
    assert all(items.get_item(code).name in sheet for code in (CARD, CARE, INSURANCE))
    theme.agree()
    theme.hand_in()
    receipt = clerk.get(f"{case}/done").content.decode()
    assert theme.row.receipt in receipt and theme.case(INSURANCE).receipt in receipt
    clerk.post(f"{here}/end")
    for page in (here, f"{case}/fill", f"{case}/confirm", f"{case}/done"):
        gone = clerk.get(page)
        assert gone.status_code == 404 and HER not in gone.content.decode()
