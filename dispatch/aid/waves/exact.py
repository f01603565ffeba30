"""The exact answer: an opening that no price has a say in, and the rest by a mixed-integer model.

The opening is the first wave by arrival and whoever stands by. HiGHS solves the rest, through scipy.
Whatever the model answers is asked again, unit by unit, of the agreements themselves; an answer that they
refuse is not shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge
from typing import Final

import numpy as np

from dispatch.aid.waves.greedy import ask_in_turn, opening, plan_of, walk_on
from dispatch.aid.waves.limits import Combinations
from dispatch.aid.waves.model import Floats, Model, build_model
from dispatch.aid.waves.order import Case, Offer
from dispatch.aid.waves.plan import Plan
from dispatch.model.ids import UnitId

BETTER_BY: Final = 1e-6
"""Less than this is the solver's rounding."""

DEADLINE_SECONDS: Final = 0.2


class Answer(StrEnum):
    """Which plan stands after the exact model has had its say."""

    EXACT = "exact"
    SAME = "same"
    """The closest-first plan costs no more than the model's."""
    CALL_ORDER = "call_order"
    """An agreement fixes in which order its lenders are called: nothing is weighed then."""
    PLAIN = "plain"
    """The agency wants plain closest eligible."""
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    """The agreements refuse what the model answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """What the exact model answers: ``plan`` only where it costs less than the closest-first one."""

    answer: Answer
    plan: Plan | None = None


def plan_exactly(case: Case, greedy: Plan, *, deadline_seconds: float = DEADLINE_SECONDS) -> Exact:
    """Look for a plan of less cost than ``greedy``, with the same opening.

    Deterministic but for the deadline: an answer that is not proven best by then is none.
    """
    if case.plain or case.turns is not None:
        return Exact(answer=Answer.PLAIN if case.plain else Answer.CALL_ORDER)
    first = opening(case)
    model = build_model(case, first.offers, first.lending)
    if not model.offers:
        return Exact(answer=Answer.SAME)
    solution = _solve(model, deadline_seconds)
    if solution is None:
        return Exact(answer=Answer.TIMED_OUT)
    walk = ask_in_turn(first, _list_chosen(model, solution))
    if walk is None:
        return Exact(answer=Answer.REFUSED)
    # Whoever may still come where some are missing: combinations beyond the walk's limit.
    plan = plan_of(case, walk_on(case, walk))
    if plan.cost >= greedy.cost - BETTER_BY:
        return Exact(answer=Answer.SAME)
    return Exact(answer=Answer.EXACT, plan=plan)


def _solve(model: Model, deadline_seconds: float) -> Floats | None:
    from scipy.optimize import Bounds, LinearConstraint, milp  # slow to load, and no start needs it

    found = milp(
        model.cost,
        integrality=model.whole,
        bounds=Bounds(0.0, model.upper),
        constraints=LinearConstraint(model.rows, model.row_lower, model.row_upper),
        # The price of a missing unit is large beside all others: any gap relative to it would hide them.
        options={"time_limit": deadline_seconds, "mip_rel_gap": 0.0},
    )
    return np.asarray(found.x, dtype=np.float64) if found.status == 0 else None


def _list_chosen(model: Model, solution: Floats) -> Sequence[Offer]:
    """The units to ask for, by arrival; each lender's in the order in which its agreements let them go."""
    chosen = {offer.unit.id: offer for offer, x in zip(model.offers, solution, strict=False) if x > 0.5}
    queues = []
    for combinations, first in model.combined:
        at = int(np.argmax(solution[first : first + len(combinations.allowed)]))
        queues.append(_in_turns(combinations, at, chosen))
    in_queues = {offer.unit.id for queue in queues for offer in queue}
    queues.append(sorted((o for o in chosen.values() if o.unit.id not in in_queues), key=_arrival))
    # Merging leaves each queue in its own order, also where that is not by arrival.
    return list(merge(*queues, key=_arrival))


def _in_turns(combinations: Combinations, at: int, chosen: Mapping[UnitId, Offer]) -> list[Offer]:
    waiting = [[offer for offer in same if offer.unit.id in chosen] for same in combinations.kinds]
    return [waiting[kind].pop(0) for kind in combinations.allowed[at].turns]


def _arrival(offer: Offer) -> tuple[int, str]:
    return offer.eta_seconds, offer.unit.id
