"""What may happen to a seal, who may use it when, how a plan of several seals moves, who follows whom.

Life of a seal: an application is submitted, approved by somebody else and made; the seal made is taken into use
by a person other than its maker; then it is active, suspended, renewed or revoked. Dual control after GB/T
38540-2020 clause 5 (制章) and the State Council's rules on seals (国发〔1999〕25号).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from proofless.kit.clock import SHANGHAI
from proofless.seals.errors import PlanStateRefused, SealForbidden, SealStateRefused, SecondPersonRequired


class SealForm(StrEnum):
    """印章种类."""

    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    LEGAL = "legal"
    PERSONAL = "personal"
    INVOICE = "invoice"
    CONTRACT = "contract"

    @property
    def label(self) -> str:
        return _FORM_LABELS[self]

    @property
    def number(self) -> int:
        """The seal type written into the seal; GB/T 38540 leaves its values to the business."""
        return list(SealForm).index(self) + 1


_FORM_LABELS = {
    SealForm.DEPARTMENT: "部门圆章",
    SealForm.ENTERPRISE: "单位公章",
    SealForm.LEGAL: "法定代表人名章",
    SealForm.PERSONAL: "个人签名章",
    SealForm.INVOICE: "发票专用章",
    SealForm.CONTRACT: "合同专用章",
}


# Forms that serve every kind of document unless they were made for some.
GENERAL_FORMS = frozenset({SealForm.DEPARTMENT, SealForm.ENTERPRISE})


class ApplicationState(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    MADE = "made"

    @property
    def label(self) -> str:
        return _APPLICATION_LABELS[self]


_APPLICATION_LABELS = {
    ApplicationState.SUBMITTED: "待审批",
    ApplicationState.APPROVED: "待制作",
    ApplicationState.REFUSED: "未批准",
    ApplicationState.WITHDRAWN: "已撤回",
    ApplicationState.MADE: "已制作",
}


class SealState(StrEnum):
    """``EXPIRED`` is never stored: it follows from the clock."""

    MAKING = "making"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    RENEWED = "renewed"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return _SEAL_LABELS[self]


_SEAL_LABELS = {
    SealState.MAKING: "待启用",
    SealState.ACTIVE: "启用",
    SealState.SUSPENDED: "停用",
    SealState.EXPIRED: "过期",
    SealState.RENEWED: "已换发",
    SealState.REVOKED: "撤销",
}


class Verb(StrEnum):
    """办理动作 on an application or a seal."""

    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REFUSE = "refuse"
    MAKE = "make"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESUME = "resume"
    RENEW = "renew"
    REVOKE = "revoke"

    @property
    def label(self) -> str:
        return _VERB_LABELS[self]


_VERB_LABELS = {
    Verb.WITHDRAW: "撤回申请",
    Verb.APPROVE: "批准",
    Verb.REFUSE: "不批准",
    Verb.MAKE: "制作",
    Verb.ACTIVATE: "启用",
    Verb.SUSPEND: "停用",
    Verb.RESUME: "恢复",
    Verb.RENEW: "换发",
    Verb.REVOKE: "撤销",
}

_APPLICATION_MOVES: Mapping[Verb, tuple[frozenset[ApplicationState], ApplicationState]] = {
    Verb.WITHDRAW: (frozenset({ApplicationState.SUBMITTED}), ApplicationState.WITHDRAWN),
    Verb.APPROVE: (frozenset({ApplicationState.SUBMITTED}), ApplicationState.APPROVED),
    Verb.REFUSE: (frozenset({ApplicationState.SUBMITTED}), ApplicationState.REFUSED),
    Verb.MAKE: (frozenset({ApplicationState.APPROVED}), ApplicationState.MADE),
}
_IN_USE = frozenset({SealState.ACTIVE, SealState.SUSPENDED, SealState.EXPIRED})
_SEAL_MOVES: Mapping[Verb, tuple[frozenset[SealState], SealState]] = {
    Verb.ACTIVATE: (frozenset({SealState.MAKING}), SealState.ACTIVE),
    Verb.SUSPEND: (frozenset({SealState.ACTIVE}), SealState.SUSPENDED),
    Verb.RESUME: (frozenset({SealState.SUSPENDED}), SealState.ACTIVE),
    Verb.RENEW: (_IN_USE, SealState.RENEWED),
    Verb.REVOKE: (_IN_USE | {SealState.MAKING}, SealState.REVOKED),
}


def application_after(state: ApplicationState, verb: Verb) -> ApplicationState:
    """The state after a verb. Raises SealStateRefused when it does not apply."""
    before, after = _APPLICATION_MOVES[verb]
    if state not in before:
        raise SealStateRefused(f"申请{state.label}，不能{verb.label}", state=state.value)
    return after


def seal_after(state: SealState, verb: Verb) -> SealState:
    """The state after a verb. ``state`` is the one shown, so that an expired seal is expired here."""
    before, after = _SEAL_MOVES[verb]
    if state not in before:
        raise SealStateRefused(f"印章{state.label}，不能{verb.label}", state=state.value)
    return after


def verbs_of(state: SealState) -> tuple[Verb, ...]:
    """What may be done with a seal in this state."""
    return tuple(verb for verb, (before, _) in _SEAL_MOVES.items() if state in before)


def shown_state(stored: SealState, valid_to: datetime, now: datetime) -> SealState:
    """An active seal past its period is expired."""
    return SealState.EXPIRED if stored is SealState.ACTIVE and now > valid_to else stored


def check_second(person: UUID, *others: UUID, what: str) -> None:
    """Dual control: raises SecondPersonRequired when one who did an earlier step wants to do this one."""
    if person in others:
        raise SecondPersonRequired(f"{what}，不能由同一人办理")


@dataclass(frozen=True, slots=True)
class Custody:
    """保管: one keeper's right to use a seal. Empty ``type_codes`` and ``weekdays`` (1 Monday—7 Sunday) mean
    all; ``from_time`` and ``to_time`` bound the day in Asia/Shanghai; ``until`` is the last day."""

    account_id: UUID
    type_codes: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    from_time: time = time(0)
    to_time: time = time(23, 59, 59)
    since: date = date.min
    until: date = date.max

    @property
    def hours(self) -> str:
        """In words, as refusals and pages give it."""
        days = "".join("一二三四五六日"[day - 1] for day in self.weekdays)
        whole_day = self.from_time == time(0) and self.to_time >= time(23, 59)
        hours = "全天" if whole_day else f"{self.from_time:%H:%M}—{self.to_time:%H:%M}"
        return f"{f'周{days}' if days else '每天'} {hours}"

    def covers_day(self, day: date) -> bool:
        return self.since <= day <= self.until

    def covers(self, at: datetime) -> bool:
        local = at.astimezone(SHANGHAI)
        open_day = not self.weekdays or local.isoweekday() in self.weekdays
        return open_day and self.from_time <= local.time() <= self.to_time


def check_custody(custodies: Sequence[Custody], account_id: UUID, type_code: str, at: datetime) -> None:
    """Refuse with SealForbidden, saying what to do next, unless this person may seal this now.

    A seal nobody keeps in person is used by everybody of its department who may issue.
    """
    day = at.astimezone(SHANGHAI).date()
    if not custodies:
        return
    mine = [one for one in custodies if one.account_id == account_id]
    if not mine:
        raise SealForbidden("您不是这枚印章的保管人，请由保管人用印，或请审批人指定您为保管人")
    current = [one for one in mine if one.covers_day(day)]
    if not current:
        raise SealForbidden("您对这枚印章的保管期不含今天，请由现任保管人用印，或请审批人延长保管期")
    serving = [one for one in current if not one.type_codes or type_code in one.type_codes]
    if not serving:
        raise SealForbidden(
            "您保管的这枚印章未授权用于此类文件，请审批人增加授权，或改用专用印章", type_code=type_code
        )
    if not any(one.covers(at) for one in serving):
        hours = "、".join(dict.fromkeys(one.hours for one in serving))
        raise SealForbidden(f"现在不在用印时间（{hours}），请在用印时间内办理，或请审批人调整时间")


@dataclass(frozen=True, slots=True)
class Succession:
    """颁发机构调整: from ``since`` on ``to_code`` seals what ``from_code`` sealed; empty types mean all."""

    from_code: str
    to_code: str
    since: date
    type_codes: tuple[str, ...] = ()

    def moves(self, department_code: str, type_code: str, on: date) -> bool:
        serves = not self.type_codes or type_code in self.type_codes
        return self.from_code == department_code and serves and self.since <= on


def sealing_department(
    successions: Iterable[Succession], department_code: str, type_code: str, on: date
) -> str:
    """Who seals on a day for a department, following merger upon merger. The latest rule of each step counts;
    a ring ends where it began to repeat."""
    rules = sorted(successions, key=lambda one: one.since, reverse=True)
    seen = [department_code]
    while True:
        following = next((one.to_code for one in rules if one.moves(seen[-1], type_code, on)), None)
        if following is None or following in seen:
            return seen[-1]
        seen.append(following)


def makes_ring(successions: Iterable[Succession], new: Succession) -> bool:
    """Whether a new rule would lead back to where it starts."""
    onward = {one.to_code for one in successions if one.from_code == new.to_code}
    seen: set[str] = set()
    while onward:
        code = onward.pop()
        if code == new.from_code:
            return True
        if code not in seen:
            seen.add(code)
            onward |= {one.to_code for one in successions if one.from_code == code}
    return new.from_code == new.to_code


class PlanKind(StrEnum):
    JOINT = "joint"
    CROSS_LEVEL = "cross_level"

    @property
    def label(self) -> str:
        return {"joint": "多部门联合签章", "cross_level": "跨层级签章"}[self.value]


class PlanState(StrEnum):
    OPEN = "open"
    STOPPED = "stopped"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {"open": "签章中", "stopped": "待处理", "closed": "已完成", "cancelled": "已取消"}[self.value]


class StepState(StrEnum):
    """``SEALING`` is the intent on record before a seal is affixed: what a crash leaves behind."""

    WAITING = "waiting"
    READY = "ready"
    SEALING = "sealing"
    SEALED = "sealed"
    REFUSED = "refused"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        return _STEP_LABELS[self]


_STEP_LABELS = {
    StepState.WAITING: "等待前序",
    StepState.READY: "待签章",
    StepState.SEALING: "签章未完成",
    StepState.SEALED: "已签章",
    StepState.REFUSED: "拒绝签章",
    StepState.REPLACED: "已更换",
}


class StepVerb(StrEnum):
    BEGIN = "begin"
    SEAL = "seal"
    REFUSE = "refuse"
    REOPEN = "reopen"
    REPLACE = "replace"

    @property
    def label(self) -> str:
        labels = {
            "begin": "签章",
            "seal": "签章",
            "refuse": "拒绝签章",
            "reopen": "重新送签",
            "replace": "更换",
        }
        return labels[self.value]


_TO_DO = frozenset({StepState.READY, StepState.SEALING})
_STEP_MOVES: Mapping[StepVerb, tuple[frozenset[StepState], StepState]] = {
    StepVerb.BEGIN: (_TO_DO, StepState.SEALING),
    StepVerb.SEAL: (frozenset({StepState.SEALING}), StepState.SEALED),
    StepVerb.REFUSE: (_TO_DO, StepState.REFUSED),
    StepVerb.REOPEN: (frozenset({StepState.REFUSED, StepState.SEALING}), StepState.READY),
    StepVerb.REPLACE: (
        frozenset({StepState.WAITING, StepState.READY, StepState.SEALING, StepState.REFUSED}),
        StepState.REPLACED,
    ),
}


def step_after(plan: PlanState, state: StepState, verb: StepVerb) -> StepState:
    """The state of a step after a verb. Raises PlanStateRefused; a finished plan takes nothing more."""
    before, after = _STEP_MOVES[verb]
    if plan in {PlanState.CLOSED, PlanState.CANCELLED}:
        raise plan_over(plan, verb.label)
    if state not in before:
        raise PlanStateRefused(f"这一方{state.label}，不能{verb.label}", state=state.value)
    return after


def plan_over(plan: PlanState, what: str) -> PlanStateRefused:
    """The refusal of an act on a plan that has come to its end."""
    return PlanStateRefused(f"签章流程{plan.label}，不能{what}", state=plan.value)


def start_of(day: date) -> datetime:
    """The first instant of a day in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


class ItemState(StrEnum):
    """One file of a batch."""

    WAITING = "waiting"
    SEALED = "sealed"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {"waiting": "待盖章", "sealed": "已盖章", "refused": "不能盖章"}[self.value]


class SubjectKind(StrEnum):
    """Whose seals and signatures others made, as the recognition policy names them."""

    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    SOCIAL = "social"
    PERSON = "person"

    @property
    def label(self) -> str:
        labels = {"department": "政府部门", "enterprise": "企业", "social": "社会组织", "person": "个人"}
        return labels[self.value]


class TrustRole(StrEnum):
    """What an imported certificate is trusted as."""

    ANCHOR = "anchor"
    INTERMEDIATE = "intermediate"
    MAKER = "maker"

    @property
    def label(self) -> str:
        return {"anchor": "根证书", "intermediate": "中间证书", "maker": "制章者证书"}[self.value]


def seal_reminder(left: timedelta, told: int | None, at: Sequence[int]) -> int | None:
    """Which of the days ``at``, the most first, is due for a seal with so much time left, last told of at ``told``."""
    due = [days for days in at if left <= timedelta(days=days)]
    return due[-1] if due and (told is None or due[-1] < told) else None


def list_ends(left: timedelta, whole: timedelta, *, days: int, percent: int) -> bool:
    """Whether a revocation list made for ``whole`` nearly ends: no more than ``days`` and ``percent`` of its time are
    left. Lists are renewed at half their time: one so late could not be. Daily lists are not told of days before.
    """
    return left <= min(timedelta(days=days), whole * percent / 100)
