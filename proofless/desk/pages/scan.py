"""Scanning a resident's or enterprise's code: the inspector sees what the scene allows, nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proofless.access.edge import actor, guarded
from proofless.codes import queries, services
from proofless.kit.errors import Refusal
from proofless.kit.permissions import Permission
from proofless.web.middleware import uses_camera


@guarded(Permission.SCAN)
@uses_camera
def scan(request: HttpRequest) -> HttpResponse:
    who = actor(request)
    scenes = [scene for scene in queries.list_scenes() if scene.code in who.scene_codes]
    chosen = request.POST.get("scene") or request.GET.get("scene", "")
    context: dict[str, object] = {
        "scenes": [(scene.code, f"{scene.name}（{scene.code_type}）") for scene in scenes],
        "chosen": chosen
        if any(scene.code == chosen for scene in scenes)
        else (scenes[0].code if scenes else ""),
        "result": None,
        "problem": None,
    }
    if request.method == "POST":
        try:
            code = request.POST.get("code", "").strip()[:64]
            context["result"] = services.scan_code(actor=who, code=code, scene_code=chosen)
        except Refusal as refused:
            context["problem"] = refused
            return render(request, "desk/scan.html", context, status=refused.status)
    return render(request, "desk/scan.html", context)
