"""What each paper says. Pure.

行政许可法第32条 wants acceptance, refusal and everything to be corrected in a dated, sealed writing; 第45条 the
time of a special procedure; 第38条 the reasons of a denial with the ways to contest it. The wording is this system's
own: a city sets its forms in their place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PaperKind(StrEnum):
    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PROCEDURE = "procedure"
    DECIDED = "decided"
    GUIDE = "guide"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    PaperKind.RECEIPT: "收件回执",
    PaperKind.SUPPLEMENT: "一次性告知书",
    PaperKind.ACCEPTED: "受理通知书",
    PaperKind.REFUSED: "不予受理通知书",
    PaperKind.PROCEDURE: "特别程序告知书",
    PaperKind.DECIDED: "办理结果通知书",
    PaperKind.GUIDE: "办事指南",
}
CONTEST = "不服本决定的，可以自收到之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼。"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in words. ``facts`` are (label, value) lines, ``lists`` are (heading, entries); ``day`` stands below."""

    kind: PaperKind
    number: str
    addressee: str
    opening: str
    facts: tuple[tuple[str, str], ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    closing: tuple[str, ...]
    authority: str
    authority_code: str
    day: date

    @property
    def title(self) -> str:
        return self.kind.label


@dataclass(frozen=True, slots=True)
class Case:
    """What of a case its papers need. Days are in Asia/Shanghai; None where it has not come so far."""

    receipt: str
    applicant: str
    item: str
    authority: str
    authority_code: str
    channel: str
    submitted_on: date
    materials: tuple[str, ...]
    promises: tuple[str, ...]
    accepted_on: date | None = None
    due_on: date | None = None
    legal_due_on: date | None = None
    refused_on: date | None = None
    decided_on: date | None = None
    approved: bool = False
    reason: str = ""
    result: str = ""
    contact: str = "凭办件编号登录手机查看，或到窗口、拨打12345询问。"


@dataclass(frozen=True, slots=True)
class Named:
    """A notice of what is missing: its number among the case's, what it names, and its day."""

    number: int
    materials: tuple[str, ...]
    fields: tuple[str, ...]
    note: str
    day: date


@dataclass(frozen=True, slots=True)
class Standstill:
    label: str
    reason: str
    basis: str
    limit_days: int
    since: date
    due_on: date | None


MARKS = {
    PaperKind.RECEIPT: "SJ",
    PaperKind.SUPPLEMENT: "GZ",
    PaperKind.ACCEPTED: "SL",
    PaperKind.REFUSED: "BYSL",
    PaperKind.PROCEDURE: "TB",
    PaperKind.DECIDED: "BJ",
}


def number_of(receipt: str, kind: PaperKind, sequence: int) -> str:
    """文书编号. The first of its kind bears no number, except notices of what is missing, which are always counted."""
    counted = sequence > 1 or kind is PaperKind.SUPPLEMENT
    return f"{receipt}-{MARKS[kind]}{sequence if counted else ''}"


def _paper(kind: PaperKind, case: Case, opening: str, day: date, sequence: int = 1, **more: object) -> Paper:
    whole: dict[str, object] = {"facts": (), "lists": (), "closing": (case.contact,)} | more
    return Paper(
        kind=kind,
        number=number_of(case.receipt, kind, sequence),
        addressee=case.applicant,
        opening=opening,
        authority=case.authority,
        authority_code=case.authority_code,
        day=day,
        **whole,  # type: ignore[arg-type]
    )


def receipt(case: Case) -> Paper:
    lists = [("本件所用的材料", case.materials)]
    if case.promises:
        lists.append(("您承诺的", case.promises))
    return _paper(
        PaperKind.RECEIPT,
        case,
        f"您申请办理的“{case.item}”已经提交，现予登记。",
        case.submitted_on,
        facts=(
            ("办件编号", case.receipt),
            ("提交日期", words(case.submitted_on)),
            ("办理方式", case.channel),
            ("承办部门", case.authority),
        ),
        lists=tuple(lists),
    )


def supplement(case: Case, named: Named) -> Paper:
    lists = []
    if named.materials:
        lists.append(("需要补正的材料", named.materials))
    if named.fields:
        lists.append(("需要更正的内容", named.fields))
    return _paper(
        PaperKind.SUPPLEMENT,
        case,
        f"您申请办理的“{case.item}”还需要补正。现将全部需要补正的内容一次告知如下。",
        named.day,
        facts=(("办件编号", case.receipt), ("说明", named.note)),
        lists=tuple(lists),
        closing=(
            "补正后重新提交即可，已经核对过的不用再交。",
            "本次没有告知、而当时就能看出的，承办部门不得再要求您补正。",
            case.contact,
        ),
        sequence=named.number,
    )


def accepted(case: Case) -> Paper:
    limits = [("受理日期", words(case.accepted_on))]
    limits.append(("承诺办结期限", words(case.due_on)))
    limits.append(("法定办结期限", words(case.legal_due_on)))
    return _paper(
        PaperKind.ACCEPTED,
        case,
        f"您申请办理的“{case.item}”符合受理条件，现予受理。",
        case.accepted_on or case.submitted_on,
        facts=(("办件编号", case.receipt), *limits),
        closing=("期限按工作日计算；依法需要听证、检验、专家评审等的，所需时间另行告知。", case.contact),
    )


def refused(case: Case) -> Paper:
    return _paper(
        PaperKind.REFUSED,
        case,
        f"您申请办理的“{case.item}”，经审查不予受理。",
        case.refused_on or case.submitted_on,
        facts=(("办件编号", case.receipt), ("理由", case.reason)),
        closing=(CONTEST, case.contact),
    )


def procedure(case: Case, still: Standstill) -> Paper:
    return _paper(
        PaperKind.PROCEDURE,
        case,
        f"您申请办理的“{case.item}”需要{still.label}，所需时间不计入办理期限。",
        still.since,
        facts=(
            ("办件编号", case.receipt),
            ("原因", still.reason),
            ("依据", still.basis),
            ("预计时间", f"{still.limit_days}个工作日，到{words(still.due_on)}"),
        ),
        closing=("结束后恢复计时，并在办理过程中告知您。", case.contact),
    )


def decided(case: Case) -> Paper:
    outcome = "准予" if case.approved else "不予许可"
    facts = [("办件编号", case.receipt), ("结果", outcome)]
    if case.reason:
        facts.append(("理由", case.reason))
    if case.result:
        facts.append(("结果证照", f"{case.result}，已放进您的证照库"))
    return _paper(
        PaperKind.DECIDED,
        case,
        f"您申请办理的“{case.item}”已经办结。",
        case.decided_on or case.submitted_on,
        facts=tuple(facts),
        closing=(case.contact,) if case.approved else (CONTEST, case.contact),
    )


@dataclass(frozen=True, slots=True)
class Guide:
    """An item as its guide tells it."""

    code: str
    name: str
    authority: str
    authority_code: str
    brought: tuple[str, ...]
    spared: tuple[str, ...]
    conditions: tuple[str, ...]
    places: tuple[str, ...]
    limits: str
    charged: bool
    result: str
    basis: str


def guide(item: Guide, day: date) -> Paper:
    lists: list[tuple[str, tuple[str, ...]]] = [
        ("要您准备的", item.brought or ("什么都不用带",)),
        ("不用您带的", item.spared),
        ("什么人能办", item.conditions),
        ("在哪里办", item.places),
    ]
    return Paper(
        kind=PaperKind.GUIDE,
        number=item.code,
        addressee="",
        opening=item.name,
        facts=(
            ("承办部门", item.authority),
            ("办理时限", item.limits),
            ("是否收费", "收费" if item.charged else "不收费"),
            ("办成后给您", item.result or "办理结果通知"),
            ("依据", item.basis),
        ),
        lists=tuple((head, entries) for head, entries in lists if entries),
        closing=("以窗口答复为准。",),
        authority=item.authority,
        authority_code=item.authority_code,
        day=day,
    )


def words(day: date | None) -> str:
    """A day as a paper says it; an unknown one is said to be unknown."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "未知（节假日安排未公布，或正停止计时）"


def kinds_of(
    case: Case, *, notices: Sequence[object], standstills: Sequence[object]
) -> tuple[PaperKind, ...]:
    """The papers there are for a case as it stands, in the order in which they come to be."""
    found = [PaperKind.RECEIPT]
    if notices:
        found.append(PaperKind.SUPPLEMENT)
    if case.accepted_on:
        found.append(PaperKind.ACCEPTED)
    if standstills:
        found.append(PaperKind.PROCEDURE)
    if case.refused_on:
        found.append(PaperKind.REFUSED)
    if case.decided_on:
        found.append(PaperKind.DECIDED)
    return tuple(found)
