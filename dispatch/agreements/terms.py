"""An agreement as a value: who promised what to whom, from when to when, who signed, and what was done since.

The clauses are a closed union: ``restrictions`` can forbid, ``provisions`` cannot. ``catalogue`` says how
each is read, written and explained, ``predicates`` how each restriction is judged, ``wording`` how each
is said; tests hold that none is missing anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar, cast

from dispatch.agreements.provisions import (
    AnswerTime,
    Balance,
    Billing,
    CallOrder,
    Command,
    Communications,
    Cost,
    Counterparts,
    CoverDuty,
    DataSharing,
    Discretion,
    Duration,
    Governance,
    Handover,
    InabilityNotice,
    Liability,
    PartyRole,
    Precedence,
    Recall,
    Records,
    Release,
    Renewal,
    ReturnHome,
    Termination,
    Text,
    WrittenConfirmation,
)
from dispatch.agreements.restrictions import (
    CallTypes,
    ConcurrentCap,
    DailyCap,
    Hours,
    IncidentCap,
    Priorities,
    Purposes,
    RequestContent,
    Requesters,
    ReserveFloor,
    Restriction,
    Staffing,
    Trigger,
    UnitTypes,
    Zones,
)
from dispatch.model.ids import AgreementId, JurisdictionId

Restricting = (
    UnitTypes
    | Staffing
    | Priorities
    | CallTypes
    | Zones
    | Hours
    | Purposes
    | Trigger
    | Requesters
    | RequestContent
    | ReserveFloor
    | ConcurrentCap
    | IncidentCap
    | DailyCap
)
"""Clauses that can forbid."""

Providing = (
    PartyRole
    | Discretion
    | AnswerTime
    | CallOrder
    | Recall
    | Release
    | Duration
    | ReturnHome
    | Handover
    | WrittenConfirmation
    | Cost
    | Billing
    | Liability
    | Command
    | Communications
    | InabilityNotice
    | Governance
    | DataSharing
    | Records
    | Balance
    | Precedence
    | CoverDuty
    | Renewal
    | Termination
    | Counterparts
    | Text
)
"""Clauses that forbid nothing."""

Clause = Restricting | Providing

Kind = TypeVar("Kind", bound=Clause)

DEFAULT_ANSWER_SECONDS: Final = 60
"""Where no clause sets an answer time."""

DEFAULT_NOTICE_DAYS: Final = 30
"""Where no clause sets the notice of termination: the common term in real agreements."""


class AgreementKind(StrEnum):
    """How aid is given (NFPA 1710 "automatic aid" and "mutual aid"; NERIS adds contractual)."""

    AUTOMATIC = "automatic"
    """The lender's unit is sent with the call; nobody is asked."""
    CONTRACTUAL = "contractual"
    MUTUAL = "mutual"
    """On request; the lender answers."""
    STANDBY = "standby"
    """Only to stand by in a neighbour's emptied area; never to an incident."""


class Scope(StrEnum):
    """How far an agreement reaches (NIMS Guideline for Mutual Aid)."""

    LOCAL = "local"
    REGIONAL_STATEWIDE = "regional_statewide"
    INTERSTATE = "interstate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One way in which aid may flow."""

    lender: JurisdictionId
    borrower: JurisdictionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One party's assent to the exact text. It counts from ``signed_at`` on."""

    party: JurisdictionId
    by: str
    signed_at: datetime


class ActKind(StrEnum):
    """What a party can do about an agreement, beside signing it."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    NOTICE_GIVEN = "notice_given"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementAct:
    """What a party did and when. ``ends_at``: when a suspension is over, or from when a notice ends it."""

    kind: ActKind
    party: JurisdictionId
    by: str
    at: datetime
    reason: str = ""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One version of one agreement. ``effective_to`` is the first moment at which it binds no more.

    ``reciprocal``: every party lends to every other, and ``directions`` is empty. ``time_zone`` (IANA)
    is where its hours, holidays and days are counted. ``acts`` are what the parties did since, oldest
    first; they are no part of the text that is signed.
    """

    id: AgreementId
    title: str
    version: int
    kind: AgreementKind
    parties: tuple[JurisdictionId, ...]
    directions: tuple[Direction, ...]
    effective_from: datetime
    effective_to: datetime | None
    clauses: tuple[Clause, ...] = ()
    signatures: tuple[Signature, ...] = ()
    reciprocal: bool = False
    scope: Scope = Scope.LOCAL
    time_zone: str = "UTC"
    acts: tuple[AgreementAct, ...] = ()
    party_set: frozenset[JurisdictionId] = field(init=False, compare=False, repr=False)
    restrictions: tuple[Restricting, ...] = field(init=False, compare=False, repr=False)
    """The clauses that can forbid."""
    signed_at: Mapping[JurisdictionId, datetime] = field(init=False, compare=False, repr=False)
    """When each party that has signed did so."""
    all_signed_at: datetime | None = field(init=False, compare=False, repr=False)
    """When the last party signed; None while one is missing."""
    _first: Mapping[type, Clause] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Derived once: a decision asks for them for each unit, of a compact of a thousand parties too.
        signed_at: dict[JurisdictionId, datetime] = {}
        for signature in self.signatures:
            known = signed_at.get(signature.party, signature.signed_at)
            signed_at[signature.party] = min(known, signature.signed_at)
        parties = frozenset(self.parties)
        complete = bool(signed_at) and parties <= signed_at.keys()
        derived = {
            "party_set": parties,
            "restrictions": tuple(c for c in self.clauses if isinstance(c, Restriction)),
            "signed_at": signed_at,
            "all_signed_at": max(signed_at[party] for party in parties) if complete else None,
            "_first": {type(clause): clause for clause in reversed(self.clauses)},
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def runs(self, *, lender: JurisdictionId, borrower: JurisdictionId) -> bool:
        """Whether aid may flow from this lender to this borrower."""
        if self.reciprocal:
            return lender != borrower and lender in self.party_set and borrower in self.party_set
        return any(way.lender == lender and way.borrower == borrower for way in self.directions)

    def find_discretion(self, lender: JurisdictionId) -> Discretion | None:
        """The clause on this lender's discretion; one that names the lender outweighs a general one."""
        general: Discretion | None = None
        if Discretion not in self._first:
            return None
        for clause in self.clauses:
            if isinstance(clause, Discretion):
                if clause.lender == lender:
                    return clause
                if clause.lender is None:
                    general = clause
        return general

    def may_decline(self, lender: JurisdictionId) -> bool:
        """The lender's discretion: as a clause says; without one, only automatic aid cannot be declined."""
        clause = self.find_discretion(lender)
        return self.kind is not AgreementKind.AUTOMATIC if clause is None else clause.lender_may_decline

    def is_automatic(self, lender: JurisdictionId) -> bool:
        """Whether a unit is sent without asking: automatic aid in which the lender kept no veto."""
        return self.kind is AgreementKind.AUTOMATIC and not self.may_decline(lender)

    @property
    def answer_seconds(self) -> int:
        """How long the lender has to answer."""
        clause = self.find(AnswerTime)
        return DEFAULT_ANSWER_SECONDS if clause is None else clause.seconds

    @property
    def notice_days(self) -> int:
        """The notice with which a party may end it."""
        clause = self.find(Termination)
        return DEFAULT_NOTICE_DAYS if clause is None else clause.notice_days

    @property
    def precedence(self) -> Precedence:
        """Its rank among others, and what it replaces."""
        return self.find(Precedence) or _NO_PRECEDENCE

    def find(self, kind: type[Kind]) -> Kind | None:
        """The first clause of a kind, or None."""
        return cast("Kind | None", self._first.get(kind))


_NO_PRECEDENCE: Final = Precedence(id="")
