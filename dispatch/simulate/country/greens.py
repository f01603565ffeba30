"""Land that is kept free of streets: parks, the embankments along the river, and industry."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from dispatch.simulate.country import plan
from dispatch.simulate.country.land import Cover, soften
from dispatch.simulate.country.motorway import Gate
from dispatch.simulate.country.plane import Array
from dispatch.simulate.country.road import Road, shapes
from dispatch.simulate.country.towns import Towns
from dispatch.simulate.country.water import Water

PARKS_PER_TOWN = {
    "marlow": 6,
    "southbank": 2,
    "harlow": 2,
    "emberton": 3,
    "cedar": 2,
    "norrick": 2,
    "dunmere": 2,
    "pellam": 1,
}
PARK_WORDS = ("Common", "Park", "Green", "Gardens", "Fields", "Meadow")
WORKS_WANTED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """What is set aside before streets are laid. ``parks`` keep streets out, ``works`` get wide yards."""

    parks: tuple[Cover, ...]
    works: tuple[Cover, ...]

    def park_area(self) -> shapely.Geometry:
        """All parks in one shape."""
        return shapely.union_all([cover.shape for cover in self.parks])

    def works_area(self) -> shapely.Geometry:
        """All industry in one shape, with the roads around it."""
        return shapely.union_all([cover.shape.buffer(20.0) for cover in self.works])


def set_aside(
    rng: np.random.Generator,
    roads: list[Road],
    towns: Towns,
    water: Water,
    gates: tuple[Gate, ...],
    strip: shapely.Geometry,
) -> Reserve:
    """Parks in the towns' quarters, embankments in the city, industry near the motorway's exits."""
    faces = shapely.get_parts(shapely.polygonize(shapes(roads)))
    middle = shapely.get_coordinates(shapely.point_on_surface(faces))
    order = np.lexsort((np.round(middle[:, 1]), np.round(middle[:, 0])))
    faces, middle = faces[order], middle[order]
    density, whose = towns.density(middle[:, 0], middle[:, 1])
    keep_off = shapely.union_all([water.area().buffer(24.0), strip])
    works = _works(faces, middle, density, gates, keep_off)
    taken = {face.wkb for face, _ in works}
    free = np.array([face.wkb not in taken for face in faces])
    parks = _town_parks(rng, faces, np.where(free, density, -1.0), whose, keep_off)
    parks += _embankments(water)
    industry = [
        Cover(shape=part, tags=(("landuse", "industrial"),))
        for _, shape in works
        for part in soften(shape, tolerance_m=2.0)
    ]
    return Reserve(parks=tuple(parks), works=tuple(industry))


def _town_parks(
    rng: np.random.Generator,
    faces: shapely.Geometry,
    density: Array,
    whose: NDArray[np.int64],
    keep_off: shapely.Geometry,
) -> list[Cover]:
    parks: list[Cover] = []
    for index, town in enumerate(plan.TOWNS):
        roomy = [
            k
            for k, face in enumerate(faces)
            if whose[k] == index and density[k] > 0.12 and 60_000 < face.area < 520_000
        ]
        score = {k: float(rng.random()) + 0.5 * _roundness(faces[k]) for k in roomy}
        for k in sorted(roomy, key=lambda k: -score[k])[
            : PARKS_PER_TOWN.get(town.id, 1 if town.place != "village" else 0)
        ]:
            name = f"{town.name} {PARK_WORDS[int(rng.integers(len(PARK_WORDS)))]}"
            shape = faces[k].buffer(-13.0).difference(keep_off)
            parks += [
                Cover(shape=p, tags=(("leisure", "park"), ("name", name)))
                for p in soften(shape, tolerance_m=2.0)
            ]
    return parks


def _roundness(face: shapely.Polygon) -> float:
    return float(4 * np.pi * face.area / face.length**2)


def _works(
    faces: shapely.Geometry,
    middle: np.ndarray,
    density: np.ndarray,
    gates: tuple[Gate, ...],
    keep_off: shapely.Geometry,
) -> list[tuple[shapely.Polygon, shapely.Geometry]]:
    exits = np.array([gate.line.mean(axis=0) for gate in gates if gate.terminals])
    away = np.min(np.hypot(*(middle[:, None, :] - exits[None]).transpose(2, 0, 1)), axis=1)
    good = [
        k
        for k, face in enumerate(faces)
        if 90_000 < face.area < 1_400_000
        and -0.05 < density[k] < 0.42
        and away[k] < 2400
        and _roundness(face) > 0.3
    ]
    chosen = sorted(good, key=lambda k: float(away[k]))[:WORKS_WANTED]
    return [(faces[k], faces[k].buffer(-16.0).difference(keep_off)) for k in chosen]


def _embankments(water: Water) -> list[Cover]:
    """Green strips on both banks in the middle of the city, and the islands."""
    middle = shapely.Point(2.2 * plan.KM, -2.4 * plan.KM).buffer(2300.0)
    strip = water.river.buffer(105.0).difference(water.river.buffer(8.0)).intersection(middle)
    harlow = shapely.Point(-6.8 * plan.KM, -2.7 * plan.KM).buffer(1100.0)
    landing = water.river.buffer(150.0).difference(water.river.buffer(8.0)).intersection(harlow)
    out = []
    for name, shape in (("Wendle Embankment", strip), ("Ferry Landing Park", landing)):
        out += [
            Cover(shape=p, tags=(("leisure", "park"), ("name", name))) for p in soften(shape, tolerance_m=5.0)
        ]
    out += [Cover(shape=island.buffer(-4.0), tags=(("landuse", "forest"),)) for island in water.islands]
    return out


def pocket_parks(rng: np.random.Generator, blocks: shapely.Geometry, towns: Towns) -> list[Cover]:
    """Now and then a city block is a square with trees instead of houses."""
    small = blocks[(shapely.area(blocks) > 5_000) & (shapely.area(blocks) < 26_000)]
    at = shapely.get_coordinates(shapely.point_on_surface(small))
    lucky = (towns.density(at[:, 0], at[:, 1])[0] > 0.3) & (rng.random(len(small)) < 0.03)
    out = [
        Cover(shape=block.buffer(-9.0).simplify(1.0), tags=(("leisure", "park"),)) for block in small[lucky]
    ]
    return [cover for cover in out if cover.shape.geom_type == "Polygon" and cover.shape.area > 2500]
