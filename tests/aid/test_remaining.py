import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.assignment import AssignmentState
from dispatch.aid.remaining import SHORTEST_SECONDS, STATUS_OF_STATE, estimate_free_in_seconds
from dispatch.model.unit import COMMITTED, UnitStatus

S = UnitStatus
IN_ORDER = (S.DISPATCHED, S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING, S.AT_HOSPITAL)


def test_a_free_unit_is_free_now() -> None:
    assert estimate_free_in_seconds(S.AVAILABLE, in_status_seconds=999) == 0


@pytest.mark.parametrize("status", [S.OFF_DUTY, S.OUT_OF_SERVICE, S.UNKNOWN])
def test_nobody_can_foresee_when_an_absent_unit_is_free(status: UnitStatus) -> None:
    assert estimate_free_in_seconds(status, in_status_seconds=0) is None


def test_a_hand_over_takes_twelve_minutes_and_what_is_done_is_done() -> None:
    assert estimate_free_in_seconds(S.AT_HOSPITAL, in_status_seconds=0) == 720
    assert estimate_free_in_seconds(S.AT_HOSPITAL, in_status_seconds=300) == 420


def test_four_in_five_scenes_end_in_a_transport() -> None:
    assert estimate_free_in_seconds(S.ON_SCENE, in_status_seconds=0) == 720 + round(0.8 * (600 + 720))


@given(st.sampled_from(sorted(COMMITTED)), st.floats(-60, 1e6))
def test_a_stage_is_never_about_to_end_for_sure(status: UnitStatus, in_status_seconds: float) -> None:
    left = estimate_free_in_seconds(status, in_status_seconds=in_status_seconds)
    assert left is not None
    assert left >= min(60, SHORTEST_SECONDS)


def test_each_stage_starts_nearer_to_the_end_than_the_one_before() -> None:
    starts = [estimate_free_in_seconds(status, in_status_seconds=0) for status in IN_ORDER[:3]]
    assert starts == sorted(starts, key=lambda seconds: -(seconds or 0))


def test_every_live_assignment_is_in_some_stage() -> None:
    assert set(STATUS_OF_STATE) == set(AssignmentState) - {AssignmentState.ENDED}
