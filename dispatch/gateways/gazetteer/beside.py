"""What lies beside a point: the nearest house, the nearest street, and where that one is crossed."""

import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.gateways.gazetteer.layout import cells_around
from dispatch.gateways.gazetteer.reading import Reading
from dispatch.model.geo import Point, crow_m
from dispatch.routing.gazetteer.place import Beside, Near
from dispatch.routing.gazetteer.wording import AT_M, house_name

STREET_REACH_M: Final = 400.0
CROSSING_REACH_M: Final = 1_000.0
_E7_M: Final = 111_320.0 / 1e7


def find_beside(reading: Reading, point: Point) -> Beside:
    """The nearest of each that are within reach."""
    house = _nearest_house(reading, point)
    street, away_m = _nearest_street(reading, point)
    if street is None:
        return Beside(house=house)
    name = reading.places([street])[street].name
    return Beside(
        house=house,
        street=Near(name=name, distance_m=away_m),
        crossing=nearest_crossing(reading, street, point),
    )


def _nearest_street(reading: Reading, point: Point) -> tuple[int | None, float]:
    cells = cells_around(point.lon, point.lat, _reach_deg(STREET_REACH_M, point))
    blobs = [
        zlib.decompress(row[0]) for row in reading.rows("select segments from line where cell in (?*)", cells)
    ]
    if not blobs:
        return None, 0.0
    segments = np.frombuffer(b"".join(blobs), dtype="<i4").reshape(-1, 5)
    away_m = _away_m(segments, point)
    nearest = int(away_m.argmin())
    if away_m[nearest] > STREET_REACH_M:
        return None, 0.0
    return int(segments[nearest, 0]), float(away_m[nearest])


def _away_m(segments: NDArray[np.int32], point: Point) -> NDArray[np.float64]:
    """Metres from a point to each segment, on a plane that touches the earth there."""
    scale = np.array([_E7_M * np.cos(np.radians(point.lat)), _E7_M])
    here = np.array([point.lon_e7, point.lat_e7])
    start = (segments[:, 1:3] - here) * scale
    along = (segments[:, 3:5] - segments[:, 1:3]) * scale
    length = np.maximum((along * along).sum(axis=1), 1e-9)
    share = np.clip(-(start * along).sum(axis=1) / length, 0.0, 1.0)
    away_m: NDArray[np.float64] = np.hypot(*(start + along * share[:, None]).T)
    return away_m


def nearest_crossing(reading: Reading, street: int, point: Point) -> Near | None:
    """The street that crosses this one nearest to a point of it; None where none does within a kilometre."""
    rows = reading.rows(
        "select one, other, lon_e7, lat_e7 from crossing where one in (?*)"
        " union all select one, other, lon_e7, lat_e7 from crossing where other = ?",
        [street],
        street,
    )
    met = [
        (crow_m(point, Point.from_e7(lon_e7=lon_e7, lat_e7=lat_e7)), other if one == street else one)
        for one, other, lon_e7, lat_e7 in rows
    ]
    away_m, other = min(met, default=(CROSSING_REACH_M + 1, -1))
    if away_m > CROSSING_REACH_M:
        return None
    return Near(name=reading.places([other])[other].name, distance_m=away_m)


def _nearest_house(reading: Reading, point: Point) -> Near | None:
    cells = cells_around(point.lon, point.lat, _reach_deg(AT_M, point))
    rows = reading.rows(
        "select street, number, lon_e7, lat_e7 from house indexed by house_in_cell where cell in (?*)", cells
    )
    away_m, street, number = min(
        (
            (crow_m(point, Point.from_e7(lon_e7=lon_e7, lat_e7=lat_e7)), street, number)
            for street, number, lon_e7, lat_e7 in rows
        ),
        default=(AT_M + 1, -1, ""),
    )
    if away_m > AT_M:
        return None
    return Near(name=house_name(reading.places([street])[street].name, number), distance_m=away_m)


def _reach_deg(metres: float, point: Point) -> float:
    """Degrees that are at least so many metres in every direction."""
    return metres / (_E7_M * 1e7 * max(0.05, float(np.cos(np.radians(point.lat)))))
