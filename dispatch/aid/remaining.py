"""When a committed unit would be free: an estimate from typical service times, and shown as one.

Published for the cities of the JEMSS simulator: on scene 12 minutes in the mean, 80 % of patients
transported, hand-over at the hospital 12 minutes in the mean. No such figures are published there for
driving to the scene and to the hospital, nor for a unit that is "available, delayed": those are ours.
"""

from collections.abc import Mapping
from typing import Final

from dispatch.aid.assignment import AssignmentState
from dispatch.model.unit import UnitStatus

ON_SCENE_SECONDS: Final = 12 * 60
HAND_OVER_SECONDS: Final = 12 * 60
TRANSPORT_SHARE: Final = 0.8

CHUTE_SECONDS: Final = 60
TO_SCENE_SECONDS: Final = 8 * 60
TO_HOSPITAL_SECONDS: Final = 10 * 60
DELAYED_SECONDS: Final = 5 * 60

SHORTEST_SECONDS: Final = 2 * 60
"""What is left of a stage that has lasted longer than typical: it is never about to end for sure."""

S = UnitStatus
_STAGE_SECONDS: Final[Mapping[UnitStatus, int]] = {
    S.DISPATCHED: CHUTE_SECONDS,
    S.EN_ROUTE: TO_SCENE_SECONDS,
    S.ON_SCENE: ON_SCENE_SECONDS,
    S.TRANSPORTING: TO_HOSPITAL_SECONDS,
    S.AT_HOSPITAL: HAND_OVER_SECONDS,
    S.AVAILABLE_DELAYED: DELAYED_SECONDS,
}
_TRANSPORT_SECONDS: Final = round(TRANSPORT_SHARE * (TO_HOSPITAL_SECONDS + HAND_OVER_SECONDS))
_LATER_SECONDS: Final[Mapping[UnitStatus, int]] = {
    S.DISPATCHED: TO_SCENE_SECONDS + ON_SCENE_SECONDS + _TRANSPORT_SECONDS,
    S.EN_ROUTE: ON_SCENE_SECONDS + _TRANSPORT_SECONDS,
    S.ON_SCENE: _TRANSPORT_SECONDS,
    S.TRANSPORTING: HAND_OVER_SECONDS,
}
"""What typically follows each stage before the unit is free."""

TYPICAL_SECONDS: Final = CHUTE_SECONDS + _LATER_SECONDS[S.DISPATCHED]
"""A whole mission, from dispatch to free again, in the mean."""

STATUS_OF_STATE: Final[Mapping[AssignmentState, UnitStatus]] = {
    AssignmentState.DISPATCHED: S.DISPATCHED,
    AssignmentState.EN_ROUTE: S.EN_ROUTE,
    AssignmentState.ON_SCENE: S.ON_SCENE,
    AssignmentState.TRANSPORTING: S.TRANSPORTING,
    AssignmentState.AT_HOSPITAL: S.AT_HOSPITAL,
    AssignmentState.RETURNING: S.AVAILABLE_DELAYED,
}
"""The stage that a unit with a live assignment is in, whatever its last status report said."""


def estimate_free_in_seconds(status: UnitStatus, *, in_status_seconds: float) -> int | None:
    """Typical seconds until a unit in ``status`` is free; None where that cannot be foreseen (off duty)."""
    if status is S.AVAILABLE:
        return 0
    stage_seconds = _STAGE_SECONDS.get(status)
    if stage_seconds is None:
        return None
    left = max(float(min(SHORTEST_SECONDS, stage_seconds)), stage_seconds - max(0.0, in_status_seconds))
    return round(left) + _LATER_SECONDS.get(status, 0)
