from collections.abc import Iterator

import pytest

from proofless.notices.services import following
from tests.town import town

__all__ = ["town"]
AT_ONCE = (
    "SELECT n.position, n.id, n.at, n.kind, n.object_kind, n.object_id, n.holders, n.detail FROM"
    " (SELECT row_number() OVER (ORDER BY at, id) - 1 AS position, * FROM ledger_entry) n"
    " WHERE n.position >= %s ORDER BY n.position LIMIT %s"
)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Entries are news as soon as they are entered: a scene that rolls back is never chained."""
    monkeypatch.setattr(following, "_NEW", AT_ONCE)
    yield
