"""Reads of item lists: what counts where on which day, what deviates, and everything as exchange rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from proofless.items import models
from proofless.items.queries import guide
from proofless.items.rules.elements import (
    Difference,
    Elements,
    MaterialElement,
    deviations,
    from_json,
    in_force,
)
from proofless.items.rules.exchange import DIGIT_OF_LEVEL, DIGITS_OF_TYPE, Draft, Known, RowProblem, to_rows
from proofless.items.rules.views import ItemView
from proofless.kit import clock
from proofless.kit.errors import NotFound
from proofless.parties import queries as parties

CITY = "city"
OTHER_TYPE = "其他行政权力"  # 行政备案 and the like are no national task type of their own
FLOW = ("提交申请", "受理", "审查", "决定", "送达结果")
FLOW_ON_THE_SPOT = ("提交申请", "受理并当场办结", "送达结果")


@dataclass(frozen=True, slots=True)
class Place:
    """A division that may have lists; ``upper`` is the code of the one above, "" for the city."""

    code: str
    name: str
    level: str
    upper: str


@dataclass(frozen=True, slots=True)
class ListView:
    """One published version of the elements of an item in a division."""

    id: UUID
    item_code: str
    division_code: str
    level: str
    number: int
    effective_on: date
    elements: Elements
    catalog_code: str
    task_code: str
    handle_code: str
    extra: Mapping[str, Any]
    upper_id: UUID | None
    published_at: datetime
    note: str

    @property
    def draft(self) -> Draft:
        return Draft(
            self.item_code,
            self.division_code,
            self.elements,
            self.effective_on,
            self.catalog_code,
            self.task_code,
            self.handle_code,
            self.extra,
        )


@dataclass(frozen=True, slots=True)
class Deviating:
    """A list that no longer agrees with the one above it, which changed after it was published."""

    lower: ListView
    upper: ListView
    differences: tuple[Difference, ...]


def template_of(item: ItemView) -> Elements:
    """The elements the catalogue gives an item: what the city publishes as its first template.

    The flow is the one cases really take here; places and fees are added where the item is handled.
    """
    return Elements(
        name=item.name,
        item_type=item.item_type if item.item_type in DIGITS_OF_TYPE else OTHER_TYPE,
        object_type=item.object_type,
        conditions=item.accept_conditions,
        flow=FLOW_ON_THE_SPOT if item.on_the_spot else FLOW,
        materials=tuple(MaterialElement(m.name, m.necessity) for m in item.materials if not m.abolished),
        legal_days=item.legal_days,
        promised_days=item.promised_days,
        result=item.titles.get(item.result_cert_code, ""),
        charged=item.charged,
        legal_basis=item.legal_basis,
    )


def places() -> Mapping[str, Place]:
    """The city, its counties and their townships, by code."""
    found = [row for row in parties.list_divisions() if row.level in DIGIT_OF_LEVEL]
    codes = {row.code for row in found}
    return {
        row.code: Place(
            row.code, row.short_name, row.level, row.parent_code if row.parent_code in codes else ""
        )
        for row in found
    }


def city() -> Place:
    """Raises NotFound before the directory of divisions is loaded."""
    for place in places().values():
        if place.level == CITY:
            return place
    raise NotFound("还没有导入行政区划")


def known() -> Known:
    return Known(
        frozenset(item.code for item in guide.list_items()),
        {code: place.level for code, place in places().items()},
        clock.today(),
    )


def list_versions(item_code: str, division_code: str) -> list[ListView]:
    """Newest first."""
    rows = models.ItemList.objects.filter(item_code=item_code, division_code=division_code)
    return [_view(row) for row in rows.order_by("-number")]


def find_in_force(item_code: str, division_code: str, on: date | None = None) -> ListView | None:
    """The version that counts in a division on a day (today): its own list only."""
    return in_force(list_versions(item_code, division_code), on or clock.today())


def find_governing(item_code: str, division_code: str, on: date | None = None) -> ListView | None:
    """The list a case in a division is handled under: its own, else the one above, up to the city's."""
    by_code = places()
    code = division_code
    while code in by_code:
        found = find_in_force(item_code, code, on)
        if found:
            return found
        code = by_code[code].upper
    return None


def find_upper(item_code: str, division_code: str, on: date | None = None) -> ListView | None:
    """The list a division's own is held against; None for the city or when nothing above is published."""
    place = places().get(division_code)
    return find_governing(item_code, place.upper, on) if place and place.upper else None


def get_list(list_id: UUID) -> ListView:
    """Raises NotFound."""
    row = models.ItemList.objects.filter(id=list_id).first()
    if row is None:
        raise NotFound()
    return _view(row)


def list_in_force(division_code: str, on: date | None = None) -> list[ListView]:
    """Every list of a division that counts on a day, by item."""
    rows = models.ItemList.objects.filter(division_code=division_code).order_by("item_code", "number")
    grouped: dict[str, list[ListView]] = {}
    for row in rows:
        grouped.setdefault(row.item_code, []).append(_view(row))
    found = (in_force(versions, on or clock.today()) for versions in grouped.values())
    return [one for one in found if one]


def list_of_item(item_code: str, on: date | None = None) -> list[ListView]:
    """The lists of an item that count on a day, in every division that has one."""
    grouped: dict[str, list[ListView]] = {}
    for row in models.ItemList.objects.filter(item_code=item_code).order_by("division_code", "number"):
        grouped.setdefault(row.division_code, []).append(_view(row))
    found = (in_force(versions, on or clock.today()) for versions in grouped.values())
    return [one for one in found if one]


def list_deviating(on: date | None = None) -> list[Deviating]:
    """Lists in force that differ from the one above as it counts on that day, beyond what they may."""
    day = on or clock.today()
    by_code = places()
    held = {code: {one.item_code: one for one in list_in_force(code, day)} for code in _publishing()}
    found = []
    for code, lists in held.items():
        for lower in lists.values():
            upper = _nearest(held, by_code, by_code[code].upper, lower.item_code) if code in by_code else None
            wrong = deviations(upper.elements, lower.elements) if upper else ()
            if upper and wrong:
                found.append(Deviating(lower, upper, wrong))
    return found


def _nearest(
    held: Mapping[str, Mapping[str, ListView]], by_code: Mapping[str, Place], code: str, item: str
) -> ListView | None:
    while code:
        found = held.get(code, {}).get(item)
        if found:
            return found
        code = by_code[code].upper
    return None


def _publishing() -> Iterable[str]:
    return models.ItemList.objects.order_by().values_list("division_code", flat=True).distinct()


def count_lists() -> dict[str, int]:
    """How many items each division has a list of."""
    counts: dict[str, set[str]] = {}
    for division, item in models.ItemList.objects.values_list("division_code", "item_code"):
        counts.setdefault(division, set()).add(item)
    return {code: len(items) for code, items in counts.items()}


def export_rows(division_code: str, on: date | None = None) -> dict[str, list[dict[str, str]]]:
    """The lists of a division that count on a day as rows of the exchange tables.

    What nobody has published yet, the city exports as its catalogue gives it.
    """
    place = places().get(division_code)
    if place is None:
        raise NotFound()
    lists = {one.item_code: one for one in list_in_force(division_code, on)}
    rows: dict[str, list[dict[str, str]]] = {}
    for item in guide.list_items():
        one = lists.get(item.code)
        if one is None and place.level != CITY:
            continue
        draft = one.draft if one else Draft(item.code, place.code, template_of(item), on or clock.today())
        made = to_rows(draft, level=place.level, number=one.number if one else 0)
        for row in made["basic"]:
            row.setdefault("dept_name", item.department_name)
        for table, more in made.items():
            rows.setdefault(table, []).extend(more)
    return rows


@dataclass(frozen=True, slots=True)
class UnitView:
    """One list of a received file and what became of it: waiting, kept or refused."""

    line: int
    key: str
    state: str
    problems: tuple[RowProblem, ...]
    list_id: UUID | None

    @property
    def item_code(self) -> str:
        return self.key.partition("-")[0]


@dataclass(frozen=True, slots=True)
class FileView:
    """A received file. ``done`` when no list of it waits any more."""

    id: UUID
    name: str
    received_at: datetime
    waiting: int
    kept: int
    refused: int

    @property
    def done(self) -> bool:
        return not self.waiting

    @property
    def total(self) -> int:
        return self.waiting + self.kept + self.refused


def list_files() -> list[FileView]:
    """Received files, newest first."""
    states: dict[UUID, dict[str, int]] = {}
    for file_id, state in models.ListUnit.objects.values_list("file_id", "state"):
        counts = states.setdefault(file_id, {})
        counts[state] = counts.get(state, 0) + 1
    return [_file(row, states.get(row.id, {})) for row in models.ListFile.objects.order_by("-received_at")]


def get_file(file_id: UUID) -> FileView:
    """Raises NotFound."""
    for one in list_files():
        if one.id == file_id:
            return one
    raise NotFound()


def list_units(file_id: UUID) -> list[UnitView]:
    rows = models.ListUnit.objects.filter(file_id=file_id).order_by("seq")
    return [
        UnitView(row.line, row.key, row.state, tuple(RowProblem(**one) for one in row.problems), row.list_id)
        for row in rows
    ]


def _file(row: models.ListFile, counts: Mapping[str, int]) -> FileView:
    parts = (counts.get(state, 0) for state in ("waiting", "kept", "refused"))
    return FileView(row.id, row.name, row.received_at, *parts)


def _view(row: models.ItemList) -> ListView:
    names = [name for name in ListView.__dataclass_fields__ if name != "elements"]
    return ListView(elements=from_json(row.elements), **{name: getattr(row, name) for name in names})
