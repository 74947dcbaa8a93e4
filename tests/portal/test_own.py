"""Certificates, code, ledger: her own, her child's, her company's; to everybody else they do not exist."""

from uuid import UUID

from django.test import Client

from proofless.certificates.models import Certificate
from proofless.ledger.models import LedgerEntry
from tests.portal.conftest import Enter, only, text_of


def certificate_of(holder_id: UUID, type_code: str = "id_card") -> UUID:
    return Certificate.objects.get(holder_id=holder_id, type_code=type_code).id


def test_certificates_are_grouped_by_holder(enter: Enter) -> None:
    page = text_of(enter("lisi").get("/certificates"))
    assert "李四（本人）" in page and "张小宝（被监护人）" in page
    page = text_of(enter("chenjingli").get("/certificates"))
    assert "营业执照" in page and "（企业）" in page


def test_filters_narrow_the_list(enter: Enter, cast: dict[str, UUID]) -> None:
    client = enter("lisi")
    page = text_of(client.get("/certificates", {"for": str(cast["张小宝"])}))
    assert 'id="holder-2"' not in page and "张小宝（被监护人） ·" in page
    assert "没有这样的证照" in text_of(client.get("/certificates", {"state": "other"}))
    assert client.get("/certificates", {"for": str(cast["王五"])}).status_code == 404
    assert client.get("/certificates", {"for": "rubbish"}).status_code == 404


def test_the_sealed_file_is_shown_and_its_seal_checked(enter: Enter, cast: dict[str, UUID]) -> None:
    page = text_of(enter("zhangsan").get(f"/certificates/{certificate_of(cast['张三'])}"))
    assert "<svg" in page and "印章真实，内容没有被改动" in page
    assert "张三" in page and "民族" in page and "有它就不用带的事" in page


def test_another_residents_certificate_is_as_absent_as_none(enter: Enter, cast: dict[str, UUID]) -> None:
    wang, foreign = enter("wangwu"), certificate_of(cast["张三"])
    for address in (f"/certificates/{foreign}", "/certificates/00000000-0000-7000-8000-000000000000"):
        assert wang.get(address).status_code == 404
        assert wang.get(f"{address}/file").status_code == 404


def test_a_download_is_the_file_and_a_read_line(enter: Enter, cast: dict[str, UUID]) -> None:
    client, one = enter("zhangsan"), certificate_of(cast["张三"])
    reply = client.get(f"/certificates/{one}/file")
    assert reply.content[:2] == b"PK" and reply["Content-Type"] == "application/ofd"
    assert LedgerEntry.objects.filter(kind="access.read", purpose="本人下载证照").count() == 1


def test_a_code_is_drawn_and_changes_with_each_renewal(enter: Enter) -> None:
    client = enter("zhangsan")
    page = text_of(client.get("/code"))
    assert "居民码" in page and "pf-qr-svg" in page
    codes = {only(r'pf-code">([A-Z2-7 ]+)<', text_of(client.get("/code/next"))) for _ in range(3)}
    assert len(codes) == 3


def test_a_handler_shows_the_enterprises_code_and_nobody_elses(enter: Enter, cast: dict[str, UUID]) -> None:
    client = enter("zhoukuaiji")
    company = next(holder for name, holder in cast.items() if "公司" in name)
    assert "企业码" in text_of(client.get("/code", {"for": str(company)}))
    assert client.get("/code", {"for": str(cast["王五"])}).status_code == 404


def test_the_ledger_of_another_is_not_found(enter: Enter, cast: dict[str, UUID]) -> None:
    client = enter("wangwu")
    assert client.get("/ledger").status_code == 200
    assert client.get("/ledger", {"for": str(cast["张三"])}).status_code == 404


def test_a_ledger_nobody_has_read_says_so(enter: Enter) -> None:
    assert "还没有别人看过" in text_of(enter("wangwu").get("/ledger"))


def test_switching_shows_the_enterprise_first_and_gives_no_right(enter: Enter, cast: dict[str, UUID]) -> None:
    client = enter("chenjingli")
    assert client.post("/me/acting", {"for": str(cast["王五"])}).status_code == 404
    assert client.post("/me/acting", {"for": str(cast["陈经理"])}).status_code == 302
    assert "居民码" in text_of(client.get("/code"))


def test_every_page_can_be_read_large(enter: Enter) -> None:
    client = enter("zhangsan")
    for address in (
        "/",
        "/items",
        "/items/I072",
        "/certificates",
        "/applications",
        "/code",
        "/ledger",
        "/me",
        "/verify",
    ):
        assert "长辈版" in text_of(client.get(address)), address
    client.cookies["pf_type"] = "large"
    assert '<html lang="zh-CN" class="pf-large">' in text_of(client.get("/items/I072"))


def test_officials_have_no_space_of_their_own_here(cast: dict[str, UUID]) -> None:
    client = Client()
    client.post("/sign-in", {"demo": "auditor"})
    for address in ("/certificates", "/applications", "/code", "/ledger", "/me"):
        assert client.get(address).status_code == 403, address
    assert client.get("/").status_code == 200
