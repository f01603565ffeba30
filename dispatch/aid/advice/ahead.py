"""Why the advised unit stands before another that could come: the one fact that ranked them so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dispatch.aid.advice.options import Advice, CallFacts, Course, Rule, Weighed
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.rank import goes_own_first, price_of
from dispatch.model.ids import UnitId
from dispatch.model.incident import Priority


class AheadCode(StrEnum):
    """What put the first before the other."""

    SOONER = "sooner"
    CHEAPER = "cheaper"
    """It costs fewer late calls, and both arrive within the band (life-threatening: the tie)."""
    OUT_OF_BAND = "out_of_band"
    """The other arrives too late after the fastest for its cost to count."""
    OWN_FIRST = "own_first"
    """Own units first: cover is green, or the agency weighs nothing."""
    OWN_IN_TARGET = "own_in_target"
    """An own unit that is in target keeps a life-threatening call, though a neighbour's is sooner."""
    OWN_KEPT = "own_kept"
    """An own unit, and the neighbour's is not clearly better."""
    FREE_NOW = "free_now"
    """The other works: it can only be waited for."""
    WORTH_WAITING = "worth_waiting"
    """The first is worth waiting for."""
    CALL_ORDER = "call_order"
    FUTURES = "futures"
    EQUAL = "equal"
    """As good: the unit's id decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The advised unit, and why it stands before the one that was asked about."""

    first: Weighed
    code: AheadCode
    figures: Mapping[str, int | float | str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """``{"unit", "home", "code", "figures"}``."""
        return {
            "unit": self.first.option.unit_id,
            "home": self.first.option.home,
            "code": self.code.value,
            "figures": dict(self.figures),
        }


def find_place(advice: Advice, unit_id: UnitId) -> int | None:
    """The unit's place in the order advised, from 1; None where it was not weighed."""
    places = (place for place, w in enumerate(advice.order, start=1) if w.option.unit_id == unit_id)
    return next(places, None)


def find_ahead(advice: Advice, unit_id: UnitId, call: CallFacts, practice: Practice) -> Ahead | None:
    """Why the first of the order stands before the unit; None for the first, and for one not weighed."""
    place = find_place(advice, unit_id)
    if place is None or place == 1:
        return None
    first, other = advice.order[0], advice.order[place - 1]
    code = _why(advice, first, other, call, practice)
    return Ahead(first=first, code=code, figures=_figures(code, advice, first, other))


def _why(advice: Advice, first: Weighed, other: Weighed, call: CallFacts, practice: Practice) -> AheadCode:
    if advice.course is Course.HOLD:
        return AheadCode.WORTH_WAITING
    if other.option.free_in_seconds > 0 and first.option.free_in_seconds <= 0:
        return AheadCode.FREE_NOW
    if advice.rule is Rule.ROLLOUT:
        return AheadCode.FUTURES
    if call.priority is Priority.CRITICAL or advice.rule is Rule.NOBODY:
        return _most_urgent(first, other, practice.targets[call.priority].within_seconds)
    return _less_urgent(advice, first, other, call, practice)


def _less_urgent(
    advice: Advice, first: Weighed, other: Weighed, call: CallFacts, practice: Practice
) -> AheadCode:
    if advice.rule is Rule.CALL_ORDER or _is_called_before(first, other):
        return AheadCode.CALL_ORDER
    is_plain = advice.rule is Rule.PLAIN
    if _is_own_before_aid(first, other) and (is_plain or goes_own_first(call, advice.order, practice)):
        return AheadCode.OWN_FIRST
    return _by_arrival(first, other) if is_plain else _least_cost(first, other, practice)


def _most_urgent(first: Weighed, other: Weighed, target_seconds: float) -> AheadCode:
    if first.arrival_seconds < other.arrival_seconds:
        return AheadCode.SOONER
    if _is_own_before_aid(first, other):
        in_target = first.arrival_seconds <= target_seconds
        return AheadCode.OWN_IN_TARGET if in_target else AheadCode.OWN_KEPT
    return AheadCode.CHEAPER if first.cost < other.cost else AheadCode.EQUAL


def _least_cost(first: Weighed, other: Weighed, practice: Practice) -> AheadCode:
    if first.in_band and not other.in_band:
        return AheadCode.OUT_OF_BAND
    if price_of(first, practice) < price_of(other, practice):
        return AheadCode.CHEAPER if first.cost < other.cost else AheadCode.OWN_KEPT
    return AheadCode.OWN_KEPT if _is_own_before_aid(first, other) else _by_arrival(first, other)


def _by_arrival(first: Weighed, other: Weighed) -> AheadCode:
    return AheadCode.SOONER if first.arrival_seconds < other.arrival_seconds else AheadCode.EQUAL


def _is_own_before_aid(first: Weighed, other: Weighed) -> bool:
    return first.option.permit is None and other.option.permit is not None


def _is_called_before(first: Weighed, other: Weighed) -> bool:
    """Whether one agreement permits both and calls the first's home before the other's."""
    ours, theirs = first.option.permit, other.option.permit
    if ours is None or theirs is None or ours.agreement_id != theirs.agreement_id:
        return False
    return ours.call_order is not None and (theirs.call_order is None or ours.call_order < theirs.call_order)


def _figures(
    code: AheadCode, advice: Advice, first: Weighed, other: Weighed
) -> Mapping[str, int | float | str]:
    match code:
        case AheadCode.FREE_NOW:
            return {"free_in_seconds": other.option.free_in_seconds}
        case AheadCode.OUT_OF_BAND:
            fastest = min(w.arrival_seconds for w in advice.order)
            return {"later_seconds": other.arrival_seconds - fastest}
        case AheadCode.OWN_FIRST:
            return {"because": "plain" if advice.rule is Rule.PLAIN else "cover_green"}
        case AheadCode.WORTH_WAITING:
            return {"wait_seconds": first.option.free_in_seconds}
        case _:
            return {
                "sooner_seconds": other.arrival_seconds - first.arrival_seconds,
                "saved": round(other.cost - first.cost, 4),
            }
