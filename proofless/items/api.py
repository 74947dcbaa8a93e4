"""``/api/v1/items``: the public guide of items."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router

from proofless.items import queries
from proofless.items.queries import ItemHit, ItemView, cleanup, uses

router = Router(tags=["items 事项"])


@router.get("", auth=None)
def search_items(
    request: HttpRequest, words: str = "", life_stage: str = "", theme: str = "", page: int = 1
) -> dict[str, Any]:
    """按关键词、人生阶段或主题查找事项."""
    found = queries.search_items(words[:100], life_stage=life_stage, theme=theme, page=max(page, 1))
    return {
        "rows": [_hit(hit) for hit in found.rows],
        "number": found.number,
        "pages": found.pages,
        "total": found.total,
    }


@router.get("/themes", auth=None)
def list_themes(request: HttpRequest) -> list[dict[str, Any]]:
    """一件事主题清单,``batch_confidence`` 标明清单依据的确定程度."""
    return [
        {
            "code": t.code,
            "name": t.name,
            "subject_type": t.subject_type,
            "life_stage": t.life_stage,
            "batch_confidence": t.batch_confidence,
            "items": list(t.item_codes),
            "source": t.source,
        }
        for t in queries.list_themes()
    ]


@router.get("/uses", auth=None)
def get_use_list(request: HttpRequest, edition: int = 0) -> dict[str, Any]:
    """用证事项清单:现行版,或指定版次(edition)."""
    number = edition or next((line.number for line in uses.list_editions()), 0)
    found, levels = uses.get_edition(number), uses.levels_of()
    return {
        "edition": found.number,
        "published_on": found.published_on,
        "note": found.note,
        "editions": [line.number for line in uses.list_editions()],
        "entries": [{**asdict(one), "levels": list(levels.get(one.item_code, ()))} for one in found.entries],
        "ended": [{**asdict(one.entry), "law": one.law} for one in found.endings],
    }


@router.get("/uses/changes", auth=None)
def compare_use_lists(request: HttpRequest, since: int, edition: int) -> list[dict[str, Any]]:
    """两版用证事项清单的差别:新增、减少、变更."""
    return [
        {
            "change": change.label,
            "before": asdict(change.before) if change.before else None,
            "after": asdict(change.after) if change.after else None,
        }
        for change in uses.compare_editions(since, edition)
    ]


@router.get("/unneeded-proofs", auth=None)
def search_unneeded(request: HttpRequest, words: str = "", page: int = 1) -> dict[str, Any]:
    """不再需要的证明,以及由什么代替."""
    found = cleanup.search_unneeded(words[:64], page=max(page, 1))
    return {
        "rows": [asdict(one) for one in found.rows],
        "number": found.number,
        "pages": found.pages,
        "total": found.total,
    }


@router.get("/{item_code}", auth=None)
def get_item(request: HttpRequest, item_code: str) -> dict[str, Any]:
    """办事指南:材料如何取得、字段从哪里来."""
    return _guide(queries.get_item(item_code))


def _hit(hit: ItemHit) -> dict[str, Any]:
    return {
        "code": hit.code,
        "name": hit.name,
        "domain": hit.domain,
        "object_type": hit.object_type,
        "department": hit.department_name,
        "promised_days": hit.promised_days,
    }


def _guide(item: ItemView) -> dict[str, Any]:
    return {
        "code": item.code,
        "version": item.version,
        "name": item.name,
        "type": item.item_type,
        "department": item.department_name,
        "legal_days": item.legal_days,
        "promised_days": item.promised_days,
        "rules": [{"code": r.code, "text": r.text, "basis": r.basis, "computed": r.hard} for r in item.rules],
        "materials": [
            {
                "code": m.code,
                "name": m.name,
                "necessity": m.necessity,
                "sources": [source.value for source in m.sources],
                "question": m.situation.question if m.situation else "",
                "source": m.source,
            }
            for m in item.materials
        ],
        "fields": [
            {
                "name": f.name,
                "label": f.label,
                "type": f.data_type,
                "origin": f.origin,
                "reference": f.reference,
            }
            for f in item.fields
        ],
        "source": item.source,
    }
