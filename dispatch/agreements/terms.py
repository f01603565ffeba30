"""An agreement's terms as values: who promised what to whom, from when to when, and who signed.

The clauses are a closed union: each kind is one frozen class here, one reader and one writer in
``parse.py``, one rule in ``permit.py`` and one sentence in ``wording.py``. ``match`` with
``assert_never`` makes a missing one a type error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.unit import TRANSPORTS, UnitType

GROUND_TRANSPORTS: Final = tuple(t for t in UnitType if t in TRANSPORTS and t is not UnitType.AIR_ROTOR)
"""Ground types that carry a patient, in the order of ``UnitType``: what a floor without types protects."""


class AgreementKind(StrEnum):
    """How aid is given (NFPA 1710 "automatic aid" and "mutual aid"; a contract obliges one side)."""

    AUTOMATIC = "automatic"
    """The lender's unit is sent with the call; nobody is asked."""
    CONTRACTUAL = "contractual"
    MUTUAL = "mutual"
    """On request; the lender answers."""


class AgreementState(StrEnum):
    """Where an agreement stands at one moment. Computed when read, never swept."""

    NOT_SIGNED = "not_signed"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    ACTIVE = "active"
    EXPIRED = "expired"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTypes:
    """Only these types of unit are lent."""

    id: str
    allow: tuple[UnitType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priorities:
    """Units are lent only for incidents of these priorities."""

    id: str
    allow: tuple[Priority, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveFloor:
    """The lender keeps at least ``keep`` free units of these types, counted together, after lending.

    No ``lender`` means every lender of the agreement. No ``unit_types`` means all ground transport.
    """

    id: str
    keep: int
    unit_types: tuple[UnitType, ...] = ()
    lender: JurisdictionId | None = None

    @property
    def group(self) -> tuple[UnitType, ...]:
        """The types that count together."""
        return self.unit_types or GROUND_TRANSPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrentCap:
    """At most this many units of one lender are out or on offer under this agreement at once."""

    id: str
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Discretion:
    """Whether the lender may say no to a request that the other clauses allow."""

    id: str
    lender_may_decline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTime:
    """How long the lender has to answer before the request goes to the next candidate."""

    id: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words that bind people and that the service shows but does not apply: liability, billing, command."""

    id: str
    title: str
    text: str


Clause = UnitTypes | Priorities | ReserveFloor | ConcurrentCap | Discretion | AnswerTime | Text

DEFAULT_ANSWER_SECONDS: Final = 60
"""Where no clause sets an answer time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One version of one agreement. ``effective_to`` is the first moment at which it binds no more."""

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

    @property
    def may_decline(self) -> bool:
        """The lender's discretion: as a clause says; without one, only automatic aid cannot be declined."""
        for clause in self.clauses:
            if isinstance(clause, Discretion):
                return clause.lender_may_decline
        return self.kind is not AgreementKind.AUTOMATIC

    @property
    def is_automatic(self) -> bool:
        """Whether a unit is sent without asking: automatic aid in which the lender kept no veto."""
        return self.kind is AgreementKind.AUTOMATIC and not self.may_decline

    @property
    def answer_seconds(self) -> int:
        """How long the lender has to answer."""
        for clause in self.clauses:
            if isinstance(clause, AnswerTime):
                return clause.seconds
        return DEFAULT_ANSWER_SECONDS


def list_missing_signatures(agreement: Agreement, now: datetime) -> tuple[JurisdictionId, ...]:
    """The parties that have not signed by ``now``, in the agreement's order."""
    signed = {signature.party for signature in agreement.signatures if signature.signed_at <= now}
    return tuple(party for party in agreement.parties if party not in signed)


def state_at(agreement: Agreement, now: datetime) -> AgreementState:
    """Where the agreement stands at ``now``; a missing signature outweighs the dates."""
    if list_missing_signatures(agreement, now):
        return AgreementState.NOT_SIGNED
    if now < agreement.effective_from:
        return AgreementState.NOT_YET_EFFECTIVE
    if agreement.effective_to is not None and now >= agreement.effective_to:
        return AgreementState.EXPIRED
    return AgreementState.ACTIVE


def list_current(agreements: Sequence[Agreement], now: datetime) -> Sequence[Agreement]:
    """The agreements without those versions that a later signed version has replaced by ``now``.

    A version gives way when a higher version of the same id is signed by all and its
    ``effective_from`` has come; it stays replaced after that one expires. A proposed version
    replaces nothing: until everyone has signed, the old text binds.
    """
    if len({agreement.id for agreement in agreements}) == len(agreements):
        return agreements
    newest: dict[AgreementId, int] = {}
    for agreement in agreements:
        if state_at(agreement, now) in (AgreementState.ACTIVE, AgreementState.EXPIRED):
            newest[agreement.id] = max(newest.get(agreement.id, 0), agreement.version)
    return [agreement for agreement in agreements if agreement.version >= newest.get(agreement.id, 0)]
