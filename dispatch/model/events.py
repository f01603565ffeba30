"""Everything that is recorded, past tense. One class per fact; the journal keeps them all.

A field named in ``personal`` holds free text or personal data: the journal's header keeps a salted
commitment to it and the value lies beside, so that it can be redacted without breaking the proof.
``occurred_at`` is the source's time; the journal adds ``recorded_at``.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dispatch.model.advice_events import ADVICE_EVENTS
from dispatch.model.agreement_events import AGREEMENT_EVENTS
from dispatch.model.cover_events import COVER_EVENTS
from dispatch.model.event import Event
from dispatch.model.ids import (
    AgreementId,
    AssignmentId,
    ClosureId,
    IncidentId,
    JurisdictionId,
    RecommendationId,
    RequestId,
    UnitId,
    WaiverId,
)
from dispatch.model.receipt_events import RECEIPT_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionAdopted(Event):
    """A region bundle went into force. ``digest`` is its SHA-256."""

    type = "region.adopted"
    name: str
    digest: str
    roads_as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStatusChanged(Event):
    """A unit's status as its home jurisdiction reports it. ``forced`` steps carry a reason."""

    type = "unit.status_changed"
    unit_id: UnitId
    before: str
    after: str
    reported_at: datetime
    source: str
    unit_version: int
    forced: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitShiftSet(Event):
    """The home agency said when the shift of a unit's crew ends; None takes it back."""

    type = "unit.shift_set"
    unit_id: UnitId
    shift_ends_at: datetime | None
    unit_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverwhelmChanged(Event):
    """A jurisdiction's cover changed state (green, amber, red); ``reasons`` carry their figures.

    ``capability``: of which units (empty in records from before cover was looked at per capability);
    ``figures``: all that it was judged by.
    """

    type = "jurisdiction.overwhelm_changed"
    before: str
    after: str
    reasons: tuple[dict[str, Any], ...]
    capability: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Event):
    """An incident was entered. ``purpose``: a call or a standby; older entries are all calls.

    ``backfill_of``: the standby whose lender this one is to cover meanwhile.
    """

    type = "incident.opened"
    personal = frozenset({"address", "note"})
    number: str
    lon_e7: int
    lat_e7: int
    priority: str
    nature: str
    needs: tuple[dict[str, Any], ...]
    address: str = ""
    note: str = ""
    purpose: str = "incident"
    backfill_of: IncidentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(Event):
    """An incident ended. The journal's entry for it also seals the count of the incident's entries."""

    type = "incident.closed"
    state: str
    incident_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationMade(Event):
    """What a dispatcher was shown: every candidate and refusal with its figures, and the picture's age.

    ``advice``: the course, unit, rule and order advised; ``counterfactual``: who a clause held back.
    """

    type = "recommendation.made"
    recommendation_id: RecommendationId
    picture: dict[str, Any]
    own: tuple[dict[str, Any], ...]
    candidates: tuple[dict[str, Any], ...]
    refusals: tuple[dict[str, Any], ...]
    degraded: tuple[str, ...]
    advice: dict[str, Any] | None = None
    counterfactual: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AidRequested(Event):
    """The borrower asked the lender for a named unit; or, ``offered_by_lender``, it was offered that unit
    in the place of the one that it had asked for, and it is the borrower who answers.

    ``requester`` is the role of the person who began the chain; ``waivers`` are what the permit rests on.
    ``learned_seconds`` of ``eta_seconds`` were learned from earlier arrivals.
    """

    type = "aid.requested"
    request_id: RequestId
    recommendation_id: RecommendationId | None
    unit_id: UnitId
    borrower: JurisdictionId
    lender: JurisdictionId
    agreement_id: AgreementId
    agreement_version: int
    clauses: tuple[str, ...]
    kind: str
    may_decline: bool
    eta_seconds: int
    eta_basis: str
    keeps: int
    floor: int
    expires_at: datetime
    attempt: int
    first_request_id: RequestId
    asked_before: tuple[UnitId, ...] = ()
    requester: str | None = None
    waivers: tuple[WaiverId, ...] = ()
    learned_seconds: int = 0
    offered_by_lender: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AidAnswered(Event):
    """A request ended: accepted, declined, expired or withdrawn."""

    type = "aid.answered"
    personal = frozenset({"note"})
    request_id: RequestId
    unit_id: UnitId
    borrower: JurisdictionId
    lender: JurisdictionId
    state: str
    reason: str = ""
    note: str = ""
    request_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AidExhausted(Event):
    """After this request nobody was left to ask: the borrower's dispatcher is told to telephone."""

    type = "aid.exhausted"
    request_id: RequestId
    request_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AidNeedMet(Event):
    """What an exhausted chain had asked for came from elsewhere and is done: nobody need telephone."""

    type = "aid.need_met"
    request_id: RequestId
    request_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAssigned(Event):
    """A unit was committed to an incident, its own jurisdiction's (``lent`` false) or a neighbour's.

    ``predicted_seconds``: from being sent to the arrival, as it was predicted; of that, ``learned_seconds``
    were learned from earlier arrivals. ``continues``: the standby that it was sent on from.
    """

    type = "unit.assigned"
    assignment_id: AssignmentId
    unit_id: UnitId
    home: JurisdictionId
    borrower: JurisdictionId
    lent: bool
    request_id: RequestId | None = None
    agreement_id: AgreementId | None = None
    agreement_version: int | None = None
    predicted_seconds: int | None = None
    learned_seconds: int = 0
    continues: AssignmentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentStepped(Event):
    """An assignment moved on: en route, on scene, transporting, at hospital, returning, ended."""

    type = "assignment.stepped"
    assignment_id: AssignmentId
    unit_id: UnitId
    before: str
    after: str
    assignment_version: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingClosed(Event):
    """A party closed itself to lending (notice of inability). ``ends_at`` None: until it opens again."""

    type = "lending.closed"
    closure_id: ClosureId
    reason: str
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingOpened(Event):
    """A party ended its closure before its time."""

    type = "lending.opened"
    closure_id: ClosureId
    closure_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverAsked(Event):
    """The borrower asked the lender to let one clause rest, for one unit on one incident."""

    type = "waiver.asked"
    personal = frozenset({"note"})
    waiver_id: WaiverId
    agreement_id: AgreementId
    agreement_version: int
    clause: str
    lender: JurisdictionId
    borrower: JurisdictionId
    unit_id: UnitId
    expires_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverGranted(Event):
    """The lender's supervisor let it rest, until ``expires_at`` and for one request."""

    type = "waiver.granted"
    waiver_id: WaiverId
    waiver_version: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRefused(Event):
    """The lender's supervisor held to the clause."""

    type = "waiver.refused"
    waiver_id: WaiverId
    waiver_version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverUsed(Event):
    """A request rests on the waiver: it is used up."""

    type = "waiver.used"
    waiver_id: WaiverId
    waiver_version: int
    request_id: RequestId


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRecalled(Event):
    """The lender called its unit back; from ``due_at`` on it may take the unit home."""

    type = "unit.recalled"
    assignment_id: AssignmentId
    unit_id: UnitId
    due_at: datetime
    reason: str
    assignment_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanExtended(Event):
    """The borrower extended a loan as the agreement allows."""

    type = "loan.extended"
    assignment_id: AssignmentId
    unit_id: UnitId
    until: datetime
    assignment_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanConfirmed(Event):
    """The borrower confirmed the loan in writing."""

    type = "loan.confirmed"
    assignment_id: AssignmentId
    unit_id: UnitId
    assignment_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRedacted(Event):
    """A personal value was deleted from the record. Its commitment stays, so the proof still holds."""

    type = "field.redacted"
    entry_seq: int
    field: str
    reason: str
    authority: str


_KINDS: tuple[type[Event], ...] = (
    RegionAdopted,
    *AGREEMENT_EVENTS,
    *COVER_EVENTS,
    UnitStatusChanged,
    UnitShiftSet,
    OverwhelmChanged,
    IncidentOpened,
    IncidentClosed,
    RecommendationMade,
    *ADVICE_EVENTS,
    AidRequested,
    *RECEIPT_EVENTS,
    AidAnswered,
    AidExhausted,
    AidNeedMet,
    UnitAssigned,
    AssignmentStepped,
    LendingClosed,
    LendingOpened,
    WaiverAsked,
    WaiverGranted,
    WaiverRefused,
    WaiverUsed,
    UnitRecalled,
    LoanExtended,
    LoanConfirmed,
    FieldRedacted,
)

EVENTS: dict[str, type[Event]] = {kind.type: kind for kind in _KINDS}
"""Every event by its wire name."""
