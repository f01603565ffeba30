"""The region in force: names, places and borders, as the board draws them."""

import hashlib
from collections.abc import Mapping

import orjson
import shapely
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import Use, Who, get_edge
from dispatch.api.operation import operation
from dispatch.api.region_rows import LabelRow, RegionRow
from dispatch.api.static import answer_file
from dispatch.model.clock import iso
from dispatch.model.errors import NotFound
from dispatch.model.region import Region
from dispatch.services.command import Row

router = APIRouter(tags=["region"])


@router.get("/api/label", responses=gives(LabelRow))
@operation(Action.READ_LABEL)
async def read_label(services: Use, request: Request) -> Response:
    """The label that the sign-in page shows."""
    region, settings = services.region, get_edge(request).settings
    return JsonAnswer(
        {
            "name": region.name,
            "fictional": region.fictional,
            "sample_fleet": region.sample_fleet,
            "demo": settings.demo,
            "training": settings.training,
        }
    )


@router.get("/api/region", responses=gives(RegionRow))
@operation(Action.READ_REGION)
async def read_region(_: Who, services: Use) -> Response:
    """Names and places."""
    return JsonAnswer(present_region(services.region))


@router.get(
    "/api/region/jurisdictions.geojson",
    responses={200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}}},
)
@operation(Action.READ_JURISDICTION_AREAS)
async def read_borders(_: Who, services: Use, request: Request) -> Response:
    """Borders."""
    tag = _borders_tag(services.region)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(present_borders(services.region), media_type="application/geo+json", headers=headers)


@router.api_route("/basemap.pmtiles", methods=["GET", "HEAD"], include_in_schema=False)
@operation(Action.READ_BASEMAP)
async def read_basemap(_: Who, request: Request) -> Response:
    """The vector tiles, by range."""
    bundle = get_edge(request).settings.bundle_directory
    if bundle is None or not (bundle / "basemap.pmtiles").is_file():
        raise NotFound("basemap", "basemap.pmtiles")
    return answer_file(request, bundle / "basemap.pmtiles", media_type="application/vnd.pmtiles")


def present_region(region: Region) -> Row:
    """The region's row; ``jurisdictions.geojson`` has the borders."""
    return {
        "name": region.name,
        "fictional": region.fictional,
        "sample_fleet": region.sample_fleet,
        "attribution": list(region.attribution),
        "time_zone": region.time_zone,
        "centre": [region.centre.lon, region.centre.lat],
        "bbox": list(region.bbox),
        "roads_as_of": iso(region.roads_as_of) if region.roads_as_of else None,
        "notes": list(region.notes),
        "jurisdictions": [
            {
                "id": one.id,
                "name": one.name,
                "kind": one.kind,
                "agency_name": one.agency.name,
                "telephone": one.agency.telephone,
                "time_zone": one.agency.time_zone,
            }
            for one in region.jurisdictions.values()
        ],
        "hospitals": [
            {"id": one.id, "name": one.name, "lon": one.position.lon, "lat": one.position.lat}
            for one in region.hospitals.values()
        ],
        "stations": [
            {
                "id": one.id,
                "name": one.name,
                "jurisdiction": one.jurisdiction_id,
                "lon": one.position.lon,
                "lat": one.position.lat,
            }
            for one in region.stations.values()
        ],
        "natures": _natures(region.calls),
    }


def present_borders(region: Region) -> bytes:
    """The jurisdictions as a GeoJSON FeatureCollection, with 1e-6 degree (0.1 m) of precision."""
    features = [
        {
            "type": "Feature",
            "id": one.id,
            "properties": {"id": one.id, "name": one.name, "kind": one.kind},
            "geometry": orjson.loads(shapely.to_geojson(shapely.set_precision(one.area, 1e-6))),
        }
        for one in region.jurisdictions.values()
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _borders_tag(region: Region) -> str:
    return f'"{hashlib.sha256(region.digest.encode()).hexdigest()[:32]}"'


def _natures(calls: Mapping[str, object]) -> list[object]:
    natures = calls.get("natures", [])
    return list(natures) if isinstance(natures, list | tuple) else []
