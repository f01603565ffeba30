"""Referee 6: maximal expected covering by the integer programme against trying every placement.

Source: Daskin, Transportation Science 17:48, 1983. The study that listed this referee had 27.821901 from both
on an instance of 5 sites, 12 cells, 4 units and q = .4 that it did not write down; so the instances here are
our own, seeded, of that size and others, and the referee is the agreement. Tolerance: 1e-9.
"""

from itertools import combinations, combinations_with_replacement, permutations

import numpy as np
import pytest

from dispatch.aid.advice.grid import Floats, Rows
from dispatch.aid.advice.posting import Reach, nest_posts, place_units


def instance(seed: int, posts: int, cells: int) -> tuple[Floats, Reach]:
    chance = np.random.default_rng(seed)
    at, near = chance.uniform(0, 10, (posts, 2)), chance.uniform(0, 10, (cells, 2))
    distance = np.abs(at[:, None] - near[None]).sum(axis=2)
    return chance.uniform(0.5, 5, cells), distance <= 5


def counted(chosen: tuple[int, ...], posts: int) -> Rows:
    return np.bincount(np.array(chosen, dtype=np.int64), minlength=posts)


def covered_by(weight: Floats, reaches: Reach, count: Rows, busy_share: float) -> float:
    """Cell by cell and unit by unit, as the formula is written."""
    total = 0.0
    for cell, worth in enumerate(weight):
        in_reach = sum(int(count[post]) for post in range(len(reaches)) if reaches[post, cell])
        total += sum(worth * (1 - busy_share) * busy_share**k for k in range(in_reach))
    return float(total)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("posts", "cells", "units", "busy_share"), [(5, 12, 4, 0.4), (6, 25, 5, 0.3)])
def test_the_programme_covers_as_much_as_the_best_of_all_placements(
    seed: int, posts: int, cells: int, units: int, busy_share: float
) -> None:
    weight, reaches = instance(seed, posts, cells)
    best = max(
        covered_by(weight, reaches, counted(chosen, posts), busy_share)
        for chosen in combinations_with_replacement(range(posts), units)
    )
    found = place_units(weight, reaches, units, busy_share=busy_share)
    assert found.count.sum() == units
    assert found.covered == pytest.approx(best, abs=1e-9)
    assert covered_by(weight, reaches, found.count, busy_share) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_maximal_covering_is_the_best_of_all_sets_of_posts(seed: int) -> None:
    weight, reaches = instance(seed, 7, 20)
    best = max(covered_by(weight, reaches, counted(chosen, 7), 0.0) for chosen in combinations(range(7), 3))
    assert place_units(weight, reaches, 3, room=1).covered == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_the_nested_table_is_the_best_of_all_orders(seed: int) -> None:
    weight, reaches = instance(seed, 5, 15)
    share = np.random.default_rng(seed).dirichlet(np.ones(4))

    def worth(order: tuple[int, ...]) -> float:
        steps = [counted(order[: n + 1], 5) for n in range(len(order))]
        return sum(share[n] * covered_by(weight, reaches, step, 0.0) for n, step in enumerate(steps))

    best = max(worth(order) for order in permutations(range(5), 4))
    found = nest_posts(weight, reaches, share)
    assert worth(found.order) == pytest.approx(best, abs=1e-9)
    assert found.covered @ share == pytest.approx(best, abs=1e-9)
