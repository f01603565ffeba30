"""Probes for whoever restarts us. A dead neighbour or feed never makes this process unready."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import get_edge
from dispatch.api.operation import operation
from dispatch.api.rows import HealthRow

router = APIRouter(tags=["health"])


@router.get("/livez", responses=gives(HealthRow))
@operation(Action.LIVE_PROBE)
async def read_liveness() -> Response:
    """The event loop turns."""
    return JsonAnswer({"status": "live"})


@router.get("/readyz", responses=gives(HealthRow))
@operation(Action.READY_PROBE)
async def read_readiness(request: Request) -> Response:
    """The record can be read, and no disk failed under its writer."""
    await get_edge(request).probe()
    return JsonAnswer({"status": "ready"})
