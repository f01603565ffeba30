"""A neighbourhood at one moment, as columns: all that weighing, standby and rollouts look at.

It is made by the live service from its picture and by the simulator from its fleet; whoever decides on it
cannot tell which.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.advice.grid import Floats, Grid, Rows
from dispatch.model.unit import UnitType

LEVEL: Final = {
    UnitType.BLS_AMBULANCE: 0,
    UnitType.ALS_AMBULANCE: 1,
    UnitType.CRITICAL_CARE_AMBULANCE: 2,
}
"""The ground ambulances by level of care: a need is met by its own level and any above. Other types take no
part in cover."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LendingTable:
    """What the agreements would let pass by and large, for futures that nobody can ask about one by one.

    ``floor`` (lenders, borrowers, 4 priorities, 3 levels): free units (of the level's floor group, this one
    included) that a lender must have for a loan; ``NEVER`` where no agreement permits it. Rows and columns
    are the grid's jurisdictions. ``asked_seconds`` (lenders, borrowers): request to dispatch.
    """

    floor: Rows
    asked_seconds: Floats


NEVER: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Situation:
    """The ambulances of a neighbourhood; units are rows in the order of their ids.

    ``home`` is the row of the unit's jurisdiction in the grid, ``serves`` the row of the one that it covers
    now: its home, or the borrower while it stands by there; ``post`` the grid's post where it waits.
    ``level`` as in ``LEVEL``. ``free_in_seconds``: 0 for a unit that could be sent now; an estimate for a
    busy one; ``inf`` for one that nobody can count on (off duty, unknown, lent out on standby elsewhere).
    ``lent``: works or stands by for another jurisdiction under an agreement: never lent on.
    ``calls_per_hour``, ``priority_share`` and ``busy_share`` are per jurisdiction, as expected now.
    ``ledger_hours``: unit-hours each jurisdiction gave more than it received, decayed (``aid.given``);
    whether they are priced is for each unit's permit to say.
    """

    now: datetime
    grid: Grid
    home: Rows
    serves: Rows
    post: Rows
    level: Rows
    free_in_seconds: Floats
    lent: NDArray[np.bool_]
    calls_per_hour: Floats
    priority_share: Floats
    als_share: Floats
    busy_share: Floats
    ledger_hours: Floats
    occupancy_seconds: float
    lending: LendingTable
