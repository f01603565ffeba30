import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from dispatch.journal.canonical import SAFE_INTEGER, canonical_json
from dispatch.model.errors import Invalid

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-SAFE_INTEGER, SAFE_INTEGER)
    | st.floats(-SAFE_INTEGER, SAFE_INTEGER)
    | st.floats(1e21, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_is_written_as_rfc_8785_says(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_was_read_back_is_written_the_same_again(value: Any) -> None:
    written = canonical_json(value)
    assert canonical_json(json.loads(written)) == written


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**53,
        float(2**53),
        "nul \x00",
        {"nul \x00": 1},
        "half \ud800",
        {"half \ud800": 1},
        [1.5, {"deep": ["nul \x00"]}],
        {1: "a number is no name"},
        object(),
    ],
)
def test_what_cannot_be_written_down_is_refused(value: Any) -> None:
    with pytest.raises(Invalid):
        canonical_json(value)


def test_the_smallest_numbers_are_not_lost() -> None:
    assert canonical_json([5e-324, 1.0, -0.0, 1e21]) == b"[5e-324,1,0,1e+21]"
