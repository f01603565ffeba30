"""Incident logs as files: JSON that anybody can verify, CSV for a spreadsheet."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, PathId, file_headers, gives, gives_file
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.model.ids import IncidentId

router = APIRouter(prefix="/api/incidents", tags=["exports"])


@router.get("/{incident_id}/log.json", responses=gives(dict[str, Any]))
@operation(Action.EXPORT_LOG)
async def export_log_json(incident_id: PathId, who: Who, services: Use) -> Response:
    """The verifiable log."""
    log = await services.exports.incident_log(who, IncidentId(incident_id))
    return JsonAnswer(log, headers=file_headers(f"incident-{log['about']['number']}.json"))


@router.get("/{incident_id}/log.csv", responses=gives_file("text/csv"))
@operation(Action.EXPORT_LOG)
async def export_log_csv(incident_id: PathId, who: Who, services: Use) -> Response:
    """The log as a table."""
    number, text = await services.exports.incident_log_csv(who, IncidentId(incident_id))
    return Response(
        text, media_type="text/csv; charset=utf-8", headers=file_headers(f"incident-{number}.csv")
    )
