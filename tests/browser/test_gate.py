"""违规索证 from the demand to the finding, and a photo measured before it leaves, as their users see them."""

from uuid import UUID

import pytest

from proofless.access.actors import system_actor
from proofless.applications.gate.services import NewDemand, override_gate
from proofless.applications.models import Application, Correction
from proofless.applications.uploads.bounds import bounds_now
from proofless.applications.uploads.rules import HINTS, inspect
from proofless.data import services as data
from proofless.kit import clock
from proofless.kit.permissions import Permission
from proofless.simulator.acting import Wish, apply_for
from tests.applications.test_gate import LAW, REASON
from tests.applications.test_uploads import jpeg, page
from tests.browser.harness import SIZES, Browser
from tests.browser.served import ServedTown, look, press, served_town, sign_in
from tests.town import town

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def demanded(served_town: ServedTown) -> UUID:
    """赵奶奶 handed in; the window wants one paper more, on a law it names."""
    made = apply_for(Wish("I081", served_town.town["赵奶奶"]))
    row = Application.objects.get(id=made)
    override_gate(
        actor=served_town.town.clerk("MZJ"),
        application_id=made,
        revision=row.revision,
        demand=NewDemand("I081-M01", LAW, REASON),
    )
    return made


@pytest.fixture(scope="module")
def torn(served_town: ServedTown) -> UUID:
    """The register says another ethnic group than her identity card: the police are asked by themselves."""
    town = served_town.town
    values = {"name": "张三", "nation": "02", "birth_date": "1990-01-01"}
    loader = system_actor(Permission.DATA_LOAD)
    data.load_rows(actor=loader, rows=[("DS_PERSON_BASE", town["张三"], values, clock.today())], replace=True)
    made = apply_for(Wish("I083", town["张三"]))
    return Correction.objects.filter(application_id=made).values_list("id", flat=True)[0]


@pytest.mark.parametrize("size", SIZES)
def test_she_reports_and_the_supervisor_settles(
    browser: Browser, served_town: ServedTown, demanded: UUID, size: str
) -> None:
    url = served_town.url
    hers = browser.page_at(url, size)
    sign_in(hers, url, "zhaonainai")
    hers.page.goto(f"{url}/applications/{demanded}/fill")
    if size == "phone":
        assert hers.page.get_by_text("工作人员要求另交这份材料").is_visible()
        look(hers, "gate-demanded", size, keyboard=True)
        hers.page.get_by_role("link", name="违规索证，我要举报").first.click()
        look(hers, "gate-report", size, keyboard=True)
        press(hers.page, "提交举报")
    else:
        assert hers.page.get_by_text("您已举报，处理前不用交").is_visible()
        look(hers, "gate-waiting", size, keyboard=True)
        hers.page.goto(f"{url}/applications/{demanded}")
        hers.page.get_by_text("您的举报").wait_for()
        look(hers, "gate-application", size, keyboard=True)
        hers.page.locator("a[href*='/asks/']").first.click()
    hers.page.get_by_text("系统自动附上的").wait_for()
    look(hers, "gate-reported", size, keyboard=True)
    boss = browser.page_at(url, size)
    sign_in(boss, url, "supervisor")
    boss.page.goto(f"{url}/desk/asks")
    look(boss, "gate-asks", size, keyboard=True)
    boss.page.locator("a[href*='/desk/asks/']").first.click()
    look(boss, "gate-settle", size, keyboard=True)
    clerk = browser.page_at(url, size)
    sign_in(clerk, url, "clerk-mzj")
    clerk.page.goto(f"{url}/desk/cases/{demanded}")
    look(clerk, "gate-case", size, keyboard=True)


@pytest.mark.parametrize("size", SIZES)
def test_the_police_see_what_disagrees(
    browser: Browser, served_town: ServedTown, torn: UUID, size: str
) -> None:
    url = served_town.url
    police = browser.page_at(url, size)
    sign_in(police, url, "clerk-gaj")
    police.page.goto(f"{url}/desk/corrections")
    look(police, "corrections", size, keyboard=True)
    police.page.goto(f"{url}/desk/corrections/{torn}")
    look(police, "correction", size, keyboard=True)


@pytest.mark.parametrize("changes", [{}, {"blur": 12.0}, {"desk": 8, "paper": 40}, {"inset": 0, "margin": 0}])
def test_the_browser_measures_as_the_node_does(
    browser: Browser, served_town: ServedTown, changes: dict[str, float]
) -> None:
    """A hint on the phone that the clerk's page does not show, or the other way round, would be believed by nobody."""
    data = jpeg(page(**changes))
    tab = browser.page_at(served_town.url, "phone")
    sign_in(tab, served_town.url, "zhangsan")
    tab.page.goto(f"{served_town.url}/items/I083")
    press(tab.page, "开始办理")
    found = tab.page.evaluate(
        """async bytes => window.pfMeasure(
            await createImageBitmap(new Blob([new Uint8Array(bytes)])),
            JSON.parse(document.querySelector("[data-upload]").dataset.measure),
        )""",
        list(data),
    )
    assert found == dict(inspect(data, bounds_now()).checks)


def test_a_blurred_photo_is_told_before_it_leaves(browser: Browser, served_town: ServedTown) -> None:
    tab = browser.page_at(served_town.url, "phone")
    sign_in(tab, served_town.url, "zhangsan")
    tab.page.goto(f"{served_town.url}/items/I083")
    press(tab.page, "开始办理")
    picture = {"name": "糊.jpg", "mimeType": "image/jpeg", "buffer": jpeg(page(blur=12.0))}
    tab.page.locator("input[type=file]").first.set_input_files(picture)
    tab.page.get_by_text(HINTS["sharp"]).wait_for()
    look(tab, "capture-hint", "phone")
    with tab.page.expect_navigation():
        press(tab.page, "就用这张上传")
    assert tab.page.get_by_text("已收到您上传的文件").first.is_visible()
    look(tab, "capture-sent", "phone")
