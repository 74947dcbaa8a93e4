"""Prefill: each field with its value, source and date; two sources that disagree are both shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from proofless.applications.waterfall.answers import Answers
from proofless.applications.waterfall.facts import Facts
from proofless.applications.waterfall.outcome import Filled
from proofless.applications.waterfall.quality import Delivery, misshapen, own_word_old, staleness, to_confirm
from proofless.applications.waterfall.records import sided
from proofless.applications.waterfall.sources import OFFICIAL_ALREADY, Context
from proofless.applications.waterfall.transforms import Found, Setting, apply
from proofless.items.queries import FieldView
from proofless.kit import clock
from proofless.kit.limits import Limit
from proofless.standards.limits import limit_of


@dataclass(frozen=True, slots=True)
class FieldContext:
    """``backing`` leads from a certificate type to the dataset it is made from; ``account`` is what the applicant
    registered herself, on ``account_on``.
    """

    base: Context
    facts: Facts
    backing: Mapping[str, str]
    account: Mapping[str, Any]
    account_source: str
    account_on: date | None
    kin: dict[UUID, tuple[str, bool]]
    answers: Answers


def fill_field(field: FieldView, context: FieldContext) -> Filled:
    """A field with its value and source; an empty one says what would have to be connected so that it is not asked."""
    made = _READERS.get(field.origin, _from_record)(field, context)
    if made.filled or not made.applies:
        return made
    step = context.base.next_steps.get(field.name, OFFICIAL_ALREADY)
    return replace(made, connect=f"接入{'或'.join(step.ways)}后可以自动填写" if step.ways else step.instead)


def _by_hand(field: FieldView, context: FieldContext) -> Filled:
    return _answered(field, context) or _filled(field, None, why="由您填写")


def _from_record(field: FieldView, context: FieldContext) -> Filled:
    """The field's own reference first, then the same field in the dataset behind the certificate, else empty."""
    code, name = field.reference.split(".", 1)
    setting = Setting(field, context.base, context.facts, context.kin, code, name)
    own = _look_up(field, context, code, name)
    backing = context.backing.get(code, "")
    candidates = context.base.roles.get(field.role, ())
    declined = own is None and context.base.records.is_declined(candidates, code)
    second = _look_up(field, context, backing, name) if backing and not declined else None
    found = apply(setting, own or second)
    if found is None or found.value in (None, ""):
        applies = field.required or not _nothing_to_say(field, context, code, backing)
        return _filled(field, None, why=_why_empty(field, context, code), applies=applies)
    if misshapen(found.value, field.data_type) and not field.transform:
        return _filled(
            field, None, why=f"{context.base.titles.get(code, code)}中的这一项写法不合标准，没有采用，请填写"
        )
    differs = bool(own and second and not field.transform and str(second.value) != str(own.value))
    origin, used = (field.origin, code) if own else ("dataset", backing or code)
    made = _filled(field, found, origin=origin, source=f"register:{code}")
    stale = context.base.stale.get(used, "")
    confirm = to_confirm(differs=differs, stale=stale)
    made = replace(made, confirm=confirm)
    if not differs or second is None or second.record is None:
        return made
    return replace(
        made, other=second.value, other_reference=f"{backing}.{name}", other_as_of=second.record.as_of
    )


def _answered(field: FieldView, context: FieldContext) -> Filled | None:
    """What another department answered before: a value she may correct, and confirms once it is old."""
    said = context.answers.say(field.name, field.code_list, context.base.roles.get(field.role, ()))
    if said is None or misshapen(said.value, field.data_type):
        return None
    old = staleness(Delivery("", _day(said.as_of)), clock.today(), limit_of(Limit.REGISTER_FRESH_DAYS))
    return replace(
        _filled(field, Found(said.value, None), origin="verification", source=said.source),
        reference=said.reference,
        holder_id=said.holder_id,
        as_of=said.as_of,
        editable=True,
        confirm=to_confirm(differs=False, stale=old),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _from_account(field: FieldView, context: FieldContext) -> Filled:
    value = context.account.get(field.reference.removeprefix("account."))
    if value in (None, ""):
        return _filled(field, None, why="账户中没有这一项，请填写")
    made = _filled(field, Found(value, None), origin="account", source=context.account_source)
    said_on = context.account_on
    old = own_word_old(said_on, clock.today(), limit_of(Limit.OWN_WORD_DAYS)) if made.editable else ""
    return replace(made, as_of=said_on.isoformat() if said_on else "", confirm=old)


def _look_up(field: FieldView, context: FieldContext, code: str, name: str) -> Found | None:
    """The value of one reference in a usable record of the field's role."""
    roles, records = context.base.roles, context.base.records
    two_party = sided(name, "man") != sided(name, "woman")
    held = records.find(roles["applicant"] if two_party else roles.get(field.role, ()), code)
    if held is None or not held.usable:
        return None
    side = _side(field, context) if two_party else ""
    value = records.open(held).get(sided(name, side))
    if value in (None, ""):
        return None
    if field.data_type == "date" and isinstance(value, str):
        value = value[:10]
    return Found(value, held)


def _side(field: FieldView, context: FieldContext) -> str:
    """The side of a couple the role stands on: by its own sex, or opposite the applicant when it is not known."""
    candidates = context.base.roles.get(field.role, ())
    if candidates:
        return "man" if context.facts.sex_of(candidates[0]) == "1" else "woman"
    mine = context.facts.sex_of(context.base.roles["applicant"][0])
    return "woman" if mine == "1" else "man"


def _nothing_to_say(field: FieldView, context: FieldContext, code: str, backing: str) -> bool:
    """Whether an empty field has no content for this person: nobody in the role, or no record in a whole register."""
    candidates = context.base.roles.get(field.role, ())
    records = context.base.records
    register = backing or code
    if not candidates:
        return True
    nothing = records.find(candidates, code) is None and records.find(candidates, register) is None
    return nothing and records.is_complete(register)


def _why_empty(field: FieldView, context: FieldContext, code: str) -> str:
    title = context.base.titles.get(code, code)
    if context.base.records.is_down(code):
        return f"{title}的来源暂时无响应，请先填写"
    if context.base.records.is_declined(context.base.roles.get(field.role, ()), code):
        return f"您不同意读取{title}，请填写"
    if field.role not in context.base.roles:
        return f"没有登记{context.base.name_of(field.role)}的信息，请填写"
    return f"未查到{title}中的这一项，请填写"


def _filled(
    field: FieldView,
    found: Found | None,
    *,
    origin: str = "manual",
    source: str = "",
    why: str = "",
    applies: bool = True,
) -> Filled:
    held = found.record if found else None
    return Filled(
        name=field.name,
        label=field.label,
        value=found.value if found else None,
        origin=origin,
        reference=field.reference,
        source=held.source if held else source,
        holder_id=held.holder_id if held else None,
        as_of=held.as_of if held else "",
        required=field.required,
        editable=found is None or field.editable,
        data_type=field.data_type,
        code_list=field.code_list,
        why=why,
        as_read=not field.transform,
        applies=applies,
    )


_READERS: Mapping[str, Callable[[FieldView, FieldContext], Filled]] = {
    "manual": _by_hand,
    "account": _from_account,
}
