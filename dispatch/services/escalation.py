"""A request that nobody grants goes on to the next candidate, by itself.

Timers are rows, not tasks: due requests and broken-off chains are looked for again and again, so a
restart forgets none, and a service that was down for an hour fires nothing late: what expired
meanwhile is only followed up where the incident is still active and still wants a unit.

Where nobody is left to ask, the record says so (``AidExhausted``) and the board tells the dispatcher to
telephone; the chain is tried again whenever a unit or a promise came free.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from dispatch.agreements.access import Resource, between
from dispatch.agreements.actions import Action
from dispatch.agreements.record import AgreementText, FiledAct, FiledSignature
from dispatch.aid.advice.practice_document import FiledPractice
from dispatch.aid.assignment import Assignment
from dispatch.aid.chain import OVER, list_asked, list_broken_off, list_open_needs
from dispatch.aid.closure import LendingClosure
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.needs import list_unmet_needs
from dispatch.aid.pre_alert import PreAlert
from dispatch.aid.recommend import Recommendation
from dispatch.aid.request import BROKEN_OFF, AidRequest, RequestState, exhaust, expire
from dispatch.aid.waiver import AskedWaiver, WaiverState
from dispatch.model.errors import Conflict, IllegalStep, Unavailable
from dispatch.model.ids import RecommendationId, RequestId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.unit import FREE, SATISFIED_BY, UnitState, UnitType
from dispatch.services.asking import Eta, Question, ask
from dispatch.services.command import BY_SERVICE
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.ports import Changed, Committed, Reader, Tx
from dispatch.services.recommend import put_recommendation
from dispatch.services.steps import put_answer, put_exhausted

RETRY: Final = timedelta(seconds=5)
"""An exhausted chain is tried again at most this often, once a unit or a promise came free."""
RETRY_ANYWAY: Final = timedelta(seconds=60)
"""And this often without: an agreement begins, or a position is heard again, without any commit."""


class Escalation:
    """Expires what is due and asks on. ``sweep`` is one pass; ``has_news`` says that one is due now."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._given_up: set[RequestId] = set()
        self._tried: dict[RequestId, datetime] = {}
        self._freed_at = core.clock()
        self.has_news = asyncio.Event()

    def notice(self, committed: Committed) -> None:
        """A decline need not wait for the next pass."""
        if any(isinstance(value, AidRequest) and value.state in BROKEN_OFF for value in committed.changed):
            self.has_news.set()
        if any(_frees(value) for value in committed.changed):
            self._freed_at = self._core.clock()

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
        self._tried = {key: at for key, at in self._tried.items() if key in core.world.requests}
        broken_off = list_broken_off(core.world.requests.values())
        failed += await _each(self._ask_on, [last for last in broken_off if self._is_worth_trying(last)])
        for failure in failed:
            raise failure

    def _is_worth_trying(self, last: AidRequest) -> bool:
        tried = self._tried.get(last.id)
        if last.id in self._given_up or tried is None or last.exhausted_at is None:
            return last.id not in self._given_up
        waited = self._core.clock() - tried
        return waited >= (RETRY if self._freed_at >= tried else RETRY_ANYWAY)

    async def _expire(self, due: AidRequest) -> None:
        core = self._core

        def write(tx: Tx) -> None:
            request, now = tx.get_request(due.id), core.clock()
            if request.state is RequestState.OFFERED:  # else: answered since we looked
                _require_service(Action.EXPIRE_REQUEST, request, core)
                put_answer(tx, BY_SERVICE, expire(request, now=now), by_lender=False)

        await core.store.write(write)

    async def _ask_on(self, last: AidRequest) -> None:
        """Ask the next one advised that this incident has not asked yet; with none left, say so."""
        core = self._core
        self._tried[last.id] = core.clock()
        incident = core.world.incidents.get(last.incident_id)
        if incident is not None and not incident.is_call:
            return  # whom to ask to stand by is a person's choice, each time
        need = self._find_need(incident, last) if incident else None
        if incident is None or need is None:
            return
        if not await core.store.read(lambda reader: _list_needs(reader, last, core)):
            # A unit came since we asked: its leaving asks for no other.
            await self._put_exhausted(last, now=None)
            self._given_up.add(last.id)
            return
        asked = list_asked(core.world.list_requests_of(incident.id))
        found = await core.engine.recommend(
            incident, need=need, now=core.clock(), exclude=asked, requester=last.requester
        )
        for candidate in found.list_to_ask():
            eta = Eta(candidate.eta_seconds, candidate.eta_basis.value, candidate.learned_seconds)
            try:
                await self._ask(last, found, candidate.unit_id, eta)
            except IllegalStep:
                return  # the incident ended, or somebody asked on in this chain
            except Conflict:
                continue  # taken or forbidden since it was recommended
            return
        await self._put_exhausted(last, now=core.clock())

    async def _put_exhausted(self, last: AidRequest, *, now: datetime | None) -> None:
        """Record that nobody is left to ask or, without ``now``, that nobody need be asked any more."""
        if (last.exhausted_at is None) == (now is None):
            return
        core = self._core

        def write(tx: Tx) -> None:
            request = tx.get_request(last.id)
            recorded = tx.list_requests(incident_id=last.incident_id)
            if (request.exhausted_at is None) == (now is None) or not _is_newest(last, recorded):
                return  # another process said so, or asked on
            if now is not None and not _wants_more(recorded, _list_needs(tx, last, core)):
                return
            _require_service(Action.ASK_NEXT_CANDIDATE, request, core)
            put_exhausted(tx, BY_SERVICE, exhaust(request, now=now), now=core.clock())

        await core.store.write(write)

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
        unmet = list_open_needs(
            incident,
            assignments=world.list_assignments_of(incident.id),
            requests=world.list_requests_of(incident.id),
            units=world.region.units,
        )
        if not unmet:
            return None
        unit = world.region.units.get(last.unit_id)
        fitting = (need for need in unmet if unit and unit.unit_type in SATISFIED_BY[need])
        return next(fitting, unmet[0])


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
    if not _wants_more(recorded, needs):
        raise IllegalStep(last.state, wanted="next_candidate", because="need_met")


def _wants_more(recorded: Iterable[AidRequest], needs: Sequence[UnitType]) -> bool:
    return len(needs) > sum(request.state is RequestState.OFFERED for request in recorded)


def _require_newest(last: AidRequest, recorded: Iterable[AidRequest]) -> None:
    """Another process may have asked on in this chain since we looked. Raises ``IllegalStep``."""
    if not _is_newest(last, recorded):
        raise IllegalStep(last.state, wanted="next_candidate", because="chain_went_on")


def _is_newest(last: AidRequest, recorded: Iterable[AidRequest]) -> bool:
    """Whether the chain still ends with ``last``, broken off."""
    chain = [r for r in recorded if r.first_request_id == last.first_request_id]
    return [r.id for r in list_broken_off(chain)] == [last.id]


def _require_service(action: Action, request: AidRequest, core: Core) -> None:
    resource: Resource = between(borrower=request.borrower, lender=request.lender, accepted=False)
    actor, which = BY_SERVICE.actor, request.id
    require(actor, action, resource, what="request", which=which, now=core.clock())


def _frees(value: Changed) -> bool:
    """Whether a change may have freed a unit, or permitted one, for somebody who had none left to ask."""
    match value:
        case UnitState():
            return value.status in FREE
        case Assignment():
            return value.ended_at is not None
        case AidRequest():
            return value.state in OVER and value.exhausted_at is None
        case AgreementText() | FiledSignature() | FiledAct() | LendingClosure() | CoverOverride():
            # A signature, a party that opens again, or one that is short now (some clauses ask for that) may
            # bring units nobody could ask for.
            return True
        case AskedWaiver():
            return value.state is WaiverState.GRANTED
        case Incident() | PreAlert() | FiledPractice():
            return False
        case _:
            assert_never(value)
