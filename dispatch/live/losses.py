"""What the service itself lacks now: what is lost, and what a dispatcher must doubt for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

BEHIND_SECONDS: Final = 2.0
"""A command that waits longer for the record than that is felt at the desk (the budget is 0.25 s)."""

CAUGHT_UP_SECONDS: Final = 0.5


class Loss(StrEnum):
    """What is lost, the gravest first."""

    RECORD_UNAVAILABLE = "record_unavailable"
    RECORD_BEHIND = "record_behind"
    REQUESTS_STUCK = "requests_stuck"
    COVER_STUCK = "cover_stuck"
    ROADS_MISSING = "roads_missing"
    SOLVER_OFF = "solver_off"
    OPINIONS_PLAIN = "opinions_plain"


class Affected(StrEnum):
    """What to doubt."""

    COMMANDS = "commands"
    ARRIVALS = "arrivals"
    REQUESTS = "requests"
    COVER = "cover"
    ORDERS = "orders"
    OPINIONS = "opinions"


SENTENCES: Final[Mapping[Loss, str]] = {
    Loss.RECORD_UNAVAILABLE: "The record cannot be written: nothing that is ordered here is kept. Telephone.",
    Loss.RECORD_BEHIND: "The record is slow: commands are confirmed late. Wait before repeating.",
    Loss.REQUESTS_STUCK: "Requests do not go on by themselves: nobody else is asked when no answer comes.",
    Loss.COVER_STUCK: "Cover is not looked at by itself: its colours may be old.",
    Loss.ROADS_MISSING: "Road travel times are missing: arrivals are straight-line estimates (≈).",
    Loss.SOLVER_OFF: "The planner for many units is off: orders are answered closest first.",
    Loss.OPINIONS_PLAIN: "Second opinions are played slowly: they rest on fewer futures.",
}

AFFECTS: Final[Mapping[Loss, tuple[Affected, ...]]] = {
    Loss.RECORD_UNAVAILABLE: (Affected.COMMANDS,),
    Loss.RECORD_BEHIND: (Affected.COMMANDS,),
    Loss.REQUESTS_STUCK: (Affected.REQUESTS,),
    Loss.COVER_STUCK: (Affected.COVER,),
    Loss.ROADS_MISSING: (Affected.ARRIVALS, Affected.COVER),
    Loss.SOLVER_OFF: (Affected.ORDERS,),
    Loss.OPINIONS_PLAIN: (Affected.OPINIONS,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSigns:
    """What one process sees of itself.

    ``record_trusted``: no disk failed under its writer. ``oldest_wait_seconds``: how long the oldest command
    waits to be written. ``failing_timers``: those whose last run failed or does not end, by name.
    """

    record_trusted: bool = True
    oldest_wait_seconds: float = 0.0
    failing_timers: Collection[str] = ()
    has_roads: bool = True
    solver_works: bool = True
    opinions_compiled: bool = True


def list_losses(signs: ServiceSigns, *, before: Collection[Loss] = ()) -> tuple[Loss, ...]:
    """What is lost, the gravest first. ``before``: what was, for a state near its limit shall not flicker."""
    behind = CAUGHT_UP_SECONDS if Loss.RECORD_BEHIND in before else BEHIND_SECONDS
    # The follower reads the journal every second: where it fails, the record does not answer.
    unavailable = not signs.record_trusted or "follower" in signs.failing_timers
    lost = {
        Loss.RECORD_UNAVAILABLE: unavailable,
        Loss.RECORD_BEHIND: signs.oldest_wait_seconds > behind and not unavailable,
        Loss.REQUESTS_STUCK: "escalation" in signs.failing_timers,
        Loss.COVER_STUCK: "look" in signs.failing_timers,
        Loss.ROADS_MISSING: not signs.has_roads,
        Loss.SOLVER_OFF: not signs.solver_works,
        Loss.OPINIONS_PLAIN: not signs.opinions_compiled,
    }
    return tuple(loss for loss in Loss if lost[loss])
