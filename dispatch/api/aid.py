"""Aid: who could come, asking for a unit, the neighbour's answer, committing and letting go."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.advice_rows import AdviceOverrideRow, RecommendationRow, SecondOpinionRow
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use, Who
from dispatch.api.operation import operation
from dispatch.api.request_rows import InsteadRow, ReceiptRow
from dispatch.api.rows import AssignmentRow, RequestRow
from dispatch.api.schemas import (
    AcceptBody,
    AdviceOverrideBody,
    AskBody,
    AssignBody,
    DeclineBody,
    InsteadBody,
    ReceiptBody,
    RecommendBody,
    TakeBackBody,
)
from dispatch.api.verdict_rows import VerdictRow
from dispatch.model.ids import AssignmentId, IncidentId, RecommendationId, RequestId, UnitId
from dispatch.model.unit import UnitType

router = APIRouter(prefix="/api", tags=["aid"])


@router.post(
    "/incidents/{incident_id}/recommendation",
    responses=gives(RecommendationRow),
)
@operation(Action.RECOMMEND)
async def recommend(
    incident_id: PathId, meta: Meta, services: Use, body: RecommendBody | None = None
) -> Response:
    """Who could come, and why others may not; recorded as shown."""
    need = body.need if body else None
    return JsonAnswer(await services.recommendations.recommend(meta, IncidentId(incident_id), need=need))


@router.get("/incidents/{incident_id}/units/{unit_id}/verdict", responses=gives(VerdictRow))
@operation(Action.READ_VERDICT)
async def read_verdict(
    incident_id: PathId,
    unit_id: PathId,
    who: Who,
    services: Use,
    need: Annotated[UnitType | None, Query()] = None,
) -> Response:
    """May this unit come, own or a partner's; if not, every reason. Nothing is recorded."""
    row = await services.verdicts.read(who, IncidentId(incident_id), UnitId(unit_id), need=need)
    return JsonAnswer(row)


@router.get("/recommendations/{recommendation_id}/second-opinion", responses=gives(SecondOpinionRow))
@operation(Action.READ_SECOND_OPINION)
async def read_second_opinion(recommendation_id: PathId, who: Who, services: Use) -> Response:
    """What simulated futures say of the advice; waits for them until the agency's deadline at most."""
    return JsonAnswer(await services.opinions.read(who, RecommendationId(recommendation_id)))


@router.post(
    "/incidents/{incident_id}/advice-override",
    status_code=201,
    responses=gives(AdviceOverrideRow, 201),
)
@operation(Action.OVERRIDE_ADVICE)
async def explain_override(
    incident_id: PathId, body: AdviceOverrideBody, meta: Meta, services: Use
) -> Response:
    """Say, after the fact, why another unit was chosen than the advised one; the first reason counts."""
    row = await services.advice_overrides.explain(
        meta,
        IncidentId(incident_id),
        RecommendationId(body.recommendation_id),
        UnitId(body.unit_id),
        reason=body.reason,
        note=body.note,
    )
    return JsonAnswer(row, 201)


@router.post(
    "/incidents/{incident_id}/assignments",
    status_code=201,
    responses=gives(AssignmentRow, 201),
)
@operation(Action.ASSIGN_OWN)
async def assign_own(incident_id: PathId, body: AssignBody, meta: Meta, services: Use) -> Response:
    """Send one's own unit."""
    row = await services.assignments.assign_own(
        meta, IncidentId(incident_id), UnitId(body.unit_id), expected_version=body.expected_version
    )
    return JsonAnswer(row, 201)


@router.post(
    "/incidents/{incident_id}/requests",
    status_code=201,
    responses=gives(RequestRow, 201),
)
@operation(Action.REQUEST_AID)
async def request_aid(incident_id: PathId, body: AskBody, meta: Meta, services: Use) -> Response:
    """Ask a neighbour for a unit."""
    seen = RecommendationId(body.recommendation_id) if body.recommendation_id else None
    row = await services.requests.request(
        meta, IncidentId(incident_id), UnitId(body.unit_id), recommendation_id=seen
    )
    return JsonAnswer(row, 201)


@router.post("/requests/{request_id}/accept", responses=gives(RequestRow))
@operation(Action.ACCEPT_REQUEST)
async def accept_request(
    request_id: PathId, meta: Meta, services: Use, body: AcceptBody | None = None
) -> Response:
    """Lend the unit; or take the one that was offered instead."""
    expected = body.expected_version if body else None
    return JsonAnswer(await services.requests.accept(meta, RequestId(request_id), expected_version=expected))


@router.post("/requests/{request_id}/decline", responses=gives(RequestRow))
@operation(Action.DECLINE_REQUEST)
async def decline_request(request_id: PathId, body: DeclineBody, meta: Meta, services: Use) -> Response:
    """Keep the unit; or leave the one that was offered instead."""
    row = await services.requests.decline(
        meta,
        RequestId(request_id),
        reason=body.reason,
        note=body.note,
        expected_version=body.expected_version,
    )
    return JsonAnswer(row)


@router.get("/requests/{request_id}/instead", responses=gives(InsteadRow))
@operation(Action.OFFER_INSTEAD)
async def list_instead(request_id: PathId, who: Who, services: Use) -> Response:
    """Which of one's own units could go in the place of the one that is asked for, and why others may not."""
    return JsonAnswer(await services.counter_offers.list_instead(who, RequestId(request_id)))


@router.post("/requests/{request_id}/instead", status_code=201, responses=gives(RequestRow, 201))
@operation(Action.OFFER_INSTEAD)
async def offer_instead(request_id: PathId, body: InsteadBody, meta: Meta, services: Use) -> Response:
    """Offer another unit: the request ends, and the offer waits for the borrower's answer."""
    row = await services.counter_offers.offer(
        meta,
        RequestId(request_id),
        UnitId(body.unit_id),
        note=body.note,
        expected_version=body.expected_version,
    )
    return JsonAnswer(row, 201)


@router.post("/requests/{request_id}/receipt", responses=gives(ReceiptRow))
@operation(Action.RECEIVE_REQUEST)
async def receive_request(request_id: PathId, body: ReceiptBody, meta: Meta, services: Use) -> Response:
    """Say that a request has arrived at a board, or that a person has it in view; the first one counts."""
    return JsonAnswer(await services.receipts.receive(meta, RequestId(request_id), body.stage))


@router.post("/requests/{request_id}/withdraw", responses=gives(RequestRow))
@operation(Action.WITHDRAW_REQUEST)
async def withdraw_request(
    request_id: PathId, meta: Meta, services: Use, body: TakeBackBody | None = None
) -> Response:
    """Take the question back."""
    body = body or TakeBackBody()
    row = await services.requests.withdraw(
        meta, RequestId(request_id), reason=body.reason, expected_version=body.expected_version
    )
    return JsonAnswer(row)


@router.post("/assignments/{assignment_id}/release", responses=gives(AssignmentRow))
@operation(Action.RELEASE_ASSIGNMENT)
async def release_assignment(
    assignment_id: PathId, meta: Meta, services: Use, body: TakeBackBody | None = None
) -> Response:
    """Let a unit go."""
    body = body or TakeBackBody()
    row = await services.assignments.release(
        meta, AssignmentId(assignment_id), reason=body.reason, expected_version=body.expected_version
    )
    return JsonAnswer(row)
