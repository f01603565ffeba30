"""What the use cases need from the record: to read it, and to write it in one transaction.

``store/`` implements these structurally. Queries and commands are plain functions; they run on the
store's own threads, never on the event loop, and must not await or keep the reader they were given.

The tables are the journal's fold. So that the journal can be re-folded and compared
(``dispatch verify``), a command that puts a row also records the event that explains it:

- ``UnitState``: ``changed_at`` is the ``UnitStatusChanged.occurred_at``, ``version`` its
  ``unit_version``; ``incident_id``, where set, is that of the unit's live assignment.
  ``on_duty_since`` follows from the steps (``duty_after``), ``shift_ends_at`` is that of the last
  ``UnitShiftSet`` unless the unit went off duty since.
- ``Incident``: ``opened_at`` and ``closed_at`` are the events' ``occurred_at``.
- ``AidRequest``: ``requested_at`` and ``answered_at`` are the events' ``occurred_at``;
  ``automatic`` is ``kind == "automatic"``; ``exhausted_at`` is the ``AidExhausted.occurred_at``.
- ``Assignment``: ``assigned_at``, ``changed_at``, ``arrived_at``, ``ended_at``, ``recalled_at`` and
  ``confirmed_at`` are the events' ``occurred_at``; ``end_reason`` is the last step's ``reason``. Of one
  that ``continues`` a standby, what ``assignment.send_on`` carries over follows from that.
- ``LendingClosure``: ``begins_at`` is the event's ``occurred_at``, and ``ends_at`` that of
  ``LendingOpened`` where it was ended early.
- ``AskedWaiver``: ``asked_at`` and ``answered_at`` are the events' ``occurred_at``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from dispatch.agreements.record import AgreementText, FiledAct, FiledSignature
from dispatch.aid.advice.practice_document import FiledPractice
from dispatch.aid.assignment import Assignment
from dispatch.aid.closure import LendingClosure
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.pre_alert import PreAlert
from dispatch.aid.request import AidRequest
from dispatch.aid.waiver import AskedWaiver
from dispatch.journal.entry import Disclosure, Entry
from dispatch.model.event import Event
from dispatch.model.ids import (
    AssignmentId,
    ClosureId,
    IncidentId,
    JurisdictionId,
    PersonId,
    RequestId,
    UnitId,
    WaiverId,
)
from dispatch.model.incident import Incident
from dispatch.model.principal import Principal, Role
from dispatch.model.unit import UnitState
from dispatch.services.advice_ports import AdviceReader, AdviceTx
from dispatch.services.agreement_ports import AgreementReader, AgreementTx

T = TypeVar("T")

Filed = AgreementText | FiledSignature | FiledAct
"""What a commit may add about agreements."""

Advised = FiledPractice | CoverOverride | PreAlert
"""What a commit may change about advice."""

Changed = UnitState | Incident | AidRequest | Assignment | LendingClosure | AskedWaiver | Advised | Filed
"""A row that a commit may change and that the read-model keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the journal ends. ``root`` is the Merkle root over all entries, hex; ``seq`` 0 when empty."""

    epoch: str
    seq: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """One batch that is durable now.

    ``entries`` are ``first_seq`` to ``last_seq`` in order; a batch without entries has
    ``first_seq == last_seq + 1``. ``changed`` holds the last value of each row, oldest change first.
    """

    epoch: str
    first_seq: int
    last_seq: int
    entries: tuple[Entry, ...]
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedRegion:
    """The region bundle in force; ``digest`` names its exact files."""

    name: str
    digest: str
    roads_as_of: datetime | None
    adopted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in. ``password_hash`` is argon2id's own encoded text."""

    id: PersonId
    login: str
    display_name: str
    role: Role
    jurisdiction_id: JurisdictionId | None
    password_hash: str
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in person. ``token_hash`` is hex SHA-256 of the cookie; ``csrf`` the header's value."""

    token_hash: str
    person_id: PersonId
    csrf: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPreferences:
    """How a person wants the board to look. ``document`` holds only what that person set."""

    person_id: PersonId
    document: Mapping[str, Any]
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A machine's key. ``id`` is its public part; ``secret_sha256`` is hex over the secret part."""

    id: str
    secret_sha256: str
    role: Role
    jurisdiction_id: JurisdictionId | None
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedAnswer:
    """What a command answered under its Idempotency-Key. ``answer`` is JSON values."""

    principal_id: str
    key: str
    body_hash: str
    status: int
    answer: Any
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedUnit:
    """A unit that came: ``predicted_seconds`` from being sent, without anything learned, and as it was."""

    unit_id: UnitId
    home: JurisdictionId
    borrower: JurisdictionId
    predicted_seconds: int
    actual_seconds: int


class Reader(AgreementReader, AdviceReader, Protocol):
    """The record at one moment: every query inside one ``Store.read`` sees the same commit."""

    def head(self) -> Head: ...

    def find_incident(self, incident_id: IncidentId) -> Incident | None: ...
    def get_incident(self, incident_id: IncidentId) -> Incident: ...
    def list_incidents(self, *, active_only: bool = False) -> Sequence[Incident]: ...
    def list_incidents_between(self, since: datetime, until: datetime) -> Sequence[Incident]:
        """Calls of all jurisdictions opened from ``since`` on and before ``until``, oldest first.

        A unit that stands by is no call: standbys are not among them.
        """
        ...

    def list_ended_incidents(self, jurisdiction_id: JurisdictionId, *, at_most: int) -> Sequence[Incident]:
        """A jurisdiction's closed and cancelled incidents, newest first."""
        ...

    def find_request(self, request_id: RequestId) -> AidRequest | None: ...
    def get_request(self, request_id: RequestId) -> AidRequest: ...
    def list_requests(
        self,
        *,
        outstanding_only: bool = False,
        incident_id: IncidentId | None = None,
        since: datetime | None = None,
    ) -> Sequence[AidRequest]:
        """Requests, oldest first.

        ``outstanding_only``: in state offered. ``since``: asked or answered then or later.
        """
        ...

    def list_due_requests(self, now: datetime) -> Sequence[AidRequest]:
        """Offered requests whose time to answer is over, earliest first."""
        ...

    def find_assignment(self, assignment_id: AssignmentId) -> Assignment | None: ...
    def get_assignment(self, assignment_id: AssignmentId) -> Assignment: ...
    def find_live_assignment(self, unit_id: UnitId) -> Assignment | None: ...
    def list_live_assignments(self) -> Sequence[Assignment]: ...
    def list_assignments(
        self, *, incident_id: IncidentId | None = None, since: datetime | None = None
    ) -> Sequence[Assignment]:
        """Assignments, oldest first. ``since``: live, or ended then or later."""
        ...

    def list_arrivals(self, since: datetime) -> Sequence[ArrivedUnit]:
        """Arrivals on scene then or later that were predicted, oldest first.

        None at a post to stand by, and none of a plan whose units were timed to a staging area.
        """
        ...

    def list_asked_between(
        self, since: datetime, until: datetime, *, jurisdiction_id: JurisdictionId
    ) -> Sequence[AidRequest]:
        """What a jurisdiction asked or was asked for from ``since`` to before ``until``, oldest first."""
        ...

    def list_lent_between(
        self, since: datetime, until: datetime, *, jurisdiction_id: JurisdictionId
    ) -> Sequence[Assignment]:
        """Loans by or to a jurisdiction that began before ``until`` and were not over before ``since``."""
        ...

    def list_ended_loans(self, since: datetime) -> Sequence[Assignment]:
        """Assignments of units for a neighbour that ended then or later, by when they ended."""
        ...

    def list_incidents_by_id(self, incident_ids: Collection[IncidentId]) -> Sequence[Incident]:
        """These incidents, oldest first; an id that names none is passed over."""
        ...

    def find_closure(self, closure_id: ClosureId) -> LendingClosure | None: ...
    def list_closures(self, *, holding_at: datetime | None = None) -> Sequence[LendingClosure]:
        """Closures, oldest first; with ``holding_at`` without those that were over by then."""
        ...

    def find_waiver(self, waiver_id: WaiverId) -> AskedWaiver | None: ...
    def list_waivers(
        self, *, incident_id: IncidentId | None = None, active_only: bool = False
    ) -> Sequence[AskedWaiver]:
        """Waivers in every state, oldest first. ``active_only``: of incidents that are active."""
        ...

    def find_unit_state(self, unit_id: UnitId) -> UnitState | None: ...
    def get_unit_state(self, unit_id: UnitId) -> UnitState: ...
    def list_unit_states(self, unit_ids: Collection[UnitId] | None = None) -> Sequence[UnitState]:
        """The states of these units, or of all; a unit that nobody heard of has none."""
        ...

    def list_entries(
        self, *, incident_id: IncidentId | None = None, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[Entry]:
        """Journal entries in order, those of one incident or all, after ``after_seq``."""
        ...

    def list_entries_of(self, kind: str, *, since: datetime) -> Sequence[Entry]:
        """All entries of one event type that were recorded then or later, in order."""
        ...

    def list_disclosures(
        self, *, incident_id: IncidentId | None = None, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[Disclosure]:
        """The personal values behind those entries that were not redacted."""
        ...

    def list_leaf_hashes(self) -> Sequence[str]:
        """Every entry's hash in order, hex: what inclusion proofs are built from."""
        ...

    def find_region(self) -> AdoptedRegion | None: ...

    def find_person(self, login: str) -> Person | None: ...
    def find_person_by_id(self, person_id: PersonId) -> Person | None: ...
    def list_persons(self) -> Sequence[Person]: ...
    def find_session(self, token_hash: str) -> Session | None: ...
    def find_preferences(self, person_id: PersonId) -> KeptPreferences | None: ...
    def find_api_key(self, key_id: str) -> ApiKey | None: ...
    def list_api_keys(self) -> Sequence[ApiKey]: ...
    def find_idempotent(self, principal_id: str, key: str) -> RememberedAnswer | None: ...


class Tx(Reader, AgreementTx, AdviceTx, Protocol):
    """One command's transaction. Whatever it raises undoes all of it, its journal entries too.

    Each ``put`` inserts the row or replaces the one with its id. ``put_assignment`` makes the command
    fail with ``UnitCommitted`` when another assignment of the unit is live. Text with NUL or a lone
    surrogate is refused with ``Invalid`` wherever it is put.
    """

    def put_unit_state(self, state: UnitState) -> None: ...
    def put_incident(self, incident: Incident) -> None: ...
    def put_request(self, request: AidRequest) -> None: ...
    def put_assignment(self, assignment: Assignment) -> None: ...
    def put_closure(self, closure: LendingClosure) -> None: ...
    def put_waiver(self, waiver: AskedWaiver) -> None: ...
    def put_region(self, region: AdoptedRegion) -> None: ...
    def put_person(self, person: Person) -> None: ...
    def put_session(self, session: Session) -> None: ...
    def put_preferences(self, preferences: KeptPreferences) -> None: ...
    def delete_session(self, token_hash: str) -> None: ...
    def delete_sessions_of(self, person_id: PersonId) -> None: ...
    def delete_expired_sessions(self, now: datetime) -> None: ...
    def put_api_key(self, key: ApiKey) -> None: ...

    def record(self, event: Event, *, actor: Principal, key: str | None = None) -> Entry:
        """Append the event to the journal; its ``seq`` becomes final with the commit. Raises ``Invalid``."""
        ...

    def redact(self, *, seq: int, field: str) -> None:
        """Delete a personal value and its salt, in the journal and in the row it came from.

        The caller records ``FieldRedacted`` with the reason and the authority. Raises ``NotFound``.
        """
        ...

    def remember(self, *, principal_id: str, key: str, body_hash: str, status: int, answer: Any) -> None:
        """Keep the answer for retries of the same key. ``answer`` must be JSON values."""
        ...

    def forget_answers(self, before: datetime) -> None:
        """Drop remembered answers older than ``before``."""
        ...

    def next_incident_number(self, year: int) -> str:
        """The next number people call an incident by, ``26-00123``: gapless within the year."""
        ...


class Store(Protocol):
    """The record. Writes share one thread and one commit per batch; reads have their own threads."""

    @property
    def epoch(self) -> str:
        """Random at creation; another after a restore. A board that knows another epoch starts anew."""
        ...

    async def write(self, command: Callable[[Tx], T]) -> T:
        """Run ``command(tx)`` and answer once it is durable.

        What the command raises comes back and only its own changes are undone. Raises ``Unavailable``
        when the record cannot be written: then nothing of the batch was acknowledged.
        """
        ...

    async def read(self, query: Callable[[Reader], T]) -> T:
        """Run ``query(reader)`` on a reader's thread. Raises ``Unavailable``."""
        ...

    @property
    def is_trusted(self) -> bool:
        """False once the disk has failed under a write: nothing is written any more."""
        ...

    def oldest_wait_seconds(self) -> float:
        """How long the oldest command has waited to be written; 0 where none waits."""
        ...

    def on_commit(self, listener: Callable[[Committed], None]) -> None:
        """Call ``listener`` on the event loop after each batch, before its commands' callers go on."""
        ...

    async def close(self) -> None: ...
