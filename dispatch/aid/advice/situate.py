"""The situation at this moment, from the live picture.

A unit is free when it says so and nothing binds it; of a busy one the typical rest of its stage is taken;
nobody counts on one that is off duty or unheard of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.advice.forecast import Forecast
from dispatch.aid.advice.grid import Floats, Grid, Rows
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.aid.advice.situation import LEVEL, LendingTable, Situation
from dispatch.aid.loans import Commitments
from dispatch.aid.remaining import STATUS_OF_STATE, estimate_free_in_seconds
from dispatch.live.picture import STATUS_BY_CODE, STATUS_CODE, Picture
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.region import Region
from dispatch.model.unit import COMMITTED, FREE, OFF, UnitStatus

ENDS_BY_ITSELF: Final = [STATUS_CODE[status] for status in (*sorted(COMMITTED), UnitStatus.AVAILABLE_DELAYED)]
"""Statuses of which one can say when they typically end."""

OFF_CODES: Final = frozenset(STATUS_CODE[status] for status in OFF)

RARELY: Final = 1e-6
"""Calls a minute where none are forecast: then the last hour's are all that is known."""


Register = Mapping[UnitId, tuple[int, int, int]]
"""The ambulances that take part in a region's cover: home, post and level of each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fleet:
    """A picture's units that take part in cover, in the order of their ids.

    ``rows`` are the picture's, ``row_of`` the situation's.
    """

    rows: Rows
    home: Rows
    post: Rows
    level: Rows
    row_of: Mapping[UnitId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBy:
    """Where a unit stands by: a neighbour's under an agreement, or an own one after a move-up."""

    borrower: JurisdictionId
    post: Point


def register_of(region: Region, grid: Grid) -> Register:
    """The ambulances of a grid's jurisdictions that have a post; without one a unit covers nothing."""
    homes = {name: row for row, name in enumerate(grid.jurisdictions)}
    posts = {point: row for row, point in enumerate(grid.posts)}
    found: dict[UnitId, tuple[int, int, int]] = {}
    for unit in region.units.values():
        at, level = region.home_of(unit), LEVEL.get(unit.unit_type)
        if unit.jurisdiction_id in homes and level is not None and at in posts:
            found[unit.id] = (homes[unit.jurisdiction_id], posts[at], level)
    return found


def make_fleet(picture: Picture, register: Register) -> Fleet:
    """The fleet of a picture, whole or in part."""
    found = sorted((unit.id, row) for row, unit in enumerate(picture.units) if unit.id in register)
    columns = np.array([(row, *register[unit_id]) for unit_id, row in found], dtype=np.int64)
    rows, home, post, level = columns.reshape(-1, 4).T
    row_of = {unit_id: row for row, (unit_id, _) in enumerate(found)}
    return Fleet(rows=rows, home=home, post=post, level=level, row_of=row_of)


def situate(
    picture: Picture,
    commitments: Commitments,
    fleet: Fleet,
    grid: Grid,
    forecast: Forecast,
    *,
    lending: LendingTable,
    now: datetime,
    practice: Practice = DEFAULT_PRACTICE,
    last_hour: Mapping[JurisdictionId, int] | None = None,
    ledger_hours: Mapping[JurisdictionId, float] | None = None,
    standing_by: Mapping[UnitId, StandingBy] | None = None,
) -> Situation:
    """What a picture (whole, or the part that a decision needs) says of the grid's cover now.

    ``fleet`` is the picture's (``make_fleet``). ``last_hour``: calls of the last 60 minutes.
    ``ledger_hours``: unit-hours given more than received (``aid.given``); who is not named gave none.
    """
    free_in_seconds = _free_in(picture, commitments, fleet, forecast.occupancy_seconds, now)
    # Whoever stands by can be sent on at any moment, also on the way to the post.
    free_in_seconds[[fleet.row_of[unit_id] for unit_id in standing_by or () if unit_id in fleet.row_of]] = 0.0
    serves, post = _where(fleet, grid, standing_by or {})
    calls_per_hour = expected_calls(_by_row(forecast, grid, now), _counts(last_hour, grid), practice)
    share, als = _shares(forecast, grid)
    return Situation(
        now=now,
        grid=grid,
        home=fleet.home,
        serves=serves,
        post=post,
        level=fleet.level,
        free_in_seconds=free_in_seconds,
        lent=_lent(commitments, fleet, standing_by or {}),
        calls_per_hour=calls_per_hour,
        priority_share=share,
        als_share=als,
        busy_share=_busy_share(calls_per_hour, fleet, free_in_seconds, forecast.occupancy_seconds, practice),
        ledger_hours=np.array([(ledger_hours or {}).get(name, 0.0) for name in grid.jurisdictions]),
        occupancy_seconds=forecast.occupancy_seconds,
        lending=lending,
    )


def expected_calls(forecast: Floats, last_hour: Floats | None, practice: Practice) -> Floats:
    """Calls an hour: what is forecast, drawn towards what came in the last hour.

    The mean of a gamma prior that is worth ``prior_calls``: (prior + seen) / (prior / forecast + 60)
    a minute. Without a count the forecast stands.
    """
    if last_hour is None:
        return forecast
    prior, per_minute = practice.alarm.prior_calls, np.maximum(forecast / 60.0, RARELY)
    blended: Floats = 60.0 * (prior + last_hour) / (prior / per_minute + 60.0)
    return blended


def _free_in(
    picture: Picture, commitments: Commitments, fleet: Fleet, occupancy_seconds: float, now: datetime
) -> Floats:
    seconds = np.full(len(picture), np.inf)
    status = picture.status[: len(picture)]
    for row in np.flatnonzero(np.isin(status, ENDS_BY_ITSELF)).tolist():
        state = picture.get_state(picture.units[row].id)
        seconds[row] = _left(STATUS_BY_CODE[status[row]], state.changed_at, now)
    free = np.isin(status, [STATUS_CODE[s] for s in FREE])
    seconds[free] = 0.0
    # On offer: whoever is asked mostly says yes, and then it is gone for a mission.
    promised = picture.rows(commitments.promised)
    seconds[promised[free[promised]]] = occupancy_seconds
    for unit_id, assignment in commitments.assigned.items():
        for row in picture.rows([unit_id]).tolist():
            if status[row] in OFF_CODES:  # bound to its post or on its way home, but nobody counts on it
                continue
            since = assignment.changed_at or assignment.assigned_at
            seconds[row] = _left(STATUS_OF_STATE[assignment.state], since, now)
    found: Floats = seconds[fleet.rows]
    return found


def _left(status: UnitStatus, since: datetime, now: datetime) -> float:
    left = estimate_free_in_seconds(status, in_status_seconds=(now - since).total_seconds())
    return np.inf if left is None else float(left)


def _where(fleet: Fleet, grid: Grid, standing_by: Mapping[UnitId, StandingBy]) -> tuple[Rows, Rows]:
    """The area that each unit serves and the post where it waits."""
    if not standing_by:
        return fleet.home, fleet.post
    serves, post = fleet.home.copy(), fleet.post.copy()
    posts = {point: row for row, point in enumerate(grid.posts)}
    for unit_id, stand in standing_by.items():
        row = fleet.row_of.get(unit_id)
        if row is not None and stand.borrower in grid.jurisdictions and stand.post in posts:
            serves[row], post[row] = grid.jurisdictions.index(stand.borrower), posts[stand.post]
    return serves, post


def _lent(
    commitments: Commitments, fleet: Fleet, standing_by: Mapping[UnitId, StandingBy]
) -> NDArray[np.bool_]:
    away = {unit_id for unit_id, assignment in commitments.assigned.items() if assignment.lent}
    lent = np.zeros(len(fleet.rows), dtype=np.bool_)
    lent[[fleet.row_of[unit_id] for unit_id in {*away, *standing_by} if unit_id in fleet.row_of]] = True
    return lent


def _by_row(forecast: Forecast, grid: Grid, now: datetime) -> Floats:
    """Calls an hour by the grid's rows; 0 for a jurisdiction that nobody forecast for."""
    figures = dict(zip(forecast.jurisdictions, forecast.calls_per_hour(now).tolist(), strict=True))
    return np.array([figures.get(name, 0.0) for name in grid.jurisdictions])


def _counts(last_hour: Mapping[JurisdictionId, int] | None, grid: Grid) -> Floats | None:
    if last_hour is None:
        return None
    return np.array([last_hour.get(name, 0) for name in grid.jurisdictions], dtype=np.float64)


def _shares(forecast: Forecast, grid: Grid) -> tuple[Floats, Floats]:
    rows = {name: row for row, name in enumerate(forecast.jurisdictions)}
    known = [rows[name] for name in grid.jurisdictions if name in rows]
    if len(known) == len(grid.jurisdictions):
        return forecast.priority_share[known], forecast.als_share[known]
    priority, als = forecast.priority_share.mean(axis=0), float(forecast.als_share.mean())
    at = [rows.get(name) for name in grid.jurisdictions]
    return (
        np.array([priority if row is None else forecast.priority_share[row] for row in at]),
        np.array([als if row is None else forecast.als_share[row] for row in at]),
    )


def _busy_share(
    calls_per_hour: Floats,
    fleet: Fleet,
    free_in_seconds: Floats,
    occupancy_seconds: float,
    practice: Practice,
) -> Floats:
    """The share of time that a unit is busy: the calls' work over the units on duty."""
    on_duty = np.bincount(fleet.home[np.isfinite(free_in_seconds)], minlength=len(calls_per_hour))
    work = calls_per_hour * occupancy_seconds / 3600.0
    share: Floats = np.where(on_duty > 0, work / np.maximum(on_duty, 1), practice.prices.busy_share)
    return np.minimum(share, 1.0)
