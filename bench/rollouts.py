"""What a second opinion costs: the compiled rollouts beside the reference, per decision.

``python -m bench.rollouts``. A decision is the futures drawn and every course played in all of them: the
best own unit, the nearest of each lender, holding. Both players answer the same questions in the same run,
and must answer them alike. Times are seconds of the processor; the first compilation is measured apart.
"""

import argparse
import json
import os
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.world import percentiles
from dispatch.aid.advice.futures import Futures, draw_futures
from dispatch.aid.advice.options import CallFacts
from dispatch.aid.advice.players import MakePlayer, find_player, warm_kernel
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.rollout import Kind, Opening, Stakes
from dispatch.aid.advice.situation import Situation
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from tests.make_situations import Shape, make_grid, make_situation

STAKES = Stakes.of(DEFAULT_PRACTICE)
HORIZON_SECONDS = DEFAULT_PRACTICE.rollouts.horizon.total_seconds()
SIZES = (Shape(jurisdictions=6, units=22, cells_each=16), Shape(jurisdictions=11, units=60, cells_each=16))
FUTURES = (40, 100, 160)


def make_situations(shape: Shape, count: int) -> list[Situation]:
    """One neighbourhood at many moments."""
    grid = make_grid(shape, np.random.default_rng(7))
    return [make_situation(seed, shape, grid=grid) for seed in range(count)]


def call_of(situation: Situation) -> CallFacts:
    """An urgent call in the first jurisdiction."""
    return CallFacts(
        borrower=situation.grid.jurisdictions[0],
        priority=Priority.EMERGENT,
        level=0,
        cell=3,
        waited_seconds=20.0,
        cover=CoverState.AMBER,
    )


def openings_of(situation: Situation) -> list[Opening]:
    """An own unit, four neighbours', and holding the call."""
    free = np.flatnonzero(situation.free_in_seconds == 0)
    own, aid = free[situation.serves[free] == 0], free[situation.serves[free] != 0]
    sent = [Opening(kind=Kind.SEND, row=int(row), eta_seconds=480.0) for row in own[:1]]
    asked = [Opening(kind=Kind.SEND, row=int(row), asked_seconds=60.0, eta_seconds=600.0) for row in aid[:4]]
    return [*sent, *asked, Opening(kind=Kind.HOLD, seconds=580.0)]


def draw(situation: Situation, count: int) -> Futures:
    """The futures of one decision."""
    call = call_of(situation)
    return draw_futures(situation, call=call, count=count, horizon_seconds=HORIZON_SECONDS, seed=1)


def decide(make_player: MakePlayer, situation: Situation, count: int) -> list[list[float]]:
    """One whole decision: every course's score in every future."""
    player = make_player(situation, draw(situation, count), STAKES)
    return [player.play(each, begin=0, end=count).tolist() for each in openings_of(situation)]


def measure(
    make_player: MakePlayer, situations: Sequence[Situation], count: int
) -> tuple[list[float], list[list[list[float]]]]:
    """Milliseconds and scores of each decision."""
    taken, said = [], []
    for situation in situations:
        began = time.process_time()
        said.append(decide(make_player, situation, count))
        taken.append((time.process_time() - began) * 1000)
    return taken, said


def measure_size(shape: Shape, count: int, decisions: int) -> dict[str, Any]:
    """One row of the table."""
    situations = make_situations(shape, decisions)
    compiled, theirs = measure(find_player(kernel=True), situations, count)
    few = max(3, decisions // 20)
    plain, ours = measure(find_player(kernel=False), situations[:few], count)
    if ours != theirs[:few]:
        raise AssertionError("the two players answer differently")
    drawn = []
    for situation in situations:
        began = time.process_time()
        draw(situation, count)
        drawn.append((time.process_time() - began) * 1000)
    return {
        "units": shape.units,
        "jurisdictions": shape.jurisdictions,
        "futures": count,
        "courses": round(float(np.mean([len(openings_of(one)) for one in situations])), 1),
        "decision": percentiles(compiled),
        "of_that_drawing_p50_ms": percentiles(drawn)["p50_ms"],
        "reference_p50_ms": percentiles(plain)["p50_ms"],
        "times_faster": round(float(np.median(plain) / np.median(compiled)), 1),
    }


def main() -> None:
    """Parse, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=200)
    chosen = parser.parse_args()
    began = time.perf_counter()
    ready = warm_kernel()
    result = {
        "compiled": ready,
        "warmed_in_seconds": round(time.perf_counter() - began, 2),
        "decisions": [measure_size(shape, count, chosen.decisions) for shape in SIZES for count in FUTURES],
        "load_average": os.getloadavg()[0],
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
