"""Small values for tests of the record: only what a test says differs from the default."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.aid.assignment import Assignment, AssignmentState, step
from dispatch.aid.request import AidRequest
from dispatch.model.events import (
    AidAnswered,
    AidRequested,
    AssignmentStepped,
    IncidentClosed,
    IncidentOpened,
    UnitAssigned,
    UnitStatusChanged,
)
from dispatch.model.geo import Point
from dispatch.model.ids import (
    AgreementId,
    AssignmentId,
    IncidentId,
    JurisdictionId,
    RequestId,
    UnitId,
)
from dispatch.model.incident import Incident, IncidentState, Need, Priority
from dispatch.model.principal import Principal, Role
from dispatch.model.unit import UnitState, UnitStatus, UnitType
from dispatch.services.ports import Tx

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HARLOW, CEDAR = JurisdictionId("harlow"), JurisdictionId("cedar")
DISPATCHER = Principal(id="ana", role=Role.DISPATCHER, jurisdiction_id=HARLOW, display_name="Ana")


def make_incident(which: str = "inc_1", **changes: Any) -> Incident:
    incident = Incident(
        id=IncidentId(which),
        number=f"2026-{which}",
        jurisdiction_id=HARLOW,
        position=Point(lon=-71.25, lat=44.5),
        priority=Priority.CRITICAL,
        nature="cardiac arrest",
        needs=(Need(unit_type=UnitType.ALS_AMBULANCE),),
        opened_at=NOON,
        address="12 Mill Lane",
        note="caller is the neighbour",
    )
    return replace(incident, **changes)


def make_request(which: str = "req_1", **changes: Any) -> AidRequest:
    request = AidRequest(
        id=RequestId(which),
        incident_id=IncidentId("inc_1"),
        unit_id=UnitId("c-1"),
        borrower=HARLOW,
        lender=CEDAR,
        agreement_id=AgreementId("harlow-cedar"),
        agreement_version=1,
        clauses=("2.1", "2.2"),
        automatic=False,
        may_decline=True,
        eta_seconds=540,
        eta_basis="road",
        keeps=2,
        floor=2,
        requested_at=NOON,
        expires_at=NOON + timedelta(seconds=60),
        first_request_id=RequestId(which),
        requested_by="ana",
    )
    return replace(request, **changes)


def make_assignment(which: str = "asg_1", **changes: Any) -> Assignment:
    assignment = Assignment(
        id=AssignmentId(which),
        incident_id=IncidentId("inc_1"),
        unit_id=UnitId("c-1"),
        home=CEDAR,
        borrower=HARLOW,
        assigned_at=NOON,
        assigned_by="ana",
    )
    return replace(assignment, **changes)


def make_unit_state(which: str = "c-1", **changes: Any) -> UnitState:
    state = UnitState(
        unit_id=UnitId(which),
        status=UnitStatus.AVAILABLE,
        changed_at=NOON,
        reported_at=NOON,
        source="feed",
    )
    return replace(state, **changes)


def make_status_changed(which: str = "c-1", **changes: Any) -> UnitStatusChanged:
    event = UnitStatusChanged(
        occurred_at=NOON,
        jurisdiction_id=CEDAR,
        unit_id=UnitId(which),
        before="unknown",
        after="available",
        reported_at=NOON,
        source="feed",
        unit_version=1,
    )
    return replace(event, **changes)


def make_opened(incident: Incident) -> IncidentOpened:
    return IncidentOpened(
        occurred_at=incident.opened_at,
        jurisdiction_id=incident.jurisdiction_id,
        incident_id=incident.id,
        number=incident.number,
        lon_e7=incident.position.lon_e7,
        lat_e7=incident.position.lat_e7,
        priority=incident.priority,
        nature=incident.nature,
        needs=tuple({"unit_type": n.unit_type, "count": n.count} for n in incident.needs),
        address=incident.address,
        note=incident.note,
    )


def open_incident(tx: Tx, incident: Incident) -> int:
    """Put and record it, as a use case does; answers the entry's seq."""
    tx.put_incident(incident)
    return tx.record(make_opened(incident), actor=DISPATCHER).seq


def record_story(tx: Tx, *, which: str = "1", now: datetime = NOON) -> Sequence[int]:
    """A whole mutual-aid call: opened, asked, accepted, worked, returned, closed; answers the seqs."""
    later = [now + timedelta(seconds=seconds) for seconds in range(10)]
    incident = make_incident(f"inc_{which}", opened_at=now)
    request = make_request(
        f"req_{which}",
        incident_id=incident.id,
        unit_id=UnitId(f"c-{which}"),
        requested_at=later[1],
        expires_at=later[1] + timedelta(seconds=60),
    )
    seqs = [open_incident(tx, incident), _ask(tx, request), _accept(tx, request, at=later[2])]
    assignment = make_assignment(
        f"asg_{which}",
        incident_id=incident.id,
        unit_id=request.unit_id,
        request_id=request.id,
        agreement_id=request.agreement_id,
        agreement_version=1,
        assigned_at=later[2],
    )
    seqs.append(assign(tx, assignment))
    for at, state in zip(
        later[3:], (AssignmentState.ON_SCENE, AssignmentState.RETURNING, AssignmentState.ENDED), strict=False
    ):
        assignment, seq = _move_on(tx, assignment, state, at=at)
        seqs.append(seq)
    seqs.append(_close(tx, incident, at=later[7]))
    return seqs


def _ask(tx: Tx, request: AidRequest) -> int:
    tx.put_request(request)
    event = AidRequested(
        occurred_at=request.requested_at,
        jurisdiction_id=request.borrower,
        incident_id=request.incident_id,
        request_id=request.id,
        recommendation_id=request.recommendation_id,
        unit_id=request.unit_id,
        borrower=request.borrower,
        lender=request.lender,
        agreement_id=request.agreement_id,
        agreement_version=request.agreement_version,
        clauses=request.clauses,
        kind="mutual",
        may_decline=request.may_decline,
        eta_seconds=request.eta_seconds,
        eta_basis=request.eta_basis,
        keeps=request.keeps,
        floor=request.floor,
        expires_at=request.expires_at,
        attempt=request.attempt,
        first_request_id=request.first_request_id,
    )
    return tx.record(event, actor=DISPATCHER).seq


def _accept(tx: Tx, request: AidRequest, *, at: datetime) -> int:
    from dispatch.aid.request import accept

    accepted = accept(request, by="ben", expected=1, now=at)
    tx.put_request(accepted)
    event = AidAnswered(
        occurred_at=at,
        jurisdiction_id=request.lender,
        incident_id=request.incident_id,
        request_id=request.id,
        unit_id=request.unit_id,
        borrower=request.borrower,
        lender=request.lender,
        state=accepted.state,
        request_version=accepted.version,
    )
    ben = Principal(id="ben", role=Role.DISPATCHER, jurisdiction_id=CEDAR)
    return tx.record(event, actor=ben).seq


def assign(tx: Tx, assignment: Assignment) -> int:
    tx.put_assignment(assignment)
    event = UnitAssigned(
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
    )
    return tx.record(event, actor=DISPATCHER).seq


def _move_on(
    tx: Tx, assignment: Assignment, state: AssignmentState, *, at: datetime
) -> tuple[Assignment, int]:
    moved = step(assignment, state, now=at, reason="cleared")
    tx.put_assignment(moved)
    event = AssignmentStepped(
        occurred_at=at,
        jurisdiction_id=moved.borrower,
        incident_id=moved.incident_id,
        assignment_id=moved.id,
        unit_id=moved.unit_id,
        before=assignment.state,
        after=moved.state,
        assignment_version=moved.version,
        reason="cleared",
    )
    return moved, tx.record(event, actor=DISPATCHER).seq


def _close(tx: Tx, incident: Incident, *, at: datetime) -> int:
    closed = replace(incident, state=IncidentState.CLOSED, closed_at=at, version=2)
    tx.put_incident(closed)
    event = IncidentClosed(
        occurred_at=at,
        jurisdiction_id=incident.jurisdiction_id,
        incident_id=incident.id,
        state=closed.state,
        incident_version=2,
    )
    return tx.record(event, actor=DISPATCHER).seq


async def gather_errors(*waiting: Any) -> list[BaseException | Any]:
    """Results and errors alike, in order."""
    return await asyncio.gather(*waiting, return_exceptions=True)
