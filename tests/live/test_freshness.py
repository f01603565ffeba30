import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.live.freshness import (
    FRESHNESS_BY_CODE,
    Freshness,
    FreshnessLimits,
    freshness_codes,
    freshness_of,
)


@pytest.mark.parametrize(
    ("age_seconds", "word"),
    [
        (0, Freshness.FRESH),
        (30, Freshness.FRESH),
        (30.1, Freshness.AGEING),
        (120, Freshness.AGEING),
        (120.1, Freshness.STALE),
        (600, Freshness.STALE),
        (600.1, Freshness.LOST),
        (None, Freshness.LOST),
    ],
)
def test_each_word_holds_up_to_its_limit(age_seconds: float | None, word: Freshness) -> None:
    assert freshness_of(age_seconds) is word


def test_a_suspect_position_is_never_fresh() -> None:
    assert freshness_of(1, suspect=True) is Freshness.AGEING
    assert freshness_of(200, suspect=True) is Freshness.STALE


def test_limits_must_rise() -> None:
    with pytest.raises(ValueError, match="rise"):
        FreshnessLimits(fresh_seconds=60, ageing_seconds=30)


@given(st.lists(st.tuples(st.none() | st.floats(0, 2000), st.booleans()), max_size=20))
def test_the_column_says_what_each_row_says(rows: list[tuple[float | None, bool]]) -> None:
    ages = np.array([np.nan if age is None else age for age, _ in rows], dtype=np.float64)
    suspects = np.array([suspect for _, suspect in rows], dtype=np.bool_)
    words = [FRESHNESS_BY_CODE[code] for code in freshness_codes(ages, suspects)]
    assert words == [freshness_of(age, suspect=suspect) for age, suspect in rows]
