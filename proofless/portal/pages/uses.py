"""What is published about proofs: the list of materials the city obtains itself, and the proofs nobody needs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from proofless.access.edge import public
from proofless.items.queries import cleanup, uses
from proofless.items.queries.tables import use_list_workbook
from proofless.items.rules.sources import SourceKind
from proofless.items.rules.uses import UseEntry
from proofless.kit.errors import NotFound
from proofless.kit.paging import page_number, page_of
from proofless.web.filters import doubtful, source_words
from proofless.web.pager import pager_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@public
def use_list(request: HttpRequest) -> HttpResponse:
    """用证事项清单 in force, item by item, with search."""
    words = request.GET.get("q", "").strip()[:60]
    edition = uses.find_latest()
    levels, level = uses.levels_of(), request.GET.get("level", "")
    level = level if level in uses.LEVELS.values() else ""
    grouped: dict[str, list[UseEntry]] = {}
    for one in edition.entries if edition else ():
        here = not level or level in levels.get(one.item_code, ())
        if here and words in f"{one.item_name}{one.material_name}{one.source_name}":
            grouped.setdefault(one.item_code, []).append(one)
    rows = list(grouped.values())
    page = page_of(rows, page_number(request.GET.get("page")))
    context = {
        "edition": edition,
        "rows": page.rows,
        "total": page.total,
        "pager": pager_of(page, request),
        "words": words,
        "hidden": {"level": level} if level else {},
        "levels": [
            (name or "各级", _of_level(words, name), name == level) for name in ("", *uses.LEVELS.values())
        ],
        "handled": levels,
        "here": reverse("portal:uses"),
        "ways": {kind.value: kind.label for kind in SourceKind},
    }
    return render(request, "portal/uses.html", context)


def _of_level(words: str, level: str) -> str:
    kept = {key: text for key, text in (("q", words), ("level", level)) if text}
    return reverse("portal:uses", query=kept)


@public
def workbook(request: HttpRequest) -> HttpResponse:
    """The list in force as Excel."""
    edition = uses.find_latest()
    if edition is None:
        raise NotFound("还没有发布用证事项清单")
    response = HttpResponse(use_list_workbook(edition), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="use-list-{edition.number}.xlsx"'
    return response


@public
def unneeded(request: HttpRequest) -> HttpResponse:
    """不再需要的证明: what it was asked for, what stands in its place, where to say that it was asked for again."""
    words = request.GET.get("q", "").strip()[:60]
    found = cleanup.search_unneeded(words, page=page_number(request.GET.get("page")))
    context = {
        "rows": found.rows,
        "total": found.total,
        "pager": pager_of(found, request),
        "words": words,
        "here": reverse("portal:unneeded"),
        "doubtful": doubtful,
        "source_words": source_words,
    }
    return render(request, "portal/unneeded.html", context)
