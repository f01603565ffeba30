"""Rows of closures, waivers and loans, each put with the event that explains it (as in ``steps``)."""

from datetime import datetime

from dispatch.aid.assignment import Assignment
from dispatch.aid.closure import LendingClosure
from dispatch.aid.waiver import AskedWaiver, WaiverState
from dispatch.model.event import Event
from dispatch.model.events import (
    LendingClosed,
    LendingOpened,
    LoanConfirmed,
    LoanExtended,
    UnitRecalled,
    WaiverAsked,
    WaiverGranted,
    WaiverRefused,
    WaiverUsed,
)
from dispatch.services.command import CommandMeta
from dispatch.services.ports import Tx


def put_closure(tx: Tx, meta: CommandMeta, closure: LendingClosure, *, now: datetime) -> None:
    """A party closed itself to lending, or opened again before its time."""
    tx.put_closure(closure)
    event: Event
    if closure.version == 1:
        event = LendingClosed(
            occurred_at=closure.begins_at,
            jurisdiction_id=closure.jurisdiction_id,
            closure_id=closure.id,
            reason=closure.reason,
            ends_at=closure.ends_at,
        )
    else:
        event = LendingOpened(
            occurred_at=now,
            jurisdiction_id=closure.jurisdiction_id,
            closure_id=closure.id,
            closure_version=closure.version,
        )
    tx.record(event, actor=meta.actor, key=meta.key)


def put_waiver_question(tx: Tx, meta: CommandMeta, waiver: AskedWaiver) -> None:
    """The borrower asks."""
    tx.put_waiver(waiver)
    event = WaiverAsked(
        occurred_at=waiver.asked_at,
        jurisdiction_id=waiver.borrower,
        incident_id=waiver.incident_id,
        waiver_id=waiver.id,
        agreement_id=waiver.agreement_id,
        agreement_version=waiver.agreement_version,
        clause=waiver.clause,
        lender=waiver.lender,
        borrower=waiver.borrower,
        unit_id=waiver.unit_id,
        expires_at=waiver.expires_at,
        note=waiver.note,
    )
    tx.record(event, actor=meta.actor, key=meta.key)


def put_waiver_answer(tx: Tx, meta: CommandMeta, waiver: AskedWaiver, *, now: datetime) -> None:
    """The lender grants or refuses."""
    tx.put_waiver(waiver)
    event: Event
    if waiver.state is WaiverState.GRANTED:
        event = WaiverGranted(
            occurred_at=now,
            jurisdiction_id=waiver.lender,
            incident_id=waiver.incident_id,
            waiver_id=waiver.id,
            waiver_version=waiver.version,
            expires_at=waiver.expires_at,
        )
    else:
        event = WaiverRefused(
            occurred_at=now,
            jurisdiction_id=waiver.lender,
            incident_id=waiver.incident_id,
            waiver_id=waiver.id,
            waiver_version=waiver.version,
            reason=waiver.reason,
        )
    tx.record(event, actor=meta.actor, key=meta.key)


def put_waiver_use(tx: Tx, meta: CommandMeta, waiver: AskedWaiver, *, now: datetime) -> None:
    """A request rests on it; that request is on record already."""
    if waiver.used_by is None:
        raise ValueError("nobody used it")
    tx.put_waiver(waiver)
    event = WaiverUsed(
        occurred_at=now,
        jurisdiction_id=waiver.borrower,
        incident_id=waiver.incident_id,
        waiver_id=waiver.id,
        waiver_version=waiver.version,
        request_id=waiver.used_by,
    )
    tx.record(event, actor=meta.actor, key=meta.key)


def put_recall(tx: Tx, meta: CommandMeta, loan: Assignment) -> None:
    """The lender called its unit back."""
    if loan.recalled_at is None or loan.recall_due is None:
        raise ValueError("nobody recalled it")
    tx.put_assignment(loan)
    event = UnitRecalled(
        occurred_at=loan.recalled_at,
        jurisdiction_id=loan.home,
        incident_id=loan.incident_id,
        assignment_id=loan.id,
        unit_id=loan.unit_id,
        due_at=loan.recall_due,
        reason=loan.recall_reason,
        assignment_version=loan.version,
    )
    tx.record(event, actor=meta.actor, key=meta.key)


def put_extension(tx: Tx, meta: CommandMeta, loan: Assignment, *, now: datetime) -> None:
    """The borrower extended the loan."""
    if loan.extended_until is None:
        raise ValueError("nobody extended it")
    tx.put_assignment(loan)
    event = LoanExtended(
        occurred_at=now,
        jurisdiction_id=loan.borrower,
        incident_id=loan.incident_id,
        assignment_id=loan.id,
        unit_id=loan.unit_id,
        until=loan.extended_until,
        assignment_version=loan.version,
    )
    tx.record(event, actor=meta.actor, key=meta.key)


def put_confirmation(tx: Tx, meta: CommandMeta, loan: Assignment, *, now: datetime) -> None:
    """The borrower confirmed the loan in writing."""
    tx.put_assignment(loan)
    event = LoanConfirmed(
        occurred_at=now,
        jurisdiction_id=loan.borrower,
        incident_id=loan.incident_id,
        assignment_id=loan.id,
        unit_id=loan.unit_id,
        assignment_version=loan.version,
    )
    tx.record(event, actor=meta.actor, key=meta.key)
