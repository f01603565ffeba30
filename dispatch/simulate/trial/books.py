"""What one trial writes down: what became of every call, every mission and every move."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.agreements.permit import Permit
from dispatch.simulate.trial.fleet import Mission

UNSERVED = -1


class Sent(NamedTuple):
    """A unit sent to a call. ``asked_at`` where its home was asked before; ``stood_by``: from standby."""

    unit: int
    mission: Mission
    permit: Permit | None
    asked_at: float | None
    stood_by: bool


class Asked(NamedTuple):
    """A request and its end. ``answer``: accepted, declined, expired, withdrawn or lapsed."""

    row: int
    unit: int
    permit: Permit
    at: float
    answered_at: float
    answer: str


class Moved(NamedTuple):
    """A unit that stood by for a neighbour from ``at`` on; ``ended_at`` when it was sent or went home."""

    unit: int
    borrower: int
    permit: Permit
    at: float
    ended_at: float
    by_call: bool


@dataclass(slots=True)
class Breach:
    """What an audit found: how often, and the first few in words that a tester can look up."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def note(self, example: str) -> None:
        """One more."""
        self.count += 1
        if len(self.examples) < 5:
            self.examples.append(example)


@dataclass(slots=True, kw_only=True)
class Books:
    """Columns by call, and the lists of what was done in order of time.

    ``arrival_seconds`` from the call to the unit at the scene, ``UNSERVED`` for one that nobody came to;
    ``unit`` who came; ``lender_lent``: whether the call's own jurisdiction had a unit out for a neighbour
    when it came in.
    """

    arrival_seconds: NDArray[np.float64]
    unit: NDArray[np.int64]
    lender_lent: NDArray[np.bool_]
    sent: list[Sent] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    moves_refused: int = 0
    decisions: int = 0


def open_books(calls: int) -> Books:
    """Empty ones."""
    return Books(
        arrival_seconds=np.full(calls, float(UNSERVED)),
        unit=np.full(calls, UNSERVED, dtype=np.int64),
        lender_lent=np.zeros(calls, dtype=np.bool_),
    )
