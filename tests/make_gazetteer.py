"""A small town with names, in the squares of ``make_house``, as an extract and as an index of names."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dispatch.gateways.gazetteer.compile import compile_gazetteer
from dispatch.gateways.gazetteer.index import GazetteerFile
from dispatch.model.geo import Point
from dispatch.routing.gazetteer.asked import read_asked
from dispatch.routing.gazetteer.place import Found
from tests.make_house import make_region
from tests.make_roads import write_osm

HERE = Point(lon=0.05, lat=0.05)
"""The middle of Harlow's square; Cedar's begins at longitude 0.1."""
STEP = 0.001
"""About 111 m."""
NEAR_CEDAR = (0.0995, 0.05)

_COLUMNS = ("Alder Avenue", "Birch Street", "Cedar Lane")
_ROWS = ("First Street", "St. Mary's Road", "N High Street")


class _Map:
    """Nodes and ways, numbered as they come."""

    def __init__(self) -> None:
        self.nodes: dict[int, tuple[float, float]] = {}
        self.node_tags: dict[int, Mapping[str, str]] = {}
        self.ways: dict[int, tuple[Sequence[int], Mapping[str, str]]] = {}

    def node(self, lon: float, lat: float, **tags: str) -> int:
        number = len(self.nodes) + 1
        self.nodes[number] = (lon, lat)
        if tags:
            self.node_tags[number] = {key.replace("__", ":"): value for key, value in tags.items()}
        return number

    def way(self, nodes: Sequence[int], **tags: str) -> None:
        self.ways[len(self.ways) + 1] = (
            nodes,
            {key.replace("__", ":"): value for key, value in tags.items()},
        )


def _lay_grid(town: _Map) -> list[list[int]]:
    """Three avenues and three streets that cross, 111 m apart, from (0.05, 0.05) to the north-east."""
    grid = [[town.node(0.05 + x * STEP, 0.05 + y * STEP) for y in range(3)] for x in range(3)]
    for x, name in enumerate(_COLUMNS):
        town.way(grid[x], highway="residential", name=name)
    for y, name in enumerate(_ROWS):
        town.way([grid[x][y] for x in range(3)], highway="residential", name=name)
    return grid


def _lay_others(town: _Map) -> None:
    """What makes maps hard: roads over borders, squares, roundabouts, two carriageways, other languages."""
    town.way(
        [town.node(x, 0.07) for x in (0.08, 0.09, 0.105, 0.12)],
        highway="primary",
        name="River Road",
        ref="US 23",
    )
    for lat in (0.08, 0.0801):  # two carriageways of one road, crossed by another
        town.way(
            [town.node(0.02, lat), town.node(0.021, lat), town.node(0.03, lat)],
            highway="trunk",
            name="Viale Città",
        )
    crossed = [number for number, at in town.nodes.items() if at[0] == 0.021]
    town.way(
        [town.node(0.021, 0.079), *crossed, town.node(0.021, 0.082)],
        highway="residential",
        name="Via Solferino",
    )
    ring = [
        town.node(0.03 + dx, 0.03 + dy) for dx, dy in ((0, 0), (0.0002, 0), (0.0002, 0.0002), (0, 0.0002))
    ]
    town.way([*ring, ring[0]], highway="residential", junction="roundabout")
    town.way([town.node(0.028, 0.03), ring[0]], highway="residential", name="Mill Lane")
    town.way([ring[2], town.node(0.032, 0.0302)], highway="residential", name="Ferry Lane")
    square = [
        town.node(0.04 + dx, 0.03 + dy) for dx, dy in ((0, 0), (0.0006, 0), (0.0006, 0.0006), (0, 0.0006))
    ]
    town.way([*square, square[0]], highway="pedestrian", name="Market Square")
    town.way([town.node(0.038, 0.03), square[0]], highway="residential", name="Corso Roma")
    town.way([square[2], town.node(0.043, 0.0306)], highway="residential", name="Via Torino")
    town.way([town.node(0.15, 0.05), town.node(0.151, 0.05)], highway="residential", name="Alder Avenue")
    town.way(
        [town.node(0.06, 0.02), town.node(0.07, 0.02, highway="motorway_junction", ref="12")],
        highway="motorway",
        ref="I 71",
    )
    town.way([town.node(0.06, 0.01), town.node(0.061, 0.01)], highway="bus_stop", name="Nowhere Street")


def write_town(folder: Path) -> Path:
    """The extract."""
    town = _Map()
    _lay_grid(town)
    _lay_others(town)
    for number, lon in (("12", 0.0502), ("12 A", 0.0503), ("14-16", 0.0504)):
        town.node(lon, 0.0501, addr__housenumber=number, addr__street="First St")
    town.node(0.0505, 0.0525, addr__housenumber="5", addr__street="Unmapped Street")
    town.node(0.051, 0.051, place="town", name="Harlowton")
    town.node(0.0515, 0.0505, amenity="school", name="Elm School")
    town.node(0.0516, 0.0506, amenity="social_facility", social_facility="nursing_home", name="Sunset Manor")
    for lat in (0.052, 0.0521):
        town.node(0.0517, lat, highway="bus_stop", name="Birch")
    town.node(0.0518, 0.0522, railway="signal", name="S 12")
    area = [town.node(0.06 + dx, 0.06 + dy) for dx, dy in ((0, 0), (0.002, 0), (0.002, 0.002), (0, 0.002))]
    town.way([*area, area[0]], amenity="hospital", name="Harlow General")
    return write_osm(folder / "town.osm.pbf", nodes=town.nodes, ways=town.ways, node_tags=town.node_tags)


def compile_town(folder: Path) -> Path:
    """The index of the extract."""
    region = make_region()
    target = folder / "gazetteer.sqlite3"
    jurisdictions, stations = tuple(region.jurisdictions.values()), tuple(region.stations.values())
    compile_gazetteer(write_town(folder), target, jurisdictions, stations=stations)
    return target


def find(index: GazetteerFile, typed: str, near: Point = HERE) -> list[Found]:
    return list(index.find(read_asked(typed), near))


def names(found: Sequence[Found]) -> list[str]:
    return [each.place.name for each in found]
