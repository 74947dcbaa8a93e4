"""How scanning scenes are called in notices."""

from collections.abc import Collection

from proofless.codes.models import Scene
from proofless.notices.subjects import Subject


def describe_scenes(codes: Collection[str]) -> dict[str, Subject]:
    rows = Scene.objects.filter(code__in=codes).values_list("code", "name")
    return {code: Subject(name) for code, name in rows}
