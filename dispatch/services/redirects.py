"""Sending a unit that stands by on to a call: the standby ends and the mission begins in one transaction."""

from dataclasses import replace
from datetime import datetime

from dispatch.agreements.access import between
from dispatch.agreements.actions import Action
from dispatch.agreements.permit import Permit
from dispatch.aid.arrival.predict import Prediction
from dispatch.aid.assignment import REDIRECTED, Assignment, AssignmentState, send_on, step
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.standing_by import STANDING, UNSENDABLE, is_empty
from dispatch.model.errors import IllegalStep, Invalid, StaleVersion
from dispatch.model.ids import AssignmentId, IncidentId
from dispatch.model.incident import Incident, IncidentState
from dispatch.model.unit import UnitStatus
from dispatch.services.asking import judge, not_permitted
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.incidents import put_closed
from dispatch.services.ports import Reader, Tx
from dispatch.services.presenting import assignment_row
from dispatch.services.recommend import require_active
from dispatch.services.standing import duty_rows
from dispatch.services.steps import put_assignment, put_assignment_step, state_of


class Redirects:
    """One use case."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def redirect(
        self,
        meta: CommandMeta,
        assignment_id: AssignmentId,
        incident_id: IncidentId,
        *,
        expected_version: int | None = None,
    ) -> Row:
        """The new assignment's row. Nobody is asked: the unit was lent already.

        A neighbour's unit is judged again, for this call and with its own standby left out: what may stand by
        may not always be sent. The post's standby is closed where nobody is left. Raises ``NotFound``,
        ``Forbidden``, ``StaleVersion``, ``NotPermitted``, ``Invalid`` (``incident``: another's, or no call),
        ``IllegalStep`` (it stands by no more, was called back, cannot be sent as its status is, or the call
        has ended).
        """
        core = self._core
        predicted = await self._predict(assignment_id, incident_id)

        def run(tx: Tx) -> Row:
            now, before = core.clock(), tx.get_assignment(assignment_id)
            resource = between(borrower=before.borrower, lender=before.home, accepted=True)
            action, which = Action.REDIRECT_UNIT, assignment_id
            require(meta.actor, action, resource, what="assignment", which=which, now=now)
            _require_standing(before, tx.get_incident(before.incident_id), expected=expected_version)
            sent = self._send_on(tx, meta, before, incident_id, predicted, now=now)
            return assignment_row(tx, sent, viewer=meta.actor, duties=duty_rows(core.world, sent, now=now))

        body = {"assignment": assignment_id, "incident": incident_id, "expected_version": expected_version}
        return await core.store.write(
            lambda tx: once(tx, meta, command="redirect", body=body, run=lambda: run(tx))
        )

    def redirect_in(
        self,
        tx: Tx,
        meta: CommandMeta,
        standby: Assignment,
        call: Incident,
        predicted: Prediction | None,
        *,
        now: datetime,
    ) -> Assignment:
        """The same as a part of another command's transaction; ``standby`` is live, of a unit that was lent.

        Raises ``Forbidden``, ``NotPermitted``, ``Invalid``, ``IllegalStep`` as ``redirect`` does.
        """
        resource = between(borrower=standby.borrower, lender=standby.home, accepted=True)
        require(meta.actor, Action.REDIRECT_UNIT, resource, what="assignment", which=standby.id, now=now)
        _require_standing(standby, tx.get_incident(standby.incident_id), expected=None)
        return self._send_on(tx, meta, standby, call.id, predicted, now=now)

    def _send_on(
        self,
        tx: Tx,
        meta: CommandMeta,
        standby: Assignment,
        call_id: IncidentId,
        predicted: Prediction | None,
        *,
        now: datetime,
    ) -> Assignment:
        """The mission; the standby ends with it, and its post where nobody is left."""
        call = _require_call(tx, call_id, standby)
        permit = self._judge(tx, meta, standby, call, predicted, now=now)
        ended = step(standby, AssignmentState.ENDED, now=now, reason=REDIRECTED)
        put_assignment_step(tx, meta, standby, ended)
        sent = self._mission(meta, standby, call, permit, predicted, now=now)
        put_assignment(tx, meta, sent)
        _close_if_empty(tx, meta, tx.get_incident(standby.incident_id), now=now)
        return sent

    async def _predict(self, assignment_id: AssignmentId, incident_id: IncidentId) -> Prediction | None:
        """When it would be there, as of now; nothing is told of it but to whoever may send it."""
        core = self._core

        def look(reader: Reader) -> tuple[Incident | None, Assignment | None]:
            return reader.find_incident(incident_id), reader.find_assignment(assignment_id)

        call, standby = await core.store.read(look)
        if call is None or standby is None:
            return None
        return await core.engine.predict(call, standby.unit_id, now=core.clock())

    def _mission(
        self,
        meta: CommandMeta,
        standby: Assignment,
        call: Incident,
        permit: Permit | None,
        predicted: Prediction | None,
        *,
        now: datetime,
    ) -> Assignment:
        mission = Assignment(
            id=AssignmentId(self._core.ids("asg")),
            incident_id=call.id,
            unit_id=standby.unit_id,
            home=standby.home,
            borrower=standby.borrower,
            assigned_at=now,
            assigned_by=meta.actor.id,
            request_id=standby.request_id,
            agreement_id=permit.agreement_id if permit else None,
            agreement_version=permit.agreement_version if permit else None,
            predicted_seconds=predicted.seconds if predicted else None,
            learned_seconds=predicted.learned_seconds if predicted else 0,
        )
        return send_on(standby, mission)

    def _judge(
        self,
        tx: Tx,
        meta: CommandMeta,
        standby: Assignment,
        call: Incident,
        predicted: Prediction | None,
        *,
        now: datetime,
    ) -> Permit | None:
        """None for an own unit, for which no agreement speaks. Raises ``NotPermitted``, ``IllegalStep``."""
        if not standby.lent:
            status = state_of(tx, standby.unit_id, now=now).status
            if status in UNSENDABLE:
                raise IllegalStep(status, wanted=UnitStatus.DISPATCHED, because="unit_not_available")
            return None
        world = self._core.world
        unit = world.region.units[standby.unit_id]
        answer = judge(
            tx,
            unit,
            call,
            world=world,
            now=now,
            requester=meta.actor.role,
            eta_seconds=predicted.seconds if predicted else None,
            sent_on=standby,
        )
        if isinstance(answer, RefusedUnit):
            raise not_permitted(answer, world)
        return answer


def _require_call(tx: Tx, incident_id: IncidentId, standby: Assignment) -> Incident:
    """An active call of the jurisdiction that the unit stands by for. Raises ``Invalid``, ``IllegalStep``."""
    call = tx.find_incident(incident_id)
    if call is None or call.jurisdiction_id != standby.borrower or not call.is_call:
        raise Invalid("incident", "is no call of the jurisdiction that the unit stands by for")
    require_active(call, wanted="assigned")
    return call


def _require_standing(standby: Assignment, post: Incident, *, expected: int | None) -> None:
    if expected is not None and expected != standby.version:
        raise StaleVersion(f"assignment {standby.id}", presented=expected, current=standby.version)
    if post.is_call or standby.state not in STANDING:
        raise IllegalStep(standby.state, wanted="redirected", because="not_standing_by")
    if standby.recalled_at is not None:
        raise IllegalStep(standby.state, wanted="redirected", because="recalled")


def _close_if_empty(tx: Tx, meta: CommandMeta, post: Incident, *, now: datetime) -> None:
    """Unless another unit stands by there too, or is being asked to."""
    assignments = tx.list_assignments(incident_id=post.id)
    if is_empty(post, assignments=assignments, requests=tx.list_requests(incident_id=post.id)):
        closed = replace(post, state=IncidentState.CLOSED, closed_at=now, version=post.version + 1)
        put_closed(tx, meta, closed, now=now)
