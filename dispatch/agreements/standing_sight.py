"""What one sees of closures, waivers, overrides, pre-alerts and practices: by ``sight``'s allowlist."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from dispatch.agreements.access import Resource, between, fields_of, owned_by, relation_of
from dispatch.agreements.actions import Action
from dispatch.agreements.shapes import ClosureLike, OverrideLike, PreAlertLike, Viewer, WaiverLike
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


def override_view(override: OverrideLike, *, viewer: Viewer) -> Row | None:
    """A person's word on cover, for the jurisdiction itself."""
    relation = relation_of(viewer.jurisdiction_id, owned_by(override.jurisdiction_id))
    fields = fields_of(Action.OVERRIDE_COVER, viewer.role, relation)
    if fields is None:
        return None
    return let_through(override_row(override), fields)


def override_row(override: OverrideLike) -> Row:
    """All of it, to be let through with the cover that it overrules."""
    return {
        "id": override.id,
        "jurisdiction": override.jurisdiction_id,
        "state": override.state.value,
        "reason": override.reason,
        "by": override.set_by,
        "begins_at": wire_time(override.begins_at),
        "ends_at": wire_time(override.ends_at),
    }


def pre_alert_view(alert: PreAlertLike, *, viewer: Viewer, resource: Resource, sentence: str) -> Row | None:
    """A pre-alert for its sender and for those told, who see of the others told nothing."""
    own = viewer.jurisdiction_id
    fields = fields_of(Action.READ_PRE_ALERT, viewer.role, relation_of(own, resource))
    if fields is None:
        return None
    sender = own == alert.jurisdiction_id
    row: Row = {
        "id": alert.id,
        "jurisdiction": alert.jurisdiction_id,
        "to": [partner for partner in alert.partners if sender or partner == own],
        "state": alert.state,
        "free": alert.free,
        "total": alert.total,
        "percent": alert.percent,
        "minutes": alert.minutes,
        "note": alert.note,
        "sentence": sentence,
        "sent_by": alert.sent_by,
        "sent_at": wire_time(alert.sent_at),
        "expires_at": wire_time(alert.expires_at),
        "acknowledged": [partner for partner in alert.acknowledged if sender or partner == own],
    }
    return let_through(row, fields)


def practice_view(
    *,
    jurisdiction_id: JurisdictionId,
    version: int,
    document: Mapping[str, Any],
    in_force: Mapping[str, Any],
    set_by: str | None,
    set_at: datetime | None,
    viewer: Viewer,
) -> Row | None:
    """What an agency set for its advice (``practice``), and all figures that hold (``in_force``)."""
    relation = relation_of(viewer.jurisdiction_id, owned_by(jurisdiction_id))
    fields = fields_of(Action.READ_PRACTICE, viewer.role, relation)
    if fields is None:
        return None
    row: Row = {
        "jurisdiction": jurisdiction_id,
        "version": version,
        "practice": dict(document),
        "in_force": dict(in_force),
        "by": set_by,
        "set_at": None if set_at is None else wire_time(set_at),
    }
    return let_through(row, fields)
