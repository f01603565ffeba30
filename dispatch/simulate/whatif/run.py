"""A whole what-if: calls, both variants in blocks, figures. On as many processes as one likes."""

import random
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing import active_children, get_context
from typing import Final

from dispatch.agreements.standing import NO_STANDING, Standing
from dispatch.agreements.terms import Agreement
from dispatch.model.errors import Invalid
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Incident
from dispatch.model.region import Region
from dispatch.model.unit import TRANSPORTS
from dispatch.routing.graph import RoadGraph
from dispatch.simulate.demand import Demand
from dispatch.simulate.places import list_places
from dispatch.simulate.replay.calls import Calls, daily_calls, generate_calls, recorded_calls
from dispatch.simulate.replay.processes import deaf_children, end_with_parent
from dispatch.simulate.replay.scene import Scene, list_distinct, make_scene
from dispatch.simulate.whatif.measure import Measurer, make_side
from dispatch.simulate.whatif.replay import Block, Outcome, Replay, list_blocks
from dispatch.simulate.whatif.resample import draw
from dispatch.simulate.whatif.result import Measure, Source, WhatIf, Window
from dispatch.simulate.whatif.terms import Comparison, OwnFloor, compare, own_floor
from dispatch.simulate.whatif.wording import list_assumptions, say

FEWEST_RECORDED: Final = 200
"""With fewer recorded incidents in the window, calls are drawn instead."""

MOST_PLACES: Final = 4_000
"""Recorded places beyond that are put together, on an ever coarser grid."""

_STEPS_DEG: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5)


class Cancelled(Exception):
    """Whoever wanted the answer wants it no more."""


Progress = Callable[[int, int], None]
"""Is told how many of how many steps are done. May raise ``Cancelled``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked. ``incidents``: recorded ones before ``now``, all jurisdictions', oldest first.

    ``calls_per_day``: how many to draw, where calls are drawn; None for the region's own rate.
    ``shown``: whose figures are told, and of those nothing about anybody who does not sign the draft;
    None tells everybody's.
    """

    draft: Agreement
    agreements: tuple[Agreement, ...]
    now: datetime
    days: int = 365
    seed: int = 7
    standing: Standing = NO_STANDING
    incidents: tuple[Incident, ...] = ()
    calls_per_day: float | None = None
    shown: frozenset[JurisdictionId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a worker needs to replay any block of either variant."""

    scene: Scene
    calls: Calls
    comparison: Comparison
    floors: tuple[OwnFloor, ...]
    window: Window
    days: int
    per_day: float


Pair = tuple[Outcome, Outcome]
Replayed = Generator[tuple[Block, Pair], None, None]


def what_if(
    region: Region,
    roads: RoadGraph | None,
    order: Order,
    *,
    places: Mapping[JurisdictionId, Sequence[Point]] | None = None,
    processes: int = 1,
    progress: Progress = lambda done, total: None,
) -> WhatIf:
    """The estimate. The same order gives the same answer, to the byte, whatever the number of processes.

    ``places``: where drawn calls come from; junctions of the roads by default. Raises ``Cancelled`` when
    ``progress`` does, ``BrokenProcessPool`` when a worker died, and ``Invalid`` for a region without
    places.
    """
    plan = make_plan(region, roads, order, places=places)
    pairs = _replay(plan, processes=processes, progress=progress)
    sides = (
        make_side(plan.scene, plan.calls, [before for before, _ in pairs]),
        make_side(plan.scene, plan.calls, [after for _, after in pairs]),
    )
    names = {each.id: each.name for each in region.jurisdictions.values()}
    drawn = draw(plan.days, seed=order.seed)
    measurer = Measurer(plan.scene, plan.comparison, plan.floors, sides, drawn, names)
    draft, replaces = order.draft, plan.comparison.replaces
    measures = tuple(measure for measure in measurer.list_measures() if _is_told(measure, order))
    return WhatIf(
        agreement=draft.id,
        version=draft.version,
        replaces=None if replaces is None else replaces.version,
        parties=draft.parties,
        window=plan.window,
        measures=measures,
        assumptions=list_assumptions(
            plan.comparison,
            plan.window,
            days=plan.days,
            per_day=plan.per_day,
            hospitals=bool(region.hospitals),
        ),
        text=say(plan.comparison, plan.window, measures, names),
    )


def _is_told(measure: Measure, order: Order) -> bool:
    if order.shown is None:
        return True
    return measure.party in order.draft.party_set & order.shown and not measure.beyond


def make_plan(
    region: Region,
    roads: RoadGraph | None,
    order: Order,
    *,
    places: Mapping[JurisdictionId, Sequence[Point]] | None = None,
) -> Plan:
    """The calls and what they are replayed on."""
    begins = order.now - timedelta(days=order.days)
    recorded = [
        each
        for each in order.incidents
        if begins <= each.opened_at < order.now and each.jurisdiction_id in region.jurisdictions
    ]
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
    begins = order.now - timedelta(days=days)
    place_of = _gather([each.position for each in incidents])
    known = tuple(dict.fromkeys(place_of.values()))
    scene = make_scene(region, known, roads=roads)
    row_of = {point: row for row, point in enumerate(known)}
    calls = recorded_calls(
        incidents,
        jurisdictions=scene.jurisdictions,
        place_of={point: row_of[gathered] for point, gathered in place_of.items()},
        begins=begins,
        seed=order.seed,
    )
    return _plan(scene, calls, order, Source.RECORDED, days=days, per_day=len(calls) / days)


def _generated_plan(
    region: Region,
    roads: RoadGraph | None,
    order: Order,
    places: Mapping[JurisdictionId, Sequence[Point]] | None,
) -> Plan:
    where = places or _default_places(region, roads)
    known = list_distinct(where)
    if not known:
        raise Invalid("region", "has no place in any jurisdiction that calls could come from")
    scene = make_scene(region, known, roads=roads)
    demand = Demand(region, where, chance=random.Random(order.seed))
    per_day = order.calls_per_day or daily_calls(demand, [unit.unit_type for unit in scene.units])
    calls = generate_calls(
        demand,
        where,
        jurisdictions=scene.jurisdictions,
        known=known,
        begins=order.now - timedelta(days=order.days),
        days=order.days,
        per_day=per_day,
        seed=order.seed,
    )
    return _plan(scene, calls, order, Source.GENERATED, days=order.days, per_day=per_day)


def _plan(scene: Scene, calls: Calls, order: Order, source: Source, *, days: int, per_day: float) -> Plan:
    comparison = compare(
        order.draft, order.agreements, begins=calls.begins, now=order.now, standing=order.standing
    )
    ambulances = [
        sum(
            1
            for home, unit in zip(scene.homes, scene.units, strict=True)
            if home == row and unit.unit_type in TRANSPORTS
        )
        for row in range(len(scene.jurisdictions))
    ]
    return Plan(
        scene=scene,
        calls=calls,
        comparison=comparison,
        floors=tuple(
            own_floor(comparison, name, ambulances=count)
            for name, count in zip(scene.jurisdictions, ambulances, strict=True)
        ),
        window=Window(begins=calls.begins, ends=order.now, source=source, calls=len(calls), seed=order.seed),
        days=days,
        per_day=per_day,
    )


def _default_places(region: Region, roads: RoadGraph | None) -> Mapping[JurisdictionId, Sequence[Point]]:
    if roads is not None:
        return list_places(region, roads)
    inside = {name: each.area.representative_point() for name, each in region.jurisdictions.items()}
    return {name: (Point(lon=point.x, lat=point.y),) for name, point in inside.items()}


def _gather(points: Sequence[Point]) -> Mapping[Point, Point]:
    """Each place as itself, or as the middle of its cell where there are too many places."""
    found = {point: point for point in points}
    for step_deg in _STEPS_DEG:
        if len(set(found.values())) <= MOST_PLACES:
            break
        found = {point: point.coarse(step_deg=step_deg) for point in found}
    return found


def _replay(plan: Plan, *, processes: int, progress: Progress) -> Sequence[Pair]:
    blocks = list_blocks(plan.days)
    found: dict[Block, Pair] = {}
    progress(0, len(blocks))
    replayed = _on_one(plan, blocks) if processes <= 1 else _on_many(plan, blocks, processes)
    with closing(replayed):
        for block, pair in replayed:
            found[block] = pair
            progress(len(found), len(blocks))
    return [found[block] for block in blocks]


def replay_block(plan: Plan, block: Block) -> Pair:
    """One block under both variants."""
    before, after = (
        Replay(plan.scene, plan.calls, terms, plan.floors, block).run()
        for terms in (plan.comparison.before, plan.comparison.after)
    )
    return before, after


def _on_one(plan: Plan, blocks: Sequence[Block]) -> Replayed:
    for block in blocks:
        yield block, replay_block(plan, block)


def _on_many(plan: Plan, blocks: Sequence[Block], processes: int) -> Replayed:
    others, missing = set(active_children()), len(blocks)
    pool = ProcessPoolExecutor(
        max_workers=min(processes, len(blocks)),
        mp_context=get_context("spawn"),
        initializer=_keep,
        initargs=(plan,),
    )
    try:
        with deaf_children():
            asked: dict[Future[Pair], Block] = {pool.submit(_replay_kept, block): block for block in blocks}
        for done in as_completed(asked):
            yield asked[done], done.result()
            missing -= 1
    finally:
        if missing:  # cancelled, or broken: nobody waits for the blocks under way
            for worker in set(active_children()) - others:
                worker.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


_kept: list[Plan] = []
"""In a worker process: the plan that it was started with."""


def _keep(plan: Plan) -> None:
    end_with_parent()
    _kept[:] = [plan]


def _replay_kept(block: Block) -> Pair:
    return replay_block(_kept[0], block)
