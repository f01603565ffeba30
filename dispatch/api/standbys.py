"""Standing by: whom to bring into a short area, asking for it, and sending such a unit on to a call."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use, Who
from dispatch.api.operation import operation
from dispatch.api.rows import AssignmentRow
from dispatch.api.standby_bodies import RedirectBody, StandbyBody
from dispatch.api.standby_rows import StandbyAskedRow, StandbyProposalsRow
from dispatch.model.ids import AssignmentId, IncidentId, JurisdictionId

router = APIRouter(prefix="/api", tags=["standby"])


@router.get("/jurisdictions/{jurisdiction_id}/standby-proposals", responses=gives(StandbyProposalsRow))
@operation(Action.PROPOSE_STANDBY)
async def propose_standby(jurisdiction_id: PathId, who: Who, services: Use) -> Response:
    """Moves worth making while cover is amber or red; recorded as shown."""
    return JsonAnswer(await services.standby.proposals.propose(who, JurisdictionId(jurisdiction_id)))


@router.post(
    "/jurisdictions/{jurisdiction_id}/standbys", status_code=201, responses=gives(StandbyAskedRow, 201)
)
@operation(Action.ASK_STANDBY)
async def ask_standby(jurisdiction_id: PathId, body: StandbyBody, meta: Meta, services: Use) -> Response:
    """Ask a neighbour for a unit to stand by, or move an own one up; with a backfill, both or neither."""
    row = await services.standby.asks.ask(meta, JurisdictionId(jurisdiction_id), body.ask())
    return JsonAnswer(row, 201)


@router.post("/assignments/{assignment_id}/redirect", status_code=201, responses=gives(AssignmentRow, 201))
@operation(Action.REDIRECT_UNIT)
async def redirect_unit(assignment_id: PathId, body: RedirectBody, meta: Meta, services: Use) -> Response:
    """Send a unit that stands by to a call; nobody is asked again."""
    row = await services.standby.redirects.redirect(
        meta,
        AssignmentId(assignment_id),
        IncidentId(body.incident),
        expected_version=body.expected_version,
    )
    return JsonAnswer(row, 201)
