"""Reads of 用证事项清单: every edition, what changed, what would be listed now, and whether one is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from proofless.items import models
from proofless.items.queries import guide
from proofless.items.queries.coverage import OFFICIAL
from proofless.items.rules.sources import SourceKind
from proofless.items.rules.uses import Change, Standing, UseEntry, compare, standing, unlawfully_dropped
from proofless.items.rules.views import ItemView, MaterialView
from proofless.kit import clock
from proofless.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class Ending:
    """An entry dropped in an edition and the law that ended it."""

    entry: UseEntry
    law: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One published version of the list."""

    id: UUID
    number: int
    published_on: date
    published_at: datetime
    note: str
    entries: tuple[UseEntry, ...]
    endings: tuple[Ending, ...]

    @property
    def items(self) -> int:
        return len({one.item_code for one in self.entries})

    @property
    def sources(self) -> int:
        return len({one.source_code for one in self.entries if one.source_code})


@dataclass(frozen=True, slots=True)
class EditionLine:
    number: int
    published_on: date
    note: str
    entries: int


def current_entries() -> tuple[UseEntry, ...]:
    """What the catalogue as loaded would list: every material that an official source takes the place of."""
    return tuple(
        _entry(item, material)
        for item in guide.list_items()
        for material in item.materials
        if material.sources[0] in OFFICIAL
    )


LEVELS = {"市": "市级", "县": "县级", "乡": "镇街"}


def levels_of() -> Mapping[str, tuple[str, ...]]:
    """Where each item is handled, by code: 市级, 县级, 镇街. The list holds for all of them alike."""
    return {
        item.code: tuple(LEVELS.get(level, level) for level in item.levels) for item in guide.list_items()
    }


def _entry(item: ItemView, material: MaterialView) -> UseEntry:
    data = material.sources[0] is SourceKind.DATA
    code = (
        (material.dataset_code if data else material.cert_code) or material.cert_code or material.dataset_code
    )
    return UseEntry(
        item.code,
        material.code,
        item.name,
        material.name,
        item.department_code,
        material.sources[0].value,
        code,
        item.titles.get(code, "") or material.issuer,
    )


def list_editions() -> list[EditionLine]:
    """Newest first."""
    counts: dict[UUID, int] = {}
    for list_id in models.UseEntry.objects.values_list("list_id", flat=True):
        counts[list_id] = counts.get(list_id, 0) + 1
    rows = models.UseList.objects.order_by("-number")
    return [EditionLine(row.number, row.published_on, row.note, counts.get(row.id, 0)) for row in rows]


def find_latest() -> Edition | None:
    row = models.UseList.objects.order_by("-number").first()
    return _edition(row) if row else None


def get_edition(number: int) -> Edition:
    """Raises NotFound."""
    row = models.UseList.objects.filter(number=number).first()
    if row is None:
        raise NotFound("没有这一版用证事项清单")
    return _edition(row)


def compare_editions(before: int, after: int) -> tuple[Change, ...]:
    """Raises NotFound."""
    return compare(get_edition(before).entries, get_edition(after).entries)


def pending_changes() -> tuple[Change, ...]:
    """What the next edition would change."""
    latest = find_latest()
    return compare(latest.entries if latest else (), current_entries())


def pending_drops() -> tuple[UseEntry, ...]:
    """Entries the next edition would drop, each of which needs the law that ended it."""
    latest = find_latest()
    return unlawfully_dropped(latest.entries if latest else (), current_entries(), {})


def pace() -> Standing:
    """Whether the list is published at least twice a year."""
    return standing(models.UseList.objects.values_list("published_on", flat=True), clock.today())


def spared_materials() -> Mapping[str, int]:
    """Material code → the edition of the list it stands in, for guides."""
    latest = find_latest()
    return {one.material_code: latest.number for one in latest.entries} if latest else {}


def _edition(row: models.UseList) -> Edition:
    found = models.UseEntry.objects.filter(list_id=row.id).order_by("item_code", "material_code")
    names = UseEntry.__dataclass_fields__
    entries = tuple(UseEntry(**{name: getattr(one, name) for name in names}) for one in found)
    endings = tuple(Ending(UseEntry(**one["entry"]), one["law"]) for one in row.endings)
    return Edition(row.id, row.number, row.published_on, row.published_at, row.note, entries, endings)
