"""How many calls are to be expected, by the hour of the week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.remaining import estimate_free_in_seconds
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.region import Region
from dispatch.model.unit import UnitStatus, UnitType

HOURS_PER_WEEK = 168

CALLS_PER_DAY: Final = 2.0
"""In each jurisdiction of a region that says nothing of its calls, as simulations assume too."""
PRIORITY_SHARE: Final = (0.1, 0.4, 0.5, 0.0)
ALS_SHARE: Final = 0.5
"""How a region's calls split that says nothing of their natures."""

NEEDS_ALS: Final = frozenset(
    {UnitType.ALS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE, UnitType.ALS_NONTRANSPORT}
)


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


def forecast_of(region: Region, jurisdictions: Iterable[JurisdictionId] | None = None) -> Forecast:
    """What the region's own pattern of calls says (``Region.calls``), until something better is learned.

    Every jurisdiction has the region's hours and natures, and its share of the calls.
    """
    names = tuple(sorted(region.jurisdictions) if jurisdictions is None else jurisdictions)
    pattern = region.calls
    per_day = _number(pattern.get("calls_per_day"), CALLS_PER_DAY * len(region.jurisdictions))
    said = pattern.get("weights")
    weights = {
        name: _number(said.get(name) if isinstance(said, Mapping) else None, 1.0)
        for name in region.jurisdictions
    }
    share = np.array([weights[name] for name in names]) / (sum(weights.values()) or 1.0)
    priority_share, als_share = _natures(pattern.get("natures"))
    return Forecast(
        jurisdictions=names,
        time_zone=region.time_zone,
        per_hour=np.outer(share, 7.0 * per_day * _hours(pattern.get("hour_of_week"))),
        priority_share=np.tile(priority_share, (len(names), 1)),
        als_share=np.full(len(names), als_share),
        occupancy_seconds=float(estimate_free_in_seconds(UnitStatus.DISPATCHED, in_status_seconds=0.0) or 0),
    )


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def _hours(value: object) -> NDArray[np.float64]:
    """168 shares of a week's calls, making 1."""
    hours = np.ones(HOURS_PER_WEEK)
    if isinstance(value, Sequence) and len(value) == HOURS_PER_WEEK:
        hours = np.array([_number(share, 0.0) for share in value])
    return hours / (hours.sum() or 1.0)


def _natures(value: object) -> tuple[NDArray[np.float64], float]:
    """The shares of the priorities, and of the calls that need ALS."""
    if not isinstance(value, Sequence) or not value:
        return np.array(PRIORITY_SHARE), ALS_SHARE
    priority_share, als = np.zeros(len(Priority)), 0.0
    for row in value:
        priority_share[Priority(row["priority"]).rank - 1] += float(row["share"])
        als += float(row["share"]) if UnitType(row["need"]) in NEEDS_ALS else 0.0
    total = float(priority_share.sum()) or 1.0
    return priority_share / total, als / total
