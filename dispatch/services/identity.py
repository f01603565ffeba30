"""Who is calling: people with sessions, machines with keys, boards with tickets."""

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dispatch.model.clock import Clock
from dispatch.model.errors import Invalid, StepUpFailed, TooMany, Unauthenticated
from dispatch.model.ids import IdSource, JurisdictionId, PersonId
from dispatch.model.principal import SERVICE, Principal, Role
from dispatch.services.limits import RateLimit
from dispatch.services.ports import ApiKey, Person, Reader, Session, Store, Tx
from dispatch.services.tickets import Signed, Tickets

SESSION_LENGTH: Final = timedelta(hours=12)
"""A dispatcher's shift."""

SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 1024
"""Characters; the upper bound keeps one try's hashing cost bounded."""

HASHES_AT_ONCE: Final = 2
TRIES_IN_LINE: Final = 40
"""Hashing takes 19 MiB and some 40 ms each: more than these wait or are turned away, so that a storm of
sign-ins cannot take the memory or the processor from the boards."""

_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$+RkN0v1XFMtNp5J1fteXfA$liPS/Q1loPmZrPr7uMXyxPWQz2074GnzEMjDBhDXIlk"
)
"""A hash of random bytes, checked where no such person exists: unknown and wrong take the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What sign-in hands out. ``token`` is the cookie's value and is not stored anywhere."""

    token: str
    signed: Signed


class Boards(Protocol):
    """The open boards, as far as signing out goes; the hub has them."""

    def drop_session(self, session_id: str) -> int:
        """Close the boards of a session."""
        ...

    def drop_person(self, principal_id: str) -> int:
        """Close the boards of a person."""
        ...


class Identity:
    """Sign-in, sessions, tickets and keys. Unknown names and wrong secrets look and take the same."""

    def __init__(self, store: Store, *, clock: Clock, ids: IdSource, boards: Boards) -> None:
        """``boards`` are closed when their session ends early."""
        self._store, self._clock, self._ids, self._boards = store, clock, ids, boards
        # OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self._in_line = 0
        # Per name *and* place: a stranger's guesses lock nobody out, and one who forgot a password does not
        # lock out the colleagues behind the same address.
        self._per_login = RateLimit(burst=5, refill_seconds=12)
        self._per_client = RateLimit(burst=60, refill_seconds=1)
        self._tickets = Tickets()

    async def sign_in(self, login: str, password: str, *, client: str) -> NewSession:
        """A new 12 h session. ``client`` is the peer's address, for the rate limit of this login from there.

        Raises ``Unauthenticated``, ``TooMany``.
        """
        now = self._clock()
        attempt = f"{login}\0{client}"
        self._per_client.take(client, now=now)
        self._per_login.take(attempt, now=now)
        person = await self._store.read(lambda reader: _find_person(reader, login))
        known = person is not None and not person.disabled
        matches = await self._matches(person.password_hash if person and known else _NOBODY, password)
        if person is None or not known or not matches:
            raise Unauthenticated("wrong name or password")
        self._per_login.forget(attempt)
        return await self._begin(person, now=now)

    async def confirm(self, principal: Principal, password: str, *, client: str) -> Person:
        """Ask for the password again before a step that binds; the session is left as it is.

        Tries count together with those of signing in. Whoever acts on the answer looks again inside the
        transaction that the person is still the same (``require_unchanged``). Raises ``StepUpFailed``,
        ``TooMany``.
        """
        now, attempt = self._clock(), f"{principal.id}\0{client}"
        self._per_client.take(client, now=now)
        self._per_login.take(attempt, now=now)
        person = await self._store.read(lambda reader: _find_person(reader, principal.id))
        known = person is not None and not person.disabled
        matches = await self._matches(person.password_hash if person and known else _NOBODY, password)
        if person is None or not known or not matches:
            raise StepUpFailed("wrong password")
        self._per_login.forget(attempt)
        return person

    async def sign_out(self, token: str) -> None:
        """End the session and close its boards (4401). An unknown token is no error."""
        session_id = sha256(token)
        await self._store.write(lambda tx: tx.delete_session(session_id))
        self._tickets.forget(lambda signed: signed.session_id == session_id)
        self._boards.drop_session(session_id)

    async def get_session(self, token: str) -> Signed:
        """Who holds this cookie. Raises ``Unauthenticated`` (unknown, expired, revoked)."""
        signed = await self.find_signed(sha256(token))
        if signed is None:
            raise Unauthenticated("no such session")
        return signed

    async def find_signed(self, session_id: str) -> Signed | None:
        """The session as the record has it now; None once it expired or was revoked."""
        return await self._store.read(lambda reader: _find_signed(reader, session_id, now=self._clock()))

    async def get_machine(self, bearer: str) -> Principal:
        """Who holds this ``pfx_id.secret`` key. Raises ``Unauthenticated``."""
        key_id, _, secret = bearer.partition(".")
        key = await self._store.read(lambda reader: _find_key(reader, key_id))
        expected = key.secret_sha256 if key else sha256("")
        matches = hmac.compare_digest(sha256(secret), expected)
        now = self._clock()
        if (
            key is None
            or not matches
            or key.revoked_at is not None
            or (key.expires_at is not None and now >= key.expires_at)
        ):
            raise Unauthenticated("no such key")
        return Principal(
            id=key.id, role=key.role, jurisdiction_id=key.jurisdiction_id, display_name=key.label
        )

    def issue_ticket(self, signed: Signed) -> str:
        """A board ticket: single use, 30 s."""
        return self._tickets.issue(signed, now=self._clock())

    def redeem_ticket(self, ticket: str) -> Signed:
        """Who the ticket was issued to; it is spent. Raises ``Unauthenticated``."""
        return self._tickets.redeem(ticket, now=self._clock())

    async def create_person(
        self,
        *,
        login: str,
        password: str,
        display_name: str,
        role: Role,
        jurisdiction_id: JurisdictionId | None,
    ) -> Principal:
        """Add a person, or change an existing one's password and role. Raises ``Invalid``.

        A change ends all of that person's sessions.
        """
        _require_sane(login, password, role)
        async with self._hashing:
            password_hash = await asyncio.to_thread(self._hasher.hash, password)
        person_id = PersonId(self._ids("per"))

        def put(tx: Tx) -> Person:
            known = tx.find_person(login)
            person = Person(
                id=known.id if known else person_id,
                login=login,
                display_name=display_name,
                role=role,
                jurisdiction_id=jurisdiction_id,
                password_hash=password_hash,
            )
            tx.put_person(person)
            tx.delete_sessions_of(person.id)
            return person

        principal = _principal_of(await self._store.write(put))
        self._tickets.forget(lambda signed: signed.principal.id == principal.id)
        self._boards.drop_person(principal.id)
        return principal

    async def create_api_key(
        self,
        *,
        jurisdiction_id: JurisdictionId,
        label: str,
        role: Role = Role.FEED,
        expires_at: datetime | None = None,
    ) -> str:
        """A new machine key, ``pfx_id.secret``; only its hash is kept, so this is its one showing."""
        key_id, secret = f"key_{secrets.token_hex(8)}", secrets.token_urlsafe(32)
        key = ApiKey(
            id=key_id,
            # 256 random bits need no slow hash: nobody guesses them.
            secret_sha256=sha256(secret),
            role=role,
            jurisdiction_id=jurisdiction_id,
            label=label,
            created_at=self._clock(),
            expires_at=expires_at,
        )
        await self._store.write(lambda tx: tx.put_api_key(key))
        return f"{key_id}.{secret}"

    async def _begin(self, person: Person, *, now: datetime) -> NewSession:
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        session = Session(
            token_hash=sha256(token),
            person_id=person.id,
            csrf=csrf,
            created_at=now,
            expires_at=now + SESSION_LENGTH,
        )

        def put(tx: Tx) -> None:
            if tx.find_person_by_id(person.id) != person:
                raise Unauthenticated("wrong name or password")  # changed while the password was checked
            tx.delete_expired_sessions(now)
            tx.put_session(session)

        await self._store.write(put)
        return NewSession(token=token, signed=_signed(person, session))

    async def _matches(self, password_hash: str, password: str) -> bool:
        if self._in_line >= TRIES_IN_LINE:
            raise TooMany(retry_after_seconds=1.0)
        self._in_line += 1
        try:
            async with self._hashing:
                return await asyncio.to_thread(self._verifies, password_hash, password[:LONGEST_PASSWORD])
        finally:
            self._in_line -= 1

    def _verifies(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def require_unchanged(reader: Reader, person: Person) -> None:
    """Raises ``StepUpFailed`` where the person was changed or disabled while the password was checked."""
    if reader.find_person(person.login) != person:
        raise StepUpFailed("the person was changed meanwhile")


def sha256(text: str) -> str:
    """Hex SHA-256 of a text's UTF-8; a lone surrogate hashes too, it just matches nothing."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _find_person(reader: Reader, login: str) -> Person | None:
    return reader.find_person(login)


def _find_key(reader: Reader, key_id: str) -> ApiKey | None:
    return reader.find_api_key(key_id)


def _find_signed(reader: Reader, session_id: str, *, now: datetime) -> Signed | None:
    session = reader.find_session(session_id)
    if session is None or now >= session.expires_at:
        return None
    person = reader.find_person_by_id(session.person_id)
    return _signed(person, session) if person and not person.disabled else None


def _signed(person: Person, session: Session) -> Signed:
    return Signed(
        principal=_principal_of(person),
        session_id=session.token_hash,
        csrf=session.csrf,
        expires_at=session.expires_at,
    )


def _principal_of(person: Person) -> Principal:
    return Principal(
        id=person.login,
        role=person.role,
        jurisdiction_id=person.jurisdiction_id,
        display_name=person.display_name,
    )


def _require_sane(login: str, password: str, role: Role) -> None:
    # A key's id starts with ``key_``: no person may carry a name that reads like one in the journal.
    if not login.strip() or len(login) > 100 or not login.isprintable() or login.startswith("key_"):
        raise Invalid("login", "1 to 100 printable characters, not starting with key_")
    if login == SERVICE.id:
        raise Invalid("login", "is reserved")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid("password", f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    if role is Role.SERVICE:
        raise Invalid("role", "the service never signs in")
