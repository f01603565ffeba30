"""What is recorded of advice: what was said of it after it was shown, and plans for many units."""

from dataclasses import dataclass
from typing import Any, Final

from dispatch.model.event import Event
from dispatch.model.ids import AidPlanId, AssignmentId, RecommendationId, RequestId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOpinionGiven(Event):
    """Simulated futures were compared with what was advised.

    ``advised`` and ``opinion`` are ``{"course", "unit"}``. ``agrees`` is None where nothing was played;
    ``fallback`` says why no course is favoured: plain closest, or the advice where ``undecided`` and
    ``agrees``. ``courses`` carry their means, their differences to the advised one and the standard errors
    of these. ``seed`` draws the same futures again.
    """

    type = "recommendation.second_opinion"
    recommendation_id: RecommendationId
    advised: dict[str, Any]
    opinion: dict[str, Any]
    agrees: bool | None
    fallback: str | None
    courses: tuple[dict[str, Any], ...]
    futures: int
    horizon_seconds: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceOverridden(Event):
    """A person said why another unit than the advised one was chosen, after it was.

    ``advised`` is ``{"course", "unit"}``, ``unit_id`` the one that was asked for or assigned.
    """

    type = "recommendation.overridden"
    personal = frozenset({"note"})
    recommendation_id: RecommendationId
    advised: dict[str, Any]
    unit_id: UnitId
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AidPlanMade(Event):
    """What a dispatcher was shown for an order of many units.

    ``answer``: ``closest_first`` at once, and ``exact`` for the plan of the same id that took its place.
    ``order`` holds needs, staging, alarm level and card; ``figures`` the plan's sums.
    """

    type = "aid_plan.made"
    plan_id: AidPlanId
    answer: str
    order: dict[str, Any]
    picks: tuple[dict[str, Any], ...]
    lenders: tuple[dict[str, Any], ...]
    missing: tuple[dict[str, Any], ...]
    figures: dict[str, Any]
    degraded: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AidPlanSent(Event):
    """All lenders of a plan were asked in one go, and its units that stood by were sent on.

    ``refused``: units that could not be asked or sent on any more. ``redirected``: the new assignments.
    """

    type = "aid_plan.sent"
    plan_id: AidPlanId
    answer: str
    requests: tuple[RequestId, ...]
    refused: tuple[UnitId, ...]
    redirected: tuple[AssignmentId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNeedsRaised(Event):
    """An order went beyond what the incident wanted. ``needs``: all that it wants now."""

    type = "incident.needs_raised"
    needs: tuple[dict[str, Any], ...]
    incident_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyProposed(Event):
    """What a dispatcher was shown when asking whom to bring into the short area.

    ``moves`` of neighbours' units and ``move_ups`` of own ones carry their figures, their permit, what the
    futures say of them and, where a lender would be short itself, the unit to come to it meanwhile.
    ``together``: the units to move if several are.
    """

    type = "standby.proposed"
    proposal_id: RecommendationId
    cover: str
    moves: tuple[dict[str, Any], ...]
    move_ups: tuple[dict[str, Any], ...]
    together: tuple[dict[str, Any], ...] = ()


ADVICE_EVENTS: Final[tuple[type[Event], ...]] = (
    SecondOpinionGiven,
    AdviceOverridden,
    AidPlanMade,
    AidPlanSent,
    IncidentNeedsRaised,
    StandbyProposed,
)
"""Every event about advice."""
