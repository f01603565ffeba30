"""Opening, closing and reading incidents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.request import RequestState, withdraw
from dispatch.model.errors import IllegalStep, Invalid, StaleVersion
from dispatch.model.events import IncidentClosed, IncidentOpened
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Incident, IncidentState, Need, Priority
from dispatch.model.principal import Principal
from dispatch.routing.border_wording import word_border
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Reader, Tx
from dispatch.services.presenting import entry_row, incident_row
from dispatch.services.steps import put_answer, put_release

MOST_UNITS: Final = 50
"""How many units one incident may ask for in all: beyond that somebody mistyped."""

MOST_ENDED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDraft:
    """What a dispatcher enters. ``jurisdiction_id`` overrides the polygons, within the actor's own."""

    position: Point
    priority: Priority
    nature: str
    needs: tuple[Need, ...]
    address: str = ""
    note: str = ""
    jurisdiction_id: JurisdictionId | None = None


class Incidents:
    """The incident's own use cases; each command is one transaction."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def open(self, meta: CommandMeta, draft: IncidentDraft) -> Row:
        """Open an incident and answer its row with whose border it is near, and a sentence that says so.

        Raises ``Invalid`` (``position`` outside the actor's area without an override, ``jurisdiction``
        not the actor's, ``needs``), ``Forbidden``, ``KeyReused``.
        """
        core, actor = self._core, meta.actor
        require_needs(draft.needs)
        own = owned_by(actor.jurisdiction_id)
        require(actor, Action.OPEN_INCIDENT, own, what="incident", which="new", now=core.clock())
        jurisdiction_id = self._jurisdiction_of(draft, actor)
        near = list(core.areas.near_border(draft.position, core.near_border_m))
        where, names = core.areas.look_around(draft.position), core.world.names
        notice = word_border(where, names, within_m=core.near_border_m)

        def run(tx: Tx) -> Row:
            incident = _opened(tx, core, draft, jurisdiction_id)
            put_opened(tx, meta, incident)
            return {**incident_row(tx, incident, viewer=actor), "near_border": near, "border_notice": notice}

        body = _body_of(draft)
        return await core.store.write(
            lambda tx: once(tx, meta, command="open_incident", body=body, run=lambda: run(tx))
        )

    async def close(
        self,
        meta: CommandMeta,
        incident_id: IncidentId,
        *,
        expected_version: int | None = None,
        cancelled: bool = False,
    ) -> Row:
        """End an incident: own units are free, lent ones return, unanswered requests are withdrawn.

        Raises ``NotFound`` (missing or foreign), ``Forbidden``, ``StaleVersion``, ``IllegalStep``.
        """
        core = self._core
        state = IncidentState.CANCELLED if cancelled else IncidentState.CLOSED

        def run(tx: Tx) -> Row:
            now = core.clock()
            before = tx.get_incident(incident_id)
            own = owned_by(before.jurisdiction_id)
            require(meta.actor, Action.CLOSE_INCIDENT, own, what="incident", which=incident_id, now=now)
            _require_closable(before, state, expected=expected_version)
            _withdraw_all(tx, meta, before, now=now)
            _release_all(tx, meta, before, now=now)
            after = replace(before, state=state, closed_at=now, version=before.version + 1)
            put_closed(tx, meta, after, now=now)
            return incident_row(tx, after, viewer=meta.actor)

        body = {"incident": incident_id, "expected_version": expected_version, "cancelled": cancelled}
        return await core.store.write(
            lambda tx: once(tx, meta, command="close_incident", body=body, run=lambda: run(tx))
        )

    async def list_incidents(self, principal: Principal, *, active: bool = True) -> Sequence[Row]:
        """Rows of the principal's own incidents, newest first; when not ``active`` the last 500 ended."""
        now, own = self._core.clock(), principal.jurisdiction_id
        require(principal, Action.LIST_INCIDENTS, owned_by(own), what="incidents", which="own", now=now)

        def read(reader: Reader) -> Sequence[Row]:
            found = _list_own(reader, own, active=active) if own else ()
            return [incident_row(reader, incident, viewer=principal) for incident in found]

        return await self._core.store.read(read)

    async def get_incident(self, principal: Principal, incident_id: IncidentId) -> Row:
        """One row, with ``entries``: its journal entries, for its own jurisdiction. Raises ``NotFound``."""

        def read(reader: Reader) -> Row:
            incident = reader.get_incident(incident_id)
            disclosures = reader.list_disclosures(incident_id=incident_id)
            entries = [entry_row(e, disclosures) for e in reader.list_entries(incident_id=incident_id)]
            return incident_row(reader, incident, viewer=principal, entries=entries)

        return await self._core.store.read(read)

    def _jurisdiction_of(self, draft: IncidentDraft, actor: Principal) -> JurisdictionId:
        """Whose incident it is: the polygon's, or the actor's own where the actor says so."""
        if draft.jurisdiction_id is not None:
            if draft.jurisdiction_id != actor.jurisdiction_id:
                raise Invalid("jurisdiction", "may only be one's own")
            return draft.jurisdiction_id
        found = self._core.areas.find(draft.position)
        if found is None:
            raise Invalid("position", "lies in no jurisdiction: name your own to take it all the same")
        if found != actor.jurisdiction_id:
            raise Invalid("position", f"lies in {found}: name your own jurisdiction to take it all the same")
        return found


def _list_own(reader: Reader, own: JurisdictionId, *, active: bool) -> Sequence[Incident]:
    if not active:
        return reader.list_ended_incidents(own, at_most=MOST_ENDED)
    found = [i for i in reader.list_incidents(active_only=True) if i.jurisdiction_id == own]
    return sorted(found, key=lambda incident: (incident.opened_at, incident.number), reverse=True)


def require_needs(needs: Sequence[Need]) -> None:
    """Raises ``Invalid`` for no need, a count below 1, and more units in all than anybody means."""
    if not needs:
        raise Invalid("needs", "name at least one unit type")
    for index, need in enumerate(needs):
        if need.count < 1:
            raise Invalid(f"needs[{index}].count", "at least 1")
    if sum(need.count for need in needs) > MOST_UNITS:
        raise Invalid("needs", f"at most {MOST_UNITS} units")


def _body_of(draft: IncidentDraft) -> dict[str, object]:
    return {
        "lon_e7": draft.position.lon_e7,
        "lat_e7": draft.position.lat_e7,
        "priority": draft.priority,
        "nature": draft.nature,
        "needs": [[need.unit_type, need.count] for need in draft.needs],
        "address": draft.address,
        "note": draft.note,
        "jurisdiction": draft.jurisdiction_id,
    }


def _opened(tx: Tx, core: Core, draft: IncidentDraft, jurisdiction_id: JurisdictionId) -> Incident:
    now = core.clock()
    # The number's year is the one on the centre's wall, not UTC's.
    year = now.astimezone(core.zone).year
    return Incident(
        id=IncidentId(core.ids("inc")),
        number=tx.next_incident_number(year),
        jurisdiction_id=jurisdiction_id,
        # As the journal keeps it, so that what is shown and what is recorded are the same.
        position=Point.from_e7(lon_e7=draft.position.lon_e7, lat_e7=draft.position.lat_e7),
        priority=draft.priority,
        nature=draft.nature,
        needs=draft.needs,
        opened_at=now,
        address=draft.address,
        note=draft.note,
    )


def put_opened(tx: Tx, meta: CommandMeta, incident: Incident) -> None:
    """A new incident, as it is entered."""
    tx.put_incident(incident)
    tx.record(
        IncidentOpened(
            occurred_at=incident.opened_at,
            jurisdiction_id=incident.jurisdiction_id,
            incident_id=incident.id,
            number=incident.number,
            lon_e7=incident.position.lon_e7,
            lat_e7=incident.position.lat_e7,
            priority=incident.priority.value,
            nature=incident.nature,
            needs=tuple({"unit_type": need.unit_type.value, "count": need.count} for need in incident.needs),
            address=incident.address,
            note=incident.note,
            purpose=incident.purpose.value,
            backfill_of=incident.backfill_of,
        ),
        actor=meta.actor,
        key=meta.key,
    )


def _require_closable(incident: Incident, state: IncidentState, *, expected: int | None) -> None:
    if incident.state is not IncidentState.ACTIVE:
        raise IllegalStep(incident.state, wanted=state, because=f"already_{incident.state}")
    if expected is not None and expected != incident.version:
        raise StaleVersion(f"incident {incident.id}", presented=expected, current=incident.version)


def _withdraw_all(tx: Tx, meta: CommandMeta, incident: Incident, *, now: datetime) -> None:
    for request in tx.list_requests(incident_id=incident.id):
        if request.state is RequestState.OFFERED:
            by, reason = meta.actor.id, "incident_ended"
            withdrawn = withdraw(request, by=by, reason=reason, expected=None, now=now)
            put_answer(tx, meta, withdrawn, by_lender=False)


def _release_all(tx: Tx, meta: CommandMeta, incident: Incident, *, now: datetime) -> None:
    for assignment in tx.list_assignments(incident_id=incident.id):
        if assignment.state in (AssignmentState.RETURNING, AssignmentState.ENDED):
            continue
        put_release(tx, meta, assignment, expected=None, reason="incident_ended", now=now)


def put_closed(tx: Tx, meta: CommandMeta, incident: Incident, *, now: datetime) -> None:
    """The incident as it ended."""
    tx.put_incident(incident)
    tx.record(
        IncidentClosed(
            occurred_at=now,
            jurisdiction_id=incident.jurisdiction_id,
            incident_id=incident.id,
            state=incident.state.value,
            incident_version=incident.version,
        ),
        actor=meta.actor,
        key=meta.key,
    )
