"""Rows as one viewer may see them, from the record inside a transaction.

``agreements/sight`` decides what is seen; this only gathers what it asks about. The hub gathers the same
from the read-model (``rows.py``).
"""

from collections.abc import Collection, Mapping, Sequence

from dispatch.agreements.provisions import Withheld
from dispatch.agreements.shapes import Viewer
from dispatch.agreements.sight import assignment_view, incident_view, request_view, wire_time
from dispatch.aid.assignment import Assignment, list_come
from dispatch.aid.request import AidRequest, RequestState
from dispatch.journal.entry import Disclosure, Entry
from dispatch.model.errors import NotFound
from dispatch.model.incident import Incident
from dispatch.services.command import Row
from dispatch.services.ports import Reader


def incident_row(
    reader: Reader, incident: Incident, *, viewer: Viewer, entries: Sequence[Row] | None = None
) -> Row:
    """An incident's row. Raises ``NotFound`` where this viewer may not know of it."""
    assignments = reader.list_assignments(incident_id=incident.id)
    live = [a for a in assignments if a.ended_at is None]
    return seen(
        "incident",
        incident.id,
        incident_view(
            incident,
            viewer=viewer,
            lenders=frozenset(a.home for a in live if a.lent),
            assigned=[a.unit_id for a in live if a.attends],
            came=len(list_come(assignments)),
            entries=entries,
        ),
    )


def request_row(
    reader: Reader, request: AidRequest, *, viewer: Viewer, withheld: Collection[Withheld] = ()
) -> Row:
    """A request's row. Raises ``NotFound`` where this viewer may not know of it."""
    incident = reader.get_incident(request.incident_id)
    live = reader.find_live_assignment(request.unit_id)
    return seen(
        "request",
        request.id,
        request_view(
            request,
            incident,
            viewer=viewer,
            escalates=may_escalate(request, incident),
            live=live is not None and live.request_id == request.id,
            withheld=withheld,
            people=_names_of(reader, request.answered_by, request.seen_by),
        ),
    )


def _names_of(reader: Reader, *ids: str) -> Mapping[str, str]:
    """Of those among them that are people: in the record somebody goes by their login."""
    found = (reader.find_person(which) for which in dict.fromkeys(ids) if which)
    return {person.login: person.display_name for person in found if person}


def assignment_row(reader: Reader, assignment: Assignment, *, viewer: Viewer, duties: Sequence[Row]) -> Row:
    """An assignment's row. Raises ``NotFound`` where this viewer may not know of it."""
    incident = reader.get_incident(assignment.incident_id)
    row = assignment_view(
        assignment,
        viewer=viewer,
        incident_number=incident.number,
        duties=duties,
        purpose=incident.purpose,
    )
    return seen("assignment", assignment.id, row)


def entry_row(entry: Entry, disclosures: Sequence[Disclosure]) -> Row:
    """A journal entry as an incident's history shows it; a redacted value is simply not there."""
    return {
        "seq": entry.seq,
        "type": entry.type,
        "actor": entry.actor,
        "role": entry.role,
        "jurisdiction": entry.jurisdiction,
        "occurred_at": wire_time(entry.occurred_at),
        "recorded_at": wire_time(entry.recorded_at),
        "body": dict(entry.body),
        "personal": {d.field: d.value for d in disclosures if d.seq == entry.seq},
    }


def may_escalate(request: AidRequest, incident: Incident) -> bool:
    """Whether the next candidate is asked when nobody answers: for a call, while the question is open."""
    return incident.is_call and request.state is RequestState.OFFERED


def seen(what: str, which: str, row: Row | None) -> Row:
    """The row. Raises ``NotFound`` where the viewer may not know of the thing."""
    if row is None:
        raise NotFound(what, which)
    return row
