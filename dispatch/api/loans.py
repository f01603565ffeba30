"""A loan under way: calling the unit back, keeping it longer, confirming it in writing."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use
from dispatch.api.operation import operation
from dispatch.api.rows import AssignmentRow
from dispatch.api.schemas import ConfirmBody, ExtendBody, RecallBody
from dispatch.model.ids import AssignmentId

router = APIRouter(prefix="/api/assignments", tags=["aid"])


@router.post("/{assignment_id}/recall", responses=gives(AssignmentRow))
@operation(Action.RECALL_UNIT)
async def recall_unit(assignment_id: PathId, body: RecallBody, meta: Meta, services: Use) -> Response:
    """Call one's own unit back from a neighbour."""
    row = await services.loans.recall(
        meta, AssignmentId(assignment_id), reason=body.reason, expected_version=body.expected_version
    )
    return JsonAnswer(row)


@router.post("/{assignment_id}/extend", responses=gives(AssignmentRow))
@operation(Action.EXTEND_LOAN)
async def extend_loan(assignment_id: PathId, body: ExtendBody, meta: Meta, services: Use) -> Response:
    """Keep a neighbour's unit longer."""
    row = await services.loans.extend(
        meta, AssignmentId(assignment_id), hours=body.hours, expected_version=body.expected_version
    )
    return JsonAnswer(row)


@router.post("/{assignment_id}/confirm", responses=gives(AssignmentRow))
@operation(Action.CONFIRM_LOAN)
async def confirm_loan(
    assignment_id: PathId, meta: Meta, services: Use, body: ConfirmBody | None = None
) -> Response:
    """Confirm a loan in writing."""
    expected = body.expected_version if body else None
    row = await services.loans.confirm(meta, AssignmentId(assignment_id), expected_version=expected)
    return JsonAnswer(row)
