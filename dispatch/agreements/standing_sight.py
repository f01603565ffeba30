"""What one jurisdiction sees of closures and waivers: through ``sight``'s allowlist, like every row."""

from collections.abc import Collection

from dispatch.agreements.access import Resource, between, fields_of, relation_of
from dispatch.agreements.actions import Action
from dispatch.agreements.shapes import ClosureLike, Viewer, WaiverLike
from dispatch.agreements.sight import Row, let_through, wire_time
from dispatch.model.ids import JurisdictionId


def closure_view(
    closure: ClosureLike, *, viewer: Viewer, partners: Collection[JurisdictionId] = ()
) -> Row | None:
    """A closure's row, for the party that closed itself and for its partners."""
    resource = Resource(owner=closure.jurisdiction_id, partners=frozenset(partners))
    fields = fields_of(Action.LIST_CLOSURES, viewer.role, relation_of(viewer.jurisdiction_id, resource))
    if fields is None:
        return None
    row: Row = {
        "id": closure.id,
        "jurisdiction": closure.jurisdiction_id,
        "reason": closure.reason,
        "by": closure.closed_by,
        "begins_at": wire_time(closure.begins_at),
        "ends_at": None if closure.ends_at is None else wire_time(closure.ends_at),
    }
    return let_through(row, fields)


def waiver_view(
    waiver: WaiverLike, *, viewer: Viewer, state: str, incident_number: str, sentence: str
) -> Row | None:
    """A waiver's row for its two sides. ``state``: as of now; ``sentence``: what the clause says."""
    resource = between(borrower=waiver.borrower, lender=waiver.lender, accepted=False)
    fields = fields_of(Action.READ_WAIVER, viewer.role, relation_of(viewer.jurisdiction_id, resource))
    if fields is None:
        return None
    row: Row = {
        "id": waiver.id,
        "agreement": waiver.agreement_id,
        "version": waiver.agreement_version,
        "clause": waiver.clause,
        "sentence": sentence,
        "lender": waiver.lender,
        "borrower": waiver.borrower,
        "incident": waiver.incident_id,
        "incident_number": incident_number,
        "unit": waiver.unit_id,
        "state": str(state),
        "asked_by": waiver.asked_by,
        "asked_at": wire_time(waiver.asked_at),
        "note": waiver.note,
        "expires_at": wire_time(waiver.expires_at),
        "answered_by": waiver.answered_by,
        "answered_at": None if waiver.answered_at is None else wire_time(waiver.answered_at),
        "reason": waiver.reason,
        "used_by": waiver.used_by,
    }
    return let_through(row, fields)
