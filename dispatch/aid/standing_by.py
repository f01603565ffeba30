"""Units that stand by: where, for whom, and who of them may be sent on.

A unit stands by from the moment that it is sent until it is let go, also on the way: whoever borrowed it may
send it to a call at any time. Nobody else may, and nobody lends it on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.request import AidRequest, RequestState
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Incident, IncidentState
from dispatch.model.unit import UnitStatus

STANDING: Final = frozenset({AssignmentState.DISPATCHED, AssignmentState.EN_ROUTE, AssignmentState.ON_SCENE})
"""States of an assignment to a post from which the unit may be sent on."""

UNSENDABLE: Final = frozenset(
    {
        UnitStatus.UNKNOWN,
        UnitStatus.TRANSPORTING,
        UnitStatus.AT_HOSPITAL,
        UnitStatus.OUT_OF_SERVICE,
        UnitStatus.OFF_DUTY,
    }
)
"""Statuses in which a unit goes on standing by, as far as its loan is concerned, but cannot be sent now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standby:
    """One unit that stands by at ``post`` for the borrower of its assignment."""

    assignment: Assignment
    post: Point

    @property
    def unit_id(self) -> UnitId:
        """Who stands by."""
        return self.assignment.unit_id

    @property
    def borrower(self) -> JurisdictionId:
        """For whom: another jurisdiction, or its own after a move-up."""
        return self.assignment.borrower


def list_standbys(
    assignments: Iterable[Assignment], incidents: Mapping[IncidentId, Incident]
) -> tuple[Standby, ...]:
    """Everybody who stands by now, in the order given."""
    found = []
    for assignment in assignments:
        incident = incidents.get(assignment.incident_id)
        if incident is not None and not incident.is_call and assignment.state in STANDING:
            found.append(Standby(assignment=assignment, post=incident.position))
    return tuple(found)


def waits_at_own_post(assignment: Assignment | None, incidents: Mapping[IncidentId, Incident]) -> bool:
    """Whether the unit stands by inside its own jurisdiction: busy for neighbours, free at home."""
    if assignment is None or assignment.lent or assignment.state not in STANDING:
        return False
    incident = incidents.get(assignment.incident_id)
    return incident is not None and not incident.is_call


def list_sendable(
    borrower: JurisdictionId, assignments: Iterable[Assignment], incidents: Mapping[IncidentId, Incident]
) -> Mapping[UnitId, Assignment]:
    """The units that stand by for this jurisdiction and that nobody has called back."""
    return {
        standby.unit_id: standby.assignment
        for standby in list_standbys(assignments, incidents)
        if standby.borrower == borrower and standby.assignment.recalled_at is None
    }


def is_empty(
    incident: Incident, *, assignments: Iterable[Assignment], requests: Iterable[AidRequest]
) -> bool:
    """Whether a standby is over by itself: nobody stands by, and nobody is being asked to."""
    if incident.is_call or incident.state is not IncidentState.ACTIVE:
        return False
    works = any(a.incident_id == incident.id and a.state in STANDING for a in assignments)
    asked = any(r.incident_id == incident.id and r.state is RequestState.OFFERED for r in requests)
    return not works and not asked
