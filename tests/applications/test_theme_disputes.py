"""这项不对 on a merged form: what she says once goes to the owner once, also of members that wait."""

import pytest

from proofless.applications.corrections import queries as corrections
from proofless.applications.errors import ApplicationIncomplete
from proofless.applications.models import Correction
from proofless.applications.themes.merging import Box
from proofless.applications.waterfall import held as held_module
from proofless.kit.kinds import Kind
from proofless.ledger import reading
from proofless.ledger.models import LedgerEntry
from tests.applications.theme_scenes import CARD, CARE, INSURANCE, PHOTO, Theme, go_on, open_theme
from tests.portal.conftest import Enter, enter, text_of
from tests.portal.conftest import cast as cast
from tests.portal.conftest import loaded as loaded
from tests.town import TestTown

__all__ = ["enter"]
pytestmark = pytest.mark.django_db


def locked(theme: Theme, *items: str, alone: bool = False) -> Box:
    """A box she may not change, asked for by these items (and, ``alone``, by no other)."""
    return next(
        box
        for box in theme.plan.boxes
        if box.shown.filled
        and not box.editable
        and box.shown.reference
        and set(items) <= set(box.items)
        and (not alone or set(box.items) == set(items))
    )


def test_said_once_it_is_one_correction_for_all_departments(town: TestTown) -> None:
    theme = open_theme(town)
    theme.attach(PHOTO)
    box = locked(theme, CARD, INSURANCE)
    theme.submit(theme.complete(disputed={box.key: "应当是张叁"}))
    row = Correction.objects.get(holder_id=town["张三"], reference=box.shown.reference)
    assert not row.by_system and row.state == Correction.State.OPEN
    with reading():
        said = corrections.open_correction(town.clerk(row.department_code), row.id).said
    assert said is not None and said["words"] == "应当是张叁"
    told = "".join(e.detail + e.object_id for e in LedgerEntry.objects.filter(kind=Kind.CORRECTION_OPENED))
    assert "张叁" not in told


def test_what_only_a_waiting_member_asks_is_opened_when_its_turn_comes(town: TestTown) -> None:
    """The 护理补贴 waits for the 残疾人证; what she disputed for it alone is not lost meanwhile."""
    theme = open_theme(town)
    theme.attach(PHOTO)
    box = locked(theme, CARE, alone=True)
    theme.submit(theme.complete(disputed={box.key: "户籍不在这里"}))
    assert not Correction.objects.filter(reference=box.shown.reference).exists()
    theme.approve(CARD)
    go_on()
    assert Correction.objects.filter(reference=box.shown.reference, item_code=CARE).count() == 1


def test_an_old_value_is_confirmed_or_disputed_as_on_a_single_form(
    town: TestTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        held_module, "_stale", lambda delivered: dict.fromkeys(delivered, "已有400天没有更新")
    )
    theme = open_theme(town)
    theme.attach(PHOTO)
    old = [box.key for box in theme.plan.boxes if box.shown.confirm and box.shown.other is None]
    assert old
    with pytest.raises(ApplicationIncomplete) as refused:
        theme.submit()
    assert set(old) <= set(refused.value.detail["fields"])  # type: ignore[arg-type]
    # Registers as old as these replace no paper: papers are still asked for, the values no more.
    with pytest.raises(ApplicationIncomplete) as refused:
        theme.submit(theme.complete(confirmed=frozenset(old)))
    assert not set(old) & set(refused.value.detail["fields"])  # type: ignore[arg-type]


def test_the_page_of_a_theme_takes_it(town: TestTown, enter: Enter) -> None:
    her = enter("zhangsan")
    address = her.post("/themes/T04/start", {})["Location"]
    page = text_of(her.get(address))
    assert "有哪一项不对" in page and 'name="dispute:' in page
