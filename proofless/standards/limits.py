"""本市设定: the numbers a city sets for itself (``kit.limits``): what counts now, and how it came to be.

A value costs no statement of its own: it is held by each process and read again when the room's version changed, which
is seen within a second.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from proofless.kit.errors import NotFound
from proofless.kit.limits import Limit
from proofless.standards.models import LimitSetting
from proofless.standards.versions import Versioned

ROOM = "standards.limits"


@dataclass(frozen=True, slots=True)
class Setting:
    """One time a limit was set. ``by`` is how the official's account is called."""

    value: int
    reason: str
    by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class LimitView:
    """A limit as it counts now; ``history`` begins with what counts, empty while nobody set it."""

    limit: Limit
    value: int
    history: tuple[Setting, ...]

    @property
    def changed(self) -> bool:
        return self.value != self.limit.terms.default


def limit_of(limit: Limit) -> int:
    """What the city set, else the default. In the limit's own unit."""
    return _values.get().get(limit.value, limit.terms.default)


def list_limits() -> tuple[LimitView, ...]:
    history: dict[str, list[Setting]] = defaultdict(list)
    for row in LimitSetting.objects.order_by("-set_at"):
        history[row.limit].append(Setting(row.value, row.reason, row.set_by, row.set_at))
    return tuple(
        LimitView(
            limit,
            history[limit][0].value if history.get(limit) else limit.terms.default,
            tuple(history.get(limit, ())),
        )
        for limit in Limit
    )


def get_limit(code: str) -> LimitView:
    """Raises NotFound."""
    for one in list_limits():
        if one.limit.value == code:
            return one
    raise NotFound()


def _build(_: int) -> Mapping[str, int]:
    return {one.limit.value: one.value for one in list_limits()}


_values = Versioned(ROOM, _build)
