"""What parties do about an agreement's text: propose, sign, reject, withdraw, let rest, end."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.agreement_bodies import AnswerBody, EndBody, ProposeBody, SignBody, SuspendBody
from dispatch.api.agreement_rows import AgreementRow
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use
from dispatch.api.operation import operation
from dispatch.api.schemas import Body
from dispatch.model.ids import AgreementId

router = APIRouter(prefix="/api/agreements", tags=["agreements"])


@router.post("/{agreement_id}/propose", responses=gives(AgreementRow))
@operation(Action.PROPOSE_AGREEMENT)
async def propose_agreement(agreement_id: PathId, body: ProposeBody, meta: Meta, services: Use) -> Response:
    """Fix one's draft as a text that the parties may sign."""
    row = await services.agreement_steps.propose(
        meta, AgreementId(agreement_id), version=body.version, revision=body.revision
    )
    return JsonAnswer(row)


@router.post("/{agreement_id}/sign", responses=gives(AgreementRow))
@operation(Action.SIGN_AGREEMENT)
async def sign_agreement(
    agreement_id: PathId, body: SignBody, meta: Meta, services: Use, request: Request
) -> Response:
    """Sign the exact text; needs the password again."""
    row = await services.agreement_steps.sign(
        meta,
        AgreementId(agreement_id),
        version=body.version,
        terms_sha256=body.terms_sha256,
        typed_id=body.typed_id,
        password=body.password,
        client=request.client.host if request.client else "",
    )
    return JsonAnswer(row)


@router.post("/{agreement_id}/reject", responses=gives(AgreementRow))
@operation(Action.REJECT_AGREEMENT)
async def reject_agreement(agreement_id: PathId, body: AnswerBody, meta: Meta, services: Use) -> Response:
    """Say no to a proposed text."""
    row = await services.agreement_steps.reject(
        meta, AgreementId(agreement_id), version=body.version, reason=body.reason
    )
    return JsonAnswer(row)


@router.post("/{agreement_id}/withdraw", responses=gives(AgreementRow))
@operation(Action.WITHDRAW_AGREEMENT)
async def withdraw_agreement(agreement_id: PathId, body: AnswerBody, meta: Meta, services: Use) -> Response:
    """Take one's own proposal, or one's signature of a text that binds nobody yet, back."""
    row = await services.agreement_steps.withdraw(
        meta, AgreementId(agreement_id), version=body.version, reason=body.reason
    )
    return JsonAnswer(row)


@router.post("/{agreement_id}/suspend", responses=gives(AgreementRow))
@operation(Action.SUSPEND_AGREEMENT)
async def suspend_agreement(agreement_id: PathId, body: SuspendBody, meta: Meta, services: Use) -> Response:
    """Let the agreement rest for one's own party."""
    row = await services.agreement_steps.suspend(
        meta, AgreementId(agreement_id), reason=body.reason, ends_at=body.ends_at
    )
    return JsonAnswer(row)


@router.post("/{agreement_id}/resume", responses=gives(AgreementRow))
@operation(Action.SUSPEND_AGREEMENT)
async def resume_agreement(
    agreement_id: PathId, meta: Meta, services: Use, body: Body | None = None
) -> Response:
    """End one's own suspension."""
    return JsonAnswer(await services.agreement_steps.resume(meta, AgreementId(agreement_id)))


@router.post("/{agreement_id}/notice", responses=gives(AgreementRow))
@operation(Action.END_AGREEMENT)
async def give_agreement_notice(agreement_id: PathId, body: EndBody, meta: Meta, services: Use) -> Response:
    """Be bound no more once the notice is over."""
    row = await services.agreement_steps.give_notice(meta, AgreementId(agreement_id), reason=body.reason)
    return JsonAnswer(row)


@router.post("/{agreement_id}/terminate", responses=gives(AgreementRow))
@operation(Action.END_AGREEMENT)
async def terminate_agreement(agreement_id: PathId, body: EndBody, meta: Meta, services: Use) -> Response:
    """Consent to end it at once."""
    row = await services.agreement_steps.terminate(meta, AgreementId(agreement_id), reason=body.reason)
    return JsonAnswer(row)
