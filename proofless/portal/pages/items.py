from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from proofless.access.edge import actor, guarded, public
from proofless.applications import queries as cases
from proofless.applications import services as applications
from proofless.commitments import queries as commitments
from proofless.counter.queries import appointments
from proofless.counter.queries.charges import charges_anywhere
from proofless.items import queries as items
from proofless.items.queries import ItemView, MaterialView, lists, uses
from proofless.items.rules.elements import Window
from proofless.items.rules.sources import SourceKind
from proofless.kit.errors import NotFound
from proofless.kit.paging import page_number
from proofless.kit.permissions import Permission
from proofless.portal import queries
from proofless.portal.forms import uuid_of
from proofless.portal.pages.acting import remembered
from proofless.portal.queries import Person
from proofless.portal.rules import how_obtained, limit_words
from proofless.verification import queries as verification
from proofless.web.filters import doubtful, source_words
from proofless.web.pager import pager_of

SUBJECTS = {"person": "个人办事", "enterprise": "企业办事"}


@public
def search(request: HttpRequest) -> HttpResponse:
    """By words, life stage, theme, domain, for a person or an enterprise; each narrows the others."""
    query = {key: request.GET.get(key, "")[:60] for key in ("q", "stage", "theme", "domain", "subject")}
    subject = query["subject"] if query["subject"] in SUBJECTS else ""
    found = items.search_items(
        query["q"],
        life_stage=query["stage"],
        theme=query["theme"],
        domain=query["domain"],
        subject_type=subject,
        page=page_number(request.GET.get("page")),
    )
    context = {
        "query": query,
        "rows": found.rows,
        "pager": pager_of(found, request),
        "total": found.total,
        "subjects": [("全部", _link(query, subject=""), not subject)]
        + [(label, _link(query, subject=key), subject == key) for key, label in SUBJECTS.items()],
        "stages": [("全部阶段", _link(query, stage="", theme=""), not query["stage"])]
        + [
            (stage.name, _link(query, stage=stage.name, theme=""), query["stage"] == stage.name)
            for stage in items.list_life_stages(subject_type=subject)
        ],
        "themes": [
            (theme.name, _link(query, theme=theme.code), query["theme"] == theme.code)
            for theme in items.list_themes(subject_type=subject, life_stage=query["stage"])
        ]
        if query["stage"] or query["theme"]
        else [],
        "theme": items.get_theme(query["theme"]) if query["theme"] else None,
        "domains": [("全部领域", _link(query, domain=""), not query["domain"])]
        + [(d.name, _link(query, domain=d.name), query["domain"] == d.name) for d in items.list_domains()],
        "limit_words": limit_words,
        "doubtful": doubtful,
        "source_words": source_words,
    }
    return render(request, "portal/items.html", context)


def _link(query: dict[str, str], **changes: str) -> str:
    kept = {key: text for key, text in {**query, **changes}.items() if text}
    return reverse("portal:items", query=kept)


@dataclass(frozen=True, slots=True)
class GuideRow:
    """A material of the guide with how it will be got; ``chip`` is (text, tone), ``listed`` the edition of
    用证事项清单 it stands in, 0 for none; ``later`` the working days in which it may follow (容缺), 0 for what may not.
    """

    name: str
    how: str
    chip: tuple[str, str]
    question: str
    note: str
    doubt_source: str
    spare: tuple[str, ...]
    listed: int
    later: int


@public
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """办事指南: what to bring, how everything else is got and why, conditions, limits, result, basis."""
    item = items.get_item(code)
    listed = uses.spared_materials()
    rows = [_guide_row(item, material, listed.get(material.code, 0)) for material in item.materials]
    signed_in = actor(request).may(Permission.APPLY)
    people = fitting(queries.list_people(actor(request)), item) if signed_in else ()
    context = {
        "item": item,
        "bring": [row for row in rows if row.chip[0] == "需要您带"],
        "doubts": [row for row in rows if row.doubt_source],
        "spared": [row for row in rows if row.chip[0] not in {"需要您带", "已取消"}],
        "ended": [row for row in rows if row.chip[0] == "已取消"],
        "windows": _windows(item),
        "charges": charges_anywhere(item.code).words,
        "bookable": bool(appointments.list_windows(item.code)),
        "result": queries.title_of(item.result_cert_code) if item.result_cert_code else "",
        "signed_in": signed_in,
        "official": bool(actor(request).permissions) and not signed_in,
        "people": people,
        "chosen": _chosen(request, people) if people else None,
        "under_way": under_way(request, code) if signed_in else (),
        "doubt": doubtful(item.source),
        "source": source_words(item.source),
        "limit_words": limit_words,
        "filled_fields": sum(1 for one in item.fields if one.origin != "manual"),
    }
    return render(request, "portal/item.html", context)


def under_way(request: HttpRequest, code: str) -> tuple[cases.ApplicationView, ...]:
    """Cases of the item that she has handed in and that are not decided: whoever forgot one would begin it twice."""
    return tuple(cases.list_own(actor(request), states=cases.OPEN_STATES, item_code=code).rows)


def _windows(item: ItemView) -> tuple[Window, ...]:
    """Every place the lists in force name for the item, the city's and the counties'."""
    found = (window for one in lists.list_of_item(item.code) for window in one.elements.windows)
    return tuple(dict.fromkeys(found))


def _guide_row(item: ItemView, material: MaterialView, listed: int) -> GuideRow:
    code = material.dataset_code if material.sources[0] is SourceKind.DATA else material.cert_code
    title = item.titles.get(code) or item.titles.get(material.cert_code) or material.name
    return GuideRow(
        name=material.name,
        how=_how(material, title),
        chip=_chip(material),
        question=material.situation.question if material.situation else "",
        note=material.note,
        doubt_source=source_words(material.source) if doubtful(material.source) else "",
        spare=() if material.abolished else tuple(kind.label for kind in material.sources[1:]),
        listed=listed,
        later=(commitments.deferrable_days(material.code) or 0)
        if material.sources[0] is SourceKind.UPLOAD
        else 0,
    )


def _how(material: MaterialView, title: str) -> str:
    """How it is got; of what another department is asked, whom and by when."""
    asked = verification.template_for(material.code)
    if material.sources[0] is not SourceKind.VERIFICATION or asked is None:
        return how_obtained(material.sources[0], title, material.issuer)
    return f"受理后由{asked.department_name}核验，一般{asked.promised_days}个工作日内答复，您无需提交"


def _chip(material: MaterialView) -> tuple[str, str]:
    first = material.sources[0]
    if first is SourceKind.UPLOAD:
        return ("需要您带", "warn")
    if first is SourceKind.CANCELLED:
        return ("已取消", "quiet")
    return ("签承诺", "info") if first is SourceKind.COMMITMENT else ("不用带", "ok")


def fitting(people: tuple[Person, ...], item: ItemView) -> tuple[Person, ...]:
    """For whom the item may be begun: persons, enterprises or both."""
    return tuple(p for p in people if not p.gone and item.object_type in {p.kind, items.EVERYBODY})


def _chosen(request: HttpRequest, people: tuple[Person, ...]) -> Person:
    current = remembered(request, queries.list_people(actor(request)))
    return current if current in people else people[0]


@guarded(Permission.APPLY)
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Open a draft for oneself, a ward or an enterprise. Asked for by a link: back to the guide."""
    if request.method != "POST":
        return redirect("portal:item", code=code)
    item = items.get_item(code)
    people = fitting(queries.list_people(actor(request)), item)
    if not people:
        raise NotFound("这个事项须由企业经办人办理")
    wanted = uuid_of(request.POST.get("for"))
    person = queries.get_person(people, wanted) if wanted else _chosen(request, people)
    application_id = applications.open_draft(
        actor=actor(request),
        item_code=item.code,
        enterprise_id=person.id if person.enterprise else None,
        ward_id=None if person.enterprise or person.me else person.id,
    )
    return redirect("portal:fill", application_id=application_id)
