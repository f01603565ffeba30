"""What the service itself lacks now: what is lost, and what a dispatcher must doubt for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

BEHIND_SECONDS: Final = 2.0
"""A command that waits longer for the record than that is felt at the desk (the budget is 0.25 s)."""

CAUGHT_UP_SECONDS: Final = 0.5

FAILED_RUNS: Final = 2
"""One error may be chance; a second in a row is a fault."""

READING_SLOW_SECONDS: Final = 3.0
"""The follower takes some milliseconds each time, unless all readers are at work on something long."""

STUCK_SECONDS: Final = 10.0
"""A request waits for an answer for minutes: so late the next one may be asked."""


class Loss(StrEnum):
    """What is lost, the gravest first."""

    RECORD_UNAVAILABLE = "record_unavailable"
    RECORD_BEHIND = "record_behind"
    REQUESTS_STUCK = "requests_stuck"
    FEEDS_UNWATCHED = "feeds_unwatched"
    READING_SLOW = "reading_slow"
    PART_FAILING = "part_failing"
    COVER_STUCK = "cover_stuck"
    ROADS_MISSING = "roads_missing"
    SOLVER_OFF = "solver_off"
    OPINIONS_PLAIN = "opinions_plain"


class Affected(StrEnum):
    """What to doubt."""

    COMMANDS = "commands"
    ARRIVALS = "arrivals"
    REQUESTS = "requests"
    UNITS = "units"
    BOARD = "board"
    COVER = "cover"
    ORDERS = "orders"
    OPINIONS = "opinions"


SENTENCES: Final[Mapping[Loss, str]] = {
    Loss.RECORD_UNAVAILABLE: "The record cannot be written: nothing that is ordered here is kept. Telephone.",
    Loss.RECORD_BEHIND: "The record is slow: commands are confirmed late. Wait before repeating.",
    Loss.REQUESTS_STUCK: "Requests do not go on by themselves: nobody else is asked when no answer comes.",
    Loss.FEEDS_UNWATCHED: "Feeds are not watched: one that has stopped may still show as live.",
    Loss.READING_SLOW: (
        "The record is read slowly: answers and news from other servers come late. What is confirmed is kept."
    ),
    Loss.PART_FAILING: (
        "A part of the service keeps failing: what is shown may be old. Tell whoever runs the service."
    ),
    Loss.COVER_STUCK: "Cover is not looked at by itself: its colours may be old.",
    Loss.ROADS_MISSING: "Road travel times are missing: arrivals are straight-line estimates (≈).",
    Loss.SOLVER_OFF: "The planner for many units is off: orders are answered closest first.",
    Loss.OPINIONS_PLAIN: "Second opinions are played slowly: they rest on fewer futures.",
}

AFFECTS: Final[Mapping[Loss, tuple[Affected, ...]]] = {
    Loss.RECORD_UNAVAILABLE: (Affected.COMMANDS,),
    Loss.RECORD_BEHIND: (Affected.COMMANDS,),
    Loss.REQUESTS_STUCK: (Affected.REQUESTS,),
    Loss.FEEDS_UNWATCHED: (Affected.UNITS,),
    Loss.READING_SLOW: (Affected.BOARD,),
    Loss.PART_FAILING: (Affected.BOARD,),
    Loss.COVER_STUCK: (Affected.COVER,),
    Loss.ROADS_MISSING: (Affected.ARRIVALS, Affected.COVER),
    Loss.SOLVER_OFF: (Affected.ORDERS,),
    Loss.OPINIONS_PLAIN: (Affected.OPINIONS,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerSigns:
    """``failed_runs``: so many of its last runs failed, in a row; ``running_seconds``: of a run under way."""

    failed_runs: int = 0
    running_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSigns:
    """What one process sees of itself.

    ``record_trusted``: no disk failed under its writer. ``oldest_wait_seconds``: how long the oldest command
    waits to be written. ``timers``: by name, what is to be done again and again.
    """

    record_trusted: bool = True
    oldest_wait_seconds: float = 0.0
    timers: Mapping[str, TimerSigns] = field(default_factory=dict)
    has_roads: bool = True
    solver_works: bool = True
    opinions_compiled: bool = True

    def timer(self, name: str) -> TimerSigns:
        """The signs of one timer; of one that is not there, those of one that works."""
        return self.timers.get(name, _WORKS)

    def fails(self, name: str) -> bool:
        """Whether the timer's failing is no chance any more."""
        return self.timer(name).failed_runs >= FAILED_RUNS


_WORKS: Final = TimerSigns()

_FOLLOWER: Final = "follower"
_ESCALATION: Final = "escalation"
_LOOK: Final = "look"
_FEEDS: Final = "feeds"
_FEED_KEYS: Final = "feed-keys"
_NAMED: Final = frozenset((_FOLLOWER, _ESCALATION, _LOOK, _FEEDS, _FEED_KEYS))
"""The timers whose failing has a name of its own."""


def list_losses(signs: ServiceSigns, *, before: Collection[Loss] = ()) -> tuple[Loss, ...]:
    """What is lost, the gravest first. ``before``: what was, for a state near its limit shall not flicker.

    A reader that waits says nothing of writing: long reads may keep all of them busy.
    """
    behind = CAUGHT_UP_SECONDS if Loss.RECORD_BEHIND in before else BEHIND_SECONDS
    follower, escalation = signs.timer(_FOLLOWER), signs.timer(_ESCALATION)
    # The follower reads the journal every second: where that fails again, the record does not answer.
    unavailable = not signs.record_trusted or signs.fails(_FOLLOWER)
    # Whatever reads the record fails with it, and is well again with it.
    keys_fail = signs.fails(_FEED_KEYS) and not unavailable
    others_fail = any(map(signs.fails, signs.timers.keys() - _NAMED)) and not unavailable
    lost = {
        Loss.RECORD_UNAVAILABLE: unavailable,
        Loss.RECORD_BEHIND: signs.oldest_wait_seconds > behind and not unavailable,
        Loss.REQUESTS_STUCK: bool(escalation.failed_runs) or escalation.running_seconds > STUCK_SECONDS,
        Loss.FEEDS_UNWATCHED: signs.fails(_FEEDS) or keys_fail,
        Loss.READING_SLOW: follower.running_seconds > READING_SLOW_SECONDS and not unavailable,
        Loss.PART_FAILING: others_fail,
        Loss.COVER_STUCK: bool(signs.timer(_LOOK).failed_runs),
        Loss.ROADS_MISSING: not signs.has_roads,
        Loss.SOLVER_OFF: not signs.solver_works,
        Loss.OPINIONS_PLAIN: not signs.opinions_compiled,
    }
    return tuple(loss for loss in Loss if lost[loss])
