"""Pages of lists, libraries, coverage, uses and proofs as the bureau, a lawyer and residents use them."""

import io
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from proofless.access.actors import system_actor
from proofless.access.edge import SESSION_ACCOUNT
from proofless.config import filling
from proofless.items import queries as items
from proofless.items import sheets
from proofless.items.queries import cleanup, coverage, library, lists, uses
from proofless.items.rules.sources import SourceKind
from proofless.kit import clock
from proofless.kit.permissions import Permission
from proofless.parties.models import Account
from proofless.parties.services import NewAccount, make_accounts
from proofless.standards.versions import forget
from tests.town import TestTown, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def read_again() -> None:
    """A test before rolled its catalogue back."""
    forget()


@pytest.fixture
def bureau(town: TestTown) -> Client:
    return enter("bureau")


@pytest.fixture
def lawyer(town: TestTown) -> Client:
    """医保局's lawyer."""
    new = NewAccount("lawyer-ybj", "x", "法制员", ("lawyer",), department_code="YBJ")
    make_accounts(actor=system_actor(Permission.ACCOUNT_MANAGE), accounts=[new])
    return enter("lawyer-ybj")


def enter(username: str) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ACCOUNT] = str(Account.objects.get(username=username).id)
    session.save()
    return client


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def publish_city(bureau: Client) -> None:
    assert bureau.post("/desk/lists/templates").status_code == 302


FORM = {"legal_days": "20", "promised_days": "20", "windows": "", "effective_on": "", "note": ""}


def form_of(item: str, **changes: str) -> dict[str, str]:
    elements = lists.find_governing(item, "371400").elements  # type: ignore[union-attr]
    given = {"legal_days": str(elements.legal_days), "promised_days": str(elements.promised_days)}
    return {**FORM, **given, "effective_on": clock.today().isoformat(), **changes}


def test_a_county_publishes_its_windows_and_the_guide_shows_them(bureau: Client) -> None:
    publish_city(bureau)
    place = "德城区政务服务中心 | 工作日9:00-17:00 | 0534-0000000"
    reply = bureau.post("/desk/lists/371402/I081/publish", form_of("I081", windows=place))
    assert reply.status_code == 302, text_of(reply)
    page = text_of(bureau.get("/desk/lists/371402/I081"))
    assert "第1版" in page and "允许" in page
    assert "德城区政务服务中心" in text_of(Client().get("/items/I081"))


def test_a_county_that_is_slower_sees_the_difference_and_publishes_nothing(bureau: Client) -> None:
    publish_city(bureau)
    reply = bureau.post(
        "/desk/lists/371402/I016/publish", form_of("I016", legal_days="700", promised_days="700")
    )
    assert reply.status_code == 422
    assert "与上级清单不一致" in text_of(reply) and "700个工作日" in text_of(reply)
    assert not lists.list_versions("I016", "371402")
    for wrong in ({"legal_days": "三"}, {"effective_on": "昨天"}, {"windows": "|||"}):
        assert bureau.post("/desk/lists/371402/I016/publish", form_of("I016", **wrong)).status_code == 422


def test_a_file_with_a_bad_row_tells_which(bureau: Client) -> None:
    rows = lists.export_rows("371400")
    for table in rows:
        rows[table] = [row for row in rows[table] if row["local_task_code"] in {"I081-371400", "I072-371400"}]
    rows["basic"][0]["is_fee"] = "也许"
    file = SimpleUploadedFile("清单.xlsx", sheets.write(rows))
    reply = bureau.post("/desk/lists/files", {"file": file}, follow=True)
    page = text_of(reply)
    assert "实施清单 第3行" in page and "ROW_VALUE" in page and "是否收费" in page
    broken = bureau.post("/desk/lists/files", {"file": SimpleUploadedFile("a.xlsx", b"PKx")})
    assert broken.status_code == 422 and "已损坏" in text_of(broken)
    assert bureau.post("/desk/lists/files").status_code == 422


def test_lists_leave_as_workbook_and_json(bureau: Client) -> None:
    book = load_workbook(io.BytesIO(bureau.get("/desk/lists/371400/export.xlsx").content))
    assert book.sheetnames[0] == "实施清单" and book["实施清单"].max_row == 90
    assert len(bureau.get("/desk/lists/371400/export.json").json()["basic"]) == 88


def test_two_names_become_one_on_the_page(bureau: Client) -> None:
    one = library.list_proposals("material")[0]
    pair = {"from": one.other.key, "into": one.into.key, "verdict": "merged"}
    assert bureau.post("/desk/library/material/decide", pair).status_code == 422
    assert bureau.post("/desk/library/material/decide", {**pair, "reason": "同一份材料"}).status_code == 302
    page = text_of(bureau.get("/desk/library/material/entry", {"key": one.into.key}))
    assert one.other.name in page
    assert "身份证" in text_of(bureau.get("/desk/library/field?q=身份证"))
    assert bureau.get("/desk/library/field/entry", {"key": "没有"}).status_code == 404


def test_the_use_list_is_published_and_public(bureau: Client) -> None:
    before = text_of(Client().get("/uses"))
    assert "还没有发布" in before or uses.find_latest()
    bureau.post("/desk/uses/publish", {"note": "第一版"})
    page = text_of(Client().get("/uses", {"q": "居民身份证"}))
    assert "用证事项清单" in page and "由“居民身份证”取得" in page
    book = load_workbook(io.BytesIO(Client().get("/uses.xlsx").content))
    assert book.active is not None and book.active["A1"].value == "演示·无效"
    found = Client().get("/api/v1/items/uses").json()
    assert len(found["entries"]) == len(uses.find_latest().entries)  # type: ignore[union-attr]
    assert {level for one in found["entries"] for level in one["levels"]} == {"市级", "县级", "镇街"}
    town_hall = text_of(Client().get("/uses", {"level": "镇街", "q": "高龄"}))
    assert "高龄津贴" in town_hall and "办理层级：" in town_hall
    assert "没有找到" in text_of(Client().get("/uses", {"level": "市级", "q": "高龄津贴"}))
    assert Client().get("/api/v1/items/uses?edition=99").status_code == 404
    again = bureau.post("/desk/uses/publish")
    assert again.status_code == 422 and "没有差别" in text_of(again)


def test_a_lawyer_cancels_a_proof_and_the_guide_says_so(lawyer: Client) -> None:
    """张三 reads in the guide that the paper is no longer wanted, and why."""
    ask = next(a for a in cleanup.list_asks() if a.brought and not a.own and a.department == "YBJ")
    page = text_of(lawyer.get(f"/desk/proofs/{ask.code}"))
    assert "今后怎么办" in page
    posted = {"route": "cancel", "reason": "医院已联网，不用您开", "law": ""}
    assert lawyer.post(f"/desk/proofs/{ask.code}/settle", {**posted, "reason": ""}).status_code == 422
    assert lawyer.post(f"/desk/proofs/{ask.code}/settle", posted).status_code == 302
    guide = text_of(Client().get(f"/items/{ask.item}"))
    assert "已经取消的" in guide and "医院已联网，不用您开" in guide
    assert ask.name in text_of(Client().get("/no-longer-needed", {"q": ask.name}))
    foreign = next(a for a in cleanup.list_asks() if a.department != "YBJ")
    assert "今后怎么办" not in text_of(lawyer.get(f"/desk/proofs/{foreign.code}"))
    assert lawyer.post(f"/desk/proofs/{foreign.code}/settle", posted).status_code in {403, 422}
    assert lawyer.post("/desk/uses/publish").status_code == 403


def test_nobody_needs_what_is_on_the_public_page(town: TestTown) -> None:
    page = text_of(Client().get("/no-longer-needed", {"q": "生存证明"}))
    assert "健在(生存)证明" in page
    nothing = text_of(Client().get("/no-longer-needed", {"q": "<b>量子</b>"}))
    assert "没有找到" in nothing and "<b>量子" not in nothing
    assert Client().get("/api/v1/items/unneeded-proofs?words=无房").json()["total"] >= 1


def test_coverage_and_findings_open(bureau: Client) -> None:
    page = text_of(bureau.get("/desk/coverage"))
    rate = coverage.total().coverage.material_rate
    assert "接下来接什么" in page and rate and f"{rate:.1%}" in page
    assert bureau.get("/desk/coverage/gaps?item=I016").status_code == 200
    assert "循环证明" in text_of(bureau.get("/desk/proofs/findings"))
    assert bureau.get("/desk/proofs?state=asked&department=GAJ&q=证").status_code == 200
    assert enter("zhangsan").get("/desk/coverage").status_code == 403


def test_the_list_of_gaps_says_what_the_city_has_by_that_name(bureau: Client) -> None:
    page = text_of(bureau.get("/desk/coverage/gaps?way=held&item=I082"))
    assert "本市已有：社会保障卡持卡信息有“" in page
    assert "本市已有：" not in text_of(bureau.get("/desk/coverage/gaps?item=I082&kind=material"))


def test_a_department_reads_its_own_gaps(bureau: Client) -> None:
    """市司法局 has one item only: its row once led to the gaps of an item of that name, which are none."""
    page = text_of(bureau.get("/desk/coverage"))
    assert "/desk/coverage/gaps?department=SFJ" in page
    gaps = text_of(bureau.get("/desk/coverage/gaps?department=SFJ"))
    assert "市司法局：" in gaps and "案件相关材料" in gaps
    assert "没有缺口" in text_of(bureau.get("/desk/coverage/gaps?department=NOBODY"))


def test_a_gap_is_found_by_words_and_taken_along_as_a_workbook(bureau: Client) -> None:
    """Three hundred gaps are no list to read through: the lawyer of 市司法局 wants her own papers."""
    narrow = "department=SFJ&kind=material&q=案件"
    page = text_of(bureau.get(f"/desk/coverage/gaps?{narrow}"))
    assert "案件相关材料" in page and "联系电话" not in page
    assert "看全部缺口" in text_of(bureau.get("/desk/coverage/gaps?q=zzzz"))
    sheet = load_workbook(io.BytesIO(bureau.get(f"/desk/coverage/gaps.xlsx?{narrow}").content)).active
    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert cells == ["演示·无效", "材料或字段", "案件相关材料"]


def test_the_register_is_taken_along_as_a_workbook(bureau: Client) -> None:
    reply = bureau.get("/desk/proofs.xlsx?department=SFJ&state=asked")
    sheet = load_workbook(io.BytesIO(reply.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert (
        rows
        and {row[2] for row in rows} == {"市司法局"}
        and {row[4] for row in rows} == {cleanup.STILL_ASKED}
    )


def test_a_county_shows_the_limit_it_inherits(bureau: Client) -> None:
    """德城 has no list of its own for 临时救助: the city's limit counts there and is shown."""
    filling.publish_lists()
    page = text_of(bureau.get("/desk/lists/371402?q=法律援助"))
    assert "按上级" in page and "3个工作日" in page and "结婚登记" not in page
    assert "没有符合条件的事项" in text_of(bureau.get("/desk/lists/371402?show=own"))


def test_a_demo_city_opens_with_its_lists_published(town: TestTown) -> None:
    """A first start that breaks off and begins again publishes nothing twice."""
    filling.publish_lists()
    filling.publish_lists()
    assert lists.count_lists() == {"371400": 88}
    assert [line.number for line in uses.list_editions()] == [1]


def test_the_guide_of_every_item_says_what_need_not_be_brought_and_why(town: TestTown) -> None:
    """张三 reads it before she goes: each paper is named once, with how the city gets it instead."""
    visitor = Client()
    for item in items.list_items():
        page = unescape(visitor.get(f"/items/{item.code}").content.decode())
        for material in item.materials:
            assert material.name in page, (item.code, material.name)
        spared = [m for m in item.materials if m.sources[0] is not SourceKind.UPLOAD and not m.abolished]
        ended = [m for m in item.materials if m.sources[0] is SourceKind.CANCELLED]
        assert not spared or "不用您带的" in page or len(ended) == len(spared)
        assert not ended or "现在不得再向您要" in page
