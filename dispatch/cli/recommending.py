"""What ``dispatch recommend`` does: who could come, and who may not and why, straight from a region's files.

No service and no database: every unit stands at its station, on duty, but for those said to be out.
The rules are the service's own.
"""

import json
import warnings
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import geopy
import typer

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.parse import parse_agreement
from dispatch.aid.advice.counsel import Counsel, CoverFigures
from dispatch.aid.advice.forecast import forecast_of
from dispatch.aid.advice.gridding import make_grid
from dispatch.aid.advice.lending_table import lending_table
from dispatch.aid.advice.situate import register_of
from dispatch.aid.advice.wording import with_sentences
from dispatch.aid.lending import Asking
from dispatch.aid.overwhelm import assess
from dispatch.aid.reach import Reach
from dispatch.aid.recommend import recommend as rank
from dispatch.cli.recommended import show
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.live.picture import Picture
from dispatch.model.clock import system_now
from dispatch.model.errors import Invalid
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Incident, Need, Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.region import Region
from dispatch.model.unit import UnitState, UnitStatus, UnitType
from dispatch.routing.areas import Areas
from dispatch.routing.choose import best_travel_times
from dispatch.routing.graph import RoadGraph
from dispatch.routing.travel import TravelTimes
from dispatch.simulate.places import list_places

MOST_UNITS = 50


def recommend_from_files(
    bundle: Path,
    *,
    at: str,
    priority: Priority,
    need: str,
    borrower: str,
    out: Sequence[str],
    as_json: bool,
) -> None:
    """Print what the service would show. Raises ``Invalid`` and ``RegionInvalid``."""
    known = load_region(bundle)
    incident = incident_at(
        known, at=at, priority=priority, needs=(_need(need),), borrower=borrower, now=system_now()
    )
    picture = picture_of(known, frozenset(out), now=incident.opened_at)
    pairs = Pairs(parse_agreement(text) for _, text in list_agreement_texts(bundle))
    roads = load_roads(bundle)
    travel = best_travel_times(roads)
    shown = rank(
        incident,
        region=known,
        picture=picture,
        reach=Reach(travel, known),
        agreements=pairs,
        assignments=(),
        requests=(),
        now=incident.opened_at,
        asking=Asking(cover=cover_of(known, picture, incident)),
        counsel=counsel_for(known, roads, travel, pairs, incident),
    )
    names = names_in(known, pairs)
    said = with_sentences(shown.to_json(), names)
    if as_json:
        about = {"region": known.name, "fictional": known.fictional, "attribution": known.attribution}
        typer.echo(json.dumps({**said, **about}, indent=2))
    else:
        show(said, known, names)


def counsel_for(
    region: Region, roads: RoadGraph, travel: TravelTimes, pairs: Pairs, incident: Incident
) -> Counsel:
    """What the service would weigh with, for the borrower and whoever shares an agreement with it.

    A region's files know of no loans: nobody has lent more than it borrowed here.
    """
    borrower = incident.jurisdiction_id
    homes = sorted({borrower, *pairs.list_others(borrower)} & region.jurisdictions.keys())
    grid = make_grid(region, travel, list_places(region, roads), jurisdictions=homes)
    figures = CoverFigures(
        grid=grid,
        register=register_of(region, grid),
        forecast=forecast_of(region),
        lending=lending_table(grid, pairs, region, incident.opened_at),
    )
    return Counsel(figures=figures)


def names_in(region: Region, pairs: Pairs) -> dict[str, str]:
    """What to call jurisdictions, agreements and units."""
    names = {str(key): jurisdiction.name for key, jurisdiction in region.jurisdictions.items()}
    names |= {agreement.id: agreement.title for agreement in pairs.list_all()}
    return names | {str(key): unit.call_sign for key, unit in region.units.items()}


def incident_at(
    region: Region,
    *,
    at: str,
    priority: Priority,
    needs: tuple[Need, ...],
    borrower: str,
    now: datetime,
) -> Incident:
    """An incident as the command line says it. Raises ``Invalid`` naming the option."""
    position = point_of(at, "--at")
    west, south, east, north = region.bbox
    if not (west <= position.lon <= east and south <= position.lat <= north):
        raise Invalid("--at", f"{at} lies outside of {region.name} ({west},{south} to {east},{north})")
    where = JurisdictionId(borrower) if borrower else Areas(region.jurisdictions.values()).find(position)
    if where is None:
        raise Invalid("--at", "no jurisdiction of this region lies there; name one with --for")
    if where not in region.jurisdictions:
        raise Invalid("--for", f"{where!r} is not one of {', '.join(sorted(region.jurisdictions))}")
    return Incident(
        id=IncidentId("from-the-command-line"),
        number="",
        jurisdiction_id=where,
        position=position,
        priority=priority,
        nature="",
        needs=needs,
        opened_at=now,
    )


def cover_of(region: Region, picture: Picture, incident: Incident) -> CoverState:
    """How the borrower would be covered with this incident: what a clause on its shortage asks for."""
    units = region.units.values()
    states = ((unit.id, picture.state(unit.id)) for unit in units)
    return assess(
        incident.jurisdiction_id,
        units=units,
        states={unit_id: state for unit_id, state in states if state is not None},
        incidents=(incident,),
        assignments=(),
        now=incident.opened_at,
    ).state


def point_of(text: str, option: str) -> Point:
    """LON,LAT in degrees, or degrees and minutes as people write them: ``41°0.5'N 141°4'W``.

    Raises ``Invalid`` naming the option.
    """
    try:
        if any(letter in text.upper() for letter in "NSEW"):
            with warnings.catch_warnings(action="error"):
                spoken = geopy.Point.from_string(text)
            return Point(lon=spoken.longitude, lat=spoken.latitude)
        lon, lat = (float(part) for part in text.split(","))
        return Point(lon=lon, lat=lat)
    except (ValueError, UserWarning) as error:
        because = f"LON,LAT in degrees, longitude first, or 41°0.5'N 141°4'W; not {text!r}"
        raise Invalid(option, because) from error


def _need(text: str) -> Need:
    kind, _, count = text.partition(":")
    try:
        need = Need(unit_type=UnitType(kind), count=int(count or 1))
    except ValueError as error:
        raise Invalid("--need", f"TYPE:COUNT with a type of {', '.join(UnitType)}, not {text!r}") from error
    if not 1 <= need.count <= MOST_UNITS:
        raise Invalid("--need", f"1 to {MOST_UNITS} units, not {need.count}")
    return need


def picture_of(region: Region, out: frozenset[str], *, now: datetime) -> Picture:
    """Every unit on duty but for those that are out. Raises ``Invalid`` (``--out``)."""
    unknown = out - set(region.units) - set(region.jurisdictions)
    if unknown:
        raise Invalid("--out", f"no unit and no jurisdiction: {', '.join(sorted(unknown))}")
    picture = Picture(region.units)
    for unit in region.units.values():
        is_out = bool(out & {unit.id, unit.jurisdiction_id})
        picture.apply_state(
            UnitState(
                unit_id=unit.id,
                status=UnitStatus.OUT_OF_SERVICE if is_out else UnitStatus.AVAILABLE,
                changed_at=now,
                reported_at=now,
                source="command line",
            )
        )
    return picture
