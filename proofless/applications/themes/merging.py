"""合并: what several plans ask for, each thing once. Pure.

Two fields are one when they are filled from the same reference of the same person, or when they are called the same
and mean the same person; values that differ keep them apart. Two materials are one when the same certificate (or
dataset, or paper of that name) of the same people is wanted and got the same way; a paper she brings also when the
material library has decided that its two names are one.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from proofless.applications.waterfall.outcome import (
    Filled,
    MaterialOutcome,
    Mode,
    Plan,
    Situation,
    Transfer,
    line_of,
)
from proofless.items.queries import FieldView, ItemView, MaterialView

DISPUTE = "dispute:"  # before a box's key: what she says against its value


@dataclass(frozen=True, slots=True)
class Part:
    """One member's plan with the item it is of."""

    item: ItemView
    plan: Plan


@dataclass(frozen=True, slots=True)
class Box:
    """A field of the merged form. ``parts`` are the fields of members it stands for, by item code."""

    key: str
    label: str
    parts: tuple[tuple[str, Filled], ...]

    @property
    def shown(self) -> Filled:
        """The first part with a value, else the first; an official value before one she may change."""
        order = sorted(self.parts, key=lambda part: (not part[1].filled, part[1].editable))
        return replace(order[0][1], label=self.label, required=self.required, editable=self.editable)

    @property
    def required(self) -> bool:
        return any(one.required for _, one in self.parts)

    @property
    def editable(self) -> bool:
        return all(one.editable for _, one in self.parts)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for code, _ in self.parts))


@dataclass(frozen=True, slots=True)
class MergedMaterial:
    """A material once, with the items that need it and their own codes of it. ``key`` is the first code."""

    key: str
    outcome: MaterialOutcome
    codes: Mapping[str, tuple[str, ...]]  # item code → its own material codes

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(self.codes)

    @property
    def all_codes(self) -> frozenset[str]:
        return frozenset(code for codes in self.codes.values() for code in codes)


@dataclass(frozen=True, slots=True)
class MergedTransfer:
    """What one source gives of one person, to every department of the theme that needs it: agreed to at once."""

    first: Transfer
    fields: tuple[str, ...]
    recipients: tuple[str, ...]
    items: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def line(self) -> str:
        return self.first.line

    @property
    def key(self) -> str:
        """A tick given for fewer departments or fields than are moved is no consent."""
        told = hashlib.blake2s("\n".join(sorted(self.keys)).encode(), digest_size=5).hexdigest()
        return f"{self.line}:{told}"


def merge_questions(parts: Iterable[Part]) -> tuple[Situation, ...]:
    """Every question once, by its code."""
    found: dict[str, Situation] = {}
    for part in parts:
        for one in part.plan.situations:
            found.setdefault(one.code, one)
    return tuple(found.values())


def merge_fields(parts: Sequence[Part]) -> tuple[Box, ...]:
    """Every field once, in the order first asked; without those a sister's certificate will fill."""
    groups: list[list[tuple[str, FieldView, Filled]]] = []
    for part in parts:
        views = {view.name: view for view in part.item.fields}
        for one in part.plan.asked_fields:
            view = views[one.name]
            if not one.filled and _comes(part, view):
                continue
            entry = (part.item.code, view, one)
            fitting = next((group for group in groups if _same(group, view, one)), None)
            if fitting is None:
                groups.append([entry])
            else:
                fitting.append(entry)
    taken: set[str] = set()
    return tuple(_box(group, taken) for group in groups)


def _comes(part: Part, view: FieldView) -> bool:
    """Whether the value stands on a certificate (or in the register behind it) a sister case will give."""
    code = view.reference.split(".", 1)[0]
    backing = {part.item.backing.get(one, "") for one in part.plan.expects}
    return bool(code) and (code in part.plan.expects or code in backing)


def _same(group: list[tuple[str, FieldView, Filled]], view: FieldView, one: Filled) -> bool:
    for _, other, filled in group:
        if filled.filled and one.filled and str(filled.value) != str(one.value):
            return False
        if (view.data_type, view.code_list) != (other.data_type, other.code_list):
            return False
    return any(_alike(view, other) for _, other, _ in group)


def _alike(one: FieldView, other: FieldView) -> bool:
    if one.role != other.role:
        return False
    if one.name == other.name and one.label == other.label:
        return True
    if not one.reference or one.reference != other.reference:
        return False
    return (one.side, one.transform, one.multi) == (other.side, other.transform, other.multi)


def _box(group: list[tuple[str, FieldView, Filled]], taken: set[str]) -> Box:
    item_code, view, _ = group[0]
    key = f"{view.role}.{view.name}"
    if key in taken:
        key = f"{key}.{item_code}"
    taken.add(key)
    return Box(key, view.label, tuple((code, one) for code, _, one in group))


def merge_materials(
    parts: Iterable[Part], *, asked: bool, key_of: Callable[[str], str]
) -> tuple[MergedMaterial, ...]:
    """Every material once. ``asked`` False: those that are abolished or do not apply to her. ``key_of`` says what
    standard material a name stands for: papers whose names were merged are brought once.
    """
    groups: list[_Group] = []
    for part in parts:
        views = {view.code: view for view in part.item.materials}
        wanted = (
            part.plan.required if asked else [m for m in part.plan.materials if m not in part.plan.required]
        )
        for outcome in wanted:
            keys = {
                _material_key(views[outcome.code], outcome),
                *_paper_key(views[outcome.code], outcome, key_of),
            }
            _put(groups, keys, (part.item.code, outcome))
    return tuple(_merge(group.found) for group in groups)


@dataclass(frozen=True, slots=True)
class _Group:
    """What is one material, by every key it is known under."""

    keys: set[tuple[object, ...]]
    found: list[tuple[str, MaterialOutcome]]


def _put(groups: list[_Group], keys: set[tuple[object, ...]], one: tuple[str, MaterialOutcome]) -> None:
    """Beside those it shares a key with, which it makes one; else for itself."""
    first, *others = [group for group in groups if group.keys & keys] or [_Group(set(), [])]
    if not first.found:
        groups.append(first)
    for other in others:
        groups.remove(other)
        first.keys.update(other.keys)
        first.found.extend(other.found)
    first.keys.update(keys)
    first.found.append(one)


def _merge(group: Sequence[tuple[str, MaterialOutcome]]) -> MergedMaterial:
    """Items call one paper by several names; where the record is known, its own title is the name."""
    outcome = group[0][1]
    if len({one.name for _, one in group}) > 1 and len(outcome.evidence) == 1:
        outcome = replace(outcome, name=outcome.evidence[0].title)
    codes: dict[str, list[str]] = {}
    for item_code, one in group:
        codes.setdefault(item_code, []).append(one.code)
    return MergedMaterial(outcome.code, outcome, {code: tuple(found) for code, found in codes.items()})


def _material_key(view: MaterialView, outcome: MaterialOutcome) -> tuple[object, ...]:
    """What is on record is one whichever register answers; an upload or a promise is one per paper."""
    holders = tuple(sorted({str(e.holder_id) for e in outcome.evidence}))
    if holders:
        return (view.cert_code or tuple(sorted(e.code for e in outcome.evidence)), holders)
    named = outcome.expects or view.cert_code or view.dataset_code or view.name
    return (outcome.mode, outcome.expects, named, view.roles)


def _paper_key(
    view: MaterialView, outcome: MaterialOutcome, key_of: Callable[[str], str]
) -> Iterable[tuple[object, ...]]:
    """Of a paper she brings: under which standard material it goes, whatever the item calls it."""
    if outcome.mode is Mode.UPLOAD and not outcome.evidence:
        yield (Mode.UPLOAD, "standard", key_of(view.name), view.roles)


def transfers_of(part: Part) -> tuple[Transfer, ...]:
    """What she is asked to agree to for one member, with what a sister's certificate will move when it is there."""
    coming = []
    for outcome in part.plan.required:
        terms = part.item.terms.get(outcome.expects)
        if terms is None or not terms.needs_consent:
            continue
        view = next(m for m in part.item.materials if m.code == outcome.code)
        role = (view.roles or ("applicant",))[0]
        for holder in part.plan.roles.get(role, ())[:1]:
            fields = (f"{outcome.expects}.*",)
            coming.append(
                Transfer(
                    holder, role, terms.provider_code, part.item.department_code, fields, terms.sensitive
                )
            )
    return (*part.plan.consents, *coming)


def merge_transfers(found: Iterable[tuple[str, Transfer]]) -> tuple[MergedTransfer, ...]:
    """Transfers (with the item each is for) by who gives what of whom."""
    lines: dict[str, list[tuple[str, Transfer]]] = {}
    for item_code, one in found:
        line = line_of(one.role, one.provider_code, one.sensitive, one.holder_id)
        lines.setdefault(line, []).append((item_code, one))
    return tuple(
        MergedTransfer(
            first=group[0][1],
            fields=tuple(dict.fromkeys(name for _, one in group for name in one.fields)),
            recipients=tuple(dict.fromkeys(one.recipient_code for _, one in group)),
            items=tuple(dict.fromkeys(code for code, _ in group)),
            keys=tuple(f"{code} {one.recipient_code} {one.key}" for code, one in group),
        )
        for group in lines.values()
    )


def values_for(item_code: str, boxes: Iterable[Box], written: Mapping[str, str]) -> dict[str, str]:
    """What of the merged form goes into one member's own fields."""
    values: dict[str, str] = {}
    for box in boxes:
        for code, one in box.parts:
            if code != item_code or (one.filled and not one.editable):
                continue
            text = written.get(box.key)
            if text is None and not one.filled and box.shown.filled:
                text = as_text(box.shown.value)
            if text is not None:
                values[one.name] = text
    return values


def disputes_for(item_code: str, boxes: Iterable[Box], disputed: Mapping[str, str]) -> dict[str, str]:
    """What she says against a box, by the field it is for one member."""
    return {
        one.name: disputed[box.key]
        for box in boxes
        if disputed.get(box.key)
        for code, one in box.parts
        if code == item_code and one.filled and not one.editable
    }


def as_text(value: Any) -> str:
    """A value as a form would post it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def is_brought(material: MergedMaterial) -> bool:
    return material.outcome.mode is Mode.UPLOAD
