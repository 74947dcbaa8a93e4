from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proofless.access.edge import actor, public
from proofless.items import queries as items
from proofless.portal import queries

STAGE_ICONS = {
    "出生": "baby-carriage",
    "入学": "school",
    "就业": "briefcase",
    "婚育": "heart",
    "生活": "home-2",
    "住房": "home-2",
    "就医": "stethoscope",
    "救助": "heart-handshake",
    "退休": "calendar-event",
    "养老": "wheelchair",
    "身后": "files",
    "开办": "building-store",
    "准营": "rosette-discount-check",
    "变更": "refresh",
    "工程建设": "building-community",
    "经营": "trending-up",
    "置业": "building",
    "退出": "logout",
    "注销": "file-off",
}


THEMES = 6


@public
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "greeting": queries.greet(actor(request)),
        "signed_in": bool(actor(request).permissions),
        "stages": items.list_life_stages(subject_type="person"),
        "business_stages": items.list_life_stages(subject_type="enterprise"),
        "themes": items.list_themes()[:THEMES],
        "icons": STAGE_ICONS,
    }
    return render(request, "portal/home.html", context)
