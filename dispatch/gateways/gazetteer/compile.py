"""Making the index: an extract's names, the region's own places, one file out."""

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from dispatch.gateways.gazetteer.addresses import place_houses
from dispatch.gateways.gazetteer.extract import LonLat, NamedExtract, NamedSpot, read_names
from dispatch.gateways.gazetteer.layout import FORMAT, LONGEST_SEGMENT_DEG, TABLES, cell_of
from dispatch.gateways.gazetteer.settlements import Settlements
from dispatch.gateways.gazetteer.spots import merge_spots, own_spots
from dispatch.gateways.gazetteer.streets import Street, join_ways, list_crossings
from dispatch.model.jurisdiction import Hospital, Jurisdiction, Station
from dispatch.routing.areas import Areas
from dispatch.routing.gazetteer.abbreviations import spell_out
from dispatch.routing.gazetteer.folding import fold, grams_of
from dispatch.routing.gazetteer.place import PlaceKind

SIMPLER_DEG: Final = 0.00002
"""How far a kept line may be from the drawn one: 2 m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much an index holds, for the region's notes."""

    streets: int
    crossings: int
    houses: int
    places: int


@dataclass(slots=True)
class _Names:
    """Names in the order of their ids."""

    rows: list[tuple[int, int, str, str]] = field(default_factory=list)
    at: list[LonLat] = field(default_factory=list)
    grams: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    lengths: list[int] = field(default_factory=list)

    def add(self, place: int, names: Iterable[str], at: LonLat) -> None:
        """Names that only spell another one out, or shorten it, are the same."""
        apart = {spell_out(fold(name)): name for name in reversed(list(names))}
        for shown in reversed(apart.values()):
            text = fold(shown)
            grams = grams_of(text) | grams_of(spell_out(text))
            if not grams:
                continue
            number = len(self.rows)
            self.rows.append((number, place, text, shown))
            self.at.append(at)
            self.lengths.append(min(len(grams), 255))
            for gram in grams:
                self.grams[gram].append(number)


def compile_gazetteer(
    osm: Path,
    target: Path,
    jurisdictions: Sequence[Jurisdiction],
    hospitals: Sequence[Hospital] = (),
    stations: Sequence[Station] = (),
) -> Counts:
    """Write the index of an extract's names to ``target``. Raises ``RegionInvalid``."""
    areas = Areas(jurisdictions)
    by_id = {each.id: each.name for each in jurisdictions}
    extract = read_names(osm)
    streets = join_ways(extract.ways, areas)
    spots = merge_spots([*own_spots(jurisdictions, hospitals, stations, extract.spots), *extract.spots])
    settlements = Settlements(spots, areas, [by_id[each] for each in areas.ids])
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(target)
    try:
        connection.executescript("pragma journal_mode = off; pragma page_size = 4096;" + TABLES)
        counts = _write(connection, extract, streets, spots, settlements)
        connection.commit()
        connection.execute("vacuum")
    finally:
        connection.close()
    return counts


def _write(
    connection: sqlite3.Connection,
    extract: NamedExtract,
    streets: Sequence[Street],
    spots: Sequence[NamedSpot],
    settlements: Settlements,
) -> Counts:
    where = {
        node: at
        for way in extract.ways
        for node, at in zip(way.nodes, map(tuple, way.line.tolist()), strict=True)
    }
    crossings = list_crossings(streets, extract.rings, where)
    connection.executemany(
        "insert into crossing values (?, ?, ?, ?, ?)",
        ((each.one, each.other, nth, *_e7(each.at)) for nth, each in enumerate(crossings)),
    )
    houses = place_houses(extract.houses, streets)
    connection.executemany(
        "insert into house values (?, ?, ?, ?, ?, ?)",
        (
            (street, house.number, nth, *_e7(house.at), cell_of(*house.at))
            for nth, (street, house) in enumerate(houses)
        ),
    )
    connection.executemany("insert into line values (?, ?)", _lines(streets))
    _write_places(connection, streets, spots, settlements)
    return Counts(streets=len(streets), crossings=len(crossings), houses=len(houses), places=len(spots))


def _write_places(
    connection: sqlite3.Connection,
    streets: Sequence[Street],
    spots: Sequence[NamedSpot],
    settlements: Settlements,
) -> None:
    """Streets first, by their places in the list; then all others."""
    places: list[Street | NamedSpot] = [*streets, *spots]
    towns = settlements.name_towns([each.at for each in places])
    names = _Names()
    rows = []
    for place, (each, town) in enumerate(zip(places, towns, strict=True)):
        names.add(place, each.names, each.at)
        kind, own = (each.kind, each.town) if isinstance(each, NamedSpot) else (PlaceKind.STREET, "")
        rows.append((place, kind.value, each.names[0], own or town, *_e7(each.at)))
    connection.executemany("insert into place values (?, ?, ?, ?, ?, ?)", rows)
    connection.executemany("insert into name values (?, ?, ?, ?)", names.rows)
    connection.executemany(
        "insert into gram values (?, ?)",
        ((gram, np.array(ids, dtype="<i4").tobytes()) for gram, ids in sorted(names.grams.items())),
    )
    about = {
        "format": FORMAT,
        "street_names": sum(place < len(streets) for _, place, _, _ in names.rows),
        "lengths": np.array(names.lengths, dtype=np.uint8).tobytes(),
        "at": np.array(names.at, dtype="<f4").tobytes(),
    }
    connection.executemany("insert into about values (?, ?)", sorted(about.items()))


def _lines(streets: Sequence[Street]) -> Iterator[tuple[int, bytes]]:
    """The segments of all streets by cell; one that reaches into several cells is in each."""
    cells: dict[int, list[tuple[int, int, int, int, int]]] = defaultdict(list)
    for place, street in enumerate(streets):
        for line in street.lines:
            simple = shapely.simplify(shapely.LineString(line), SIMPLER_DEG)
            points = shapely.get_coordinates(shapely.segmentize(simple, LONGEST_SEGMENT_DEG)).tolist()
            for (lon, lat), (to_lon, to_lat) in pairwise(points):
                segment = (place, *_e7((lon, lat)), *_e7((to_lon, to_lat)))
                for cell in {cell_of(lon, lat), cell_of(to_lon, to_lat)}:
                    cells[cell].append(segment)
    for cell, segments in sorted(cells.items()):
        yield cell, zlib.compress(np.array(segments, dtype="<i4").tobytes(), 9)


def _e7(at: LonLat) -> tuple[int, int]:
    return round(at[0] * 1e7), round(at[1] * 1e7)
