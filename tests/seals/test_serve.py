"""盖章服务: a department brings a document and takes it away sealed; nothing of it stays but digests."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from proofless.access.actors import anonymous_actor
from proofless.files.models import FileBlob
from proofless.gm import sm3
from proofless.kit.actor import Channel
from proofless.kit.errors import Forbidden
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.package import pack
from proofless.ofd.pdf import viewing
from proofless.ofd.verify import Verdict, verify
from proofless.seals import queries, services
from proofless.seals.errors import DocumentRefused, SealNotActive
from proofless.seals.services import AcrossEdges, AtPoint, AtWords, SealWish
from tests.seals.conftest import Office, contract, package

pytestmark = pytest.mark.django_db
TITLE = "联合审批意见"


def document() -> bytes:
    return pack(package(TITLE))


def test_a_department_seals_over_the_words_it_names(office: Office) -> None:
    sealed = services.seal_file(
        actor=office["keeper-mzj"], data=document(), wish=SealWish(AtWords("审批意见"))
    )
    found = verify(sealed.data, queries.trust_store(), policy="foreign")
    assert found.verdict is Verdict.VALID, found.problems
    assert found.signatures[0].closed
    entry = LedgerEntry.objects.filter(kind=Kind.SEAL_USED).latest("id")
    assert entry.object_id == sm3.digest(document()).hex()
    assert sm3.digest(sealed.data).hex() in entry.detail
    assert not FileBlob.objects.exists(), "a document that is not ours to keep"


def test_a_second_department_may_follow_when_the_first_left_it_open(office: Office) -> None:
    first = services.seal_file(
        actor=office["keeper-mzj"], data=document(), wish=SealWish(AtPoint(1, 40, 250), close=False)
    )
    both = services.seal_file(
        actor=office["keeper-gaj"], data=first.data, wish=SealWish(AtPoint(1, 100, 250))
    )
    found = verify(both.data, queries.trust_store(), policy="foreign")
    assert found.verdict is Verdict.VALID and len(found.signatures) == 2
    with pytest.raises(DocumentRefused, match="封闭"):
        services.seal_file(actor=office["keeper-spj"], data=both.data, wish=SealWish(AtPoint(1, 150, 250)))


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (AtPoint(9, 40, 250), "没有第 9 页"),
        (AtPoint(1, 5, 5), "超出了页面"),
        (AtWords("乙方盖章"), "没有找到"),
        (AtWords("意见", 7), "只出现了"),
        (AcrossEdges(), "至少要有两页"),
        (AcrossEdges(1.5), "页面之内"),
    ],
)
def test_a_place_that_does_not_exist_is_refused_before_anything_is_sealed(
    office: Office, where: AtPoint | AtWords | AcrossEdges, words: str
) -> None:
    before = LedgerEntry.objects.count()
    with pytest.raises(DocumentRefused, match=words):
        services.seal_file(actor=office["keeper-mzj"], data=document(), wish=SealWish(where))
    assert LedgerEntry.objects.count() == before


def test_a_suspended_seal_and_somebody_without_a_department_seal_nothing(office: Office) -> None:
    (seal,) = queries.list_seals("MZJ")
    services.suspend_seal(actor=office["approver"], seal_id=seal.id)
    with pytest.raises(SealNotActive):
        services.seal_file(actor=office["keeper-mzj"], data=document(), wish=SealWish(AtWords(TITLE)))
    with pytest.raises(Forbidden):
        services.seal_file(actor=office["auditor"], data=document(), wish=SealWish(AtWords(TITLE)))


@pytest.mark.parametrize("where", [AtWords("甲方（盖章）"), AtPoint(2, 105, 200), AcrossEdges()])
def test_a_pdf_is_sealed_where_it_was_asked_and_anybody_can_check_it(
    office: Office, where: AtPoint | AtWords | AcrossEdges
) -> None:
    """A contract of a department leaves as PDF: signed by the seal's key, its picture on the page."""
    data = contract()
    sealed = services.seal_file(actor=office["keeper-mzj"], data=data, wish=SealWish(where))
    assert sealed.content_type == "application/pdf"
    found = services.check_file(actor=anonymous_actor(Channel.PHONE), data=sealed.data).found
    assert found.verdict is Verdict.VALID, found
    assert "德州市民政局" in found.seals[0].signer and found.seals[0].algorithm == "SM2 SM3"
    before, after = viewing.draw_pages(data), viewing.draw_pages(sealed.data)
    changed = [
        n for n, (one, two) in enumerate(zip(before, after, strict=True), 1) if one.picture != two.picture
    ]
    assert changed == (
        [1, 2, 3] if isinstance(where, AcrossEdges) else [3] if isinstance(where, AtWords) else [2]
    )
    entry = LedgerEntry.objects.filter(kind=Kind.SEAL_USED).latest("id")
    assert entry.object_id == sm3.digest(data).hex() and not FileBlob.objects.exists()


def test_slices_go_on_a_pdf_before_any_signature(office: Office) -> None:
    keeper, wish = office["keeper-mzj"], SealWish(AcrossEdges())
    open_wish = SealWish(AtPoint(1, 100, 100), close=False)
    signed = services.seal_file(actor=keeper, data=contract(), wish=open_wish)
    with pytest.raises(DocumentRefused, match="已经签名"):
        services.seal_file(actor=keeper, data=signed.data, wish=wish)
    with pytest.raises(DocumentRefused, match="至少要有两页"):
        services.seal_file(actor=keeper, data=contract(1), wish=wish)
    with pytest.raises(DocumentRefused, match="不是可以盖章的 PDF"):
        services.seal_file(actor=keeper, data=b"%PDF-1.7 nothing", wish=SealWish(AtPoint(1, 100, 100)))
    both = services.seal_file(
        actor=office["keeper-gaj"], data=signed.data, wish=SealWish(AtPoint(2, 100, 100))
    )
    found = services.check_file(actor=keeper, data=both.data).found
    assert found.verdict is Verdict.VALID and len(found.seals) == 2
    with pytest.raises(DocumentRefused, match="已经封闭"):
        services.seal_file(actor=keeper, data=both.data, wish=open_wish)


def test_a_system_seals_by_the_api(office: Office) -> None:
    client = Client(headers=office.bearer("keeper-mzj"))
    brought = SimpleUploadedFile("意见.ofd", document())
    reply = client.post("/api/v1/sealing/files", {"file": brought, "where": "words", "words": TITLE})
    assert reply.status_code == 200 and reply["Content-Type"] == "application/ofd"
    assert verify(reply.content, queries.trust_store(), policy="foreign").verdict is Verdict.VALID
    big = SimpleUploadedFile("大.ofd", b"x" * (3 << 20))
    refused = client.post("/api/v1/sealing/files", {"file": big, "where": "point", "x": 100, "y": 100})
    assert refused.status_code == 400 and refused.json()["code"] == "DOCUMENT_UNSEALABLE"
    no_words = client.post(
        "/api/v1/sealing/files", {"file": SimpleUploadedFile("a.ofd", document()), "where": "words"}
    )
    assert no_words.json()["fields"] == {"words": "请填写文字"}
    assert Client().post("/api/v1/sealing/files", {}).status_code == 401


def test_the_page_gives_the_sealed_file_or_says_what_to_do(office: Office) -> None:
    client = office.client("keeper-mzj")
    assert "给文件盖章" in client.get("/desk/seals/file").content.decode()

    def send(data: bytes, **more: str) -> tuple[int, bytes]:
        posted = {"body": SimpleUploadedFile("意见.ofd", data), "close": "on", **more}
        response = client.post("/desk/seals/file", posted)
        return response.status_code, response.content

    status, sealed = send(document(), where="words", words=TITLE)
    assert status == 200
    assert verify(sealed, queries.trust_store(), policy="foreign").verdict is Verdict.VALID
    status, page = send(document(), where="words", words="不在这里")
    assert status == 400 and "没有找到" in page.decode() and "请重新选择文件" in page.decode()
    status, page = send(document(), where="point", page="1")
    assert status == 422 and "请填写" in page.decode()
