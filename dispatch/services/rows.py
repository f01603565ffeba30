"""The board's rows from the read-model, through ``agreements/sight``."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from dispatch.agreements.feed_sight import feed_view, service_view
from dispatch.agreements.provisions import Withheld
from dispatch.agreements.shapes import Viewer
from dispatch.agreements.sight import (
    assignment_view,
    cover_view,
    incident_view,
    request_view,
    unit_view,
    wire_time,
)
from dispatch.agreements.standing_sight import closure_view, override_row, waiver_view
from dispatch.aid.assignment import Assignment
from dispatch.aid.chain import NextStep, find_next_step, list_open_needs
from dispatch.aid.overwhelm import Cover, CoverReason
from dispatch.aid.request import BROKEN_OFF, AidRequest
from dispatch.aid.wording import cover_sentence
from dispatch.model.ids import (
    AssignmentId,
    ClosureId,
    IncidentId,
    JurisdictionId,
    PreAlertId,
    RequestId,
    UnitId,
    WaiverId,
)
from dispatch.model.incident import Incident, IncidentState
from dispatch.services.audience import Audience, Key, Table
from dispatch.services.command import Row
from dispatch.services.cover_acts import alert_row
from dispatch.services.health_book import SERVICE_ID
from dispatch.services.positions import Positions
from dispatch.services.presenting import may_escalate
from dispatch.services.service_watch import degraded_row
from dispatch.services.standing import (
    duty_rows,
    waived_sentence,
    warnings_for,
    withheld_between,
    withheld_by,
)
from dispatch.services.world import World


class WorldRows:
    """What the hub watches: the read-model and the covers beside it."""

    def __init__(self, world: World, covers: dict[JurisdictionId, Cover]) -> None:
        """``covers`` is the live mapping that ``CoverWatch`` keeps."""
        self._world, self._covers = world, covers
        self.positions = Positions(world.picture)
        self._hiding: dict[JurisdictionId, tuple[frozenset[JurisdictionId], frozenset[JurisdictionId]]] = {}
        self._find = {
            Table.UNITS: self._unit,
            Table.INCIDENTS: self._incident,
            Table.REQUESTS: self._request,
            Table.ASSIGNMENTS: self._assignment,
            Table.COVERS: self._cover,
            Table.CLOSURES: self._closure,
            Table.WAIVERS: self._waiver,
            Table.PRE_ALERTS: self._pre_alert,
            Table.FEEDS: self._feed,
            Table.SERVICE: self._service,
        }

    @property
    def epoch(self) -> str:
        """The record's epoch."""
        return self._world.epoch

    @property
    def seq(self) -> int:
        """The newest commit that the read-model has taken in."""
        return self._world.seq

    def partners_of(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        """Who shares an agreement in force with the jurisdiction."""
        return self._world.book.partners_of(jurisdiction_id, now=now)

    def hiding_from(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        """The partners whose units' places an agreement in force withholds from the jurisdiction."""
        partners = self.partners_of(jurisdiction_id, now=now)
        known = self._hiding.get(jurisdiction_id)
        # The book answers with the very same set until an agreement is filed, begins, ends or rests.
        if known is None or known[0] is not partners:
            hiding = frozenset(
                partner
                for partner in partners
                if Withheld.EXACT_POSITION in withheld_between(self._world, jurisdiction_id, partner, now=now)
            )
            self._hiding[jurisdiction_id] = known = (partners, hiding)
        return known[1]

    def list_keys(self, audience: Audience, *, now: datetime) -> Iterable[Key]:
        """Every row there is but the units of strangers: a fleet of thousands, of which no row is seen."""
        world, own = self._world, audience.jurisdiction_id
        if own is not None:
            for home in (own, *self.partners_of(own, now=now)):
                yield from (Key(Table.UNITS, unit.id) for unit in world.units_of(home))
            lent = (a.unit_id for a in world.assignments.values() if a.lent and a.borrower == own)
            yield from (Key(Table.UNITS, unit_id) for unit_id in lent)
        yield from (Key(Table.INCIDENTS, incident_id) for incident_id in world.incidents)
        yield from (Key(Table.REQUESTS, request_id) for request_id in world.requests)
        yield from (Key(Table.ASSIGNMENTS, assignment_id) for assignment_id in world.assignments)
        yield from (Key(Table.COVERS, jurisdiction_id) for jurisdiction_id in self._covers)
        yield from (Key(Table.CLOSURES, closure_id) for closure_id in world.closures)
        yield from (Key(Table.WAIVERS, waiver_id) for waiver_id in world.waivers)
        yield from (Key(Table.PRE_ALERTS, alert_id) for alert_id in world.advice.pre_alerts)
        yield from (Key(Table.FEEDS, feed_id) for feed_id in world.health.feeds)
        yield Key(Table.SERVICE, SERVICE_ID)

    def find_row(self, key: Key, audience: Audience, *, now: datetime) -> Row | None:
        """The row as this audience may see it now."""
        return self._find[key.table](key.id, audience, now)

    def _unit(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        return unit_row(self._world, UnitId(row_id), viewer=audience, now=now)

    def _incident(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        incident = self._world.incidents.get(IncidentId(row_id))
        if incident is None or incident.state is not IncidentState.ACTIVE:
            return None
        live = self._world.list_assignments_of(incident.id)
        lenders = frozenset(a.home for a in live if a.lent)
        return incident_view(
            incident,
            viewer=audience,
            lenders=lenders,
            assigned=[a.unit_id for a in live if a.attends],
            came=self._world.assignments.count_come(incident.id),
        )

    def _request(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        request = self._world.requests.get(RequestId(row_id))
        incident = self._world.incidents.get(request.incident_id) if request else None
        if request is None or incident is None:
            return None
        live = self._world.find_live_assignment(request.unit_id)
        return request_view(
            request,
            incident,
            viewer=audience,
            escalates=may_escalate(request, incident),
            live=live is not None and live.request_id == request.id,
            next_step=self._next_step(request, incident),
            withheld=withheld_by(self._world, request),
            warnings=warnings_for(self._world, request, incident),
            people=self._world.people,
        )

    def _next_step(self, request: AidRequest, incident: Incident) -> NextStep | None:
        if request.state not in BROKEN_OFF or not incident.is_call:
            return None
        of_incident, units = self._world.list_requests_of(incident.id), self._world.region.units
        sent = self._world.list_assignments_of(incident.id)
        needs = list_open_needs(incident, assignments=sent, requests=of_incident, units=units)
        return find_next_step(request, of_incident, short=bool(needs))

    def _assignment(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        assignment = self._world.assignments.get(AssignmentId(row_id))
        return assignment_row(self._world, assignment, viewer=audience, now=now) if assignment else None

    def _closure(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        closure = self._world.closures.get(ClosureId(row_id))
        if closure is None or not closure.holds(now):
            return None
        partners = self.partners_of(closure.jurisdiction_id, now=now)
        return closure_view(closure, viewer=audience, partners=partners)

    def _waiver(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        waiver = self._world.waivers.get(WaiverId(row_id))
        incident = self._world.incidents.get(waiver.incident_id) if waiver else None
        if waiver is None or incident is None:
            return None
        return waiver_view(
            waiver,
            viewer=audience,
            state=waiver.state_at(now),
            incident_number=incident.number,
            sentence=waived_sentence(self._world, waiver),
        )

    def _cover(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        jurisdiction_id = JurisdictionId(row_id)
        cover = self._covers.get(jurisdiction_id)
        if cover is None:
            return None
        return cover_view(
            jurisdiction_id=jurisdiction_id,
            state=cover.state,
            free=cover.free,
            lent=cover.lent,
            total=cover.total,
            pending=cover.pending,
            reasons=_sentences(cover.reasons),
            viewer=audience,
            partners=self.partners_of(jurisdiction_id, now=now),
            levels={
                level.capability.value: {**level.to_json(), "reasons": _sentences(level.memory.reasons)}
                for level in cover.levels
            },
            override=override_row(cover.override) if cover.override else None,
        )

    def _pre_alert(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        alert = self._world.advice.pre_alerts.get(PreAlertId(row_id))
        return None if alert is None else alert_row(self._world, alert, audience, now)

    def _feed(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        """Without the figures, which go with the beat: boards hear of a feed when its state changes."""
        world, feed = self._world, self._world.health.feeds.get(row_id)
        if feed is None:
            return None
        home = feed.jurisdiction_id
        return feed_view(
            feed,
            None,
            viewer=audience,
            partners=self.partners_of(home, now=now),
            withheld=withheld_between(world, audience.jurisdiction_id, home, now=now),
        )

    def feed_ages(self, fixes_by_feed: Mapping[str, bool]) -> bytes:
        """The end of a beat; empty where no feed is seen."""
        book = self._world.health
        entries = (book.ages_entry(which, shows_fixes=shows) for which, shows in fixes_by_feed.items())
        known = b",".join(entry for entry in entries if entry is not None)
        return b',"feeds":[%s]' % known if known else b""

    def _service(self, row_id: str, audience: Audience, now: datetime) -> Row | None:
        service = self._world.health.service
        if service is None:
            return None
        return service_view(
            row_id=row_id,
            started_at=service.started_at,
            degraded=[{**degraded_row(loss), "since": wire_time(at)} for loss, at in service.losses],
            viewer=audience,
        )


def unit_row(world: World, unit_id: UnitId, *, viewer: Viewer, now: datetime) -> Row | None:
    """A unit as this viewer may see it now; None for one that is not theirs to see, or that is not."""
    unit = world.region.units.get(unit_id)
    if unit is None:
        return None
    assignment = world.find_live_assignment(unit_id)
    return unit_view(
        unit,
        world.picture.state(unit_id),
        world.picture.fix(unit_id),
        viewer=viewer,
        lent_to=assignment.borrower if assignment and assignment.lent else None,
        partners=world.book.partners_of(unit.jurisdiction_id, now=now),
        withheld=withheld_between(world, viewer.jurisdiction_id, unit.jurisdiction_id, now=now),
    )


def assignment_row(world: World, assignment: Assignment, *, viewer: Viewer, now: datetime) -> Row | None:
    """An assignment for the two sides of it; None for anybody else."""
    incident = world.incidents.get(assignment.incident_id)
    if incident is None:
        return None
    return assignment_view(
        assignment,
        viewer=viewer,
        incident_number=incident.number,
        duties=duty_rows(world, assignment, now=now),
        purpose=incident.purpose,
    )


def _sentences(reasons: Iterable[CoverReason]) -> list[Row]:
    return [{**reason.to_json(), "sentence": cover_sentence(reason)} for reason in reasons]
