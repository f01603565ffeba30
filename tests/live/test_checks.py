from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.live.checks import check_status
from dispatch.live.report import Accepted, Flag, Ignored, IgnoredReason, StatusReport
from dispatch.model.ids import UnitId
from dispatch.model.unit import UnitState, UnitStatus
from tests.make_live import NOON, after, make_state

S = UnitStatus


def make_status_report(status: UnitStatus = S.EN_ROUTE, *, at: datetime = NOON) -> StatusReport:
    return StatusReport(unit_id=UnitId("a1"), status=status, at=at, source="cad")


def test_the_first_word_of_a_unit_counts() -> None:
    assert check_status(make_status_report(S.AVAILABLE), state=None, now=NOON) == Accepted(NOON)


def test_a_newer_status_counts() -> None:
    state = make_state(status=S.DISPATCHED, at=-10)
    assert check_status(make_status_report(S.EN_ROUTE), state=state, now=NOON) == Accepted(NOON)


def test_an_older_status_never_moves_a_unit_back() -> None:
    state = make_state(status=S.ON_SCENE, at=0)
    answer = check_status(make_status_report(S.EN_ROUTE, at=after(-1)), state=state, now=NOON)
    assert answer == Ignored(IgnoredReason.OLDER)


def test_the_same_status_of_the_same_moment_is_a_duplicate() -> None:
    answer = check_status(make_status_report(), state=make_state(status=S.EN_ROUTE), now=NOON)
    assert answer == Ignored(IgnoredReason.DUPLICATE)


def test_the_same_status_again_later_is_news() -> None:
    state = make_state(status=S.EN_ROUTE, at=-60)
    assert check_status(make_status_report(S.EN_ROUTE), state=state, now=NOON) == Accepted(NOON)


def test_a_status_from_a_clock_ahead_is_clamped_and_flagged() -> None:
    answer = check_status(make_status_report(S.AVAILABLE, at=after(600)), state=None, now=NOON)
    assert answer == Accepted(NOON, (Flag.CLOCK_AHEAD,))


def test_a_step_that_skips_one_is_taken_and_flagged() -> None:
    state = make_state(status=S.AVAILABLE, at=-10)
    answer = check_status(make_status_report(S.AT_HOSPITAL), state=state, now=NOON)
    assert answer == Accepted(NOON, (Flag.SKIPPED_STEP,))


@pytest.mark.parametrize("status", list(S))
def test_any_status_may_follow_unknown(status: UnitStatus) -> None:
    state = make_state(status=S.UNKNOWN, at=-10)
    assert check_status(make_status_report(status), state=state, now=NOON) == Accepted(NOON)


@given(
    st.lists(st.tuples(st.sampled_from(list(S)), st.integers(-5, 0)), min_size=1, max_size=8).flatmap(
        lambda reports: st.tuples(st.just(reports), st.permutations(reports + reports[:2]))
    )
)
def test_any_order_of_status_reports_ends_in_the_same_status(
    case: tuple[list[tuple[UnitStatus, int]], list[tuple[UnitStatus, int]]],
) -> None:
    def end(reports: list[tuple[UnitStatus, int]]) -> tuple[UnitStatus, datetime]:
        state: UnitState | None = None
        for status, at in reports:
            answer = check_status(make_status_report(status, at=after(at)), state=state, now=NOON)
            if isinstance(answer, Accepted):
                state = make_state(status=status, at=at)
        assert state is not None
        return state.status, state.reported_at

    assert end(case[0]) == end(case[1])
