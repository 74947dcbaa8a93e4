"""用证事项清单: editions, whether one is due, what the next would change, publishing it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.desk.pages.outcome import told
from proofless.items import services
from proofless.items.queries import uses as queries
from proofless.items.queries.tables import use_list_workbook
from proofless.items.rules.sources import SourceKind
from proofless.items.rules.uses import Pace
from proofless.kit.errors import NotFound
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {Pace.NEVER: "warn", Pace.IN_TIME: "ok", Pace.SOON: "warn", Pace.OVERDUE: "bad"}
CHANGES_SHOWN = 200


@guarded(Permission.CATALOG_READ)
def editions(request: HttpRequest) -> HttpResponse:
    pace, changes = queries.pace(), queries.pending_changes()
    context = {
        "pace": pace,
        "tone": TONES[pace.pace],
        "editions": queries.list_editions(),
        "changes": changes[:CHANGES_SHOWN],
        "total": len(changes),
        "drops": queries.pending_drops(),
        "ways": {kind.value: kind.label for kind in SourceKind},
        "may": actor(request).may(Permission.ITEMS_PUBLISH),
    }
    return render(request, "desk/uses.html", context)


@guarded(Permission.CATALOG_READ)
def changes(request: HttpRequest, number: int) -> HttpResponse:
    """What an edition changed from an earlier one (``since``; the one before it)."""
    edition = queries.get_edition(number)
    since = page_number(request.GET.get("since")) if request.GET.get("since") else number - 1
    if not 1 <= since < number:
        raise NotFound("没有更早的版本可以比较")
    context = {
        "edition": edition,
        "since": since,
        "changes": queries.compare_editions(since, number),
        "earlier": range(1, number),
        "ways": {kind.value: kind.label for kind in SourceKind},
    }
    return render(request, "desk/use_changes.html", context)


@guarded(Permission.ITEMS_PUBLISH)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    who, given = actor(request), request.POST
    endings = {code: given.get(f"law-{code}", "")[:200] for code in given.getlist("drop")}

    def act() -> str:
        number = services.publish_uses(actor=who, note=given.get("note", ""), endings=endings)
        return f"已发布第{number}版用证事项清单"

    return told(request, act, reverse("desk:uses"), lambda: editions(request))


@guarded(Permission.CATALOG_READ)
def export(request: HttpRequest, number: int) -> HttpResponse:
    response = HttpResponse(use_list_workbook(queries.get_edition(number)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="use-list-{number}.xlsx"'
    return response
