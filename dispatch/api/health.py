"""Probes for whoever restarts us. A dead neighbour or feed never makes this process unready."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import get_edge
from dispatch.api.operation import public_operation
from dispatch.api.rows import HealthRow

router = APIRouter(tags=["health"])


@router.get("/livez", summary="The event loop turns", responses=gives(HealthRow))
@public_operation
async def read_liveness() -> Response:
    return JsonAnswer({"status": "live"})


@router.get("/readyz", summary="The record can be read", responses=gives(HealthRow))
@public_operation
async def read_readiness(request: Request) -> Response:
    await get_edge(request).probe()
    return JsonAnswer({"status": "ready"})
