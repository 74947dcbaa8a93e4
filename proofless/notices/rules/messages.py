"""短信: when a message that did not go out is tried again, and when it is given up. Pure."""

from datetime import timedelta

BACKOFF = (
    timedelta(seconds=20),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
)


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts; None when it is given up."""
    return BACKOFF[attempts - 1] if 1 <= attempts <= len(BACKOFF) else None
