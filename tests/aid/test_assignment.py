from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.assignment import FOLLOWS, NEXT, Assignment, AssignmentState, follow, release, step
from dispatch.model.errors import IllegalStep, StaleVersion
from dispatch.model.unit import UnitStatus
from tests.make_aid import make_assignment
from tests.make_live import NOON, after

A = AssignmentState


def own(state: AssignmentState = A.DISPATCHED) -> Assignment:
    return make_assignment(state=state)


def lent(state: AssignmentState = A.DISPATCHED) -> Assignment:
    return make_assignment(borrower="ashton", agreement="brook-ashton", state=state)


@pytest.mark.parametrize("to", list(A))
@pytest.mark.parametrize("state", list(A))
def test_every_state_allows_the_steps_of_the_table_and_no_other(
    state: AssignmentState, to: AssignmentState
) -> None:
    if to in NEXT.get(state, frozenset()):
        assert step(lent(state), to, now=NOON).state is to
        return
    with pytest.raises(IllegalStep):
        step(lent(state), to, now=NOON)


def test_every_state_but_the_last_can_end() -> None:
    assert all(A.ENDED in steps for steps in NEXT.values())
    assert set(NEXT) == set(A) - {A.ENDED}


def test_a_step_counts_the_version_and_takes_its_time() -> None:
    moved = step(own(), A.EN_ROUTE, now=after(5), reason="ignored before the end")
    assert (moved.version, moved.changed_at, moved.ended_at, moved.end_reason) == (2, after(5), None, "")


def test_the_last_step_keeps_when_and_why() -> None:
    ended = step(own(), A.ENDED, now=after(5), reason="cancelled")
    assert (ended.ended_at, ended.end_reason) == (after(5), "cancelled")


def test_a_unit_is_lent_when_it_works_for_another_jurisdiction() -> None:
    assert lent().lent
    assert not own().lent


@pytest.mark.parametrize("status", list(UnitStatus))
def test_an_assignment_follows_its_units_status(status: UnitStatus) -> None:
    followed = follow(lent(), status, now=NOON)
    to = FOLLOWS.get(status)
    if to is None or to is A.DISPATCHED or to not in NEXT[A.DISPATCHED]:
        assert followed is None
    else:
        assert followed is not None
        assert followed.state is to


def test_a_late_report_does_not_take_an_assignment_back() -> None:
    assert follow(lent(A.ON_SCENE), UnitStatus.EN_ROUTE, now=NOON) is None
    assert follow(lent(A.ON_SCENE), UnitStatus.ON_SCENE, now=NOON) is None
    assert follow(own(A.ENDED), UnitStatus.AVAILABLE, now=NOON) is None


def test_an_own_unit_that_clears_is_done_but_a_lent_one_goes_home_first() -> None:
    cleared = follow(own(A.AT_HOSPITAL), UnitStatus.AVAILABLE_DELAYED, now=NOON)
    assert cleared is not None
    assert (cleared.state, cleared.end_reason) == (A.ENDED, "unit_available_delayed")
    homeward = follow(lent(A.AT_HOSPITAL), UnitStatus.AVAILABLE_DELAYED, now=NOON)
    assert homeward is not None
    assert homeward.state is A.RETURNING
    home = follow(homeward, UnitStatus.AVAILABLE, now=NOON)
    assert home is not None
    assert home.state is A.ENDED


AT_POST = {
    UnitStatus.EN_ROUTE: A.EN_ROUTE,
    UnitStatus.ON_SCENE: A.ON_SCENE,
    UnitStatus.AVAILABLE_DELAYED: A.RETURNING,
    UnitStatus.OFF_DUTY: A.ENDED,
}


@pytest.mark.parametrize("status", list(UnitStatus))
@pytest.mark.parametrize("state", [A.DISPATCHED, A.EN_ROUTE, A.ON_SCENE])
def test_a_unit_that_stands_by_is_available_there_and_only_leaving_moves_it_on(
    status: UnitStatus, state: A
) -> None:
    moved = follow(lent(state), status, now=NOON, at_post=True)
    to = AT_POST.get(status)
    assert (moved.state if moved else None) is (to if to in NEXT[state] else None)


def test_a_unit_that_left_its_post_ends_at_home_like_any_other() -> None:
    for status in (UnitStatus.AVAILABLE, UnitStatus.OUT_OF_SERVICE):
        home = follow(lent(A.RETURNING), status, now=NOON, at_post=True)
        assert home is not None
        assert home.state is A.ENDED


def test_an_unknown_status_says_nothing_about_an_assignment() -> None:
    assert follow(lent(), UnitStatus.UNKNOWN, now=NOON) is None


def test_releasing_frees_an_own_unit_and_sends_a_lent_one_home() -> None:
    assert release(own(), expected=1, reason="not needed", now=NOON).state is A.ENDED
    assert release(lent(), expected=None, reason="not needed", now=NOON).state is A.RETURNING


def test_a_unit_on_its_way_home_cannot_be_released_again() -> None:
    with pytest.raises(IllegalStep):
        release(lent(A.RETURNING), expected=None, reason="again", now=NOON)


def test_a_release_of_an_old_version_is_refused() -> None:
    with pytest.raises(StaleVersion):
        release(replace(own(), version=2), expected=1, reason="", now=NOON)


@given(st.lists(st.sampled_from(list(UnitStatus)), max_size=12), st.booleans())
def test_an_assignment_never_goes_back_whatever_its_unit_reports(
    reports: list[UnitStatus], is_lent: bool
) -> None:
    assignment = lent() if is_lent else own()
    order = list(A)
    for status in reports:
        moved = follow(assignment, status, now=NOON)
        if moved is not None:
            assert order.index(moved.state) > order.index(assignment.state)
            assert (moved.state is A.ENDED) == (moved.ended_at is not None)
            assignment = moved


@pytest.mark.parametrize(
    ("state", "more", "attends"),
    [
        (A.DISPATCHED, {}, True),
        (A.EN_ROUTE, {"recalled_at": NOON}, True),
        (A.RETURNING, {}, False),
        (A.RETURNING, {"arrived_at": NOON}, True),
        (A.RETURNING, {"recalled_at": NOON}, False),
        (A.RETURNING, {"recalled_at": NOON, "arrived_at": NOON}, True),
        (A.ENDED, {"end_reason": "released"}, False),
        (A.ENDED, {"end_reason": "released", "arrived_at": NOON}, True),
        (A.ENDED, {"end_reason": "unit_available"}, False),
        (A.ENDED, {"end_reason": "unit_available", "arrived_at": NOON}, True),
        (A.ENDED, {"end_reason": "unit_out_of_service"}, False),
        (A.ENDED, {"end_reason": "unit_out_of_service", "arrived_at": NOON}, True),
    ],
)
def test_a_unit_attends_a_call_that_it_works_on_or_has_come_to(
    state: AssignmentState, more: dict[str, Any], attends: bool
) -> None:
    assert replace(lent(state), **more).attends is attends


def test_a_lent_unit_that_is_released_on_its_way_has_not_come_then_or_at_home() -> None:
    homeward = release(lent(A.EN_ROUTE), expected=None, reason="closer one found", now=NOON)
    home = follow(homeward, UnitStatus.AVAILABLE, now=after(60))
    assert home is not None
    assert (homeward.attends, home.attends, home.served) == (False, False, False)


@pytest.mark.parametrize("state", [A.DISPATCHED, A.EN_ROUTE])
def test_a_unit_that_is_free_again_by_its_own_word_without_an_arrival_has_not_come(state: A) -> None:
    free = follow(own(state), UnitStatus.AVAILABLE, now=NOON)
    assert free is not None
    assert (free.attends, free.served) == (False, False)


@given(st.lists(st.sampled_from([*UnitStatus, "released"]), max_size=8), st.booleans())
def test_whoever_has_left_a_call_has_come_to_it_only_if_it_was_on_scene(
    said: list[UnitStatus | str], is_lent: bool
) -> None:
    assignment, on_scene = lent() if is_lent else own(), False
    for word in said:
        if isinstance(word, UnitStatus):
            assignment = follow(assignment, word, now=NOON) or assignment
        elif assignment.state not in (A.RETURNING, A.ENDED):
            assignment = release(assignment, expected=None, reason="not needed", now=NOON)
        on_scene = on_scene or assignment.state is A.ON_SCENE
    if assignment.state in (A.RETURNING, A.ENDED):
        assert assignment.attends is on_scene
