"""A whole what-if: calls, both variants in blocks, figures. On as many processes as one likes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region
from dispatch.routing.graph import RoadGraph
from dispatch.simulate.processes import each_on_processes
from dispatch.simulate.whatif.block import Block, Outcome, list_blocks, play_block
from dispatch.simulate.whatif.measure import Measurer
from dispatch.simulate.whatif.plan import Order, Plan, make_plan
from dispatch.simulate.whatif.resample import draw
from dispatch.simulate.whatif.result import Measure, WhatIf
from dispatch.simulate.whatif.side import make_side
from dispatch.simulate.whatif.wording import list_assumptions, say


class Cancelled(Exception):
    """Whoever wanted the answer wants it no more."""


Progress = Callable[[int, int], None]
"""Is told how many of how many steps are done. May raise ``Cancelled``."""

Pair = tuple[Outcome, Outcome]


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
    ``progress`` does, ``WorkerDied`` when a worker did, and ``Invalid`` for a region without
    places or ambulances.
    """
    plan = make_plan(region, roads, order, places=places)
    pairs = _play(plan, processes=processes, progress=progress)
    sides = (
        make_side(plan, [before for before, _ in pairs]),
        make_side(plan, [after for _, after in pairs]),
    )
    names = {each.id: each.name for each in region.jurisdictions.values()}
    measurer = Measurer(plan, sides, draw(plan.days, seed=order.seed), names)
    draft, replaces = order.draft, plan.comparison.replaces
    measures = tuple(measure for measure in measurer.list_measures() if _is_told(measure, order))
    return WhatIf(
        agreement=draft.id,
        version=draft.version,
        replaces=None if replaces is None else replaces.version,
        parties=draft.parties,
        policy=plan.policy.value,
        window=plan.window,
        measures=measures,
        assumptions=list_assumptions(plan, hospitals=bool(region.hospitals)),
        text=say(plan.comparison, plan.window, measures, names),
    )


def _is_told(measure: Measure, order: Order) -> bool:
    if order.shown is None:
        return True
    return measure.party in order.draft.party_set & order.shown and not measure.beyond


def _play(plan: Plan, *, processes: int, progress: Progress) -> Sequence[Pair]:
    blocks = list_blocks(plan.days)
    found: dict[Block, Pair] = {}
    progress(0, len(blocks))
    with closing(each_on_processes(play_block, plan, blocks, processes=processes)) as played:
        for block, pair in played:
            found[block] = pair
            progress(len(found), len(blocks))
    return [found[block] for block in blocks]
