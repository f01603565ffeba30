"""From what a recommendation found to what is advised: units become options, and options are ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np

from dispatch.aid.advice.counsel import Counsel, Seen
from dispatch.aid.advice.covering import ALS
from dispatch.aid.advice.gridding import nearest_cell
from dispatch.aid.advice.opinion import Outlook
from dispatch.aid.advice.options import Advice, CallFacts, Course, Option, Weighed
from dispatch.aid.advice.practice import Target
from dispatch.aid.advice.rank import rank
from dispatch.aid.advice.situation import LEVEL, Situation
from dispatch.aid.advice.standby import count_spare
from dispatch.aid.candidates import Candidate, OwnUnit
from dispatch.model.ids import UnitId
from dispatch.model.incident import Incident
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import SATISFIED_BY, UnitType

MOST_WEIGHED: Final = 20
"""So many of the nearest neighbours' units are weighed, though fewer may be shown."""

LEVEL_OF_NEED: Final = {
    need: min((LEVEL[kind] for kind in SATISFIED_BY[need] if kind in LEVEL), default=None)
    for need in UnitType
}
"""The least level of care that meets a need; None where no ambulance does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """The advice with each unit's figures, as the journal and the boards have them.

    ``outlook``: what it was given on, for whoever thinks it over; None where nothing was weighed.
    """

    advice: Advice
    figures: Mapping[UnitId, Mapping[str, Any]]
    outlook: Outlook | None = field(default=None, compare=False, repr=False)

    @property
    def arrival_seconds(self) -> int | None:
        """When the advised unit is there, counted from the call; None where nobody is advised."""
        return self.advice.order[0].arrival_seconds if self.advice.course is not Course.NOBODY else None

    @property
    def fastest_seconds(self) -> int | None:
        """When the first of all that could be sent or asked now is there; None without any."""
        free = (w.arrival_seconds for w in self.advice.order if not w.option.free_in_seconds)
        return min(free, default=None)

    def to_json(self) -> dict[str, Any]:
        """``{"course", "unit", "rule", "figures", "order"}``; each of the order with its unit's figures."""
        advice = self.advice
        return {
            "course": advice.course.value,
            "unit": advice.unit_id,
            "rule": advice.rule.value,
            "figures": dict(advice.figures),
            "order": [
                {"unit": w.option.unit_id, "home": w.option.home, **self.figures[w.option.unit_id]}
                for w in advice.order
            ],
        }


def advise(
    incident: Incident,
    *,
    need: UnitType,
    own: Sequence[OwnUnit],
    candidates: Sequence[Candidate],
    counsel: Counsel,
    seen: Seen | None,
    cover: CoverState | None,
    now: datetime,
) -> Advised:
    """What to do, of these units. A cover that nobody knows is no shortage."""
    situation = seen.situation if seen else None
    call = facts_of(incident, need, situation, cover=cover, now=now)
    options = [*list_own_options(own, counsel, seen), *list_aid_options(candidates, counsel, seen)]
    advice = rank(call, options, situation, counsel.practice)
    if situation is not None and counsel.revise is not None:
        advice = counsel.revise(call, advice, situation, counsel.practice)
    target = counsel.practice.targets[call.priority]
    fastest = Advised(advice=advice, figures={}).fastest_seconds or 0
    figures = {w.option.unit_id: figures_of(w, situation, target, fastest) for w in advice.order}
    outlook = None
    if situation is not None:
        outlook = Outlook(call=call, advice=advice, situation=situation, practice=counsel.practice)
    return Advised(advice=advice, figures=figures, outlook=outlook)


def facts_of(
    incident: Incident,
    need: UnitType,
    situation: Situation | None,
    *,
    cover: CoverState | None,
    now: datetime,
) -> CallFacts:
    """What ranking wants to know of an incident."""
    return CallFacts(
        borrower=incident.jurisdiction_id,
        priority=incident.priority,
        level=LEVEL_OF_NEED[need],
        cell=nearest_cell(situation.grid, incident.position) if situation is not None else 0,
        waited_seconds=max(0.0, (now - incident.opened_at).total_seconds()),
        cover=cover or CoverState.GREEN,
    )


def list_own_options(own: Sequence[OwnUnit], counsel: Counsel, seen: Seen | None) -> list[Option]:
    """The own units that can be there at all; their arrivals count from when they are free."""
    return [
        Option(
            unit_id=unit.unit_id,
            home=unit.lender,
            row=seen.row_of.get(unit.unit_id) if seen else None,
            eta_seconds=unit.eta_seconds - unit.free_in_seconds,
            free_in_seconds=unit.free_in_seconds if unit.estimate else 0,
            crew_price=counsel.crew_prices.get(unit.unit_id, 0.0),
            stands_by=unit.stands_by,
        )
        for unit in own
        if unit.eta_seconds is not None
    ]


def list_aid_options(candidates: Sequence[Candidate], counsel: Counsel, seen: Seen | None) -> list[Option]:
    """The neighbours' units that may come, each with what asking takes.

    One that stands by here was lent before: it is sent like an own one, and nobody is asked.
    """
    return [
        Option(
            unit_id=unit.unit_id,
            home=unit.lender,
            row=seen.row_of.get(unit.unit_id) if seen else None,
            eta_seconds=unit.eta_seconds,
            asked_seconds=unit.asked_seconds(counsel.practice.request_seconds),
            permit=None if unit.stands_by else unit.permit,
            crew_price=_crew_price(unit, counsel),
            stands_by=unit.stands_by,
        )
        for unit in candidates
    ]


def _crew_price(unit: Candidate, counsel: Counsel) -> float:
    """What the crew's fatigue weighs; one that has done its part goes after another that does as well."""
    if unit.crew is None:
        return counsel.crew_prices.get(unit.unit_id, 0.0)
    return unit.crew.price + (counsel.practice.prices.better_by if unit.crew.another_first else 0.0)


def figures_of(
    weighed: Weighed, situation: Situation | None, target: Target, fastest_seconds: int
) -> Mapping[str, Any]:
    """One unit's figures: its arrival, its cost in its parts, and what its home has left without it."""
    return {
        "arrival_seconds": weighed.arrival_seconds,
        "later_seconds": weighed.arrival_seconds - fastest_seconds,
        "in_target": weighed.arrival_seconds <= target.within_seconds,
        "in_band": weighed.in_band,
        "cost": round(weighed.cost, 4),
        "lateness": round(weighed.lateness, 4),
        "cover_loss": round(weighed.cover_loss, 4),
        "aid_price": round(weighed.aid_price, 4),
        "ledger_price": round(weighed.ledger_price, 4),
        "crew_price": round(weighed.crew_price, 4),
        "given_hours": round(weighed.given_hours, 1),
        "stands_by": weighed.option.stands_by,
        **_left_at_home(weighed.option, situation),
    }


def _left_at_home(option: Option, situation: Situation | None) -> Mapping[str, int | None]:
    if situation is None or option.row is None:
        return {"left_free": None, "left_als": None, "on_duty": None}
    row = option.row
    home = int(situation.home[row])
    at_home = not situation.lent[row] and int(situation.serves[row]) == home
    free = int(at_home and situation.free_in_seconds[row] <= 0.0)
    is_als = int(situation.level[row] >= ALS)
    on_duty = (situation.home == home) & np.isfinite(situation.free_in_seconds)
    return {
        "left_free": count_spare(situation, home) - free,
        "left_als": count_spare(situation, home, level=ALS) - free * is_als,
        "on_duty": int(np.count_nonzero(on_duty)),
    }
