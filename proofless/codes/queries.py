"""Reads of codes: the scenes."""

from collections.abc import Mapping
from dataclasses import dataclass

from proofless.codes.models import ROOM, Scene
from proofless.codes.rules import PREDICATES
from proofless.standards.versions import Versioned


@dataclass(frozen=True, slots=True)
class SceneView:
    """A scanning scene. ``attributes`` are (name, Chinese label); ``not_disclosed`` is told to both sides."""

    code: str
    name: str
    domain: str
    relying_party: str
    department_code: str
    code_type: str
    purpose: str
    attributes: tuple[tuple[str, str], ...]
    cert_codes: tuple[str, ...]
    not_disclosed: tuple[str, ...]
    retention_rule: str
    verify_mode: str
    channel: str
    source: str


def list_scenes() -> tuple[SceneView, ...]:
    return tuple(_scenes.get().values())


def find_scene(code: str) -> SceneView | None:
    return _scenes.get().get(code)


def _build(_: int) -> Mapping[str, SceneView]:
    return {row.code: _view(row) for row in Scene.objects.order_by("code")}


def _view(row: Scene) -> SceneView:
    return SceneView(
        code=row.code,
        name=row.name,
        domain=row.domain,
        relying_party=row.relying_party,
        department_code=row.department_code,
        code_type=row.code_type,
        purpose=row.purpose,
        attributes=tuple((name, PREDICATES[name].label) for name in row.minimal_attributes),
        cert_codes=tuple(row.cert_codes),
        not_disclosed=tuple(row.not_disclosed),
        retention_rule=row.retention_rule,
        verify_mode=row.verify_mode,
        channel=row.channel,
        source=row.source,
    )


_scenes = Versioned(ROOM, _build)
