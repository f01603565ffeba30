"""The unit that would be there sooner if a clause did not hold it back: what the advice costs, and why.

"M7 is 4:10 nearer, but Cedar would fall to 1 (floor 2)." Only units that could come but for an
agreement: who is busy, or of a stranger, is no road not taken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.predicates import WAIVABLE
from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.agreements.terms import Agreement
from dispatch.aid.candidates import RefusedUnit
from dispatch.model.ids import AgreementId, JurisdictionId, UnitId

R = ReasonCode
BY_AGREEMENT: Final = frozenset(
    {
        R.NOT_SIGNED,
        R.NOT_YET_EFFECTIVE,
        R.EXPIRED,
        R.SUSPENDED,
        R.TERMINATED,
        R.CLOSED_TO_LENDING,
        R.PURPOSE,
        R.UNIT_TYPE,
        R.NIMS_TYPE,
        R.CREW_SIZE,
        R.CERTIFICATION,
        R.PRIORITY,
        R.CALL_TYPE,
        R.ZONE,
        R.HOURS,
        R.HOLIDAY,
        R.TRIGGER,
        R.REQUESTER,
        R.REQUEST_CONTENT,
        R.RESERVE_FLOOR,
        R.CONCURRENT_CAP,
        R.INCIDENT_CAP,
        R.DAILY_CAP,
    }
)
"""What the parties have agreed, or say of their lending; anything else keeps a unit away all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivableClause:
    """The one clause that the lender would have to let rest; the names that asking for a waiver takes."""

    agreement_id: AgreementId
    agreement_version: int
    clause: str

    def to_json(self) -> dict[str, Any]:
        """``{"agreement", "version", "clause"}``."""
        return {"agreement": self.agreement_id, "version": self.agreement_version, "clause": self.clause}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """The nearest unit that an agreement holds back, though it would be there before the advised one.

    ``arrival_seconds`` counts from the call, with the asking; ``gain_seconds`` against the advised unit,
    None where nobody is advised. ``waiver`` None: no single clause that the lender could let rest.
    """

    unit_id: UnitId
    call_sign: str
    lender: JurisdictionId
    arrival_seconds: int
    gain_seconds: int | None
    reasons: tuple[Reason, ...]
    waiver: WaivableClause | None

    def to_json(self) -> dict[str, Any]:
        """The unit as a row, without sentences."""
        return {
            "unit": self.unit_id,
            "call_sign": self.call_sign,
            "lender": self.lender,
            "arrival_seconds": self.arrival_seconds,
            "gain_seconds": self.gain_seconds,
            "reasons": [reason.to_json() for reason in self.reasons],
            "waiver": self.waiver.to_json() if self.waiver else None,
        }


def find_counterfactual(
    refused: Iterable[RefusedUnit],
    *,
    pairs: Pairs,
    borrower: JurisdictionId,
    advised_seconds: int | None,
    waited_seconds: int,
    asked_seconds: int,
    fastest_seconds: int | None = None,
) -> Counterfactual | None:
    """The best of the refused units, if it would be there before ``advised_seconds`` (from the call).

    Where a faster unit may come and is not advised, cost stands in the way and no clause: it must be before
    ``fastest_seconds`` too. ``asked_seconds``: what asking takes where the lender's agreement answers for
    nobody. With nobody advised the nearest one is named.
    """
    best: Counterfactual | None = None
    for unit in refused:
        if unit.eta_seconds is None or any(reason.code not in BY_AGREEMENT for reason in unit.reasons):
            continue
        found = _would_be(unit, pairs, borrower, advised_seconds, waited_seconds + asked_seconds)
        if found.gain_seconds is not None and found.gain_seconds <= 0:
            continue
        if fastest_seconds is not None and found.arrival_seconds >= fastest_seconds:
            continue
        if best is None or _soonest(found) < _soonest(best):
            best = found
    return best


def find_waivable(
    reasons: Sequence[Reason], *, pairs: Pairs, lender: JurisdictionId, borrower: JurisdictionId
) -> WaivableClause | None:
    """The clause without which the unit could come: the only obstacle of an agreement, the best one's."""
    if any(reason.code is R.CLOSED_TO_LENDING for reason in reasons):
        return None
    texts = {(one.id, one.version): one for one in pairs.list_for(lender=lender, borrower=borrower)}
    by_agreement: dict[tuple[AgreementId, int], set[str | None]] = {}
    for reason in reasons:
        if reason.agreement_id is not None and reason.agreement_version is not None:
            key = (reason.agreement_id, reason.agreement_version)
            by_agreement.setdefault(key, set()).add(reason.clause)
    for (agreement_id, version), clauses in by_agreement.items():
        clause = next(iter(clauses))
        if len(clauses) == 1 and clause is not None and _may_rest(texts.get((agreement_id, version)), clause):
            return WaivableClause(agreement_id=agreement_id, agreement_version=version, clause=clause)
    return None


def _would_be(
    unit: RefusedUnit,
    pairs: Pairs,
    borrower: JurisdictionId,
    advised_seconds: int | None,
    before_seconds: int,
) -> Counterfactual:
    arrival_seconds = before_seconds + (unit.eta_seconds or 0)
    return Counterfactual(
        unit_id=unit.unit_id,
        call_sign=unit.call_sign,
        lender=unit.lender,
        arrival_seconds=arrival_seconds,
        gain_seconds=None if advised_seconds is None else advised_seconds - arrival_seconds,
        reasons=unit.reasons,
        waiver=find_waivable(unit.reasons, pairs=pairs, lender=unit.lender, borrower=borrower),
    )


def _may_rest(agreement: Agreement | None, clause: str) -> bool:
    found = (one for one in agreement.clauses if one.id == clause) if agreement else ()
    return any(isinstance(one, WAIVABLE) for one in found)


def _soonest(found: Counterfactual) -> tuple[int, str]:
    return found.arrival_seconds, found.unit_id
