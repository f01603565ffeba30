"""What has a name in an OpenStreetMap extract: streets, places, house numbers, motorway exits."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import osmium
from numpy.typing import NDArray

from dispatch.gateways.gazetteer.kinds import NO_STREETS, find_kind
from dispatch.model.errors import RegionInvalid
from dispatch.routing.gazetteer.asked import list_numbers
from dispatch.routing.gazetteer.place import PlaceKind

Degrees = NDArray[np.float64]
LonLat = tuple[float, float]

_KEYS: Final = ("name", "ref", "addr:housenumber", "junction")
_OTHER_NAMES: Final = re.compile(
    r"name:[a-z]{2,3}|name_\d|(?:alt|official|short|old|loc|reg|int)_name(?:_\d)?|nat_ref|old_ref|ref"
)
_MOST_NAMES: Final = 12
_LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWay:
    """One way of a street: its names, the first for the screen, its nodes and where they are (n, 2)."""

    names: tuple[str, ...]
    nodes: tuple[int, ...]
    line: Degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSpot:
    """A named place that is no street. ``settlement`` is the value of ``place`` where people live in it."""

    names: tuple[str, ...]
    kind: PlaceKind
    at: LonLat
    town: str = ""
    settlement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedHouse:
    """One house number of a street, by the street's name."""

    street: str
    number: str
    at: LonLat
    town: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedExtract:
    """All that has a name. ``rings`` are nameless roundabouts: the streets at one meet there."""

    ways: list[NamedWay] = field(default_factory=list)
    rings: list[tuple[int, ...]] = field(default_factory=list)
    spots: list[NamedSpot] = field(default_factory=list)
    houses: list[NumberedHouse] = field(default_factory=list)


def read_names(path: Path) -> NamedExtract:
    """Read an extract's names. Raises ``RegionInvalid`` for a file that is missing or broken."""
    reading = _Reading()
    try:
        objects = osmium.FileProcessor(str(path)).with_locations()
        for each in objects.with_filter(osmium.filter.KeyFilter(*_KEYS)):
            reading.take(each)
        reading.take_shapes(path)
    except (RuntimeError, OSError) as broken:
        raise RegionInvalid(str(path), f"cannot be read as an OpenStreetMap extract ({broken})") from broken
    reading.found.spots.extend(_exits(reading.exits, reading.motorways))
    return reading.found


class _Reading:
    """What one pass has found."""

    def __init__(self) -> None:
        self.found = NamedExtract()
        self.exits: list[tuple[int, Mapping[str, str], LonLat]] = []
        self.motorways: dict[int, str] = {}
        self.shapes: dict[int, tuple[Mapping[str, str], list[int]]] = {}

    def take(self, each: object) -> None:
        match each:
            case osmium.osm.Node():
                self._take_node(each)
            case osmium.osm.Way():
                self._take_way(each)
            case osmium.osm.Relation() if each.tags.get("type") == "multipolygon":
                outer = [
                    member.ref for member in each.members if member.type == "w" and member.role != "inner"
                ]
                self.shapes[each.id] = (dict(each.tags), outer)

    def take_shapes(self, path: Path) -> None:
        """Areas of several ways, once it is known which: a second look at these ways alone."""
        wanted = osmium.filter.IdFilter({way for _, outer in self.shapes.values() for way in outer})
        ways = osmium.FileProcessor(str(path)).with_locations()
        corners = {
            way.id: [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
            for way in ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(wanted)
            if isinstance(way, osmium.osm.Way)
        }
        for tags, outer in self.shapes.values():
            places = [place for way in outer for place in corners.get(way, [])]
            if places:
                self._take_spot(tags, _middle(places))

    def _take_node(self, node: osmium.osm.Node) -> None:
        tags, at = dict(node.tags), (node.location.lon, node.location.lat)
        if tags.get("highway") == "motorway_junction":
            self.exits.append((node.id, tags, at))
        else:
            self._take_spot(tags, at)

    def _take_way(self, way: osmium.osm.Way) -> None:
        tags = dict(way.tags)
        nodes = [node for node in way.nodes if node.location.valid()]
        if not nodes:
            return
        refs = tuple(node.ref for node in nodes)
        if tags.get("highway", "") in NO_STREETS or "highway" not in tags:
            self._take_spot(tags, _middle([(node.lon, node.lat) for node in nodes]))
            return
        if tags["highway"] == "motorway" and "ref" in tags:
            self.motorways |= dict.fromkeys(refs, tags["ref"])
        names = _street_names(tags)
        if names and len(nodes) > 1:
            line = np.array([(node.lon, node.lat) for node in nodes])
            self.found.ways.append(NamedWay(names=names, nodes=refs, line=line))
        elif tags.get("junction") in ("roundabout", "circular"):
            self.found.rings.append(refs)

    def _take_spot(self, tags: Mapping[str, str], at: LonLat) -> None:
        town = tags.get("addr:city", "").strip()
        street = tags.get("addr:street", "").strip()
        for number in list_numbers(tags.get("addr:housenumber", "")[:60]) if street else ():
            self.found.houses.append(NumberedHouse(street=street, number=number, at=at, town=town))
        kind = find_kind(tags) if "highway" not in tags or tags["highway"] in NO_STREETS else None
        names = list_names(tags)
        if kind and names:
            settlement = tags["place"] if kind is PlaceKind.TOWN else ""
            spot = NamedSpot(names=names, kind=kind, at=at, town=town, settlement=settlement)
            self.found.spots.append(spot)


def list_names(tags: Mapping[str, str]) -> tuple[str, ...]:
    """An object's names without repeats, that of ``name`` first; none where it has no ``name``."""
    if not tags.get("name"):
        return ()
    others = (value for key, value in sorted(tags.items()) if _OTHER_NAMES.fullmatch(key))
    return _clean([tags["name"], *others])


def _street_names(tags: Mapping[str, str]) -> tuple[str, ...]:
    return list_names(tags) or _clean([tags.get("ref", "")])


def _clean(values: Iterable[str]) -> tuple[str, ...]:
    parts = [" ".join(part.split())[:_LONGEST_NAME] for value in values for part in value.split(";")]
    return tuple(dict.fromkeys(part for part in parts if part))[:_MOST_NAMES]


def _middle(places: Sequence[LonLat]) -> LonLat:
    """The middle of the bounds: near enough to be sent to."""
    lon, lat = zip(*places, strict=True)
    return (min(lon) + max(lon)) / 2, (min(lat) + max(lat)) / 2


def _exits(
    exits: Iterable[tuple[int, Mapping[str, str], LonLat]], motorways: Mapping[int, str]
) -> Iterator[NamedSpot]:
    """Exits by their number and motorway, as people say them: "I 71 Exit 108"."""
    for node, tags, at in exits:
        number, named = tags.get("ref", "").strip(), list_names(tags)
        road = motorways.get(node, "").partition(";")[0].strip()
        spoken = f"{road} Exit {number or named[0]}".strip() if number or named else ""
        if spoken:
            yield NamedSpot(names=_clean([spoken, *named]), kind=PlaceKind.EXIT, at=at)
