"""Why another unit was chosen than the advised one: said afterwards and for the journal alone."""

from dispatch.agreements.actions import Action
from dispatch.agreements.sight import wire_time
from dispatch.aid.advice_override import Advised, OverrideReason, require_override
from dispatch.journal.entry import Entry
from dispatch.model.advice_events import AdviceOverridden
from dispatch.model.errors import IllegalStep, Invalid
from dispatch.model.events import RecommendationMade
from dispatch.model.ids import IncidentId, RecommendationId, UnitId
from dispatch.model.incident import Incident
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.idempotency import once
from dispatch.services.ports import Reader, Tx
from dispatch.services.recommend import find_for, require_active


class AdviceOverrides:
    """One use case. The incident's entries know all that it asks, so that no table keeps it."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def explain(
        self,
        meta: CommandMeta,
        incident_id: IncidentId,
        recommendation_id: RecommendationId,
        unit_id: UnitId,
        *,
        reason: OverrideReason,
        note: str = "",
    ) -> Row:
        """``{incident, recommendation, advised, unit, reason, said_at}``; the note is in the journal only.

        Raises ``NotFound``, ``Forbidden``, ``IllegalStep`` (the incident has ended; a reason was given
        already), ``Invalid`` (``recommendation_id``: none of this incident, or nobody was advised;
        ``unit_id``: the advised one, not chosen, or chosen after the advised one).
        """
        core = self._core
        incident = await find_for(core, meta, Action.OVERRIDE_ADVICE, incident_id)
        shown = await core.store.read(lambda reader: _get_shown(reader, incident, recommendation_id))

        def run(tx: Tx) -> Row:
            require_active(tx.get_incident(incident_id), wanted="advice_overridden")
            _require_first(tx, shown, incident_id, unit_id)
            _require_override(tx, shown, incident_id, unit_id)
            event = AdviceOverridden(
                occurred_at=core.clock(),
                jurisdiction_id=incident.jurisdiction_id,
                incident_id=incident_id,
                recommendation_id=recommendation_id,
                advised={"course": shown.body["advice"]["course"], "unit": shown.body["advice"]["unit"]},
                unit_id=unit_id,
                reason=reason.value,
                note=note,
            )
            tx.record(event, actor=meta.actor, key=meta.key)
            return override_row(event)

        about = {"incident": incident_id, "recommendation": recommendation_id, "unit": unit_id}
        body = {**about, "reason": reason.value, "note": note}
        return await core.store.write(
            lambda tx: once(tx, meta, command="explain_override", body=body, run=lambda: run(tx))
        )


def _get_shown(reader: Reader, incident: Incident, recommendation_id: RecommendationId) -> Entry:
    """The entry of the recommendation. Raises ``Invalid`` where this incident has no such one."""
    for entry in reader.list_entries(incident_id=incident.id):
        if entry.type == RecommendationMade.type and entry.body["recommendation_id"] == recommendation_id:
            return entry
    raise Invalid("recommendation_id", "is none of this incident's")


def _require_first(tx: Tx, shown: Entry, incident_id: IncidentId, unit_id: UnitId) -> None:
    """Raises ``IllegalStep`` where somebody has said already why this unit was chosen."""
    for entry in tx.list_entries(incident_id=incident_id, after_seq=shown.seq):
        if entry.type == AdviceOverridden.type and (
            (entry.body["recommendation_id"], entry.body["unit_id"])
            == (shown.body["recommendation_id"], unit_id)
        ):
            raise IllegalStep("explained", wanted="explained", because="reason_given_already")


def _require_override(tx: Tx, shown: Entry, incident_id: IncidentId, unit_id: UnitId) -> None:
    """Raises ``Invalid`` where nothing was overridden."""
    advice = shown.body.get("advice") or {}  # entries from before there was advice have none
    require_override(
        Advised(
            recommendation_id=shown.body["recommendation_id"],
            unit_id=advice.get("unit"),
            made_at=shown.occurred_at,
        ),
        unit_id,
        requests=tx.list_requests(incident_id=incident_id),
        assignments=tx.list_assignments(incident_id=incident_id),
    )


def override_row(event: AdviceOverridden) -> Row:
    """What is on record of it, without what was written by hand."""
    return {
        "incident": event.incident_id,
        "recommendation": event.recommendation_id,
        "advised": event.advised["unit"],
        "unit": event.unit_id,
        "reason": event.reason,
        "said_at": wire_time(event.occurred_at),
    }
