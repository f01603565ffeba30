"""Another unit was chosen than the advised one: whether that was so, and why.

It takes nobody a step more, and nothing hangs on the reason: it is for whoever looks later at how often
advice is left aside, and for what. A person's word on *cover* is another thing, in ``cover/override.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.aid.assignment import Assignment
from dispatch.aid.request import AidRequest
from dispatch.model.errors import Invalid
from dispatch.model.ids import RecommendationId, UnitId


class OverrideReason(StrEnum):
    """Why another unit was chosen; a short list of ours, closed so that it can be counted."""

    ROAD_KNOWN_BETTER = "road_known_better"
    UNIT_NOT_AS_SHOWN = "unit_not_as_shown"
    """It is elsewhere, or not as free or as equipped, as the board has it."""
    CREW = "crew"
    LENDER_SAID_SO = "lender_said_so"
    KEEP_OWN_COVER = "keep_own_cover"
    CALLER_OR_SCENE = "caller_or_scene"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """What a recommendation advised. ``unit_id`` None: nobody."""

    recommendation_id: RecommendationId
    unit_id: UnitId | None
    made_at: datetime


def require_override(
    advised: Advised, unit_id: UnitId, *, requests: Sequence[AidRequest], assignments: Sequence[Assignment]
) -> None:
    """Raises ``Invalid`` unless the unit was chosen where another one was advised.

    ``requests`` and ``assignments`` are those of the incident. Where the advised unit was chosen before,
    another one came in addition to it, or after it could not come: the advice was followed.
    """
    if advised.unit_id is None:
        raise Invalid("recommendation_id", "advised nobody: nothing was overridden")
    if unit_id == advised.unit_id:
        raise Invalid("unit_id", "is the advised one: nothing was overridden")
    chosen = [
        *(r.requested_at for r in requests if r.unit_id == unit_id and _follows(r, advised)),
        *(a.assigned_at for a in assignments if a.unit_id == unit_id and _is_after(a, advised)),
    ]
    if not chosen:
        raise Invalid("unit_id", "was neither asked for nor assigned after this recommendation")
    before = [
        *(r.requested_at for r in requests if r.unit_id == advised.unit_id),
        *(a.assigned_at for a in assignments if a.unit_id == advised.unit_id),
    ]
    if before and min(before) <= min(chosen):
        raise Invalid("unit_id", "came after the advised one was chosen: nothing was overridden")


def _follows(request: AidRequest, advised: Advised) -> bool:
    """Whether a person asked with this recommendation in view: no counter-offer, no next one of a chain."""
    if request.offered_by_lender or request.attempt > 1:
        return False
    if request.recommendation_id is not None:
        return request.recommendation_id == advised.recommendation_id
    return request.requested_at >= advised.made_at


def _is_after(assignment: Assignment, advised: Advised) -> bool:
    """An own unit's, or that of one which stood by and was sent on: these name no recommendation."""
    is_choice = assignment.request_id is None or assignment.continues is not None
    return is_choice and assignment.assigned_at >= advised.made_at
