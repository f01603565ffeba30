"""What one jurisdiction's board, log or client may see of each thing: rows as the wire has them.

The one place that decides it, for frames, answers and exports alike. ``SHOWS`` is an allowlist: a
field that no group names is hidden from everybody, so that a new field leaks nothing until someone
puts it here. A row keeps its shape: a hidden list is empty, any other hidden field null. A view
answers None where the viewer may not know that the thing exists.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

from dispatch.agreements.access import Resource, between, fields_of, relation_of
from dispatch.agreements.actions import Action, FieldGroup
from dispatch.agreements.clause_wording import clause_sentence
from dispatch.agreements.filed import filed_fields
from dispatch.agreements.parse import as_document
from dispatch.agreements.provisions import Withheld
from dispatch.agreements.record import Paper
from dispatch.agreements.shapes import AssignmentLike, RequestLike, Viewer
from dispatch.agreements.shown import SHOWS
from dispatch.agreements.standing import list_missing_signatures, state_at
from dispatch.agreements.terms import Agreement
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Incident, Purpose
from dispatch.model.unit import Fix, Unit, UnitState, UnitStatus

Row: TypeAlias = dict[str, Any]
Fields: TypeAlias = frozenset[FieldGroup]
F = FieldGroup


def unit_view(
    unit: Unit,
    state: UnitState | None,
    fix: Fix | None,
    *,
    viewer: Viewer,
    lent_to: JurisdictionId | None = None,
    partners: Collection[JurisdictionId] = (),
    withheld: Collection[Withheld] = (),
) -> Row | None:
    """A unit's row. ``lent_to``: who has it on an accepted request now; ``partners``: of its home, now.

    ``withheld``: what the agreements in force between the two hide: a partner then sees no position at
    all until aid was accepted; while a unit works for them, nothing is hidden, for safety's sake.

    A unit that nothing was heard of is ``unknown``. Without a fix there is no position: a station is
    where a unit should be, not where it is.
    """
    resource = Resource(
        owner=unit.jurisdiction_id,
        accepted_parties=frozenset() if lent_to is None else frozenset({lent_to}),
        partners=frozenset(partners),
    )
    fields = _fields(Action.READ_UNIT, viewer, resource)
    if fields is None:
        return None
    exact = F.UNIT_EXACT_POSITION in fields
    if Withheld.EXACT_POSITION in withheld and not exact and viewer.jurisdiction_id != unit.jurisdiction_id:
        fields -= {F.UNIT_COARSE_POSITION}
    row: Row = {
        **_unit_row(unit, state),
        **_place(None if fix is None else fix.position, exact=exact),
        "position_at": None if fix is None else wire_time(fix.at),
        "coarse": not exact,
        "lent_to": lent_to,
        "own": viewer.jurisdiction_id == unit.jurisdiction_id,
    }
    return let_through(row, fields)


def _unit_row(unit: Unit, state: UnitState | None) -> Row:
    return {
        "id": unit.id,
        "call_sign": unit.call_sign,
        "jurisdiction": unit.jurisdiction_id,
        "unit_type": unit.unit_type.value,
        "capabilities": sorted(unit.capabilities),
        "status": UnitStatus.UNKNOWN.value if state is None else state.status.value,
        "changed_at": None if state is None else wire_time(state.changed_at),
        "reported_at": None if state is None else wire_time(state.reported_at),
        "incident": None if state is None else state.incident_id,
        "version": 0 if state is None else state.version,
        "on_duty_since": wire_time(state.on_duty_since) if state and state.on_duty_since else None,
        "shift_ends_at": wire_time(state.shift_ends_at) if state and state.shift_ends_at else None,
    }


def candidate_rows(
    rows: Sequence[Row], *, action: Action, viewer: Viewer, borrower: JurisdictionId
) -> list[Row]:
    """Candidates' rows in the answer to ``action``: their crews only for whom the table grants them.

    Only units that an agreement permits now are candidates; of any other no row has a ``crew`` to show.
    """
    fields = _fields(action, viewer, Resource(owner=borrower)) or frozenset()
    granted = F.CANDIDATE_CREW in fields
    return [
        {**row, "crew": let_through(row["crew"], fields) if granted and row["crew"] else None} for row in rows
    ]


def incident_view(
    incident: Incident,
    *,
    viewer: Viewer,
    lenders: Collection[JurisdictionId] = (),
    assigned: Sequence[UnitId] = (),
    came: int = 0,
    entries: Sequence[Row] | None = None,
) -> Row | None:
    """An incident's row. ``lenders``: whose units are on it by an accepted request, now. ``came``: how many
    units came to it and have left.

    A lender who was only asked sees the request's row instead: no address, no note. ``entries`` is in
    the row only when given and only for the owner.
    """
    resource = Resource(owner=incident.jurisdiction_id, accepted_parties=frozenset(lenders))
    fields = _fields(Action.READ_INCIDENT, viewer, resource)
    if fields is None:
        return None
    row: Row = {
        "id": incident.id,
        "number": incident.number,
        "jurisdiction": incident.jurisdiction_id,
        **_place(incident.position, exact=True),
        "priority": incident.priority.value,
        "nature": incident.nature,
        "needs": [{"unit_type": need.unit_type.value, "count": need.count} for need in incident.needs],
        "address": incident.address,
        "note": incident.note,
        "opened_at": wire_time(incident.opened_at),
        "state": incident.state.value,
        "version": incident.version,
        "own": viewer.jurisdiction_id == incident.jurisdiction_id,
        "assigned": list(assigned),
        "came": came,
        "purpose": incident.purpose.value,
    }
    if entries is not None and F.INCIDENT_ENTRIES in fields:
        row["entries"] = list(entries)
    return let_through(row, fields)


def request_view(
    request: RequestLike,
    incident: Incident,
    *,
    viewer: Viewer,
    escalates: bool,
    live: bool = True,
    next_step: str | None = None,
    withheld: Collection[Withheld] = (),
    warnings: Sequence[Row] = (),
    people: Mapping[str, str] = MappingProxyType({}),
) -> Row | None:
    """A request's row for its borrower or its lender; nobody else knows of it.

    ``escalates``: whether the next candidate is asked when nobody answers. ``live``: false once the
    aid has ended; the lender then no longer sees the exact place. ``next_step``: whether somebody else
    was asked after this request, or nobody is left; the borrower's alone to know. ``withheld``: what
    its agreement hides; the lender then sees the priority but not the nature until it has said yes.
    ``warnings``: what the lender should think of before it says yes; its own alone to know.
    ``people``: what those who saw and answered it are called.
    """
    accepted = request.state == "accepted" and live
    resource = between(borrower=request.borrower, lender=request.lender, accepted=accepted)
    fields = _fields(Action.READ_REQUEST, viewer, resource)
    if fields is None:
        return None
    place = _place(incident.position, exact=F.REQUEST_EXACT_PLACE in fields)
    direction = "out" if viewer.jurisdiction_id == request.borrower else "in"
    on_no_answer = "next_candidate" if escalates else "nothing"
    row: Row = {
        **_request_row(request, incident),
        **place,
        "direction": direction,
        "on_no_answer": on_no_answer,
        "next": next_step if direction == "out" else None,
        "warnings": list(warnings) if direction == "in" else [],
        "seen_by_name": people.get(request.seen_by, ""),
        "answered_by_name": people.get(request.answered_by, ""),
    }
    if Withheld.CALL_NATURE in withheld and F.REQUEST_EXACT_PLACE not in fields:
        row["nature"] = None
    return let_through(row, fields)


def _request_row(request: RequestLike, incident: Incident) -> Row:
    return {
        "id": request.id,
        "incident": request.incident_id,
        "incident_number": incident.number,
        "unit": request.unit_id,
        "borrower": request.borrower,
        "lender": request.lender,
        "agreement": request.agreement_id,
        "agreement_version": request.agreement_version,
        "clauses": list(request.clauses),
        "automatic": request.automatic,
        "may_decline": request.may_decline,
        "eta_seconds": request.eta_seconds,
        "eta_basis": request.eta_basis,
        "keeps": request.keeps,
        "floor": request.floor,
        "requested_at": wire_time(request.requested_at),
        "expires_at": wire_time(request.expires_at),
        "state": str(request.state),
        "offered_by_lender": request.offered_by_lender,
        "instead_of": request.asked_before[-1] if request.offered_by_lender else None,
        "delivered_at": _wire_time_or_none(request.delivered_at),
        "seen_at": _wire_time_or_none(request.seen_at),
        "seen_by": request.seen_by,
        "answered_at": _wire_time_or_none(request.answered_at),
        "answered_by": request.answered_by,
        "reason": request.reason,
        "attempt": request.attempt,
        "version": request.version,
        "priority": incident.priority.value,
        "nature": incident.nature,
        "purpose": incident.purpose.value,
    }


def assignment_view(
    assignment: AssignmentLike,
    *,
    viewer: Viewer,
    incident_number: str,
    duties: Sequence[Row] = (),
    purpose: Purpose = Purpose.INCIDENT,
) -> Row | None:
    """An assignment's row, for the jurisdiction that the unit works for and for the unit's home.

    ``duties``: what the agreement asks of the two about it, now. ``purpose``: to a call, or to stand by.
    """
    resource = between(borrower=assignment.borrower, lender=assignment.home, accepted=True)
    fields = _fields(Action.READ_ASSIGNMENT, viewer, resource)
    if fields is None:
        return None
    row: Row = {
        "id": assignment.id,
        "incident": assignment.incident_id,
        "incident_number": incident_number,
        "unit": assignment.unit_id,
        "home": assignment.home,
        "borrower": assignment.borrower,
        "lent": assignment.lent,
        "request": assignment.request_id,
        "agreement": assignment.agreement_id,
        "agreement_version": assignment.agreement_version,
        "state": str(assignment.state),
        "assigned_at": wire_time(assignment.assigned_at),
        "changed_at": _wire_time_or_none(assignment.changed_at),
        "ended_at": _wire_time_or_none(assignment.ended_at),
        "recalled_at": _wire_time_or_none(assignment.recalled_at),
        "recall_due": _wire_time_or_none(assignment.recall_due),
        "recall_reason": assignment.recall_reason,
        "extended_until": _wire_time_or_none(assignment.extended_until),
        "confirmed_at": _wire_time_or_none(assignment.confirmed_at),
        "duties": list(duties),
        "purpose": purpose.value,
        "version": assignment.version,
    }
    return let_through(row, fields)


def cover_view(
    *,
    jurisdiction_id: JurisdictionId,
    state: str,
    free: int,
    lent: int,
    total: int,
    pending: int,
    reasons: Sequence[Row],
    viewer: Viewer,
    partners: Collection[JurisdictionId] = (),
    levels: Mapping[str, Row] | None = None,
    override: Row | None = None,
) -> Row | None:
    """How well a jurisdiction is covered. A partner sees the state and the units, not the calls waiting.

    ``lent``: of the free ones, those of neighbours. ``levels`` per capability, ``override`` as it holds: for
    the jurisdiction itself.
    """
    resource = Resource(owner=jurisdiction_id, partners=frozenset(partners))
    fields = _fields(Action.READ_COVER, viewer, resource)
    if fields is None:
        return None
    row: Row = {
        "jurisdiction": jurisdiction_id,
        "state": str(state),
        "free": free,
        "lent": lent,
        "total": total,
        "pending": pending,
        "reasons": list(reasons),
        "levels": dict(levels or {}),
        "override": override,
    }
    return let_through(row, fields)


def agreement_view(
    agreement: Agreement,
    *,
    viewer: Viewer,
    names: Mapping[str, str],
    now: datetime,
    paper: Paper | None = None,
    among: Sequence[Agreement] = (),
    newest: bool = True,
) -> Row | None:
    """An agreement for its parties, and a draft for its author's side: its fields as in the YAML, each
    clause with its ``sentence``.

    ``state`` and ``missing_signatures`` are as of ``now``; ``names`` says what to call a jurisdiction.
    ``paper`` adds what was filed about it and what this viewer may do: then ``among`` holds the viewer's
    agreements on record, all versions, and ``newest`` says that the viewer sees no later version.
    """
    is_draft = paper is not None and paper.is_draft
    parties = frozenset() if is_draft else frozenset(agreement.parties)
    resource = Resource(owner=paper.drafted_by if paper and is_draft else None, parties=parties)
    fields = _fields(Action.READ_AGREEMENT, viewer, resource)
    if fields is None:
        return None
    document = as_document(agreement)
    sentences = [clause_sentence(clause, names) for clause in agreement.clauses]
    clauses = zip(document["clauses"], sentences, strict=True)
    row: Row = {
        **document,
        "clauses": [{**clause, "sentence": said} for clause, said in clauses],
        "state": state_at(agreement, now).value,
        "missing_signatures": list(list_missing_signatures(agreement, now)),
        "automatic": all(agreement.is_automatic(party) for party in agreement.parties),
        "may_decline": all(agreement.may_decline(party) for party in agreement.parties),
        "answer_seconds": agreement.answer_seconds,
    }
    if paper is not None:
        row |= filed_fields(paper, among, viewer=viewer, newest=newest, now=now)
    return let_through(row, fields)


def let_through(row: Mapping[str, Any], fields: Fields) -> Row:
    """The row with every field hidden that none of ``fields`` names."""
    shown = _names(fields)
    return {name: value if name in shown else _hidden(value) for name, value in row.items()}


def wire_time(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _wire_time_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else wire_time(moment)


def _fields(action: Action, viewer: Viewer, resource: Resource) -> Fields | None:
    return fields_of(action, viewer.role, relation_of(viewer.jurisdiction_id, resource))


@cache
def _names(fields: Fields) -> frozenset[str]:
    return frozenset(name for group in fields for name in SHOWS.get(group, ()))


def _hidden(value: object) -> object:
    return [] if isinstance(value, list) else None


def _place(position: Point | None, *, exact: bool) -> Row:
    if position is None:
        return {"lon": None, "lat": None}
    place = position if exact else position.coarse()
    return {"lon": round(place.lon, 7), "lat": round(place.lat, 7)}
