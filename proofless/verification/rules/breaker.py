"""熔断: a source that keeps failing is left alone for a while, then tried once. Pure."""

from dataclasses import dataclass

THRESHOLD = 3
REST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """``opened_at``: monotonic seconds at which calls stopped; None while they go through."""

    failures: int = 0
    opened_at: float | None = None

    def may_call(self, now: float) -> bool:
        """Closed, or rested long enough for one trial."""
        return self.opened_at is None or now - self.opened_at >= REST_SECONDS

    def trying(self, now: float) -> "Breaker":
        """After letting a trial through: the others wait for what it finds."""
        return self if self.opened_at is None else Breaker(self.failures, now)

    def after(self, success: bool, now: float) -> "Breaker":
        if success:
            return Breaker()
        failures = self.failures + 1
        return Breaker(failures, now if failures >= THRESHOLD else None)
