"""A whole what-if: calls, both variants in blocks, figures. On as many processes as one likes."""

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import closing
from multiprocessing import active_children, get_context

from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region
from dispatch.routing.graph import RoadGraph
from dispatch.simulate.replay.processes import deaf_children, end_with_parent
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
Played = Generator[tuple[Block, Pair], None, None]


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
    played = _on_one(plan, blocks) if processes <= 1 else _on_many(plan, blocks, processes)
    with closing(played):
        for block, pair in played:
            found[block] = pair
            progress(len(found), len(blocks))
    return [found[block] for block in blocks]


def _on_one(plan: Plan, blocks: Sequence[Block]) -> Played:
    for block in blocks:
        yield block, play_block(plan, block)


def _on_many(plan: Plan, blocks: Sequence[Block], processes: int) -> Played:
    others, missing = set(active_children()), len(blocks)
    pool = ProcessPoolExecutor(
        max_workers=min(processes, len(blocks)),
        mp_context=get_context("spawn"),
        initializer=_keep,
        initargs=(plan,),
    )
    try:
        with deaf_children():
            asked: dict[Future[Pair], Block] = {pool.submit(_play_kept, block): block for block in blocks}
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


def _play_kept(block: Block) -> Pair:
    return play_block(_kept[0], block)
