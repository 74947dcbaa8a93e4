"""Certificates, code, ledger: her own, her child's, her company's; to everybody else they do not exist."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.test import Client

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.certificates.models import Certificate
from proofless.kit import clock
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.portal.queries import Line, fold
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


def test_one_of_many_is_found_by_its_name(enter: Enter) -> None:
    """张三 and her child hold eighteen between them: nobody should scroll through all for one."""
    client = enter("zhangsan")
    page = text_of(client.get("/certificates", {"q": "结婚"}))
    assert "结婚证" in page and "社会保障卡" not in page and 'value="结婚"' in page
    assert "换一个名称" in text_of(client.get("/certificates", {"q": "没有这种"}))


def test_what_expires_soon_says_how_many_days_are_left(enter: Enter, cast: dict[str, UUID]) -> None:
    """A card that ran out unnoticed costs her the next thing she wants done; one day too early it is no news."""
    one = Certificate.objects.filter(holder_id=cast["张三"], type_code="id_card")
    client, state = enter("zhangsan"), {"state": "soon"}
    assert "快到期的" not in text_of(client.get("/certificates"))
    for days, words in ((0, "今天到期"), (23, "还有23天到期"), (60, "还有60天到期")):
        with ledger.act(Kind.TOWN_MADE, system_actor()):
            one.update(valid_to=clock.today() + timedelta(days=days))
        page = text_of(client.get("/certificates", state))
        assert words in page and "结婚证" not in page, days
    with ledger.act(Kind.TOWN_MADE, system_actor()):
        one.update(valid_to=clock.today() + timedelta(days=61))
    assert "快到期的" not in text_of(client.get("/certificates"))


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


def line(position: int, hour: int, purpose: str, day: int = 1) -> Line:
    at = datetime(2026, 12, day, hour, tzinfo=UTC)
    return Line(position, at, "读取信息", "市民政局", purpose, "依法定职责", "窗口", (), True)


def test_lines_that_say_the_same_are_one_with_all_their_moments() -> None:
    """Seven looks at one form hid the one look of another office; none may be lost by folding."""
    lines = [line(5, 9, "甲", 2), line(4, 9, "甲"), line(3, 8, "甲"), line(2, 8, "乙"), line(1, 7, "甲")]
    folded = fold(lines)
    assert [(g.line.position, len(g.times)) for g in folded] == [(5, 1), (4, 2), (2, 1), (1, 1)]
    assert [at for g in folded for at in g.times] == [one.at for one in lines]


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
    page = text_of(client.get("/"))
    assert "去工作台" in page and 'href="/certificates"' not in page and 'href="/me"' not in page
    assert "举报" not in text_of(client.get("/items/I006"))
