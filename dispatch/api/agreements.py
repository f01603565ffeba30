"""Reading the agreements of the caller's jurisdiction, and drafting them."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.agreement_bodies import EditBody, TermsBody
from dispatch.api.agreement_rows import AgreementDetailRow, AgreementRow
from dispatch.api.answers import JsonAnswer, PathId, PathVersion, gives
from dispatch.api.auth import Meta, Use, Who
from dispatch.api.operation import operation
from dispatch.api.schemas import Body
from dispatch.model.ids import AgreementId

router = APIRouter(prefix="/api/agreements", tags=["agreements"])


@router.get("", responses=gives(list[AgreementRow]))
@operation(Action.LIST_AGREEMENTS)
async def list_agreements(who: Who, services: Use) -> Response:
    """The newest version of each, one's own drafts included."""
    return JsonAnswer(list(await services.agreements.list_rows(who)))


@router.post("", status_code=201, responses=gives(AgreementRow, 201))
@operation(Action.DRAFT_AGREEMENT)
async def create_agreement(body: TermsBody, meta: Meta, services: Use) -> Response:
    """A new agreement's draft."""
    return JsonAnswer(await services.agreements.create(meta, body.sent()), 201)


@router.get("/{agreement_id}", responses=gives(AgreementDetailRow))
@operation(Action.READ_AGREEMENT)
async def read_agreement(agreement_id: PathId, who: Who, services: Use) -> Response:
    """The newest version with its exact text."""
    return JsonAnswer(await services.agreements.get(who, AgreementId(agreement_id)))


@router.get("/{agreement_id}/versions/{version}", responses=gives(AgreementDetailRow))
@operation(Action.READ_AGREEMENT)
async def read_agreement_version(
    agreement_id: PathId, version: PathVersion, who: Who, services: Use
) -> Response:
    """One version with its exact text."""
    return JsonAnswer(await services.agreements.get(who, AgreementId(agreement_id), version=version))


@router.put("/{agreement_id}/draft", responses=gives(AgreementRow))
@operation(Action.DRAFT_AGREEMENT)
async def edit_agreement(agreement_id: PathId, body: EditBody, meta: Meta, services: Use) -> Response:
    """Change one's draft, or begin the next version."""
    row = await services.agreements.edit(meta, AgreementId(agreement_id), body.sent(), revision=body.revision)
    return JsonAnswer(row)


@router.delete("/{agreement_id}/draft")
@operation(Action.DRAFT_AGREEMENT)
async def discard_agreement_draft(
    agreement_id: PathId, meta: Meta, services: Use, body: Body | None = None
) -> Response:
    """Throw one's draft away."""
    return JsonAnswer(await services.agreements.discard(meta, AgreementId(agreement_id)))
