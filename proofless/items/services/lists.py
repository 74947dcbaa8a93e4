"""Publish lists: the city's templates, the counties' and townships' own, and whole files of them."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from proofless import ledger
from proofless.gm import sm3
from proofless.items import models, sheets
from proofless.items.errors import (
    ItemUnknown,
    ListAsksHeld,
    ListDates,
    ListDeviates,
    ListUpperMissing,
    ProofCycle,
)
from proofless.items.queries import cleanup, guide, library
from proofless.items.queries import lists as queries
from proofless.items.rules.elements import Elements, deviations, to_json
from proofless.items.rules.exchange import Draft, Unit, draft_from_json, draft_to_json, read_units
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, InputInvalid, NotFound, Refusal
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act

CHUNK = 20
ARTICLE = re.compile(r"第[零一二三四五六七八九十百千\d]+条")


@dataclass(frozen=True, slots=True)
class Published:
    """``fresh`` is False when the division already had exactly this list."""

    list_id: UUID
    number: int
    fresh: bool


def publish_list(*, actor: Actor, draft: Draft, note: str = "", within: Act | None = None) -> Published:
    """Publish the next version of an item's list in a division.

    The same list again publishes nothing. Raises LIST_DEVIATES with every difference the division may not have,
    LIST_ASKS_HELD for a template that asks for a paper the city holds and names no law for it, PROOF_CYCLE for one that
    brings a ring of proofs in, LIST_UPPER_MISSING when nothing is published above it, LIST_DATES for a day before the
    version it follows, FORBIDDEN outside the actor's area.
    """
    actor.check(Permission.ITEMS_PUBLISH)
    place = _check_place(actor, draft.division_code)
    if guide.find_item(draft.item_code) is None:
        raise ItemUnknown(item=draft.item_code)
    _check_limits(draft)
    held = queries.list_versions(draft.item_code, draft.division_code)
    if held and _same(held[0].draft, draft):
        return Published(held[0].id, held[0].number, fresh=False)
    _check_dates(draft, held)
    upper = _check_upper(draft, place)
    if upper is None:
        _check_held(draft)
        _check_cycles(draft)
    number = held[0].number + 1 if held else 1
    row = _row(actor, draft, place.level, number, upper.id if upper else None, note)
    detail = {"item": draft.item_code, "division": draft.division_code, "number": number}
    with ledger.act(None, actor, within=within) as act:
        row.save(force_insert=True)
        act.enter(Kind.LIST_PUBLISHED, object_kind="item_list", object_id=row.id, detail=detail)
    return Published(row.id, number, fresh=True)


def _check_place(actor: Actor, division_code: str) -> queries.Place:
    place = queries.places().get(division_code)
    if place is None:
        raise NotFound("没有这个区划")
    own = actor.division_code
    area = own[:4] if len(own) == 6 and own.endswith("00") else own
    if area and not division_code.startswith(area):
        raise Forbidden("只能发布本地区的清单", division=division_code)
    return place


def _check_limits(draft: Draft) -> None:
    e = draft.elements
    if not 0 <= e.promised_days <= e.legal_days:
        raise InputInvalid("承诺办结时限不能长于法定办结时限", fields={"promised_days": "不能长于法定时限"})


def _same(one: Draft, other: Draft) -> bool:
    return replace(one, effective_on=other.effective_on) == other


def _check_dates(draft: Draft, held: Sequence[queries.ListView]) -> None:
    """A first version may record what already counts; a later one changes nothing that is past."""
    if held and (draft.effective_on < held[0].effective_on or draft.effective_on < clock.today()):
        raise ListDates(effective_on=str(draft.effective_on), last=str(held[0].effective_on))


def _check_upper(draft: Draft, place: queries.Place) -> queries.ListView | None:
    if not place.upper:
        return None
    day = max(draft.effective_on, clock.today())
    upper = queries.find_upper(draft.item_code, draft.division_code, day)
    if upper is None:
        raise ListUpperMissing(item=draft.item_code, division=draft.division_code)
    wrong = deviations(upper.elements, draft.elements)
    if wrong:
        raise ListDeviates(
            f"有{len(wrong)}处与上级清单不一致",
            deviations=[asdict(one) for one in wrong],
            upper=str(upper.id),
        )
    return upper


def _check_held(draft: Draft) -> None:
    """A material beyond the catalogue that a certificate type or dataset gives is asked for on a law by its article,
    which the list then shows, or not at all.
    """
    known = {library.key_of(material.name) for material in guide.get_item(draft.item_code).materials}
    holders = library.holders()
    wrong = [
        {"name": material.name, "held": "、".join(holders[key])}
        for material in draft.elements.materials
        if (key := library.key_of(material.name)) not in known
        and key in holders
        and not ARTICLE.search(material.basis)
    ]
    if wrong:
        first = wrong[0]
        raise ListAsksHeld(f"“{first['name']}”本市已有{first['held']}，不得再向申请人索要", materials=wrong)


def _check_cycles(draft: Draft) -> None:
    """What asks for nothing beyond the catalogue brings nothing in."""
    known = {material.name for material in guide.get_item(draft.item_code).materials}
    if all(material.name in known for material in draft.elements.materials):
        return
    rings = [list(ring) for ring in cleanup.cycles_with(draft.item_code, draft.elements)]
    if rings:
        raise ProofCycle(cycles=rings)


def _row(
    actor: Actor, draft: Draft, level: str, number: int, upper_id: UUID | None, note: str
) -> models.ItemList:
    return models.ItemList(
        id=new_id(),
        item_code=draft.item_code,
        division_code=draft.division_code,
        level=level,
        number=number,
        effective_on=draft.effective_on,
        elements=to_json(draft.elements),
        catalog_code=draft.catalog_code,
        task_code=draft.task_code,
        handle_code=draft.handle_code,
        extra=dict(draft.extra),
        upper_id=upper_id,
        published_at=clock.now(),
        account_id=actor.account_id,
        note=note,
    )


def publish_templates(*, actor: Actor, effective_on: date | None = None) -> int:
    """Publish the city's list of every item as the catalogue gives it; returns how many are new or changed.

    What a template says beyond the catalogue (flow, fees, places, codes) stays. Committed chunk by chunk: run
    again, it goes on.
    """
    actor.check(Permission.ITEMS_PUBLISH)
    city = queries.city()
    held = {one.item_code: one for one in queries.list_in_force(city.code)}
    day = effective_on or clock.today()
    drafts = [
        draft
        for item in guide.list_items()
        if (draft := _template(queries.template_of(item), item.code, city.code, day, held.get(item.code)))
    ]
    for start in range(0, len(drafts), CHUNK):
        with ledger.act(None, actor) as act:
            for draft in drafts[start : start + CHUNK]:
                publish_list(actor=actor, draft=draft, note="按事项目录发布", within=act)
    return len(drafts)


def _template(
    elements: Elements, item: str, city: str, day: date, held: queries.ListView | None
) -> Draft | None:
    if held is None:
        return Draft(item, city, elements, day)
    was = held.elements
    merged = replace(elements, flow=was.flow, fees=was.fees, windows=was.windows)
    return None if merged == was else replace(held.draft, elements=merged, effective_on=day)


def receive_file(*, actor: Actor, name: str, content: bytes) -> UUID:
    """Take in a file of lists: every row is checked, the good lists wait to be published, the bad are refused.

    The same file sent again is the same file, wherever it stopped. Raises LIST_FILE_UNREADABLE.
    """
    actor.check(Permission.ITEMS_PUBLISH)
    digest = sm3.digest(content).hex()
    known = models.ListFile.objects.filter(digest=digest).first()
    if known:
        return known.id
    units = read_units(sheets.read(content), queries.known())
    file = models.ListFile(
        id=new_id(), digest=digest, name=name[:200], received_at=clock.now(), account_id=actor.account_id
    )
    refused = sum(unit.draft is None for unit in units)
    detail = {"lists": len(units), "refused": refused}
    with ledger.act(Kind.LISTS_RECEIVED, actor, object_kind="list_file", object_id=file.id, detail=detail):
        file.save(force_insert=True)
        models.ListUnit.objects.bulk_create(_unit(file.id, n, unit) for n, unit in enumerate(units, 1))
    return file.id


def _unit(file_id: UUID, seq: int, unit: Unit) -> models.ListUnit:
    return models.ListUnit(
        id=new_id(),
        file_id=file_id,
        seq=seq,
        line=unit.line,
        key=unit.key[:64],
        state="waiting" if unit.draft else "refused",
        draft=draft_to_json(unit.draft) if unit.draft else None,
        problems=[asdict(problem) for problem in unit.problems],
    )


def publish_received(*, actor: Actor, file_id: UUID, chunks: int = 100) -> queries.FileView:
    """Publish the waiting lists of a file, upper levels first, chunk by chunk; may be called again after a stop.

    A list that is refused now keeps the refusal beside its line; the others go on.
    """
    actor.check(Permission.ITEMS_PUBLISH)
    queries.get_file(file_id)
    for _ in range(chunks):
        waiting = list(models.ListUnit.objects.filter(file_id=file_id, state="waiting"))
        waiting.sort(key=lambda unit: (len(unit.key), unit.seq))
        if not waiting:
            break
        with ledger.act(None, actor) as act:
            for unit in waiting[:CHUNK]:
                _publish_unit(actor, unit, act)
            kept = sum(unit.state == "kept" for unit in waiting[:CHUNK])
            detail = {"lists": len(waiting[:CHUNK]), "kept": kept}
            act.enter(Kind.LISTS_RECEIVED, object_kind="list_file", object_id=file_id, detail=detail)
    return queries.get_file(file_id)


def _publish_unit(actor: Actor, unit: models.ListUnit, act: Act) -> None:
    draft = draft_from_json(unit.draft or {})
    try:
        unit.list_id = publish_list(actor=actor, draft=draft, note="由清单文件导入", within=act).list_id
        unit.state = "kept"
    except Refusal as refusal:
        unit.state = "refused"
        unit.problems = _problems_of(refusal, unit.line)
    unit.save(update_fields=["state", "list_id", "problems"])


def _problems_of(refusal: Refusal, line: int) -> list[dict[str, object]]:
    base = {"table": "basic", "line": line, "column": "", "code": refusal.code.name}
    wrong = refusal.detail.get("deviations")
    if not isinstance(wrong, list):
        return [{**base, "text": refusal.message}]
    return [
        {
            **base,
            "column": one["element"],
            "text": f"{one['label']}:上级为“{one['before']}”,本级为“{one['after']}”",
        }
        for one in wrong
    ]
