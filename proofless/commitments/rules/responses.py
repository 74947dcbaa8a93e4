"""不实承诺的处理: notice, statement or hearing, decision by another person, repair; graded by harm. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from proofless.commitments.rules.templates import Risk

STATEMENT_DAYS = 5  # working days to state, defend or ask for a hearing (行政处罚法第64条 by analogy)


class Stage(StrEnum):
    NOTICED = "noticed"
    STATED = "stated"
    HEARING_ASKED = "hearing_asked"
    HEARD = "heard"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    REPAIR_ASKED = "repair_asked"
    REPAIRED = "repaired"

    @property
    def label(self) -> str:
        return {
            "noticed": "已告知，等您陈述",
            "stated": "已陈述申辩",
            "hearing_asked": "已要求听证",
            "heard": "已听证",
            "upheld": "查实不实承诺",
            "dismissed": "不构成不实承诺",
            "repair_asked": "已申请修复",
            "repaired": "已修复",
        }[self.value]


class Move(StrEnum):
    STATE = "state"
    ASK_HEARING = "ask_hearing"
    HEAR = "hear"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    ASK_REPAIR = "ask_repair"
    REPAIR = "repair"
    REFUSE_REPAIR = "refuse_repair"


TABLE: dict[tuple[Stage, Move], Stage] = {
    (Stage.NOTICED, Move.STATE): Stage.STATED,
    (Stage.NOTICED, Move.ASK_HEARING): Stage.HEARING_ASKED,
    (Stage.NOTICED, Move.UPHOLD): Stage.UPHELD,
    (Stage.NOTICED, Move.DISMISS): Stage.DISMISSED,
    (Stage.STATED, Move.ASK_HEARING): Stage.HEARING_ASKED,
    (Stage.STATED, Move.UPHOLD): Stage.UPHELD,
    (Stage.STATED, Move.DISMISS): Stage.DISMISSED,
    (Stage.HEARING_ASKED, Move.HEAR): Stage.HEARD,
    (Stage.HEARING_ASKED, Move.DISMISS): Stage.DISMISSED,
    (Stage.HEARD, Move.UPHOLD): Stage.UPHELD,
    (Stage.HEARD, Move.DISMISS): Stage.DISMISSED,
    (Stage.UPHELD, Move.ASK_REPAIR): Stage.REPAIR_ASKED,
    (Stage.REPAIR_ASKED, Move.REPAIR): Stage.REPAIRED,
    (Stage.REPAIR_ASKED, Move.REFUSE_REPAIR): Stage.UPHELD,
}


def next_stage(stage: Stage, move: Move, *, today: date, statement_until: date | None) -> Stage | None:
    """The stage after the move; None when it may not be made now.

    Upholding waits for the person's time to speak, unless she spoke; a limit nobody knows yet has not ended.
    """
    after = TABLE.get((stage, move))
    if after is None:
        return None
    in_time = statement_until is None or today <= statement_until
    if stage is Stage.NOTICED and move is Move.UPHOLD and in_time:
        return None
    if move in {Move.STATE, Move.ASK_HEARING} and not in_time:
        return None
    return after


class Degree(StrEnum):
    """情节: slight (corrected by oneself, no harm), ordinary, serious."""

    SLIGHT = "slight"
    ORDINARY = "ordinary"
    SERIOUS = "serious"

    @property
    def rank(self) -> int:
        return list(Degree).index(self)

    @property
    def label(self) -> str:
        return {"slight": "轻微", "ordinary": "一般", "serious": "严重"}[self.value]


@dataclass(frozen=True, slots=True)
class Response:
    """What follows. ``bar_days``: calendar days without promises; ``revoke``: the decision that rested on it."""

    degree: Degree
    revoke: bool
    bar_days: int
    repair_after_days: int
    text: str

    def barred_until(self, decided_on: date) -> date | None:
        return decided_on + timedelta(days=self.bar_days) if self.bar_days else None

    def repairable_on(self, decided_on: date) -> date:
        return decided_on + timedelta(days=self.repair_after_days)


_RESPONSES = {
    Degree.SLIGHT: Response(Degree.SLIGHT, False, 0, 0, "责令限期改正；改正的不记入信用记录"),
    Degree.ORDINARY: Response(
        Degree.ORDINARY, True, 365, 90, "依法撤销决定；一年内不适用告知承诺；记入信用记录，三个月后可申请修复"
    ),
    Degree.SERIOUS: Response(
        Degree.SERIOUS,
        True,
        1095,
        365,
        "依法撤销决定并收回利益；三年内不适用告知承诺；记入信用记录，一年后可申请修复",
    ),
}


def degree_of(risk: Risk, *, earlier: int, corrected: bool, deliberate: bool) -> Degree:
    """Graded by harm and conduct. ``earlier`` upheld breaches; ``corrected`` by herself before the decision."""
    if deliberate or (earlier and risk is Risk.HIGH):
        return Degree.SERIOUS
    if corrected and not earlier and risk is not Risk.HIGH:
        return Degree.SLIGHT
    return Degree.SERIOUS if earlier > 1 else Degree.ORDINARY


def response_to(degree: Degree) -> Response:
    return _RESPONSES[degree]
