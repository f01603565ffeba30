"""Who is calling: people with sessions, machines with keys, boards with tickets."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signed-in person. ``session_id`` is the stored hash, never the token; ``csrf`` goes with each mutation."""

    principal: Principal
    session_id: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What sign-in hands out. ``token`` is the cookie's value and is not stored anywhere."""

    token: str
    signed: Signed


class Identity:
    """Sign-in, sessions, tickets and keys. Unknown names and wrong secrets look and take the same."""

    async def sign_in(self, login: str, password: str, *, client: str) -> NewSession:
        """A new 12 h session. ``client`` is the peer's address, for the rate limit of this login from there.

        Raises ``Unauthenticated``, ``TooMany``.
        """
        ...

    async def sign_out(self, token: str) -> None:
        """End the session and close its boards (4401). An unknown token is no error."""
        ...

    async def get_session(self, token: str) -> Signed:
        """Who holds this cookie. Raises ``Unauthenticated`` (unknown, expired, revoked)."""
        ...

    async def get_machine(self, bearer: str) -> Principal:
        """Who holds this ``pfx_id.secret`` key. Raises ``Unauthenticated``."""
        ...

    def issue_ticket(self, signed: Signed) -> str:
        """A board ticket: single use, 30 s."""
        ...

    def redeem_ticket(self, ticket: str) -> Signed:
        """Who the ticket was issued to; it is spent. Raises ``Unauthenticated``."""
        ...

    async def create_person(
        self,
        *,
        login: str,
        password: str,
        display_name: str,
        role: Role,
        jurisdiction_id: JurisdictionId | None,
    ) -> Principal:
        """Add a person, or change an existing one's password and role. Raises ``Invalid``."""
        ...

    async def create_api_key(
        self,
        *,
        jurisdiction_id: JurisdictionId,
        label: str,
        role: Role = Role.FEED,
        expires_at: datetime | None = None,
    ) -> str:
        """A new machine key, ``pfx_id.secret``; only its hash is kept, so this is its one showing."""
        ...
