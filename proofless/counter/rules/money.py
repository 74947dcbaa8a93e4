"""金额: yuan as people write them, cents as they are kept. Pure."""

import re

MOST_CENTS = 100_000_000_00
_YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?\Z")
METHODS = {"cash": "现金", "card": "刷卡", "scan": "扫码", "transfer": "转账"}


def cents_of(text: str) -> int | None:
    """``12.5`` as 1250; None for what is no amount above zero."""
    found = _YUAN.match(text.strip())
    if not found:
        return None
    cents = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    return cents if 0 < cents <= MOST_CENTS else None


def yuan_of(cents: int) -> str:
    """1250 as ``12.50``."""
    return f"{cents // 100}.{cents % 100:02d}"
