"""The standard libraries: materials and fields, what is probably one, and the merge."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.desk.pages.outcome import told
from proofless.desk.rules import KINDS
from proofless.items import queries as items
from proofless.items import services
from proofless.items.queries import library as queries
from proofless.kit.errors import NotFound
from proofless.kit.paging import page_number, page_of
from proofless.kit.permissions import Permission
from proofless.web.pager import pager_of


@guarded(Permission.CATALOG_READ)
def home(request: HttpRequest) -> HttpResponse:
    return redirect("desk:library", library=queries.MATERIAL)


@guarded(Permission.CATALOG_READ)
def library(request: HttpRequest, library: str) -> HttpResponse:
    """Standard materials or fields, the most used first."""
    words = request.GET.get("q", "").strip()[:64]
    found = queries.list_materials(words) if library == queries.MATERIAL else queries.list_fields(words)
    page = page_of(found, page_number(request.GET.get("page")))
    context = {
        "library": _known(library),
        "label": queries.LABELS[library],
        "rows": page.rows,
        "pager": pager_of(page, request),
        "words": words,
        "here": reverse("desk:library", args=[library]),
        "proposals": len(queries.list_proposals(library)),
        "decided": queries.count_decisions(library),
        "tabs": _tabs(library),
    }
    return render(request, "desk/library.html", context)


@guarded(Permission.CATALOG_READ)
def entry(request: HttpRequest, library: str) -> HttpResponse:
    """One standard material or field with every item that uses it; ``key`` in the query, it may hold a slash."""
    key = request.GET.get("key", "")[:128]
    names = {item.code: item.name for item in items.list_items()}
    field = queries.get_field(key) if _known(library) == queries.FIELD else None
    found = field.entry if field else queries.get_material(key)
    uses = [(names[use.owner], use) for use in found.uses if use.owner in names]
    titles = {code: title for item in items.list_items() for code, title in item.titles.items()}
    context = {
        "library": library,
        "label": queries.LABELS[library],
        "entry": found,
        "field": field,
        "uses": uses,
        "titles": titles,
        "certificates": "、".join(titles.get(code, code) for code in sorted(found.certificates)),
        "datasets": "、".join(titles.get(code, code) for code in sorted(found.datasets)),
        "field_kinds": "、".join(KINDS.get(kind, kind) for kind in field.data_types) if field else "",
    }
    return render(request, "desk/library_entry.html", context)


@guarded(Permission.CATALOG_READ)
def proposals(request: HttpRequest, library: str) -> HttpResponse:
    """Pairs that are probably one, the surest first, each with the two decisions."""
    words = request.GET.get("q", "").strip()[:64]
    every = queries.list_proposals(_known(library))
    found = [one for one in every if words in f"{one.into.name} {one.other.name}"]
    page = page_of(found, page_number(request.GET.get("page")))
    names = {item.code: item.name for item in items.list_items()}
    shown = [(one, _users(one.into.owners, names), _users(one.other.owners, names)) for one in page.rows]
    context = {
        "library": library,
        "label": queries.LABELS[library],
        "rows": shown,
        "total": len(found),
        "pager": pager_of(page, request),
        "words": words,
        "here": reverse("desk:library_proposals", args=[library]),
        "may": actor(request).may(Permission.ITEMS_PUBLISH),
    }
    return render(request, "desk/library_proposals.html", context)


def _users(owners: frozenset[str], names: dict[str, str]) -> list[str]:
    return sorted(names[code] for code in owners if code in names)[:4]


@guarded(Permission.ITEMS_PUBLISH)
@require_POST
def decide(request: HttpRequest, library: str) -> HttpResponse:
    """Two names are one, or are not."""
    who, given = actor(request), request.POST
    pair = {
        "library": _known(library),
        "from_key": given.get("from", "")[:128],
        "into_key": given.get("into", "")[:128],
        "reason": given.get("reason", ""),
    }

    def act() -> str:
        if given.get("verdict") == "merged":
            services.merge_names(actor=who, **pair)
            return f"已归并：“{pair['from_key']}”今后称为“{pair['into_key']}”"
        services.keep_apart(actor=who, **pair)
        return (
            "已确认为不同的材料，不再提示" if library == queries.MATERIAL else "已确认为不同的字段，不再提示"
        )

    back = reverse("desk:library_proposals", args=[library])
    return told(request, act, back, lambda: proposals(request, library))


def _known(library: str) -> str:
    if library not in queries.LABELS:
        raise NotFound()
    return library


def _tabs(library: str) -> list[tuple[str, str, bool]]:
    return [
        (label, reverse("desk:library", args=[key]), key == library) for key, label in queries.LABELS.items()
    ]
