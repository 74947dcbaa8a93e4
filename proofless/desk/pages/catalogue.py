"""The reference catalogue as loaded: items, certificate types, datasets, themes, with where each row comes from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from proofless.access.edge import guarded
from proofless.certificates import queries as certificates
from proofless.data import queries as data
from proofless.desk.rules import CONFIDENCE, KINDS, SENSITIVITIES
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit.paging import page_number, page_of
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.standards import queries as standards
from proofless.web.pager import pager_of

FIELD_WORDS = {"kinds": KINDS, "sensitivities": SENSITIVITIES}


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:64]


@guarded(Permission.CATALOG_READ)
def items_page(request: HttpRequest) -> HttpResponse:
    found = items.search_items(_words(request), page=page_number(request.GET.get("page")))
    return render(
        request,
        "desk/items.html",
        {
            "hits": found.rows,
            "pager": pager_of(found, request),
            "words": _words(request),
            "here": reverse("desk:items"),
        },
    )


@guarded(Permission.CATALOG_READ)
def item_page(request: HttpRequest, code: str) -> HttpResponse:
    item = items.get_item(code)
    context = {"item": item, "roles": item.role_names, "kinds": KINDS, "origins": _origins(item)}
    return render(request, "desk/item.html", context)


def _origins(item: ItemView) -> dict[str, str]:
    """The item's field references in words."""
    fields = standards.fields_by_ref()
    found = {}
    for one in item.fields:
        owner = one.reference.split(".", 1)[0]
        title = "申请人账户" if owner == "account" else item.titles.get(owner, owner)
        found[one.reference] = (
            f"{title} · {fields[one.reference].name_cn}" if one.reference in fields else title
        )
    return found


@guarded(Permission.CATALOG_READ)
def types_page(request: HttpRequest) -> HttpResponse:
    found = certificates.list_types(text=_words(request), page=page_number(request.GET.get("page")))
    departments = {code: view.short_name for code, view in parties.list_departments().items()}
    return render(
        request,
        "desk/types.html",
        {
            "types": found.rows,
            "departments": departments,
            "pager": pager_of(found, request),
            "words": _words(request),
            "here": reverse("desk:types"),
        },
    )


@guarded(Permission.CATALOG_READ)
def type_page(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "desk/type.html", {"type": certificates.get_type(code), **FIELD_WORDS})


@guarded(Permission.CATALOG_READ)
def datasets_page(request: HttpRequest) -> HttpResponse:
    words = _words(request)
    departments = {code: view.short_name for code, view in parties.list_departments().items()}
    found = [
        d for d in data.list_datasets() if words in f"{d.name}{d.code}{departments.get(d.provider_code, '')}"
    ]
    counts = data.count_rows()
    page = page_of(found, page_number(request.GET.get("page")))
    context = {
        "rows": [
            (d, departments.get(d.provider_code, d.provider_code), counts.get(d.code, 0)) for d in page.rows
        ],
        "total": page.total,
        "pager": pager_of(page, request),
        "words": words,
        "here": reverse("desk:datasets"),
    }
    return render(request, "desk/datasets.html", context)


@guarded(Permission.CATALOG_READ)
def dataset_page(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "desk/dataset.html", {"dataset": data.get_dataset(code), **FIELD_WORDS})


@guarded(Permission.CATALOG_READ)
def themes_page(request: HttpRequest) -> HttpResponse:
    names = {item.code: item.name for item in items.list_items()}
    rows = [
        (
            t,
            [(code, names[code]) for code in t.item_codes],
            CONFIDENCE.get(t.batch_confidence, t.batch_confidence),
        )
        for t in items.list_themes()
    ]
    return render(request, "desk/themes.html", {"rows": rows})
