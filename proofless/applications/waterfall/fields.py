"""Prefill: each field with its value, source and date; two sources that disagree are both shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from proofless.applications.waterfall.outcome import Filled
from proofless.applications.waterfall.records import Held, side_of, sided
from proofless.applications.waterfall.sources import Context
from proofless.items.queries import FieldView

# Roles whose value stands on the other side of the applicant's own two-party record.
OPPOSITE = {"spouse", "partner"}
FREE = {"account", "manual"}


@dataclass(frozen=True, slots=True)
class FieldContext:
    """``backing`` leads from a certificate type to the dataset it is made from; ``account`` is the applicant's own."""

    base: Context
    backing: Mapping[str, str]
    account: Mapping[str, Any]
    account_source: str


def fill_field(field: FieldView, context: FieldContext) -> Filled:
    """The field's own reference first, then the same field in the dataset behind the certificate, else empty."""
    if field.origin == "manual":
        return _filled(field, None, why="由您填写")
    if field.origin == "account":
        return _from_account(field, context)
    code, name = field.reference.split(".", 1)
    first = _look_up(field, context, code, name)
    backing = context.backing.get(code, "")
    second = _look_up(field, context, backing, name) if backing and first is None else None
    found = first or second
    if found is None:
        return _filled(field, None, why=_why_empty(field, context, code))
    value, held = found
    other = _differing(field, context, backing, name, value) if first else None
    origin = field.origin if first else "dataset"
    return _filled(field, value, held=held, origin=origin, other=other)


def _from_account(field: FieldView, context: FieldContext) -> Filled:
    name = field.reference.removeprefix("account.")
    value = context.account.get(name)
    why = "" if value else "账户中没有这一项,请填写"
    return _filled(field, value, origin="account", source=context.account_source, why=why)


def _look_up(field: FieldView, context: FieldContext, code: str, name: str) -> tuple[Any, Held] | None:
    """The value of one reference for the field's role, or None."""
    for candidates, other in _where(field, context, name):
        held = context.base.records.find(candidates, code)
        if held is None or not held.usable:
            continue
        values = context.base.records.open(held)
        value = values.get(sided(name, side_of(held, values, other)))
        if value not in (None, ""):
            return _collect(field, context, code, name, value, candidates), held
    return None


def _where(field: FieldView, context: FieldContext, name: str) -> list[tuple[tuple[Any, ...], bool]]:
    """Whose record to open, and whether the value stands on its other side."""
    roles = context.base.roles
    two_party = sided(name, "man") != name or sided(name, "woman") != name
    if two_party:
        return [(roles["applicant"], field.role in OPPOSITE)]
    candidates = roles.get(field.role, ())
    return [(candidates, False)] if candidates else []


def _collect(
    field: FieldView, context: FieldContext, code: str, name: str, value: Any, candidates: tuple[Any, ...]
) -> Any:
    """A table field lists the value of every candidate; a datetime reference fills a date field by its day."""
    if field.multi:
        values = []
        for candidate in (*candidates, *context.base.roles.get("household_member", ())):
            held = context.base.records.find((candidate,), code)
            if held is not None and held.usable:
                values.append(context.base.records.open(held).get(name))
        return "、".join(dict.fromkeys(str(v) for v in values if v)) or value
    if field.data_type == "date" and isinstance(value, str):
        return value[:10]
    return value


def _differing(field: FieldView, context: FieldContext, backing: str, name: str, value: Any) -> Any:
    """The backing dataset's value where it contradicts the certificate's."""
    if not backing:
        return None
    second = _look_up(field, context, backing, name)
    if second is None or str(second[0]) == str(value):
        return None
    return second[0]


def _why_empty(field: FieldView, context: FieldContext, code: str) -> str:
    title = context.base.titles.get(code, code)
    if context.base.records.is_down(code):
        return f"{title}的来源暂时无响应,请先填写"
    if field.role not in context.base.roles:
        return f"没有登记{context.base.name_of(field.role)}的信息,请填写"
    return f"未查到{title}中的这一项,请填写"


def _filled(
    field: FieldView,
    value: Any,
    *,
    held: Held | None = None,
    origin: str = "manual",
    source: str = "",
    other: Any = None,
    why: str = "",
) -> Filled:
    return Filled(
        name=field.name,
        label=field.label,
        value=value,
        origin=origin if value not in (None, "") else "manual",
        reference=field.reference,
        source=held.source if held else source,
        holder_id=held.holder_id if held else None,
        as_of=held.as_of if held else "",
        required=field.required,
        editable=value in (None, "") or origin in FREE,
        data_type=field.data_type,
        code_list=field.code_list,
        other=other,
        why=why,
    )
