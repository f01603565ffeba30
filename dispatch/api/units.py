"""A unit's status, set by its own dispatcher."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use
from dispatch.api.operation import operation
from dispatch.api.rows import UnitRow
from dispatch.api.schemas import StatusBody
from dispatch.model.ids import UnitId

router = APIRouter(prefix="/api/units", tags=["units"])


@router.post("/{unit_id}/status", responses=gives(UnitRow))
@operation(Action.SET_UNIT_STATUS)
async def set_unit_status(unit_id: PathId, body: StatusBody, meta: Meta, services: Use) -> Response:
    """Set a unit's status by hand."""
    row = await services.units.set_status(
        meta,
        UnitId(unit_id),
        body.status,
        expected_version=body.expected_version,
        force=body.force,
        reason=body.reason,
    )
    return JsonAnswer(row)
