"""Findings of the linter and the gap map, for the caller's own agreements and for drafts."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.agreements.lint.finding import FindingCode, Severity
from dispatch.api.agreement_bodies import TermsBody
from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.api.rows import Row

router = APIRouter(prefix="/api/agreements", tags=["agreements"])


class FindingRow(Row):
    """One finding; a finding about a jurisdiction has no agreement, and none needs a clause."""

    code: FindingCode
    severity: Severity
    agreement: str | None
    version: int | None
    clause: str | None
    path: str
    sentence: str
    remedy: str
    figures: dict[str, int | str]


class FindingsRow(Row):
    """Findings, worst first."""

    findings: list[FindingRow]


class GapsRow(Row):
    """Per jurisdiction and unit type 168 counts of partners that may lend, and a summary in sentences."""

    time_zone: str
    week_start: str
    complete: bool
    rows: list[dict[str, Any]]
    summary: list[str]


@router.post("/lint", responses=gives(FindingsRow))
@operation(Action.CHECK_AGREEMENT)
async def lint_draft(body: TermsBody, who: Who, services: Use) -> Response:
    """What is wrong with a draft, beside the caller's other agreements; nothing is recorded."""
    return JsonAnswer(await services.lint.draft_findings(who, body.sent()))


@router.get("/findings", responses=gives(FindingsRow))
@operation(Action.LIST_FINDINGS)
async def list_findings(who: Who, services: Use) -> Response:
    """What is wrong with the agreements of the caller's jurisdiction."""
    return JsonAnswer(await services.lint.findings(who))


@router.get("/gaps", responses=gives(GapsRow))
@operation(Action.LIST_FINDINGS)
async def read_gaps(who: Who, services: Use) -> Response:
    """How many partners may lend to the caller's jurisdiction, by unit type and hour of the week."""
    return JsonAnswer(await services.lint.gaps(who))
