"""张三 applies for 育儿补贴 (I006): nothing to bring, everything explained, one submission however often she taps."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from proofless.access.actors import system_actor
from proofless.access.models import Consent
from proofless.applications.models import Application, State
from proofless.applications.services import return_for_correction
from proofless.kit.permissions import Permission
from proofless.simulator.acting import blank_png
from tests.portal.conftest import Enter, begin, complete, only, text_of

ITEM = "I006"


@pytest.fixture
def zhang(enter: Enter) -> Client:
    return enter("zhangsan")


def test_what_resolved_has_no_upload_box(zhang: Client) -> None:
    page = text_of(zhang.get(begin(zhang, ITEM)))
    assert 'type="file"' not in page
    assert "什么都不用您提交" in page and "居民身份证" in page


def test_every_filled_field_names_its_source(zhang: Client) -> None:
    page = text_of(zhang.get(begin(zhang, ITEM)))
    assert "居民身份证（电子证照）" in page and "以登记为准" in page
    assert "您的登记信息" in page


def test_statutory_reading_and_consent_stand_apart(zhang: Client) -> None:
    page = text_of(zhang.get(begin(zhang, ITEM)))
    statutory, consent = page.index('id="pf-statutory"'), page.index('id="pf-consent"')
    assert statutory < consent
    assert 'type="checkbox"' not in page[statutory:consent], "what is read by duty is not asked"
    assert "单独同意" in page[consent:], "sensitive information has a tick of its own"


def test_without_consent_nothing_is_submitted_and_the_block_says_so(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    reply = zhang.post(address, complete(zhang, address, consent=[]))
    page = text_of(reply)
    assert reply.status_code == 409
    assert page.index("pf-consent-error") > page.index('id="pf-consent"')
    assert not Consent.objects.exists()


def test_one_tick_short_keeps_the_other_ticks_and_what_was_written(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    posted = complete(zhang, address)
    posted["consent"] = posted["consent"][:-1]
    box = next(name for name in posted if name.startswith("value:"))
    posted[box] = "13900001111"
    page = text_of(zhang.post(address, posted))
    assert "13900001111" in page and page.count(" checked") == len(posted["consent"])


def test_a_submission_ends_at_its_receipt(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    reply = zhang.post(address, complete(zhang, address))
    assert reply.status_code == 302 and reply["Location"] == address.removesuffix("/fill")
    page = text_of(zhang.get(reply["Location"]))
    assert "已提交，等待受理" in page and "办件编号" in page


def test_a_double_click_gives_one_application_and_the_same_receipt(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    posted = complete(zhang, address)
    first, second = zhang.post(address, posted), zhang.post(address, posted)
    assert first["Location"] == second["Location"] == address.removesuffix("/fill")
    assert Application.objects.filter(state=State.SUBMITTED).count() == 1


def test_whoever_forgot_that_she_handed_it_in_is_shown_where_it_stands(zhang: Client, enter: Enter) -> None:
    address = begin(zhang, ITEM)
    assert "正在办" not in text_of(zhang.get(f"/items/{ITEM}"))
    zhang.post(address, complete(zhang, address))
    page = text_of(zhang.get(f"/items/{ITEM}"))
    assert "您已有1件正在办" in page and f'href="{address.removesuffix("/fill")}"' in page
    assert "正在办" not in text_of(enter("wangwu").get(f"/items/{ITEM}"))


def test_a_stale_page_is_shown_anew_with_what_was_written(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    posted = complete(zhang, address)
    zhang.post(address, posted | {"act": "save"})
    reply = zhang.post(address, posted)
    assert reply.status_code == 409 and "改动过" in text_of(reply)
    assert Application.objects.get().state == State.DRAFT


def test_a_saved_draft_goes_on_in_another_browser(zhang: Client, enter: Enter) -> None:
    address = begin(zhang, ITEM)
    posted = complete(zhang, address, act="save")
    box = next(name for name in posted if name.startswith("value:"))
    zhang.post(address, posted | {box: "13900002222"})
    assert "13900002222" in text_of(enter("zhangsan").get(address))


def test_a_file_for_what_resolved_is_refused(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    picture = SimpleUploadedFile("a.png", blank_png())
    reply = zhang.post(address, complete(zhang, address, act="save") | {"file:I006-M03": picture})
    assert reply.status_code == 409 and "不需要上传" in text_of(reply)


def test_an_outsiders_draft_is_as_absent_as_one_that_never_was(zhang: Client, enter: Enter) -> None:
    address = begin(zhang, ITEM)
    absent = "/applications/00000000-0000-7000-8000-000000000000/fill"
    wang = enter("wangwu")
    replies = [wang.get(address), wang.get(absent)]
    assert [r.status_code for r in replies] == [404, 404]
    assert wang.post(address, {"act": "submit"}).status_code == 404
    assert wang.post(address.replace("fill", "withdraw")).status_code == 404


def test_an_ineligible_person_is_told_the_rule_and_asked_for_nothing(enter: Enter) -> None:
    zhang = enter("zhangsan")
    page = text_of(zhang.get(begin(zhang, "I072")))
    assert "还不能办这件事" in page and "80" in page and "您可以这样做" in page
    assert 'name="consent"' not in page and ">提交<" not in page


def test_an_answer_changes_what_is_needed(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    question = only(r'name="(answer:[^"]+)"', text_of(zhang.get(address)))
    reply = zhang.post(address.replace("fill", "plan"), complete(zhang, address) | {question: "Y"})
    assert reply.status_code == 200 and "告知承诺书全文" in text_of(reply)
    assert "<html" not in text_of(reply)


def test_a_commitment_must_be_signed(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    question = only(r'name="(answer:[^"]+)"', text_of(zhang.get(address)))
    reply = zhang.post(address, complete(zhang, address) | {question: "Y", "signed": []})
    assert reply.status_code == 409 and "还没有提交或签署" in text_of(reply)


def test_what_nobody_holds_is_uploaded_and_then_submitted(zhang: Client) -> None:
    address = begin(zhang, "I034")
    name = only(r'name="(file:[^"]+)"', text_of(zhang.get(address)))
    short = zhang.post(address, complete(zhang, address))
    assert short.status_code == 409 and "还没有提交或签署" in text_of(short)
    text = SimpleUploadedFile("a.png", b"no picture at all")
    wrong = zhang.post(address, complete(zhang, address, act="save") | {name: text})
    assert wrong.status_code == 400 and "10MB 以内的图片或 PDF" in text_of(wrong)
    picture = SimpleUploadedFile("a.png", blank_png())
    zhang.post(address, complete(zhang, address, act="save") | {name: picture})
    assert "已收到您上传的文件" in text_of(zhang.get(address))
    assert zhang.post(address, complete(zhang, address)).status_code == 302


def test_what_was_returned_shows_why_and_is_handed_in_again(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    zhang.post(address, complete(zhang, address))
    case = Application.objects.get()
    clerk = system_actor(Permission.HANDLE, department_code=case.department_code)
    reason = "联系电话打不通，请改成常用号码"
    return_for_correction(actor=clerk, application_id=case.id, revision=case.revision, reason=reason)
    receipt = text_of(zhang.get(address.removesuffix("/fill")))
    assert reason in receipt and "修改后重新提交" in receipt
    assert reason in text_of(zhang.get(address))
    assert zhang.post(address, complete(zhang, address)).status_code == 302
    again = text_of(zhang.get(address.removesuffix("/fill")))
    assert "已提交，等待受理" in again and "修改后重新提交" not in again


def test_a_withdrawn_application_is_over(zhang: Client) -> None:
    address = begin(zhang, ITEM)
    zhang.post(address, complete(zhang, address))
    zhang.post(address.replace("fill", "withdraw"))
    assert "已撤回" in text_of(zhang.get(address.removesuffix("/fill")))
    assert zhang.post(address.replace("fill", "withdraw")).status_code == 409


def test_a_consent_is_withdrawn_once_and_only_by_its_giver(zhang: Client, enter: Enter) -> None:
    address = begin(zhang, ITEM)
    zhang.post(address, complete(zhang, address))
    consents = text_of(zhang.get("/ledger", {"show": "consents"}))
    withdraw = only(r'action="(/consents/[^"]+)"', consents)
    assert enter("wangwu").post(withdraw).status_code == 404
    assert zhang.post(withdraw).status_code == 302
    assert "已撤回" in text_of(zhang.get("/ledger", {"show": "consents"}))
    assert zhang.post(withdraw).status_code == 404


def test_a_guardian_applies_for_her_ward_and_nobody_else_does(enter: Enter, cast: dict[str, UUID]) -> None:
    lisi = enter("lisi")
    page = text_of(lisi.get("/items/I072"))
    assert "张小宝（被监护人）" in page
    begin(lisi, "I072", cast["张小宝"])
    assert Application.objects.get().holder_id == cast["张小宝"]
    assert lisi.post("/items/I072/start", {"for": str(cast["王五"])}).status_code == 404
