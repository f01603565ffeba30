"""Drivable roads from an OpenStreetMap extract (``.osm.pbf``).

Which ways may be driven, in which direction and how fast follows the OpenStreetMap wiki's pages on
access, oneway, maxspeed and turn restrictions. Read for ambulances: ``emergency=yes`` opens a way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import osmium

from dispatch.model.clock import parse_iso
from dispatch.model.errors import RegionInvalid
from dispatch.routing.assemble import Assembled, RoadWay, TurnRule, assemble

SPEED_SHARE: Final = 0.85
"""Regular driving over the posted or customary speed. Without it, times on Milan were 0.85 of another
engine's (median of 3,596 pairs): nobody drives at the limit from door to door."""

CUSTOMARY: Final[Mapping[str, tuple[str, float]]] = {
    "motorway": ("motorway", 110),
    "motorway_link": ("motorway", 60),
    "trunk": ("trunk", 90),
    "trunk_link": ("trunk", 50),
    "primary": ("primary", 65),
    "primary_link": ("primary", 45),
    "secondary": ("secondary", 55),
    "secondary_link": ("secondary", 40),
    "tertiary": ("tertiary", 45),
    "tertiary_link": ("tertiary", 35),
    "unclassified": ("residential", 40),
    "residential": ("residential", 35),
    "road": ("residential", 35),
    "living_street": ("residential", 15),
    "service": ("service", 20),
}
"""Per ``highway`` value our class and the customary km/h where no usable maxspeed is posted."""

OPENED: Final = frozenset({"pedestrian", "footway", "cycleway", "path", "track"})
"""Ways for ambulances only where tagged ``emergency=yes``, at walking pace and a half."""
OPENED_KMH: Final = 10.0

CLOSED: Final = frozenset({"no", "private", "agricultural", "forestry", "military"})
GRANTED: Final = frozenset({"yes", "designated", "official", "permissive"})
ACCESS_KEYS: Final = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Most specific first: the first key present decides."""

KMH_PER_UNIT: Final = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
NO_LIMIT_KMH: Final = 130.0
WALK_KMH: Final = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmRoads:
    """What an extract gave. ``as_of`` is the newest change seen, None where the file keeps no times."""

    assembled: Assembled
    way_count: int
    rule_count: int
    via_way_rules: int
    as_of: datetime | None

    def notes(self) -> list[str]:
        """What was taken, changed or left out, as sentences for the region's notes."""
        part = self.assembled
        return [
            f"Roads: {self.way_count} drivable ways; {part.graph.node_count} junctions that all reach one "
            f"another were kept, {part.dropped_nodes} without a way in or out were left out.",
            f"Turn restrictions: {self.rule_count - part.unusable_rules} over a junction are honoured, "
            f"{self.via_way_rules} over a stretch of road are not, {part.unusable_rules} fit no road kept.",
            f"Speeds: {SPEED_SHARE:.0%} of the posted limit, or of what is customary for the class of road; "
            "no delay at turns or signals, no traffic.",
            "Ferries, private roads and conditional restrictions are left out.",
        ]


def read_roads(path: Path) -> OsmRoads:
    """The drivable graph. Raises ``RegionInvalid`` for a file that is missing, broken or without roads."""
    try:
        rules, via_way = _turn_rules(path)
        reading = _Reading()
        for way in _highways(path):
            reading.take(way)
        header_time = osmium.io.Reader(str(path)).header().get("osmosis_replication_timestamp")
    except (RuntimeError, OSError) as broken:
        raise RegionInvalid(str(path), f"cannot be read as an OpenStreetMap extract ({broken})") from broken
    assembled = assemble(reading.ways, reading.positions, rules)
    if assembled.graph.arc_count == 0:
        raise RegionInvalid(str(path), "holds no connected drivable roads")
    return OsmRoads(
        assembled=assembled,
        way_count=len(reading.ways),
        rule_count=len(rules),
        via_way_rules=via_way,
        as_of=parse_iso(header_time) if header_time else reading.newest,
    )


class _Reading:
    """Ways and positions gathered from one pass."""

    def __init__(self) -> None:
        self.ways: list[RoadWay] = []
        self.positions: dict[int, tuple[float, float]] = {}
        self.newest: datetime | None = None

    def take(self, way: osmium.osm.Way) -> None:
        tags = dict(way.tags)
        course = find_course(tags)
        if course is None:
            return
        road_class, speed_kmh, forward, backward = course
        for nodes in self._runs(way):
            self.ways.append(
                RoadWay(
                    id=way.id,
                    nodes=nodes,
                    road_class=road_class,
                    speed_kmh=speed_kmh,
                    forward=forward,
                    backward=backward,
                )
            )
        if way.timestamp.year > 1970 and (self.newest is None or way.timestamp > self.newest):
            self.newest = way.timestamp

    def _runs(self, way: osmium.osm.Way) -> Iterator[tuple[int, ...]]:
        """The way's nodes, cut where the extract lacks one and without repeats in a row."""
        run: list[int] = []
        for node in way.nodes:
            if not node.location.valid():
                if len(run) > 1:
                    yield tuple(run)
                run = []
            elif not run or run[-1] != node.ref:
                run.append(node.ref)
                self.positions[node.ref] = (node.lon, node.lat)
        if len(run) > 1:
            yield tuple(run)


def find_course(tags: Mapping[str, str]) -> tuple[str, float, bool, bool] | None:
    """A way's class, regular km/h, and whether it is open forward and backward; None when not drivable."""
    highway = tags["highway"]
    granted = tags.get("emergency") in GRANTED
    if tags.get("route") == "ferry" or tags.get("area") == "yes" or not is_open(tags):
        return None
    if highway in CUSTOMARY:
        road_class, customary = CUSTOMARY[highway]
        speed_kmh = (find_limit_kmh(tags.get("maxspeed", "")) or customary) * SPEED_SHARE
    elif highway in OPENED and granted:
        road_class, speed_kmh = "service", OPENED_KMH
    else:
        return None
    forward, backward = directions(tags)
    return (road_class, speed_kmh, forward, backward) if forward or backward else None


def is_open(tags: Mapping[str, str]) -> bool:
    """Whether an ambulance may enter."""
    emergency = tags.get("emergency", "")
    if emergency in GRANTED or emergency in CLOSED:
        return emergency in GRANTED
    decisive = next((tags[key] for key in ACCESS_KEYS if key in tags), "yes")
    return decisive not in CLOSED


def directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether a way is open as drawn, and against it. Lanes that change direction are open neither way."""
    implied = tags["highway"] == "motorway" or tags.get("junction") in ("roundabout", "circular")
    match tags.get("oneway", "yes" if implied else "no"):
        case "yes" | "true" | "1":
            return True, False
        case "-1" | "reverse":
            return False, True
        case "reversible":
            return False, False
        case _:
            return True, True


def find_limit_kmh(text: str) -> float | None:
    """A posted limit in km/h: "50", "30 mph", "none", "walk"; None for anything else, as "IT:urban"."""
    text = text.strip().lower()
    if text in ("none", "walk"):
        return NO_LIMIT_KMH if text == "none" else WALK_KMH
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz/ ")
    factor = KMH_PER_UNIT.get(text[len(digits) :].strip())
    try:
        limit = float(digits) * factor if factor else np.nan
    except ValueError:
        return None
    return min(limit, NO_LIMIT_KMH) if limit >= 1 else None


def _highways(path: Path) -> Iterator[osmium.osm.Way]:
    tagged = (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    return (way for way in tagged if isinstance(way, osmium.osm.Way))


def _turn_rules(path: Path) -> tuple[list[TurnRule], int]:
    """Restrictions over a node, and how many lead over a way, which are not honoured."""
    rules: list[TurnRule] = []
    via_way = 0
    relations = osmium.FileProcessor(str(path), osmium.osm.RELATION).with_filter(
        osmium.filter.TagFilter(("type", "restriction"))
    )
    for relation in relations:
        only = find_restriction(dict(relation.tags))
        if only is None or not isinstance(relation, osmium.osm.Relation):
            continue
        members: dict[tuple[str, str], list[int]] = {}
        for member in relation.members:
            members.setdefault((member.role, member.type), []).append(member.ref)
        via_way += ("via", "w") in members
        rules.extend(
            TurnRule(from_way=from_way, via_node=via, to_way=to_way, only=only)
            for via in members.get(("via", "n"), [])
            for from_way in members.get(("from", "w"), [])
            for to_way in members.get(("to", "w"), [])
        )
    return rules, via_way


def find_restriction(tags: Mapping[str, str]) -> bool | None:
    """True for an ``only_*`` rule, False for ``no_*``, None where none binds an ambulance."""
    value = tags.get("restriction:motorcar", tags.get("restriction", ""))
    exempt = {name.strip() for name in tags.get("except", "").split(";")}
    if exempt & {"emergency", "motorcar", "motor_vehicle"}:
        return None
    return {"only": True, "no": False}.get(value.partition("_")[0])
