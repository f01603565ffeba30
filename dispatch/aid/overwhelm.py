"""How well a jurisdiction is covered at this moment: green, amber or red, with the figures that say so.

"Level zero" is the field's word for no ambulance left. The default floor follows what simulations of
three to twelve units favoured: one free unit, two from six units on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from dispatch.agreements.restrictions import GROUND_TRANSPORTS
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Incident, IncidentState
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import FREE, Unit, UnitState, UnitStatus

LARGE_FLEET: Final = 6

OFF: Final = frozenset({UnitStatus.OFF_DUTY, UnitStatus.OUT_OF_SERVICE})


class CoverCode(StrEnum):
    """What a state rests on."""

    LEVEL_ZERO = "level_zero"
    PENDING_EXCEEDS_FREE = "pending_exceeds_free"
    LAST_UNIT = "last_unit"
    BELOW_FLOOR = "below_floor"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverReason:
    """One rule that holds, with its figures; ``wording.py`` says it in a sentence."""

    code: CoverCode
    figures: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """``{"code", "figures"}``."""
        return {"code": self.code.value, "figures": dict(self.figures)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """One jurisdiction's cover. ``total`` counts ground transport units on duty, ``free`` those to be sent.

    Only the rules of the worst state that holds are named; green has no reasons.
    """

    jurisdiction_id: JurisdictionId
    state: CoverState
    free: int
    total: int
    pending: int
    reasons: tuple[CoverReason, ...]
    assessed_at: datetime

    def to_json(self) -> dict[str, Any]:
        """The cover as a row, without sentences."""
        return {
            "jurisdiction": self.jurisdiction_id,
            "state": self.state.value,
            "free": self.free,
            "total": self.total,
            "pending": self.pending,
            "reasons": [reason.to_json() for reason in self.reasons],
        }


def assess(
    jurisdiction_id: JurisdictionId,
    *,
    units: Iterable[Unit],
    states: Mapping[UnitId, UnitState],
    incidents: Iterable[Incident],
    assignments: Iterable[Assignment],
    now: datetime,
    floor: int | None = None,
) -> Cover:
    """How the jurisdiction is covered at ``now``.

    ``units`` and ``incidents`` may be everybody's, ``assignments`` are the live ones. ``floor`` is the
    jurisdiction's own; the default follows the size of its fleet. A unit without word is not free. Units
    on offer to a neighbour are: until the lender says yes they can be sent at home.
    """
    live = [a for a in assignments if a.ended_at is None]
    bound = {a.unit_id for a in live}
    own = [u for u in units if u.jurisdiction_id == jurisdiction_id and u.unit_type in GROUND_TRANSPORTS]
    status = {unit.id: _status(states.get(unit.id)) for unit in own}
    free = sum(1 for unit_id, s in status.items() if s in FREE and unit_id not in bound)
    total = sum(1 for s in status.values() if s not in OFF)
    pending = len(list_pending(jurisdiction_id, incidents, live))
    state, reasons = _judge(free, total, pending, default_floor(total) if floor is None else floor)
    return Cover(
        jurisdiction_id=jurisdiction_id,
        state=state,
        free=free,
        total=total,
        pending=pending,
        reasons=reasons,
        assessed_at=now,
    )


def state_of(*, free: int, total: int, pending: int) -> CoverState:
    """The state alone, from figures that somebody has counted already; the default floor."""
    return _judge(free, total, pending, default_floor(total))[0]


def list_pending(
    jurisdiction_id: JurisdictionId, incidents: Iterable[Incident], assignments: Iterable[Assignment]
) -> list[Incident]:
    """The jurisdiction's active incidents that no unit is working on, in the order given."""
    served = {
        a.incident_id
        for a in assignments
        if a.state not in (AssignmentState.RETURNING, AssignmentState.ENDED)
    }
    return [
        incident
        for incident in incidents
        if incident.jurisdiction_id == jurisdiction_id
        and incident.state is IncidentState.ACTIVE
        and incident.id not in served
    ]


def default_floor(total: int) -> int:
    """How many units should stay free, by the size of the fleet on duty."""
    return 2 if total >= LARGE_FLEET else 1


def _status(state: UnitState | None) -> UnitStatus:
    return state.status if state else UnitStatus.UNKNOWN


def _judge(free: int, total: int, pending: int, floor: int) -> tuple[CoverState, tuple[CoverReason, ...]]:
    red = []
    if free == 0:
        red.append(CoverReason(code=CoverCode.LEVEL_ZERO, figures={"total": total}))
    if pending > free:
        figures = {"pending": pending, "free": free}
        red.append(CoverReason(code=CoverCode.PENDING_EXCEEDS_FREE, figures=figures))
    if red:
        return CoverState.RED, tuple(red)
    amber = []
    if free == 1:
        amber.append(CoverReason(code=CoverCode.LAST_UNIT, figures={"total": total}))
    if free < floor:
        amber.append(CoverReason(code=CoverCode.BELOW_FLOOR, figures={"free": free, "floor": floor}))
    return (CoverState.AMBER, tuple(amber)) if amber else (CoverState.GREEN, ())
