"""What an order is answered with: whom to ask, what each lender keeps, and why more do not come."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dispatch.agreements.permit import Permit
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.waves.order import Offer
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitType


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A unit to ask for, or to send on where it stands by.

    ``permit``: what its lender's agreement says once all picks before it are asked for. ``meets``: the need
    that it meets, itself or as a stand-in. ``wave`` from 1.
    """

    offer: Offer
    permit: Permit
    meets: UnitType
    wave: int

    def to_json(self) -> dict[str, Any]:
        """The pick as a candidate's row, with its need and wave."""
        shown = self.offer.candidate.to_json()
        permitted = {"permit": self.permit.to_json(), "keeps": self.permit.keeps, "floor": self.permit.floor}
        return {**shown, **permitted, "meets": self.meets.value, "wave": self.wave}


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderShare:
    """What a lender gives and keeps, beside what stands by already.

    ``late_calls``: what it is expected to lose meanwhile.

    ``free_before`` and ``keeps`` count its ambulances on the ground, ``sends`` all that it is asked for.
    """

    lender: JurisdictionId
    sends: int
    free_before: int
    keeps: int
    late_calls: float

    def to_json(self) -> dict[str, Any]:
        """The share as a row."""
        return {
            "lender": self.lender,
            "sends": self.sends,
            "free_before": self.free_before,
            "keeps": self.keeps,
            "late_calls": round(self.late_calls, 4),
        }


class Lack(StrEnum):
    """Why one more unit does not come, from what agreements spare to what there is not."""

    FLOOR = "floor"
    """Its lender keeps it: a reserve."""
    CAP = "cap"
    """Its lender has as many out as it agreed to."""
    TERMS = "terms"
    """Another clause forbids, or the lender has closed itself to lending."""
    TOO_FAR = "too_far"
    BUSY = "busy"
    CREW = "crew"
    """Its crew has been on duty too long, or would be."""
    NO_AGREEMENT = "no_agreement"
    """Nothing that is in force lets its lender send anybody."""
    NO_UNIT = "no_unit"
    """No other unit of a type that meets the need is known: neither of a party to an agreement of the
    borrower's, nor of anybody within the order's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One unit that does not come: the nearest other one that would meet the need, and why not.

    The reasons are those after all picks; of a unit that may not come even alone, those before any.
    ``unit`` is None where there is no other; then ``figures`` say how many fitting ones are ``known``, how
    many of them are ``asked``, and how many were ``named`` for units missing before this one.
    """

    need: UnitType
    lack: Lack
    unit: RefusedUnit | None = None
    figures: Mapping[str, int | str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The lack with the refusal's row."""
        unit = self.unit.to_json() if self.unit else None
        return {
            "need": self.need.value,
            "lack": self.lack.value,
            "unit": unit,
            "figures": dict(self.figures),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One answer to one order.

    ``picks`` in the order in which they are asked. ``cost``: what the exact model weighs, in late
    life-threatening calls: ways, what lenders lose (``late_calls``), and what is missing.
    """

    picks: tuple[Pick, ...]
    shares: tuple[LenderShare, ...]
    missing: tuple[Missing, ...]
    cost: float
    late_calls: float

    @property
    def mean_eta_seconds(self) -> float | None:
        """Of all picks; None without any."""
        etas = [pick.offer.eta_seconds for pick in self.picks]
        return sum(etas) / len(etas) if etas else None

    def to_json(self) -> dict[str, Any]:
        """The plan as the journal, the REST answer and the command line give it."""
        mean = self.mean_eta_seconds
        return {
            "picks": [pick.to_json() for pick in self.picks],
            "lenders": [share.to_json() for share in self.shares],
            "missing": [missing.to_json() for missing in self.missing],
            "shortfall": count_lacks(self.missing),
            "figures": {
                "units": len(self.picks),
                "mean_eta_seconds": None if mean is None else round(mean),
                "last_eta_seconds": max((pick.offer.eta_seconds for pick in self.picks), default=None),
                "late_calls": round(self.late_calls, 4),
                "cost": round(self.cost, 4),
            },
        }


def count_lacks(missing: Sequence[Missing]) -> list[dict[str, Any]]:
    """How many of what do not come, and for which reasons: one row per need."""
    by_need: dict[UnitType, Counter[str]] = {}
    for one in missing:
        by_need.setdefault(one.need, Counter())[one.lack.value] += 1
    return [
        {"need": need.value, "missing": lacks.total(), "because": dict(sorted(lacks.items()))}
        for need, lacks in by_need.items()
    ]
