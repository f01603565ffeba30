"""An agency's figures as a document: partial, strict, bounded."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Method
from dispatch.aid.advice.practice_document import BOUNDS, as_document, practice_from
from dispatch.model.errors import Invalid
from dispatch.model.incident import Priority


def leaves(value: Any, path: str = "") -> list[str]:
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in leaves(part, f"{path}.{key}".lstrip("."))]
    return [path]


def test_nothing_set_is_the_default():
    assert practice_from({}) == DEFAULT_PRACTICE


def test_all_figures_written_read_back_the_same():
    assert practice_from(as_document(DEFAULT_PRACTICE)) == DEFAULT_PRACTICE


def test_a_figure_that_is_set_changes_nothing_else():
    practice = practice_from({"alarm": {"dwell_seconds": 600}, "targets": {"emergent": {"weight": 0.5}}})
    assert practice.alarm.dwell == timedelta(minutes=10)
    assert practice.alarm.zero_on == DEFAULT_PRACTICE.alarm.zero_on
    assert practice.targets[Priority.EMERGENT].weight == 0.5
    assert practice.targets[Priority.CRITICAL] == DEFAULT_PRACTICE.targets[Priority.CRITICAL]


def test_one_setting_turns_advice_into_plain_closest():
    assert practice_from({"method": "closest"}).method is Method.CLOSEST


def test_a_floor_may_be_set_and_unset():
    assert practice_from({"alarm": {"floor": 3}}).alarm.floor == 3
    assert practice_from({"alarm": {"floor": None}}).alarm.floor is None
    assert practice_from({"alarm": {"fix_silence_seconds": None}}).alarm.fix_silence is None


def test_every_figure_has_bounds_and_its_default_lies_within():
    for path in leaves(as_document(DEFAULT_PRACTICE)):
        parts = path.split(".")
        anyones = ".".join([parts[0], "*", *parts[2:]])
        assert path == "method" or path in BOUNDS or anyones in BOUNDS, path


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"colour": 1}, "colour"),
        ({"alarm": {"zero": 1}}, "alarm.zero"),
        ({"alarm": [1]}, "alarm"),
        ({"alarm": {"dwell": 600}}, "alarm.dwell"),
        ({"alarm": {"zero_on": 1.5}}, "alarm.zero_on"),
        ({"alarm": {"zero_on": "0.5"}}, "alarm.zero_on"),
        ({"alarm": {"zero_on": True}}, "alarm.zero_on"),
        ({"alarm": {"zero_on": None}}, "alarm.zero_on"),
        ({"alarm": {"zero_on": float("nan")}}, "alarm.zero_on"),
        ({"alarm": {"floor": 1.5}}, "alarm.floor"),
        ({"alarm": {"pending_seconds": [120]}}, "alarm.pending_seconds"),
        ({"alarm": {"pending_seconds": [120, 1]}}, "alarm.pending_seconds[1]"),
        ({"alarm": {"zero_on": 0.05}}, "alarm.zero_off"),
        ({"alarm": {"red_below": 3, "amber_below": 2}}, "alarm.red_below"),
        ({"targets": {"critical": {"hold_seconds": 1}}}, "targets.critical.hold_seconds"),
        ({"targets": {"critical": {"band_seconds": 1}}}, "targets.critical.band_seconds"),
        ({"targets": {"worst": {}}}, "targets.worst"),
        ({"method": "cheapest"}, "method"),
        ({"crew": {"never_after_seconds": 3600}}, "crew.critical_only_after_seconds"),
    ],
)
def test_what_cannot_be_is_refused_by_its_path(document: dict[str, Any], path: str):
    with pytest.raises(Invalid) as refused:
        practice_from(document)
    assert refused.value.path == path


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
)
figures = st.sampled_from(
    [path for path in BOUNDS if "*" not in path] + ["method", "alarm", "targets", "x.y"]
)


@given(figures, anything)
def test_nothing_but_invalid_is_ever_raised(path: str, value: Any):
    document: Any = value
    for part in reversed(path.split(".")):
        document = {part: document}
    try:
        practice = practice_from(document)
    except Invalid:
        return
    assert practice_from(as_document(practice)) == practice
