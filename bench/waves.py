"""Orders for many units over made-up lenders: the exact plan beside closest-first.

``python -m bench.waves``. 40 lenders with 240 free units and 30 wanted, for time; three to ten lenders
with two to ten free units and three to ten wanted, for what lenders lose and how much later units come.
"""

import argparse
import json
import os
import time
from collections import Counter
from dataclasses import replace

import numpy as np

from bench.world import percentiles
from dispatch.aid.waves.exact import plan_exactly
from dispatch.aid.waves.greedy import plan_greedily
from dispatch.aid.waves.order import DEFAULT_PRICES, Case, WavePrices
from dispatch.aid.waves.plan import Plan
from tests.make_waves import draw_large_case, draw_region_case

PATIENT_SECONDS = 5.0


def measure_time(*, cases: int, seed: int) -> dict[str, object]:
    """How long both planners take on the large order."""
    taken: dict[str, list[float]] = {"closest_first": [], "exact": [], "exact_processor": []}
    answers: Counter[str] = Counter()
    for number in range(cases):
        case = draw_large_case(seed + number).case
        began = time.perf_counter()
        greedy = plan_greedily(case)
        between, worked = time.perf_counter(), time.process_time()
        found = plan_exactly(case, greedy, deadline_seconds=PATIENT_SECONDS)
        taken["closest_first"].append((between - began) * 1000)
        taken["exact"].append((time.perf_counter() - between) * 1000)
        taken["exact_processor"].append((time.process_time() - worked) * 1000)
        answers[found.answer.value] += 1
    return {
        "cases": cases,
        "answers": dict(answers),
        **{name: percentiles(times) for name, times in taken.items()},
    }


def measure_gain(*, cases: int, seed: int, prices: WavePrices, most_free: int = 10) -> dict[str, object]:
    """What lenders lose and when units arrive, exact against closest-first."""
    lost = {"closest_first": 0.0, "exact": 0.0}
    later, missing, more_units = [], 0, 0
    for number in range(cases):
        case = replace(draw_region_case(seed + number, most_free=most_free).case, prices=prices)
        greedy, exact = _answer(case)
        missing += bool(exact.missing)
        if len(exact.picks) != len(greedy.picks):  # who comes in addition comes from further off
            more_units += 1
            continue
        lost["closest_first"] += greedy.late_calls
        lost["exact"] += exact.late_calls
        if greedy.mean_eta_seconds is not None and exact.mean_eta_seconds is not None:
            later.append((exact.mean_eta_seconds - greedy.mean_eta_seconds) / 60)
    return {
        "cases": cases,
        "per_minute": prices.per_minute,
        "loss_ratio": round(lost["exact"] / lost["closest_first"], 3),
        "mean_later_minutes": round(float(np.mean(later)), 3),
        "most_later_minutes": round(max(later), 2),
        "not_met_in_full": missing,
        "more_units_than_closest_first": more_units,
    }


def _answer(case: Case) -> tuple[Plan, Plan]:
    greedy = plan_greedily(case)
    return greedy, plan_exactly(case, greedy, deadline_seconds=PATIENT_SECONDS).plan or greedy


def main() -> None:
    """Parse, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=10_000)
    said = parser.parse_args()
    measure_time(cases=5, seed=0)
    prices = [replace(DEFAULT_PRICES, per_minute=cost) for cost in (0.05, DEFAULT_PRICES.per_minute, 0.1)]
    found = {
        "lenders_40_units_240_need_30": measure_time(cases=said.cases, seed=said.seed),
        "lenders_3_to_10_need_3_to_10": [
            measure_gain(cases=said.cases, seed=said.seed, prices=price) for price in prices
        ],
        "the_same_with_2_to_7_free_units": [
            measure_gain(cases=said.cases, seed=said.seed, prices=price, most_free=7) for price in prices
        ],
        "load_average": os.getloadavg()[0],
    }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
