"""What a loan asks of the two parties, and when: computed when read, never stored.

From the assignment and the version of the agreement that it was made under.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from dispatch.agreements.provisions import Cost, CostMode, Handover, WrittenConfirmation
from dispatch.agreements.terms import Agreement
from dispatch.aid.assignment import Assignment
from dispatch.aid.loan import WORKING, ends_by
from dispatch.aid.stand_down import StandDown
from dispatch.model.clock import iso

LEAD: Final = timedelta(minutes=30)
"""How long before its time a duty counts as due, so that somebody can still act."""


class DutyCode(StrEnum):
    """What is asked."""

    CONFIRM = "written_confirmation"
    DURATION = "duration_over"
    HANDOVER = "handover"
    COST = "free_hours_over"
    """Asks nothing, but is due from the moment at which the loan costs money."""
    RECALL = "recall"
    STAND_DOWN = "stand_down"
    """The end rule of a standby holds: the unit may go home. Who lets it go is a person."""


class DutyState(StrEnum):
    """How near it is."""

    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty at one moment. ``because``: why, where a code does not say it all."""

    code: DutyCode
    due_at: datetime
    state: DutyState
    because: str | None = None

    def to_json(self) -> dict[str, Any]:
        """``{"code", "due_at", "state"}``, with ``because`` where there is one."""
        row = {"code": self.code.value, "due_at": iso(self.due_at), "state": self.state.value}
        return row if self.because is None else {**row, "because": self.because}


def list_duties(
    loan: Assignment, agreement: Agreement | None, *, now: datetime, home_unit_free_since: datetime | None
) -> tuple[Duty, ...]:
    """The duties of a lent unit's assignment, soonest first; none for one's own unit.

    ``home_unit_free_since``: since when a unit of the borrower is free that could do instead. Once the
    unit is on its way home, only the confirmation is still owed.
    """
    if not loan.lent:
        return ()
    found = [*_confirmation(loan, agreement, now)]
    if loan.state in WORKING:
        found += _recall(loan, now)
        found += _duration(loan, agreement, now)
        found += _handover(loan, agreement, home_unit_free_since)
        found += _cost(loan, agreement, now)
    return tuple(sorted(found, key=lambda duty: (duty.due_at, duty.code)))


def _confirmation(loan: Assignment, agreement: Agreement | None, now: datetime) -> Iterator[Duty]:
    clause = agreement.find(WrittenConfirmation) if agreement else None
    if clause is not None and loan.confirmed_at is None:
        due_at = loan.lent_since + timedelta(hours=clause.within_hours)
        yield Duty(code=DutyCode.CONFIRM, due_at=due_at, state=_nearness(due_at, now))


def stand_down_duty(stand_down: StandDown) -> Duty:
    """The prompt for whoever has the unit."""
    return Duty(
        code=DutyCode.STAND_DOWN,
        due_at=stand_down.since,
        state=DutyState.DUE,
        because=stand_down.because.value,
    )


def _recall(loan: Assignment, now: datetime) -> Iterator[Duty]:
    if loan.recall_due is not None:
        state = DutyState.OVERDUE if now >= loan.recall_due else DutyState.DUE
        yield Duty(code=DutyCode.RECALL, due_at=loan.recall_due, state=state)


def _duration(loan: Assignment, agreement: Agreement | None, now: datetime) -> Iterator[Duty]:
    due_at = ends_by(loan, agreement)
    if due_at is not None:
        yield Duty(code=DutyCode.DURATION, due_at=due_at, state=_nearness(due_at, now))


def _handover(loan: Assignment, agreement: Agreement | None, since: datetime | None) -> Iterator[Duty]:
    clause = agreement.find(Handover) if agreement else None
    if clause is not None and clause.when_home_unit_free and since is not None:
        yield Duty(code=DutyCode.HANDOVER, due_at=max(since, loan.assigned_at), state=DutyState.DUE)


def _cost(loan: Assignment, agreement: Agreement | None, now: datetime) -> Iterator[Duty]:
    clause = agreement.find(Cost) if agreement else None
    if clause is not None and clause.mode is not CostMode.NONE:
        due_at = loan.lent_since + timedelta(hours=clause.free_hours)
        state = DutyState.DUE if now >= due_at else DutyState.UPCOMING
        yield Duty(code=DutyCode.COST, due_at=due_at, state=state)


def _nearness(due_at: datetime, now: datetime) -> DutyState:
    if now >= due_at:
        return DutyState.OVERDUE
    return DutyState.DUE if now >= due_at - LEAD else DutyState.UPCOMING
