"""What people do about cover, and what an agency sets for its advice."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use, Who
from dispatch.api.cover_bodies import OverrideBody, PracticeBody, PreAlertBody
from dispatch.api.cover_rows import OverrideRow, PracticeRow, PreAlertRow
from dispatch.api.operation import operation
from dispatch.model.ids import JurisdictionId, PreAlertId

router = APIRouter(prefix="/api", tags=["cover"])

HOME = "/jurisdictions/{jurisdiction_id}"


@router.post(f"{HOME}/cover/override", status_code=201, responses=gives(OverrideRow, 201))
@operation(Action.OVERRIDE_COVER)
async def override_cover(jurisdiction_id: PathId, body: OverrideBody, meta: Meta, services: Use) -> Response:
    """Set the state of a jurisdiction's cover by hand, for a time."""
    row = await services.cover.override(
        meta,
        JurisdictionId(jurisdiction_id),
        state=body.state,
        reason=body.reason,
        until=body.until,
        minutes=body.minutes,
    )
    return JsonAnswer(row, 201)


@router.post(f"{HOME}/cover/override/end", responses=gives(OverrideRow))
@operation(Action.OVERRIDE_COVER)
async def end_override(jurisdiction_id: PathId, meta: Meta, services: Use) -> Response:
    """Let what is measured count again."""
    return JsonAnswer(await services.cover.end_override(meta, JurisdictionId(jurisdiction_id)))


@router.post(f"{HOME}/cover/pre-alert", status_code=201, responses=gives(PreAlertRow, 201))
@operation(Action.SEND_PRE_ALERT)
async def send_pre_alert(jurisdiction_id: PathId, body: PreAlertBody, meta: Meta, services: Use) -> Response:
    """Tell partners that one runs low, without asking for anything."""
    row = await services.cover.pre_alert(
        meta,
        JurisdictionId(jurisdiction_id),
        partners=[JurisdictionId(partner) for partner in body.to],
        note=body.note,
    )
    return JsonAnswer(row, 201)


@router.get("/pre-alerts", responses=gives(list[PreAlertRow]))
@operation(Action.READ_PRE_ALERT)
async def list_pre_alerts(who: Who, services: Use) -> Response:
    """Those that hold now, sent or received by the caller's jurisdiction."""
    return JsonAnswer(list(await services.cover.list_pre_alerts(who)))


@router.post("/pre-alerts/{pre_alert_id}/acknowledge", responses=gives(PreAlertRow))
@operation(Action.ACKNOWLEDGE_PRE_ALERT)
async def acknowledge_pre_alert(pre_alert_id: PathId, meta: Meta, services: Use) -> Response:
    """Say that one has seen it."""
    return JsonAnswer(await services.cover.acknowledge(meta, PreAlertId(pre_alert_id)))


@router.get(f"{HOME}/practice", responses=gives(PracticeRow))
@operation(Action.READ_PRACTICE)
async def read_practice(jurisdiction_id: PathId, who: Who, services: Use) -> Response:
    """What the agency set for its advice, and all figures that hold."""
    return JsonAnswer(await services.practices.read(who, JurisdictionId(jurisdiction_id)))


@router.put(f"{HOME}/practice", responses=gives(PracticeRow))
@operation(Action.CHANGE_PRACTICE)
async def change_practice(jurisdiction_id: PathId, body: PracticeBody, meta: Meta, services: Use) -> Response:
    """Put another document in the place of the one before; an absent figure is the default."""
    row = await services.practices.change(
        meta, JurisdictionId(jurisdiction_id), document=body.practice, version=body.version
    )
    return JsonAnswer(row)
