"""Pure rules of handling: kinds of procedures, what a second notice may name, when a decision need not wait."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from proofless.kit.limits import Limit


class ProcedureKind(StrEnum):
    """What stops the clocks of a case.

    行政许可法第45条 leaves out 听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审; the others need a rule of their own,
    which the clerk names in the reason.
    """

    HEARING = "hearing"
    INSPECTION = "inspection"
    EXPERTS = "experts"
    AUCTION = "auction"
    PUBLICITY = "publicity"
    SUSPENSION = "suspension"

    @property
    def label(self) -> str:
        return _KINDS[self].label

    @property
    def basis(self) -> str:
        return _KINDS[self].basis

    @property
    def limit(self) -> Limit | None:
        return _KINDS[self].limit

    @property
    def special(self) -> bool:
        """特别程序, as against a suspension."""
        return self is not ProcedureKind.SUSPENSION


@dataclass(frozen=True, slots=True)
class _About:
    """``limit`` names the longest time in working days, which the city sets; the hearing's is the law's (第47条)."""

    label: str
    basis: str
    limit: Limit | None


ARTICLE_45 = "行政许可法第45条：所需时间不计算在办理期限内，须书面告知申请人"
_KINDS = {
    ProcedureKind.HEARING: _About("听证", "行政许可法第45条、第47条：二十日内组织听证", None),
    ProcedureKind.INSPECTION: _About("检验、检测、检疫、鉴定", ARTICLE_45, Limit.INSPECTION_DAYS),
    ProcedureKind.EXPERTS: _About("专家评审", ARTICLE_45, Limit.EXPERTS_DAYS),
    ProcedureKind.AUCTION: _About("招标、拍卖", ARTICLE_45, Limit.AUCTION_DAYS),
    ProcedureKind.PUBLICITY: _About("公示", "依该事项的规定，请在原因中写明", Limit.PUBLICITY_DAYS),
    ProcedureKind.SUSPENSION: _About("中止办理", "依该事项的规定，请在原因中写明", Limit.SUSPENSION_DAYS),
}


def could_have_been_named(
    wanted: Iterable[str], named: frozenset[str], then: Mapping[str, str], now: Mapping[str, str]
) -> tuple[str, ...]:
    """What a second notice wants that an earlier one should have named (行政许可法第32条第四项: 一次告知).

    ``named`` earlier; ``then`` and ``now`` are what the clerk had before her at the first notice and has now, by code.
    What stood the same before her and was not named is late; what is new, changed or was named before is not.
    """
    return tuple(
        sorted(one for one in set(wanted) if one not in named and one in then and then[one] == now.get(one))
    )


class Opinions(StrEnum):
    """Whether a decision may be taken with the opinions there are."""

    OPEN = "open"
    LAPSED = "lapsed"
    AGAINST = "against"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Heard:
    """One department's opinion: its state and the last day for it; None while the day is not known."""

    state: str
    due_on: date | None


LAPSE_RULE = "会签期限已过仍未答复的，承办部门可以不再等待，并在办理过程中写明"


def opinions_allow(heard: Iterable[Heard], today: date) -> Opinions:
    """An open opinion stops the decision until its limit has passed; an unknown limit never passes."""
    rows = list(heard)
    waiting = [one for one in rows if one.state == "asked"]
    if any(one.due_on is None or today <= one.due_on for one in waiting):
        return Opinions.OPEN
    if any(one.state == "disagreed" for one in rows):
        return Opinions.AGAINST
    return Opinions.LAPSED if waiting else Opinions.CLEAR
