"""Whether another unit was chosen than the advised one, in whatever order things happened."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.advice_override import Advised, require_override
from dispatch.aid.assignment import Assignment
from dispatch.aid.request import AidRequest
from dispatch.model.errors import Invalid
from dispatch.model.ids import AssignmentId, RecommendationId, RequestId, UnitId
from tests.make_record import HARLOW, NOON, make_assignment, make_request

FLEET = [UnitId(name) for name in ("c-1", "c-2", "h-1", "h-2")]
LATER = NOON + timedelta(seconds=30)
SHOWN = Advised(recommendation_id=RecommendationId("rec_1"), unit_id=UnitId("c-2"), made_at=NOON)
ASKED = make_request(recommendation_id=SHOWN.recommendation_id, requested_at=LATER)
SENT_ON = make_assignment(assigned_at=LATER, request_id=RequestId("req_0"), continues=AssignmentId("asg_0"))


def is_override(
    *, unit: str = "c-1", requests: Sequence[AidRequest] = (), assignments: Sequence[Assignment] = ()
) -> bool:
    try:
        require_override(SHOWN, UnitId(unit), requests=requests, assignments=assignments)
    except Invalid as refused:
        return refused.path != "unit_id"
    return True


@given(st.lists(st.sampled_from(FLEET), max_size=6))
def test_a_unit_is_an_override_where_it_was_chosen_and_the_advised_one_was_not_chosen_before_it(
    chosen: list[UnitId],
) -> None:
    requests, assignments = [], []
    for place, unit in enumerate(chosen):
        at = NOON + timedelta(seconds=place + 1)
        if unit.startswith("c"):
            requests.append(replace(ASKED, unit_id=unit, requested_at=at))
        else:
            assignments.append(make_assignment(unit_id=unit, home=HARLOW, assigned_at=at))
    for unit in FLEET:
        before = chosen[: chosen.index(unit)] if unit in chosen else chosen
        wanted = unit in chosen and unit != SHOWN.unit_id and SHOWN.unit_id not in before
        assert is_override(unit=unit, requests=requests, assignments=assignments) == wanted


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"recommendation_id": None}, True),
        ({"recommendation_id": None, "requested_at": NOON - timedelta(seconds=1)}, False),
        ({"recommendation_id": RecommendationId("rec_2")}, False),
        ({"attempt": 2}, False),
        ({"offered_by_lender": True}, False),
    ],
)
def test_a_request_is_a_choice_where_a_person_asked_with_the_recommendation_in_view(
    changes: dict[str, object], wanted: bool
) -> None:
    assert is_override(requests=[replace(ASKED, **changes)]) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"continues": None}, False),
        ({"request_id": None, "continues": None}, True),
        ({"assigned_at": NOON - timedelta(seconds=1)}, False),
    ],
)
def test_an_assignment_is_a_choice_where_it_follows_from_no_request(
    changes: dict[str, object], wanted: bool
) -> None:
    assert is_override(assignments=[replace(SENT_ON, **changes)]) == wanted  # type: ignore[arg-type]


def test_where_nobody_was_advised_the_recommendation_is_what_is_wrong() -> None:
    with pytest.raises(Invalid) as refused:
        require_override(replace(SHOWN, unit_id=None), UnitId("c-1"), requests=[ASKED], assignments=[])
    assert refused.value.path == "recommendation_id"
