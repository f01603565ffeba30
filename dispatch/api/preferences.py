"""How the signed-in person wants the board to look."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.api.rows import Row, WireTime
from dispatch.api.schemas import Body

router = APIRouter(prefix="/api/me", tags=["session"])


class PreferencesBody(Body):
    """The whole document, and the version that was seen last (0: none was set)."""

    preferences: dict[str, Any]
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


class ChosenRow(Row):
    """What a person has set; an absent key is the default. The bounds are in ``model/preferences``."""

    theme: Literal["dark", "light", "system"] | None = None
    font_percent: int | None = None
    panel_font_percent: dict[str, int] | None = None
    sound: Literal["all", "high"] | None = None
    volume_percent: int | None = None
    single_keys: bool | None = None
    unit_columns: list[Literal["unit", "level", "agency", "status", "time", "incident", "age"]] | None = None
    hold_sort: list[Literal["units", "incidents"]] | None = None


class PreferencesRow(Row):
    """One person's; ``version`` 0 and no ``changed_at``: nothing was ever set."""

    version: int
    preferences: ChosenRow
    changed_at: WireTime | None


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
