from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from dispatch.aid.assignment import AssignmentState
from dispatch.aid.overwhelm import Cover, CoverState, assess, default_floor, list_pending
from dispatch.aid.wording import cover_sentence
from dispatch.model.incident import IncidentState
from dispatch.model.unit import UnitStatus, UnitType
from tests.make_aid import HOME, make_assignment, make_incident
from tests.make_live import NOON, make_state, make_unit

S = UnitStatus
FREE, BUSY = S.AVAILABLE, S.ON_SCENE


def cover(statuses: Sequence[UnitStatus | None], *, pending: int = 0, **more: Any) -> Cover:
    units = [make_unit(f"a{n}") for n in range(len(statuses))]
    given: dict[str, Any] = {
        "units": [*units, make_unit("b1", jurisdiction="brook")],
        "states": {
            unit.id: make_state(unit.id, status)
            for unit, status in zip(units, statuses, strict=True)
            if status is not None
        }
        | {"b1": make_state("b1")},
        "incidents": [make_incident(f"inc_{n}") for n in range(pending)],
        "assignments": [],
        "now": NOON,
    }
    return assess(HOME, **{**given, **more})


def says(found: Cover) -> tuple[str, list[str]]:
    return found.state.value, [reason.code.value for reason in found.reasons]


@pytest.mark.parametrize(
    ("statuses", "pending", "said"),
    [
        ([FREE, FREE], 0, ("green", [])),
        ([FREE, BUSY], 0, ("amber", ["last_unit"])),
        ([BUSY, BUSY], 0, ("red", ["level_zero"])),
        ([None, None], 0, ("red", ["level_zero"])),
        ([], 0, ("red", ["level_zero"])),
        ([FREE, FREE], 2, ("green", [])),
        ([FREE, FREE], 3, ("red", ["pending_exceeds_free"])),
        ([BUSY], 1, ("red", ["level_zero", "pending_exceeds_free"])),
        ([FREE, *[BUSY] * 5], 0, ("amber", ["last_unit"])),
        ([FREE, FREE, *[BUSY] * 4], 0, ("amber", ["at_floor"])),
        ([FREE], 0, ("green", [])),
    ],
)
def test_cover_follows_free_units_and_waiting_calls(
    statuses: list[UnitStatus | None], pending: int, said: tuple[str, list[str]]
) -> None:
    assert says(cover(statuses, pending=pending)) == said


def test_a_jurisdiction_may_set_its_own_floor() -> None:
    found = cover([FREE] * 3, floor=4)
    assert says(found) == ("amber", ["at_floor"])
    assert found.reasons[0].figures == {"free": 3, "floor": 4}


def test_a_unit_without_word_counts_in_the_total_but_is_not_free() -> None:
    found = cover([FREE, FREE, None, S.UNKNOWN, S.OFF_DUTY, S.OUT_OF_SERVICE])
    assert (found.free, found.total) == (2, 4)


def test_a_unit_with_a_live_assignment_is_not_free_whatever_it_reports() -> None:
    lent = make_assignment("a0", home="ashton", borrower="brook", state=AssignmentState.RETURNING)
    assert cover([FREE, FREE], assignments=[lent]).free == 1


def test_only_ground_transport_counts() -> None:
    units = [make_unit("h1", unit_type=UnitType.AIR_ROTOR), make_unit("s1", unit_type=UnitType.SUPERVISOR)]
    states = {unit.id: make_state(unit.id) for unit in units}
    found = cover([], units=units, states=states)
    assert (found.free, found.total, found.state) == (0, 0, CoverState.RED)


def test_calls_that_a_unit_works_on_or_has_come_to_are_not_waiting() -> None:
    incidents = [
        make_incident("inc_1"),
        make_incident("inc_2"),
        make_incident("inc_3"),
        make_incident("inc_4", jurisdiction="brook"),
        make_incident("inc_5", state=IncidentState.CLOSED),
        make_incident("inc_6"),
        make_incident("inc_7"),
        make_incident("inc_8"),
    ]
    left = make_assignment("a6", incident="inc_6", state=AssignmentState.ENDED)
    clears = make_assignment("b2", incident="inc_2", borrower="ashton", state=AssignmentState.RETURNING)
    called_back = make_assignment("b7", incident="inc_7", borrower="ashton", state=AssignmentState.RETURNING)
    let_go = make_assignment("b8", incident="inc_8", borrower="ashton", state=AssignmentState.RETURNING)
    assignments = [
        make_assignment("b1", incident="inc_1", borrower="ashton"),
        replace(clears, arrived_at=NOON),
        replace(left, arrived_at=NOON),
        replace(called_back, recalled_at=NOON),
        let_go,
    ]
    assert [i.id for i in list_pending(HOME, incidents, assignments)] == ["inc_3", "inc_7", "inc_8"]


def test_a_call_that_its_unit_has_left_counts_in_no_cover() -> None:
    left = make_assignment("a0", incident="inc_0", home="ashton", state=AssignmentState.ENDED)
    found = cover([FREE] * 3, pending=1, assignments=[replace(left, arrived_at=NOON)])
    assert (found.pending, found.free) == (0, 3)


def test_larger_fleets_keep_more() -> None:
    assert [default_floor(n) for n in (0, 5, 6, 12)] == [1, 1, 2, 2]


REASONS = [
    {"code": "level_zero", "figures": {"total": 1, "silent": 0}},
    {"code": "pending_exceeds_free", "figures": {"pending": 1, "free": 0}},
]
LEVEL = {"state": "red", "free": 0, "lent": 0, "total": 1, "silent": 0, "pending": 1, "percent": None}


def test_the_row_has_the_figures() -> None:
    assert cover([BUSY], pending=1).to_json() == {
        "jurisdiction": "ashton",
        "state": "red",
        "free": 0,
        "lent": 0,
        "total": 1,
        "pending": 1,
        "reasons": REASONS,
        "levels": {level: {**LEVEL, "reasons": REASONS} for level in ("any", "als")},
    }


@pytest.mark.parametrize(
    ("found", "sentences"),
    [
        (cover([]), ["Level zero: no ambulance is on duty."]),
        (
            cover([BUSY], pending=1),
            [
                "Level zero: 0 of 1 ambulance on duty free.",
                "1 call waits for a unit; no ambulances are free.",
            ],
        ),
        (cover([FREE, FREE], pending=3), ["3 calls wait for a unit; 2 ambulances are free."]),
        (
            cover([FREE, *[BUSY] * 5]),
            ["The last free ambulance, of 6 on duty."],
        ),
    ],
)
def test_each_reason_is_one_sentence(found: Cover, sentences: list[str]) -> None:
    assert [cover_sentence(reason) for reason in found.reasons] == sentences
