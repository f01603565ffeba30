"""What each jurisdiction has given lately: unit-hours lent less those borrowed, fading with time.

Counted are loans that have ended, to stand by too, under whichever agreement: each from when the unit was
lent until it was home again. A unit that was sent on from a standby is one loan: it counts once, when all of
it is over.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from dispatch.aid.assignment import REDIRECTED, Assignment
from dispatch.model.ids import JurisdictionId

MEMORIES: Final = 5
"""After so many memories less than a hundredth of a loan is left: it is not looked at any more."""


class EndedLoan(NamedTuple):
    """A loan that is over: by whom, to whom, for how many unit-hours, and since when."""

    lender: JurisdictionId
    borrower: JurisdictionId
    hours: float
    ended_at: datetime


def find_ended_loan(assignment: Assignment) -> EndedLoan | None:
    """The loan that ended with the assignment.

    None for own work, for one that is not over, and for a standby from which the unit was sent on.
    """
    ended_at = assignment.ended_at
    if ended_at is None or not assignment.lent or assignment.end_reason == REDIRECTED:
        return None
    # A clock that was set back meanwhile gives nobody hours.
    hours = max(0.0, (ended_at - assignment.lent_since).total_seconds() / 3600)
    return EndedLoan(assignment.home, assignment.borrower, hours, ended_at)


def reach_of(memory: timedelta) -> timedelta:
    """How far back a loan may have ended and still count."""
    return MEMORIES * memory


def given_hours(
    loans: Iterable[EndedLoan], *, now: datetime, memory: timedelta
) -> Mapping[JurisdictionId, float]:
    """Net unit-hours of whoever took part in one of these loans, positive where it gave more.

    A loan that ended a ``memory`` ago counts ``1/e`` of its hours; one that ended later than ``now``, or
    beyond ``reach_of`` the memory, nothing.
    """
    net: defaultdict[JurisdictionId, float] = defaultdict(float)
    seconds, furthest = memory.total_seconds(), reach_of(memory).total_seconds()
    for loan in loans:
        age = (now - loan.ended_at).total_seconds()
        if 0.0 <= age < furthest:
            left = loan.hours * math.exp(-age / seconds)
            net[loan.lender] += left
            net[loan.borrower] -= left
    return dict(net)
