from typing import Any

import pytest

from proofless.web import menu
from tests.web import site


@pytest.fixture
def base_site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only base pages, with a menu as rooms would register it."""
    for name, value in site.SETTINGS.items():
        setattr(settings, name, value)
    entries = {menu.DESK: site.DESK_MENU, menu.TABS: site.TABS, menu.ACCOUNT: ()}
    kept = {place: {entry.key: entry for entry in found} for place, found in entries.items()}
    monkeypatch.setattr(menu, "_entries", kept)
    monkeypatch.setattr(menu, "_department_name", [lambda code: "德城区人力资源和社会保障局"])
