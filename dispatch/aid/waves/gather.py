"""From the live picture to a case: everybody who could be asked, and the nearest of those who cannot."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from dispatch.agreements.pairs import Pairs
from dispatch.aid.advice.counsel import Counsel
from dispatch.aid.advice.practice import Method, Practice
from dispatch.aid.advice.situation import LEVEL, Situation
from dispatch.aid.assignment import Assignment
from dispatch.aid.call_order import trade_places
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.describe import candidate_at, refused_at
from dispatch.aid.lending import NOBODY_ASKS, Agreements, Asking
from dispatch.aid.neighbourhood import Neighbourhood, add_strangers, neighbourhood_of
from dispatch.aid.reach import Reach
from dispatch.aid.request import AidRequest
from dispatch.aid.snap_bank import BoolArray
from dispatch.aid.survey import Survey, rows_mask, take_survey
from dispatch.aid.waves.order import Case, LenderLoad, Offer, Order
from dispatch.live.picture import TYPE_BY_CODE, TYPE_CODE, Picture, has_code
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Incident, Priority
from dispatch.model.region import Region
from dispatch.model.unit import SATISFIED_BY, UnitType
from dispatch.routing.travel import IntArray

MEAN_OCCUPANCY_HOURS = 1.0
"""From dispatch to free again, where nothing better is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of a lender at this hour; the defaults are the usual mix and use of units."""

    calls_per_hour: float
    call_weight: float = 0.385
    busy_share: float = 0.35


def gather_case(
    incident: Incident,
    order: Order,
    *,
    region: Region,
    picture: Picture | Neighbourhood,
    reach: Reach,
    agreements: Agreements,
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    now: datetime,
    asking: Asking = NOBODY_ASKS,
    asked_before: frozenset[UnitId] = frozenset(),
    counsel: Counsel | None = None,
) -> Case:
    """Look at the whole neighbourhood once for an order with at least one need.

    Neighbours' units that stand by for whoever asks (``asking.stands_by``) are offered like free ones.
    Arguments as for ``recommend``; units in ``asked_before`` are neither offered nor named as missing.
    ``counsel``: where the forecast is from, and whether the agency wants anything weighed at all; without it
    every lender is taken to be as busy as usual.
    """
    pairs = agreements if isinstance(agreements, Pairs) else Pairs(agreements)
    near = _with_strangers(incident, order, picture, pairs, reach)
    survey = take_survey(
        incident,
        need=order.needs[0].unit_type,
        region=region,
        picture=near.picture,
        reach=reach,
        agreements=pairs,
        commitments=asking.commitments(assignments, requests, now=now),
        now=now,
        asking=asking,
        target=order.staging,
    )
    survey = _for_all_needs(survey, order, asked=rows_mask(near.picture, asked_before))
    return _case(survey, order, counsel, priority=incident.priority)


def _case(survey: Survey, order: Order, counsel: Counsel | None, *, priority: Priority) -> Case:
    eligible = _eligible(survey, order)
    offers = _list_offers(survey, eligible)
    return Case(
        order=order,
        offers=offers,
        turns=_turns(offers, order, priority),
        plain=counsel is not None and counsel.practice.method is Method.CLOSEST,
        lending=survey.lending,
        loads=_loads(survey, {offer.lender for offer in offers}, _expected(survey, counsel)),
        others=_list_others(survey, order, survey.fits & ~eligible),
        known=_count_known(survey),
    )


def _with_strangers(
    incident: Incident, order: Order, picture: Picture | Neighbourhood, pairs: Pairs, reach: Reach
) -> Neighbourhood:
    """The neighbourhood with enough strangers to explain each missing unit by the nearest other one."""
    near = picture
    if isinstance(near, Picture):
        near = neighbourhood_of(incident.jurisdiction_id, picture=near, pairs=pairs)
    there = replace(incident, position=order.staging or incident.position)
    posts = reach.posts(near.roster)
    for need in order.needs:
        add_strangers(
            near,
            there,
            posts=posts,
            need=need.unit_type,
            at_most=order.count,
            horizon_seconds=order.within_seconds,
        )
    return near


def _for_all_needs(survey: Survey, order: Order, *, asked: BoolArray) -> Survey:
    """``fits``: the neighbours' rows that meet any need and were not asked before."""
    kinds = {kind for need in order.needs for kind in SATISFIED_BY[need.unit_type]}
    types = survey.picture.unit_type[: len(survey.picture)]
    return replace(survey, fits=_has_type(types, kinds) & ~survey.own & ~asked)


def _eligible(survey: Survey, order: Order) -> BoolArray:
    """Who may come even alone, and in time."""
    in_reach = survey.reached.least_seconds <= order.within_seconds
    permitted = survey.permitted(in_reach)
    return survey.rested(survey.reached.within(permitted, order.within_seconds))


def _list_offers(survey: Survey, eligible: BoolArray) -> tuple[Offer, ...]:
    return tuple(
        Offer(
            unit=survey.picture.units[row],
            candidate=candidate_at(survey, row, best_own_seconds=None),
        )
        for row in survey.nearest(eligible, int(np.count_nonzero(eligible)))
    )


def _turns(offers: tuple[Offer, ...], order: Order, priority: Priority) -> tuple[Offer, ...] | None:
    """The order of call that the agency's card fixes, else that of the agreements; None where none does."""
    if order.lenders:
        rank = {lender: at for at, lender in enumerate(order.lenders)}
        return tuple(sorted(offers, key=lambda offer: rank.get(offer.lender, len(rank))))
    if priority is Priority.CRITICAL or all(offer.permit.call_order is None for offer in offers):
        return None
    return trade_places(offers, lambda offer: offer.permit)


def _list_others(survey: Survey, order: Order, left: BoolArray) -> tuple[RefusedUnit, ...]:
    """For each need the nearest who cannot be offered: as many as could be missing at most."""
    picture = survey.picture
    types = picture.unit_type[: len(picture)]
    chosen = np.zeros(len(picture), dtype=np.bool_)
    for need in order.needs:
        chosen[survey.nearest(left & _has_type(types, SATISFIED_BY[need.unit_type]), order.count)] = True
    return tuple(
        refused_at(survey, row, horizon_seconds=order.within_seconds)
        for row in survey.nearest(chosen, int(np.count_nonzero(chosen)))
    )


def _count_known(survey: Survey) -> Counter[UnitType]:
    codes = survey.picture.unit_type[: len(survey.picture)][survey.fits].tolist()
    return Counter(TYPE_BY_CODE[code] for code in codes)


def _has_type(types: IntArray, kinds: Iterable[UnitType]) -> BoolArray:
    return has_code(types, (TYPE_CODE[kind] for kind in kinds))


def _expected(survey: Survey, counsel: Counsel | None) -> Mapping[JurisdictionId, Expected]:
    now = survey.lending.now
    seen = counsel.look(survey.picture, survey.commitments, now=now) if counsel is not None else None
    return _as_situated(seen.situation, counsel.practice) if seen and counsel else {}


def _as_situated(situation: Situation, practice: Practice) -> Mapping[JurisdictionId, Expected]:
    weights = np.array([practice.targets[priority].weight for priority in Priority])
    return {
        lender: Expected(
            calls_per_hour=float(situation.calls_per_hour[row]),
            call_weight=float(situation.priority_share[row] @ weights),
            busy_share=float(situation.busy_share[row]),
        )
        for row, lender in enumerate(situation.grid.jurisdictions)
    }


def _loads(
    survey: Survey, lenders: Iterable[JurisdictionId], expected: Mapping[JurisdictionId, Expected]
) -> Mapping[JurisdictionId, LenderLoad]:
    return {
        lender: _load(survey, lender, expected.get(lender) or _usual(survey.picture, lender))
        for lender in sorted(lenders)
    }


def _usual(picture: Picture, lender: JurisdictionId) -> Expected:
    """A fleet that is busy a share q of its time answers q calls an hour per unit and hour of a call."""
    usual = Expected(calls_per_hour=0.0)
    fleet = sum(picture.units[row].unit_type in LEVEL for row in picture.rows_of(lender))
    return replace(usual, calls_per_hour=fleet * usual.busy_share / MEAN_OCCUPANCY_HOURS)


def _load(survey: Survey, lender: JurisdictionId, expected: Expected) -> LenderLoad:
    free = survey.lending.loans[lender].free_by_type
    return LenderLoad(
        free=sum(free.get(kind, 0) for kind in LEVEL),
        calls_per_hour=expected.calls_per_hour,
        call_weight=expected.call_weight,
        busy_share=expected.busy_share,
    )
