"""Queries: the record at one moment, as values."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Column, Connection, Select, bindparam, func, or_, select

from dispatch.agreements.record import AgreementDraft, AgreementText, FiledAct, FiledSignature
from dispatch.aid.assignment import Assignment
from dispatch.aid.closure import LendingClosure
from dispatch.aid.request import AidRequest, RequestState
from dispatch.aid.waiver import AskedWaiver
from dispatch.journal.chain import frontier_from_text
from dispatch.journal.entry import Disclosure, Entry
from dispatch.model.errors import NotFound
from dispatch.model.ids import (
    AgreementId,
    AssignmentId,
    ClosureId,
    IncidentId,
    JurisdictionId,
    PersonId,
    RequestId,
    UnitId,
    WaiverId,
)
from dispatch.model.incident import Incident, IncidentState, Purpose
from dispatch.model.unit import UnitState
from dispatch.services.ports import (
    AdoptedRegion,
    ApiKey,
    Head,
    KeptPreferences,
    Person,
    RememberedAnswer,
    Session,
)
from dispatch.store.advice_reads import AdviceReads
from dispatch.store.arrival_reads import ArrivalReads
from dispatch.store.people_schema import api_key, person, preferences, session
from dispatch.store.rows import entry_of, value_of
from dispatch.store.schema import (
    agreement,
    agreement_act,
    agreement_draft,
    agreement_signature,
    assignment,
    closure,
    disclosure,
    idempotency,
    incident,
    journal_entry,
    log_head,
    region,
    request,
    unit_state,
    waiver,
)

T = TypeVar("T")

ID_BATCH: Final = 500
"""Ids asked for at once: a database bounds the values of one statement."""


def _required(value: T | None, what: str, which: str) -> T:
    if value is None:
        raise NotFound(what, which)
    return value


def _by(*columns: Column[Any]) -> Select[Any]:
    bound = [column == bindparam(f"key_{position}") for position, column in enumerate(columns)]
    return select(columns[0].table).where(*bound)


def _only(query: Select[Any], column: Column[Any], which: str | None) -> Select[Any]:
    return query if which is None else query.where(column == which)


# Built once: composing a query costs three times what running it does.
_INCIDENT: Final = _by(incident.c.id)
_REQUEST: Final = _by(request.c.id)
_ASSIGNMENT: Final = _by(assignment.c.id)
_LIVE_ASSIGNMENT: Final = _by(assignment.c.unit_id).where(assignment.c.ended_at.is_(None))
_CLOSURE: Final = _by(closure.c.id)
_WAIVER: Final = _by(waiver.c.id)
_UNIT_STATE: Final = _by(unit_state.c.unit_id)
_PERSON: Final = _by(person.c.login)
_PERSON_BY_ID: Final = _by(person.c.id)
_SESSION: Final = _by(session.c.token_hash)
_PREFERENCES: Final = _by(preferences.c.person_id)
_API_KEY: Final = _by(api_key.c.id)
_ANSWER: Final = _by(idempotency.c.principal_id, idempotency.c.key)
_DRAFT: Final = _by(agreement_draft.c.agreement_id, agreement_draft.c.drafted_by)
_LAST_FILED: Final = select(
    select(func.coalesce(func.max(agreement_signature.c.seq), 0)).scalar_subquery(),
    select(func.coalesce(func.max(agreement_act.c.seq), 0)).scalar_subquery(),
)
_REGION: Final = select(region).order_by(region.c.adopted_at.desc()).limit(1)


class StoreReader(AdviceReads, ArrivalReads):
    """``services.ports.Reader`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def _all(self, query: Select[Any], kind: type[T]) -> Sequence[T]:
        return [value_of(kind, row) for row in self.connection.execute(query).mappings()]

    def _find(self, query: Select[Any], kind: type[T], *keys: str) -> T | None:
        bound = {f"key_{position}": key for position, key in enumerate(keys)}
        row = self.connection.execute(query, bound).mappings().first()
        return None if row is None else value_of(kind, row)

    def head(self) -> Head:
        row = self.connection.execute(select(log_head)).one()
        return Head(epoch=row.epoch, seq=row.seq, root=frontier_from_text(row.seq, row.frontier).root().hex())

    def find_incident(self, incident_id: IncidentId) -> Incident | None:
        return self._find(_INCIDENT, Incident, incident_id)

    def get_incident(self, incident_id: IncidentId) -> Incident:
        return _required(self.find_incident(incident_id), "incident", incident_id)

    def list_incidents(self, *, active_only: bool = False) -> Sequence[Incident]:
        query = select(incident).order_by(incident.c.opened_at, incident.c.id)
        if active_only:
            query = query.where(incident.c.state == IncidentState.ACTIVE.value)
        return self._all(query, Incident)

    def list_incidents_between(self, since: datetime, until: datetime) -> Sequence[Incident]:
        query = select(incident).where(incident.c.opened_at >= since, incident.c.opened_at < until)
        query = query.where(incident.c.purpose == Purpose.INCIDENT.value)
        return self._all(query.order_by(incident.c.opened_at, incident.c.id), Incident)

    def list_ended_incidents(self, jurisdiction_id: JurisdictionId, *, at_most: int) -> Sequence[Incident]:
        ended = incident.c.state != IncidentState.ACTIVE.value
        query = select(incident).where(incident.c.jurisdiction_id == jurisdiction_id, ended)
        newest_first = query.order_by(incident.c.opened_at.desc(), incident.c.id.desc())
        return self._all(newest_first.limit(at_most), Incident)

    def find_request(self, request_id: RequestId) -> AidRequest | None:
        return self._find(_REQUEST, AidRequest, request_id)

    def get_request(self, request_id: RequestId) -> AidRequest:
        return _required(self.find_request(request_id), "request", request_id)

    def list_requests(
        self,
        *,
        outstanding_only: bool = False,
        incident_id: IncidentId | None = None,
        since: datetime | None = None,
    ) -> Sequence[AidRequest]:
        query = select(request).order_by(request.c.requested_at, request.c.id)
        if outstanding_only:
            query = query.where(request.c.state == RequestState.OFFERED.value)
        if incident_id is not None:
            query = query.where(request.c.incident_id == incident_id)
        if since is not None:
            query = query.where(func.coalesce(request.c.answered_at, request.c.requested_at) >= since)
        return self._all(query, AidRequest)

    def list_due_requests(self, now: datetime) -> Sequence[AidRequest]:
        query = (
            select(request)
            .where(request.c.state == RequestState.OFFERED.value, request.c.expires_at <= now)
            .order_by(request.c.expires_at, request.c.id)
        )
        return self._all(query, AidRequest)

    def find_assignment(self, assignment_id: AssignmentId) -> Assignment | None:
        return self._find(_ASSIGNMENT, Assignment, assignment_id)

    def get_assignment(self, assignment_id: AssignmentId) -> Assignment:
        return _required(self.find_assignment(assignment_id), "assignment", assignment_id)

    def find_live_assignment(self, unit_id: UnitId) -> Assignment | None:
        return self._find(_LIVE_ASSIGNMENT, Assignment, unit_id)

    def list_live_assignments(self) -> Sequence[Assignment]:
        query = select(assignment).where(assignment.c.ended_at.is_(None))
        return self._all(query.order_by(assignment.c.assigned_at, assignment.c.id), Assignment)

    def list_assignments(
        self, *, incident_id: IncidentId | None = None, since: datetime | None = None
    ) -> Sequence[Assignment]:
        query = select(assignment).order_by(assignment.c.assigned_at, assignment.c.id)
        if incident_id is not None:
            query = query.where(assignment.c.incident_id == incident_id)
        if since is not None:
            query = query.where(or_(assignment.c.ended_at.is_(None), assignment.c.ended_at >= since))
        return self._all(query, Assignment)

    def list_asked_between(
        self, since: datetime, until: datetime, *, jurisdiction_id: JurisdictionId
    ) -> Sequence[AidRequest]:
        side = or_(request.c.borrower == jurisdiction_id, request.c.lender == jurisdiction_id)
        query = select(request).where(request.c.requested_at >= since, request.c.requested_at < until, side)
        return self._all(query.order_by(request.c.requested_at, request.c.id), AidRequest)

    def list_lent_between(
        self, since: datetime, until: datetime, *, jurisdiction_id: JurisdictionId
    ) -> Sequence[Assignment]:
        side = or_(assignment.c.borrower == jurisdiction_id, assignment.c.home == jurisdiction_id)
        lasts = or_(assignment.c.ended_at.is_(None), assignment.c.ended_at >= since)
        lent = assignment.c.home != assignment.c.borrower
        query = select(assignment).where(assignment.c.assigned_at < until, lasts, lent, side)
        return self._all(query.order_by(assignment.c.assigned_at, assignment.c.id), Assignment)

    def list_ended_loans(self, since: datetime) -> Sequence[Assignment]:
        lent = assignment.c.home != assignment.c.borrower
        query = select(assignment).where(assignment.c.ended_at >= since, lent)
        return self._all(query.order_by(assignment.c.ended_at, assignment.c.id), Assignment)

    def list_incidents_by_id(self, incident_ids: Collection[IncidentId]) -> Sequence[Incident]:
        found: list[Incident] = []
        wanted = sorted(set(incident_ids))
        for first in range(0, len(wanted), ID_BATCH):
            some = wanted[first : first + ID_BATCH]
            found += self._all(select(incident).where(incident.c.id.in_(some)), Incident)
        return sorted(found, key=lambda one: (one.opened_at, one.id))

    def find_closure(self, closure_id: ClosureId) -> LendingClosure | None:
        return self._find(_CLOSURE, LendingClosure, closure_id)

    def list_closures(self, *, holding_at: datetime | None = None) -> Sequence[LendingClosure]:
        query = select(closure).order_by(closure.c.begins_at, closure.c.id)
        if holding_at is not None:
            query = query.where(or_(closure.c.ends_at.is_(None), closure.c.ends_at > holding_at))
        return self._all(query, LendingClosure)

    def find_waiver(self, waiver_id: WaiverId) -> AskedWaiver | None:
        return self._find(_WAIVER, AskedWaiver, waiver_id)

    def list_waivers(
        self, *, incident_id: IncidentId | None = None, active_only: bool = False
    ) -> Sequence[AskedWaiver]:
        query = select(waiver).order_by(waiver.c.asked_at, waiver.c.id)
        if incident_id is not None:
            query = query.where(waiver.c.incident_id == incident_id)
        if active_only:
            active = incident.c.state == IncidentState.ACTIVE.value
            query = query.join(incident, incident.c.id == waiver.c.incident_id).where(active)
        return self._all(query, AskedWaiver)

    def find_unit_state(self, unit_id: UnitId) -> UnitState | None:
        return self._find(_UNIT_STATE, UnitState, unit_id)

    def get_unit_state(self, unit_id: UnitId) -> UnitState:
        return _required(self.find_unit_state(unit_id), "unit", unit_id)

    def list_unit_states(self, unit_ids: Collection[UnitId] | None = None) -> Sequence[UnitState]:
        query = select(unit_state).order_by(unit_state.c.unit_id)
        if unit_ids is not None:
            query = query.where(unit_state.c.unit_id.in_(unit_ids))
        return self._all(query, UnitState)

    def list_entries(
        self, *, incident_id: IncidentId | None = None, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[Entry]:
        query = select(journal_entry.c.hash, journal_entry.c.line)
        query = query.where(journal_entry.c.seq > after_seq).order_by(journal_entry.c.seq).limit(limit)
        if incident_id is not None:
            query = query.where(journal_entry.c.incident_id == incident_id)
        return [entry_of(row) for row in self.connection.execute(query).mappings()]

    def list_entries_of(self, kind: str, *, since: datetime) -> Sequence[Entry]:
        query = select(journal_entry.c.hash, journal_entry.c.line)
        query = query.where(journal_entry.c.seq >= self._first_since(since))
        # Only a first sieve: what was written down may quote the words.
        query = query.where(journal_entry.c.line.contains(f'"type":"{kind}"', autoescape=True))
        found = self.connection.execute(query.order_by(journal_entry.c.seq)).mappings()
        return [entry for row in found if (entry := entry_of(row)).type == kind]

    def _first_since(self, since: datetime) -> int:
        """The number of the first entry recorded then or later: numbers and times rise together."""
        low, high = 1, self.head().seq + 1
        while low < high:
            middle = (low + high) // 2
            [entry] = self.list_entries(after_seq=middle - 1, limit=1)
            if entry.recorded_at < since:
                low = middle + 1
            else:
                high = middle
        return low

    def list_disclosures(
        self, *, incident_id: IncidentId | None = None, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[Disclosure]:
        query = select(disclosure).where(disclosure.c.seq > after_seq)
        if incident_id is not None:
            query = query.join(journal_entry, journal_entry.c.seq == disclosure.c.seq)
            query = query.where(journal_entry.c.incident_id == incident_id)
        query = query.order_by(disclosure.c.seq, disclosure.c.field).limit(limit)
        return self._all(query, Disclosure)

    def list_leaf_hashes(self) -> Sequence[str]:
        return list(self.connection.scalars(select(journal_entry.c.hash).order_by(journal_entry.c.seq)))

    def find_region(self) -> AdoptedRegion | None:
        return self._find(_REGION, AdoptedRegion)

    def list_agreement_texts(self, agreement_id: AgreementId | None = None) -> Sequence[AgreementText]:
        query = select(agreement).order_by(agreement.c.agreement_id, agreement.c.version)
        return self._all(_only(query, agreement.c.agreement_id, agreement_id), AgreementText)

    def list_agreement_signatures(self, agreement_id: AgreementId | None = None) -> Sequence[FiledSignature]:
        query = select(agreement_signature).order_by(agreement_signature.c.seq)
        return self._all(_only(query, agreement_signature.c.agreement_id, agreement_id), FiledSignature)

    def list_agreement_acts(self, agreement_id: AgreementId | None = None) -> Sequence[FiledAct]:
        query = select(agreement_act).order_by(agreement_act.c.seq)
        return self._all(_only(query, agreement_act.c.agreement_id, agreement_id), FiledAct)

    def last_agreement_seq(self) -> int:
        signature, act = self.connection.execute(_LAST_FILED).one()
        return max(int(signature), int(act))

    def list_agreement_drafts(self, drafted_by: JurisdictionId | None = None) -> Sequence[AgreementDraft]:
        query = select(agreement_draft).order_by(agreement_draft.c.agreement_id, agreement_draft.c.drafted_by)
        return self._all(_only(query, agreement_draft.c.drafted_by, drafted_by), AgreementDraft)

    def find_agreement_draft(
        self, agreement_id: AgreementId, drafted_by: JurisdictionId
    ) -> AgreementDraft | None:
        return self._find(_DRAFT, AgreementDraft, agreement_id, drafted_by)

    def find_person(self, login: str) -> Person | None:
        return self._find(_PERSON, Person, login)

    def find_person_by_id(self, person_id: PersonId) -> Person | None:
        return self._find(_PERSON_BY_ID, Person, person_id)

    def list_persons(self) -> Sequence[Person]:
        return self._all(select(person).order_by(person.c.id), Person)

    def find_session(self, token_hash: str) -> Session | None:
        return self._find(_SESSION, Session, token_hash)

    def find_preferences(self, person_id: PersonId) -> KeptPreferences | None:
        return self._find(_PREFERENCES, KeptPreferences, person_id)

    def find_api_key(self, key_id: str) -> ApiKey | None:
        return self._find(_API_KEY, ApiKey, key_id)

    def list_api_keys(self) -> Sequence[ApiKey]:
        return self._all(select(api_key).order_by(api_key.c.id), ApiKey)

    def find_idempotent(self, principal_id: str, key: str) -> RememberedAnswer | None:
        return self._find(_ANSWER, RememberedAnswer, principal_id, key)
