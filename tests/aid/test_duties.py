"""What a loan asks for, and when: a table of moments for each duty."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.agreements.provisions import Cost, CostMode, Duration, Handover, WrittenConfirmation
from dispatch.agreements.terms import Agreement, AgreementKind, Clause
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.duties import list_duties
from dispatch.model.ids import AgreementId, AssignmentId, IncidentId, JurisdictionId, UnitId

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HARLOW, CEDAR = JurisdictionId("harlow"), JurisdictionId("cedar")
CONFIRM = WrittenConfirmation(id="9.1", within_hours=2)
LASTS = Duration(id="15.1", max_hours=3)
HAND_OVER = Handover(id="21.1", when_home_unit_free=True)
PAID = Cost(id="25.1", mode=CostMode.RATE, free_hours=4, rate_cents_per_unit_hour=10_000)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def make_loan(**changes: Any) -> Assignment:
    return Assignment(
        id=AssignmentId("asg_1"),
        incident_id=IncidentId("inc_1"),
        unit_id=UnitId("c1"),
        home=changes.pop("home", CEDAR),
        borrower=HARLOW,
        assigned_at=NOON,
        assigned_by="ana",
        **changes,
    )


def make_agreement(*clauses: Clause) -> Agreement:
    return Agreement(
        id=AgreementId("cedar-harlow"),
        title="Cedar lends to Harlow",
        version=1,
        kind=AgreementKind.MUTUAL,
        parties=(CEDAR, HARLOW),
        directions=(),
        effective_from=NOON,
        effective_to=None,
        clauses=clauses,
    )


def said(
    loan: Assignment, *clauses: Clause, now: datetime, free_since: datetime | None = None
) -> list[tuple[str, str]]:
    agreement = make_agreement(*clauses)
    duties = list_duties(loan, agreement, now=now, home_unit_free_since=free_since)
    return [(duty.code.value, duty.state.value) for duty in duties]


@pytest.mark.parametrize(
    ("clause", "hours", "expected"),
    [
        (CONFIRM, 0, [("written_confirmation", "upcoming")]),
        (CONFIRM, 1.5, [("written_confirmation", "due")]),
        (CONFIRM, 2, [("written_confirmation", "overdue")]),
        (LASTS, 2.49, [("duration_over", "upcoming")]),
        (LASTS, 2.5, [("duration_over", "due")]),
        (LASTS, 3, [("duration_over", "overdue")]),
        (PAID, 3.9, [("free_hours_over", "upcoming")]),
        (PAID, 4, [("free_hours_over", "due")]),
        (PAID, 40, [("free_hours_over", "due")]),
        (Cost(id="25.1", mode=CostMode.NONE), 40, []),
        (HAND_OVER, 1, []),
        (Handover(id="21.1", when_home_unit_free=False), 1, []),
    ],
)
def test_each_clause_asks_at_its_time(clause: Clause, hours: float, expected: list[tuple[str, str]]) -> None:
    assert said(make_loan(), clause, now=at(hours)) == expected


def test_an_extension_moves_the_end_and_a_confirmation_settles_the_letter() -> None:
    loan = make_loan(extended_until=at(8), confirmed_at=at(1))
    assert said(loan, CONFIRM, LASTS, now=at(7)) == [("duration_over", "upcoming")]


def test_the_unit_is_handed_over_as_soon_as_an_own_one_is_free() -> None:
    assert said(make_loan(), HAND_OVER, now=at(1), free_since=at(0.5)) == [("handover", "due")]


@pytest.mark.parametrize(("hours", "state"), [(1, "due"), (1.5, "overdue")])
def test_a_recall_is_due_until_its_notice_is_over(hours: float, state: str) -> None:
    loan = make_loan(recalled_at=at(1), recall_due=at(1.5), recall_reason="needed at home")
    assert said(loan, now=at(hours)) == [("recall", state)]


def test_a_unit_on_its_way_home_owes_only_the_letter() -> None:
    loan = make_loan(state=AssignmentState.RETURNING, recalled_at=at(1), recall_due=at(1))
    assert said(loan, CONFIRM, LASTS, PAID, HAND_OVER, now=at(5), free_since=NOON) == [
        ("written_confirmation", "overdue")
    ]


def test_ones_own_unit_owes_nothing() -> None:
    assert said(make_loan(home=HARLOW), CONFIRM, LASTS, now=at(5)) == []


def test_the_soonest_comes_first() -> None:
    codes = [code for code, _ in said(make_loan(), PAID, LASTS, CONFIRM, now=NOON)]
    assert codes == ["written_confirmation", "duration_over", "free_hours_over"]
