import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.errors import Invalid
from dispatch.model.preferences import (
    COLUMNS,
    KEYS,
    MOST_BYTES,
    SIZED_PANELS,
    SOUNDS,
    TABLES,
    THEMES,
    require_preferences,
)

ALL: dict[str, Any] = {
    "theme": "light",
    "font_percent": 125,
    "panel_font_percent": {"units": 150, "cover": 90},
    "sound": "high",
    "volume_percent": 40,
    "single_keys": False,
    "unit_columns": ["status", "unit"],
    "hold_sort": ["units"],
}

documents = st.fixed_dictionaries(
    {},
    optional={
        "theme": st.sampled_from(THEMES),
        "font_percent": st.integers(90, 150),
        "panel_font_percent": st.dictionaries(st.sampled_from(SIZED_PANELS), st.integers(90, 150)),
        "sound": st.sampled_from(SOUNDS),
        "volume_percent": st.integers(20, 100),
        "single_keys": st.booleans(),
        "unit_columns": st.permutations(COLUMNS),
        "hold_sort": st.lists(st.sampled_from(TABLES), unique=True),
    },
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def path_of_the_flaw(document: dict[str, Any]) -> str | None:
    try:
        require_preferences(document)
    except Invalid as flaw:
        return flaw.path
    return None


def flaw_of(document: dict[str, Any]) -> Invalid:
    with pytest.raises(Invalid) as caught:
        require_preferences(document)
    return caught.value


def test_every_key_that_there_is_may_be_set() -> None:
    assert tuple(ALL) == KEYS
    require_preferences(ALL)


@given(documents)
def test_every_choice_within_the_bounds_is_taken_and_is_small(document: dict[str, Any]) -> None:
    require_preferences(document)
    assert len(json.dumps(document)) < MOST_BYTES // 8


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), anything, max_size=4))
def test_whatever_else_is_given_is_refused_by_the_name_of_its_key(document: dict[str, Any]) -> None:
    path = path_of_the_flaw(document)
    if path is None:
        assert set(document) <= set(KEYS)
    else:
        assert path in document or re.split(r"[.\[]", path)[0] in document


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("colour", "red", "colour"),
        ("theme", "blue", "theme"),
        ("theme", ["dark"], "theme"),
        ("font_percent", 89, "font_percent"),
        ("font_percent", 151, "font_percent"),
        ("font_percent", 100.5, "font_percent"),
        ("font_percent", True, "font_percent"),
        ("panel_font_percent", 120, "panel_font_percent"),
        ("panel_font_percent", {"units": 151}, "panel_font_percent.units"),
        ("panel_font_percent", {"map": 120}, "panel_font_percent.map"),
        ("volume_percent", 0, "volume_percent"),
        ("sound", "off", "sound"),
        ("single_keys", 1, "single_keys"),
        ("unit_columns", "unit", "unit_columns"),
        ("unit_columns", ["unit", "speed"], "unit_columns[1]"),
        ("unit_columns", ["unit", "age", "unit"], "unit_columns[2]"),
        ("unit_columns", ["status"], "unit_columns"),
        ("hold_sort", ["requests"], "hold_sort[0]"),
        ("hold_sort", [["units"]], "hold_sort[0]"),
    ],
)
def test_what_is_wrong_is_named(key: str, value: object, path: str) -> None:
    assert flaw_of({key: value}).path == path


def test_no_sound_at_all_cannot_be_chosen() -> None:
    """An alarm that needs an answer is seen and heard."""
    assert "off" not in SOUNDS
    assert flaw_of({"volume_percent": 19}).path == "volume_percent"
