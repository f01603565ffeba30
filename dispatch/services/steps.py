"""Rows and the events that explain them, always put together.

The tables are the journal's fold, so no row changes without its event in the same transaction. These
are the only writers of the four rows of the board; the rules about *when* are in the use cases and in
``aid/``.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dispatch.aid.assignment import Assignment, AssignmentState, follow, release
from dispatch.aid.receipts import Channel, Stage
from dispatch.aid.request import AidRequest, is_outstanding, lapse
from dispatch.model.errors import IllegalStep
from dispatch.model.events import (
    AidAnswered,
    AidExhausted,
    AidNeedMet,
    AidRequested,
    AssignmentStepped,
    UnitAssigned,
    UnitShiftSet,
    UnitStatusChanged,
)
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.receipt_events import AidDelivered, AidSeen
from dispatch.model.unit import COMMITTED, FREE, UnitState, UnitStatus, duty_after
from dispatch.services.command import BY_SERVICE, CommandMeta
from dispatch.services.ports import Tx

BY_HAND: Final = "dispatcher"
"""``source`` of a status that a person or the service set, as against a feed's own name."""


STILL_PROMISED: Final = FREE | {UnitStatus.UNKNOWN}
"""Statuses that leave an offer standing: a moment without word is no word that the unit cannot come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusStep:
    """A status and why: ``at`` is the source's time."""

    status: UnitStatus
    at: datetime
    source: str = BY_HAND
    forced: bool = False
    reason: str = ""


def state_of(tx: Tx, unit_id: UnitId, *, now: datetime) -> UnitState:
    """What the record holds of a unit, or *unknown* at version 0 where it holds nothing."""
    known = tx.find_unit_state(unit_id)
    if known is not None:
        return known
    return UnitState(
        unit_id=unit_id,
        status=UnitStatus.UNKNOWN,
        changed_at=now,
        reported_at=now,
        source="",
        version=0,
    )


def put_status(
    tx: Tx,
    meta: CommandMeta,
    unit_id: UnitId,
    step: StatusStep,
    *,
    home: JurisdictionId,
    incident_id: IncidentId | None,
) -> UnitState:
    """The unit is now in ``step.status`` and works for ``incident_id`` (None: for nobody)."""
    before = state_of(tx, unit_id, now=step.at)
    after = replace(
        before,
        status=step.status,
        changed_at=step.at,
        reported_at=step.at,
        source=step.source,
        incident_id=incident_id,
        version=before.version + 1,
        on_duty_since=duty_after(before.status, before.on_duty_since, step.status, step.at),
        shift_ends_at=None if step.status is UnitStatus.OFF_DUTY else before.shift_ends_at,
    )
    tx.put_unit_state(after)
    tx.record(
        UnitStatusChanged(
            occurred_at=step.at,
            jurisdiction_id=home,
            incident_id=incident_id or before.incident_id,
            unit_id=unit_id,
            before=before.status.value,
            after=after.status.value,
            reported_at=step.at,
            source=step.source,
            unit_version=after.version,
            forced=step.forced,
            reason=step.reason,
        ),
        actor=meta.actor,
        key=meta.key,
    )
    return after


def put_shift(
    tx: Tx,
    meta: CommandMeta,
    before: UnitState,
    shift_ends_at: datetime | None,
    *,
    home: JurisdictionId,
    now: datetime,
) -> UnitState:
    """The shift of the unit's crew ends then; with None nobody says when.

    Raises ``IllegalStep`` for a unit that nothing was heard of: there is no crew to speak of.
    """
    if not before.version:
        raise IllegalStep(before.status, wanted="shift_set", because="unit_unheard")
    after = replace(before, shift_ends_at=shift_ends_at, version=before.version + 1)
    tx.put_unit_state(after)
    tx.record(
        UnitShiftSet(
            occurred_at=now,
            jurisdiction_id=home,
            incident_id=before.incident_id,
            unit_id=before.unit_id,
            shift_ends_at=shift_ends_at,
            unit_version=after.version,
        ),
        actor=meta.actor,
        key=meta.key,
    )
    return after


def put_status_and_follow(
    tx: Tx, meta: CommandMeta, unit_id: UnitId, step: StatusStep, *, home: JurisdictionId
) -> UnitState:
    """The unit says what it does, and its live assignment moves along with it."""
    assignment = tx.find_live_assignment(unit_id)
    moved = None
    if assignment:
        at_post = not tx.get_incident(assignment.incident_id).is_call
        moved = follow(assignment, step.status, now=step.at, at_post=at_post)
    if assignment and moved:
        put_assignment_step(tx, meta, assignment, moved)
    live = moved or assignment
    incident_id = live.incident_id if live and live.ended_at is None else None
    return put_status(tx, meta, unit_id, step, home=home, incident_id=incident_id)


def put_assignment(tx: Tx, meta: CommandMeta, assignment: Assignment) -> None:
    """Commit the unit: the assignment and its dispatched status. ``UnitCommitted`` where another is live."""
    tx.put_assignment(assignment)
    tx.record(
        UnitAssigned(
            occurred_at=assignment.assigned_at,
            jurisdiction_id=assignment.borrower,
            incident_id=assignment.incident_id,
            assignment_id=assignment.id,
            unit_id=assignment.unit_id,
            home=assignment.home,
            borrower=assignment.borrower,
            lent=assignment.lent,
            request_id=assignment.request_id,
            agreement_id=assignment.agreement_id,
            agreement_version=assignment.agreement_version,
            predicted_seconds=assignment.predicted_seconds,
            learned_seconds=assignment.learned_seconds,
            continues=assignment.continues,
        ),
        actor=meta.actor,
        key=meta.key,
    )
    step = StatusStep(status=UnitStatus.DISPATCHED, at=assignment.assigned_at)
    incident_id = assignment.incident_id
    put_status(tx, meta, assignment.unit_id, step, home=assignment.home, incident_id=incident_id)


def put_assignment_step(
    tx: Tx, meta: CommandMeta, before: Assignment, after: Assignment, *, reason: str = ""
) -> None:
    """One step of an assignment. ``reason`` is a person's; the row keeps only why it ended."""
    tx.put_assignment(after)
    tx.record(
        AssignmentStepped(
            occurred_at=after.changed_at or after.assigned_at,
            jurisdiction_id=after.borrower,
            incident_id=after.incident_id,
            assignment_id=after.id,
            unit_id=after.unit_id,
            before=before.state.value,
            after=after.state.value,
            assignment_version=after.version,
            reason=after.end_reason if after.ended_at else reason,
        ),
        actor=meta.actor,
        key=meta.key,
    )


def put_release(
    tx: Tx, meta: CommandMeta, assignment: Assignment, *, expected: int | None, reason: str, now: datetime
) -> Assignment:
    """Let the unit go: an own one is available at once, a lent one is on its way home.

    A unit that is out of service or off duty meanwhile stays so.
    """
    after = release(assignment, expected=expected, reason=reason, now=now)
    put_assignment_step(tx, meta, assignment, after, reason=reason)
    ended = after.state is AssignmentState.ENDED
    state = state_of(tx, assignment.unit_id, now=now)
    if state.status in COMMITTED | FREE:  # free: available at the post where it stands by
        status = UnitStatus.AVAILABLE if ended else UnitStatus.AVAILABLE_DELAYED
        step, incident_id = StatusStep(status=status, at=now), None if ended else after.incident_id
        put_status(tx, meta, assignment.unit_id, step, home=assignment.home, incident_id=incident_id)
    elif ended and state.incident_id is not None:
        # The same status once more: without a new version no board would hear that the unit works for nobody.
        step = StatusStep(status=state.status, at=now)
        put_status(tx, meta, assignment.unit_id, step, home=assignment.home, incident_id=None)
    return after


def put_request(tx: Tx, meta: CommandMeta, request: AidRequest, *, kind: str) -> None:
    """The question, as it is asked; or the counter-offer, as it is made."""
    tx.put_request(request)
    tx.record(
        AidRequested(
            occurred_at=request.requested_at,
            jurisdiction_id=request.asker,
            incident_id=request.incident_id,
            request_id=request.id,
            recommendation_id=request.recommendation_id,
            unit_id=request.unit_id,
            borrower=request.borrower,
            lender=request.lender,
            agreement_id=request.agreement_id,
            agreement_version=request.agreement_version,
            clauses=request.clauses,
            kind=kind,
            may_decline=request.may_decline,
            eta_seconds=request.eta_seconds,
            eta_basis=request.eta_basis,
            keeps=request.keeps,
            floor=request.floor,
            expires_at=request.expires_at,
            attempt=request.attempt,
            first_request_id=request.first_request_id,
            asked_before=request.asked_before,
            requester=request.requester,
            waivers=request.waivers,
            learned_seconds=request.learned_seconds,
            offered_by_lender=request.offered_by_lender,
        ),
        actor=meta.actor,
        key=meta.key,
    )


def put_receipt(
    tx: Tx, meta: CommandMeta, request: AidRequest, stage: Stage, *, channel: Channel, now: datetime
) -> None:
    """The request has arrived, or a person has it in view: the first time that anybody says so."""
    tx.put_request(request)
    kind = AidDelivered if stage is Stage.DELIVERED else AidSeen
    tx.record(
        kind(
            occurred_at=now,
            jurisdiction_id=request.answerer,
            incident_id=request.incident_id,
            request_id=request.id,
            channel=channel.value,
        ),
        actor=meta.actor,
        key=meta.key,
    )


def put_answer(tx: Tx, meta: CommandMeta, answered: AidRequest, *, by_lender: bool) -> None:
    """The question's end: accepted, declined, expired or withdrawn."""
    tx.put_request(answered)
    tx.record(
        AidAnswered(
            occurred_at=answered.answered_at or answered.requested_at,
            jurisdiction_id=answered.lender if by_lender else answered.borrower,
            incident_id=answered.incident_id,
            request_id=answered.id,
            unit_id=answered.unit_id,
            borrower=answered.borrower,
            lender=answered.lender,
            state=answered.state.value,
            reason=answered.reason,
            note=answered.note,
            request_version=answered.version,
        ),
        actor=meta.actor,
        key=meta.key,
    )


def put_lapses(tx: Tx, unit_ids: Collection[UnitId], *, now: datetime) -> None:
    """End the open offers of those units that cannot come any more, so that the next candidate is asked."""
    gone = {}
    for state in tx.list_unit_states(unit_ids):
        if state.status not in STILL_PROMISED:
            gone[state.unit_id] = state.status
    if not gone:
        return
    for request in tx.list_requests(outstanding_only=True):
        if request.unit_id in gone and is_outstanding(request, now=now):
            because = f"the unit became {gone[request.unit_id]}"
            put_answer(tx, BY_SERVICE, lapse(request, because=because, now=now), by_lender=True)


def put_exhausted(tx: Tx, meta: CommandMeta, request: AidRequest, *, now: datetime) -> None:
    """Nobody is left to ask after ``request``; where its ``exhausted_at`` is None, nobody need be asked."""
    tx.put_request(request)
    kind = AidNeedMet if request.exhausted_at is None else AidExhausted
    tx.record(
        kind(
            occurred_at=request.exhausted_at or now,
            jurisdiction_id=request.borrower,
            incident_id=request.incident_id,
            request_id=request.id,
            request_version=request.version,
        ),
        actor=meta.actor,
        key=meta.key,
    )
