"""Standbys that are over: said to whoever may let a unit go, and ended where nobody is left.

Timers are rows, not tasks: everything is looked for again and again, so a restart forgets nothing. What the
end rule says is worked out from the picture and shown as a duty; to release the unit stays a person's act.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Final

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.aid.assignment import Assignment
from dispatch.aid.loans import commitments_of
from dispatch.aid.neighbourhood import neighbourhood_of
from dispatch.aid.request import AidRequest, RequestState, withdraw
from dispatch.aid.stand_down import StandDown, list_stand_downs
from dispatch.aid.standing_by import Standby, is_empty, list_standbys
from dispatch.model.ids import AssignmentId, IncidentId, JurisdictionId
from dispatch.model.incident import Incident, IncidentState
from dispatch.services.audience import Key, Table
from dispatch.services.command import BY_SERVICE
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.incidents import put_closed
from dispatch.services.ports import Committed, Tx
from dispatch.services.steps import put_answer

BACKFILL_REFUSED: Final = "backfill_refused"
NOT_LENT: Final = "unit_not_lent"


class StandbyWatch:
    """``sweep`` is one pass; ``has_news`` says that one is due now."""

    def __init__(self, core: Core, publish: Callable[[Iterable[Key]], object]) -> None:
        """``publish`` tells boards which rows changed."""
        self._core, self._publish = core, publish
        self.has_news = asyncio.Event()

    def notice(self, committed: Committed) -> None:
        """An answer or a unit that left may have emptied a post."""
        answered = any(isinstance(value, AidRequest | Assignment) for value in committed.changed)
        if answered and any(not incident.is_call for incident in self._core.world.incidents.values()):
            self.has_news.set()

    async def sweep(self) -> None:
        """Take back the other half of what was asked together, end what is empty, look at the end rule."""
        self.has_news.clear()
        standbys = [one.id for one in self._core.world.incidents.values() if not one.is_call]
        if standbys:
            await self._core.store.write(lambda tx: self._settle_all(tx, standbys))
        await self.look()

    def _settle_all(self, tx: Tx, standbys: Sequence[IncidentId]) -> None:
        for incident_id in standbys:
            self._settle(tx, incident_id)

    async def look(self) -> None:
        """Work out who may go home, off the loop, and tell the boards what changed."""
        world = self._core.world
        before = dict(world.stand_downs)
        found: dict[AssignmentId, StandDown] = {}
        standbys = list_standbys(world.list_standing_by(), world.incidents)
        for borrower, ours in groupby(sorted(standbys, key=_by_borrower), key=_by_borrower):
            found |= await self._ended(borrower, tuple(ours), before)
        world.stand_downs = found
        changed = {which for which in before.keys() | found.keys() if before.get(which) != found.get(which)}
        if changed:
            self._publish(frozenset(Key(Table.ASSIGNMENTS, which) for which in changed))

    async def _ended(
        self,
        borrower: JurisdictionId,
        standbys: Sequence[Standby],
        before: dict[AssignmentId, StandDown],
    ) -> dict[AssignmentId, StandDown]:
        world, now = self._core.world, self._core.clock()
        counsel = self._core.engine.advisor.counsel_for(borrower, now=now)
        also = [standby.unit_id for standby in standbys]
        near = neighbourhood_of(borrower, picture=world.picture, pairs=world.book.pairs, also=also).picture
        assignments, requests = tuple(world.assignments.values()), tuple(world.list_outstanding())

        def compute() -> dict[AssignmentId, StandDown]:
            commitments = commitments_of(assignments, requests, now=now)
            seen = counsel.look(near, commitments, now=now)
            return list_stand_downs(standbys, seen, counsel.practice, before=before, now=now)

        return await asyncio.to_thread(compute)

    def _settle(self, tx: Tx, incident_id: IncidentId) -> None:
        """On what the record says now. A backfill ends with what it backs, while nobody has granted it."""
        incident, now = tx.get_incident(incident_id), self._core.clock()
        if incident.state is not IncidentState.ACTIVE:
            return
        if incident.backfill_of is not None:
            self._settle_pair(tx, incident, tx.get_incident(incident.backfill_of), now=now)
        self._end_empty(tx, incident, now=now)

    def _settle_pair(self, tx: Tx, backfill: Incident, backed: Incident, *, now: datetime) -> None:
        if self._is_over(tx, backed):
            self._withdraw(tx, backfill, reason=NOT_LENT, now=now)
        elif self._is_over(tx, backfill):
            self._withdraw(tx, backed, reason=BACKFILL_REFUSED, now=now)
            self._end_empty(tx, backed, now=now)

    def _is_over(self, tx: Tx, incident: Incident) -> bool:
        """Whether nobody came of it: what was granted once is over only with its unit."""
        of_it = tx.list_assignments(incident_id=incident.id)
        if of_it:
            return False
        requests = tx.list_requests(incident_id=incident.id)
        return not any(request.state is RequestState.OFFERED for request in requests)

    def _withdraw(self, tx: Tx, incident: Incident, *, reason: str, now: datetime) -> None:
        for request in tx.list_requests(incident_id=incident.id):
            if request.state is RequestState.OFFERED:
                self._require(incident, now=now)
                by = BY_SERVICE.actor.id
                withdrawn = withdraw(request, by=by, reason=reason, expected=None, now=now)
                put_answer(tx, BY_SERVICE, withdrawn, by_lender=False)

    def _end_empty(self, tx: Tx, incident: Incident, *, now: datetime) -> None:
        assignments = tx.list_assignments(incident_id=incident.id)
        requests = tx.list_requests(incident_id=incident.id)
        if not is_empty(incident, assignments=assignments, requests=requests):
            return
        self._require(incident, now=now)
        state = IncidentState.CLOSED if assignments else IncidentState.CANCELLED
        closed = replace(incident, state=state, closed_at=now, version=incident.version + 1)
        put_closed(tx, BY_SERVICE, closed, now=now)

    def _require(self, incident: Incident, *, now: datetime) -> None:
        resource = owned_by(incident.jurisdiction_id)
        actor, action = BY_SERVICE.actor, Action.END_STANDBY
        require(actor, action, resource, what="incident", which=incident.id, now=now)


def _by_borrower(standby: Standby) -> JurisdictionId:
    return standby.borrower
