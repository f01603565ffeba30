"""A request that nobody grants goes on to the next candidate, by itself.

Timers are rows, not tasks: due requests and broken-off chains are looked for again and again, so a
restart forgets none, and a service that was down for an hour fires nothing late: what expired
meanwhile is only followed up where the incident is still active and still wants a unit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from dispatch.agreements.access import Action, Resource, between
from dispatch.aid.needs import list_unmet_needs
from dispatch.aid.recommend import Recommendation
from dispatch.aid.request import AidRequest, RequestState, expire
from dispatch.model.errors import Conflict, IllegalStep, Unavailable
from dispatch.model.ids import RecommendationId, RequestId, UnitId
from dispatch.model.incident import Incident, IncidentState
from dispatch.model.unit import SATISFIED_BY, UnitType
from dispatch.services.asking import Eta, Question, ask
from dispatch.services.command import BY_SERVICE
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.ports import Committed, Reader, Tx
from dispatch.services.recommend import put_recommendation
from dispatch.services.steps import put_answer

BROKEN_OFF: Final = frozenset({RequestState.DECLINED, RequestState.EXPIRED})
"""Ends of a request after which the next candidate is asked; a withdrawn one ends its chain."""


class Escalation:
    """Expires what is due and asks on. ``sweep`` is one pass; ``has_news`` says that one is due now."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._given_up: set[RequestId] = set()
        self.has_news = asyncio.Event()

    def notice(self, committed: Committed) -> None:
        """A decline need not wait for the next pass."""
        if any(isinstance(value, AidRequest) and value.state in BROKEN_OFF for value in committed.changed):
            self.has_news.set()

    async def sweep(self) -> None:
        """Expire every due request, then ask on in every chain that broke off.

        One that fails holds up no other; the first failure is raised once all had their turn.
        """
        core = self._core
        self.has_news.clear()
        now = core.clock()
        due = await core.store.read(lambda reader: reader.list_due_requests(now))
        failed = await _each(self._expire, due)
        self._given_up &= core.world.requests.keys()
        broken_off = [r for r in list_broken_off(core.world.requests.values()) if r.id not in self._given_up]
        failed += await _each(self._ask_on, broken_off)
        for failure in failed:
            raise failure

    async def _expire(self, due: AidRequest) -> None:
        core = self._core

        def write(tx: Tx) -> None:
            request, now = tx.get_request(due.id), core.clock()
            if request.state is RequestState.OFFERED:  # else: answered since we looked
                _require_service(Action.EXPIRE_REQUEST, request, core)
                put_answer(tx, BY_SERVICE, expire(request, now=now), by_lender=False)

        await core.store.write(write)

    async def _ask_on(self, last: AidRequest) -> None:
        """Ask the best candidate that this incident has not asked yet; with none left, give the chain up."""
        core = self._core
        incident = core.world.incidents.get(last.incident_id)
        need = self._find_need(incident, last) if incident else None
        if incident is None or need is None:
            return
        if not await core.store.read(lambda reader: _list_needs(reader, last, core)):
            self._given_up.add(last.id)  # a unit came since we asked: its leaving asks for no other
            return
        asked = list_asked(core.world.list_requests_of(incident.id))
        found = await core.engine.recommend(incident, need=need, now=core.clock(), exclude=asked)
        for candidate in found.candidates:
            eta = Eta(candidate.eta_seconds, candidate.eta_basis.value)
            try:
                await self._ask(last, found, candidate.unit_id, eta)
            except IllegalStep:
                return  # the incident ended, or somebody asked on in this chain
            except Conflict:
                continue  # taken or forbidden since it was recommended
            return
        self._given_up.add(last.id)

    async def _ask(self, last: AidRequest, found: Recommendation, unit_id: UnitId, eta: Eta) -> None:
        core = self._core
        recommendation_id = RecommendationId(core.ids("rec"))
        question = Question(
            incident_id=last.incident_id,
            unit=core.world.region.units[unit_id],
            eta=eta,
            recommendation_id=recommendation_id,
            after=last,
        )

        def write(tx: Tx) -> None:
            _require_service(Action.ASK_NEXT_CANDIDATE, last, core)
            recorded = tx.list_requests(incident_id=last.incident_id)
            _require_newest(last, recorded)
            _require_need(last, recorded, _list_needs(tx, last, core))
            put_recommendation(tx, BY_SERVICE, found, recommendation_id)
            ask(tx, BY_SERVICE, question, world=core.world, ids=core.ids, now=core.clock())

        await core.store.write(write)

    def _find_need(self, incident: Incident, last: AidRequest) -> UnitType | None:
        """The need to ask for: one that the unit asked before would have met, if any is open at all."""
        world = self._core.world
        if incident.state is not IncidentState.ACTIVE:
            return None
        unmet = list_unmet_needs(incident, world.list_assignments_of(incident.id), world.region.units)
        open_questions = [r for r in world.list_requests_of(incident.id) if r.state is RequestState.OFFERED]
        if len(unmet) <= len(open_questions):
            return None
        unit = world.region.units.get(last.unit_id)
        fitting = (need for need in unmet if unit and unit.unit_type in SATISFIED_BY[need])
        return next(fitting, unmet[0])


def list_broken_off(requests: Iterable[AidRequest]) -> Sequence[AidRequest]:
    """The newest request of each chain that was declined or expired, oldest chain first."""
    newest: dict[RequestId, AidRequest] = {}
    for request in requests:
        known = newest.get(request.first_request_id)
        if known is None or request.attempt > known.attempt:
            newest[request.first_request_id] = request
    broken = [request for request in newest.values() if request.state in BROKEN_OFF]
    return sorted(broken, key=lambda request: (request.requested_at, request.id))


def list_asked(requests: Iterable[AidRequest]) -> frozenset[UnitId]:
    """The units that said no or nothing to this incident, in whichever chain."""
    return frozenset(request.unit_id for request in requests if request.state in BROKEN_OFF)


async def _each(
    step: Callable[[AidRequest], Awaitable[None]], requests: Iterable[AidRequest]
) -> list[Exception]:
    """Take the step for each request; answers what went wrong. Raises ``Unavailable`` at once."""
    failed: list[Exception] = []
    for request in requests:
        try:
            await step(request)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the caller raises it again, after the others
            failed.append(error)
    return failed


def _list_needs(reader: Reader, last: AidRequest, core: Core) -> Sequence[UnitType]:
    """What the record says the incident still wants of those that it wanted when ``last`` was put."""
    incident = reader.get_incident(last.incident_id)
    sent, units = reader.list_assignments(incident_id=incident.id), core.world.region.units
    return list_unmet_needs(incident, sent, units, served_since=last.requested_at)


def _require_need(last: AidRequest, recorded: Iterable[AidRequest], needs: Sequence[UnitType]) -> None:
    """A dispatcher may have asked or sent somebody while we looked for the next. Raises ``IllegalStep``."""
    asked = sum(request.state is RequestState.OFFERED for request in recorded)
    if len(needs) <= asked:
        raise IllegalStep(last.state, wanted="next_candidate", because="need_met")


def _require_newest(last: AidRequest, recorded: Iterable[AidRequest]) -> None:
    """Another process may have asked on in this chain since we looked. Raises ``IllegalStep``."""
    chain = [r for r in recorded if r.first_request_id == last.first_request_id]
    newest = max(chain, key=lambda request: request.attempt)
    if newest.id != last.id or newest.state not in BROKEN_OFF:
        raise IllegalStep(newest.state, wanted="next_candidate", because="chain_went_on")


def _require_service(action: Action, request: AidRequest, core: Core) -> None:
    resource: Resource = between(borrower=request.borrower, lender=request.lender, accepted=False)
    actor, which = BY_SERVICE.actor, request.id
    require(actor, action, resource, what="request", which=which, now=core.clock())
