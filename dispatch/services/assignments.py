"""Committing one's own unit to an incident, and letting a unit go."""

from datetime import datetime

from dispatch.agreements.access import between, owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.provisions import Side
from dispatch.aid.arrival.predict import Prediction
from dispatch.aid.assignment import Assignment
from dispatch.aid.loan import require_may_release
from dispatch.aid.request import DeclineReason, decline, is_outstanding
from dispatch.model.errors import IllegalStep, Invalid, NotFound, StaleVersion
from dispatch.model.ids import AssignmentId, IncidentId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.unit import FREE, Unit, UnitStatus
from dispatch.services.asking import require_uncommitted
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Tx
from dispatch.services.presenting import assignment_row
from dispatch.services.recommend import require_active, require_call
from dispatch.services.standing import duty_rows, find_agreement
from dispatch.services.steps import put_answer, put_assignment, put_lapses, put_release, state_of

SENDABLE = FREE | {UnitStatus.AVAILABLE_DELAYED}
"""One's own unit may be sent while it is still on its way home; a neighbour's may not."""


class Assignments:
    """The assignment's use cases; each is one transaction and answers the assignment's row for the actor."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def assign_own(
        self,
        meta: CommandMeta,
        incident_id: IncidentId,
        unit_id: UnitId,
        *,
        expected_version: int | None = None,
    ) -> Row:
        """Send one's own unit. ``expected_version`` is the unit's.

        A neighbour's unanswered question for the unit is declined with it; where the agreement leaves no
        discretion, the service says that the unit is gone. Raises ``NotFound``, ``Forbidden``,
        ``StaleVersion``, ``UnitCommitted``, ``IllegalStep`` (the unit's status or the closed incident),
        ``Invalid`` (a neighbour's unit).
        """
        core = self._core
        predicted = await self._predict(incident_id, unit_id)

        def run(tx: Tx) -> Row:
            now = core.clock()
            incident = tx.get_incident(incident_id)
            resource = owned_by(incident.jurisdiction_id)
            require(meta.actor, Action.ASSIGN_OWN, resource, what="incident", which=incident_id, now=now)
            unit = _own_unit(core, unit_id, incident)
            require_active(incident, wanted="assigned")
            require_call(incident, wanted="assigned")
            require_sendable(tx, unit, expected=expected_version, now=now)
            _decline_offers(tx, meta, unit, now=now)
            assignment = _assignment(core, meta, incident, unit, predicted, now=now)
            put_assignment(tx, meta, assignment)
            put_lapses(tx, [unit_id], now=now)
            return assignment_row(tx, assignment, viewer=meta.actor, duties=())

        body = {"incident": incident_id, "unit": unit_id, "expected_version": expected_version}
        return await core.store.write(
            lambda tx: once(tx, meta, command="assign_own", body=body, run=lambda: run(tx))
        )

    async def _predict(self, incident_id: IncidentId, unit_id: UnitId) -> Prediction | None:
        """When it would arrive, as of now: kept, so that predictions can be held against arrivals."""
        incident = self._core.world.incidents.get(incident_id)
        if incident is None:
            return None
        return await self._core.engine.predict(incident, unit_id, now=self._core.clock())

    async def release(
        self,
        meta: CommandMeta,
        assignment_id: AssignmentId,
        *,
        reason: str = "",
        expected_version: int | None = None,
    ) -> Row:
        """The incident needs the unit no more: a lent unit returns home, an own one is available.

        The jurisdiction that the unit works for releases it, and the lender where the agreement's release
        clause or a recall that is due lets it. Raises ``NotFound``, ``Forbidden``, ``StaleVersion``,
        ``IllegalStep``.
        """
        core = self._core

        def run(tx: Tx) -> Row:
            now = core.clock()
            before = tx.get_assignment(assignment_id)
            resource = between(borrower=before.borrower, lender=before.home, accepted=True)
            action, which = _right_to_release(meta, before), assignment_id
            require(meta.actor, action, resource, what="assignment", which=which, now=now)
            _require_side(core, meta, before, now=now)
            after = put_release(tx, meta, before, expected=expected_version, reason=reason, now=now)
            duties = duty_rows(core.world, after, now=now)
            return assignment_row(tx, after, viewer=meta.actor, duties=duties)

        body = {"assignment": assignment_id, "reason": reason, "expected_version": expected_version}
        return await core.store.write(
            lambda tx: once(tx, meta, command="release", body=body, run=lambda: run(tx))
        )


def _right_to_release(meta: CommandMeta, loan: Assignment) -> Action:
    """Taking its own unit home is the lender's recall; letting a unit go is the borrower's release."""
    is_lender = loan.lent and meta.actor.jurisdiction_id == loan.home
    return Action.RECALL_UNIT if is_lender else Action.RELEASE_ASSIGNMENT


def _require_side(core: Core, meta: CommandMeta, loan: Assignment, *, now: datetime) -> None:
    """Raises ``Forbidden`` for the side of a loan that may not let the unit go."""
    if loan.lent:
        agreement = find_agreement(core.world, loan.agreement_id, loan.agreement_version)
        side = Side.BORROWER if meta.actor.jurisdiction_id == loan.borrower else Side.LENDER
        require_may_release(loan, agreement, side=side, now=now)


def _own_unit(core: Core, unit_id: UnitId, incident: Incident) -> Unit:
    unit = core.world.region.units.get(unit_id)
    if unit is None:
        raise NotFound("unit", unit_id)
    if unit.jurisdiction_id != incident.jurisdiction_id:
        raise Invalid("unit_id", "is a neighbour's: request it")
    return unit


def require_sendable(tx: Tx, unit: Unit, *, expected: int | None, now: datetime) -> None:
    """Raises ``UnitCommitted``, ``StaleVersion`` and ``IllegalStep`` for an own unit that cannot be sent."""
    require_uncommitted(tx, unit)
    state = state_of(tx, unit.id, now=now)
    if expected is not None and expected != state.version:
        raise StaleVersion(f"unit {unit.id}", presented=expected, current=state.version)
    if state.status not in SENDABLE:
        raise IllegalStep(state.status, wanted=UnitStatus.DISPATCHED, because="unit_not_available")


def _decline_offers(tx: Tx, meta: CommandMeta, unit: Unit, *, now: datetime) -> None:
    """Whoever waits for an answer about this unit learns at once that it will not come."""
    for request in tx.list_requests(outstanding_only=True):
        if request.unit_id == unit.id and request.may_decline and is_outstanding(request, now=now):
            declined = decline(
                request, by=meta.actor.id, reason=DeclineReason.NO_UNIT, note="", expected=None, now=now
            )
            put_answer(tx, meta, declined, by_lender=True)


def _assignment(
    core: Core,
    meta: CommandMeta,
    incident: Incident,
    unit: Unit,
    predicted: Prediction | None,
    *,
    now: datetime,
) -> Assignment:
    return Assignment(
        id=AssignmentId(core.ids("asg")),
        incident_id=incident.id,
        unit_id=unit.id,
        home=unit.jurisdiction_id,
        borrower=incident.jurisdiction_id,
        assigned_at=now,
        assigned_by=meta.actor.id,
        predicted_seconds=predicted.seconds if predicted else None,
        learned_seconds=predicted.learned_seconds if predicted else 0,
    )
