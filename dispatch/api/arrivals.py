"""How far arrival estimates were off, and what was learned from it."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.model.ids import JurisdictionId

router = APIRouter(prefix="/api/jurisdictions", tags=["arrivals"])


@router.get("/{jurisdiction_id}/arrival-accuracy", responses=gives(dict[str, Any]))
@operation(Action.READ_ARRIVAL_ACCURACY)
async def read_arrival_accuracy(jurisdiction_id: PathId, who: Who, services: Use) -> Response:
    """Errors before and after correction, per agency and pair, and why each correction is on or off."""
    return JsonAnswer(await services.arrivals.accuracy(who, JurisdictionId(jurisdiction_id)))
