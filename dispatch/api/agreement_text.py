"""What an agreement can say (the form), what a text says, and its versions as texts side by side."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.agreement_bodies import FromTemplateBody, TermsBody
from dispatch.api.agreement_rows import AgreementRow, CheckRow, DiffRow, FormRow, TemplateRow
from dispatch.api.answers import JsonAnswer, PathId, PathVersion, gives
from dispatch.api.auth import Meta, Use, Who
from dispatch.api.operation import operation
from dispatch.model.ids import AgreementId

router = APIRouter(prefix="/api/agreements", tags=["agreements"])


@router.get("/form", responses=gives(FormRow))
@operation(Action.READ_AGREEMENT_FORM)
async def read_agreement_form(who: Who, services: Use) -> Response:
    """Every kind of clause with its fields."""
    return JsonAnswer(services.agreements.describe_form(who))


@router.get("/templates", responses=gives(list[TemplateRow]))
@operation(Action.READ_AGREEMENT_FORM)
async def list_agreement_templates(who: Who, services: Use) -> Response:
    """What one can start from."""
    return JsonAnswer(services.agreements.list_templates(who))


@router.post("/from-template", status_code=201, responses=gives(AgreementRow, 201))
@operation(Action.DRAFT_AGREEMENT)
async def fill_agreement_template(body: FromTemplateBody, meta: Meta, services: Use) -> Response:
    """A filled-in draft, or with ``propose`` a proposed text."""
    row = await services.agreements.create_surge(meta, body.surge())
    if body.propose:
        row = await services.agreement_steps.propose_new(meta, row)
    return JsonAnswer(row, 201)


@router.post("/check", responses=gives(CheckRow))
@operation(Action.CHECK_AGREEMENT)
async def check_agreement(body: TermsBody, who: Who, services: Use) -> Response:
    """What the computer reads in a text; nothing is kept."""
    return JsonAnswer(await services.agreements.check(who, body.sent()))


@router.get("/{agreement_id}/diff", responses=gives(DiffRow))
@operation(Action.READ_AGREEMENT)
async def diff_agreement(
    agreement_id: PathId,
    who: Who,
    services: Use,
    before: Annotated[int, Query(alias="from", ge=1, le=2**31)],
    after: Annotated[int, Query(alias="to", ge=1, le=2**31)],
) -> Response:
    """Two versions, term by term."""
    found = await services.agreements.diff(who, AgreementId(agreement_id), before=before, after=after)
    return JsonAnswer(found)


@router.get(
    "/{agreement_id}/versions/{version}/text",
    responses={200: {"content": {"text/yaml": {"schema": {"type": "string"}}}}},
)
@operation(Action.EXPORT_AGREEMENT)
async def read_agreement_text(
    agreement_id: PathId, version: PathVersion, who: Who, services: Use
) -> Response:
    """The exact text that parties sign: its SHA-256 is ``terms_sha256``."""
    paper = await services.agreements.get_paper(who, AgreementId(agreement_id), version)
    name = f'attachment; filename="{paper.agreement.id}-v{version}.yaml"'
    headers = {"Content-Disposition": name.replace(":", "-"), "ETag": f'"{paper.terms_sha256}"'}
    return Response(paper.text, media_type="text/yaml; charset=utf-8", headers=headers)
