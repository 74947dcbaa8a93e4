"""验章: anybody may have a file's seals checked; the file is not kept, and no doubt is hidden."""

import base64
import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from proofless.certificates.models import Certificate
from proofless.files.models import FileBlob
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.portal import checking
from tests.portal.conftest import Enter, text_of


@pytest.fixture
def sealed(cast: dict[str, UUID], enter: Enter) -> bytes:
    """A certificate of 张三 as she downloads it."""
    one = Certificate.objects.filter(holder_id=cast["张三"], state="valid").order_by("id").first()
    assert one is not None
    return bytes(enter("zhangsan").get(f"/certificates/{one.id}/file").content)


def ask(data: bytes, name: str = "证照.ofd") -> tuple[int, str, str]:
    """Status, the words of the page, and its source."""
    response = Client().post("/check", {"file": SimpleUploadedFile(name, data)})
    return response.status_code, text_of(response), response.content.decode()


def test_a_genuine_certificate_is_shown_with_every_fact(sealed: bytes) -> None:
    status, page, source = ask(sealed)
    assert status == 200 and "文件真实有效" in page
    assert "盖章后内容没有被改动" in page and "印章由可信的制章机构制作" in page
    assert "证照库里有这份证照" in page
    assert "<svg" in source


def test_one_changed_byte_is_told(sealed: bytes) -> None:
    """A shop would otherwise accept a forged name."""
    at = sealed.index(b"Page_0/Content.xml") + 60
    _, page, _ = ask(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    assert "文件真实有效" not in page
    assert "这份文件不可信" in page or "文件打不开" in page


@pytest.mark.parametrize("data", [b"hello", b"PK\x03\x04" + b"\0" * 40, b"%PDF-1.7\n"])
def test_what_is_no_file_of_ours_gets_a_plain_answer(cast: dict[str, UUID], data: bytes) -> None:
    status, page, _ = ask(data)
    assert status == 200 and "文件打不开" in page


def test_no_file_at_all_says_what_to_do(cast: dict[str, UUID]) -> None:
    response = Client().post("/check", {})
    assert response.status_code == 400 and "请先选择文件" in text_of(response)
    status, page, _ = ask(b"")
    assert status == 400 and "文件是空的" in page


def test_the_file_is_not_kept_and_the_check_is_entered(sealed: bytes) -> None:
    before = FileBlob.objects.count()
    ask(sealed)
    assert FileBlob.objects.count() == before
    entry = LedgerEntry.objects.filter(kind=Kind.SEAL_FILE_CHECKED).latest("id")
    assert '"verdict":"valid"' in entry.detail and "张三" not in entry.detail


def test_the_report_is_a_pdf_to_keep(sealed: bytes) -> None:
    _, _, source = ask(sealed)
    found = re.search(r"data:application/pdf;base64,([^\"]+)", source)
    assert found is not None
    assert base64.b64decode(found[1]).startswith(b"%PDF-")


def test_one_visitor_cannot_keep_the_others_waiting(
    cast: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_rate", checking.RateLimit(1))
    assert [ask(b"x")[0], ask(b"x")[0]] == [200, 429]
