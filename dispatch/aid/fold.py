"""The journal read back into the tables' values: what the record must hold if its journal is true."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dispatch.aid.advice_fold import AdviceFold
from dispatch.aid.agreement_fold import AgreementFold, Unexplained
from dispatch.aid.assignment import REDIRECTED, Assignment, AssignmentState, send_on
from dispatch.aid.closure import LendingClosure
from dispatch.aid.receipts import Stage, is_news
from dispatch.aid.request import BROKEN_OFF, AidRequest, RequestState, by_agreement
from dispatch.aid.waiver import AskedWaiver, WaiverState
from dispatch.journal.entry import Entry
from dispatch.model.advice_events import IncidentNeedsRaised
from dispatch.model.event import Event
from dispatch.model.events import (
    AidAnswered,
    AidExhausted,
    AidNeedMet,
    AidRequested,
    AssignmentStepped,
    FieldRedacted,
    IncidentClosed,
    IncidentOpened,
    LendingClosed,
    LendingOpened,
    LoanConfirmed,
    LoanExtended,
    UnitAssigned,
    UnitRecalled,
    UnitShiftSet,
    UnitStatusChanged,
    WaiverAsked,
    WaiverGranted,
    WaiverRefused,
    WaiverUsed,
)
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, ClosureId, IncidentId, RequestId, UnitId, WaiverId
from dispatch.model.incident import Incident, IncidentState, Need, Priority, Purpose
from dispatch.model.principal import Role
from dispatch.model.receipt_events import AidDelivered, AidSeen
from dispatch.model.unit import UnitState, UnitStatus, UnitType, duty_after


@dataclass(slots=True)
class Fold:
    """The rows by id, after the entries applied so far."""

    units: dict[UnitId, UnitState] = field(default_factory=dict)
    incidents: dict[IncidentId, Incident] = field(default_factory=dict)
    requests: dict[RequestId, AidRequest] = field(default_factory=dict)
    assignments: dict[AssignmentId, Assignment] = field(default_factory=dict)
    closures: dict[ClosureId, LendingClosure] = field(default_factory=dict)
    waivers: dict[WaiverId, AskedWaiver] = field(default_factory=dict)
    live: dict[UnitId, AssignmentId] = field(default_factory=dict)
    agreements: AgreementFold = field(default_factory=AgreementFold)
    advice: AdviceFold = field(default_factory=AdviceFold)
    redacted: set[tuple[int, str]] = field(default_factory=set)
    """The personal values that were removed: the entry's number and the field's name."""

    def apply(self, entry: Entry, event: Event) -> None:
        """Take the next entry in. Raises ``Unexplained`` where it contradicts the ones before."""
        match event:
            case UnitStatusChanged() | UnitShiftSet():
                self._unit_changed(event)
            case IncidentOpened():
                self._opened(event)
            case IncidentClosed() | IncidentNeedsRaised():
                self._incident_moved(event)
            case AidRequested():
                self._requested(entry, event)
            case AidAnswered():
                self._answered(entry, event)
            case AidExhausted() | AidNeedMet():
                self._exhausted(event)
            case UnitAssigned():
                self._assigned(entry, event)
            case AssignmentStepped():
                self._stepped(event)
            case FieldRedacted():
                self.redacted.add((event.entry_seq, event.field))
            case _:
                self._apply_standing(entry, event)

    def _apply_standing(self, entry: Entry, event: Event) -> None:
        match event:
            case AidDelivered() | AidSeen():
                self._received(entry, event)
            case UnitRecalled() | LoanExtended() | LoanConfirmed():
                self._loan_changed(event)
            case LendingClosed() | LendingOpened():
                self._closure(entry, event)
            case WaiverAsked():
                self._waiver_asked(entry, event)
            case WaiverGranted() | WaiverRefused() | WaiverUsed():
                self._waiver_moved(entry, event)
            case _:  # regions and recommendations have no row to compare
                if not self.advice.apply(entry, event):
                    self.agreements.apply(entry, event)

    def _unit_changed(self, event: UnitStatusChanged | UnitShiftSet) -> None:
        before = self.units.get(event.unit_id)
        if before is not None and before.version >= event.unit_version:
            raise Unexplained(f"unit {event.unit_id} was at version {before.version} already")
        if isinstance(event, UnitStatusChanged):
            self._status_changed(event, before)
        elif before is not None:
            shifted = replace(before, shift_ends_at=event.shift_ends_at, version=event.unit_version)
            self.units[event.unit_id] = shifted
        else:
            raise Unexplained(f"unit {event.unit_id} was never heard of")

    def _status_changed(self, event: UnitStatusChanged, before: UnitState | None) -> None:
        status, since = UnitStatus(event.after), before.on_duty_since if before else None
        self.units[event.unit_id] = UnitState(
            unit_id=event.unit_id,
            status=status,
            changed_at=event.occurred_at,
            reported_at=event.reported_at,
            source=event.source,
            version=event.unit_version,
            on_duty_since=duty_after(UnitStatus(event.before), since, status, event.occurred_at),
            shift_ends_at=before.shift_ends_at if before and status is not UnitStatus.OFF_DUTY else None,
        )

    def _opened(self, event: IncidentOpened) -> None:
        if event.incident_id is None or event.jurisdiction_id is None:
            raise Unexplained("an incident was opened without an id or a jurisdiction")
        self.incidents[event.incident_id] = Incident(
            id=event.incident_id,
            number=event.number,
            jurisdiction_id=event.jurisdiction_id,
            position=Point.from_e7(lon_e7=event.lon_e7, lat_e7=event.lat_e7),
            priority=Priority(event.priority),
            nature=event.nature,
            needs=_needs(event.needs),
            opened_at=event.occurred_at,
            address=event.address,
            note=event.note,
            purpose=Purpose(event.purpose),
            backfill_of=event.backfill_of,
        )

    def _incident_moved(self, event: IncidentClosed | IncidentNeedsRaised) -> None:
        incident = self.incidents.get(event.incident_id) if event.incident_id else None
        if incident is None:
            raise Unexplained(f"{event.type} of an incident that was never opened")
        if isinstance(event, IncidentNeedsRaised):
            after = replace(incident, needs=_needs(event.needs))
        else:
            after = replace(incident, state=IncidentState(event.state), closed_at=event.occurred_at)
        self.incidents[incident.id] = replace(after, version=event.incident_version)

    def _requested(self, entry: Entry, event: AidRequested) -> None:
        if event.incident_id is None:
            raise Unexplained("aid was requested without an incident")
        self.requests[event.request_id] = AidRequest(
            id=event.request_id,
            incident_id=event.incident_id,
            unit_id=event.unit_id,
            borrower=event.borrower,
            lender=event.lender,
            agreement_id=event.agreement_id,
            agreement_version=event.agreement_version,
            clauses=event.clauses,
            automatic=event.kind == "automatic",
            may_decline=event.may_decline,
            eta_seconds=event.eta_seconds,
            eta_basis=event.eta_basis,
            keeps=event.keeps,
            floor=event.floor,
            requested_at=event.occurred_at,
            expires_at=event.expires_at,
            first_request_id=event.first_request_id,
            attempt=event.attempt,
            asked_before=event.asked_before,
            requester=Role(event.requester) if event.requester else None,
            waivers=event.waivers,
            learned_seconds=event.learned_seconds,
            offered_by_lender=event.offered_by_lender,
            recommendation_id=event.recommendation_id,
            requested_by=entry.actor,
        )

    def _received(self, entry: Entry, event: AidDelivered | AidSeen) -> None:
        request = self.requests.get(event.request_id)
        stage = Stage.DELIVERED if isinstance(event, AidDelivered) else Stage.SEEN
        if request is None or not is_news(request, stage):
            raise Unexplained(f"request {event.request_id} was {stage} already, or did not wait")
        if isinstance(event, AidSeen):
            after = replace(request, seen_at=event.occurred_at, seen_by=entry.actor)
        else:
            after = replace(request, delivered_at=event.occurred_at)
        self.requests[request.id] = after

    def _answered(self, entry: Entry, event: AidAnswered) -> None:
        request = self.requests.get(event.request_id)
        if request is None or request.state is not RequestState.OFFERED:
            raise Unexplained(f"request {event.request_id} was not open to an answer")
        state = RequestState(event.state)
        by_itself = request.automatic and state is RequestState.ACCEPTED
        self.requests[request.id] = replace(
            request,
            state=state,
            answered_at=event.occurred_at,
            answered_by=by_agreement(request) if by_itself else entry.actor,
            reason=event.reason,
            note=event.note,
            version=event.request_version,
        )

    def _exhausted(self, event: AidExhausted | AidNeedMet) -> None:
        request = self.requests.get(event.request_id)
        if request is None or request.state not in BROKEN_OFF:
            raise Unexplained(f"request {event.request_id} was not refused")
        ran_out = isinstance(event, AidExhausted)
        if ran_out == (request.exhausted_at is not None):
            raise Unexplained(f"request {event.request_id} was at {event.type} already")
        self.requests[request.id] = replace(
            request,
            exhausted_at=event.occurred_at if ran_out else None,
            version=event.request_version,
        )

    def _assigned(self, entry: Entry, event: UnitAssigned) -> None:
        if event.incident_id is None:
            raise Unexplained("a unit was assigned without an incident")
        if event.unit_id in self.live:
            raise Unexplained(f"unit {event.unit_id} is booked twice: {self.live[event.unit_id]} is live")
        self.live[event.unit_id] = event.assignment_id
        assignment = Assignment(
            id=event.assignment_id,
            incident_id=event.incident_id,
            unit_id=event.unit_id,
            home=event.home,
            borrower=event.borrower,
            assigned_at=event.occurred_at,
            assigned_by=entry.actor,
            request_id=event.request_id,
            agreement_id=event.agreement_id,
            agreement_version=event.agreement_version,
            predicted_seconds=event.predicted_seconds,
            learned_seconds=event.learned_seconds,
        )
        if event.continues is not None:
            assignment = self._sent_on(event, assignment)
        self.assignments[assignment.id] = assignment

    def _sent_on(self, event: UnitAssigned, assignment: Assignment) -> Assignment:
        standby = self.assignments.get(event.continues) if event.continues else None
        if standby is None or standby.unit_id != event.unit_id or standby.end_reason != REDIRECTED:
            raise Unexplained(f"unit {event.unit_id} was not sent on from {event.continues}")
        return send_on(standby, assignment)

    def _stepped(self, event: AssignmentStepped) -> None:
        assignment = self.assignments.get(event.assignment_id)
        if assignment is None or assignment.ended_at is not None:
            raise Unexplained(f"assignment {event.assignment_id} was not live")
        ended = event.after == AssignmentState.ENDED
        if ended:
            self.live.pop(assignment.unit_id, None)
        arrived = event.after == AssignmentState.ON_SCENE
        self.assignments[assignment.id] = replace(
            assignment,
            state=AssignmentState(event.after),
            arrived_at=event.occurred_at if arrived else assignment.arrived_at,
            changed_at=event.occurred_at,
            ended_at=event.occurred_at if ended else None,
            end_reason=event.reason if ended else assignment.end_reason,
            version=event.assignment_version,
        )

    def _loan_changed(self, event: UnitRecalled | LoanExtended | LoanConfirmed) -> None:
        loan = self.assignments.get(event.assignment_id)
        if loan is None or not loan.lent:
            raise Unexplained(f"assignment {event.assignment_id} was no loan")
        match event:
            case UnitRecalled():
                at, due, why = event.occurred_at, event.due_at, event.reason
                loan = replace(loan, recalled_at=at, recall_due=due, recall_reason=why)
            case LoanExtended():
                loan = replace(loan, extended_until=event.until)
            case LoanConfirmed():
                loan = replace(loan, confirmed_at=event.occurred_at)
        self.assignments[loan.id] = replace(loan, version=event.assignment_version)

    def _closure(self, entry: Entry, event: LendingClosed | LendingOpened) -> None:
        known = self.closures.get(event.closure_id)
        if isinstance(event, LendingOpened):
            if known is None or not known.holds(event.occurred_at):
                raise Unexplained(f"closure {event.closure_id} did not hold")
            self.closures[known.id] = replace(known, ends_at=event.occurred_at, version=event.closure_version)
            return
        if event.jurisdiction_id is None:
            raise Unexplained("lending was closed without a jurisdiction")
        self.closures[event.closure_id] = LendingClosure(
            id=event.closure_id,
            jurisdiction_id=event.jurisdiction_id,
            reason=event.reason,
            closed_by=entry.actor,
            begins_at=event.occurred_at,
            ends_at=event.ends_at,
        )

    def _waiver_asked(self, entry: Entry, event: WaiverAsked) -> None:
        if event.incident_id is None:
            raise Unexplained("a waiver was asked without an incident")
        self.waivers[event.waiver_id] = AskedWaiver(
            id=event.waiver_id,
            agreement_id=event.agreement_id,
            agreement_version=event.agreement_version,
            clause=event.clause,
            lender=event.lender,
            borrower=event.borrower,
            incident_id=event.incident_id,
            unit_id=event.unit_id,
            asked_by=entry.actor,
            asked_at=event.occurred_at,
            expires_at=event.expires_at,
            note=event.note,
        )

    def _waiver_moved(self, entry: Entry, event: WaiverGranted | WaiverRefused | WaiverUsed) -> None:
        waiver = self.waivers.get(event.waiver_id)
        before = WaiverState.GRANTED if isinstance(event, WaiverUsed) else WaiverState.ASKED
        if waiver is None or waiver.state is not before:
            raise Unexplained(f"waiver {event.waiver_id} was not {before}")
        match event:
            case WaiverGranted():
                waiver = replace(waiver, state=WaiverState.GRANTED, expires_at=event.expires_at)
            case WaiverRefused():
                waiver = replace(waiver, state=WaiverState.REFUSED, reason=event.reason)
            case WaiverUsed():
                waiver = replace(waiver, state=WaiverState.USED, used_by=event.request_id)
        if not isinstance(event, WaiverUsed):
            waiver = replace(waiver, answered_by=entry.actor, answered_at=event.occurred_at)
        self.waivers[waiver.id] = replace(waiver, version=event.waiver_version)


def _needs(said: Iterable[Mapping[str, Any]]) -> tuple[Need, ...]:
    return tuple(Need(unit_type=UnitType(n["unit_type"]), count=n["count"]) for n in said)
