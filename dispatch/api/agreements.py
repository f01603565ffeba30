"""The agreements that the caller's jurisdiction is a party to."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.model.ids import AgreementId

router = APIRouter(prefix="/api/agreements", tags=["agreements"])


@router.get("", responses=gives(list[dict[str, Any]]))
@operation(Action.LIST_AGREEMENTS)
async def list_agreements(who: Who, services: Use) -> Response:
    """Agreements of the caller's jurisdiction."""
    return JsonAnswer(list(await services.exports.list_agreements(who)))


@router.get("/{agreement_id}", responses=gives(dict[str, Any]))
@operation(Action.READ_AGREEMENT)
async def read_agreement(agreement_id: PathId, who: Who, services: Use) -> Response:
    """One agreement with its exact text."""
    return JsonAnswer(await services.exports.get_agreement(who, AgreementId(agreement_id)))
