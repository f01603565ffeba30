"""Why an order is not met in full: each missing unit names the nearest other one and what keeps it."""

from collections.abc import Sequence
from typing import Final

from dispatch.agreements.permit import Refusal
from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.lending import Lending
from dispatch.aid.waves.order import Case, Offer
from dispatch.aid.waves.places import Places
from dispatch.aid.waves.plan import Lack, Missing
from dispatch.model.unit import SATISFIED_BY, UnitType

R = ReasonCode
_NOT_IN_FORCE: Final = frozenset(
    {R.NO_AGREEMENT, R.NOT_SIGNED, R.NOT_YET_EFFECTIVE, R.EXPIRED, R.SUSPENDED, R.TERMINATED}
)
_CAPS: Final = frozenset({R.CONCURRENT_CAP, R.INCIDENT_CAP, R.DAILY_CAP})
_BUSY: Final = frozenset({R.NOT_AVAILABLE, R.UNKNOWN_STATUS, R.COMMITTED, R.PROMISED})
_CREW: Final = frozenset({R.CREW_HOURS, R.CREW_SHIFT_ENDS, R.CREW_OUT_OF_AREA})
_FAR: Final = frozenset({R.POSITION_LOST, R.UNREACHABLE, R.BEYOND_HORIZON})

_MILDEST_FIRST: Final = (Lack.FLOOR, Lack.CAP, Lack.TERMS, Lack.NO_AGREEMENT)


def list_missing(case: Case, asked: Sequence[Offer], lending: Lending) -> tuple[Missing, ...]:
    """One entry per unit that does not come. ``lending``: what agreements say after all of ``asked``.

    No unit is named twice; where the fitting ones run out, that is the reason.
    """
    places = Places(case.order.wanted())
    for offer in asked:
        places.take(offer.unit.unit_type)
    open_places = places.count_open()
    if not open_places:
        return ()
    left = _list_left(case, asked, lending)
    found = []
    for need, count in open_places.items():
        fitting = [unit for unit in left if unit.unit_type in SATISFIED_BY[need]]
        for unit in fitting[:count]:
            left.remove(unit)
            found.append(Missing(need=need, lack=lack_of(unit.reasons), unit=unit))
        for _ in range(count - len(fitting)):
            found.append(_nobody(case, need, asked, found))
    return tuple(found)


def lack_of(reasons: Sequence[Reason]) -> Lack:
    """The one word for a refusal.

    A stranger's unit is none to count on, wherever it is; then what the unit does, then how far it is. Of
    several agreements, the one that would let it come most easily counts, by the worst that it says.
    """
    codes = {reason.code for reason in reasons}
    if R.NO_AGREEMENT in codes:
        return Lack.NO_AGREEMENT
    if codes & _BUSY:
        return Lack.BUSY
    if codes & _CREW:
        return Lack.CREW
    if codes & _FAR:
        return Lack.TOO_FAR
    if R.CLOSED_TO_LENDING in codes:
        return Lack.TERMS
    worst: dict[tuple[str | None, int | None], int] = {}
    for reason in reasons:
        which = (reason.agreement_id, reason.agreement_version)
        worst[which] = max(worst.get(which, 0), _MILDEST_FIRST.index(_word(reason.code)))
    return _MILDEST_FIRST[min(worst.values())]


def _word(code: ReasonCode) -> Lack:
    if code is R.RESERVE_FLOOR:
        return Lack.FLOOR
    if code in _CAPS:
        return Lack.CAP
    return Lack.NO_AGREEMENT if code in _NOT_IN_FORCE else Lack.TERMS


def _list_left(case: Case, asked: Sequence[Offer], lending: Lending) -> list[RefusedUnit]:
    """Everybody who does not come, by arrival: offers that are refused by now, and those refused before."""
    taken = {offer.unit.id for offer in asked}
    left = list(case.others)
    for offer in case.offers:
        answer = lending.answer(offer.unit)
        if offer.unit.id not in taken and isinstance(answer, Refusal):
            left.append(_refused(offer, answer))
    far = float("inf")
    left.sort(key=lambda unit: (far if unit.eta_seconds is None else unit.eta_seconds, unit.unit_id))
    return left


def _refused(offer: Offer, refusal: Refusal) -> RefusedUnit:
    shown = offer.candidate
    return RefusedUnit(
        unit_id=shown.unit_id,
        call_sign=shown.call_sign,
        unit_type=shown.unit_type,
        lender=shown.lender,
        eta_seconds=shown.eta_seconds,
        eta_basis=shown.eta_basis,
        reasons=refusal.reasons,
    )


def _nobody(case: Case, need: UnitType, asked: Sequence[Offer], found: Sequence[Missing]) -> Missing:
    fitting = SATISFIED_BY[need]
    figures = {
        "known": sum(count for kind, count in case.known.items() if kind in fitting),
        "asked": sum(offer.unit.unit_type in fitting for offer in asked),
        "named": sum(one.unit is not None and one.unit.unit_type in fitting for one in found),
    }
    return Missing(need=need, lack=Lack.NO_UNIT, figures=figures)
