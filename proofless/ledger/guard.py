"""Write guard: outside an act the application may write only plumbing tables.

Installed on every connection of the application role. A service that forgets ``act`` fails here, loudly, instead of
changing something the ledger never hears of.
"""

import re
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from proofless.ledger.acts import current_act

# Each table with the reason it may be written outside an act.
PLUMBING = {
    "django_session": "sign-in sessions: state of a browser, no business fact",
    "ledger_entry": "read lines are entries themselves",
    "ledger_pending": "written with an entry",
    "codes_ticket": "a rotating code lives a minute; showing it is entered, renewing it is not",
    "supervision_fact": "derived from the chain, can be recomputed",
    "supervision_cursor": "how far the chain has been followed",
    "notices_cursor": "how far the chain has been followed",
    "notices_message": "the queue of messages: attempts are counted here, what came of them is entered",
}
_WRITING = ("INSERT", "UPDATE", "DELETE", "MERGE", "WITH")
_WRITE = re.compile(
    r"\b(?:INSERT\s+INTO|MERGE\s+INTO|(?<!FOR )UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?\"?([a-z_]+)\"?",
    re.IGNORECASE,
)


class UnenteredWrite(RuntimeError):
    """A write outside an act."""


def check_write(sql: str) -> None:
    """Raise UnenteredWrite for a write to a non-plumbing table while no act is open."""
    if not sql.lstrip()[:6].upper().startswith(_WRITING) or current_act() is not None:
        return
    for table in _WRITE.findall(sql):
        if table.lower() not in PLUMBING and table.lower() != "set":
            raise UnenteredWrite(f"write to {table} outside an act")


def write_guard(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    check_write(sql)
    return execute(sql, params, many, context)


def install(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of ``connection_created``."""
    if write_guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(write_guard)
