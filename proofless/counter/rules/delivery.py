"""送达: how a result reaches its owner; which step may follow which. Pure."""

import re
from enum import StrEnum


class Step(StrEnum):
    POST = "post"
    HAND_OVER = "hand_over"
    ARRIVE = "arrive"


_NEXT = {
    ("post", "chosen", Step.POST): "sent",
    ("post", "sent", Step.ARRIVE): "received",
    ("pickup", "chosen", Step.HAND_OVER): "received",
}
CHANGEABLE = {"chosen"}
_MOBILE = re.compile(r"1[3-9][0-9]{9}\Z")
_TRACKING = re.compile(r"[0-9A-Za-z-]{6,40}\Z")
RECEIVERS = {"self": "本人领取", "agent": "代领人领取"}


def next_state(way: str, state: str, step: Step) -> str | None:
    """The state after a step, or None when it may not be taken now."""
    return _NEXT.get((way, state, step))


def is_mobile(text: str) -> bool:
    return bool(_MOBILE.match(text))


def is_tracking_number(text: str) -> bool:
    return bool(_TRACKING.match(text))
