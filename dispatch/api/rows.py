"""What clients get, for the schema, the page's types and the tests: the services' rows are sent as they are.

One class per row of the board's wire; the same rows travel in REST answers and websocket frames. ``own``
tells a jurisdiction's own rows from what it sees of a neighbour's. Rows on one subject are together: here
those of the board, then ``cover_rows``, ``advice_rows``, ``order_rows``, ``standby_rows``, ``region_rows``
and ``agreement_rows``; the websocket's are in ``frames``.

To add a row: write its class (a field that may be missing has the default None), name it in ``gives(...)``
at its endpoint or as a field of another row, and, if the page wants its type, in ``wire.ANSWERS``. To add a
field: put it in the class, in ``agreements/shown.py``, and where the row is made. Then write the page's types
again: ``python -m dispatch.api.typescript > web/src/wire/generated.ts``. Tests hold every answer and every
frame against these classes: an unknown field, a missing one, or a word that an enum does not have, fails.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from dispatch.agreements.reasons import ReasonCode
from dispatch.aid.advice.standby import StandbyEnd
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.chain import NextStep
from dispatch.aid.duties import DutyCode, DutyState
from dispatch.aid.request import RequestState
from dispatch.aid.waiver import WaiverState
from dispatch.model.incident import IncidentState, Priority, Purpose
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.routing.travel import EtaBasis
from dispatch.services.intake import Taken

WireTime = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(\d{3})?Z$")]
"""RFC 3339 in UTC, with milliseconds or microseconds."""

Figures = dict[str, int | float | str]
"""What a reason or a rule counted, by name."""


class Row(BaseModel):
    """A row may grow; a client ignores what it does not know."""

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)


class OpenRow(Row):
    """A row with further fields of its own: their names depend on what it is about."""


class Problem(Row):
    """An error. ``code`` is stable; ``trace`` is what the log has too."""

    code: str
    message: str
    details: dict[str, Any]
    trace: str


class PersonRow(Row):
    """A person, without anything secret."""

    id: str
    display_name: str
    role: Role
    jurisdiction: str | None


class MeRow(Row):
    """Who is signed in; ``csrf`` goes back as ``X-CSRF-Token``."""

    person: PersonRow
    csrf: str
    demo: bool
    training: bool


class TicketRow(Row):
    """For the first frame of one socket, within 30 seconds."""

    ticket: str


class ReasonRow(Row):
    """One thing that forbids, with its figures; without an agreement it is the unit's own."""

    code: ReasonCode
    clause: str | None
    agreement: str | None
    version: int | None
    """The agreement's version."""
    figures: Figures
    sentence: str


class UnitRow(Row):
    """A unit; where an agreement withholds its position there is none.

    ``on_duty_since`` and ``shift_ends_at`` are the crew's, for its own agency.
    """

    id: str
    call_sign: str
    jurisdiction: str
    unit_type: UnitType
    capabilities: list[str]
    status: UnitStatus
    changed_at: WireTime | None
    reported_at: WireTime | None
    lon: float | None
    lat: float | None
    position_at: WireTime | None
    coarse: bool | None
    """The position is a cell of about 500 m; null: an agreement withholds it."""
    incident: str | None
    lent_to: str | None
    version: int
    on_duty_since: WireTime | None
    shift_ends_at: WireTime | None
    own: bool


class ShiftRow(Row):
    """When a unit's crew came on duty, as far as anybody saw, and when its shift ends, as its agency says."""

    unit: str
    on_duty_since: WireTime | None
    shift_ends_at: WireTime | None
    version: int


class NeedRow(Row):
    """How many units of one type."""

    unit_type: UnitType
    count: int


class IncidentRow(Row):
    """An incident as its own jurisdiction, or one that lends to it, sees it."""

    id: str
    number: str
    jurisdiction: str
    lon: float
    lat: float
    priority: Priority
    nature: str
    needs: list[NeedRow]
    address: str
    note: str
    opened_at: WireTime
    state: IncidentState
    version: int
    own: bool
    assigned: list[str]
    """The units on it now."""
    came: int
    """Units that came to it and have left."""
    purpose: Purpose


class OpenedIncidentRow(IncidentRow):
    """The same, just opened."""

    near_border: list[str]
    """Other jurisdictions whose border is near."""
    border_notice: str
    """A sentence about it; empty where none is."""


class EntryRow(Row):
    """A journal entry of an incident; a personal value that was redacted is not there."""

    seq: int
    type: str
    actor: str
    role: str
    jurisdiction: str | None
    occurred_at: WireTime
    recorded_at: WireTime
    body: dict[str, Any]
    personal: dict[str, str]


class IncidentDetailRow(IncidentRow):
    """The same with its history, for those who may see that."""

    entries: list[EntryRow] | None = None


class RequestRow(Row):
    """A request for a neighbour's unit, for its two sides; the place is coarse until it is accepted."""

    id: str
    direction: Literal["in", "out"]
    incident: str
    incident_number: str
    unit: str
    borrower: str
    lender: str
    agreement: str
    agreement_version: int
    clauses: list[str]
    automatic: bool
    may_decline: bool
    eta_seconds: int
    eta_basis: EtaBasis
    keeps: int
    floor: int
    requested_at: WireTime
    expires_at: WireTime
    offered_by_lender: bool
    """A counter-offer: another unit of the lender's, which the borrower answers."""
    instead_of: str | None
    """Of a counter-offer: the unit that was asked for."""
    delivered_at: WireTime | None
    """Since when a board of somebody who may answer has it."""
    seen_at: WireTime | None
    seen_by: str
    """The first person who may answer and had it in view."""
    seen_by_name: str
    """What they are called; empty where nobody knows."""
    state: RequestState
    answered_at: WireTime | None
    answered_by: str
    answered_by_name: str
    reason: str
    attempt: int
    version: int
    priority: Priority
    nature: str | None
    """null: the agreement withholds it until the unit is lent."""
    lon: float
    lat: float
    on_no_answer: Literal["next_candidate", "nothing"]
    next: NextStep | None
    """After a refusal, for the borrower: somebody else was asked, or nobody is left to ask now."""
    purpose: Purpose
    warnings: list[ReasonRow]
    """For the lender: what it should think of before it says yes."""


class DutyRow(Row):
    """What a loan asks for, from when on, and how near that is."""

    code: DutyCode
    due_at: WireTime
    state: DutyState
    because: StandbyEnd | None = None
    """Why a unit that stands by may go home."""
    sentence: str | None = None
    """The same in words."""


class AssignmentRow(Row):
    """A unit committed to an incident."""

    id: str
    incident: str
    incident_number: str
    unit: str
    home: str
    borrower: str
    lent: bool
    request: str | None
    agreement: str | None
    agreement_version: int | None
    state: AssignmentState
    assigned_at: WireTime
    changed_at: WireTime | None
    ended_at: WireTime | None
    recalled_at: WireTime | None
    recall_due: WireTime | None
    recall_reason: str
    extended_until: WireTime | None
    confirmed_at: WireTime | None
    duties: list[DutyRow]
    version: int
    purpose: Purpose


class ClosureRow(Row):
    """A party that lends nothing for a while; without ``ends_at`` until it opens again."""

    id: str
    jurisdiction: str
    reason: str
    by: str
    begins_at: WireTime
    ends_at: WireTime | None


class WaiverRow(Row):
    """A clause that is asked to rest, or rests, for one unit on one incident."""

    id: str
    agreement: str
    version: int
    """The agreement's version."""
    clause: str
    sentence: str
    lender: str
    borrower: str
    incident: str
    incident_number: str
    unit: str
    state: WaiverState
    asked_by: str
    asked_at: WireTime
    note: str
    expires_at: WireTime
    answered_by: str
    answered_at: WireTime | None
    reason: str
    used_by: str | None


class OutcomeRow(Row):
    """One report's fate."""

    unit_id: str
    outcome: Taken
    reason: str | None


class OutcomesRow(Row):
    """One outcome per report, in order."""

    results: list[OutcomeRow]


class CheckpointRow(Row):
    """The signed head of the journal."""

    origin: str
    epoch: str
    size: int
    root: str
    note: str
    """The checkpoint as witnesses sign it."""
    public_key: str


class HealthRow(Row):
    """``live`` or ``ready``."""

    status: Literal["live", "ready"]
