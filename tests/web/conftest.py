from collections.abc import Iterator

import pytest
from django.test import override_settings

from proofless.web import health, menu
from tests.web import site


@pytest.fixture(scope="module")
def base_site() -> Iterator[None]:
    """Only base pages, with a menu as rooms would register it. Templates are compiled once a module."""
    entries = {menu.DESK: site.DESK_MENU, menu.TABS: site.TABS, menu.ACCOUNT: (), menu.BELL: ()}
    kept = {place: {entry.key: entry for entry in found} for place, found in entries.items()}
    with pytest.MonkeyPatch.context() as patch, override_settings(**site.SETTINGS):
        patch.setattr(menu, "_entries", kept)
        patch.setattr(health, "_checks", {})
        patch.setattr(health, "_gauges", {})
        yield
