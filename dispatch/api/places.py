"""Where an incident is: places by their names, and what is at a point."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.api.place_rows import PlacesRow, PointRow
from dispatch.api.schemas import PRINTABLE
from dispatch.model.errors import Invalid
from dispatch.model.geo import Point
from dispatch.routing.gazetteer.asked import LONGEST, find_point

router = APIRouter(prefix="/api/places", tags=["places"])

NEAR_LENGTH: Final = 60


@router.get("", responses=gives(PlacesRow))
@operation(Action.FIND_PLACE)
async def find_places(
    who: Who,
    services: Use,
    q: Annotated[str, Query(min_length=1, max_length=LONGEST, pattern=PRINTABLE)],
    near: Annotated[str | None, Query(max_length=NEAR_LENGTH)] = None,
    outside: bool = False,
) -> Response:
    """An address, a crossing ("A / B"), a place, or "lon,lat"; those near ``near`` ("lon,lat") come first."""
    here = None if near is None else find_point(near)
    if near is not None and here is None:
        raise Invalid("near", "is no longitude, latitude")
    return JsonAnswer(await services.places.find(who, q, near=here, outside=outside))


@router.get("/at", responses=gives(PointRow))
@operation(Action.FIND_PLACE)
async def read_point(
    who: Who,
    services: Use,
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
) -> Response:
    """Who is in charge of a point, how near the border is, and its address as far as the map knows."""
    return JsonAnswer(await services.places.look_at(who, Point(lon=lon, lat=lat)))
