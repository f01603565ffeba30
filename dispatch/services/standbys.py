"""Bringing a unit to a post to stand by: asked of a neighbour, or an own one moved up.

A standby is an incident with a number of its own, the post for its place and one need. The lender is asked as
for a call, with its own countdown; nobody else is asked by itself when it says no.

Where a lender would be short itself, the unit of a third may be asked to stand by there in the same
transaction. Both are asked or neither. While both are open, a no of one takes back the other
(``standby_watch``); what was granted already is not undone: that is the dispatchers' to do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dispatch.agreements.access import Resource, owned_by
from dispatch.agreements.actions import Action
from dispatch.aid.arrival.predict import Prediction
from dispatch.aid.assignment import Assignment
from dispatch.aid.request import AidRequest
from dispatch.aid.standby_proposals import draft_standby
from dispatch.model.errors import Invalid
from dispatch.model.geo import Point
from dispatch.model.ids import (
    AssignmentId,
    IncidentId,
    JurisdictionId,
    RecommendationId,
    StationId,
    UnitId,
)
from dispatch.model.incident import Incident
from dispatch.model.unit import Unit
from dispatch.services.asking import Question, ask, eta_of
from dispatch.services.assignments import require_sendable
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.incidents import put_opened
from dispatch.services.ports import Tx
from dispatch.services.presenting import assignment_row, incident_row, request_row
from dispatch.services.steps import put_assignment, put_lapses


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One unit to one post: a station of the jurisdiction that is to be covered, or a place in its area."""

    unit_id: UnitId
    post: StationId | Point


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyAsk:
    """What a dispatcher asks for. ``proposal_id``: which proposal showed it. ``backfill``: for the lender."""

    posting: Posting
    proposal_id: RecommendationId | None = None
    note: str = ""
    backfill: Posting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A standby about to be entered, and what its unit would take to get there."""

    incident: Incident
    unit: Unit
    predicted: Prediction | None


class Standbys:
    """One transaction for the standby, its question or assignment, and the backfill's."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def ask(self, meta: CommandMeta, jurisdiction_id: JurisdictionId, wanted: StandbyAsk) -> Row:
        """``{incident, request, assignment, backfill}``: what was entered, null where nothing was.

        Raises ``NotFound``, ``Forbidden``, ``Invalid`` (``unit``, ``post``, ``backfill…``),
        ``NotPermitted``, ``UnitCommitted``, ``IllegalStep`` (an own unit that cannot be sent).
        """
        core, now = self._core, self._core.clock()
        own = owned_by(jurisdiction_id)
        what = "jurisdiction"
        require(meta.actor, Action.ASK_STANDBY, own, what=what, which=jurisdiction_id, now=now)
        ready = await self._prepare(jurisdiction_id, wanted.posting, note=wanted.note)
        behind = await self._prepare_backfill(meta, wanted, ready)

        def run(tx: Tx) -> Row:
            row = self._enter(tx, meta, ready, wanted.proposal_id)
            if behind is None:
                return {**row, "backfill": None}
            self._enter(tx, meta, behind, wanted.proposal_id)
            return {**row, "backfill": _backfill_row(behind)}

        body = _body_of(jurisdiction_id, wanted)
        return await core.store.write(
            lambda tx: once(tx, meta, command="ask_standby", body=body, run=lambda: run(tx))
        )

    def _enter(self, tx: Tx, meta: CommandMeta, ready: _Ready, proposal_id: RecommendationId | None) -> Row:
        """The incident, and the question to the lender; an own unit goes at once."""
        core, now, unit = self._core, self._core.clock(), ready.unit
        number = tx.next_incident_number(now.astimezone(core.zone).year)
        incident = replace(ready.incident, number=number, opened_at=now)
        put_opened(tx, meta, incident)
        if unit.jurisdiction_id == incident.jurisdiction_id:
            assignment = self._move_up(tx, meta, ready, incident)
            return _rows(tx, meta, incident, assignment=assignment)
        eta = eta_of(ready.predicted)
        question = Question(incident_id=incident.id, unit=unit, eta=eta, recommendation_id=proposal_id)
        request = ask(tx, meta, question, world=core.world, ids=core.ids, now=now)
        return _rows(tx, meta, incident, request=request)

    def _move_up(self, tx: Tx, meta: CommandMeta, ready: _Ready, incident: Incident) -> Assignment:
        now, unit, predicted = self._core.clock(), ready.unit, ready.predicted
        require_sendable(tx, unit, expected=None, now=now)
        assignment = Assignment(
            id=AssignmentId(self._core.ids("asg")),
            incident_id=incident.id,
            unit_id=unit.id,
            home=unit.jurisdiction_id,
            borrower=incident.jurisdiction_id,
            assigned_at=now,
            assigned_by=meta.actor.id,
            predicted_seconds=predicted.seconds if predicted else None,
            learned_seconds=predicted.learned_seconds if predicted else 0,
        )
        put_assignment(tx, meta, assignment)
        put_lapses(tx, [unit.id], now=now)
        return assignment

    async def _prepare_backfill(self, meta: CommandMeta, wanted: StandbyAsk, ready: _Ready) -> _Ready | None:
        """The lender's standby, by a third that is the asker's partner too: else its units are not seen."""
        if wanted.backfill is None:
            return None
        lender, asker = ready.unit.jurisdiction_id, ready.incident.jurisdiction_id
        if lender == asker:
            raise Invalid("backfill", "is for a lender: an own unit leaves nobody else short")
        now = self._core.clock()
        partners = self._core.world.book.partners_of(lender, now=now)
        resource = Resource(owner=lender, partners=frozenset(partners))
        action, which = Action.ASK_BACKFILL, lender
        require(meta.actor, action, resource, what="jurisdiction", which=which, now=now)
        unit = self._unit(wanted.backfill.unit_id, field="backfill.unit")
        third = unit.jurisdiction_id
        known = self._core.world.book.partners_of(asker, now=now)
        if third in (lender, asker) or third not in known:
            raise Invalid("backfill.unit", "is of nobody who is a partner of both")
        return await self._prepare(
            lender, wanted.backfill, note="", backfill_of=ready.incident.id, field="backfill"
        )

    async def _prepare(
        self,
        jurisdiction_id: JurisdictionId,
        posting: Posting,
        *,
        note: str,
        backfill_of: IncidentId | None = None,
        field: str = "",
    ) -> _Ready:
        core = self._core
        unit = self._unit(posting.unit_id, field=f"{field}.unit" if field else "unit")
        place, name = self._place(jurisdiction_id, posting.post, field=f"{field}.post" if field else "post")
        incident = draft_standby(
            jurisdiction_id,
            place,
            unit.unit_type,
            opened_at=core.clock(),
            incident_id=IncidentId(core.ids("inc")),
            address=name,
            note=note,
            backfill_of=backfill_of,
        )
        predicted = await core.engine.predict(incident, unit.id, now=core.clock())
        return _Ready(incident=incident, unit=unit, predicted=predicted)

    def _place(
        self, jurisdiction_id: JurisdictionId, post: StationId | Point, *, field: str
    ) -> tuple[Point, str]:
        """Where the post is and what it is called, as the journal keeps it."""
        core, name = self._core, ""
        if isinstance(post, Point):
            place = post
            if core.areas.find(place) != jurisdiction_id:
                raise Invalid(field, "lies outside the area that is to be covered")
        else:
            station = core.world.region.stations.get(post)
            if station is None or station.jurisdiction_id != jurisdiction_id:
                raise Invalid(field, "is no station of the area that is to be covered")
            place, name = station.position, station.name
        return Point.from_e7(lon_e7=place.lon_e7, lat_e7=place.lat_e7), name

    def _unit(self, unit_id: UnitId, *, field: str) -> Unit:
        unit = self._core.world.region.units.get(unit_id)
        if unit is None:
            raise Invalid(field, "is no unit that is known here")
        return unit


def _rows(
    tx: Tx,
    meta: CommandMeta,
    incident: Incident,
    *,
    request: AidRequest | None = None,
    assignment: Assignment | None = None,
) -> Row:
    """What was entered; of what is another's (a backfill), nothing."""
    viewer = meta.actor
    if incident.jurisdiction_id != viewer.jurisdiction_id:
        return {}
    return {
        "incident": incident_row(tx, incident, viewer=viewer),
        "request": request_row(tx, request, viewer=viewer) if request else None,
        "assignment": assignment_row(tx, assignment, viewer=viewer, duties=()) if assignment else None,
    }


def _backfill_row(behind: _Ready) -> Row:
    """Only that it was asked: its question is between the two others."""
    return {
        "unit": behind.unit.id,
        "lender": behind.unit.jurisdiction_id,
        "borrower": behind.incident.jurisdiction_id,
    }


def _body_of(jurisdiction_id: JurisdictionId, wanted: StandbyAsk) -> Mapping[str, object]:
    return {
        "jurisdiction": jurisdiction_id,
        **_posting_body(wanted.posting),
        "proposal": wanted.proposal_id,
        "note": wanted.note,
        "backfill": _posting_body(wanted.backfill) if wanted.backfill else None,
    }


def _posting_body(posting: Posting) -> Mapping[str, object]:
    post = posting.post
    return {
        "unit": posting.unit_id,
        "post": [post.lon_e7, post.lat_e7] if isinstance(post, Point) else post,
    }
