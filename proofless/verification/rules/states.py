"""状态: what may be done with a request in which state. Pure; everything not in the table is refused."""

from enum import StrEnum


class State(StrEnum):
    ASKED = "asked"
    TAKEN = "taken"
    PAUSED = "paused"
    ANSWERED = "answered"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def open(self) -> bool:
        return self in OPEN


class Verb(StrEnum):
    TAKE = "take"
    RELEASE = "release"
    ANSWER = "answer"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    REDIRECT = "redirect"
    RETURN = "return"
    WITHDRAW = "withdraw"
    ATTACH = "attach"


OPEN = frozenset({State.ASKED, State.TAKEN, State.PAUSED})
CLOSED = frozenset(State) - OPEN
_LABELS = {
    State.ASKED: "待答复",
    State.TAKEN: "办理中",
    State.PAUSED: "暂停计时",
    State.ANSWERED: "已答复",
    State.RETURNED: "已退回",
    State.WITHDRAWN: "已撤回",
}
# An interface answers what nobody has taken; a person may answer at once, and what comes during a pause ends it.
TABLE: dict[tuple[State, Verb], State] = {
    (State.ASKED, Verb.TAKE): State.TAKEN,
    (State.ASKED, Verb.ANSWER): State.ANSWERED,
    (State.ASKED, Verb.RETURN): State.RETURNED,
    (State.ASKED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.ASKED, Verb.REDIRECT): State.ASKED,
    (State.ASKED, Verb.EXTEND): State.ASKED,
    (State.ASKED, Verb.ATTACH): State.ASKED,
    (State.TAKEN, Verb.RELEASE): State.ASKED,
    (State.TAKEN, Verb.ANSWER): State.ANSWERED,
    (State.TAKEN, Verb.PAUSE): State.PAUSED,
    (State.TAKEN, Verb.EXTEND): State.TAKEN,
    (State.TAKEN, Verb.REDIRECT): State.ASKED,
    (State.TAKEN, Verb.RETURN): State.RETURNED,
    (State.TAKEN, Verb.WITHDRAW): State.WITHDRAWN,
    (State.TAKEN, Verb.ATTACH): State.TAKEN,
    (State.PAUSED, Verb.RESUME): State.TAKEN,
    (State.PAUSED, Verb.ANSWER): State.ANSWERED,
    (State.PAUSED, Verb.RETURN): State.RETURNED,
    (State.PAUSED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.PAUSED, Verb.ATTACH): State.PAUSED,
}


def next_state(state: State, verb: Verb) -> State | None:
    """The state after the verb; None when it may not be done now."""
    return TABLE.get((state, verb))


def verbs_in(state: State) -> frozenset[Verb]:
    return frozenset(verb for held, verb in TABLE if held is state)
