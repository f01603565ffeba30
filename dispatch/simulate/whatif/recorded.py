"""The record's incidents as calls of a trial: their places, needs and times, and what is expected of them.

Only what ambulances are needed for is played, as in all trials.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from dispatch.aid.advice.forecast import forecast_of
from dispatch.aid.advice.situation import LEVEL
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Incident
from dispatch.model.region import Region
from dispatch.routing.graph import RoadGraph
from dispatch.simulate.calls import PRIORITIES, TYPES, Calls, recorded_calls
from dispatch.simulate.demand import Nature
from dispatch.simulate.trial.calls import Pattern, occupancy_seconds
from dispatch.simulate.trial.terrain import MOST_PLACES, Terrain, make_terrain

_STEPS_DEG: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5)
_NUDGE_DEG: Final = 1e-6

Site = tuple[JurisdictionId, Point]
"""Whose incident was where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record as a trial plays it. ``left_out``: units of other kinds that its incidents needed."""

    calls: Calls
    terrain: Terrain
    left_out: int


def list_recorded(
    incidents: Sequence[Incident], region: Region, *, begins: datetime, ends: datetime
) -> list[Incident]:
    """Those of the window and region that need an ambulance, in their order."""
    return [
        each
        for each in incidents
        if begins <= each.opened_at < ends
        and each.jurisdiction_id in region.jurisdictions
        and any(need.unit_type in LEVEL for need in each.needs)
    ]


def calls_of_record(
    incidents: Sequence[Incident],
    region: Region,
    roads: RoadGraph | None,
    *,
    begins: datetime,
    seed: int,
) -> Record:
    """The incidents of ``list_recorded`` as calls, on ground that has their places."""
    place_of = gather([(each.jurisdiction_id, each.position) for each in incidents])
    places: dict[JurisdictionId, dict[Point, None]] = {}
    for (name, _), point in place_of.items():
        places.setdefault(name, {})[point] = None
    terrain = make_terrain(region, roads, {name: tuple(points) for name, points in places.items()})
    row_of = {point: row for row, point in enumerate(terrain.scene.places)}
    calls = recorded_calls(
        incidents,
        jurisdictions=terrain.scene.jurisdictions,
        place_of={site: row_of[point] for site, point in place_of.items()},
        needs=LEVEL,
        begins=begins,
        seed=seed,
    )
    needed = sum(need.count for each in incidents for need in each.needs)
    return Record(calls=calls, terrain=terrain, left_out=needed - len(calls))


def gather(sites: Sequence[Site]) -> Mapping[Site, Point]:
    """Each site as itself, or as the first of its cell where there are too many; none belongs to two."""
    found = {site: site for site in sites}
    for step_deg in _STEPS_DEG:
        if len(set(found.values())) <= MOST_PLACES:
            break
        first: dict[Site, Site] = {}
        found = {site: first.setdefault((site[0], site[1].coarse(step_deg=step_deg)), site) for site in found}
    taken: set[Point] = set()
    point_of: dict[Site, Point] = {}
    for site in dict.fromkeys(found.values()):
        point = site[1]
        while point in taken:  # a place has one cell, and a cell one jurisdiction
            point = replace(point, lon=point.lon - _NUDGE_DEG)
        taken.add(point)
        point_of[site] = point
    return {site: point_of[kept] for site, kept in found.items()}


def pattern_of_record(region: Region, record: Record, *, days: int) -> Pattern:
    """What was to be expected: each jurisdiction's own number of calls, by the region's hours of the week."""
    calls, terrain = record.calls, record.terrain
    counts = np.bincount(calls.jurisdiction, minlength=len(terrain.scene.jurisdictions)).astype(float)
    hours = forecast_of(region).per_hour.sum(axis=0)
    hours = hours / hours.sum() if hours.sum() > 0 else np.full(len(hours), 1 / len(hours))
    kinds = Counter(zip(calls.nature.tolist(), calls.priority.tolist(), calls.need.tolist(), strict=True))
    return Pattern(
        time_zone=region.time_zone,
        natures=tuple(
            Nature(name=calls.natures[nature], priority=PRIORITIES[priority], need=TYPES[need], share=count)
            for (nature, priority, need), count in sorted(kinds.items())
        ),
        per_hour=(counts * 7 / days)[:, None] * hours[None, :],
        occupancy_seconds=occupancy_seconds(terrain, counts / counts.sum()),
    )
