"""What parties say around a request: closed to lending, and waivers of one clause."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use, Who
from dispatch.api.operation import operation
from dispatch.api.rows import ClosureRow, WaiverRow
from dispatch.api.schemas import AskWaiverBody, CloseLendingBody, RefuseWaiverBody
from dispatch.model.ids import AgreementId, ClosureId, IncidentId, UnitId, WaiverId

router = APIRouter(prefix="/api", tags=["standing"])


@router.get("/closures", responses=gives(list[ClosureRow]))
@operation(Action.LIST_CLOSURES)
async def list_closures(who: Who, services: Use) -> Response:
    """Who lends nothing now: the caller's jurisdiction and its partners."""
    return JsonAnswer(list(await services.closures.list_closures(who)))


@router.post("/closures", status_code=201, responses=gives(ClosureRow, 201))
@operation(Action.CLOSE_LENDING)
async def close_lending(body: CloseLendingBody, meta: Meta, services: Use) -> Response:
    """Close the caller's jurisdiction to lending."""
    row = await services.closures.close(meta, reason=body.reason, ends_at=body.ends_at)
    return JsonAnswer(row, 201)


@router.post("/closures/{closure_id}/end", responses=gives(ClosureRow))
@operation(Action.CLOSE_LENDING)
async def open_lending(closure_id: PathId, meta: Meta, services: Use) -> Response:
    """Lend again."""
    return JsonAnswer(await services.closures.end(meta, ClosureId(closure_id)))


@router.get("/waivers", responses=gives(list[WaiverRow]))
@operation(Action.READ_WAIVER)
async def list_waivers(who: Who, services: Use) -> Response:
    """Waivers of active incidents, asked or answered by the caller's jurisdiction."""
    return JsonAnswer(list(await services.waivers.list_waivers(who)))


@router.post("/incidents/{incident_id}/waivers", status_code=201, responses=gives(WaiverRow, 201))
@operation(Action.ASK_WAIVER)
async def ask_waiver(incident_id: PathId, body: AskWaiverBody, meta: Meta, services: Use) -> Response:
    """Ask a lender to let one clause rest."""
    row = await services.waivers.ask(
        meta,
        IncidentId(incident_id),
        unit_id=UnitId(body.unit),
        agreement_id=AgreementId(body.agreement),
        clause=body.clause,
        note=body.note,
    )
    return JsonAnswer(row, 201)


@router.post("/waivers/{waiver_id}/grant", responses=gives(WaiverRow))
@operation(Action.ANSWER_WAIVER)
async def grant_waiver(waiver_id: PathId, meta: Meta, services: Use) -> Response:
    """Let the clause rest, once."""
    return JsonAnswer(await services.waivers.grant(meta, WaiverId(waiver_id)))


@router.post("/waivers/{waiver_id}/refuse", responses=gives(WaiverRow))
@operation(Action.ANSWER_WAIVER)
async def refuse_waiver(waiver_id: PathId, body: RefuseWaiverBody, meta: Meta, services: Use) -> Response:
    """Hold to the clause."""
    return JsonAnswer(await services.waivers.refuse(meta, WaiverId(waiver_id), reason=body.reason))
