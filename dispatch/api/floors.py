"""What a lender's floor cost its neighbours, and what it saved at home."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.model.ids import JurisdictionId

router = APIRouter(prefix="/api/jurisdictions", tags=["standby"])


@router.get("/{jurisdiction_id}/floor-report", responses=gives(dict[str, Any]))
@operation(Action.READ_FLOOR_REPORT)
async def read_floor_report(
    jurisdiction_id: PathId, who: Who, services: Use, days: Annotated[int, Query(ge=1, le=365)] = 30
) -> Response:
    """Calls for which the floor kept the nearer unit at home, what that cost, and what it may have saved."""
    return JsonAnswer(await services.standby.floors.report(who, JurisdictionId(jurisdiction_id), days=days))
