"""Every page at phone and desktop width: pictured, and held to what a picture cannot show.

The pictures lie in ``screenshots/`` (not committed) to be looked at: the checks know nothing of taste.
"""

from uuid import UUID

import pytest
from django.test import override_settings
from django.urls import URLPattern, get_resolver

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.applications import services
from proofless.kit.permissions import Permission
from proofless.parties.models import Relation
from proofless.parties.services import DEMO_PASSWORD, NewAccount, make_accounts
from proofless.simulator.acting import Wish, apply_for, handle, resident
from tests.applications.test_uploads import jpeg
from tests.applications.test_uploads import page as page_on_desk
from tests.browser.harness import SIZES, Browser, Tab
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.browser.test_window import number_of
from tests.town import town

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long
MOTHER = "mother-of-several"
NOBODY = ""
# Who opens which pages; addresses under /desk are drawn in the desk's shell.
WALKS: dict[str, dict[str, str]] = {
    NOBODY: {
        "front": "/",
        "sign-in": "/sign-in",
        "sign-in-code": "/sign-in/code",
        "items": "/items?q=津贴",
        "items-stage": "/items?stage=婚育",
        "items-none": "/items?q=zzzz",
        "guide": "/items/I006",
        "guide-uploads": "/items/I083",
        "guide-enterprise": "/items/I051",
        "help": "/help",
        "check": "/check",
        "uses": "/uses",
        "unneeded": "/no-longer-needed",
        "verify": "/verify",
        "verify-wrong": "/verify/1.2.156.3005.2.none",
        "absent": "/items/I999",
    },
    "zhangsan": {
        "home": "/",
        "me": "/me",
        "notices": "/notices/",
        "notices-settings": "/notices/settings",
        "appointments": "/appointments/",
        "book": "/appointments/book?item=I001",
        "certificates": "/certificates",
        "certificates-other": "/certificates?state=other",
        "certificates-found": "/certificates?q=结婚",
        "code": "/code",
        "applications": "/applications",
        "applications-closed": "/applications?state=closed",
        "report-which": "/items/I083/report",
        "report-ask": "/items/I083/report?material=I083-M01",
        "ledger": "/ledger",
        "ledger-all": "/ledger?show=all",
        "ledger-consents": "/ledger?show=consents",
    },
    "zhoukuaiji": {
        "firm-home": "/",
        "firm-certificates": "/certificates",
        "firm-code": "/code",
        "firm-me": "/me",
    },
    "window": {"window-common": "/window"},
    "kiosk": {"kiosk-idle": "/kiosk"},
    "clerk-mzj": {
        "window-own": "/window",
        "asked": "/desk/opinions",
        "queue": "/desk/queue",
        "queue-none": "/desk/queue?q=zzzz",
        "done": "/desk/done",
        "desk-notices": "/desk/notices/",
        "day": "/desk/counter/day",
        "preparations": "/desk/preparations",
        "corrections": "/desk/corrections",
        "unsealed": "/desk/papers",
        "desk-forbidden": "/desk/supervision",
        "desk-absent": "/desk/cases/00000000-0000-7000-8000-000000000000",
    },
    "supervisor": {
        "rates": "/desk/supervision",
        "rates-narrow": "/desk/supervision?department=MZJ",
        "cases": "/desk/supervision/cases",
        "ratings": "/desk/counter/ratings",
        "cases-none": "/desk/supervision/cases?department=NONE",
        "asks": "/desk/asks",
        "asks-demands": "/desk/asks?show=demands",
        "supplements": "/desk/supervision/supplements",
    },
    "auditor": {"chain": "/desk/chain"},
    "bureau": {
        "desk-items": "/desk/items",
        "desk-item": "/desk/items/I006",
        "desk-types": "/desk/types",
        "desk-type": "/desk/types/id_card",
        "desk-datasets": "/desk/datasets",
        "desk-dataset": "/desk/datasets/DS_PERSON_BASE",
        "desk-themes": "/desk/themes",
        "desk-lists": "/desk/lists",
        "desk-library": "/desk/library",
        "desk-coverage": "/desk/coverage",
        "desk-live": "/desk/live",
        "desk-live-new": "/desk/live/DS_MARRIAGE",
        "desk-limits": "/desk/limits",
        "desk-limit": "/desk/limits/applications.paper_reuse_days",
        "desk-uses": "/desk/uses",
        "desk-proofs": "/desk/proofs",
    },
    "inspector": {"scan": "/desk/scan"},
}
LARGE = ("front", "items", "guide", "help", "home", "certificates", "code", "ledger", "me")


@pytest.fixture(scope="module")
def busy_town(served_town: ServedTown) -> dict[str, UUID]:
    """A town in which things have happened: ids of what is worth opening."""
    town = served_town.town
    children: dict[UUID, list[UUID]] = {}
    for row in Relation.objects.filter(kind="parent_of", forward=True).order_by("id"):
        children.setdefault(row.holder_id, []).append(row.other_id)
    mother = next(holder for holder, found in children.items() if len(found) > 1)
    keeper = system_actor(Permission.ACCOUNT_MANAGE)
    new = NewAccount(MOTHER, DEMO_PASSWORD, "多子女", ("resident",), party_id=mother)
    # The web process knows only the real hasher; scenes of this module otherwise hash quickly.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        make_accounts(actor=keeper, accounts=[new])
    done = apply_for(Wish("I081", town["赵奶奶"]))
    handle(done, "MZJ")
    waiting = apply_for(Wish("I076", town["李四"]))
    hers = apply_for(Wish("I004", town["张三"]))
    key = next(one for one in town.loaded.town.people if one.holder == town.loaded.town.cast["张三"])
    with ledger.reading():
        wang = resident(town["王五"])
        asked = services.open_draft(actor=wang, item_code="I001")
        services.invite_partner(actor=wang, application_id=asked, name="张三", number=key.id_no)
    return {"waiting": waiting, "hers": hers, "done": done, "asked": asked}


def enter(browser: Browser, served: ServedTown, username: str, size: str, *, large: bool = False) -> Tab:
    context = browser.context(size)
    if large:
        context.add_cookies([{"name": "pf_type", "value": "large", "url": served.url}])
    tab = browser.page_at(f"{served.url}/", size, context=context)
    if username:
        sign_in(tab, served.url, username)
    return tab


def walk(tab: Tab, url: str, pages: dict[str, str], size: str, mark: str = "") -> None:
    for name, path in pages.items():
        tab.page.goto(url + path)
        tab.page.wait_for_timeout(150)  # charts and codes are drawn
        tab.complaints[:] = [said for said in tab.complaints if "status of 40" not in said]
        look(tab, f"every-{name}{mark}", size, keyboard=True)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("username", WALKS)
def test_every_page_is_fit_for_its_user(
    browser: Browser, served_town: ServedTown, busy_town: dict[str, UUID], username: str, size: str
) -> None:
    walk(enter(browser, served_town, username, size), served_town.url, WALKS[username], size)


@pytest.mark.parametrize("username", [NOBODY, "zhangsan"])
def test_every_page_in_large_type(
    browser: Browser, served_town: ServedTown, busy_town: dict[str, UUID], username: str
) -> None:
    """长辈版: 赵奶奶 without her glasses."""
    pages = {name: path for name, path in WALKS[username].items() if name in LARGE}
    walk(
        enter(browser, served_town, username, "phone", large=True), served_town.url, pages, "phone", "-large"
    )


@pytest.mark.parametrize("size", SIZES)
def test_cases_and_certificates_are_fit_for_their_users(
    browser: Browser, served_town: ServedTown, busy_town: dict[str, UUID], size: str
) -> None:
    url, ids = served_town.url, busy_town
    zhang = enter(browser, served_town, "zhangsan", size)
    zhang.page.goto(f"{url}/certificates")
    card = str(zhang.page.locator("a.pf-card").first.get_attribute("href"))
    zhang.page.goto(url)
    invited = str(zhang.page.get_by_role("link", name="有人邀请您一起办事").get_attribute("href"))
    walk(
        zhang, url, {"certificate": card, "receipt": f"/applications/{ids['hers']}", "invited": invited}, size
    )
    wang = enter(browser, served_town, "wangwu", size)
    walk(wang, url, {"fill-partner-asked": f"/applications/{ids['asked']}/fill"}, size)
    clerk = enter(browser, served_town, "clerk-mzj", size)
    cases = {name: f"/desk/cases/{ids[name]}" for name in ("waiting", "done")}
    walk(clerk, url, cases, size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "username", "item"),
    [
        ("fill-complete", "zhangsan", "I006"),
        ("fill-uploads", "zhangsan", "I083"),
        ("fill-refused", "zhangsan", "I072"),
        ("fill-partner", "lisi", "I001"),
        ("fill-which-child", MOTHER, "I006"),
    ],
)
def test_filling_is_fit_for_an_old_resident(
    browser: Browser,
    served_town: ServedTown,
    busy_town: dict[str, UUID],
    name: str,
    username: str,
    item: str,
    size: str,
) -> None:
    tab = enter(browser, served_town, username, size)
    tab.page.goto(f"{served_town.url}/items/{item}")
    press(tab.page, "开始办理")
    look(tab, f"every-{name}", size, keyboard=True)
    if name == "fill-which-child":
        assert "还不能办" not in tab.page.inner_text("main"), "refused for a child nobody meant"
        mark = "() => { document.documentElement.dataset.settled = '' }"
        tab.page.evaluate(f"addEventListener('htmx:afterSettle', {mark})")
        tab.page.get_by_role("radio").first.check()
        tab.page.locator("html[data-settled]").wait_for()
        look(tab, f"every-{name}-chosen", size)


@pytest.mark.parametrize("size", SIZES)
def test_a_theme_at_the_window_is_fit_for_a_clerk_in_a_hurry(
    browser: Browser, served_town: ServedTown, size: str
) -> None:
    """一件事: 张三 hands her card over at the office that leads: one form, yes and receipt for three offices."""
    tab = enter(browser, served_town, "clerk-cl", size)
    page = tab.page
    page.goto(f"{served_town.url}/window")
    page.get_by_label("事项", exact=True).select_option("theme:T04")
    page.get_by_label("公民身份号码").fill(number_of(served_town, "张三"))
    page.get_by_label("姓名").fill("张三")
    press(page, "核对身份，开始办")
    look(tab, "every-window-theme-case", size, keyboard=True)
    press(page, "开始填")
    look(tab, "every-window-theme-fill", size, keyboard=True)
    fields = page.locator("[name^='value:'][required]")
    for number in range(fields.count()):
        box = fields.nth(number)
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(index=1)
        elif not box.input_value():
            box.fill("2" if box.get_attribute("inputmode") == "numeric" else "演示")
    page.locator("#kept").get_by_text("已保存").wait_for()
    photo = {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": jpeg(page_on_desk())}
    with page.expect_navigation():
        page.locator("input[type=file]").first.set_input_files(photo)
    assert page.get_by_text("已收到您上传的文件").first.is_visible()
    page.get_by_role("link", name="请本人确认").click()
    page.wait_for_load_state()
    look(tab, "every-window-theme-confirm", size, keyboard=True)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("签好的确认书").set_input_files(photo)
    press(page, "我当面看到本人签字")
    assert page.get_by_text("已当面确认").first.is_visible()
    look(tab, "every-window-theme-confirmed", size)
    press(page, "提交")
    assert page.url.endswith("/theme/done"), page.inner_text("main")[:600]
    look(tab, "every-window-theme-done", size, keyboard=True)
    page.get_by_role("link", name="这一项的文书和结果").first.click()
    page.wait_for_load_state()
    look(tab, "every-window-theme-member", size)
    page.goto(f"{served_town.url}/window")
    look(tab, "every-window-theme-open", size)
    page.get_by_role("link", name="张三").first.click()
    page.wait_for_load_state()
    look(tab, "every-window-theme-again", size)


def test_declining_and_uploading_by_hand(
    browser: Browser, served_town: ServedTown, busy_town: dict[str, UUID]
) -> None:
    """张三 declines one reading: its material becomes an upload at once, a photo is taken, nothing blocks."""
    tab = enter(browser, served_town, "zhangsan", "phone")
    page = tab.page
    page.goto(f"{served_town.url}/items/I006")
    press(page, "开始办理")
    assert page.locator("input[type=file]").count() == 0
    page.get_by_role("button", name="不同意，我自己提交").first.click()
    page.get_by_text("您不同意", exact=True).first.wait_for()
    assert page.locator("input[type=file]").count() >= 1
    look(tab, "every-fill-declined", "phone")
    picture = {"name": "证明.jpg", "mimeType": "image/jpeg", "buffer": jpeg(page_on_desk())}
    with page.expect_navigation():
        page.locator("input[type=file]").first.set_input_files(picture)
    assert page.get_by_text("已收到您上传的文件").first.is_visible()
    look(tab, "every-fill-uploaded", "phone")


def test_the_walk_leaves_no_page_out() -> None:
    """A page somebody adds tomorrow must be looked at too: each named page of the two rooms is in the walk."""
    walked = " ".join(path for pages in WALKS.values() for path in pages.values())
    elsewhere = {"start", "application", "fill", "plan", "withdraw", "certificate", "certificate_file"}
    elsewhere |= {
        "code_next",
        "withdraw_consent",
        "act_for",
        "verify_identifier",
        "invitation",
        "uses_workbook",
        "ask_report",  # tests/browser/test_gate.py
        "ask_withdraw",
        "kiosk_leave",
    }
    missing = []
    for entry in get_resolver().url_patterns:
        for one in getattr(entry, "url_patterns", []):
            if getattr(entry, "namespace", "") == "portal" and isinstance(one, URLPattern):
                stem = "/" + str(one.pattern).split("<")[0].rstrip("/")
                if one.name not in elsewhere and stem not in walked:
                    missing.append(one.name)
    assert not missing
