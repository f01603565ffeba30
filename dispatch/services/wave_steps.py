"""Plans for many units as they are recorded, shown and sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from dispatch.agreements.actions import Action
from dispatch.agreements.shapes import Viewer
from dispatch.agreements.sight import candidate_rows
from dispatch.aid.arrival.predict import Prediction
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.candidates import Candidate
from dispatch.aid.describe import list_degraded
from dispatch.aid.request import AidRequest
from dispatch.aid.waves.order import Offer, Order
from dispatch.aid.waves.plan import Pick, Plan
from dispatch.aid.waves.raising import raised_needs
from dispatch.model.advice_events import AidPlanMade, AidPlanSent, IncidentNeedsRaised
from dispatch.model.clock import iso
from dispatch.model.errors import IllegalStep, NotPermitted, UnitCommitted
from dispatch.model.ids import AidPlanId, IncidentId, JurisdictionId, RecommendationId, UnitId
from dispatch.model.incident import Incident, Need
from dispatch.model.unit import Unit, UnitType
from dispatch.services.asking import Eta, Question, ask
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.incidents import require_needs
from dispatch.services.ports import Reader, Tx
from dispatch.services.presenting import assignment_row, request_row
from dispatch.services.recommend import require_active, worded
from dispatch.services.redirects import Redirects
from dispatch.services.standing import duty_rows
from dispatch.services.world import World

CLOSEST_FIRST: Final = "closest_first"
EXACT: Final = "exact"

CannotAsk = NotPermitted | UnitCommitted | IllegalStep
"""Why one unit of a plan is not asked any more, or not sent on where it stood by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order for one incident; ``alarm_level`` and ``card`` where those said what to order."""

    plan_id: AidPlanId
    incident_id: IncidentId
    jurisdiction_id: JurisdictionId
    order: Order
    made_at: datetime
    alarm_level: int | None = None
    card: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The order as the journal and the REST answer give it."""
        staging = self.order.staging
        return {
            "needs": needs_json(self.order.needs),
            "staging": {"lon_e7": staging.lon_e7, "lat_e7": staging.lat_e7} if staging else None,
            "first_wave": self.order.first_wave,
            "within_seconds": self.order.within_seconds,
            "call_order": list(self.order.lenders),
            "alarm_level": self.alarm_level,
            "card": self.card,
        }


def needs_json(needs: Sequence[Need]) -> list[dict[str, Any]]:
    """Needs as rows."""
    return [{"unit_type": need.unit_type.value, "count": need.count} for need in needs]


def degraded_of(plan: Plan) -> tuple[str, ...]:
    """What was not as it should be for the units picked."""
    return list_degraded([pick.offer.candidate for pick in plan.picks])


def put_plan(tx: Tx, meta: CommandMeta, ordered: Ordered, plan: Plan, *, answer: str) -> None:
    """Journal everything that is shown, with its figures."""
    said = plan.to_json()
    tx.record(
        AidPlanMade(
            occurred_at=ordered.made_at,
            jurisdiction_id=ordered.jurisdiction_id,
            incident_id=ordered.incident_id,
            plan_id=ordered.plan_id,
            answer=answer,
            order=ordered.to_json(),
            picks=tuple(said["picks"]),
            lenders=tuple(said["lenders"]),
            missing=tuple(said["missing"]),
            figures=said["figures"],
            degraded=degraded_of(plan),
        ),
        actor=meta.actor,
        key=meta.key,
    )


def plan_row(ordered: Ordered, plan: Plan, world: World, *, viewer: Viewer) -> Row:
    """The plan as it is shown: with a sentence beside each reason."""
    said, borrower = plan.to_json(), ordered.jurisdiction_id
    said["picks"] = candidate_rows(said["picks"], action=Action.PLAN_AID, viewer=viewer, borrower=borrower)
    for missing in said["missing"]:
        unit = missing["unit"]
        if unit is not None:
            unit["reasons"] = [worded(reason, unit["lender"], world) for reason in unit["reasons"]]
    return {
        "id": ordered.plan_id,
        "incident": ordered.incident_id,
        "made_at": iso(ordered.made_at),
        "order": ordered.to_json(),
        "plan": said,
        "degraded": list(degraded_of(plan)),
    }


def types_coming(reader: Reader, incident_id: IncidentId, units: Mapping[UnitId, Unit]) -> Sequence[UnitType]:
    """The types of all units that work on an incident or are asked for it."""
    working = [a.unit_id for a in reader.list_assignments(incident_id=incident_id) if a.ended_at is None]
    asked = [
        request.unit_id for request in reader.list_requests(outstanding_only=True, incident_id=incident_id)
    ]
    known = (units.get(unit_id) for unit_id in dict.fromkeys((*working, *asked)))
    return [unit.unit_type for unit in known if unit is not None]


def send_picks(
    tx: Tx,
    meta: CommandMeta,
    ordered: Ordered,
    picks: Sequence[Pick],
    *,
    core: Core,
    answer: str,
    all_or_nothing: bool,
) -> Row:
    """Ask for each pick in turn, judged on what the record says now, floors and caps included.

    Those that stand by are sent on before. The incident's needs rise first, so that what is ordered is
    wanted. Raises ``IllegalStep`` (sent before, or the incident ended), ``Invalid`` (``needs``: too many in
    all), and with ``all_or_nothing`` what the first unit that cannot be had raises; without, those are told
    and the rest stands.
    """
    incident = tx.get_incident(ordered.incident_id)
    require_active(incident, wanted="aid_plan_sent")
    _require_unsent(tx, ordered)
    _raise_needs(tx, meta, incident, ordered, core=core)
    redirected, gone = _send_on(tx, meta, incident, ordered, picks, core=core, all_or_nothing=all_or_nothing)
    requests, refused = _ask_each(tx, meta, ordered, picks, core=core, all_or_nothing=all_or_nothing)
    refused = [*gone, *refused]
    tx.record(
        AidPlanSent(
            occurred_at=core.clock(),
            jurisdiction_id=ordered.jurisdiction_id,
            incident_id=incident.id,
            plan_id=ordered.plan_id,
            answer=answer,
            requests=tuple(request.id for request in requests),
            refused=tuple(pick.offer.unit.id for pick, _ in refused),
            redirected=tuple(sent.id for sent in redirected),
        ),
        actor=meta.actor,
        key=meta.key,
    )
    return {
        "id": ordered.plan_id,
        "incident": incident.id,
        "answer": answer,
        "requests": [request_row(tx, request, viewer=meta.actor) for request in requests],
        "redirected": [_redirected_row(tx, meta, sent, core=core) for sent in redirected],
        "refused": [_refused_row(pick, error) for pick, error in refused],
    }


def _send_on(
    tx: Tx,
    meta: CommandMeta,
    incident: Incident,
    ordered: Ordered,
    picks: Sequence[Pick],
    *,
    core: Core,
    all_or_nothing: bool,
) -> tuple[list[Assignment], list[tuple[Pick, CannotAsk]]]:
    """Those that stand by: nobody need be asked. Of a way to a staging area nothing is predicted."""
    redirects, now = Redirects(core), core.clock()
    redirected: list[Assignment] = []
    refused: list[tuple[Pick, CannotAsk]] = []
    for pick in picks:
        if not pick.offer.stands_by:
            continue
        predicted = None if ordered.order.staging else _prediction_of(pick.offer)
        try:
            standby = _get_standby(tx, pick.offer.unit, ordered)
            redirected.append(redirects.redirect_in(tx, meta, standby, incident, predicted, now=now))
        except (NotPermitted, IllegalStep) as error:
            if all_or_nothing:
                raise
            refused.append((pick, error))
    return redirected, refused


def _get_standby(tx: Tx, unit: Unit, ordered: Ordered) -> Assignment:
    """Raises ``IllegalStep`` where the unit went home meanwhile, and says nothing of what it does there."""
    live = tx.find_live_assignment(unit.id)
    if live is None or live.borrower != ordered.jurisdiction_id:
        raise IllegalStep(AssignmentState.ENDED, wanted="redirected", because="not_standing_by")
    return live


def _prediction_of(offer: Offer) -> Prediction:
    candidate = offer.candidate
    return Prediction(
        seconds=offer.eta_seconds, learned_seconds=candidate.learned_seconds, basis=candidate.eta_basis
    )


def _redirected_row(tx: Tx, meta: CommandMeta, sent: Assignment, *, core: Core) -> Row:
    duties = duty_rows(core.world, sent, now=core.clock())
    return assignment_row(tx, sent, viewer=meta.actor, duties=duties)


def _ask_each(
    tx: Tx,
    meta: CommandMeta,
    ordered: Ordered,
    picks: Sequence[Pick],
    *,
    core: Core,
    all_or_nothing: bool,
) -> tuple[list[AidRequest], list[tuple[Pick, CannotAsk]]]:
    requests: list[AidRequest] = []
    refused: list[tuple[Pick, CannotAsk]] = []
    for pick in picks:
        if pick.offer.stands_by:
            continue
        question = Question(
            incident_id=ordered.incident_id,
            unit=pick.offer.unit,
            eta=_eta_of(pick.offer.candidate, pick.offer.eta_seconds),
            recommendation_id=RecommendationId(ordered.plan_id),
        )
        try:
            requests.append(ask(tx, meta, question, world=core.world, ids=core.ids, now=core.clock()))
        except (NotPermitted, UnitCommitted) as error:
            # Without a holder it is the database that refused, and nothing of this transaction can stand.
            if all_or_nothing or (isinstance(error, UnitCommitted) and not error.holder):
                raise
            refused.append((pick, error))
    return requests, refused


def _eta_of(candidate: Candidate, eta_seconds: int) -> Eta:
    """With what was learned in it, so that the next lesson is about the rest."""
    return Eta(eta_seconds, candidate.eta_basis.value, candidate.learned_seconds)


def _require_unsent(tx: Tx, ordered: Ordered) -> None:
    """The record itself knows, whichever process sent it. Raises ``IllegalStep``."""
    for entry in tx.list_entries(incident_id=ordered.incident_id):
        if entry.type == AidPlanSent.type and entry.body.get("plan_id") == ordered.plan_id:
            raise IllegalStep("sent", wanted="sent", because="plan_was_sent")


def _raise_needs(tx: Tx, meta: CommandMeta, incident: Incident, ordered: Ordered, *, core: Core) -> None:
    coming = types_coming(tx, incident.id, core.world.region.units)
    needs = raised_needs(incident, ordered.order, coming=coming)
    if needs == incident.needs:
        return
    require_needs(needs)
    raised = replace(incident, needs=needs, version=incident.version + 1)
    tx.put_incident(raised)
    tx.record(
        IncidentNeedsRaised(
            occurred_at=core.clock(),
            jurisdiction_id=incident.jurisdiction_id,
            incident_id=incident.id,
            needs=tuple(needs_json(needs)),
            incident_version=raised.version,
        ),
        actor=meta.actor,
        key=meta.key,
    )


def _refused_row(pick: Pick, error: CannotAsk) -> Row:
    """The same code and details as asking for this unit alone would be refused with."""
    return {
        "unit": pick.offer.unit.id,
        "call_sign": pick.offer.unit.call_sign,
        "lender": pick.offer.lender,
        "code": error.code,
        "details": error.details(),
    }
