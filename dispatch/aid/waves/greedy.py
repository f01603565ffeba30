"""The answer that stands at once: the closest that may come, one after another.

After each pick the agreements are asked again as if it were on offer already, so floors and caps are exact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dispatch.agreements.permit import Permit
from dispatch.aid.arrival.estimate import REQUEST_SECONDS
from dispatch.aid.lending import Lending
from dispatch.aid.waves.order import Case, Offer
from dispatch.aid.waves.places import Places, name_needs
from dispatch.aid.waves.plan import LenderShare, Pick, Plan
from dispatch.aid.waves.price import cost_of, lent_ambulances, losses
from dispatch.aid.waves.shortfall import list_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Units asked for one after another. ``lending``: what agreements say after all of them."""

    offers: tuple[Offer, ...]
    permits: tuple[Permit, ...]
    lending: Lending


def plan_greedily(case: Case) -> Plan:
    """The first wave by arrival, whoever stands by, then the offers in their order, each that has a place and
    is permitted then.

    One pass is enough: a unit that is refused, or has no place, will be so after every further pick too.
    """
    return plan_of(case, walk_on(case, opening(case)))


def opening(case: Case) -> Walk:
    """What no price has a say in: the units that must be there first, and those that stand by.

    The first are there by arrival alone, where asking takes its time; the others are in the area for just
    this, and cost no lender any more than they do already.
    """
    nobody = Walk(offers=(), permits=(), lending=case.lending)
    by_arrival = sorted(case.offers, key=_from_now)
    first = _walk(case, nobody, by_arrival, end=min(case.order.first_wave, case.order.count))
    return _walk(case, first, [offer for offer in case.offers if offer.stands_by], end=case.order.count)


def _from_now(offer: Offer) -> tuple[int, str]:
    return offer.eta_seconds + offer.candidate.asked_seconds(REQUEST_SECONDS), offer.unit.id


def walk_on(case: Case, walk: Walk) -> Walk:
    """Ask on for what the order still wants."""
    return _walk(case, walk, case.offers if case.turns is None else case.turns, end=case.order.count)


def _walk(case: Case, walk: Walk, turns: Sequence[Offer], *, end: int) -> Walk:
    places = Places(case.order.wanted())
    for offer in walk.offers:
        places.take(offer.unit.unit_type)
    taken = {offer.unit.id for offer in walk.offers}
    offers, permits, lending = list(walk.offers), list(walk.permits), walk.lending
    for offer in turns:
        if len(offers) >= end:
            break
        if offer.unit.id in taken:
            continue
        # The agreements first: a refused unit must not hold a place.
        permit = lending.answer(offer.unit)
        if isinstance(permit, Permit) and places.take(offer.unit.unit_type):
            lending = lending.after(offer.unit, permit)
            offers.append(offer)
            permits.append(permit)
    return Walk(offers=tuple(offers), permits=tuple(permits), lending=lending)


def ask_in_turn(walk: Walk, offers: Iterable[Offer]) -> Walk | None:
    """Ask for these units in this order; None as soon as one is refused."""
    lending, permits, asked = walk.lending, list(walk.permits), list(walk.offers)
    for offer in offers:
        permit = lending.answer(offer.unit)
        if not isinstance(permit, Permit):
            return None
        lending = lending.after(offer.unit, permit)
        asked.append(offer)
        permits.append(permit)
    return Walk(offers=tuple(asked), permits=tuple(permits), lending=lending)


def plan_of(case: Case, walk: Walk) -> Plan:
    """The plan that asks for the units of a walk, with what is missing explained."""
    meets = name_needs([offer.unit.unit_type for offer in walk.offers], case.order.wanted())
    turns = zip(walk.offers, walk.permits, meets, strict=True)
    shares = _list_shares(case, walk.offers)
    return Plan(
        picks=tuple(
            Pick(offer=offer, permit=permit, meets=need, wave=1 if turn < case.order.first_wave else 2)
            for turn, (offer, permit, need) in enumerate(turns)
        ),
        shares=shares,
        missing=list_missing(case, walk.offers, walk.lending),
        cost=cost_of(case, walk.offers),
        late_calls=sum(share.late_calls for share in shares),
    )


def _list_shares(case: Case, offers: Sequence[Offer]) -> tuple[LenderShare, ...]:
    offers = [offer for offer in offers if not offer.stands_by]
    lent, lost = lent_ambulances(offers), losses(case, offers)
    return tuple(
        LenderShare(
            lender=lender,
            sends=sum(offer.lender == lender for offer in offers),
            free_before=(free := case.loads[lender].free if lender in case.loads else 0),
            keeps=max(0, free - lent[lender]),
            late_calls=late,
        )
        for lender, late in sorted(lost.items())
    )
