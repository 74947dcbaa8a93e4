"""Pages receive frozen values: while a template is at work the database is not asked.

``tests/conftest.py`` arms this for every page any test renders; here every page of the node is opened once.
"""

from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpRequest
from django.template import engines

from proofless.parties.models import Department
from tests.applications.scenes import open_draft, submitted
from tests.applications.test_window import received
from tests.applications.theme_scenes import open_theme
from tests.architecture.routes import People, Route, own_certificate, pages
from tests.conftest import QueryInTemplate
from tests.town import TestTown, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
PACKAGE = Path(__file__).parents[2] / "proofless"
CLERK, GRANDMOTHER = "clerk-mzj", "zhaonainai"
PARTS = {"base.html"}  # what other templates extend


def known(town: TestTown) -> list[dict[str, str]]:
    """The ids in an address: once with a case that was handed in, once with a draft. She stands at a window, too."""
    certificate, identifier = own_certificate(town["赵奶奶"])
    here = received(town).standing
    assert here is not None
    common = {
        "certificate_id": certificate,
        "identifier": identifier,
        "presence_id": str(here.id),
        "case_id": str(open_theme(town, "赵奶奶").id),
    }
    cases = (submitted(town, "赵奶奶", "I081"), open_draft(town, "赵奶奶", "I081"))
    return [common | {"application_id": str(case.id)} for case in cases]


def open_page(people: People, route: Route, values: dict[str, str]) -> int:
    desk = route.pattern.startswith(("desk/", "window/"))
    account = people.who_may(route.permission, CLERK if desk else GRANDMOTHER)
    return int(people.call(route, account, values).status_code)


def test_no_page_asks_the_database_while_it_is_rendered(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query in a template runs past permits and read lines, and once for every row of a list."""
    people = People()
    rendered: set[str] = set()
    find = engines["jinja2"].get_template
    monkeypatch.setattr(engines["jinja2"], "get_template", lambda name: rendered.add(name) or find(name))
    for values in known(town):
        answers = {str(route): open_page(people, route, values) for route in pages() if route.method == "GET"}
        answers.pop("GET /readyz")  # no sequencer runs here
        assert not {path: status for path, status in answers.items() if status >= 500}
    own = {
        f"{room}/{path.name}"
        for room in ("portal", "desk")
        for path in (PACKAGE / room / "templates" / room).glob("*.html")
        if path.name not in PARTS
    }
    assert len(own & rendered) >= 0.75 * len(own), sorted(own - rendered)


def test_a_query_planted_in_a_template_is_caught(town: TestTown) -> None:
    planted = engines["jinja2"].from_string("{% for one in rows %}{{ one.name }}{% endfor %}")
    with pytest.raises(QueryInTemplate, match="parties_department"):
        planted.render({"rows": Department.objects.all()}, HttpRequest())
    assert planted.render({"rows": list(Department.objects.all()[:1])}, HttpRequest())
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
