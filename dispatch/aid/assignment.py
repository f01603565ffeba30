"""The assignment: one unit's commitment to one incident, from dispatch until it is free again.

Own units end when they clear; lent units go on ``returning`` and end at home, so that nobody lends
on what was borrowed. At most one assignment of a unit is live: a partial unique index holds it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from dispatch.model.errors import IllegalStep, StaleVersion
from dispatch.model.ids import (
    AgreementId,
    AssignmentId,
    IncidentId,
    JurisdictionId,
    RequestId,
    UnitId,
)
from dispatch.model.unit import UnitStatus


class AssignmentState(StrEnum):
    """Where a committed unit stands; ``ended`` is final and frees the unit."""

    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    AT_HOSPITAL = "at_hospital"
    RETURNING = "returning"
    ENDED = "ended"


A = AssignmentState
NEXT: Final[Mapping[A, frozenset[A]]] = {
    A.DISPATCHED: frozenset({A.EN_ROUTE, A.ON_SCENE, A.RETURNING, A.ENDED}),
    A.EN_ROUTE: frozenset({A.ON_SCENE, A.RETURNING, A.ENDED}),
    A.ON_SCENE: frozenset({A.TRANSPORTING, A.RETURNING, A.ENDED}),
    A.TRANSPORTING: frozenset({A.AT_HOSPITAL, A.RETURNING, A.ENDED}),
    A.AT_HOSPITAL: frozenset({A.RETURNING, A.ENDED}),
    A.RETURNING: frozenset({A.ENDED}),
}
"""The whole lifecycle; ``ended`` is final."""

FOLLOWS: Final[Mapping[UnitStatus, A]] = {
    UnitStatus.DISPATCHED: A.DISPATCHED,
    UnitStatus.EN_ROUTE: A.EN_ROUTE,
    UnitStatus.ON_SCENE: A.ON_SCENE,
    UnitStatus.TRANSPORTING: A.TRANSPORTING,
    UnitStatus.AT_HOSPITAL: A.AT_HOSPITAL,
    UnitStatus.AVAILABLE_DELAYED: A.RETURNING,
    UnitStatus.AVAILABLE: A.ENDED,
    UnitStatus.OUT_OF_SERVICE: A.ENDED,
    UnitStatus.OFF_DUTY: A.ENDED,
}
"""Where a unit's own status report takes its live assignment."""

FOLLOWS_AT_POST: Final[Mapping[UnitStatus, A]] = {
    status: FOLLOWS[status]
    for status in (
        UnitStatus.EN_ROUTE,
        UnitStatus.ON_SCENE,
        UnitStatus.AVAILABLE_DELAYED,
        UnitStatus.OFF_DUTY,
    )
}
"""The same for one that stands by: it is available *there*, and what it does in between (a patient it came
upon, a tank to fill) ends no loan. On its way home, or off duty, nobody is at the post any more.
"""

REDIRECTED: Final = "redirected"
"""Why a standby ended whose unit was sent on to a call: one loan goes on in another assignment."""

SERVED: Final = frozenset({f"unit_{UnitStatus.AVAILABLE}", f"unit_{UnitStatus.AVAILABLE_DELAYED}"})
"""Ends that a unit reports when it is done, as against one that broke down or was let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One unit's commitment. ``lent`` when ``home`` and ``borrower`` differ; then the permit is named.

    ``recall_due``: from when on a lender that called its unit back may take it home. ``extended_until``:
    until when the borrower extended the loan. ``confirmed_at``: when it confirmed it in writing.
    ``predicted_seconds``: from being sent to the arrival, as predicted then, of which
    ``learned_seconds`` were learned from earlier arrivals; None where nobody could say. ``arrived_at``: when
    it was on scene. ``continues``: the standby that the unit was sent on from, and ``loan_since`` when that
    loan began: it is one loan in two assignments.
    """

    id: AssignmentId
    incident_id: IncidentId
    unit_id: UnitId
    home: JurisdictionId
    borrower: JurisdictionId
    assigned_at: datetime
    assigned_by: str
    request_id: RequestId | None = None
    agreement_id: AgreementId | None = None
    agreement_version: int | None = None
    state: AssignmentState = AssignmentState.DISPATCHED
    changed_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    version: int = 1
    recalled_at: datetime | None = None
    recall_due: datetime | None = None
    recall_reason: str = ""
    extended_until: datetime | None = None
    confirmed_at: datetime | None = None
    predicted_seconds: int | None = None
    learned_seconds: int = 0
    arrived_at: datetime | None = None
    continues: AssignmentId | None = None
    loan_since: datetime | None = None

    @property
    def lent_since(self) -> datetime:
        """When the unit was lent, of which limits, free hours and caps count: also before it was sent on."""
        return self.loan_since or self.assigned_at

    @property
    def lent(self) -> bool:
        """Whether the unit works for a neighbour."""
        return self.home != self.borrower

    @property
    def served(self) -> bool:
        """Whether the unit has come and is done: on its way home, or free again by its own word."""
        done = self.state is A.RETURNING or self.end_reason in SERVED
        return done and self.arrived_at is not None

    @property
    def attends(self) -> bool:
        """Whether the call waits for nobody by this unit: it works on it, or has come to it.

        Come has only who was reported on scene. Free again by its own word, let go or called back without
        that may mean that nobody came. So a call that was served though nobody pressed "on scene" waits until
        it is closed: far better than one that nobody came to and that looks served.
        """
        return self.state not in (A.RETURNING, A.ENDED) or self.arrived_at is not None


def step(assignment: Assignment, to: A, *, now: datetime, reason: str = "") -> Assignment:
    """Move on. Raises ``IllegalStep``. ``now`` becomes ``ended_at`` at the last step."""
    if to not in NEXT.get(assignment.state, frozenset()):
        raise IllegalStep(assignment.state, wanted=to)
    return replace(
        assignment,
        state=to,
        changed_at=now,
        arrived_at=now if to is A.ON_SCENE else assignment.arrived_at,
        ended_at=now if to is A.ENDED else None,
        end_reason=reason if to is A.ENDED else assignment.end_reason,
        version=assignment.version + 1,
    )


def list_come(assignments: Iterable[Assignment]) -> frozenset[UnitId]:
    """Of one call's assignments the units that came to it and have left; one that is on it again has not."""
    assignments = tuple(assignments)
    come = {one.unit_id for one in assignments if one.ended_at is not None and one.attends}
    return frozenset(come - {one.unit_id for one in assignments if one.ended_at is None and one.attends})


def send_on(standby: Assignment, mission: Assignment) -> Assignment:
    """The mission that goes on from a standby: what holds for the loan goes on with it."""
    return replace(
        mission,
        continues=standby.id,
        loan_since=standby.lent_since if standby.lent else None,
        extended_until=standby.extended_until,
        confirmed_at=standby.confirmed_at,
    )


def follow(
    assignment: Assignment, status: UnitStatus, *, now: datetime, at_post: bool = False
) -> Assignment | None:
    """The assignment after its unit reported ``status``; None where nothing moves.

    An own unit that is ``available_delayed`` has cleared the incident: its assignment ends. A
    report that would take the assignment back (a late "en route" after "on scene") moves nothing.
    ``at_post``: the assignment is to stand by; once the unit returns it is like any other.
    """
    follows = FOLLOWS_AT_POST if at_post and assignment.state is not A.RETURNING else FOLLOWS
    to = follows.get(status)
    if to is A.RETURNING and not assignment.lent:
        to = A.ENDED
    if to is None or to not in NEXT.get(assignment.state, frozenset()):
        return None
    return step(assignment, to, now=now, reason=f"unit_{status}" if to is A.ENDED else "")


def release(assignment: Assignment, *, expected: int | None, reason: str, now: datetime) -> Assignment:
    """The incident needs the unit no more (EDXL-RM ReleaseResource): a lent unit goes home, an own is free.

    Raises ``StaleVersion`` and ``IllegalStep``.
    """
    if expected is not None and expected != assignment.version:
        raise StaleVersion(f"assignment {assignment.id}", presented=expected, current=assignment.version)
    return step(assignment, A.RETURNING if assignment.lent else A.ENDED, now=now, reason=reason)
