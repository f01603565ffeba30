"""What a house does by the clock beside its rules: frames, turns, sessions, and tidying up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from dispatch.aid.given import reach_of
from dispatch.services.advisor import refreshing
from dispatch.services.core import Core
from dispatch.services.hub import Hub
from dispatch.services.identity import Identity
from dispatch.services.ports import Tx
from dispatch.services.timers import Timer

POSITIONS_SECONDS: Final = 0.5
BEAT_SECONDS: Final = 2.0
SESSIONS_SECONDS: Final = 15.0
TURNS_SECONDS: Final = 5.0
ADVICE_SECONDS: Final = 15.0
TIDY_SECONDS: Final = 3600.0

ANSWERS_KEPT: Final = timedelta(days=7)
"""How long a retry of a command is recognised."""


def list_other_timers(core: Core, hub: Hub, identity: Identity) -> Sequence[Timer]:
    """The timers; nobody else needs to know them one by one."""

    def tell_turns() -> None:
        """What changes by the clock alone (a duty falls due, a waiver or a closure runs out) is told too."""
        hub.publish(core.world.list_timed_keys())

    async def look_up_sessions() -> None:
        """A session that ended elsewhere (another process, the command line) closes its boards here too."""
        for session_id in hub.list_session_ids():
            if await identity.find_signed(session_id) is None:
                hub.drop_session(session_id)

    return (
        Timer("positions", hub.send_positions, seconds=POSITIONS_SECONDS),
        Timer("turns", tell_turns, seconds=TURNS_SECONDS),
        Timer("advice", refreshing(core.engine.advisor, core.clock), seconds=ADVICE_SECONDS),
        Timer("beats", hub.send_beats, seconds=BEAT_SECONDS),
        Timer("sessions", look_up_sessions, seconds=SESSIONS_SECONDS),
        Timer("tidy", lambda: _tidy(core), seconds=TIDY_SECONDS),
    )


async def _tidy(core: Core) -> None:
    def write(tx: Tx) -> None:
        tx.forget_answers(core.clock() - ANSWERS_KEPT)
        tx.delete_expired_sessions(core.clock())

    await core.store.write(write)
    core.world.forget_over(core.clock())
    await look_back(core)


async def look_back(core: Core) -> None:
    """Where an agency has set a longer memory, read the loans that ended before those that are known."""
    given, since = core.world.given, core.clock() - reach_of(core.world.advice.ledger_memory)
    if since < given.since:
        given.take(await core.store.read(lambda reader: reader.list_ended_loans(since)), since=since)
