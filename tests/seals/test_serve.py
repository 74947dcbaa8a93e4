"""盖章服务: a department brings a document and takes it away sealed; nothing of it stays but digests."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from proofless.files.models import FileBlob
from proofless.gm import sm3
from proofless.kit.errors import Forbidden
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.package import pack
from proofless.ofd.verify import Verdict, verify
from proofless.seals import queries, services
from proofless.seals.errors import DocumentRefused, SealNotActive
from proofless.seals.services import AcrossEdges, AtPoint, AtWords, SealWish
from tests.seals.conftest import Office, package

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


def test_of_a_batch_the_good_ones_are_sealed_and_the_bad_ones_say_why(office: Office) -> None:
    """A registry would otherwise send two hundred files again for one that is broken."""
    results = services.seal_files(
        actor=office["keeper-mzj"],
        files=[("a.ofd", document()), ("b.ofd", b"broken"), ("c.ofd", document())],
        wish=SealWish(AtWords(TITLE)),
    )
    assert [one.sealed is not None for one in results] == [True, False, True]
    assert "OFD" in str(results[1].refusal)


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
