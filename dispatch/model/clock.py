"""The only place that reads the machine's clock.

Every decision takes ``now`` as an argument: an aware UTC ``datetime``.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Answers the present moment, aware, in UTC."""


def system_now() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(tz=UTC)


class ManualClock:
    """A clock that moves only when told, for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = require_utc(start)

    def __call__(self) -> datetime:
        return self._now

    def advance(self, *, seconds: float) -> datetime:
        """Move forward (or, with a negative number, back) and answer the new moment."""
        self._now += timedelta(seconds=seconds)
        return self._now


def require_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ``ValueError`` for a naive ``datetime``."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and ``Z``: fixed width, so that text order is time order."""
    return require_utc(moment).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_iso(text: str) -> datetime:
    """The moment that ``iso`` (or any RFC 3339 writer) wrote. Raises ``ValueError``."""
    return require_utc(datetime.fromisoformat(text))
