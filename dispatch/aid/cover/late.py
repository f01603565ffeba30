"""Which waiting call a neighbour would reach sooner than its own units, late as those would be."""

from dispatch.aid.advice.practice import Practice
from dispatch.aid.cover.reading import LateCall
from dispatch.aid.recommend import Recommendation
from dispatch.model.incident import Incident, Priority


def late_call_of(
    incident: Incident, recommendation: Recommendation, practice: Practice, *, waited_seconds: float
) -> LateCall | None:
    """A life-threatening call whose best own unit that is free would come after its target, while a
    neighbour's would be there sooner by the gain that the agency asks for; None for every other call.
    """
    if incident.priority is not Priority.CRITICAL or not recommendation.candidates:
        return None
    left = round(practice.targets[Priority.CRITICAL].within_seconds - waited_seconds)
    asked = [unit.eta_seconds for unit in recommendation.candidates if not unit.stands_by]
    if not asked:
        return None
    neighbour = min(asked)
    # Whoever stands by here is sent like an own unit.
    here = [unit.eta_seconds for unit in recommendation.candidates if unit.stands_by]
    own = min(
        [
            *here,
            *(
                u.eta_seconds
                for u in recommendation.own
                if u.eta_seconds is not None and not u.free_in_seconds
            ),
        ],
        default=None,
    )
    if own is not None and (own <= left or neighbour > own - practice.drop_gain_seconds):
        return None
    return LateCall(own_seconds=own, neighbour_seconds=neighbour, target_seconds=max(0, left))
