"""Named places that are no streets: the region's own beside the extract's, each of them once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from dispatch.gateways.gazetteer.extract import NamedSpot
from dispatch.model.geo import Point, crow_m
from dispatch.model.jurisdiction import Hospital, Jurisdiction, Station
from dispatch.routing.areas import Areas
from dispatch.routing.gazetteer.folding import fold
from dispatch.routing.gazetteer.place import PlaceKind

SAME_M: Final = 250.0
"""Places of one name and kind within this are one: a stop on either side, a building and its grounds."""
SAME_EXIT_M: Final = 2_000.0
"""The ramps of one exit, in both directions."""


def own_spots(
    jurisdictions: Sequence[Jurisdiction],
    hospitals: Sequence[Hospital],
    stations: Sequence[Station],
    mapped: Sequence[NamedSpot],
) -> list[NamedSpot]:
    """Hospitals and stations of the region, and the jurisdictions in which no settlement is mapped."""
    areas = Areas(jurisdictions)
    settled = {areas.find(_point(spot)) for spot in mapped if spot.settlement}
    spots = [_spot(each.name, PlaceKind.HOSPITAL, each.position) for each in hospitals]
    spots += [_spot(each.name, PlaceKind.STATION, each.position) for each in stations]
    for each in jurisdictions:
        if each.id not in settled:
            inside = each.area.representative_point()
            spots.append(_spot(each.name, PlaceKind.TOWN, Point(lon=inside.x, lat=inside.y)))
    return spots


def merge_spots(spots: Sequence[NamedSpot]) -> list[NamedSpot]:
    """Each place once, with all names that it has; the first of several stays, so the region's own."""
    kept: list[NamedSpot] = []
    alike: dict[tuple[str, PlaceKind], list[int]] = defaultdict(list)
    for spot in spots:
        key = (fold(spot.names[0]), spot.kind)
        reach = SAME_EXIT_M if spot.kind is PlaceKind.EXIT else SAME_M
        same = next((at for at in alike[key] if crow_m(_point(kept[at]), _point(spot)) <= reach), None)
        if same is None:
            alike[key].append(len(kept))
            kept.append(spot)
        else:
            names = tuple(dict.fromkeys((*kept[same].names, *spot.names)))
            settlement = kept[same].settlement or spot.settlement
            kept[same] = replace(kept[same], names=names, settlement=settlement)
    return kept


def _spot(name: str, kind: PlaceKind, at: Point) -> NamedSpot:
    return NamedSpot(names=(name,), kind=kind, at=(at.lon, at.lat))


def _point(spot: NamedSpot) -> Point:
    return Point(lon=spot.at[0], lat=spot.at[1])
