"""What a floor cost its neighbours and saved at home, from what was shown and what then happened."""

from dataclasses import replace
from typing import Any

import pytest

from dispatch.aid.assignment import Assignment
from dispatch.aid.floors import Shown, list_blocked, report_floor
from dispatch.model.ids import AssignmentId, IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.unit import UnitType
from tests.make_aid import make_assignment, make_incident
from tests.make_live import after

BROOK = JurisdictionId("brook")
TARGETS = {"critical": 540, "emergent": 900, "lower_acuity": 2400, "non_acute": 2400}
TYPES = {UnitId(f"b{n}"): UnitType.ALS_AMBULANCE for n in range(1, 6)} | {
    UnitId("b9"): UnitType.BLS_AMBULANCE
}


def floor(keeps: int = 1, least: int = 2, group: str = "als_ambulance") -> dict[str, Any]:
    return {"code": "reserve_floor", "figures": {"keeps": keeps, "floor": least, "unit_type": group}}


def shown(
    incident: str = "inc_1",
    *,
    at: float = 0,
    gain: int | None = 240,
    lender: str = "brook",
    borrower: str = "ashton",
    reasons: tuple[dict[str, Any], ...] = (floor(),),
) -> Shown:
    return Shown(
        incident_id=IncidentId(incident),
        borrower=JurisdictionId(borrower),
        made_at=after(at),
        counterfactual={"unit": "b1", "lender": lender, "gain_seconds": gain, "reasons": list(reasons)},
    )


def own_call(incident: str = "own_1", *, at: float = 600) -> Incident:
    return replace(make_incident(incident, jurisdiction="brook"), opened_at=after(at))


def work(
    unit: str, incident: str, *, at: float, arrived: float | None = None, ended: float | None = None
) -> Assignment:
    one = make_assignment(unit, incident=incident, assigned_at=at)
    return replace(
        one,
        id=AssignmentId(f"{unit}-{incident}"),
        arrived_at=None if arrived is None else after(arrived),
        ended_at=None if ended is None else after(ended),
    )


def report(*said: Shown, calls: tuple[Incident, ...] = (), done: tuple[Assignment, ...] = ()):
    return report_floor(BROOK, said, calls=calls, work=done, types=TYPES, target_seconds=TARGETS)


def test_only_a_floor_of_this_lender_counts_and_each_call_once():
    other = {"code": "hours", "figures": {}}
    found = list_blocked(
        BROOK,
        [
            shown("inc_1", at=60, gain=120),
            shown("inc_1", at=0, gain=240),
            shown("inc_2", lender="cedar"),
            shown("inc_3", reasons=(other,)),
            shown("inc_4", at=90, reasons=(floor(), other)),
        ],
    )
    assert [(one.incident_id, one.gain_seconds, one.alone) for one in found] == [
        ("inc_1", 240, True),
        ("inc_4", 240, False),
    ]
    assert (found[0].left, found[0].floor) == (2, 2)


def test_the_minutes_are_added_up_over_all_and_for_each_borrower():
    said = report(
        shown("inc_1", gain=60), shown("inc_2", gain=180, borrower="cedar"), shown("inc_3", gain=600)
    ).to_json()
    assert said["cost"] == {"minutes": 14.0, "median_minutes": 3.0, "worst_minutes": 10.0}
    assert [(one["borrower"], one["calls"], one["minutes"]) for one in said["by_borrower"]] == [
        ("ashton", 2, 11.0),
        ("cedar", 1, 3.0),
    ]


def test_where_nobody_else_was_advised_there_are_no_minutes_to_count():
    said = report(shown(gain=None)).to_json()
    assert said["blocked"] == {"calls": 1, "by_the_floor_alone": 1, "nobody_else_advised": 1}
    assert said["cost"] == {"minutes": 0, "median_minutes": None, "worst_minutes": None}


def test_an_own_call_in_the_hour_after_is_saved_while_just_the_floor_is_left():
    reached = work("b2", "own_1", at=610, arrived=900)
    assert report(shown(), calls=(own_call(),), done=(reached,)).saved == ("own_1",)


@pytest.mark.parametrize(
    ("call", "done"),
    [
        pytest.param(own_call(at=3601), (work("b2", "own_1", at=3610, arrived=3700),), id="too late"),
        pytest.param(own_call(at=-5), (work("b2", "own_1", at=0, arrived=100),), id="before"),
        pytest.param(own_call(), (work("b2", "own_1", at=610, arrived=1200),), id="out of target"),
        pytest.param(own_call(), (work("b2", "own_1", at=610),), id="never reached"),
        pytest.param(
            own_call(),
            (work("b3", "own_0", at=300), work("b2", "own_1", at=610, arrived=900)),
            id="one fewer than the floor",
        ),
        pytest.param(
            own_call(),
            (work("b3", "old", at=-900, ended=400), work("b2", "own_1", at=610, arrived=900)),
            id="one more than the floor",
        ),
    ],
)
def test_no_other_call_counts_as_saved(call: Incident, done: tuple[Assignment, ...]):
    assert report(shown(), calls=(call,), done=done).saved == ()


def test_units_that_the_floor_does_not_count_change_nothing():
    done = (work("b9", "own_0", at=300), work("b2", "own_1", at=610, arrived=900))
    assert report(shown(), calls=(own_call(),), done=done).saved == ("own_1",)
    anybody = shown(reasons=(floor(group="ground_transport"),))
    assert report(anybody, calls=(own_call(),), done=done).saved == ()


def test_an_own_call_after_two_refusals_is_saved_once():
    found = report(
        shown("inc_1"),
        shown("inc_2", at=60),
        calls=(own_call(),),
        done=(work("b2", "own_1", at=610, arrived=900),),
    )
    assert (found.saved, found.own_calls_after) == (("own_1",), 1)
