"""What clients get, for the schema and for the tests: the services' rows are sent as they are.

One class per row of the board's wire; the same rows travel in REST answers and websocket frames. Times
are RFC 3339 in UTC. ``own`` tells a jurisdiction's own rows from what it sees of a neighbour's.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """A row may grow; a client ignores what it does not know."""

    model_config = ConfigDict(extra="allow")


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
    role: str
    jurisdiction: str | None


class MeRow(Row):
    """Who is signed in; ``csrf`` goes back as ``X-CSRF-Token``."""

    person: PersonRow
    csrf: str | None
    demo: bool


class TicketRow(Row):
    """For the first frame of one socket, within 30 seconds."""

    ticket: str


class UnitRow(Row):
    """A unit; ``coarse`` when the position is a cell of about 500 m, null when an agreement withholds it.

    ``on_duty_since`` and ``shift_ends_at`` are the crew's, for its own agency.
    """

    id: str
    call_sign: str
    jurisdiction: str
    unit_type: str
    capabilities: list[str]
    status: str
    changed_at: str | None
    reported_at: str | None
    lon: float | None
    lat: float | None
    position_at: str | None
    coarse: bool | None
    incident: str | None
    lent_to: str | None
    version: int
    on_duty_since: str | None
    shift_ends_at: str | None
    own: bool


class ShiftRow(Row):
    """When a unit's crew came on duty, as far as anybody saw, and when its shift ends, as its agency says."""

    unit: str
    on_duty_since: str | None
    shift_ends_at: str | None
    version: int


class NeedRow(Row):
    """How many units of one type."""

    unit_type: str
    count: int


class IncidentRow(Row):
    """An incident as its own jurisdiction, or one that lends to it, sees it."""

    id: str
    number: str
    jurisdiction: str
    lon: float
    lat: float
    priority: str
    nature: str
    needs: list[NeedRow]
    address: str
    note: str
    opened_at: str
    state: str
    version: int
    own: bool
    assigned: list[str]
    purpose: str


class RequestRow(Row):
    """A request; ``lon`` and ``lat`` are coarse until it is accepted, ``nature`` null where withheld.

    ``purpose``: for a call, or to stand by. ``warnings``: what the lender should think of first.
    """

    id: str
    direction: str
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
    eta_basis: str
    keeps: int
    floor: int
    requested_at: str
    expires_at: str
    state: str
    answered_at: str | None
    answered_by: str | None
    reason: str | None
    attempt: int
    version: int
    priority: str
    nature: str | None
    lon: float
    lat: float
    on_no_answer: str
    next: str | None
    purpose: str
    warnings: list[dict[str, Any]]


class DutyRow(Row):
    """What a loan asks for, from when on, and how near that is: ``upcoming``, ``due`` or ``overdue``.

    ``stand_down`` also has ``because`` and a ``sentence``: a unit that stands by may go home.
    """

    code: str
    due_at: str
    state: str


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
    state: str
    assigned_at: str
    changed_at: str | None
    ended_at: str | None
    recalled_at: str | None
    recall_due: str | None
    recall_reason: str | None
    extended_until: str | None
    confirmed_at: str | None
    duties: list[DutyRow]
    version: int
    purpose: str


class ClosureRow(Row):
    """A party that lends nothing for a while."""

    id: str
    jurisdiction: str
    reason: str
    by: str
    begins_at: str
    ends_at: str | None


class WaiverRow(Row):
    """A clause that is asked to rest, or rests, for one unit on one incident."""

    id: str
    agreement: str
    version: int
    clause: str
    sentence: str
    lender: str
    borrower: str
    incident: str
    incident_number: str
    unit: str
    state: str
    asked_by: str
    asked_at: str
    note: str
    expires_at: str
    answered_by: str
    answered_at: str | None
    reason: str
    used_by: str | None


class OverrideRow(Row):
    """A person's word on cover."""

    id: str
    jurisdiction: str
    state: str
    reason: str
    by: str
    begins_at: str
    ends_at: str


class PreAlertRow(Row):
    """A partner runs low and says so; ``percent`` is of level zero within ``minutes``."""

    id: str
    jurisdiction: str
    to: list[str]
    state: str
    free: int
    total: int
    percent: int | None
    minutes: int
    note: str
    sentence: str
    sent_by: str
    sent_at: str
    expires_at: str
    acknowledged: list[str]


class PracticeRow(Row):
    """What an agency set for its advice (``practice``), and all figures that hold (``in_force``)."""

    jurisdiction: str
    version: int
    practice: dict[str, Any]
    in_force: dict[str, Any]
    by: str | None
    set_at: str | None


class RecommendationRow(Row):
    """Every unit offered and every unit not offered, with its reasons, and what is advised.

    ``advice``: ``{course, unit, rule, figures, order[], sentence}``; ``counterfactual``: who would be there
    sooner if a clause did not hold it back, and the clause to ask a waiver for.
    """

    id: str
    incident: str
    made_at: str
    picture: dict[str, Any]
    degraded: list[str]
    own: list[dict[str, Any]]
    candidates: list[dict[str, Any]]
    refusals: list[dict[str, Any]]
    advice: dict[str, Any]
    counterfactual: dict[str, Any] | None


class SecondOpinionRow(Row):
    """What simulated futures say of a recommendation's advice.

    ``status``: given, pending or none; ``because`` says why there is none. ``advised`` and ``opinion``:
    ``{course, unit}``. ``fallback``: why no course is favoured: plain closest, or the advice where
    ``undecided``. ``courses``: each with its mean cost in weighted late calls, its difference to the advised
    one and that one's standard error.
    """

    recommendation: str
    status: str
    because: str
    advised: dict[str, Any] | None
    opinion: dict[str, Any] | None
    agrees: bool | None
    fallback: str | None
    courses: list[dict[str, Any]]
    futures: int | None
    horizon_seconds: int | None
    seed: int | None
    sentence: str


class AidPlanRow(Row):
    """An order for many units and its answer. ``status``: ``greedy``, ``exact`` or ``same``."""

    id: str
    incident: str
    made_at: str
    order: dict[str, Any]
    plan: dict[str, Any]
    degraded: list[str]
    status: str
    because: str
    pending: bool
    compared: dict[str, Any]


class AidPlanSentRow(Row):
    """The requests that were made, the new assignments of units that stood by, and who could not be had."""

    id: str
    incident: str
    answer: str
    requests: list[dict[str, Any]]
    redirected: list[dict[str, Any]]
    refused: list[dict[str, Any]]


class OutcomeRow(Row):
    """One report's fate."""

    unit_id: str
    outcome: str
    reason: str | None = None


class OutcomesRow(Row):
    """One outcome per report, in order."""

    results: list[OutcomeRow]


class CheckpointRow(Row):
    """The signed head of the journal."""

    origin: str
    epoch: str
    size: int
    root: str


class HealthRow(Row):
    """``live`` or ``ready``."""

    status: str
