"""短信通道: how a message leaves the node. A demo home writes it to a file; an operator names a gateway.

``PROOFLESS_SMS_URL`` is the gateway's address (https), ``PROOFLESS_SMS_TOKEN_FILE`` a file with its token. It gets
``{"id", "mobile", "text"}`` by POST and answers 2xx; the id repeats when a message is tried again. Neither mobile
nor text is ever logged.
"""

import json
import logging
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

from proofless.gm.exchange import post
from proofless.kit import clock, env
from proofless.kit.errors import ErrorCode, Refusal

OUTBOX = "outbox.log"
SECONDS = 5.0
TRY_AGAIN = {408, 425, 429}
_log = logging.getLogger("proofless.notices")


class Undelivered(Exception):
    """``reason`` is a short code; ``again``: the same message may succeed later."""

    def __init__(self, reason: str, *, again: bool) -> None:
        self.reason, self.again = reason, again
        super().__init__(reason)


class Transport(Protocol):
    """One way out. ``send`` raises Undelivered."""

    @property
    def name(self) -> str: ...

    def send(self, message_id: UUID, mobile: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class OutboxFile:
    """A file of the demo home, one JSON line a message, readable by its owner alone."""

    path: Path
    name: str = "file"

    def send(self, message_id: UUID, mobile: str, text: str) -> None:
        if not env.home().demo:
            raise Refusal(code=ErrorCode.DEMO_ONLY)
        line = {"at": clock.now().isoformat(), "id": str(message_id), "to": f"*{mobile[-4:]}", "text": text}
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class HttpGateway:
    """The operator's message gateway."""

    address: str
    token: str
    name: str = "gateway"

    def send(self, message_id: UUID, mobile: str, text: str) -> None:
        body = json.dumps({"id": str(message_id), "mobile": mobile, "text": text}, ensure_ascii=False)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        try:
            status = post(self.address, body.encode(), headers, timeout_s=SECONDS, most_bytes=0).status
        except OSError as error:
            raise Undelivered("unreachable", again=True) from error
        if not 200 <= status < 300:
            raise Undelivered(f"status_{status}", again=status >= 500 or status in TRY_AGAIN)


def find_transport() -> Transport | None:
    """The way out of this node, or None: then notices stay in the inbox and no code can be sent."""
    address, token_file = (os.environ.get(f"PROOFLESS_SMS_{name}", "") for name in ("URL", "TOKEN_FILE"))
    if address:
        return _gateway(address, token_file)
    return OutboxFile(env.home().root / "run" / OUTBOX) if env.home().demo else None


@lru_cache(maxsize=8)
def _gateway(address: str, token_file: str) -> HttpGateway | None:
    """Looked at once a process: what is set wrongly is said in the log, and nothing else stands still for it."""
    try:
        return HttpGateway(check_address(address), Path(token_file).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        _log.exception("the message gateway is set wrongly: no messages go out")
        return None


def check_address(address: str) -> str:
    """https, save on the loopback of a demo home. Raises ValueError."""
    loopback = address.startswith(("http://127.0.0.1:", "http://localhost:"))
    if not address.startswith("https://") and not (loopback and env.home().demo):
        raise ValueError("PROOFLESS_SMS_URL must begin with https://")
    return address
