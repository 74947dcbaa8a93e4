"""From an application to a seal in use, and to its end: always two persons, always an entry."""

from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from proofless import ledger
from proofless.kit import clock, env
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.drawing import Box
from proofless.ofd.verify import Verdict, verify
from proofless.seals import queries, services
from proofless.seals.affixing import Document, affix
from proofless.seals.errors import SealNotActive, SealNotFound, SealStateRefused, SecondPersonRequired
from proofless.seals.models import Application, Seal, SealState
from proofless.seals.pictures import fitted
from proofless.seals.rules import SealForm
from proofless.seals.services import NewApplication
from tests.seals.conftest import NODE, Office, package

pytestmark = pytest.mark.django_db
WISH = NewApplication("德州市公安局户籍专用章", SealForm.DEPARTMENT, "户籍业务", type_codes=("hukou_book",))


def approved(office: Office, wish: NewApplication = WISH) -> UUID:
    made = services.apply_for_seal(actor=office["keeper-gaj"], new=wish)
    services.approve_application(actor=office["approver"], application_id=made)
    return made


def test_a_seal_lives_from_application_to_revocation(office: Office) -> None:
    made = services.make_applied_seal(actor=office["approver"], application_id=approved(office))
    assert made.state is SealState.MAKING
    with pytest.raises(SealNotActive):
        queries.choose_seal([made], "hukou_book")
    services.activate_seal(actor=office["keeper-gaj"], seal_id=made.id)
    assert queries.active_seal_for("GAJ", "hukou_book").id == made.id
    services.suspend_seal(actor=office["keeper-gaj"], seal_id=made.id, reason="盘点")
    assert queries.access_seal(office["keeper-gaj"], made.id).state_reason == "盘点"
    services.resume_seal(actor=office["keeper-gaj"], seal_id=made.id)
    with pytest.raises(InputInvalid):
        services.revoke_seal(actor=office["approver"], seal_id=made.id, reason=" ")
    services.revoke_seal(actor=office["approver"], seal_id=made.id, reason="机构撤销")
    with pytest.raises(SealStateRefused, match="印章撤销，不能恢复"):
        services.resume_seal(actor=office["keeper-gaj"], seal_id=made.id)
    kinds = list(
        LedgerEntry.objects.filter(detail__contains=made.code).order_by("id").values_list("kind", flat=True)
    )
    wanted = [Kind.SEAL_MADE, Kind.SEAL_ACTIVATED, Kind.SEAL_SUSPENDED, Kind.SEAL_RESUMED, Kind.SEAL_REVOKED]
    assert kinds == wanted


def test_nobody_approves_his_own_application_or_uses_what_he_made(office: Office) -> None:
    both = office["approver-2"]
    own = services.apply_for_seal(actor=both, new=WISH)
    with pytest.raises(SecondPersonRequired):
        services.approve_application(actor=both, application_id=own)
    services.approve_application(actor=office["approver"], application_id=own)
    made = services.make_applied_seal(actor=both, application_id=own)
    with pytest.raises(SecondPersonRequired):
        services.activate_seal(actor=both, seal_id=made.id)
    services.activate_seal(actor=office["approver"], seal_id=made.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE seals_application SET decided_by = applied_by",
        "UPDATE seals_seal SET made_by = id, activated_by = id",
    ],
)
def test_the_tables_themselves_want_two_persons(office: Office, statement: str) -> None:
    services.apply_for_seal(actor=office["keeper-gaj"], new=WISH)
    with pytest.raises(IntegrityError), ledger.act(Kind.SEAL_MADE, NODE), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_was_refused_or_withdrawn_is_never_made(office: Office) -> None:
    refused = services.apply_for_seal(actor=office["keeper-gaj"], new=WISH)
    with pytest.raises(InputInvalid):
        services.refuse_application(actor=office["approver"], application_id=refused, opinion=" ")
    services.refuse_application(actor=office["approver"], application_id=refused, opinion="已有同类印章")
    withdrawn = services.apply_for_seal(actor=office["keeper-gaj"], new=WISH)
    services.withdraw_application(actor=office["keeper-gaj"], application_id=withdrawn)
    for one in (refused, withdrawn):
        with pytest.raises(SealStateRefused):
            services.make_applied_seal(actor=office["approver"], application_id=one)
    assert queries.access_application(office["keeper-gaj"], refused).opinion == "已有同类印章"


def test_an_application_is_made_once(office: Office) -> None:
    one = approved(office)
    services.make_applied_seal(actor=office["approver"], application_id=one)
    with pytest.raises(SealStateRefused):
        services.make_applied_seal(actor=office["approver"], application_id=one)
    assert Seal.objects.filter(application_id=one).count() == 1


def test_a_renewed_seal_gives_way_in_the_same_moment(office: Office) -> None:
    """Between old and new there must be no minute in which 公安局 can issue nothing."""
    old = queries.active_seal_for("GAJ", "id_card")
    wish = NewApplication(old.name, SealForm.DEPARTMENT, "到期换发", renews_id=old.id)
    made = services.make_applied_seal(actor=office["approver"], application_id=approved(office, wish))
    assert queries.active_seal_for("GAJ", "id_card").id == old.id
    services.activate_seal(actor=office["keeper-gaj"], seal_id=made.id)
    assert queries.active_seal_for("GAJ", "id_card").id == made.id
    assert queries.access_seal(office["keeper-gaj"], old.id).state is SealState.RENEWED
    with pytest.raises(SealStateRefused):
        services.apply_for_seal(actor=office["keeper-gaj"], new=wish)


def test_a_keeper_neither_applies_nor_renews_for_others(office: Office) -> None:
    foreign = queries.active_seal_for("MZJ", "marriage_cert")
    wish = NewApplication("民政局章", SealForm.DEPARTMENT, "换发", department_code="MZJ")
    made = services.apply_for_seal(actor=office["keeper-gaj"], new=wish)
    assert Application.objects.get(id=made).department_code == "GAJ"
    renewal = NewApplication("民政局章", SealForm.DEPARTMENT, "换发", renews_id=foreign.id)
    with pytest.raises(SealNotFound):
        services.apply_for_seal(actor=office["keeper-gaj"], new=renewal)


def test_a_name_seal_serves_only_what_it_was_made_for(office: Office) -> None:
    """The 局长's name seal must not land on 张三's identity card because it was the first in the list."""
    with pytest.raises(InputInvalid) as refused:
        bare = NewApplication("局长名章", SealForm.LEGAL, "签批", owner_name="王局长")
        services.apply_for_seal(actor=office["keeper-gaj"], new=bare)
    assert "type_codes" in refused.value.detail["fields"]  # type: ignore[operator]
    wish = NewApplication("局长名章", SealForm.LEGAL, "签批", owner_name="王局长", type_codes=("hukou_book",))
    made = services.make_applied_seal(actor=office["approver"], application_id=approved(office, wish))
    services.activate_seal(actor=office["keeper-gaj"], seal_id=made.id)
    assert queries.active_seal_for("GAJ", "hukou_book").id == made.id
    assert queries.active_seal_for("GAJ", "id_card").id != made.id


def test_production_makes_no_seal_in_one_stroke(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    demo = env.home()
    monkeypatch.setattr(env, "home", lambda: type(demo)(demo.root, "production", demo.city))
    with pytest.raises(Refusal, match="须经申请、审批后制作"):
        services.make_seal(actor=NODE, department_code="GAJ", name="一步到位章")


@pytest.mark.parametrize("form", list(SealForm))
def test_a_seal_of_every_form_is_made_and_carries_its_own_picture(office: Office, form: SealForm) -> None:
    wish = NewApplication(f"{form.label}", form, "需要", owner_name="王建国", type_codes=("hukou_book",))
    made = services.make_applied_seal(actor=office["approver"], application_id=approved(office, wish))
    picture = queries.picture_of(made)
    width, height = {SealForm.INVOICE: (40, 30), SealForm.LEGAL: (20, 20), SealForm.PERSONAL: (32, 14)}.get(
        form, (42, 42) if form is SealForm.DEPARTMENT else (40, 40)
    )
    assert (picture.width_mm, picture.height_mm) == (width, height)
    services.activate_seal(actor=office["keeper-gaj"], seal_id=made.id)
    document = Document(package(), "GAJ", "hukou_book", "object", 1, Box(50, 50, 42, 42))
    with ledger.act(None, NODE) as act:
        sealed = affix(actor=NODE, document=document, at=clock.now(), within=act)
    found = verify(sealed.data, queries.trust_store(), now=clock.now())
    assert found.verdict is Verdict.VALID and found.signatures[0].seal_name == form.label
    box = fitted(Box(10, 10, 42, 20), picture)
    assert box.w / box.h == pytest.approx(width / height, rel=0.01) and box.w <= 42 and box.h <= 20


def test_a_name_no_font_can_draw_makes_no_seal(office: Office) -> None:
    wish = NewApplication("怪字章", SealForm.ENTERPRISE, "需要", owner_name="某\U0002ebf0公司")
    one = approved(office, wish)
    with pytest.raises(SealNotActive, match="无法显示的字"):
        services.make_applied_seal(actor=office["approver"], application_id=one)
    assert not Seal.objects.filter(application_id=one).exists()
