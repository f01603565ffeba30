"""What a draft would have changed: asked for, looked at, cancelled."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.api.schemas import WhatIfBody
from dispatch.model.ids import AgreementId

router = APIRouter(prefix="/api", tags=["what-if"])


@router.post("/agreements/{agreement_id}/what-if", status_code=202, responses=gives(dict[str, Any], 202))
@operation(Action.RUN_WHAT_IF)
async def start_what_if(agreement_id: PathId, body: WhatIfBody, who: Who, services: Use) -> Response:
    """Play the last days' calls with and without a version or a draft; answers the job."""
    return JsonAnswer(await services.what_if.start(who, AgreementId(agreement_id), body.ask()), 202)


@router.get("/what-if/{job_id}", responses=gives(dict[str, Any]))
@operation(Action.RUN_WHAT_IF)
async def read_what_if(job_id: PathId, who: Who, services: Use) -> Response:
    """How far a job is, and its estimate once it is done."""
    return JsonAnswer(services.what_if.get(who, job_id))


@router.delete("/what-if/{job_id}", responses=gives(dict[str, Any]))
@operation(Action.RUN_WHAT_IF)
async def cancel_what_if(job_id: PathId, who: Who, services: Use) -> Response:
    """End a job; what is over stays as it is."""
    return JsonAnswer(await services.what_if.cancel(who, job_id))
