"""Acts on codes: bring in scenes, show a code, scan one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from proofless import ledger
from proofless.access.permits import OFFICE_RELATIONS, own_holders
from proofless.codes.errors import CodeInvalid, CodeReplayed, SceneForbidden
from proofless.codes.models import ROOM, Scene, Ticket
from proofless.codes.queries import SceneView, find_scene
from proofless.codes.reading import gather
from proofless.codes.rules import PREDICATES
from proofless.codes.rules.evidence import Evidence, Predicate, Value
from proofless.codes.rules.tickets import (
    ENTER_AGAIN,
    ENTERPRISE_CODE,
    KEEP_USED,
    LIFETIME,
    PERSON_CODE,
    new_code,
    normal_code,
)
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound, Refusal
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.standards.loading import Change, Target, load_tables
from proofless.standards.queries import code_name
from proofless.vault import cipher

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CodeShown:
    """The code to draw; it is good for one scan until ``expires_at``."""

    text: str
    kind: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """One attribute of the scene. ``value`` None is 未知; ``source`` names the kind of record, ``as_of`` its
    day.
    """

    attribute: str
    label: str
    value: Value
    source: str
    as_of: str

    @property
    def text(self) -> str:
        if isinstance(self.value, bool):
            return "是" if self.value else "否"
        return "未知" if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """All a scan says. ``not_disclosed`` lists what was deliberately not read."""

    scene: SceneView
    answers: tuple[ScanAnswer, ...]
    not_disclosed: tuple[str, ...]
    retention_rule: str
    scanned_at: datetime


def load_scenes(*, actor: Actor, scenes: Sequence[Row]) -> list[Change]:
    """Bring scenes to the state of the catalogue's rows (checked by the caller)."""
    targets = [Target(Scene, [_scene(row) for row in scenes])]
    return load_tables(actor=actor, room=ROOM, kind=Kind.SCENES_LOADED, targets=targets)


def _scene(row: Row) -> Scene:
    return Scene(
        code=row["scene_code"],
        name=row["scene_name"],
        domain=row["domain"],
        relying_party=row["relying_party"],
        department_code=row["supervising_dept_code"],
        code_type=row["code_type"],
        purpose=row["purpose"],
        minimal_attributes=_list(row["minimal_attributes"]),
        cert_codes=_list(row["cert_codes"]),
        not_disclosed=_list(row["attributes_not_disclosed"]),
        retention_rule=row["retention_rule"],
        verify_mode=row["verify_mode"],
        channel=row["channel"],
        source=row["source"],
    )


def _list(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


def show_code(*, actor: Actor, subject: UUID | None = None) -> CodeShown:
    """A fresh code for the actor, the enterprise he acts for, or a ward of his.

    The first showing is an entry; renewals within five minutes are not. Raises NotFound for anybody else's
    code.
    """
    actor.check(Permission.SHOW_CODE)
    holder_id = subject or actor.represents or actor.party_id
    if holder_id is None or holder_id not in own_holders(actor):
        raise NotFound()
    now = clock.now()
    text = new_code()
    ticket = Ticket(
        id=new_id(),
        holder_id=holder_id,
        kind=_code_kind(holder_id),
        digest=_digest(text),
        authority=_authority(actor, holder_id),
        made_at=now,
        expires_at=now + LIFETIME,
    )
    recent = Ticket.objects.filter(holder_id=holder_id, entered=True, made_at__gt=now - ENTER_AGAIN)
    if recent.exists():
        ticket.save(force_insert=True)
    else:
        _enter_showing(actor, ticket)
    return CodeShown(text, ticket.kind, ticket.expires_at)


def _enter_showing(actor: Actor, ticket: Ticket) -> None:
    """Save with an entry, and clear tickets nobody can use or replay any more."""
    ticket.entered = True
    with ledger.act(
        Kind.CODE_SHOWN, actor, object_kind="ticket", object_id=ticket.id, holders=[ticket.holder_id]
    ):
        Ticket.objects.filter(holder_id=ticket.holder_id, expires_at__lt=ticket.made_at - KEEP_USED).delete()
        ticket.save(force_insert=True)


def _code_kind(holder_id: UUID) -> str:
    facts = parties.holder_facts([holder_id])[holder_id]
    return PERSON_CODE if facts.kind == "person" else ENTERPRISE_CODE


def _authority(actor: Actor, holder_id: UUID) -> str:
    """The office relation by which the actor shows an enterprise's code; "" for people's codes."""
    if actor.party_id is None or holder_id == actor.party_id:
        return ""
    relations = parties.list_relations([actor.party_id]).get(actor.party_id, [])
    kinds = {r.kind for r in relations if r.forward and r.other_id == holder_id} & OFFICE_RELATIONS
    return min(kinds, key=["legal_rep_of", "owns_business", "handler_of"].index, default="")


def _digest(text: str) -> bytes:
    return cipher.blind_index("code", text)


def scan_code(*, actor: Actor, code: str, scene_code: str, about: str = "") -> ScanResult:
    """Use up a code and answer what the scene may know of its holder, nothing else.

    ``about`` is the number of a property, for scenes that ask of one. Raises SceneForbidden for a scene the
    actor is not registered for, CodeInvalid for an unknown, expired or wrong kind of code, CodeReplayed for a
    used one. A refused scan uses nothing up and is an entry, which the holder sees when the code was his.
    """
    actor.check(Permission.SCAN)
    scene, ticket = find_scene(scene_code), _find_ticket(code)
    try:
        if scene is None or scene.code not in actor.scene_codes:
            raise SceneForbidden()
        return _scan(actor, scene, _usable(ticket, scene), about)
    except (SceneForbidden, CodeInvalid, CodeReplayed) as refused:
        _enter_refusal(actor, scene, ticket, refused)
        raise


def identify(*, code: str) -> UUID:
    """Use up a resident's code in the caller's open act and say whose it is: she stands before whoever reads it.

    Raises CodeInvalid for an unknown, expired or enterprise's code, CodeReplayed for a used one. No scene's answer:
    the caller checks the right and makes the entry.
    """
    ticket = _find_ticket(code)
    if ticket is None or (ticket.used_at is None and ticket.expires_at <= clock.now()):
        raise CodeInvalid()
    if ticket.kind != PERSON_CODE:
        raise CodeInvalid("请出示本人的居民码")
    _use_up(ticket)
    return ticket.holder_id


def _scan(actor: Actor, scene: SceneView, ticket: Ticket, about: str) -> ScanResult:
    predicates = [PREDICATES[name] for name, _ in scene.attributes]
    with ledger.act(
        Kind.CODE_SCANNED,
        actor,
        object_kind="scene",
        object_id=scene.code,
        holders=[ticket.holder_id],
        purpose=scene.name,
        ground=f"statutory:{scene.code}",
        detail={"attributes": [predicate.attribute for predicate in predicates]},
    ):
        _use_up(ticket)
        evidence = gather(actor, scene, ticket, predicates, about.strip())
        answers = tuple(_answer(predicate, evidence) for predicate in predicates)
    return ScanResult(scene, answers, scene.not_disclosed, scene.retention_rule, clock.now())


def _enter_refusal(actor: Actor, scene: SceneView | None, ticket: Ticket | None, refused: Refusal) -> None:
    with ledger.act(
        Kind.SCAN_REFUSED,
        actor,
        object_kind="scene",
        object_id=scene.code if scene else "",
        holders=[ticket.holder_id] if ticket else [],
        detail={"reason": refused.code.name},
    ):
        pass


def _find_ticket(code: str) -> Ticket | None:
    text = normal_code(code)
    return Ticket.objects.filter(digest=_digest(text)).first() if text else None


def _usable(ticket: Ticket | None, scene: SceneView) -> Ticket:
    if ticket is None:
        raise CodeInvalid()
    if ticket.used_at is not None:
        raise CodeReplayed()
    if ticket.expires_at <= clock.now():
        raise CodeInvalid()
    if ticket.kind != scene.code_type:
        raise CodeInvalid(f"这个场景须出示{scene.code_type}")
    return ticket


def _use_up(ticket: Ticket) -> None:
    """One scan wins; a second one in the same moment is a replay."""
    unused = Ticket.objects.filter(id=ticket.id, holder_id=ticket.holder_id, used_at__isnull=True)
    if not unused.update(used_at=clock.now()):
        raise CodeReplayed()


def _answer(predicate: Predicate, evidence: Evidence) -> ScanAnswer:
    found = predicate.decide(evidence)
    value = found.value
    if predicate.list_name and value is not None:
        value = code_name(predicate.list_name, value)
    return ScanAnswer(predicate.attribute, predicate.label, value, found.source, found.as_of)
