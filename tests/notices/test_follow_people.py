"""News of what others set going: a register being checked, a partner invited, the next part of a theme begun."""

import pytest

from proofless import ledger
from proofless.applications import services as applications
from proofless.applications.corrections.services import answer_correction
from proofless.applications.models import Correction, Invitation
from proofless.applications.services.people import answer_invitation
from proofless.kit.actor import Actor, Channel
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.notices import services
from proofless.notices.models import Notice
from proofless.parties.models import Account
from tests.applications.scenes import open_draft
from tests.applications.test_meanwhile import disagree
from tests.applications.test_window import number_of
from tests.applications.theme_scenes import CARD, go_on, handed_in
from tests.notices.test_follow import caught_up, inbox
from tests.town import TestTown

pytestmark = pytest.mark.django_db


def titles(who: Actor) -> list[str]:
    return [one.title for one in inbox(who)]


@pytest.mark.parametrize(("corrected", "said"), [(True, "登记信息已更正"), (False, "登记信息核实后没有改动")])
def test_she_and_the_registers_owner_hear_of_a_correction(
    town: TestTown, at_once: None, corrected: bool, said: str
) -> None:
    """张三's two cards disagree: the police is asked, she is told, and told again what came of it."""
    disagree(town, "张三", "DS_PERSON_BASE", name="张三", nation="02", birth_date="1990-01-01")
    caught_up()
    draft = open_draft(town, "张三", "I083")
    draft.attach(*(m.code for m in draft.plan.uploads))
    draft.submit()
    services.follow_chain()
    row = Correction.objects.filter(holder_id=town["张三"]).first()
    assert row is not None
    assert "登记信息正在核实" in titles(town.resident("张三"))
    police = Account.objects.get(username="clerk-gaj")
    asked = Notice.objects.filter(holder_id=police.id, news="applications.correction_opened:answerers")
    assert asked and asked[0].asks and "张三" not in asked[0].title + asked[0].text
    answer_correction(
        actor=town.clerk("GAJ"), correction_id=row.id, corrected=corrected, answer="已经核实原始档案"
    )
    services.follow_chain()
    told = next(one for one in inbox(town.resident("张三")) if one.title == said)
    assert told.address == "/applications" and "法律援助" in told.text
    assert said not in titles(town.resident("王五"))


@pytest.mark.parametrize(
    ("agree", "said"), [(True, "一起办事的邀请已同意"), (False, "一起办事的邀请没有同意")]
)
def test_the_invited_hears_of_it_and_the_inviter_of_the_answer(
    town: TestTown, at_once: None, agree: bool, said: str
) -> None:
    caught_up()
    wang, zhang = town.resident("王五"), town.resident("张三")
    with ledger.reading():
        made = applications.open_draft(actor=wang, item_code="I001")
        applications.invite_partner(
            actor=wang, application_id=made, name="张三", number=number_of(town, "张三")
        )
    services.follow_chain()
    asked = next(one for one in inbox(zhang) if one.title == "有人请您一起办事")
    invitation = Invitation.objects.get(holder_id=town["张三"])
    assert asked.asks and asked.address == f"/invitations/{invitation.id}" and "王五" not in asked.text
    answer_invitation(actor=zhang, invitation_id=invitation.id, agree=agree)
    services.follow_chain()
    assert said in titles(wang)


def test_a_number_nobody_has_rings_nobody(town: TestTown, at_once: None) -> None:
    caught_up()
    wang = town.resident("王五")
    with ledger.reading():
        made = applications.open_draft(actor=wang, item_code="I001")
        applications.invite_partner(
            actor=wang, application_id=made, name="没有这个人", number=number_of(town, "张三")
        )
    services.follow_chain()
    assert not Notice.objects.filter(news="applications.partner_asked").exists()
    assert not LedgerEntry.objects.filter(kind=Kind.PARTNER_ASKED).exists()


def test_she_is_told_that_the_next_part_of_her_theme_goes_on(town: TestTown, at_once: None) -> None:
    theme = handed_in(town)
    theme.approve(CARD)
    caught_up()
    assert go_on() == 1
    services.follow_chain()
    told = next(one for one in inbox(theme.actor) if one.title == "一件事自动接着办了")
    assert "不用您再做什么" in told.text and not told.asks and told.address == f"/theme-cases/{theme.id}"
    assert Channel.SYSTEM.value in LedgerEntry.objects.get(kind=Kind.THEME_MEMBER_WENT_ON).channel
