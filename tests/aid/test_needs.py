import pytest

from dispatch.aid.assignment import AssignmentState
from dispatch.aid.needs import list_unmet_needs, next_need
from dispatch.model.errors import Invalid
from dispatch.model.unit import UnitType
from tests.make_aid import make_assignment, make_incident
from tests.make_live import make_unit

ALS, BLS, CCT = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE
BLS_CAR, ALS_CAR = UnitType.BLS_NONTRANSPORT, UnitType.ALS_NONTRANSPORT


@pytest.mark.parametrize(
    ("needs", "sent", "unmet"),
    [
        ([ALS, BLS], [], (ALS, BLS)),
        ([ALS, BLS], [ALS], (BLS,)),
        ([ALS, BLS], [BLS], (ALS,)),
        ([ALS, BLS], [CCT], (BLS,)),
        ([BLS], [ALS], ()),
        ([ALS], [BLS], (ALS,)),
        ([ALS, ALS], [ALS], (ALS,)),
        ([BLS_CAR, ALS_CAR], [ALS, BLS], ()),
        ([UnitType.SUPERVISOR], [ALS], (UnitType.SUPERVISOR,)),
    ],
)
def test_each_unit_meets_one_need(
    needs: list[UnitType], sent: list[UnitType], unmet: tuple[UnitType]
) -> None:
    units = {u.id: u for u in (make_unit(f"u{n}", unit_type=t) for n, t in enumerate(sent))}
    assignments = [make_assignment(unit_id, incident="inc_1") for unit_id in units]
    assert list_unmet_needs(make_incident(needs=needs), assignments, units) == unmet


@pytest.mark.parametrize("state", [AssignmentState.RETURNING, AssignmentState.ENDED])
def test_a_unit_on_its_way_home_meets_nothing(state: AssignmentState) -> None:
    unit = make_unit("u1")
    assignment = make_assignment("u1", incident="inc_1", state=state)
    assert list_unmet_needs(make_incident(needs=[ALS]), [assignment], {unit.id: unit}) == (ALS,)


def test_units_of_other_incidents_and_unknown_units_meet_nothing() -> None:
    unit = make_unit("u1")
    elsewhere = [make_assignment("u1", incident="inc_2"), make_assignment("zz", incident="inc_1")]
    assert list_unmet_needs(make_incident(needs=[ALS]), elsewhere, {unit.id: unit}) == (ALS,)


def test_once_all_needs_are_met_more_of_the_first_is_meant() -> None:
    unit = make_unit("u1")
    assert (
        next_need(make_incident(needs=[ALS]), [make_assignment("u1", incident="inc_1")], {unit.id: unit})
        is ALS
    )


def test_an_incident_must_need_something() -> None:
    with pytest.raises(Invalid):
        next_need(make_incident(needs=[]), [], {})
