"""Board tickets: what a signed-in person shows in a socket's first frame, so that no token is in a URL.

They live in this process's memory. A ticket is good for 30 seconds and is redeemed where it was
issued; a deployment with several workers sends a client's socket where its session's requests go
(as it must for the hub's own state), and a client whose ticket is unknown asks for another.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dispatch.model.errors import TooMany, Unauthenticated
from dispatch.model.principal import Principal

TICKET_LIFE: Final = timedelta(seconds=30)
MOST_TICKETS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signed-in person.

    ``session_id`` is the token's stored hash, never the token; ``csrf`` goes with each mutation.
    """

    principal: Principal
    session_id: str
    csrf: str
    expires_at: datetime


class Tickets:
    """Issued and not yet redeemed, oldest first."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Signed, datetime]] = {}

    def issue(self, signed: Signed, *, now: datetime) -> str:
        """256 random bits. Raises ``TooMany`` while 20,000 wait unredeemed."""
        self._drop_expired(now)
        if len(self._waiting) >= MOST_TICKETS:
            raise TooMany(retry_after_seconds=TICKET_LIFE.total_seconds())
        ticket = secrets.token_urlsafe(32)
        self._waiting[ticket] = (signed, now + TICKET_LIFE)
        return ticket

    def redeem(self, ticket: str, *, now: datetime) -> Signed:
        """Who it was issued to; a second try finds nothing. Raises ``Unauthenticated``."""
        signed, good_until = self._waiting.pop(ticket, (None, now))
        if signed is None or now >= good_until or now >= signed.expires_at:
            raise Unauthenticated("no such ticket")
        return signed

    def forget(self, matches: Callable[[Signed], bool]) -> None:
        """These sessions have ended: what they were issued opens nothing any more."""
        for ticket in [ticket for ticket, (signed, _) in self._waiting.items() if matches(signed)]:
            del self._waiting[ticket]

    def _drop_expired(self, now: datetime) -> None:
        # Issued in order of time, so the expired ones stand in front.
        while self._waiting:
            oldest = next(iter(self._waiting))
            if self._waiting[oldest][1] > now:
                return
            del self._waiting[oldest]
