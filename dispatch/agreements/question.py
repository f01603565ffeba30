"""What ``may_lend`` is asked: one unit, one call for aid, one moment, and what counts against the lender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.agreements.reasons import Figures, Reason, ReasonCode
from dispatch.agreements.restrictions import ContentField
from dispatch.agreements.terms import Agreement
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Priority, Purpose
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import UnitType


@dataclass(frozen=True, slots=True, kw_only=True)
class LentUnit:
    """What the clauses ask of the unit. Two units with equal facts get the same answer.

    ``post``: where it waits at home, for floors of an area; left None where no such floor exists.
    ``id``: only for waivers, which are given for one unit; None otherwise. ``crew_size`` and
    ``nims_type`` None: nobody has said. ``is_out``: it was lent to the borrower before, stands by there and
    would be sent on; ``out_under``: the agreement that this loan is counted under. Its home loses nothing
    more by that: no floor restricts it, and no cap of that agreement counts it once more.
    """

    unit_type: UnitType
    certifications: frozenset[str] = frozenset()
    crew_size: int | None = None
    nims_type: int | None = None
    post: Point | None = None
    id: UnitId | None = None
    is_out: bool = False
    out_under: AgreementId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a borrower asks for. What is None is unknown, and does not meet a clause that asks for it.

    ``requester`` None: nobody asks yet, so that who may ask is not judged. ``by_another``: it is asked in the
    borrower's name by somebody else's dispatcher (a backfill). ``stated``: the fields that the incident
    states.
    """

    borrower: JurisdictionId
    priority: Priority
    nature: str = ""
    position: Point | None = None
    incident_id: IncidentId | None = None
    purpose: Purpose = Purpose.INCIDENT
    requester: Role | None = None
    by_another: bool = False
    cover: CoverState | None = None
    stated: frozenset[ContentField] = frozenset(ContentField)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loans:
    """What counts against one lender's floors and caps at this moment.

    ``free_by_type``: own units that could be sent right now; lent units and units on offer
    (``promised_by_type``) are already left out. ``free_posts``: where those wait at home, by type,
    needed by floors of an area only. ``promised_by_type``: offers not yet answered, to any borrower; it
    explains a low figure and is not deducted again. ``out_by_agreement``: lent units and unanswered
    offers under each agreement; ``out_on_incident``: those of them for the incident asked about.
    ``begun_at``: when each loan or offer under an agreement began, at least those of the last two
    days. When a request is looked at again, its own offer counts as free, not as promised or out.
    """

    free_by_type: Mapping[UnitType, int] = field(default_factory=dict)
    promised_by_type: Mapping[UnitType, int] = field(default_factory=dict)
    out_by_agreement: Mapping[AgreementId, int] = field(default_factory=dict)
    out_on_incident: Mapping[AgreementId, int] = field(default_factory=dict)
    begun_at: Mapping[AgreementId, Sequence[datetime]] = field(default_factory=dict)
    free_posts: Mapping[UnitType, Sequence[Point | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One unit of one lender under one agreement: what each clause's predicate is given."""

    lender: JurisdictionId
    unit: LentUnit
    call: Call
    loans: Loans
    agreement: Agreement
    now: datetime

    @property
    def borrower(self) -> JurisdictionId:
        """Who asks."""
        return self.call.borrower

    def reason(self, code: ReasonCode, figures: Figures, clause: str | None = None) -> Reason:
        """A reason that names this agreement."""
        return Reason(
            code=code,
            figures=figures,
            agreement_id=self.agreement.id,
            agreement_version=self.agreement.version,
            clause=clause,
        )

    @property
    def is_counted(self) -> bool:
        """Whether this agreement's caps on loans count the unit already: to send it on is no other loan."""
        return self.unit.is_out and self.unit.out_under == self.agreement.id

    def left_of(self, group: Sequence[UnitType]) -> int:
        """Free units of these types once this one is lent. A lender without any keeps none, not -1."""
        free = self.loans.free_by_type
        return max(0, sum(free.get(unit_type, 0) for unit_type in group) - 1)
