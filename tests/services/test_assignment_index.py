from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.assignment import Assignment, AssignmentState, list_come
from dispatch.model.ids import AssignmentId, IncidentId, JurisdictionId, UnitId
from dispatch.services.assignment_index import AssignmentIndex
from tests.make_aid import make_assignment
from tests.make_live import NOON, make_unit

CALL = IncidentId("inc_1")
HOMES, INCIDENTS = ("ashton", "brook"), ("inc_1", "inc_2")

assignments = st.builds(
    make_assignment,
    st.sampled_from(["u1", "u2", "u3"]),
    incident=st.sampled_from(INCIDENTS),
    home=st.sampled_from(HOMES),
    state=st.sampled_from([AssignmentState.DISPATCHED, AssignmentState.ENDED]),
)


@st.composite
def histories(draw: st.DrawFn) -> Sequence[Assignment]:
    """Assignments of one call, each live, or ended having come or not."""
    return [
        replace(
            make_assignment(
                draw(st.sampled_from(["u1", "u2", "u3"])),
                incident="inc_1",
                state=draw(st.sampled_from([AssignmentState.DISPATCHED, AssignmentState.ENDED])),
            ),
            id=AssignmentId(f"asg_{number}"),
            arrived_at=draw(st.sampled_from([None, NOON])),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


@given(histories(), st.sets(st.integers(0, 6)))
def test_who_came_is_known_after_the_ended_ones_are_forgotten(
    told: Sequence[Assignment], forgets: Iterable[int]
) -> None:
    index = AssignmentIndex()
    for step, assignment in enumerate(told):
        index[assignment.id] = assignment
        if step in forgets:
            index.forget_ended()
    index.forget_ended()
    assert index.count_come(CALL) == len(list_come(told))
    assert (CALL in index.come) is any(one.ended_at and one.attends for one in told)


def test_who_came_is_forgotten_with_the_call_and_known_again_from_the_record() -> None:
    left = replace(make_assignment("u1", incident="inc_1", state=AssignmentState.ENDED), arrived_at=NOON)
    index = AssignmentIndex([left])
    index.forget_ended()
    index.forget_come(besides={CALL})
    assert index.count_come(CALL) == 1
    index.forget_come(besides=())
    assert (index.count_come(CALL), len(index.come)) == (0, 0)
    index.remember_come([left, make_assignment("u2", incident="inc_1")])
    assert (index.count_come(CALL), list(index)) == (1, [])


@given(st.lists(assignments, max_size=12), st.lists(st.integers(0, 12), max_size=3))
def test_the_indices_say_what_looking_through_all_would(
    told: Sequence[Assignment], forgets: Sequence[int]
) -> None:
    live, plain = AssignmentIndex(), dict[AssignmentId, Assignment]()
    for step, assignment in enumerate(told):
        live[assignment.id] = plain[assignment.id] = assignment
        if step in forgets:
            live.forget_ended()
            plain = {key: one for key, one in plain.items() if one.ended_at is None}
    assert dict(live) == plain
    for home in HOMES:
        found = {one.id for one in live.list_of_homes([JurisdictionId(home)])}
        assert found == {key for key, one in plain.items() if one.home == home}
    for incident in INCIDENTS:
        found = {one.id for one in live.list_of_incident(IncidentId(incident))}
        assert found == {key for key, one in plain.items() if one.incident_id == incident}


def test_one_that_has_ended_is_told_of_until_it_is_forgotten() -> None:
    live = AssignmentIndex([make_assignment("u1", state=AssignmentState.ENDED)])
    assert len(live.list_of_incident(IncidentId("inc_9"))) == 1
    live.forget_ended()
    assert list(live) == []


def test_a_unit_that_changed_hands_while_it_was_out_counts_for_both_homes() -> None:
    units = {UnitId("u1"): make_unit("u1", jurisdiction="brook")}
    live = AssignmentIndex([make_assignment("u1", home="ashton")], units=units)
    both = [JurisdictionId(home) for home in HOMES]
    assert [len(live.list_of_homes([home])) for home in both] == [1, 1]
    assert len(live.list_of_homes(both)) == 1
    live.clear()
    assert [len(live.list_of_homes([home])) for home in both] == [0, 0]


def test_one_that_is_not_there_cannot_be_dropped() -> None:
    with pytest.raises(KeyError):
        del AssignmentIndex()[AssignmentId("asg_u1")]
