"""Who is calling."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import Invalid, TooMany, Unauthenticated
from dispatch.model.ids import random_ids
from dispatch.model.principal import Role
from dispatch.services.identity import Identity, sha256
from dispatch.services.limits import RateLimit
from dispatch.services.tickets import Tickets
from dispatch.store.store import SqlStore
from tests.make_world import HARLOW

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery"


class Closed:
    """Remembers whose boards were closed."""

    def __init__(self) -> None:
        self.sessions: list[str] = []
        self.people: list[str] = []

    def drop_session(self, session_id: str) -> int:
        self.sessions.append(session_id)
        return 1

    def drop_person(self, principal_id: str) -> int:
        self.people.append(principal_id)
        return 1


def make_identity(store: SqlStore, clock: ManualClock) -> tuple[Identity, Closed]:
    closed = Closed()
    return Identity(store, clock=clock, ids=random_ids, boards=closed), closed


async def with_ana(store: SqlStore, clock: ManualClock) -> tuple[Identity, Closed]:
    identity, closed = make_identity(store, clock)
    await identity.create_person(
        login="ana", password=PASSWORD, display_name="Ana", role=Role.DISPATCHER, jurisdiction_id=HARLOW
    )
    return identity, closed


async def test_a_person_signs_in_is_known_by_the_cookie_and_signs_out(
    store: SqlStore, clock: ManualClock
) -> None:
    identity, closed = await with_ana(store, clock)
    session = await identity.sign_in("ana", PASSWORD, client="10.0.0.1")
    assert session.signed.principal.id == "ana"
    assert await identity.get_session(session.token) == session.signed
    kept = await store.read(lambda reader: reader.find_session(sha256(session.token)))
    assert kept
    assert session.token not in repr(kept)
    await identity.sign_out(session.token)
    assert closed.sessions == [session.signed.session_id]
    with pytest.raises(Unauthenticated):
        await identity.get_session(session.token)


async def test_a_session_ends_after_a_shift(record: SqlStore, clock: ManualClock) -> None:
    identity, _ = await with_ana(record, clock)
    session = await identity.sign_in("ana", PASSWORD, client="10.0.0.1")
    clock.advance(seconds=12 * 3600)
    with pytest.raises(Unauthenticated):
        await identity.get_session(session.token)


async def test_a_new_password_ends_the_old_sessions_and_their_boards(
    record: SqlStore, clock: ManualClock
) -> None:
    identity, _ = await with_ana(record, clock)
    session = await identity.sign_in("ana", PASSWORD, client="10.0.0.1")
    _, closed = await with_ana(record, clock)
    assert await identity.find_signed(session.signed.session_id) is None
    assert closed.people == ["ana"]


async def test_unknown_people_and_wrong_passwords_look_the_same(record: SqlStore, clock: ManualClock) -> None:
    identity, _ = await with_ana(record, clock)
    said = []
    for login, password in (("ana", "wrong wrong"), ("nobody", PASSWORD)):
        with pytest.raises(Unauthenticated) as refused:
            await identity.sign_in(login, password, client="10.0.0.1")
        said.append(str(refused.value))
    assert said[0] == said[1]


async def test_guessing_one_persons_password_locks_out_neither_the_colleagues_nor_the_person_elsewhere(
    record: SqlStore, clock: ManualClock
) -> None:
    identity, _ = await with_ana(record, clock)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await identity.sign_in("ana", "wrong wrong", client="10.0.0.1")
    with pytest.raises(TooMany) as limited:
        await identity.sign_in("ana", PASSWORD, client="10.0.0.1")
    assert limited.value.retry_after_seconds == 12
    assert await identity.sign_in("ana", PASSWORD, client="10.0.0.2")
    with pytest.raises(Unauthenticated):
        await identity.sign_in("bo", PASSWORD, client="10.0.0.1")
    clock.advance(seconds=12)
    assert await identity.sign_in("ana", PASSWORD, client="10.0.0.1")


async def test_a_machine_is_known_by_its_key_until_the_key_expires(
    store: SqlStore, clock: ManualClock
) -> None:
    identity, _ = make_identity(store, clock)
    soon = clock.advance(seconds=0).replace(hour=13)
    key = await identity.create_api_key(jurisdiction_id=HARLOW, label="AVL", expires_at=soon)
    machine = await identity.get_machine(key)
    assert (machine.role, machine.jurisdiction_id) == (Role.FEED, HARLOW)
    for wrong in (key[:-1], key.split(".")[0], "key_none.secret", "", "."):
        with pytest.raises(Unauthenticated):
            await identity.get_machine(wrong)
    clock.advance(seconds=3600)
    with pytest.raises(Unauthenticated):
        await identity.get_machine(key)


@pytest.mark.parametrize(
    ("login", "password", "role"),
    [
        ("", PASSWORD, Role.DISPATCHER),
        ("key_1", PASSWORD, Role.DISPATCHER),
        ("service", PASSWORD, Role.DISPATCHER),
        ("a\nb", PASSWORD, Role.DISPATCHER),
        ("ana", "short", Role.DISPATCHER),
        ("ana", PASSWORD, Role.SERVICE),
    ],
)
async def test_who_could_be_taken_for_somebody_else_is_not_created(
    record: SqlStore, clock: ManualClock, login: str, password: str, role: Role
) -> None:
    identity, _ = make_identity(record, clock)
    with pytest.raises(Invalid):
        await identity.create_person(
            login=login, password=password, display_name="", role=role, jurisdiction_id=HARLOW
        )


async def test_a_ticket_is_good_once_and_for_thirty_seconds(record: SqlStore, clock: ManualClock) -> None:
    identity, _ = await with_ana(record, clock)
    signed = (await identity.sign_in("ana", PASSWORD, client="10.0.0.1")).signed
    ticket, late = identity.issue_ticket(signed), identity.issue_ticket(signed)
    assert identity.redeem_ticket(ticket) == signed
    with pytest.raises(Unauthenticated):
        identity.redeem_ticket(ticket)
    clock.advance(seconds=30)
    with pytest.raises(Unauthenticated):
        identity.redeem_ticket(late)
    assert Tickets().issue(signed, now=clock())


def test_a_bucket_refills_and_a_clock_that_steps_back_takes_nothing(clock: ManualClock) -> None:
    limit = RateLimit(burst=1, refill_seconds=10, at_most=2)
    limit.take("a", now=clock())
    clock.advance(seconds=-3600)
    with pytest.raises(TooMany):
        limit.take("a", now=clock())
    clock.advance(seconds=10)
    limit.take("a", now=clock())
    limit.take("b", now=clock())
    limit.take("c", now=clock())
    limit.take("a", now=clock())


async def test_a_ticket_dies_with_its_session(record: SqlStore, clock: ManualClock) -> None:
    identity, _ = await with_ana(record, clock)
    session = await identity.sign_in("ana", PASSWORD, client="")
    ticket = identity.issue_ticket(session.signed)
    await identity.sign_out(session.token)
    with pytest.raises(Unauthenticated):
        identity.redeem_ticket(ticket)

    session = await identity.sign_in("ana", PASSWORD, client="")
    ticket = identity.issue_ticket(session.signed)
    await identity.create_person(
        login="ana", password=PASSWORD, display_name="Ana", role=Role.ANALYST, jurisdiction_id=HARLOW
    )
    with pytest.raises(Unauthenticated):
        identity.redeem_ticket(ticket)


async def test_a_password_changed_while_somebody_signs_in_with_the_old_one_lets_nobody_in(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity, _ = await with_ana(record, clock)
    matches = identity._matches

    async def match_slowly(password_hash: str, password: str) -> bool:
        matched = await matches(password_hash, password)
        await identity.create_person(
            login="ana",
            password="another " + PASSWORD,
            display_name="Ana",
            role=Role.ANALYST,
            jurisdiction_id=HARLOW,
        )
        return matched

    monkeypatch.setattr(identity, "_matches", match_slowly)
    with pytest.raises(Unauthenticated):
        await identity.sign_in("ana", PASSWORD, client="")
