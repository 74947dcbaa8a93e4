"""验章: anybody may have a file's seals checked; the file is not kept, and no doubt is hidden."""

import base64
import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.rules import permissions_of
from proofless.certificates.models import Certificate
from proofless.files import queries as files
from proofless.files.models import FileBlob
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.drawing import Box
from proofless.ofd.layout import Template, Text, fill
from proofless.ofd.pdf import About, render_pdf
from proofless.ofd.verify import Verdict, verify
from proofless.parties.models import Account
from proofless.portal import checking
from proofless.seals import queries as seal_queries
from proofless.seals import services as seals
from proofless.seals.services import AtWords, SealWish
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


@pytest.fixture
def contract(cast: dict[str, UUID]) -> bytes:
    """A contract in PDF, signed with an SM2 seal of this city."""
    page = fill(Template(210, 297, (Text(Box(30, 40, 150, 12), "采购合同 甲方（盖章）"),)), {})
    data = render_pdf([page], About("合同", "某单位", datetime(2026, 1, 1, tzinfo=UTC)))
    account = Account.objects.get(username="clerk-mzj")
    keeper = Actor(account.id, account.label, permissions_of(account.roles), department_code="MZJ")
    return seals.seal_file(actor=keeper, data=data, wish=SealWish(AtWords("（盖章）"))).data


def test_a_contract_in_pdf_is_shown_with_its_signature_outlined(contract: bytes) -> None:
    status, page, source = ask(contract, "合同.pdf")
    assert status == 200 and "文件真实有效" in page and "签名后内容没有被改动" in page
    assert 'data-seal="1"' in source and "data:image/png;base64," in source
    assert json.dumps("采购合同甲方（盖章）")[1:-1] in source, "its words can be searched"
    broken = bytearray(contract)
    broken[60] ^= 1
    assert "文件真实有效" not in ask(bytes(broken), "合同.pdf")[1]


def test_a_system_asks_by_the_api_and_gets_facts_not_a_boolean(sealed: bytes, contract: bytes) -> None:
    def call(data: bytes, path: str = "") -> Any:
        return Client().post(f"/api/v1/check{path}", {"file": SimpleUploadedFile("x", data)})

    good = call(sealed).json()
    assert (good["kind"], good["verdict"], good["certificate"]["usable"]) == ("ofd", "valid", True)
    facts = {fact["code"]: fact for fact in good["seals"][0]["facts"]}
    assert facts["closed"]["holds"] is True and "封闭" in facts["closed"]["text"]
    assert call(contract).json()["seals"][0]["algorithm"] == "SM2 SM3"
    assert call(b"no file of anybody").json()["verdict"] == "unreadable"
    assert call(contract, "/report").content.startswith(b"%PDF-")
    assert call(b"").json()["fields"] == {"file": "文件是空的"}


def test_large_files_stay_in_memory(cast: dict[str, UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    """The page promises that the file is not kept: Django's spooling to disk would break the promise."""

    def spooled(*_: object, **__: object) -> None:
        raise AssertionError("written to disk")

    monkeypatch.setattr("tempfile._TemporaryFileWrapper.__init__", spooled)
    status, page, _ = ask(b"x" * (15 << 20))
    assert status == 200 and "文件打不开" in page


def test_one_visitor_cannot_keep_the_others_waiting(
    cast: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_rate", checking.RateLimit(1))
    assert [ask(b"x")[0], ask(b"x")[0]] == [200, 429]


def test_the_library_holds_one_sealed_file_of_every_type_the_town_knows(cast: dict[str, UUID]) -> None:
    """The newest certificate of each type is judged as a stranger would judge it."""
    newest = Certificate.objects.order_by("type_code", "-issued_at").distinct("type_code")
    trust = seal_queries.trust_store()
    for one in newest:
        found = verify(files.read(one.file_address), trust)
        assert found.verdict is Verdict.VALID and found.signatures[-1].closed, (one.type_code, found.problems)
    assert newest.count() > 10


@pytest.mark.parametrize("change", [{"file_address": ""}, {"seal_id": UUID(int=0)}])
def test_the_table_itself_takes_no_certificate_without_file_or_seal(
    cast: dict[str, UUID], change: dict[str, object]
) -> None:
    with (
        pytest.raises(IntegrityError, match="certificate_sealed"),
        ledger.act(Kind.SEAL_MADE, system_actor()),
    ):
        Certificate.objects.filter(state="valid").update(**change)
