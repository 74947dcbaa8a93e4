"""Lists of city, counties and townships: what counts where, publishing, and whole files of them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from proofless.access.edge import actor, guarded
from proofless.desk.forms import ListForm
from proofless.desk.pages.outcome import told
from proofless.items import queries as items
from proofless.items import services, sheets
from proofless.items.errors import ListDeviates
from proofless.items.queries import lists
from proofless.items.queries.lists import ListView, Place
from proofless.items.rules.columns import TABLES
from proofless.items.rules.elements import Difference, Elements, differences
from proofless.items.rules.exchange import Draft
from proofless.kit import clock, env
from proofless.kit.errors import NotFound, Refusal
from proofless.kit.paging import page_number, page_of
from proofless.kit.permissions import Permission
from proofless.web.pager import pager_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LEVELS = {"city": "市级", "county": "县级", "township": "乡镇级"}


@guarded(Permission.CATALOG_READ)
def overview(request: HttpRequest) -> HttpResponse:
    """Every division with how many lists it has, what deviates, and the files received."""
    places, counts = lists.places(), lists.count_lists()
    deviating = lists.list_deviating()
    shown = [place for place in places.values() if place.level != "township" or counts.get(place.code)]
    return render(
        request,
        "desk/lists.html",
        {
            "rows": [(place, LEVELS[place.level], counts.get(place.code, 0)) for place in shown],
            "deviating": [(one, places[one.lower.division_code]) for one in deviating],
            "files": lists.list_files()[:10],
            "items": len(items.list_items()),
            "may": actor(request).may(Permission.ITEMS_PUBLISH),
        },
    )


@guarded(Permission.CATALOG_READ)
def place_page(request: HttpRequest, division: str) -> HttpResponse:
    """The items of a division with the list each is handled under."""
    place = _place(division)
    words, show = request.GET.get("q", "").strip()[:64], request.GET.get("show", "")
    own = {one.item_code: one for one in lists.list_in_force(division)}
    above = _inherited(place)
    every = [
        (item, own.get(item.code), above.get(item.code))
        for item in items.list_items()
        if words in f"{item.name} {item.department_name}"
    ]
    rows = [row for row in every if show != "own" or row[1]]
    here = reverse("desk:list_place", args=[division])
    page = page_of(rows, page_number(request.GET.get("page")))
    context = {
        "place": place,
        "level": LEVELS[place.level],
        "rows": page.rows,
        "pager": pager_of(page, request),
        "words": words,
        "here": here,
        "hidden": {"show": show} if show else {},
        "tabs": [
            ("全部事项", f"{here}?{urlencode({'q': words})}", show != "own", len(every)),
            (
                "本级发布的",
                f"{here}?{urlencode({'q': words, 'show': 'own'})}",
                show == "own",
                sum(1 for row in every if row[1]),
            ),
        ],
    }
    return render(request, "desk/list_place.html", context)


def _inherited(place: Place) -> dict[str, ListView]:
    """The lists of the nearest division above that has one, by item."""
    places = lists.places()
    found: dict[str, ListView] = {}
    upper = places.get(place.upper)
    while upper:
        found = {one.item_code: one for one in lists.list_in_force(upper.code)} | found
        upper = places.get(upper.upper)
    return found


@guarded(Permission.CATALOG_READ)
def list_page(request: HttpRequest, division: str, item: str) -> HttpResponse:
    """One item in one division: elements, versions, differences from above; the form of the next version."""
    return _list_page(request, division, item, None, ())


def _list_page(
    request: HttpRequest, division: str, item: str, form: ListForm | None, refused: tuple[Difference, ...]
) -> HttpResponse:
    place, view = _place(division), items.get_item(item)
    versions = lists.list_versions(item, division)
    upper = lists.find_upper(item, division)
    held = lists.find_in_force(item, division) or (versions[0] if versions else None)
    elements = _base(held, upper, item)
    context = {
        "place": place,
        "level": LEVELS[place.level],
        "item": view,
        "held": held,
        "upper": upper,
        "versions": _history(versions),
        "elements": elements,
        "rows": _rows(elements),
        "differences": differences(upper.elements, held.elements) if upper and held else (),
        "refused": refused,
        "form": form or ListForm(initial=ListForm.of(elements)),
        "may": actor(request).may(Permission.ITEMS_PUBLISH),
    }
    return render(request, "desk/list_item.html", context, status=422 if form else 200)


def _history(versions: list[ListView]) -> list[tuple[ListView, tuple[Difference, ...]]]:
    """Each version with what it changed from the one before."""
    before: list[ListView | None] = [*versions[1:], None]
    return [
        (one, differences(old.elements, one.elements) if old else ())
        for one, old in zip(versions, before, strict=False)
    ]


def _base(held: ListView | None, upper: ListView | None, item: str) -> Elements:
    found = held or upper
    return found.elements if found else lists.template_of(items.get_item(item))


def _rows(elements: Elements) -> list[tuple[str, list[str]]]:
    """The elements in words, for reading."""
    e = elements
    materials = [f"{m.name}（{m.necessity}{'；' + m.basis if m.basis else ''}）" for m in e.materials]
    return [
        ("受理条件", list(e.conditions)),
        ("办理流程", [" → ".join(e.flow)]),
        ("申请材料", materials),
        ("收费", [f"{fee.name} {fee.standard}" for fee in e.fees] or ["收费" if e.charged else "不收费"]),
        ("办理结果", [e.result] if e.result else []),
        ("设定依据", [e.legal_basis]),
    ]


@guarded(Permission.ITEMS_PUBLISH)
@require_POST
def publish(request: HttpRequest, division: str, item: str) -> HttpResponse:
    """Publish the next version; what may not differ is shown line by line and nothing is published."""
    form = ListForm(request.POST)
    if not form.is_valid():
        return _list_page(request, division, item, form, ())
    held, upper = lists.find_in_force(item, division), lists.find_upper(item, division)
    elements = form.elements(_base(held, upper, item))
    draft = Draft(item, division, elements, form.cleaned_data["effective_on"])
    if held:
        draft = replace(held.draft, elements=elements, effective_on=draft.effective_on)
    try:
        done = services.publish_list(actor=actor(request), draft=draft, note=form.cleaned_data["note"])
    except ListDeviates as refusal:
        form.add_error(None, refusal.message)
        return _list_page(request, division, item, form, _refused(refusal))
    except Refusal as refusal:
        form.add_error(None, f"{refusal.message}。{refusal.next_step}")
        return _list_page(request, division, item, form, ())
    text = f"已发布第{done.number}版" if done.fresh else "与现行版本相同，没有发布新版"
    messages.success(request, text, fail_silently=True)
    return redirect("desk:list_item", division=division, item=item)


def _refused(refusal: ListDeviates) -> tuple[Difference, ...]:
    found: Any = refusal.detail["deviations"]
    return tuple(Difference(one["element"], one["before"], one["after"]) for one in found)


@guarded(Permission.ITEMS_PUBLISH)
@require_POST
def publish_templates(request: HttpRequest) -> HttpResponse:
    who = actor(request)
    return told(
        request,
        lambda: f"已发布{services.publish_templates(actor=who)}个事项的市级清单",
        reverse("desk:lists"),
        lambda: overview(request),
    )


@guarded(Permission.CATALOG_READ)
def export(request: HttpRequest, division: str, kind: str) -> HttpResponse:
    """The lists of a division in the shape of the national exchange tables, as a workbook or JSON."""
    rows = lists.export_rows(_place(division).code)
    if kind == "json":
        content, content_type = msgspec.json.encode(rows), "application/json"
    else:
        mark = "演示·无效" if env.home().demo else ""
        content, content_type = sheets.write(rows, mark=mark), XLSX
    response = HttpResponse(content, content_type=content_type)
    name = f"lists-{division}-{clock.today():%Y%m%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@guarded(Permission.ITEMS_PUBLISH)
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a file and publish what is good in it."""
    who, given = actor(request), request.FILES.get("file")
    if not isinstance(given, UploadedFile):
        text = "请先选择清单文件"
        return render(request, "desk/list_file.html", {"file": None, "complaint": text}, status=422)
    content = given.read(sheets.MAX_BYTES + 1)
    try:
        file_id = services.receive_file(actor=who, name=given.name or "清单文件", content=content)
    except Refusal as refusal:
        text = f"{refusal.message}。{refusal.next_step}"
        return render(request, "desk/list_file.html", {"file": None, "complaint": text}, status=422)
    services.publish_received(actor=who, file_id=file_id)
    return redirect("desk:list_file", file_id=file_id)


@guarded(Permission.ITEMS_PUBLISH)
def file_page(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """What became of every list of a file; posted to, it goes on where it stopped."""
    if request.method == "POST":
        services.publish_received(actor=actor(request), file_id=file_id)
        return redirect("desk:list_file", file_id=file_id)
    titles = {table: title for table, (title, _) in TABLES.items()}
    units = lists.list_units(file_id)
    context = {
        "file": lists.get_file(file_id),
        "refused": [unit for unit in units if unit.state == "refused"],
        "kept": [unit for unit in units if unit.state == "kept"],
        "titles": titles,
        "labels": {column.name: column.label for _, columns in TABLES.values() for column in columns},
        "names": {item.code: item.name for item in items.list_items()},
        "complaint": "",
    }
    return render(request, "desk/list_file.html", context)


def _place(division: str) -> Place:
    place = lists.places().get(division)
    if place is None:
        raise NotFound()
    return place
