"""``/api/v1/supervision``: figures and the cases behind them."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from proofless.access.edge import Guard, actor
from proofless.kit.permissions import Permission
from proofless.supervision import queries
from proofless.supervision.queries import Scope
from proofless.supervision.rules import Counts

router = Router(tags=["supervision 监督"])


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "cases": counts.cases,
        "material_share_rate": counts.material_share_rate,
        "submission_free_rate": counts.submission_free_rate,
        "field_share_rate": counts.field_share_rate,
        "field_filled_rate": counts.field_filled_rate,
        "materials_required": counts.materials_required,
        "fields_total": counts.fields_total,
    }


@router.get("/rates", auth=Guard(Permission.SUPERVISE))
def rates(request: HttpRequest, department: str = "", division: str = "", item: str = "") -> dict[str, Any]:
    """证明材料共享率与表单字段共享率,按部门、县区、事项展开."""
    who, scope = actor(request), Scope(department, division, item)
    return {
        "total": _counts(queries.total(who, scope)),
        "by_department": {g.code: _counts(g.counts) for g in queries.by_group(who, "department", scope)},
        "by_division": {g.code: _counts(g.counts) for g in queries.by_group(who, "division", scope)},
    }


@router.get("/cases", auth=Guard(Permission.SUPERVISE))
def cases(
    request: HttpRequest, department: str = "", division: str = "", item: str = "", page: int = 1
) -> dict[str, Any]:
    """一个数字背后的办件,不含个人信息."""
    found = queries.list_cases(actor(request), Scope(department, division, item), page=max(page, 1))
    rows = [
        {
            "application_id": str(line.application_id),
            "position": line.position,
            "item": line.item_code,
            "department": line.department_code,
            "division": line.division_code,
            **_counts(line.counts),
        }
        for line in found.rows
    ]
    return {"rows": rows, "number": found.number, "pages": found.pages, "total": found.total}
