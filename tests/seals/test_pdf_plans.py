"""Joint sealing of a PDF: each party's key signs in turn, the last signature closes the file."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from proofless import ledger
from proofless.kit import clock
from proofless.ofd.drawing import Box
from proofless.ofd.errors import SealRefused
from proofless.ofd.facts import Verdict
from proofless.ofd.pdf.checking import verify_pdf
from proofless.ofd.pdf.signing import sign_pdf
from proofless.ofd.pdf.viewing import read_pages
from proofless.seals import queries, services
from proofless.seals.affixing import choose
from proofless.seals.errors import DocumentRefused
from proofless.seals.models import Plan
from proofless.seals.rules import PlanKind, PlanState
from proofless.seals.services import NewPlan, Party
from tests.seals.conftest import Office, contract

pytestmark = pytest.mark.django_db


def opened(office: Office, body: bytes, *codes: str) -> UUID:
    parties = tuple(Party(code, 3, Box(20 + 60 * at, 230, 42, 42)) for at, code in enumerate(codes))
    new = NewPlan("联合惩戒备忘录", PlanKind.JOINT, "approval", body, parties)
    return services.open_plan(actor=office["keeper-mzj"], new=new)


def seal_next(office: Office, plan: UUID) -> None:
    due = queries.access_plan(office["keeper-mzj"], plan).due
    assert due is not None
    services.seal_step(actor=office[f"keeper-{due.department_code.lower()}"], step_id=due.id)


def read(office: Office, plan: UUID) -> bytes:
    with ledger.reading():
        return queries.read_plan_file(office["keeper-mzj"], plan)


def test_three_departments_sign_a_pdf_in_turn_and_the_last_closes_it(office: Office) -> None:
    plan = opened(office, contract(), "MZJ", "GAJ", "SPJ")
    for sealed in range(1, 4):
        seal_next(office, plan)
        found = verify_pdf(read(office, plan), queries.foreign_pdf_trust(()), now=clock.now())
        assert found.verdict is Verdict.VALID and len(found.signatures) == sealed
    assert [facts.algorithm for facts in found.signatures] == ["SM2 SM3"] * 3
    assert queries.access_plan(office["keeper-mzj"], plan).state is PlanState.CLOSED
    data = read(office, plan)
    boxes = [box for _, box in read_pages(data)[2].signatures]
    assert [round(box.x) for box in boxes] == [20, 80, 140] and {round(box.w) for box in boxes} == {42}
    with pytest.raises(DocumentRefused, match="封闭"):
        opened(office, data, "MZJ", "GAJ")


def test_another_programs_signature_on_a_closed_pdf_is_noticed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """王五's program does not care for locks; whoever checks the file does."""
    plan = opened(office, contract(), "MZJ", "GAJ")
    seal_next(office, plan)
    seal_next(office, plan)
    use = "MZJ", "approval"
    with ledger.reading():
        signer = choose(office["keeper-mzj"], [use])[use].signer
    data = read(office, plan)
    with pytest.raises(SealRefused, match="封闭"):
        sign_pdf(data, signer, clock.now())
    monkeypatch.setattr("proofless.ofd.pdf.signing.is_closed", lambda _: False)
    found = verify_pdf(sign_pdf(data, signer, clock.now()), queries.foreign_pdf_trust(()), now=clock.now())
    assert found.verdict is Verdict.INVALID


def test_what_cannot_be_signed_is_refused_before_anybody_is_asked(office: Office) -> None:
    for body in (b"%PDF-1.7 broken", contract()[:-200]):
        with pytest.raises(DocumentRefused):
            opened(office, body, "MZJ", "GAJ")
    assert not Plan.objects.exists()


def test_the_pages_show_and_hand_out_the_pdf(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofless.seals.kinds.names", lambda: {"approval": "批准文书"})
    client = office.client("keeper-mzj")
    sent = {
        "title": "联合惩戒备忘录", "kind": "joint", "types": "批准文书", "page": "3", "bottom": "20",
        "party1": "MZJ", "party2": "GAJ", "body": SimpleUploadedFile("a.pdf", contract()),
    }  # fmt: skip
    made = client.post("/desk/seals/plans/new", sent)
    assert made.status_code == 302, made.content.decode()
    plan = Plan.objects.get()
    seal_next(office, plan.id)
    shown = client.get(made["Location"]).content.decode()
    assert 'data-seal="1"' in shown and "签名后内容没有被改动" in shown
    reply = client.get(f"{made['Location']}/file")
    assert reply["Content-Type"] == "application/pdf" and reply.content.startswith(b"%PDF")
    assert ".pdf" in reply["Content-Disposition"]
    api = client.get(f"/api/v1/seals/plans/{plan.id}/file", headers=office.bearer("keeper-mzj"))
    assert api["Content-Type"] == "application/pdf"
