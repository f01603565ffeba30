"""The journal's signed head, for witnesses."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.api.rows import CheckpointRow

router = APIRouter(prefix="/api/journal", tags=["journal"])


@router.get("/checkpoint", responses=gives(CheckpointRow))
@operation(Action.READ_CHECKPOINT)
async def read_checkpoint(who: Who, services: Use) -> Response:
    """The journal's size and root, signed."""
    return JsonAnswer(await services.exports.checkpoint(who))
