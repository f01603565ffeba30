"""Figures of many seeds: means and ratios with their intervals, and who is worse off than without aid."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.simulate.trial.compare import compare, estimate_mean, estimate_ratio, find_worst
from dispatch.simulate.trial.figures import CODES
from dispatch.simulate.trial.measure import Measured, Share, gini, survival


def test_a_mean_has_students_interval() -> None:
    found = estimate_mean([1.0, 2.0, 3.0, 4.0])
    assert found is not None
    # t(0.975, 3) = 3.1824; s = 1.2910.
    half = 3.18245 * 1.290994 / 2
    assert (found.value, found.low, found.high) == pytest.approx((2.5, 2.5 - half, 2.5 + half), rel=1e-5)


def test_one_seed_has_no_interval() -> None:
    found = estimate_mean([3.0])
    assert found is not None
    assert (found.value, found.low, found.high) == (3.0, None, None)


def test_pairs_that_move_together_have_a_narrow_ratio() -> None:
    base = [10.0, 20.0, 30.0, 40.0]
    found = estimate_ratio([0.8 * value for value in base], base)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.8, 0.8))


def test_the_ratio_of_nothing_is_none() -> None:
    assert estimate_ratio([1.0], [0.0]) is None


@given(st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100)), min_size=2, max_size=12))
def test_a_ratio_lies_within_its_interval_and_between_the_pairs(pairs: list[tuple[float, float]]) -> None:
    ours, theirs = zip(*pairs, strict=True)
    found = estimate_ratio(ours, theirs)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    ratios = [a / b for a, b in pairs]
    assert min(ratios) - 1e-9 <= found.value <= max(ratios) + 1e-9


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    chance = np.random.default_rng(3)
    hits = 0
    for _ in range(400):
        base = chance.normal(10, 1, 8)
        found = estimate_ratio(list(0.8 * base + chance.normal(0, 0.5, 8)), list(base))
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.8 <= found.high
    assert 0.91 <= hits / 400 <= 0.98


def _measured(late: float, p1_late: Sequence[int]) -> Measured:
    figures: dict[str, float | None] = dict.fromkeys(CODES, 1.0)
    figures["late_p1"] = late
    shares = tuple(
        Share(
            jurisdiction=name,
            units=3,
            calls=500,
            p1=100,
            p1_late=count,
            given=1,
            received=1,
            busy_share=0.3,
        )
        for name, count in zip(("a", "b"), p1_late, strict=True)
    )
    return Measured(figures=figures, shares=shares)


def test_the_worst_off_jurisdiction_is_named_and_one_with_few_late_calls_is_not_judged() -> None:
    without = [_measured(20, (20, 1)), _measured(20, (22, 1))]
    ours = [_measured(15, (24, 3)), _measured(15, (26, 3))]
    worst = find_worst(ours, without)
    assert worst is not None
    assert (worst.jurisdiction, worst.judged, worst.worse) == ("a", 1, 1)
    assert worst.ratio.value == pytest.approx(50 / 42)


def test_each_policy_stands_beside_closest_on_the_same_seeds() -> None:
    base = [_measured(10, (20, 20)), _measured(20, (20, 20))]
    ours = [_measured(8, (20, 20)), _measured(16, (20, 20))]
    rows = compare({"closest": base, "recommended": ours})
    beside = rows["recommended"]["vs_closest"]["late_p1"]
    assert beside["ratio"]["value"] == 0.8
    assert beside["difference"]["value"] == -3.0
    assert rows["recommended"]["worst_vs_none"] is None


def test_gini_knows_equal_and_one_sided() -> None:
    assert gini(np.array([2.0, 2.0, 2.0])) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 4.0])) == pytest.approx(0.75)
    assert gini(np.array([0.0, 0.0])) is None


def test_survival_is_de_maios() -> None:
    found = survival(np.array([0.0, 480.0]))
    assert found.tolist() == pytest.approx([1 / (1 + math.exp(0.679)), 1 / (1 + math.exp(0.679 + 0.262 * 8))])
