"""Which units could come: asked by a dispatcher, answered with every reason, and recorded as shown."""

from collections.abc import Mapping
from typing import Any

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.shapes import Viewer
from dispatch.agreements.sight import candidate_rows
from dispatch.agreements.wording import sentence
from dispatch.aid.advice.wording import with_sentences
from dispatch.aid.recommend import Recommendation
from dispatch.model.errors import IllegalStep, Invalid, NotFound
from dispatch.model.events import RecommendationMade
from dispatch.model.ids import IncidentId, RecommendationId
from dispatch.model.incident import Incident, IncidentState
from dispatch.model.principal import Principal
from dispatch.model.unit import UnitType
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.opinions import Opinions
from dispatch.services.ports import Tx
from dispatch.services.world import World


class Recommendations:
    """Computes on the engine's thread, journals what was shown, then shows it; a second opinion follows."""

    def __init__(self, core: Core, opinions: Opinions) -> None:
        self._core, self.opinions = core, opinions

    async def recommend(
        self, meta: CommandMeta, incident_id: IncidentId, *, need: UnitType | None = None
    ) -> Row:
        """``{id, incident, made_at, picture, degraded[], own[], candidates[], refusals[], advice, ...}``.

        ``need`` names one of the incident's needs; the first unmet one when absent. Acknowledged only
        after what is shown is in the journal. Raises ``NotFound``, ``Forbidden``, ``IllegalStep``
        (the incident is closed), ``Invalid`` (``need``).
        """
        core = self._core
        incident = await find_for(core, meta, Action.RECOMMEND, incident_id)
        require_call(incident, wanted="recommended_for")
        require_need(incident, need)
        found = await core.engine.recommend(incident, need=need, now=core.clock(), requester=meta.actor.role)
        recommendation_id = RecommendationId(core.ids("rec"))

        def write(tx: Tx) -> Row:
            require_active(tx.get_incident(incident_id), wanted="recommended_for")
            put_recommendation(tx, meta, found, recommendation_id)
            return shown_row(found, recommendation_id, core.world, viewer=meta.actor)

        body = {"incident": incident_id, "need": need}
        row = await core.store.write(
            lambda tx: once(tx, meta, command="recommend", body=body, run=lambda: write(tx))
        )
        if row["id"] == recommendation_id:  # a retry is answered with what was shown the first time
            self.opinions.consider(found, recommendation_id)
        return row


async def find_for(core: Core, meta: CommandMeta, action: Action, incident_id: IncidentId) -> Incident:
    """The incident, if this actor may do this about it. Raises ``NotFound``, ``Forbidden``."""
    return await find_about(core, meta.actor, action, incident_id)


async def find_about(core: Core, actor: Principal, action: Action, incident_id: IncidentId) -> Incident:
    """The same for who only reads. Raises ``NotFound``, ``Forbidden``."""
    incident = core.world.incidents.get(incident_id)
    if incident is None:
        incident = await core.store.read(lambda reader: reader.find_incident(incident_id))
    if incident is None:
        raise NotFound("incident", incident_id)
    resource = owned_by(incident.jurisdiction_id)
    require(actor, action, resource, what="incident", which=incident_id, now=core.clock())
    return incident


def require_active(incident: Incident, *, wanted: str) -> None:
    """Raises ``IllegalStep`` for an incident that has ended."""
    if incident.state is not IncidentState.ACTIVE:
        raise IllegalStep(incident.state, wanted=wanted, because="incident_ended")


def require_need(incident: Incident, need: UnitType | None) -> None:
    """Raises ``Invalid`` for what the incident does not need; None is the first unmet need."""
    if need is not None and need not in {wanted.unit_type for wanted in incident.needs}:
        raise Invalid("need", "is none of the incident's needs")


def require_call(incident: Incident, *, wanted: str) -> None:
    """Raises ``IllegalStep`` for a standby: its one unit was asked for when it was opened."""
    if not incident.is_call:
        raise IllegalStep(incident.state, wanted=wanted, because="is_standby")


def put_recommendation(
    tx: Tx, meta: CommandMeta, found: Recommendation, recommendation_id: RecommendationId
) -> None:
    """Journal everything that is shown, with its figures."""
    said = found.to_json()
    tx.record(
        RecommendationMade(
            occurred_at=found.made_at,
            jurisdiction_id=found.jurisdiction_id,
            incident_id=found.incident_id,
            recommendation_id=recommendation_id,
            picture={**said["picture"], "need": said["need"]},
            own=tuple(said["own"]),
            candidates=tuple(said["candidates"]),
            refusals=tuple(said["refusals"]),
            degraded=found.degraded,
            advice=said["advice"],
            counterfactual=said["counterfactual"],
        ),
        actor=meta.actor,
        key=meta.key,
    )


def shown_row(
    found: Recommendation, recommendation_id: RecommendationId, world: World, *, viewer: Viewer
) -> Row:
    """The recommendation as it is shown: with a sentence beside each reason, each unit and the advice."""
    row = {"id": recommendation_id, **with_sentences(found.to_json(), world.names)}
    seen = candidate_rows(
        row["candidates"], action=Action.RECOMMEND, viewer=viewer, borrower=found.jurisdiction_id
    )
    return {**row, "candidates": seen}


def worded(reason: Mapping[str, Any], lender: str, world: World) -> Row:
    """A reason with its sentence."""
    return {**reason, "sentence": sentence(reason, world.names, lender=lender)}
