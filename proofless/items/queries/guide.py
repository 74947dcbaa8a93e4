"""Reads of items: one item, search, themes, life stages. Answered from memory at the loaded version."""

from collections.abc import Mapping
from dataclasses import dataclass

from proofless.items.assembly import assemble_edition, assembled
from proofless.items.errors import ItemUnknown
from proofless.items.rules.views import (
    FactView,
    ItemHit,
    ItemView,
    ProofView,
    RoleView,
    ThemeView,
)
from proofless.kit.paging import Page, page_of

EVERYBODY = "both"
LIFE = ("出生", "入学", "就业", "婚育", "住房", "生活", "就医", "救助", "退休", "养老", "身后")
TRADE = ("开办", "准营", "工程建设", "置业", "经营", "变更", "退出", "注销")
STAGE_ORDER = {name: place for place, name in enumerate(LIFE + TRADE)}


@dataclass(frozen=True, slots=True)
class LifeStage:
    """人生阶段或经营阶段 with the number of items its themes lead to."""

    name: str
    subject_type: str
    themes: int
    items: int


@dataclass(frozen=True, slots=True)
class DomainView:
    name: str
    items: int


def item_version() -> int:
    """The number of the loaded catalogue of items; 0 before the first load."""
    return assembled.get().version


def get_item(code: str, *, version: int | None = None) -> ItemView:
    """The item as loaded, or as it counted at an older ``version`` (an application keeps the one it began
    under). Raises ItemUnknown.
    """
    old = version is not None and version < item_version()
    item = assemble_edition(code, version or 0) if old else find_item(code)
    if item is None:
        raise ItemUnknown(item=code)
    return item


def find_item(code: str) -> ItemView | None:
    return assembled.get().items.get(code)


def list_items() -> tuple[ItemView, ...]:
    """Every item, by code."""
    return tuple(assembled.get().items.values())


def search_items(
    words: str = "",
    *,
    life_stage: str = "",
    theme: str = "",
    domain: str = "",
    subject_type: str = "",
    page: int = 1,
) -> Page[ItemHit]:
    """Items that answer the words (Chinese, pinyin or initials), within a life stage, theme or domain; best
    first.

    Without words the whole selection, themes in their own order. ``subject_type`` is person or enterprise.
    """
    hits = _select(life_stage, theme, domain, subject_type)
    if words.strip():
        scores = assembled.get().index.find(words.strip())
        hits = sorted(
            (hit for hit in hits if hit.code in scores), key=lambda hit: (-scores[hit.code], hit.code)
        )
    return page_of(hits, page)


def _select(life_stage: str, theme: str, domain: str, subject_type: str) -> list[ItemHit]:
    held = assembled.get()
    codes = list(held.hits)
    if life_stage or theme:
        chosen = [t for t in held.themes if theme in {"", t.code} and life_stage in {"", t.life_stage}]
        codes = list(dict.fromkeys(code for t in chosen for code in t.item_codes))
    hits = [held.hits[code] for code in codes]
    return [
        hit
        for hit in hits
        if domain in {"", hit.domain} and (not subject_type or hit.object_type in {subject_type, EVERYBODY})
    ]


def list_themes(*, subject_type: str = "", life_stage: str = "") -> tuple[ThemeView, ...]:
    return tuple(
        theme
        for theme in assembled.get().themes
        if subject_type in {"", theme.subject_type} and life_stage in {"", theme.life_stage}
    )


def get_theme(code: str) -> ThemeView:
    """Raises ItemUnknown."""
    for theme in assembled.get().themes:
        if theme.code == code:
            return theme
    raise ItemUnknown("没有这个主题", theme=code)


def list_life_stages(*, subject_type: str = "") -> tuple[LifeStage, ...]:
    """Stages as a life runs, and as an enterprise's does; one the order does not name comes last, as published."""
    stages: dict[tuple[str, str], list[ThemeView]] = {}
    for theme in list_themes(subject_type=subject_type):
        stages.setdefault((theme.life_stage, theme.subject_type), []).append(theme)
    found = [
        LifeStage(name, subject, len(themes), len({code for theme in themes for code in theme.item_codes}))
        for (name, subject), themes in stages.items()
    ]
    return tuple(sorted(found, key=lambda stage: STAGE_ORDER.get(stage.name, len(STAGE_ORDER))))


def list_domains() -> tuple[DomainView, ...]:
    """Domains with the number of their items, largest first."""
    counts: dict[str, int] = {}
    for item in list_items():
        counts[item.domain] = counts.get(item.domain, 0) + 1
    return tuple(DomainView(name, count) for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))


def list_facts() -> Mapping[str, FactView]:
    """Facts rules may use, by name."""
    return assembled.get().facts


def list_roles() -> tuple[RoleView, ...]:
    return assembled.get().roles


def list_proofs() -> tuple[ProofView, ...]:
    """Proofs that were cleaned up, with what stands in their place."""
    return assembled.get().proofs
