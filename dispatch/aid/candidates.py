"""What a dispatcher is shown of a unit: the own ones, those that may come, and those that may not.

``to_json`` is the one shape for the journal, the REST answer and the command line.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dispatch.agreements.permit import Permit
from dispatch.agreements.reasons import Reason
from dispatch.aid.arrival.estimate import Arrival, ArrivalPart
from dispatch.aid.crew import CrewShown
from dispatch.live.freshness import Freshness
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.routing.travel import EtaBasis


class PositionBasis(StrEnum):
    """What an ETA was computed from."""

    FIX = "fix"
    STATION = "station"
    """No position that can be trusted: the unit is taken to be where it waits."""
    POST = "post"
    """The same of one that stands by: it is taken to be at its post."""
    TO_POST = "to_post"
    """On its way to its post without a position: taken to be at the farther end of that way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A neighbour's unit that may come now, and under what.

    ``eta_seconds`` counts from being sent to the arrival, with chute time only for a crew that waits at its
    station; ``arrival`` counts from the asking and says what it is made of and how sure it is. ``crew`` is
    for partners in force: nobody else is a candidate.
    ``gain_seconds`` is how much sooner it arrives than the best own unit (negative: later); None where
    there is no own unit to compare with. ``keeps`` and ``floor`` are the lender's reserve after lending.
    ``stands_by``: it was lent already and stands by for the borrower: it is sent on, and nobody is asked.
    """

    unit_id: UnitId
    call_sign: str
    unit_type: UnitType
    lender: JurisdictionId
    eta_seconds: int
    eta_basis: EtaBasis
    position_age_seconds: int | None
    position_basis: PositionBasis
    freshness: Freshness
    permit: Permit
    gain_seconds: int | None
    arrival: Arrival | None = None
    crew: CrewShown | None = None
    stands_by: bool = False

    @property
    def learned_seconds(self) -> int:
        """What of ``eta_seconds`` was learned of arrivals."""
        return self.arrival.find(ArrivalPart.LEARNED) if self.arrival else 0

    def asked_seconds(self, request_seconds: int) -> int:
        """From now until it is sent: as its arrival says, by the permit where nobody made an estimate."""
        if self.stands_by:
            return 0
        if self.arrival is not None:
            return self.arrival.find(ArrivalPart.ASKED)
        return self.permit.asked_seconds(request_seconds)

    @property
    def keeps(self) -> int:
        """Units of the tightest floor's group that the lender has left."""
        return self.permit.keeps

    @property
    def floor(self) -> int:
        """What that floor asks."""
        return self.permit.floor

    def to_json(self) -> dict[str, Any]:
        """The candidate as a row."""
        return {
            "unit": self.unit_id,
            "call_sign": self.call_sign,
            "unit_type": self.unit_type.value,
            "lender": self.lender,
            "eta_seconds": self.eta_seconds,
            "eta_basis": self.eta_basis.value,
            "position_age_seconds": self.position_age_seconds,
            "position_basis": self.position_basis.value,
            "freshness": self.freshness.value,
            "permit": self.permit.to_json(),
            "keeps": self.keeps,
            "floor": self.floor,
            "gain_seconds": self.gain_seconds,
            "arrival": self.arrival.to_json() if self.arrival else None,
            "crew": self.crew.to_json() if self.crew else None,
            "stands_by": self.stands_by,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnUnit:
    """One of the borrower's own units: free, or committed with an estimate of when it would be.

    ``eta_seconds`` includes ``free_in_seconds`` (0 for a free unit) and is an ``estimate`` unless the
    unit is free; None where the unit's place is unknown or no way leads to the incident. ``promised``
    units are on offer to a neighbour: sending one at home goes before, and costs the offer. ``arrival``
    has the parts and the spread. ``stands_by``: it waits at another post after a move-up, and is sent on.
    """

    unit_id: UnitId
    call_sign: str
    unit_type: UnitType
    lender: JurisdictionId
    status: UnitStatus
    eta_seconds: int | None
    eta_basis: EtaBasis | None
    position_age_seconds: int | None
    position_basis: PositionBasis
    freshness: Freshness
    free_in_seconds: int
    estimate: bool
    promised: bool
    arrival: Arrival | None = None
    stands_by: bool = False

    def to_json(self) -> dict[str, Any]:
        """The unit as a row; a candidate's keys, with those that need a permit left null."""
        return {
            "unit": self.unit_id,
            "call_sign": self.call_sign,
            "unit_type": self.unit_type.value,
            "lender": self.lender,
            "status": self.status.value,
            "eta_seconds": self.eta_seconds,
            "eta_basis": self.eta_basis.value if self.eta_basis else None,
            "position_age_seconds": self.position_age_seconds,
            "position_basis": self.position_basis.value,
            "freshness": self.freshness.value,
            "free_in_seconds": self.free_in_seconds,
            "estimate": self.estimate,
            "promised": self.promised,
            "permit": None,
            "keeps": None,
            "floor": None,
            "gain_seconds": None,
            "arrival": self.arrival.to_json() if self.arrival else None,
            "crew": None,
            "stands_by": self.stands_by,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedUnit:
    """A neighbour's unit that may not come, with every reason. ``eta_seconds`` None: not to be had."""

    unit_id: UnitId
    call_sign: str
    unit_type: UnitType
    lender: JurisdictionId
    eta_seconds: int | None
    eta_basis: EtaBasis | None
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """The refusal as a row."""
        return {
            "unit": self.unit_id,
            "call_sign": self.call_sign,
            "unit_type": self.unit_type.value,
            "lender": self.lender,
            "eta_seconds": self.eta_seconds,
            "eta_basis": self.eta_basis.value if self.eta_basis else None,
            "reasons": [reason.to_json() for reason in self.reasons],
        }
