"""A forecast from the record's own calls: when they come, how urgent they are, how long a mission takes.

A jurisdiction's hours of the week are few calls each, so they lean on the whole region's pattern, and that
on the one that was told beforehand; each leans less the more calls there are. Nothing of the weather, of
holidays or of the year is looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.aid.advice.forecast import HOURS_PER_WEEK, NEEDS_ALS, Forecast
from dispatch.aid.advice.grid import Floats, Rows
from dispatch.aid.assignment import Assignment
from dispatch.model.incident import Incident

LEAST_WEEKS: Final = 4.0
"""A shorter record teaches nothing: what was told beforehand stays."""

TOLD_WEEKS: Final = 1.0
"""How many weeks of record the number of calls that was told beforehand is worth."""

TOLD_CALLS: Final = 500.0
"""How many calls the pattern above is worth against a jurisdiction's (or the region's) own."""

TOLD_SHARES: Final = 50.0
"""How many calls the shares that were told are worth; how many missions the occupancy."""

LONGEST_MISSION: Final = timedelta(hours=6)
"""What took longer was forgotten, not driven."""


def learn_forecast(
    told: Forecast,
    incidents: Iterable[Incident],
    *,
    since: datetime,
    until: datetime,
    assignments: Iterable[Assignment] = (),
    weeks: float | None = None,
) -> Forecast:
    """What the calls of [since, until) teach beyond ``told``; ``told`` itself while they are too few weeks.

    ``weeks``: how many of them the record covers, where it has gaps. Calls of jurisdictions that ``told``
    does not know are passed over.
    """
    weeks = (until - since) / timedelta(weeks=1) if weeks is None else weeks
    if weeks < LEAST_WEEKS:
        return told
    row_of = {name: row for row, name in enumerate(told.jurisdictions)}
    known = [i for i in incidents if since <= i.opened_at < until and i.jurisdiction_id in row_of]
    rows = np.array([row_of[i.jurisdiction_id] for i in known], dtype=np.int64)
    return replace(
        told,
        per_hour=_per_hour(told, rows, _hours(known, told.time_zone), weeks),
        priority_share=_priorities(told, rows, known),
        als_share=_als(told, rows, known),
        occupancy_seconds=_occupancy(told, assignments),
    )


def _hours(calls: Sequence[Incident], time_zone: str) -> Rows:
    """The hour of the week of each call, in the region's civil time."""
    zone = ZoneInfo(time_zone)
    local = [call.opened_at.astimezone(zone) for call in calls]
    return np.array([moment.weekday() * 24 + moment.hour for moment in local], dtype=np.int64)


def _per_hour(told: Forecast, rows: Rows, hours: Rows, weeks: float) -> Floats:
    """Calls per hour of the week, (jurisdictions, 168)."""
    counts = np.zeros((len(told.jurisdictions), HOURS_PER_WEEK))
    np.add.at(counts, (rows, hours), 1.0)
    whole = told.per_hour.sum(axis=0)
    region = _lean(_smooth(counts.sum(axis=0)), whole / (whole.sum() or 1.0))
    shape = np.stack([_lean(_smooth(own), region) for own in counts])
    expected = told.per_hour.sum(axis=1) * TOLD_WEEKS
    per_week = (counts.sum(axis=1) + expected) / (weeks + TOLD_WEEKS)
    per_hour: Floats = shape * per_week[:, None]
    return per_hour


def _lean(counts: Floats, told_share: Floats) -> Floats:
    """Shares (making 1) of counts that lean on what was told."""
    share: Floats = (counts + TOLD_CALLS * told_share) / (counts.sum() + TOLD_CALLS)
    return share


def _smooth(counts: Floats) -> Floats:
    """Each hour with a quarter of its neighbours': calls do not know the full hour."""
    smoothed: Floats = 0.25 * np.roll(counts, 1) + 0.5 * counts + 0.25 * np.roll(counts, -1)
    return smoothed


def _priorities(told: Forecast, rows: Rows, calls: Sequence[Incident]) -> Floats:
    counts = TOLD_SHARES * told.priority_share
    np.add.at(counts, (rows, np.array([c.priority.rank - 1 for c in calls], dtype=np.int64)), 1.0)
    share: Floats = counts / counts.sum(axis=1, keepdims=True)
    return share


def _als(told: Forecast, rows: Rows, calls: Sequence[Incident]) -> Floats:
    asked = [any(need.unit_type in NEEDS_ALS for need in call.needs) for call in calls]
    of = np.bincount(rows, minlength=len(told.jurisdictions))
    als = np.bincount(rows, weights=np.array(asked, dtype=np.float64), minlength=len(told.jurisdictions))
    share: Floats = (als + TOLD_SHARES * told.als_share) / (of + TOLD_SHARES)
    return share


def _occupancy(told: Forecast, assignments: Iterable[Assignment]) -> float:
    """Seconds from dispatch to free again, over missions that ended and were no slip of the keys."""
    took = [a.ended_at - a.assigned_at for a in assignments if a.ended_at is not None]
    seconds = [t.total_seconds() for t in took if timedelta(minutes=1) <= t <= LONGEST_MISSION]
    return float((sum(seconds) + TOLD_SHARES * told.occupancy_seconds) / (len(seconds) + TOLD_SHARES))
