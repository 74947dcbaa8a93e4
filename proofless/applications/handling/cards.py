"""身份证阅读器: what a kiosk's reader read off the card that lies on it, and whether it is its holder who stands there.

``PROOFLESS_CARD_URL`` is the hall's reader service (https), ``PROOFLESS_CARD_TOKEN_FILE`` a file with its token. It
gets ``{"device"}`` by POST and answers 200 with ``{"number", "name", "matched"}``, or 204 while no card lies there.
``matched`` says that the device compared face and card (人证核验) and found them the same: a card that was found opens
nothing. Neither number nor name is ever logged. A demo home reads what is typed in its place.
"""

import json
import logging
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from proofless.gm.exchange import post
from proofless.kit import env
from proofless.kit.errors import ErrorCode, Refusal

SECONDS, MOST_BYTES = 5.0, 4096
_log = logging.getLogger("proofless.applications.cards")


@dataclass(frozen=True, slots=True)
class CardRead:
    """``matched``: the device found face and card to be of the same person."""

    number: str
    name: str
    matched: bool


class CardReader(Protocol):
    """One kind of reader. ``read`` returns None while no card lies there and raises a Refusal when it fails."""

    def read(self, device: str) -> CardRead | None: ...


@dataclass(frozen=True, slots=True)
class TypedCard:
    """A card in a demo home: what was typed."""

    number: str
    name: str

    def read(self, device: str) -> CardRead | None:
        if not env.home().demo:
            raise Refusal(code=ErrorCode.DEMO_ONLY)
        return CardRead(self.number, self.name, True) if self.number.strip() else None


@dataclass(frozen=True, slots=True)
class HallReaders:
    """The hall's service that knows every kiosk's reader."""

    address: str
    token: str

    def read(self, device: str) -> CardRead | None:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        body = json.dumps({"device": device}).encode()
        try:
            said = post(self.address, body, headers, timeout_s=SECONDS, most_bytes=MOST_BYTES)
        except (OSError, ValueError) as error:
            raise _away("unreachable") from error
        if said.status == 204:
            return None
        if said.status != 200:
            raise _away(f"status_{said.status}")
        return _read(said.content)


def _read(body: bytes) -> CardRead:
    """What the service said; an answer of another shape is no card."""
    try:
        said = json.loads(body)
        number, name, matched = said["number"], said["name"], said["matched"]
    except (ValueError, KeyError, TypeError) as error:
        raise _away("shape") from error
    if not isinstance(number, str) or not isinstance(name, str):
        raise _away("shape")
    return CardRead(number, name, matched is True)


def _away(reason: str) -> Refusal:
    _log.warning("card reader does not answer", extra={"reason": reason})
    return Refusal("身份证阅读器没有响应，请换一台终端，或到窗口凭身份证办理", code=ErrorCode.UNAVAILABLE)


def find_reader() -> HallReaders | None:
    """The readers of this node; None where there are none."""
    address, token_file = (os.environ.get(f"PROOFLESS_CARD_{name}", "") for name in ("URL", "TOKEN_FILE"))
    return _readers(address, token_file) if address else None


@lru_cache(maxsize=8)
def _readers(address: str, token_file: str) -> HallReaders | None:
    """Looked at once a process: what is set wrongly is said in the log, and kiosks lead to the window."""
    loopback = address.startswith(("http://127.0.0.1:", "http://localhost:")) and env.home().demo
    try:
        if not address.startswith("https://") and not loopback:
            raise ValueError("PROOFLESS_CARD_URL must begin with https://")
        return HallReaders(address, Path(token_file).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        _log.exception("the card readers are set wrongly: kiosks lead to the window")
        return None
