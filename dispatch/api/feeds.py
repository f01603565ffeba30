"""The way in for vehicles and CAD feeds: one report or a batch, each with its own outcome."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import Use, Who
from dispatch.api.health_rows import FeedHealthRow
from dispatch.api.operation import operation
from dispatch.api.rows import OutcomesRow
from dispatch.api.schemas import ReportBatchBody, ReportBody
from dispatch.services.command import Row
from dispatch.services.intake import Outcome

router = APIRouter(prefix="/api/feeds", tags=["feeds"])


@router.get("", responses=gives(list[FeedHealthRow]))
@operation(Action.READ_FEED)
async def list_feeds(who: Who, services: Use) -> Response:
    """The feeds of the caller's jurisdiction and of its partners, worst first, with their ages."""
    return JsonAnswer(list(await services.feeds.list_feeds(who)))


@router.post("/reports", responses=gives(OutcomesRow))
@operation(Action.REPORT)
async def report(body: ReportBody, who: Who, services: Use) -> Response:
    """One report."""
    return JsonAnswer(present_outcomes(await services.intake.report(who, [body.report()])))


@router.post("/reports/batch", responses=gives(OutcomesRow))
@operation(Action.REPORT)
async def report_batch(body: ReportBatchBody, who: Who, services: Use) -> Response:
    """Up to 500 reports."""
    reports = [one.report() for one in body.reports]
    return JsonAnswer(present_outcomes(await services.intake.report(who, reports)))


def present_outcomes(outcomes: Sequence[Outcome]) -> Row:
    """One result per report, in the order they were sent."""
    return {
        "results": [
            {"unit_id": one.unit_id, "outcome": one.outcome.value, "reason": one.reason} for one in outcomes
        ]
    }
