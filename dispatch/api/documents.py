"""Agreements as files: the PDF that people sign and keep, and what NERIS is told."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, file_headers, gives, gives_file
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.model.ids import AgreementId

router = APIRouter(prefix="/api/agreements", tags=["agreements"])

PathVersion = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("/{agreement_id}/versions/{version}/pdf", responses=gives_file("application/pdf"))
@operation(Action.EXPORT_AGREEMENT)
async def export_agreement_pdf(
    agreement_id: PathId, version: PathVersion, who: Who, services: Use
) -> Response:
    """One version with its exact text, its hash on every page, and its signatures."""
    made = await services.documents.pdf(who, AgreementId(agreement_id), version)
    name = f"agreement-{agreement_id}-v{version}.pdf"
    return Response(made, media_type="application/pdf", headers=file_headers(name))


@router.get("/{agreement_id}/versions/{version}/neris", responses=gives(dict[str, Any]))
@operation(Action.EXPORT_AGREEMENT)
async def export_agreement_neris(
    agreement_id: PathId, version: PathVersion, who: Who, services: Use
) -> Response:
    """NERIS ``AidAgreementPayload``s of the caller's side, and who is left out and why."""
    return JsonAnswer(await services.documents.neris(who, AgreementId(agreement_id), version))
