"""Brought papers: checked at capture, level C until a clerk held the original beside them, then of use again."""

import io
import zlib
from datetime import timedelta

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFilter

from proofless import ledger
from proofless.access import services as access
from proofless.access.actors import system_actor
from proofless.access.errors import ConsentRequired
from proofless.access.models import Consent
from proofless.applications import queries, services
from proofless.applications.errors import DecisionTaken, UploadInvalid, UploadUnsafe
from proofless.applications.models import Document
from proofless.applications.uploads.rules import Bounds, Inspection, Unreadable, checks_of, hints_of
from proofless.applications.uploads.rules import inspect as inspect_within
from proofless.applications.uploads.services import check_original
from proofless.applications.waterfall.outcome import Mode
from proofless.files import scanning
from proofless.items.queries.library import plain_key
from proofless.items.services import merge_names
from proofless.kit import clock
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.simulator.acting import blank_png
from proofless.standards.versions import forget
from tests.applications.scenes import Draft, open_draft, submitted
from tests.town import TestTown

AID, PAPER = "I083", "I083-M04"
BOUNDS = Bounds(
    megabytes=10, pages=30, short_px=600, sharp=40, dark=70, light=245, contrast=12, cut_percent=6
)


def inspect(data: bytes, bounds: Bounds = BOUNDS) -> Inspection:
    return inspect_within(data, bounds)


def page(**changes: float) -> Image.Image:
    """A printed page on a desk, as a phone sees it: sharp, whole and well lit unless a scene changes that."""
    picture = Image.new("L", (1200, 1600), int(changes.get("desk", 150)))
    draw = ImageDraw.Draw(picture)
    inset = int(changes.get("inset", 90))
    draw.rectangle((inset, inset, 1200 - inset, 1600 - inset), fill=int(changes.get("paper", 240)))
    for y in range(inset + 60, 1540 - inset, 44):
        for x in range(
            inset + int(changes.get("margin", 60)), 1200 - inset - int(changes.get("margin", 60)), 26
        ):
            draw.rectangle((x, y, x + 12, y + 20), fill=30)
    return picture.filter(ImageFilter.GaussianBlur(changes["blur"])) if "blur" in changes else picture


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_good_photograph_needs_no_hint() -> None:
    found = inspect(jpeg(page()))
    assert found.hints == () and found.pages == 1 and found.media_type == "image/jpeg"


@pytest.mark.parametrize("desk", [20, 60, 110, 200])
def test_a_page_on_a_dark_table_is_whole(desk: int) -> None:
    assert inspect(jpeg(page(desk=desk))).checks["whole"]


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"blur": 12.0}, "模糊"),
        ({"desk": 8, "paper": 40}, "太暗"),
        ({"inset": 0, "margin": 0}, "没有拍全"),
        ({"desk": 250, "paper": 255, "blur": 60.0, "margin": 600}, "空白"),
    ],
)
def test_a_bad_one_says_what_to_do(changes: dict[str, float], hint: str) -> None:
    """She can still send it: a worn paper may be the only one there is."""
    found = inspect(jpeg(page(**changes)))
    assert any(hint in text for text in found.hints), found.checks
    assert hints_of(found.marks) == found.hints


def test_the_clerk_reads_what_is_wrong_and_not_its_opposite() -> None:
    """“请留意：没有模糊” once stood beside a blurred photo."""
    found = checks_of(inspect(jpeg(page(blur=12.0))).marks)
    assert ("可能模糊", False) in found and ("没有模糊", True) in checks_of(inspect(jpeg(page())).marks)


def test_a_tiny_picture_is_told_apart() -> None:
    assert "太小" in "".join(inspect(blank_png()).hints)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"MZ\x90",
        b"\xff\xd8\xff" + b"0" * 50,
        b"%PDF-1.7\n%broken",
        b"\x89PNG\r\n\x1a\n" + b"0" * 9,
    ],
)
def test_what_nobody_can_open_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        inspect(data)
    assert "请" in str(refused.value) or "只收" in str(refused.value)


def test_pages_are_bounded() -> None:
    assert inspect(pdf(3)).pages == 3
    with pytest.raises(Unreadable, match="页"):
        inspect(pdf(BOUNDS.pages + 1))


def hidden(text: bytes) -> bytes:
    return pdf() + b"\n9 0 obj<</Length 99>>stream\n" + zlib.compress(text) + b"\nendstream endobj"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 " + scanning.EICAR,
        pdf() + b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
        pdf() + b"<< /S /J#61vaScript >>",
        hidden(b"<< /Names << /EmbeddedFiles 4 0 R >> >>"),
        hidden(b"<< /S /Launch /F (cmd.exe) >>"),
        blank_png() + b"MZ\x90\x00 program",
        jpeg(Image.new("L", (9, 9))) + b"<script>alert(1)</script>",
    ],
)
def test_what_carries_something_active_is_not_kept(data: bytes) -> None:
    """The clerk opens it on the department's network."""
    found = scanning.scan(data)
    assert found.clean is False and found.why and found.engine == scanning.BUILT_IN


@pytest.mark.parametrize("data", [pdf(), blank_png(), jpeg(page())])
def test_ordinary_papers_pass(data: bytes) -> None:
    assert scanning.scan(data).clean is True


def test_a_scanner_that_does_not_answer_is_no_clean_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(scanning.SETTING, "unix:/nowhere/clamd.ctl")
    found = scanning.scan(blank_png())
    assert found.clean is None and "没有响应" in found.why and scanning.engine_name() == "built-in+clamd"


# with a case

pytestmark_db = pytest.mark.django_db


@pytest.fixture
def aid(town: TestTown) -> Draft:
    return open_draft(town, "张三", AID)


def attach(draft: Draft, data: bytes) -> None:
    with ledger.reading():
        services.attach_upload(actor=draft.actor, application_id=draft.id, material_code=PAPER, data=data)


def paper_of(draft: Draft) -> Document:
    return Document.objects.get(application_id=draft.id, material_code=PAPER)


@pytestmark_db
def test_what_she_brings_is_classified_and_trusted_by_nobody_yet(aid: Draft) -> None:
    attach(aid, jpeg(page()))
    attach(aid, jpeg(page(blur=12.0)))
    kept = paper_of(aid)
    assert (kept.level, kept.kind, kept.media_type) == (Document.Level.UNCHECKED, "photo", "image/jpeg")
    assert (
        "sharp=warn" in kept.checks and kept.scanner == "built-in" and kept.key == plain_key("案件相关材料")
    )


@pytestmark_db
def test_an_unsafe_file_leaves_nothing(aid: Draft) -> None:
    with pytest.raises(UploadUnsafe):
        attach(aid, blank_png() + b"MZ")
    with pytest.raises(UploadInvalid):
        attach(aid, b"%PDF-1.7 broken")
    assert not Document.objects.filter(application_id=aid.id).exists()


def spoil(draft: Draft, **changes: object) -> None:
    with ledger.act(Kind.TOWN_MADE, draft.actor):
        Document.objects.filter(application_id=draft.id).update(**changes)


def check(town: TestTown, draft: Draft, *, same: bool = True, note: str = "", number: int = 2) -> None:
    clerk = town.clerk(draft.row.department_code, number)
    check_original(actor=clerk, application_id=draft.id, material_code=PAPER, same=same, note=note)


@pytestmark_db
def test_the_original_beside_it_makes_it_serve_again(town: TestTown) -> None:
    """法律援助 again next month: the same paper is not asked for twice."""
    first = submitted(town, "张三", AID)
    check(town, first)
    assert paper_of(first).level == Document.Level.CHECKED
    assert LedgerEntry.objects.filter(kind=Kind.ORIGINAL_CHECKED, object_id=str(first.id)).count() == 1
    again = open_draft(town, "张三", AID)
    found = next(m for m in again.plan.materials if m.code == PAPER)
    assert found.mode is Mode.REUSE and "沿用" in found.sentence and not again.plan.uploads
    again.submit()
    with ledger.reading():
        assert queries.read_upload(town.clerk("SFJ"), again.id, PAPER)[0] == blank_png()


@pytestmark_db
@pytest.mark.parametrize("spoilt", ["unchecked", "differs", "old", "another's"])
def test_only_a_checked_and_fresh_paper_of_hers_serves(town: TestTown, spoilt: str) -> None:
    first = submitted(town, "张三", AID)
    if spoilt == "differs":
        check(town, first, same=False, note="印章与原件不同")
    elif spoilt != "unchecked":
        check(town, first)
    if spoilt == "old":
        spoil(first, good_until=clock.today() - timedelta(days=1))
    if spoilt == "another's":
        spoil(first, holder_id=town["王五"])
    found = next(m for m in open_draft(town, "张三", AID).plan.materials if m.code == PAPER)
    assert found.mode is Mode.UPLOAD and [a.mode for a in found.attempts][-1] is Mode.REUSE


@pytestmark_db
def test_two_names_that_were_merged_are_one_paper(town: TestTown) -> None:
    """The bureau decided that two names mean the same: what was checked under one serves under the other."""
    first = submitted(town, "张三", AID)
    check(town, first)
    spoil(first, key=plain_key("首付款凭证"))

    def found() -> Mode:
        return next(m for m in open_draft(town, "张三", AID).plan.materials if m.code == PAPER).mode

    assert found() is Mode.UPLOAD
    merge_names(
        actor=system_actor(Permission.ITEMS_PUBLISH),
        library="material",
        from_key=plain_key("首付款凭证"),
        into_key=plain_key("案件相关材料"),
        reason="演示：同一份材料的两个叫法",
    )
    assert found() is Mode.REUSE
    forget()


@pytestmark_db
def test_a_paper_another_department_checked_moves_only_if_she_agrees(town: TestTown) -> None:
    first = submitted(town, "张三", AID)
    check(town, first)
    spoil(first, checked_department="MZJ")
    again = open_draft(town, "张三", AID)
    moved = [t for t in again.plan.consents if t.fields == (f"document.{PAPER}",)]
    assert [t.provider_code for t in moved] == ["MZJ"]
    with ledger.reading():
        services.decline_transfer(actor=again.actor, application_id=again.id, line=moved[0].line)
    with ledger.reading():
        view = queries.get_own(again.actor, again.id)
    assert view.declined == (moved[0].line,)
    with ledger.reading():
        services.allow_transfer(actor=again.actor, application_id=again.id, line=moved[0].line)
    again.submit()
    consent = Consent.objects.get(reference=str(again.id), fields=[f"document.{PAPER}"])
    access.withdraw_consent(actor=again.actor, consent_id=consent.id)
    with ledger.reading(), pytest.raises(ConsentRequired):
        queries.read_upload(town.clerk("SFJ"), again.id, PAPER)


@pytestmark_db
def test_two_clerks_cannot_both_check_it(town: TestTown) -> None:
    first = submitted(town, "张三", AID)
    check(town, first)
    with pytest.raises(DecisionTaken):
        check(town, first, same=False, note="印章与原件不同", number=3)
    assert paper_of(first).level == Document.Level.CHECKED


@pytestmark_db
def test_a_difference_must_be_named_and_is_no_strangers_business(town: TestTown) -> None:
    first = submitted(town, "张三", AID)
    with pytest.raises(InputInvalid):
        check(town, first, same=False, note="不")
    for one in (first.id, new_id()):
        with pytest.raises(NotFound):
            check_original(actor=town.clerk("GAJ"), application_id=one, material_code=PAPER, same=True)
