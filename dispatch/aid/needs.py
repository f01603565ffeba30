"""What an incident still wants."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.model.errors import Invalid
from dispatch.model.ids import UnitId
from dispatch.model.incident import Incident
from dispatch.model.unit import SATISFIED_BY, Unit, UnitType


def list_unmet_needs(
    incident: Incident,
    assignments: Iterable[Assignment],
    units: Mapping[UnitId, Unit],
    *,
    served_since: datetime | None = None,
) -> tuple[UnitType, ...]:
    """One entry per unit still wanted, in the order of the incident's needs.

    Each live assignment of the incident meets one need: exact types first, then a higher type stands
    in for the first need that it satisfies. A unit on its way home meets nothing; with ``served_since``
    what has cleared the incident since then met its need too.
    """
    wanted = [need.unit_type for need in incident.needs for _ in range(need.count)]
    working = [
        unit.unit_type
        for a in assignments
        if a.incident_id == incident.id and (_works(a) or _served_since(a, served_since))
        if (unit := units.get(a.unit_id)) is not None
    ]
    standing_in = []
    for unit_type in working:
        if unit_type in wanted:
            wanted.remove(unit_type)
        else:
            standing_in.append(unit_type)
    # Who can stand in for the least goes first, or an ALS unit takes the only need that a BLS unit meets.
    for unit_type in sorted(standing_in, key=lambda t: sum(t in by for by in SATISFIED_BY.values())):
        met = next((need for need in wanted if unit_type in SATISFIED_BY[need]), None)
        if met is not None:
            wanted.remove(met)
    return tuple(wanted)


def _works(assignment: Assignment) -> bool:
    return assignment.state not in (AssignmentState.RETURNING, AssignmentState.ENDED)


def _served_since(assignment: Assignment, moment: datetime | None) -> bool:
    cleared_at = assignment.changed_at
    return assignment.served and moment is not None and cleared_at is not None and cleared_at >= moment


def next_need(
    incident: Incident, assignments: Iterable[Assignment], units: Mapping[UnitId, Unit]
) -> UnitType:
    """The first unmet need; the incident's first need once all are met (more of the same).

    Raises ``Invalid`` for an incident that names no need.
    """
    if not incident.needs:
        raise Invalid("needs", "name at least one unit type")
    unmet = list_unmet_needs(incident, assignments, units)
    return unmet[0] if unmet else incident.needs[0].unit_type
