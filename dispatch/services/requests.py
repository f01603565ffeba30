"""Asking a neighbour for a unit, and the neighbour's answer."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from dispatch.agreements.access import Resource, between
from dispatch.agreements.actions import Action
from dispatch.agreements.permit import Permit
from dispatch.agreements.reasons import ReasonCode
from dispatch.aid.request import AidRequest, DeclineReason, accept, decline, take_back, withdraw
from dispatch.model.errors import AlreadyAnswered, Invalid, NotFound, UnitCommitted
from dispatch.model.ids import IncidentId, JurisdictionId, RecommendationId, RequestId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.principal import Principal
from dispatch.model.unit import Unit
from dispatch.services.asking import (
    Eta,
    Question,
    ask,
    commit_lent_unit,
    eta_of,
    judge,
    not_permitted,
    require_uncommitted,
)
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Tx
from dispatch.services.presenting import request_row
from dispatch.services.recommend import find_for, require_active, require_call
from dispatch.services.standing import find_agreement, withheld_by
from dispatch.services.steps import put_answer
from dispatch.services.world import World

ALTERNATIVES: Final = 3

ASKED_ONCE: Final = frozenset({ReasonCode.RESERVE_FLOOR, ReasonCode.TRIGGER})
"""What is judged when the question is put, and not again when the lender answers it with yes."""

OFFERED_ONCE: Final = ASKED_ONCE - {ReasonCode.RESERVE_FLOOR}
"""The same of a counter-offer: its lender said yes a while ago, and may have sent its other units since."""


class Requests:
    """The aid request's use cases; each is one transaction and answers the request's row for the actor."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def request(
        self,
        meta: CommandMeta,
        incident_id: IncidentId,
        unit_id: UnitId,
        *,
        recommendation_id: RecommendationId | None = None,
    ) -> Row:
        """Ask for a named unit of a neighbour; automatic aid is assigned in the same transaction.

        The permit is checked again inside the transaction, with outstanding offers counted against
        the lender's floor. Raises ``NotFound``, ``Forbidden``, ``NotPermitted`` (all reasons),
        ``UnitCommitted`` (holder, since, alternatives), ``IllegalStep`` (incident closed), ``Invalid``
        (``unit_id`` is one's own: assign it).
        """
        core = self._core
        incident = await find_for(core, meta, Action.REQUEST_AID, incident_id)
        require_call(incident, wanted="requested")
        unit = self._unit(unit_id)
        if unit.jurisdiction_id == incident.jurisdiction_id:
            raise Invalid("unit_id", "is one's own: assign it")
        question = Question(
            incident_id=incident_id,
            unit=unit,
            eta=await self._eta(incident, unit),
            recommendation_id=recommendation_id,
        )

        def write(tx: Tx) -> Row:
            request = ask(tx, meta, question, world=core.world, ids=core.ids, now=core.clock())
            return request_row(tx, request, viewer=meta.actor)

        body = {"incident": incident_id, "unit": unit_id, "recommendation": recommendation_id}
        try:
            return await core.store.write(
                lambda tx: once(tx, meta, command="request", body=body, run=lambda: write(tx))
            )
        except UnitCommitted as error:
            raise await self._with_alternatives(error, incident) from error

    async def accept(
        self, meta: CommandMeta, request_id: RequestId, *, expected_version: int | None = None
    ) -> Row:
        """The lender commits the unit: request accepted, assignment made, unit dispatched, all at once.

        A counter-offer is the borrower's to accept, to the same effect.

        Raises ``NotFound``, ``Forbidden``, ``StaleVersion``, ``IllegalStep`` (answered or expired),
        ``NotPermitted`` (not available, or the agreement it was asked under binds no more),
        ``UnitCommitted``.
        """
        core = self._core

        def write(tx: Tx, request: AidRequest) -> AidRequest:
            now, unit = core.clock(), self._unit(request.unit_id)
            accepted = accept(request, by=meta.actor.id, expected=expected_version, now=now)
            incident = tx.get_incident(request.incident_id)
            require_active(incident, wanted="accepted")
            require_uncommitted(tx, unit)
            version = self._require_still_lendable(tx, request, unit, incident)
            return commit_lent_unit(tx, meta, accepted, under_version=version, ids=core.ids, now=now)

        body = {"request": request_id, "expected_version": expected_version}
        try:
            return await self._answer(meta, Action.ACCEPT_REQUEST, request_id, body, write)
        except UnitCommitted as error:
            request = await core.store.read(lambda reader: reader.get_request(request_id))
            incident = await core.store.read(lambda reader: reader.get_incident(request.incident_id))
            raise await self._with_alternatives(error, incident, lender=request.lender) from error

    async def decline(
        self,
        meta: CommandMeta,
        request_id: RequestId,
        *,
        reason: DeclineReason,
        note: str = "",
        expected_version: int | None = None,
    ) -> Row:
        """Whoever was asked says no; the next candidate is asked by itself.

        Raises ``NotFound``, ``StaleVersion``, ``IllegalStep``, ``Forbidden`` (``aid_is_mandatory``),
        ``Invalid`` (``note``: the agreement wants the reason in words).
        """

        def write(tx: Tx, request: AidRequest) -> AidRequest:
            require_said_why(self._core.world, request, note)
            declined = decline(
                request,
                by=meta.actor.id,
                reason=reason,
                note=note,
                expected=expected_version,
                now=self._core.clock(),
            )
            put_answer(tx, meta, declined, by_lender=not request.offered_by_lender)
            return declined

        body = {"request": request_id, "reason": reason, "note": note, "expected_version": expected_version}
        return await self._answer(meta, Action.DECLINE_REQUEST, request_id, body, write)

    async def withdraw(
        self,
        meta: CommandMeta,
        request_id: RequestId,
        *,
        reason: str = "",
        expected_version: int | None = None,
    ) -> Row:
        """The borrower wants nothing more: of a counter-offer too, and then nobody else is asked.

        The lender may take a counter-offer of its own back: that is its no, and the next candidate is asked.
        ``reason`` is then the note of it. Raises ``NotFound``, ``Forbidden``, ``StaleVersion``,
        ``IllegalStep``.
        """

        def write(tx: Tx, request: AidRequest) -> AidRequest:
            by, expected, now = meta.actor.id, expected_version, self._core.clock()
            by_lender = _takes_back(meta.actor, request)
            if by_lender:
                ended = take_back(request, by=by, note=reason, expected=expected, now=now)
            else:
                ended = withdraw(request, by=by, reason=reason, expected=expected, now=now)
            put_answer(tx, meta, ended, by_lender=by_lender)
            return ended

        body = {"request": request_id, "reason": reason, "expected_version": expected_version}
        return await self._answer(meta, Action.WITHDRAW_REQUEST, request_id, body, write)

    async def _answer(
        self,
        meta: CommandMeta,
        action: Action,
        request_id: RequestId,
        body: Mapping[str, object],
        step: Callable[[Tx, AidRequest], AidRequest],
    ) -> Row:
        def run(tx: Tx) -> Row:
            request = tx.get_request(request_id)
            resource = to_answer(request)
            if action is Action.WITHDRAW_REQUEST and not _takes_back(meta.actor, request):
                resource = _between(request)
            now = self._core.clock()
            require(meta.actor, action, resource, what="request", which=request_id, now=now)
            after, withheld = step(tx, request), withheld_by(self._core.world, request)
            return request_row(tx, after, viewer=meta.actor, withheld=withheld)

        self._core.world.note_person(meta.actor)
        with naming(self._core.world):
            return await self._core.store.write(
                lambda tx: once(tx, meta, command=action.value, body=body, run=lambda: run(tx))
            )

    def _require_still_lendable(self, tx: Tx, request: AidRequest, unit: Unit, incident: Incident) -> int:
        """The unit must be available and the request's own agreement in force; answers its version now.

        No other agreement of the pair stands in for it, nor forbids what it allows. The floor is not
        asked again where it is the lender, whom it protects, that says yes; of a counter-offer it is the
        borrower. Nor is the borrower's cover, which was bad enough when it asked.
        """
        world, now = self._core.world, self._core.clock()
        judged = judge(tx, unit, incident, world=world, now=now, looked_at=request)
        if isinstance(judged, Permit):
            return judged.agreement_version
        once_only = OFFERED_ONCE if request.offered_by_lender else ASKED_ONCE
        held = tuple(reason for reason in judged.reasons if reason.code not in once_only)
        if held:
            raise not_permitted(replace(judged, reasons=held), world)
        [*_, floor] = judged.reasons  # of the version in force, like every clause that is heard
        return floor.agreement_version or request.agreement_version

    def _unit(self, unit_id: UnitId) -> Unit:
        unit = self._core.world.region.units.get(unit_id)
        if unit is None:
            raise NotFound("unit", unit_id)
        return unit

    async def _eta(self, incident: Incident, unit: Unit) -> Eta | None:
        """When the unit would arrive, as of now; None where no way leads from it or nobody knows where it is.

        That unit alone is looked at; whose position is whose to know is asked when the question is put.
        """
        return eta_of(await self._core.engine.predict(incident, unit.id, now=self._core.clock()))

    async def _with_alternatives(
        self, error: UnitCommitted, incident: Incident, *, lender: JurisdictionId | None = None
    ) -> UnitCommitted:
        """The same conflict with the next best units beside it, found after the commit that caused it."""
        found = await self._core.engine.recommend(incident, need=None, now=self._core.clock())
        best = [c.unit_id for c in found.list_to_ask() if lender is None or c.lender == lender]
        next_best = [unit_id for unit_id in best if unit_id != error.unit_id][:ALTERNATIVES]
        return UnitCommitted(error.unit_id, holder=error.holder, since=error.since, alternatives=next_best)


def to_answer(request: AidRequest) -> Resource:
    """The request as a thing of whoever put it, with whoever is to answer as its party."""
    return between(borrower=request.asker, lender=request.answerer, accepted=False)


@contextmanager
def naming(world: World) -> Iterator[None]:
    """Who is too late hears by name who was sooner."""
    try:
        yield
    except AlreadyAnswered as late:
        late.name = world.people.get(late.by, "")
        raise


def _takes_back(actor: Principal, request: AidRequest) -> bool:
    """Whether whoever withdraws it is the lender whose counter-offer it is."""
    return request.offered_by_lender and actor.jurisdiction_id == request.asker


def _between(request: AidRequest) -> Resource:
    return between(borrower=request.borrower, lender=request.lender, accepted=False)


def require_said_why(world: World, request: AidRequest, note: str) -> None:
    """Raises ``Invalid`` for a lender's bare no where the agreement wants the reason in words."""
    agreement = find_agreement(world, request.agreement_id, request.agreement_version)
    discretion = agreement.find_discretion(request.lender) if agreement else None
    if discretion is None or request.offered_by_lender:
        return
    if discretion.reason_required and not note.strip():
        raise Invalid("note", f"clause {discretion.id} asks for the reason in words")
