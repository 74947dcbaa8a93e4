"""验证码: six digits for one purpose, five minutes, five tries. Pure.

The figures are the node's own choice within 数据安全 and 等保 practice; no text fixes them.
"""

from datetime import datetime, timedelta
from enum import StrEnum

DIGITS = 6
LIFETIME = timedelta(minutes=5)
TRIES = 5
PAUSE = timedelta(seconds=60)
A_DAY = 10


class Purpose(StrEnum):
    """What a code is good for; one sent for signing in confirms nothing, and the other way round."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"

    @property
    def label(self) -> str:
        return {"sign_in": "登录", "confirm": "确认办理"}[self.value]


def words(purpose: Purpose, code: str) -> str:
    """What the message says."""
    minutes = int(LIFETIME.total_seconds() // 60)
    return f"验证码{code}，用于{purpose.label}，{minutes}分钟内有效。工作人员不会向您要验证码，请勿告诉他人。"


def may_send(now: datetime, sent: list[datetime]) -> bool:
    """Whether another may be sent: a minute after the last, ten in a day and a night."""
    day = [at for at in sent if now - at < timedelta(days=1)]
    return len(day) < A_DAY and all(now - at >= PAUSE for at in day)


def usable(now: datetime, expires_at: datetime, tries: int, used: bool) -> bool:
    return not used and tries < TRIES and now < expires_at
