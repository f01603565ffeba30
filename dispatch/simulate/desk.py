"""Simulated dispatchers: they enter calls, send their own units, ask neighbours, answer requests.

They use the same use cases as people do and see no more than people see. A jurisdiction with a
human at the console is left to the human: nobody answers its requests for it.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dispatch.aid.request import AidRequest, DeclineReason
from dispatch.model.errors import Conflict, DispatchError, NotFound
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Need
from dispatch.model.principal import Principal, Role
from dispatch.model.unit import Unit
from dispatch.services.command import CommandMeta
from dispatch.services.house import Services
from dispatch.services.incidents import IncidentDraft
from dispatch.simulate.demand import Call

ANSWER_SECONDS = (6.0, 20.0)
SHARE_DECLINED = 0.12
RETRY = timedelta(seconds=45)


@dataclass(slots=True)
class OpenCall:
    """An incident that a simulated dispatcher entered and has to see through."""

    incident_id: IncidentId
    jurisdiction_id: JurisdictionId
    retry_at: datetime
    was_served: bool = False


@dataclass(slots=True)
class Desk:
    """The dispatchers of all jurisdictions but those that people sit at (``humans``)."""

    services: Services
    humans: frozenset[JurisdictionId]
    chance: random.Random
    calls: dict[IncidentId, OpenCall] = field(default_factory=dict)
    _answers: dict[str, datetime] = field(default_factory=dict)

    def meta(self, jurisdiction_id: JurisdictionId) -> CommandMeta:
        """A simulated dispatcher's signature; the name says what it is."""
        actor = Principal(
            id=f"simulated-{jurisdiction_id}",
            role=Role.DISPATCHER,
            jurisdiction_id=jurisdiction_id,
            display_name="Simulated dispatcher",
        )
        return CommandMeta(actor=actor)

    async def take(self, call: Call, *, now: datetime) -> None:
        """Enter a call and send what is free."""
        await self.serve(await self._enter(call, call.needs, now=now), now=now)

    async def send(self, call: Call, unit: Unit, *, now: datetime) -> None:
        """Enter a call that wants just this unit, and send it."""
        entered = await self._enter(call, (Need(unit_type=unit.unit_type),), now=now)
        entered.retry_at = now + RETRY
        meta = self.meta(call.jurisdiction_id)
        try:
            await self.services.assignments.assign_own(meta, entered.incident_id, unit.id)
        except Conflict:
            return
        entered.was_served = True

    async def _enter(self, call: Call, needs: tuple[Need, ...], *, now: datetime) -> OpenCall:
        draft = IncidentDraft(
            position=call.position,
            priority=call.nature.priority,
            nature=call.nature.name,
            needs=needs,
            jurisdiction_id=call.jurisdiction_id,
        )
        row = await self.services.incidents.open(self.meta(call.jurisdiction_id), draft)
        entered = OpenCall(IncidentId(row["id"]), call.jurisdiction_id, retry_at=now)
        self.calls[entered.incident_id] = entered
        return entered

    async def serve(self, call: OpenCall, *, now: datetime) -> None:
        """Send the first unit of the recommendation that the record still grants; else try again later."""
        call.retry_at = now + RETRY
        meta = self.meta(call.jurisdiction_id)
        shown = await self.services.recommendations.recommend(meta, call.incident_id)
        for unit_id in _list_free(shown):
            try:
                await self.services.assignments.assign_own(meta, call.incident_id, unit_id)
            except Conflict:
                continue
            call.was_served = True
            return
        for candidate in shown["candidates"]:
            try:
                await self.services.requests.request(meta, call.incident_id, UnitId(candidate["unit"]))
            except Conflict:
                continue
            return

    async def answer(self, request: AidRequest, *, now: datetime) -> None:
        """Answer a neighbour's request after a while, as a busy dispatcher would; or its counter-offer."""
        if request.answerer in self.humans:
            return
        due = self._answers.setdefault(
            request.id, now + timedelta(seconds=self.chance.uniform(*ANSWER_SECONDS))
        )
        if now < due:
            return
        del self._answers[request.id]
        meta = self.meta(request.answerer)
        try:
            if request.may_decline and self.chance.random() < SHARE_DECLINED:
                await self.services.requests.decline(
                    meta, request.id, reason=DeclineReason.CREW_FATIGUE, note="the crew's shift is ending"
                )
            else:
                await self.services.requests.accept(meta, request.id)
        except DispatchError:
            return

    async def follow(
        self, busy: Mapping[IncidentId, int], asked: frozenset[IncidentId], *, now: datetime
    ) -> None:
        """See each call through: try again while it waits, close it once its units have left."""
        for call in list(self.calls.values()):
            if busy.get(call.incident_id):
                call.was_served = True
            elif call.was_served:
                await self._close(call)
            elif call.incident_id not in asked and now >= call.retry_at:
                await self.serve(call, now=now)

    async def _close(self, call: OpenCall) -> None:
        del self.calls[call.incident_id]
        try:
            await self.services.incidents.close(self.meta(call.jurisdiction_id), call.incident_id)
        except (Conflict, NotFound):
            return


def _list_free(shown: Mapping[str, Any]) -> list[UnitId]:
    return [UnitId(row["unit"]) for row in shown["own"] if row.get("free_in_seconds") in (None, 0)]
