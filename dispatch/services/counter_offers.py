"""Another unit instead: the lender answers a request for one unit with the offer of another.

One transaction ends the request and puts the offer, judged as any question would be, in its place in the
chain. While it stands nobody else is asked, the unit counts as promised, and the borrower answers it as a
lender answers a request (``requests.py``); when it comes to nothing, the chain goes on.
"""

from collections.abc import Sequence

from dispatch.agreements.actions import Action
from dispatch.aid.candidates import Candidate, RefusedUnit
from dispatch.aid.instead import find_need_asked_for, list_instead, list_left_out, told_eta_seconds
from dispatch.aid.needs import list_unmet_needs
from dispatch.aid.recommend import Recommendation
from dispatch.aid.request import AidRequest, counter
from dispatch.model.errors import Invalid, NotFound
from dispatch.model.ids import RequestId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.principal import Principal
from dispatch.model.unit import Unit
from dispatch.services.asking import Question, ask, eta_of
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Tx
from dispatch.services.presenting import request_row
from dispatch.services.recommend import worded
from dispatch.services.requests import naming, require_said_why, to_answer
from dispatch.services.standing import withheld_by
from dispatch.services.steps import put_answer


class CounterOffers:
    """What could go instead, and offering it."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def list_instead(self, principal: Principal, request_id: RequestId) -> Row:
        """``{request, need, units[], refusals[]}``: the lender's own units that may go, and who may not.

        Arrivals are told to the minute. Reads only: what is offered is judged anew. Raises ``NotFound``,
        ``Forbidden``, ``IllegalStep`` (answered, or a counter-offer itself).
        """
        core = self._core
        request, incident = await self._find(principal, request_id)
        # Whether it could be answered with another unit now; nothing is changed by asking.
        counter(request, by=principal.id, note="", expected=None, now=core.clock())
        found = await self._recommend(request, incident)
        return self._instead_row(request, found)

    async def offer(
        self,
        meta: CommandMeta,
        request_id: RequestId,
        unit_id: UnitId,
        *,
        note: str = "",
        expected_version: int | None = None,
    ) -> Row:
        """End the request and offer this unit in its place; answers the offer's row.

        Raises ``NotFound``, ``Forbidden`` (also ``aid_is_mandatory``), ``StaleVersion``, ``IllegalStep``
        (answered, or out of time), ``Invalid`` (``unit_id``, ``note``), ``NotPermitted`` (all reasons),
        ``UnitCommitted``.
        """
        core = self._core
        request, incident = await self._find(meta.actor, request_id)
        unit = self._unit_of(request, unit_id)
        eta = eta_of(await core.engine.predict(incident, unit.id, now=core.clock()))

        def write(tx: Tx) -> Row:
            asked, now = tx.get_request(request_id), core.clock()
            self._require_right(meta.actor, asked)
            ended = counter(asked, by=meta.actor.id, note=note, expected=expected_version, now=now)
            require_said_why(core.world, asked, note)
            put_answer(tx, meta, ended, by_lender=True)
            question = Question(
                incident_id=asked.incident_id,
                unit=unit,
                eta=eta,
                recommendation_id=None,
                after=ended,
                offered_by_lender=True,
            )
            offered = ask(tx, meta, question, world=core.world, ids=core.ids, now=now)
            return request_row(tx, offered, viewer=meta.actor, withheld=withheld_by(core.world, offered))

        body = {"request": request_id, "unit": unit_id, "note": note, "expected_version": expected_version}
        command = Action.OFFER_INSTEAD.value
        core.world.note_person(meta.actor)
        with naming(core.world):
            return await core.store.write(
                lambda tx: once(tx, meta, command=command, body=body, run=lambda: write(tx))
            )

    async def _find(self, principal: Principal, request_id: RequestId) -> tuple[AidRequest, Incident]:
        request = await self._core.store.read(lambda reader: reader.get_request(request_id))
        self._require_right(principal, request)
        return request, await self._core.store.read(lambda reader: reader.get_incident(request.incident_id))

    def _require_right(self, principal: Principal, request: AidRequest) -> None:
        action, now = Action.OFFER_INSTEAD, self._core.clock()
        require(principal, action, to_answer(request), what="request", which=request.id, now=now)

    def _unit_of(self, request: AidRequest, unit_id: UnitId) -> Unit:
        unit = self._core.world.region.units.get(unit_id)
        if unit is None:
            raise NotFound("unit", unit_id)
        if unit.jurisdiction_id != request.lender:
            raise Invalid("unit_id", "is no unit of the lender's own")
        if unit_id == request.unit_id:
            raise Invalid("unit_id", "is the one that is asked for: accept it")
        return unit

    async def _recommend(self, request: AidRequest, incident: Incident) -> Recommendation:
        """As the borrower would be told, with the request out of the way and the lender's units alone."""
        core, world = self._core, self._core.world
        asked = world.region.units.get(request.unit_id)
        if asked is None:  # it has left the region since
            raise NotFound("unit", request.unit_id)
        homes = (request.borrower, *world.book.pairs.list_others(request.borrower))
        unmet = list_unmet_needs(incident, world.list_assignments_of(incident.id), world.region.units)
        return await core.engine.recommend(
            incident,
            need=find_need_asked_for(incident, asked, unmet),
            now=core.clock(),
            exclude=list_left_out(
                request,
                world.list_requests_of(incident.id),
                units_of={home: [unit.id for unit in world.units_of(home)] for home in homes},
            ),
            requester=request.requester,
            besides=request.id,
        )

    def _instead_row(self, request: AidRequest, found: Recommendation) -> Row:
        refused = [one for one in found.refusals if one.lender == request.lender]
        return {
            "request": request.id,
            "need": found.need.value,
            "units": _unit_rows(list_instead(found, request.lender)),
            "refusals": [self._refusal_row(one) for one in refused],
        }

    def _refusal_row(self, refused: RefusedUnit) -> Row:
        reasons = [worded(reason.to_json(), refused.lender, self._core.world) for reason in refused.reasons]
        return {"unit": refused.unit_id, "call_sign": refused.call_sign, "reasons": reasons}


def _unit_rows(candidates: Sequence[Candidate]) -> list[Row]:
    return [
        {
            "unit": one.unit_id,
            "call_sign": one.call_sign,
            "unit_type": one.unit_type.value,
            "eta_seconds": told_eta_seconds(one.eta_seconds),
            "eta_basis": one.eta_basis.value,
            "keeps": one.keeps,
            "floor": one.floor,
            "agreement": one.permit.agreement_id,
            "agreement_version": one.permit.agreement_version,
            "clauses": list(one.permit.clauses),
            "answer_seconds": one.permit.answer_seconds,
        }
        for one in candidates
    ]
