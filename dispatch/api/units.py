"""A unit's status and its crew's shift, set by its own agency."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use
from dispatch.api.operation import operation
from dispatch.api.rows import ShiftRow, UnitRow
from dispatch.api.schemas import ShiftBody, StatusBody
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


@router.put("/{unit_id}/shift", responses=gives(ShiftRow))
@operation(Action.SET_UNIT_SHIFT)
async def set_unit_shift(unit_id: PathId, body: ShiftBody, meta: Meta, services: Use) -> Response:
    """Say when the shift of the unit's crew ends; null where nobody knows."""
    row = await services.units.set_shift(
        meta, UnitId(unit_id), body.shift_ends_at, expected_version=body.expected_version
    )
    return JsonAnswer(row)
