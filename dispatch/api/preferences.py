"""How the signed-in person wants the board to look."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.api.rows import Row
from dispatch.api.schemas import Body

router = APIRouter(prefix="/api/me", tags=["session"])


class PreferencesBody(Body):
    """The whole document, and the version that was seen last (0: none was set)."""

    preferences: dict[str, Any]
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


class PreferencesRow(Row):
    """What the person set: ``theme``, ``font_percent``, ``sound``, ``volume_percent``, ``single_keys``,
    ``unit_columns``, ``hold_sort``. An absent key is the board's default.
    """

    version: int
    preferences: dict[str, Any]
    changed_at: str | None


@router.get("/preferences", responses=gives(PreferencesRow))
@operation(Action.READ_PREFERENCES)
async def read_preferences(who: Who, services: Use) -> Response:
    """One's own preferences."""
    return JsonAnswer(await services.preferences.read(who))


@router.put("/preferences", responses=gives(PreferencesRow))
@operation(Action.CHANGE_PREFERENCES)
async def change_preferences(body: PreferencesBody, who: Who, services: Use) -> Response:
    """Put others in the place of those before. A stale ``version`` is a 409: read, and set again."""
    row = await services.preferences.change(who, document=body.preferences, version=body.version)
    return JsonAnswer(row)
