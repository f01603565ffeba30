"""Cutting and cleaning roads."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dispatch.simulate.country.road import (
    Road,
    cut,
    degrees,
    key,
    largest_component,
    planarise,
    prune,
    rounded,
)


def _road(*points: tuple[float, float], kind: str = "residential") -> Road:
    return Road(line=rounded(np.array(points, dtype=float)), kind=kind)


def test_two_roads_that_cross_meet_in_one_vertex() -> None:
    pieces = planarise([_road((0, -10), (0, 10)), _road((-10, 0), (10, 0))])
    assert len(pieces) == 4
    assert degrees(pieces)[key(np.array([0.0, 0.0]))] == 4


def test_a_bridge_crosses_without_a_vertex() -> None:
    bridge = Road(line=np.array([[-10.0, 0.0], [10.0, 0.0]]), kind="primary", bridge=True)
    assert len(planarise([_road((0, -10), (0, 10)), bridge])) == 2


@given(st.lists(st.floats(0, 100), max_size=12))
def test_cutting_keeps_the_whole_length(places: list[float]) -> None:
    road = _road((0, 0), (40, 0), (100, 0))
    pieces = cut(road, [(place, rounded(np.array([place, 0.0]))) for place in places])
    assert abs(sum(piece.length_m for piece in pieces) - 100) < 0.02
    assert all(a.ends[1] == b.ends[0] for a, b in pairwise(pieces))


def test_dead_ends_fall_one_after_another() -> None:
    chain = [_road((0, 0), (100, 0), kind="primary"), _road((100, 0), (120, 0)), _road((120, 0), (140, 0))]
    assert prune(chain, shorter_than_m=50, kinds=frozenset({"residential"})) == chain[:1]


def test_only_roads_that_hang_together_stay() -> None:
    main = [_road((0, 0), (1, 0)), _road((1, 0), (2, 0))]
    assert largest_component([*main, _road((9, 9), (9, 8))]) == main
