"""What covering problems refuse, and what holds of every answer; published answers are in tests/referees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.aid.advice.grid import Floats
from dispatch.aid.advice.posting import Reach, assign_units, expected_cover, nest_posts, place_units
from dispatch.aid.advice.programme import Programme

EVERYWHERE = np.ones((2, 3), dtype=np.bool_)
WEIGHT = np.array([1.0, 2.0, 3.0])


@st.composite
def towns(draw: st.DrawFn) -> tuple[Floats, Reach]:
    posts, cells = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    weight = draw(st.lists(st.floats(0, 5), min_size=cells, max_size=cells))
    reaches = draw(st.lists(st.booleans(), min_size=posts * cells, max_size=posts * cells))
    return np.array(weight), np.array(reaches).reshape(posts, cells)


@settings(max_examples=40)
@given(towns(), st.integers(0, 5), st.floats(0.05, 0.9))
def test_one_unit_more_never_covers_less_and_never_adds_more_than_the_one_before(
    town: tuple[Floats, Reach], units: int, busy_share: float
) -> None:
    weight, reaches = town
    covered = [place_units(weight, reaches, units + more, busy_share=busy_share).covered for more in range(3)]
    first, second = np.diff(covered)
    assert first >= -1e-7
    assert second >= -1e-7
    assert second <= first + 1e-7
    assert covered[-1] <= weight.sum() + 1e-7


@settings(max_examples=40)
@given(towns(), st.integers(0, 4))
def test_every_unit_is_posted_and_the_cover_is_that_of_the_placement(
    town: tuple[Floats, Reach], units: int
) -> None:
    weight, reaches = town
    found = place_units(weight, reaches, units, busy_share=0.4)
    assert found.count.sum() == units
    assert found.covered == pytest.approx(expected_cover(weight, reaches, found.count, 0.4))


@settings(max_examples=40)
@given(towns())
def test_the_first_posts_of_a_nest_cover_no_more_than_the_best_choice_of_as_many(
    town: tuple[Floats, Reach],
) -> None:
    weight, reaches = town
    levels = len(reaches)
    nest = nest_posts(weight, reaches, np.full(levels, 1 / levels))
    assert sorted(nest.order) == list(range(levels))
    for level, covered in enumerate(nest.covered, start=1):
        assert covered <= place_units(weight, reaches, level, room=1).covered + 1e-7
    assert (np.diff(nest.covered) >= -1e-9).all()


@pytest.mark.parametrize("busy_share", [-0.1, 1.0])
def test_a_share_of_time_is_below_one(busy_share: float) -> None:
    with pytest.raises(ValueError, match="busy_share"):
        place_units(WEIGHT, EVERYWHERE, 1, busy_share=busy_share)


def test_units_without_room_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing fits"):
        place_units(WEIGHT, EVERYWHERE, 3, room=1)
    with pytest.raises(ValueError, match="nothing fits"):
        nest_posts(WEIGHT, EVERYWHERE, np.full(3, 1 / 3))
    with pytest.raises(ValueError, match="nothing fits"):
        assign_units(np.array([[1.0]]), np.zeros((2, 1)), [True, True])


def test_a_second_unit_worth_more_than_the_first_is_refused() -> None:
    with pytest.raises(ValueError, match="benefit"):
        assign_units(np.array([[1.0, 2.0]]), np.zeros((1, 1)), [False])


def test_a_programme_of_nothing_is_solved_by_nothing() -> None:
    assert Programme().solve().tolist() == []


def test_a_programme_takes_whole_pieces_of_what_is_worth_most() -> None:
    programme = Programme()
    heavy, light = programme.add(5.0, whole=True), programme.add(3.0, at_most=2.0, whole=True)
    programme.limit([(heavy, 3.0), (light, 2.0)], at_most=4.5)
    assert programme.solve().tolist() == [0.0, 2.0]
