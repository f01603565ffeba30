"""Orders for many units: planned, looked at again, sent in one go."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use, Who
from dispatch.api.operation import operation
from dispatch.api.order_rows import AidPlanRow, AidPlanSentRow
from dispatch.api.schemas import AidPlanBody, SendAidPlanBody
from dispatch.model.ids import AidPlanId, IncidentId, UnitId

router = APIRouter(prefix="/api", tags=["aid"])


@router.post("/incidents/{incident_id}/aid-plan", status_code=201, responses=gives(AidPlanRow, 201))
@operation(Action.PLAN_AID)
async def plan_aid(incident_id: PathId, body: AidPlanBody, meta: Meta, services: Use) -> Response:
    """Whom to ask for many units: the closest that may come, at once."""
    return JsonAnswer(await services.aid_plans.plan(meta, IncidentId(incident_id), body.ask()), 201)


@router.get("/aid-plans/{plan_id}", responses=gives(AidPlanRow))
@operation(Action.PLAN_AID)
async def read_aid_plan(plan_id: PathId, who: Who, services: Use) -> Response:
    """The plan that stands, once the solver has had its moment."""
    return JsonAnswer(await services.aid_plans.get(who, AidPlanId(plan_id)))


@router.post("/aid-plans/{plan_id}/send", responses=gives(AidPlanSentRow))
@operation(Action.SEND_AID_PLAN)
async def send_aid_plan(
    plan_id: PathId, meta: Meta, services: Use, body: SendAidPlanBody | None = None
) -> Response:
    """Ask all its lenders."""
    body = body or SendAidPlanBody()
    chosen = None if body.unit_ids is None else [UnitId(unit_id) for unit_id in body.unit_ids]
    row = await services.aid_plans.send(
        meta, AidPlanId(plan_id), unit_ids=chosen, all_or_nothing=body.all_or_nothing
    )
    return JsonAnswer(row)
