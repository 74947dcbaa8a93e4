"""The side menu: what one room adds never hides what another did."""

import pytest

from proofless.web import menu
from proofless.web.menu import Entry


def test_a_key_taken_by_another_room_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """请我会签 and 我部门发起的 once shared a key: clerks could no longer find what they had asked for."""
    monkeypatch.setattr(menu, "_entries", {menu.DESK: {}})
    first = Entry("asked", "请我会签", "users", "desk:asked")
    menu.add(menu.DESK, first)
    menu.add(menu.DESK, first)  # a room made ready twice
    with pytest.raises(ValueError, match="asked"):
        menu.add(menu.DESK, Entry("asked", "我部门发起的", "send", "verification:asked"))
    assert menu.entries_for(menu.DESK, None) == [first]


def test_every_room_of_the_house_keeps_its_own_keys() -> None:
    from django.apps import apps

    apps.check_apps_ready()
    labels = [entry.label for entry in menu._entries[menu.DESK].values()]
    assert {"请我会签", "我部门发起的"} <= set(labels)
    assert len(labels) == len(set(labels))
