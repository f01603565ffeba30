"""Incidents: open, read, close."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, gives
from dispatch.api.auth import Meta, Use, Who
from dispatch.api.operation import operation
from dispatch.api.rows import IncidentDetailRow, IncidentRow, OpenedIncidentRow
from dispatch.api.schemas import CloseBody, IncidentBody
from dispatch.model.ids import IncidentId

router = APIRouter(prefix="/api/incidents", tags=["incidents"])


@router.get("", responses=gives(list[IncidentRow]))
@operation(Action.LIST_INCIDENTS)
async def list_incidents(
    who: Who, services: Use, state: Annotated[Literal["active", "closed"], Query()] = "active"
) -> Response:
    """Incidents that the caller may see, newest first."""
    rows = await services.incidents.list_incidents(who, active=state == "active")
    return JsonAnswer(list(rows))


@router.post("", status_code=201, responses=gives(OpenedIncidentRow, 201))
@operation(Action.OPEN_INCIDENT)
async def open_incident(body: IncidentBody, meta: Meta, services: Use) -> Response:
    """Open an incident."""
    return JsonAnswer(await services.incidents.open(meta, body.draft()), 201)


@router.get("/{incident_id}", responses=gives(IncidentDetailRow))
@operation(Action.READ_INCIDENT)
async def read_incident(incident_id: PathId, who: Who, services: Use) -> Response:
    """One incident; for those who may see its journal, with its entries."""
    return JsonAnswer(await services.incidents.get_incident(who, IncidentId(incident_id)))


@router.post("/{incident_id}/close", responses=gives(IncidentRow))
@operation(Action.CLOSE_INCIDENT)
async def close_incident(
    incident_id: PathId, meta: Meta, services: Use, body: CloseBody | None = None
) -> Response:
    """End an incident."""
    body = body or CloseBody()
    row = await services.incidents.close(
        meta,
        IncidentId(incident_id),
        expected_version=body.expected_version,
        cancelled=body.cancelled,
    )
    return JsonAnswer(row)
