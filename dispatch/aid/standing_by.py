"""Units that stand by: where, for whom, and who of them may be sent on.

A unit stands by from the moment that it is sent until it is let go, also on the way: whoever borrowed it may
send it to a call at any time. Nobody else may, and nobody lends it on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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

    def is_under_way(self, now: datetime) -> bool:
        """Whether it may not be at its post yet: its crew has not said so, nor is the predicted way over."""
        work = self.assignment
        if work.state is not AssignmentState.EN_ROUTE:
            return work.state is not AssignmentState.ON_SCENE
        left = work.changed_at or work.assigned_at
        return work.predicted_seconds is None or now < left + timedelta(seconds=work.predicted_seconds)


NO_STANDBYS: Final[Mapping[UnitId, Standby]] = {}


def list_standbys(
    assignments: Iterable[Assignment], incidents: Mapping[IncidentId, Incident]
) -> tuple[Standby, ...]:
    """Everybody who stands by now, in the order given."""
    found = (find_standby(assignment, incidents) for assignment in assignments)
    return tuple(standby for standby in found if standby is not None)


def find_standby(assignment: Assignment | None, incidents: Mapping[IncidentId, Incident]) -> Standby | None:
    """The standby that an assignment is; None for one to a call, or that is over."""
    if assignment is None or assignment.state not in STANDING:
        return None
    incident = incidents.get(assignment.incident_id)
    if incident is None or incident.is_call:
        return None
    return Standby(assignment=assignment, post=incident.position)


def list_lent_at_posts(standbys: Iterable[Standby], now: datetime) -> tuple[Standby, ...]:
    """Neighbours' units that are at their posts, and not called back: they are their borrowers' cover."""
    return tuple(
        standby
        for standby in standbys
        if standby.assignment.lent
        and standby.assignment.recalled_at is None
        and not standby.is_under_way(now)
    )


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
