"""Referee 5: the covering cases of JEMSS, which state their exact answers.

Source: uoa-ems-research/JEMSS.jl (Apache-2.0), test/test_mclp.jl and test/test_nested_mclp.jl at commit
0c49a49, test/test_zhang_ip.jl at commit 3db6d9b. Instances and answers are facts carried over as figures;
posts are numbered from 0 here. Tolerance: exact.
"""

import numpy as np
import pytest

from dispatch.aid.advice.posting import assign_units, nest_posts, place_units

REACHES = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1]], dtype=np.bool_)


@pytest.mark.parametrize(
    ("units", "chosen", "covered"),
    [(0, [0, 0, 0], 0), (1, [1, 0, 0], 4), (2, [0, 1, 1], 6), (3, [1, 1, 1], 6)],
)
def test_maximal_covering_chooses_the_posts_that_jemss_names(
    units: int, chosen: list[int], covered: float
) -> None:
    found = place_units(np.array([2.0, 2.0, 1.0, 1.0]), REACHES, units, room=1)
    assert found.count.tolist() == chosen
    assert found.covered == covered


@pytest.mark.parametrize("units", [0, 1])
def test_one_post_and_one_cell(units: int) -> None:
    found = place_units(np.ones(1), np.ones((1, 1), dtype=np.bool_), units, room=1)
    assert (found.count.tolist(), found.covered) == ([units], units)


@pytest.mark.parametrize(
    ("share", "order", "covered"),
    [
        ([1 / 3, 1 / 3, 1 / 3], (0, 1, 2), [5 + 3, 5 + 3 + 2, 5 + 3 + 2 + 1]),
        ([1 / 6, 4 / 6, 1 / 6], (2, 1, 0), [5 + 1, 5 + 3 + 2 + 1, 5 + 3 + 2 + 1]),
    ],
)
def test_the_nested_compliance_table_is_the_one_that_jemss_names(
    share: list[float], order: tuple[int, ...], covered: list[float]
) -> None:
    found = nest_posts(np.array([5.0, 3.0, 2.0, 1.0]), REACHES, np.array(share))
    assert found.order == order
    assert found.covered.tolist() == covered


def test_a_table_of_one_post() -> None:
    assert nest_posts(np.ones(1), np.ones((1, 1), dtype=np.bool_), np.ones(1)).order == (0,)


BENEFIT = np.array([[4.0, 1.0], [3.0, 2.0]])
"""Two posts with two places each: what the first and the second unit there are worth."""

ZHANG = {
    "nobody": ([], 0, []),
    "one at post 1, moving costs more than it gains": ([[1.5, 0]], 1, [1]),
    "one at post 1, moving gains more than it costs": ([[0.5, 0]], 1, [0]),
    "one that must be posted although it costs more than it is worth": ([[5, 5]], 1, [0]),
    "one at the hospital, post 0 is worth more": ([[1.5, 1]], 0, [0]),
    "one at the hospital, no post is worth the way": ([[5, 5]], 0, [None]),
    "one at each post, nobody moves": ([[0, 1], [1, 0]], 2, [0, 1]),
    "two at post 0, moving costs too much": ([[0, 4], [0, 4]], 2, [0, 0]),
    "two at post 0, the second moves": ([[0, 2], [0, 1]], 2, [0, 1]),
    "one at post 1, would move alone": ([[0.5, 0]], 1, [0]),
    "the one from the hospital keeps it where it is": ([[0.5, 0], [1, 1]], 1, [1, 0]),
    "one at post 0, would stay alone": ([[0, 0.5]], 1, [0]),
    "the one from the hospital makes it move": ([[0, 0.5], [1, 2]], 1, [1, 0]),
    "four at two posts, nobody moves": ([[0, 1], [0, 1], [1, 0], [1, 0]], 4, [0, 0, 1, 1]),
    "three, before a fourth is free": ([[0, 2], [1, 0], [0.5, 0]], 3, [0, 1, 1]),
    "the fourth makes the third move": ([[0, 2], [1, 0], [0.5, 0], [1, 0.1]], 3, [0, 1, 0, 1]),
    "two at post 0 stay": ([[0, 2.2], [0, 2.1]], 2, [0, 0]),
    "one from the hospital makes the second move": ([[0, 2.2], [0, 2.1], [-2, 4]], 2, [0, 1, 0]),
    "two from the hospital make both move": ([[0, 2.2], [0, 2.1], [-2, 4], [-2, 4]], 2, [1, 1, 0, 0]),
}
"""Cost (units, posts); how many must be posted (the rest come from the hospital and may be); the answer."""


@pytest.mark.parametrize("case", ZHANG)
def test_units_are_assigned_as_jemss_assigns_them(case: str) -> None:
    cost, stationed, expected = ZHANG[case]
    must = [row < stationed for row in range(len(cost))]
    assert list(assign_units(BENEFIT, np.array(cost, dtype=np.float64).reshape(-1, 2), must)) == expected
