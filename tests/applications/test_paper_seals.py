"""文书用印: what is handed out bears the office's seal, once; without it, it says so and why, and is sealed later."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from proofless import ledger
from proofless.access.actors import official_actor, system_actor
from proofless.applications import queries, services
from proofless.applications.handling.services import procedures
from proofless.applications.models import OfficePaper
from proofless.applications.papers import services as papers
from proofless.applications.papers.queries import hand_out, list_papers, list_unsealed, pinned
from proofless.applications.papers.wording import PaperKind
from proofless.gm.trust import TrustStore
from proofless.kit import env
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.ofd import cli
from proofless.ofd.pdf.checking import PdfTrust, verify_pdf
from proofless.ofd.verify import Verdict, verify
from proofless.parties.models import Account
from proofless.seals import services as seals
from proofless.seals.models import Seal
from proofless.seals.rules import Custody
from tests.applications.scenes import Draft, accepted, submitted
from tests.applications.test_handling_api import Caller
from tests.town import TestTown

pytestmark = pytest.mark.django_db
ITEM, OFFICE = "I081", "MZJ"


def handed(case: Draft, kind: str, format_: str = "ofd") -> bytes:
    with ledger.reading():
        return hand_out(queries.open_own_case(case.actor, case.id), kind, format_, demo=True)[0]


def why_of(case: Draft, kind: PaperKind) -> str:
    with ledger.reading():
        lines = list_papers(queries.open_own_case(case.actor, case.id))
    return next(one.why for one in lines if one.kind is kind)


def approver() -> Actor:
    return system_actor(Permission.SEAL_APPROVE, Permission.SEAL_KEEP)


@pytest.fixture
def suspended(town: TestTown) -> Iterator[UUID]:
    seal = Seal.objects.get(department_code=OFFICE)
    seals.suspend_seal(actor=approver(), seal_id=seal.id, reason="印章遗失核查")
    yield seal.id


def trusted() -> TrustStore:
    return TrustStore.load(env.home().trust)


def test_from_acceptance_to_a_paper_anybody_can_check(
    town: TestTown, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = accepted(town, "赵奶奶", ITEM)
    assert {p.state for p in OfficePaper.objects.filter(application_id=case.id)} == {"waiting"}
    assert papers.seal_waiting() == {"sealed": 2, "left": 0}
    file = tmp_path / "accepted.ofd"
    file.write_bytes(handed(case, "accepted"))
    assert cli.main(["verify", str(file), "--trust", str(env.home().trust)]) == 0
    checked = verify(file.read_bytes(), trusted())
    assert checked.verdict is Verdict.VALID and len(checked.signatures) == 1
    assert (
        LedgerEntry.objects.filter(kind=Kind.PAPER_SEALED, holders__contains=str(town["赵奶奶"])).count() == 2
    )


def test_a_paper_looks_at_nothing_that_came_from_a_register(town: TestTown) -> None:
    """赵奶奶 reads one line a paper, 办件, not once more her card and her address."""
    accepted(town, "赵奶奶", ITEM)
    before = LedgerEntry.objects.latest("id").id
    papers.seal_waiting()
    reads = LedgerEntry.objects.filter(kind=Kind.READ, id__gt=before)
    lines = [line for entry in reads for line in json.loads(entry.holders)]
    assert len(lines) == 2 and all(line["f"] == ["application.*"] for line in lines), lines


def test_whoever_she_shows_it_to_finds_it_genuine(town: TestTown) -> None:
    """A landlord or another office puts her notice on the public page; nobody has to believe a picture."""
    case = accepted(town, "赵奶奶", ITEM)
    papers.seal_waiting()
    file = SimpleUploadedFile("通知.ofd", handed(case, "accepted"))
    page = Client().post("/check", {"file": file}).content.decode()
    assert "文件真实有效" in page and "受理通知书" in page and "民政局" in page


def test_its_pdf_is_signed_with_the_same_seal(town: TestTown) -> None:
    case = submitted(town, "赵奶奶", ITEM)
    papers.seal_waiting()
    (mark,) = verify_pdf(handed(case, "receipt", "pdf"), PdfTrust()).signatures
    assert mark.intact and mark.covers_whole_file


def test_a_tampered_paper_is_refused(town: TestTown) -> None:
    case = submitted(town, "赵奶奶", ITEM)
    papers.seal_waiting()
    forged = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(handed(case, "receipt"))) as source,
        zipfile.ZipFile(forged, "w") as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b"</ofd:Page>", b"<!-- --></ofd:Page>"))
    assert verify(forged.getvalue(), trusted()).verdict is Verdict.INVALID


def test_sealing_happens_once(town: TestTown) -> None:
    submitted(town, "赵奶奶", ITEM)
    row = OfficePaper.objects.get()
    assert papers.seal_waiting()["sealed"] == 1 and papers.seal_waiting() == {"sealed": 0, "left": 0}
    # A second process that read the intent before the first one sealed it.
    assert papers._seal(papers._by(row), row, papers._words(row)) is False
    assert LedgerEntry.objects.filter(kind=Kind.SEAL_USED, object_kind="paper").count() == 1


def test_a_crash_in_the_middle_leaves_the_intent_and_no_paper(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = submitted(town, "赵奶奶", ITEM)

    def crash(**_: Any) -> None:
        raise OSError("disk")

    with monkeypatch.context() as broken:
        broken.setattr(papers.files, "store_many", crash)
        assert papers.seal_waiting() == {"sealed": 0, "left": 1}
    assert OfficePaper.objects.get().state == "waiting"
    assert not LedgerEntry.objects.filter(kind=Kind.SEAL_USED, object_kind="paper").exists()
    assert papers.seal_waiting()["sealed"] == 1 and verify(handed(case, "receipt"), trusted()).signatures


def test_without_its_seal_a_paper_says_so_and_why_and_is_sealed_later(
    town: TestTown, suspended: UUID
) -> None:
    case = submitted(town, "赵奶奶", ITEM)
    assert "稍后" in why_of(case, PaperKind.RECEIPT)
    assert papers.seal_waiting() == {"sealed": 0, "left": 1}
    papers.seal_waiting()
    assert LedgerEntry.objects.filter(kind=Kind.PAPER_WAITS).count() == 1  # the same reason is entered once
    assert "不能使用" in why_of(case, PaperKind.RECEIPT)
    assert not verify(handed(case, "receipt"), trusted()).signatures
    waiting = list_unsealed(town.clerk(OFFICE)).rows
    assert len(waiting) == 1 and "停用" in waiting[0].hint
    assert papers.seal_own(actor=town.clerk(OFFICE)).stopped

    seals.resume_seal(actor=approver(), seal_id=suspended)
    assert papers.seal_own(actor=town.clerk(OFFICE)).sealed == 1
    assert verify(handed(case, "receipt"), trusted()).verdict is Verdict.VALID
    assert not why_of(case, PaperKind.RECEIPT)


def test_what_it_says_is_what_was_so_when_it_was_made(town: TestTown, suspended: UUID) -> None:
    """Accepted, then stopped, then sealed: the notice of acceptance still names the limit it was accepted with."""
    case = accepted(town, "赵奶奶", ITEM)
    due = case.row.due_on
    papers.seal_waiting()
    procedures.begin_procedure(
        actor=town.clerk(OFFICE),
        application_id=case.id,
        revision=case.row.revision,
        kind="inspection",
        reason="需要现场检验",
        limit_days=5,
    )
    row = OfficePaper.objects.get(kind="accepted")
    assert due is not None and any(f"{due.month}月{due.day}日" in value for _, value in pinned(row).facts)
    assert case.row.due_on is None


def test_a_kept_seal_is_used_by_its_keeper_alone(town: TestTown) -> None:
    """Custody names the kind of paper; the node does not seal in a keeper's place."""
    seal = Seal.objects.get(department_code=OFFICE)
    keeper = Account.objects.get(username="clerk-mzj")
    custody = Custody(account_id=keeper.id, type_codes=(papers.OFFICE_PAPER,))
    seals.give_custody(actor=approver(), seal_id=seal.id, custody=custody)
    case = submitted(town, "赵奶奶", ITEM)
    assert papers.seal_waiting() == {"sealed": 0, "left": 1}
    assert "保管人" in why_of(case, PaperKind.RECEIPT)
    assert papers.seal_own(actor=town.clerk(OFFICE)).stopped
    her = official_actor(keeper.id)
    assert her and papers.seal_own(actor=her).sealed == 1
    # What she accepts herself is sealed by itself, with the use entered as hers.
    services.accept(
        actor=her,
        application_id=case.id,
        revision=case.row.revision,
        checked=frozenset(case.row.unknown_rules),
    )
    assert papers.seal_waiting() == {"sealed": 1, "left": 0}
    used = LedgerEntry.objects.filter(kind=Kind.SEAL_USED, object_kind="paper").latest("id")
    assert used.actor_id == keeper.id


def test_each_notice_has_its_own_number_and_seal(town: TestTown) -> None:
    case = submitted(town, "张三", "I083")
    services.return_for_correction(
        actor=town.clerk("SFJ"), application_id=case.id, revision=case.row.revision, reason="照片不清楚"
    )
    case.submit()
    papers.seal_waiting()
    with ledger.reading():
        lines = list_papers(queries.open_own_case(case.actor, case.id))
    assert {one.number.removeprefix(case.row.receipt) for one in lines} == {"-SJ2", "-GZ1"}
    assert all(one.sealed for one in lines)


def test_nobody_of_another_office_sees_or_seals_them(town: TestTown) -> None:
    submitted(town, "赵奶奶", ITEM)
    other = town.clerk("SFJ")
    assert not list_unsealed(other).rows and papers.seal_own(actor=other).sealed == 0
    with pytest.raises(Forbidden):
        list_unsealed(town.resident("赵奶奶"))
    with pytest.raises(Forbidden):
        papers.seal_own(actor=town.resident("赵奶奶"))


def test_by_the_api_the_office_seals_and_she_fetches(town: TestTown) -> None:
    case = submitted(town, "赵奶奶", ITEM)
    office = Caller("clerk-mzj")
    assert office("get", "/api/v1/papers/unsealed")["total"] == 1
    assert office("post", "/api/v1/papers/seal") == {"sealed": 1, "stopped": ""}
    her = Caller("zhaonainai")
    found = her("get", f"/api/v1/papers/of/{case.id}")
    assert [(one["kind"], one["why"]) for one in found] == [("receipt", "")] and found[0]["sealed_at"]
    Caller("wangwu")("get", f"/api/v1/papers/of/{case.id}", status=404)
