"""How many calls are to be expected, by the hour of the week."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.model.ids import JurisdictionId

HOURS_PER_WEEK = 168


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """Expected calls. ``per_hour`` (jurisdictions, 168): Monday 00h first, in ``time_zone``'s clocks.

    ``priority_share`` (jurisdictions, 4) by ``Priority.rank``; ``als_share`` of the calls that need ALS or
    more, per jurisdiction. ``occupancy_seconds``: from dispatch to free again, in the mean.
    """

    jurisdictions: tuple[JurisdictionId, ...]
    time_zone: str
    per_hour: NDArray[np.float64]
    priority_share: NDArray[np.float64]
    als_share: NDArray[np.float64]
    occupancy_seconds: float

    def calls_per_hour(self, now: datetime) -> NDArray[np.float64]:
        """One figure per jurisdiction for the hour of this moment."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        column: NDArray[np.float64] = self.per_hour[:, local.weekday() * 24 + local.hour]
        return column
