"""A shop drops a certificate on the public page and reads whether it is genuine, on a phone and at a desk."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from proofless.access.rules import permissions_of
from proofless.certificates.models import Certificate
from proofless.files import queries as files
from proofless.kit.actor import Actor
from proofless.ofd.drawing import Box
from proofless.ofd.layout import Template, Text, fill
from proofless.ofd.pdf import About, render_pdf
from proofless.parties.models import Account
from proofless.seals import services as seals
from proofless.seals.services import AtWords, SealWish
from tests.browser import harness
from tests.browser.harness import Browser, Tab
from tests.browser.test_portal import city, look  # noqa: F401

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", harness.SIZES)
def test_a_file_is_checked(browser: Browser, city: str, size: str, tmp_path: Path) -> None:  # noqa: F811
    genuine = files.read(Certificate.objects.filter(state="valid").latest("id").file_address)
    at = genuine.index(b"Page_0/Content.xml") + 60
    samples = {
        "good": genuine,
        "changed": genuine[:at] + bytes([genuine[at] ^ 1]) + genuine[at + 1 :],
        "alien": b"not a document",
    }
    tab = browser.page_at(f"{city}/check", size)
    look(tab, "check", size)
    for name, data in samples.items():
        (tmp_path / f"{name}.ofd").write_bytes(data)
        tab.page.set_input_files("input[type=file]", tmp_path / f"{name}.ofd")
        with tab.page.expect_navigation():
            tab.page.get_by_role("button", name="核对", exact=True).click()
        look(tab, f"check-{name}", size)
        if name == "good":
            search_and_touch(tab)
    tab.page.get_by_role("link", name="下载核对报告").wait_for()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", harness.SIZES)
def test_a_contract_in_pdf_is_checked(browser: Browser, city: str, size: str, tmp_path: Path) -> None:  # noqa: F811
    """Two pages, one signature: its box leads to what was found, words are found on a page that is a picture."""
    path = tmp_path / "contract.pdf"
    path.write_bytes(signed_contract())
    tab = browser.page_at(f"{city}/check", size)
    tab.page.set_input_files("input[type=file]", path)
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name="核对", exact=True).click()
    look(tab, "check-pdf", size)
    tab.page.get_by_label("在文件里找文字").fill("采购合同")
    tab.page.get_by_label("在文件里找文字").press("Enter")
    assert "共 2 处" in tab.page.inner_text("[data-viewer-found]")
    tab.page.locator("[data-seal]").first.click(force=True)
    assert tab.page.evaluate("document.activeElement.id") == "seal-1"


def signed_contract() -> bytes:
    """As 民政局's clerk has it sealed."""
    words = ("采购合同 甲方：示范市民政局 乙方：某公司", "采购合同 签署页 甲方（盖章）")
    pages = [fill(Template(210, 297, (Text(Box(30, 40, 150, 12), text, size=6),)), {}) for text in words]
    data = render_pdf(pages, About("采购合同", "示范市民政局", datetime(2026, 1, 1, tzinfo=UTC)))
    account = Account.objects.get(username="clerk-mzj")
    keeper = Actor(account.id, account.label, permissions_of(account.roles), department_code="MZJ")
    return seals.seal_file(actor=keeper, data=data, wish=SealWish(AtWords("（盖章）"))).data


def search_and_touch(tab: Tab) -> None:
    """Words on the page are found and marked; the seal leads to what was found about it."""
    tab.page.get_by_label("在文件里找文字").fill("证")
    tab.page.get_by_label("在文件里找文字").press("Enter")
    assert "共" in tab.page.inner_text("[data-viewer-found]")
    assert tab.page.locator(".pf-viewer-mark").count() >= 1
    harness.screenshot(tab.page, "portal-check-found")
    tab.page.locator("[data-seal]").first.click(force=True)
    assert tab.page.evaluate("document.activeElement.id") == "seal-1"
