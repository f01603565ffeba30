"""Real calls for the trigger: ambulance calls of Montgomery County, Pennsylvania, in 2015 and 2016.

The data has no unit times, so missions are drawn as in ``surges``. Fleets are made up so that the calls
would keep them busy for 27 % of the time (whole units: 20 to 40 %), for two divisions of the county: its
own ambulance stations (those that then have two units or more) and six districts of neighbouring stations.
Weeks alternate: the forecast is learned from the odd ones, and all figures are those of the even ones.
"""

import csv
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.surges import DAY, Floats, Trace, draw_stages, follow
from dispatch.aid.advice.forecast import HOURS_PER_WEEK, Forecast
from dispatch.aid.advice.learning import learn_forecast
from dispatch.aid.remaining import TYPICAL_SECONDS
from dispatch.model.clock import parse_iso
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Incident, IncidentState, Priority

FILE = "montgomery_pa/ems_calls_to_2016-06-30.csv.gz"
BEGIN = parse_iso("2015-12-14T00:00:00.000Z")
"""A Monday; the days before it are not whole."""
WEEKS = 28
BUSY, TASK_MINUTES = 0.27, 60.0
DISTRICTS = 6


@dataclass(frozen=True, slots=True)
class RealCall:
    at: datetime
    place: Point
    station: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fleet:
    """One made-up fleet: what happened to it, and the minutes of the weeks that nothing was learned from."""

    name: str
    trace: Trace
    held_out: NDArray[np.bool_]


def read_calls(path: Path) -> list[RealCall]:
    """Every call with a station. Local times are taken as they are: the clocks' one change is not undone."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = []
    for row in rows:
        at = parse_iso(row["call_ts"].replace(" ", "T") + ".000Z")
        station = re.match(r"\d*", row["station"])
        if station and len(station.group()) == 3 and BEGIN <= at < BEGIN + timedelta(weeks=WEEKS):
            place = Point(lon=float(row["lng"]), lat=float(row["lat"]))
            found.append(RealCall(at, place, station.group()))
    return sorted(found, key=lambda call: call.at)


def list_fleets(calls: Sequence[RealCall], *, seed: int = 5) -> dict[str, list[Fleet]]:
    """The two divisions of the county, each a list of fleets."""
    district = _districts(calls)
    return {
        "stations": _fleets(calls, [call.station for call in calls], seed),
        "districts": _fleets(calls, [district[call.station] for call in calls], seed),
    }


def _fleets(calls: Sequence[RealCall], names: Sequence[str], seed: int) -> list[Fleet]:
    forecast = _forecast(calls, names)
    fleets = []
    for name in sorted(set(names)):
        own = [call for call, of in zip(calls, names, strict=True) if of == name]
        load = len(own) * TASK_MINUTES / (WEEKS * 7 * DAY)
        units = round(load / BUSY)
        if units >= 2:
            fleets.append(_fleet(name, own, forecast, units, seed))
    return fleets


def _fleet(name: str, own: Sequence[RealCall], forecast: Forecast, units: int, seed: int) -> Fleet:
    pace = TASK_MINUTES * 60 / TYPICAL_SECONDS
    chance = np.random.default_rng([seed, *name.encode()])
    minutes = WEEKS * 7 * DAY
    at = np.array([(call.at - BEGIN).total_seconds() / 60 for call in own])
    at = np.sort(at + chance.random(len(at)) / 60)
    week = np.repeat(forecast.per_hour[forecast.jurisdictions.index(JurisdictionId(name))], 60)
    expected: Floats = np.tile(week, WEEKS)
    trace = follow(
        at,
        draw_stages(len(at), chance) * pace,
        units=units,
        minutes=minutes,
        pace=pace,
        expected_per_hour=expected,
        true_per_hour=expected,
    )
    return Fleet(name=name, trace=trace, held_out=np.arange(minutes) // (7 * DAY) % 2 == 1)


def _forecast(calls: Sequence[RealCall], names: Sequence[str]) -> Forecast:
    """Learned by the service's own rule from the odd weeks; told beforehand are two calls a day."""
    row = tuple(JurisdictionId(name) for name in sorted(set(names)))
    told = Forecast(
        jurisdictions=row,
        time_zone="UTC",
        per_hour=np.full((len(row), HOURS_PER_WEEK), 2 / 24),
        priority_share=np.tile([0.1, 0.4, 0.5, 0.0], (len(row), 1)),
        als_share=np.full(len(row), 0.5),
        occupancy_seconds=TASK_MINUTES * 60,
    )
    learned = [
        _incident(call, name)
        for call, name in zip(calls, names, strict=True)
        if (call.at - BEGIN) // timedelta(weeks=1) % 2 == 0
    ]
    until = BEGIN + timedelta(weeks=WEEKS)
    return learn_forecast(told, learned, since=BEGIN, until=until, weeks=WEEKS / 2)


def _incident(call: RealCall, name: str) -> Incident:
    return Incident(
        id=IncidentId(""),
        number="",
        jurisdiction_id=JurisdictionId(name),
        position=call.place,
        priority=Priority.EMERGENT,
        nature="",
        needs=(),
        opened_at=call.at,
        state=IncidentState.CLOSED,
        closed_at=call.at,
    )


def _districts(calls: Sequence[RealCall]) -> dict[str, str]:
    """Stations to the nearest of six centres, moved to the middle of their calls until they rest."""
    stations = sorted({call.station for call in calls})
    places = np.array([[c.place.lon * np.cos(np.radians(40.2)), c.place.lat] for c in calls])
    index = np.array([stations.index(call.station) for call in calls])
    weight = np.bincount(index).astype(np.float64)
    middle = np.stack([np.bincount(index, weights=places[:, axis]) / weight for axis in (0, 1)], axis=1)
    centres = middle[np.argsort(-weight)[:DISTRICTS]]
    for _ in range(100):
        nearest = np.argmin(((middle[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)
        centres = np.stack(
            [np.average(middle[nearest == k], axis=0, weights=weight[nearest == k]) for k in range(DISTRICTS)]
        )
    return {station: f"district {k + 1}" for station, k in zip(stations, nearest.tolist(), strict=True)}
