"""What to do about one call: which unit, by which rule, and in which order the others would follow.

Rules stand outside and costs inside: a life-threatening call gets the unit that is there first, whatever
it costs. Pure and quick: the live service and the simulator both decide here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf

from dispatch.aid.advice.options import Advice, CallFacts, Course, Option, Rule, Weighed
from dispatch.aid.advice.practice import Method, Practice
from dispatch.aid.advice.situation import Situation
from dispatch.aid.advice.weigh import weigh
from dispatch.aid.call_order import trade_places
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState

Figures = Mapping[str, int | float | str]
"""What a rule decided on."""


def rank(
    call: CallFacts, options: Sequence[Option], situation: Situation | None, practice: Practice
) -> Advice:
    """The advice for one call. Total and stable: no two options are equal, and no order of giving counts.

    Without a situation, and where the agency wants it so, plain closest eligible: own units first. A
    life-threatening call goes by arrival alone in any case: its rule needs no figures of cover.
    """
    weighed = weigh(call, options, situation, practice)
    free = sorted((w for w in weighed if w.option.free_in_seconds <= 0), key=_soonest)
    busy = sorted((w for w in weighed if w.option.free_in_seconds > 0), key=_soonest)
    if call.priority is Priority.CRITICAL:
        return _most_urgent(free, busy, practice)
    if situation is None or practice.method is Method.CLOSEST:
        order = sorted(free, key=_is_aid)
        return _in_turn(call, order, busy, Rule.PLAIN, {})
    if goes_own_first(call, free, practice):
        return _own_first(call, free, busy, practice)
    return _least_cost(call, free, busy, practice)


def goes_own_first(call: CallFacts, free: Iterable[Weighed], practice: Practice) -> bool:
    """Whether no neighbour goes before an own unit: cover is green, and the nearest own one in target."""
    own = (w.arrival_seconds for w in free if not _is_aid(w) and w.option.free_in_seconds <= 0)
    in_target = practice.targets[call.priority].within_seconds
    return call.cover is CoverState.GREEN and min(own, default=inf) <= in_target


def price_of(weighed: Weighed, practice: Practice) -> float:
    """The cost that is compared: aid must be clearly better than an own unit."""
    return weighed.cost + (practice.prices.better_by if _is_aid(weighed) else 0.0)


# -- life-threatening ---------------------------------------------------------------------------------


def _most_urgent(free: Sequence[Weighed], busy: Sequence[Weighed], practice: Practice) -> Advice:
    """The fastest, one after the other: whoever follows would be first without those before."""
    own = [w for w in free if w.option.permit is None]
    aid = [w for w in free if w.option.permit is not None]
    if not own and not aid:
        return _nobody(busy)
    rule, figures = _why_first(own, aid, practice)
    order: list[Weighed] = []
    while own or aid:
        heads = aid if _may_drop(own, aid, practice) else own
        order.append(heads.pop(_cheapest_in_tie(heads, practice)))
    return _send(order[0], rule, (*order, *busy), figures)


def _may_drop(own: Sequence[Weighed], aid: Sequence[Weighed], practice: Practice) -> bool:
    """Whether the nearest neighbour goes before the nearest own unit: it is late, and clearly later."""
    if not own or not aid:
        return not own
    first = own[0].arrival_seconds
    if first <= practice.targets[Priority.CRITICAL].within_seconds:
        return False
    return first - aid[0].arrival_seconds >= practice.drop_gain_seconds


def _cheapest_in_tie(heads: Sequence[Weighed], practice: Practice) -> int:
    """Which of the first ones that all arrive in target, so close together that nobody could tell."""
    target = practice.targets[Priority.CRITICAL].within_seconds
    latest = min(heads[0].arrival_seconds + practice.tie_seconds, target)
    best = 0
    for place in range(1, len(heads)):
        if heads[place].arrival_seconds > latest:
            break
        if heads[place].cost < heads[best].cost:
            best = place
    return best


def _why_first(own: Sequence[Weighed], aid: Sequence[Weighed], practice: Practice) -> tuple[Rule, Figures]:
    dropped = _may_drop(own, aid, practice)
    heads = aid if dropped else own
    chosen = heads[_cheapest_in_tie(heads, practice)]
    if dropped and own:
        first = own[0]
        return Rule.BOUNDARY_DROP, {
            "own": first.option.unit_id,
            "own_arrival_seconds": first.arrival_seconds,
            "target_seconds": practice.targets[Priority.CRITICAL].within_seconds,
            "gain_seconds": first.arrival_seconds - chosen.arrival_seconds,
        }
    if chosen is not heads[0]:
        return Rule.TIE, _beside_fastest(chosen, heads[0])
    if own and aid and aid[0].arrival_seconds < chosen.arrival_seconds:
        return Rule.OWN_KEPT, {
            "sooner": aid[0].option.unit_id,
            "sooner_seconds": chosen.arrival_seconds - aid[0].arrival_seconds,
            "target_seconds": practice.targets[Priority.CRITICAL].within_seconds,
        }
    return Rule.FASTEST, {}


# -- all others ---------------------------------------------------------------------------------------


def _own_first(
    call: CallFacts, free: Sequence[Weighed], busy: Sequence[Weighed], practice: Practice
) -> Advice:
    """Not short: one's own unit that costs least, within the band behind the fastest own one."""
    own = [w for w in free if not _is_aid(w)]
    latest = own[0].arrival_seconds + practice.targets[call.priority].band_seconds
    order = _by_cost([replace(w, in_band=w.arrival_seconds <= latest) for w in own], practice)
    chosen = order[0]
    rule = Rule.OWN_FIRST if chosen.option is own[0].option else Rule.LEAST_COST
    order += _by_cost([w for w in free if _is_aid(w)], practice)
    return _in_turn(call, order, busy, rule, _beside_fastest(chosen, own[0]))


def _least_cost(
    call: CallFacts, free: Sequence[Weighed], busy: Sequence[Weighed], practice: Practice
) -> Advice:
    """The least cost within the band; or an own unit that is worth waiting for."""
    order = _by_cost(free, practice)
    held = _find_worth_waiting(call, order, busy, practice)
    if held is None:
        figures = _beside_fastest(order[0], free[0]) if order else {}
        return _in_turn(call, order, busy, Rule.LEAST_COST, figures)
    rest = [w for w in busy if w is not held]
    figures = {
        "wait_seconds": held.option.free_in_seconds,
        "cap_seconds": practice.targets[call.priority].hold_seconds,
    }
    if order:
        figures["saved"] = round(price_of(order[0], practice) - held.cost, 4)
    ordered = (held, *_called(call, order), *rest)
    return Advice(
        course=Course.HOLD, unit_id=held.option.unit_id, rule=Rule.LEAST_COST, order=ordered, figures=figures
    )


def _by_cost(free: Sequence[Weighed], practice: Practice) -> list[Weighed]:
    """Those in the band by cost, then the others by arrival. Given by arrival."""
    inside = [w for w in free if w.in_band]
    inside.sort(key=lambda w: (price_of(w, practice), _is_aid(w), *_soonest(w)))
    return inside + [w for w in free if not w.in_band]


def _find_worth_waiting(
    call: CallFacts, order: Sequence[Weighed], busy: Sequence[Weighed], practice: Practice
) -> Weighed | None:
    """The busy own unit that costs less than whoever could be sent, is free before the call's cap and there
    in target: in simulated days, whoever was held longer was late.
    """
    target = practice.targets[call.priority]
    in_time = [
        w
        for w in busy
        if not _is_aid(w)
        and call.waited_seconds + w.option.free_in_seconds <= target.hold_seconds
        and w.arrival_seconds <= target.within_seconds
    ]
    best = min(in_time, key=lambda w: (w.cost, *_soonest(w)), default=None)
    return best if best and (not order or best.cost < price_of(order[0], practice)) else None


# -- both ---------------------------------------------------------------------------------------------


def _in_turn(
    call: CallFacts, order: Sequence[Weighed], busy: Sequence[Weighed], rule: Rule, figures: Figures
) -> Advice:
    """The advice for this order, once agreements that fix one of their own have theirs."""
    if not order:
        return _nobody(busy)
    called = _called(call, order)
    if called[0] is not order[0]:
        rule, figures = (
            Rule.CALL_ORDER,
            {**_beside_fastest(called[0], order[0]), "before": order[0].option.unit_id},
        )
    return _send(called[0], rule, (*called, *busy), figures)


def _called(call: CallFacts, order: Sequence[Weighed]) -> Sequence[Weighed]:
    if call.priority is Priority.CRITICAL or not any(_is_called(w) for w in order):
        return order
    return trade_places(order, lambda w: w.option.permit)


def _is_called(weighed: Weighed) -> bool:
    return weighed.option.permit is not None and weighed.option.permit.call_order is not None


def _send(first: Weighed, rule: Rule, order: tuple[Weighed, ...], figures: Figures) -> Advice:
    unit_id = first.option.unit_id
    return Advice(course=first.course, unit_id=unit_id, rule=rule, order=order, figures=figures)


def _nobody(busy: Sequence[Weighed]) -> Advice:
    return Advice(course=Course.NOBODY, unit_id=None, rule=Rule.NOBODY, order=tuple(busy))


def _beside_fastest(chosen: Weighed, fastest: Weighed) -> dict[str, int | float | str]:
    """Whom the chosen one stands in for, how much later it is there and what that saves."""
    if chosen.option is fastest.option:
        return {}
    return {
        "fastest": fastest.option.unit_id,
        "later_seconds": chosen.arrival_seconds - fastest.arrival_seconds,
        "saved": round(fastest.cost - chosen.cost, 4),
    }


def _soonest(weighed: Weighed) -> tuple[int, str]:
    return weighed.arrival_seconds, weighed.option.unit_id


def _is_aid(weighed: Weighed) -> bool:
    return weighed.option.permit is not None
