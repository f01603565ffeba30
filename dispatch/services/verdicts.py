"""Why not this one? One unit of the present recommendation, for whoever looks for aid."""

from dispatch.agreements.actions import Action
from dispatch.agreements.sight import candidate_rows
from dispatch.aid.verdict import Verdict
from dispatch.aid.verdict_wording import with_verdict_sentences
from dispatch.model.errors import NotFound
from dispatch.model.ids import IncidentId, UnitId
from dispatch.model.principal import Principal
from dispatch.model.unit import UnitType
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.recommend import find_about, require_active, require_call, require_need
from dispatch.services.rows import assignment_row, unit_row


class Verdicts:
    """Reads only: what is decided on is journalled with the recommendation and the request."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def read(
        self,
        principal: Principal,
        incident_id: IncidentId,
        unit_id: UnitId,
        *,
        need: UnitType | None = None,
    ) -> Row:
        """``{unit, own, status, assignment, may_come, reasons[], candidate, own_unit, place, ahead, …}``.

        ``need`` names one of the incident's needs; the first unmet one when absent. A unit that the
        principal's board does not show is not found, whether there is one or not. Raises ``NotFound``,
        ``Forbidden``, ``IllegalStep`` (the incident has ended, or is a standby), ``Invalid`` (``need``).
        """
        core, now = self._core, self._core.clock()
        incident = await find_about(core, principal, Action.READ_VERDICT, incident_id)
        require_active(incident, wanted="recommended_for")
        require_call(incident, wanted="recommended_for")
        require_need(incident, need)
        seen = unit_row(core.world, unit_id, viewer=principal, now=now)
        if seen is None:
            raise NotFound("unit", unit_id)
        verdict = await core.engine.judge_alone(
            incident, unit_id, need=need, now=now, requester=principal.role
        )
        if verdict is None:
            raise NotFound("unit", unit_id)
        return {**self._verdict_row(verdict, principal), **self._known_row(seen, unit_id, principal)}

    def _verdict_row(self, verdict: Verdict, viewer: Principal) -> Row:
        advised, names = verdict.recommendation.advised, self._core.world.names
        order = advised.to_json()["order"][verdict.place - 1] if verdict.place else None
        row = with_verdict_sentences(verdict.to_json(), order, names)
        if row["candidate"]:
            borrower = verdict.recommendation.jurisdiction_id
            action = Action.READ_VERDICT
            [row["candidate"]] = candidate_rows(
                [row["candidate"]], action=action, viewer=viewer, borrower=borrower
            )
        return row

    def _known_row(self, seen: Row, unit_id: UnitId, viewer: Principal) -> Row:
        """What the board shows of it anyway, for the sentence "busy on 26-00012 since 14:05"."""
        world, now = self._core.world, self._core.clock()
        live = world.find_live_assignment(unit_id)
        return {
            "status": seen["status"],
            "changed_at": seen["changed_at"],
            "assignment": assignment_row(world, live, viewer=viewer, now=now) if live else None,
        }
