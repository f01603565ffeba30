"""What is asked of a what-if, and what it is played on: the calls, the ground, both sets of terms."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dispatch.agreements.standing import NO_STANDING, Standing
from dispatch.agreements.terms import Agreement
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Incident
from dispatch.model.region import Region
from dispatch.routing.graph import RoadGraph
from dispatch.services.what_if_policy import WhatIfPolicy
from dispatch.simulate.calls import daily_calls
from dispatch.simulate.demand import Demand
from dispatch.simulate.places import list_places
from dispatch.simulate.trial.calls import (
    Pattern,
    TrialCalls,
    draw_calls,
    make_forecast,
    make_pattern,
    with_luck,
)
from dispatch.simulate.trial.conditions import USUAL, Conditions
from dispatch.simulate.trial.policies import Known, for_workers
from dispatch.simulate.trial.terrain import Terrain, make_terrain
from dispatch.simulate.whatif.recorded import calls_of_record, list_recorded, pattern_of_record
from dispatch.simulate.whatif.result import Source, Window
from dispatch.simulate.whatif.terms import Comparison, OwnFloor, compare, own_floor

FEWEST_RECORDED: Final = 200
"""With fewer recorded incidents in the window, calls are drawn instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked. ``incidents``: recorded ones before ``now``, all jurisdictions', oldest first.

    ``policy``: how dispatchers decide, in both variants. ``calls_per_day``: how many to draw in the mean,
    surges left out, where calls are drawn; None for the region's own rate. ``shown``: whose figures are
    told, and of those nothing about anybody who does not sign the draft; None tells everybody's.
    """

    draft: Agreement
    agreements: tuple[Agreement, ...]
    now: datetime
    days: int = 365
    seed: int = 7
    policy: WhatIfPolicy = WhatIfPolicy.CLOSEST_AUTOMATIC
    standing: Standing = NO_STANDING
    incidents: tuple[Incident, ...] = ()
    calls_per_day: float | None = None
    shown: frozenset[JurisdictionId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a worker needs to play any block of either variant.

    ``left_out``: how many units of other kinds than ambulances the record's incidents needed.
    """

    terrain: Terrain
    calls: TrialCalls
    comparison: Comparison
    floors: tuple[OwnFloor, ...]
    policy: WhatIfPolicy
    known: Known
    conditions: Conditions
    window: Window
    days: int
    per_day: float
    left_out: int


def make_plan(
    region: Region,
    roads: RoadGraph | None,
    order: Order,
    *,
    places: Mapping[JurisdictionId, Sequence[Point]] | None = None,
) -> Plan:
    """The calls and what they are played on. Raises ``Invalid`` for a region without places or ambulances."""
    begins = order.now - timedelta(days=order.days)
    recorded = list_recorded(order.incidents, region, begins=begins, ends=order.now)
    if len(recorded) >= FEWEST_RECORDED:
        return _recorded_plan(region, roads, order, recorded)
    # Whole days, so that the same seed draws the same calls all day.
    midnight = order.now.replace(hour=0, minute=0, second=0, microsecond=0)
    return _generated_plan(region, roads, replace(order, now=midnight), places)


def _recorded_plan(
    region: Region, roads: RoadGraph | None, order: Order, incidents: Sequence[Incident]
) -> Plan:
    # Days before the first incident know nothing and would only pretend that all was quiet.
    days = -(-(order.now - incidents[0].opened_at) // timedelta(days=1))
    record = calls_of_record(
        incidents, region, roads, begins=order.now - timedelta(days=days), seed=order.seed
    )
    return _plan(
        region,
        record.terrain,
        with_luck(record.calls, USUAL, seed=order.seed),
        pattern_of_record(region, record, days=days),
        order,
        window=Window(
            begins=record.calls.begins,
            ends=order.now,
            source=Source.RECORDED,
            calls=len(record.calls),
            seed=order.seed,
        ),
        days=days,
        left_out=record.left_out,
    )


def _generated_plan(
    region: Region,
    roads: RoadGraph | None,
    order: Order,
    places: Mapping[JurisdictionId, Sequence[Point]] | None,
) -> Plan:
    where = places or _default_places(region, roads)
    terrain = make_terrain(region, roads, where)
    pattern = make_pattern(region, terrain, load=1.0)
    wanted = order.calls_per_day or _usual_calls(region, where, pattern, terrain)
    pattern = replace(pattern, per_hour=pattern.per_hour * (wanted / pattern.calls_per_day))
    begins = order.now - timedelta(days=order.days)
    calls = draw_calls(pattern, terrain, USUAL, begins=begins, days=order.days, seed=order.seed)
    return _plan(
        region,
        terrain,
        calls,
        pattern,
        order,
        window=Window(
            begins=begins, ends=order.now, source=Source.GENERATED, calls=len(calls), seed=order.seed
        ),
        days=order.days,
        left_out=0,
    )


def _usual_calls(
    region: Region, where: Mapping[JurisdictionId, Sequence[Point]], pattern: Pattern, terrain: Terrain
) -> float:
    demand = Demand(region, where, chance=random.Random(0))
    share = sum(nature.share for nature in pattern.natures) / sum(nature.share for nature in demand.natures)
    return daily_calls(share * demand.calls_per_day, ambulances=len(terrain.scene.units))


def _plan(
    region: Region,
    terrain: Terrain,
    calls: TrialCalls,
    pattern: Pattern,
    order: Order,
    *,
    window: Window,
    days: int,
    left_out: int,
) -> Plan:
    comparison = compare(
        order.draft, order.agreements, begins=window.begins, now=order.now, standing=order.standing
    )
    scene = terrain.scene
    return Plan(
        terrain=terrain,
        calls=calls,
        comparison=comparison,
        floors=tuple(
            own_floor(comparison, name, ambulances=scene.homes.count(row))
            for row, name in enumerate(scene.jurisdictions)
        ),
        policy=order.policy,
        known=Known(
            region=region,
            forecast=make_forecast(pattern, terrain, USUAL, seed=order.seed),
            practice=for_workers(DEFAULT_PRACTICE),
            seed=order.seed,
        ),
        conditions=USUAL,
        window=window,
        days=days,
        per_day=len(calls) / days,
        left_out=left_out,
    )


def _default_places(region: Region, roads: RoadGraph | None) -> Mapping[JurisdictionId, Sequence[Point]]:
    if roads is not None:
        return list_places(region, roads)
    inside = {name: each.area.representative_point() for name, each in region.jurisdictions.items()}
    return {name: (Point(lon=point.x, lat=point.y),) for name, point in inside.items()}
