"""What covers the land: forest, farmland, built-up areas, parks, industry."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from dispatch.simulate.country.plane import HALF_HEIGHT_M, HALF_WIDTH_M, Array, Field, noise
from dispatch.simulate.country.road import Road, shapes
from dispatch.simulate.country.towns import Towns

CELL_M = 125.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A patch of land with its OSM tags."""

    shape: shapely.Polygon
    tags: tuple[tuple[str, str], ...]


def smoothed(ring: Array, rounds: int = 2) -> Array:
    """A closed ring (first vertex repeated last) with its corners cut."""
    points = ring[:-1]
    for _ in range(rounds):
        after = np.roll(points, -1, axis=0)
        points = np.stack([0.75 * points + 0.25 * after, 0.25 * points + 0.75 * after], axis=1).reshape(-1, 2)
    return np.vstack([points, points[:1]])


def soften(shape: shapely.Geometry, *, tolerance_m: float) -> list[shapely.Polygon]:
    """Polygons with round outlines and few vertices."""
    out = []
    for part in shapely.get_parts(shape.simplify(tolerance_m)):
        if part.geom_type != "Polygon" or part.area < 15_000:
            continue
        holes = [smoothed(np.asarray(r.coords)) for r in part.interiors if shapely.Polygon(r).area > 30_000]
        round_shape = shapely.Polygon(smoothed(np.asarray(part.exterior.coords)), holes).buffer(0)
        out += [p for p in shapely.get_parts(round_shape.simplify(4.0)) if p.area > 15_000]
    return sorted(out, key=lambda p: (round(p.bounds[0]), round(p.bounds[1])))


def patches(wanted: NDArray[np.bool_], x: Array, y: Array) -> shapely.Geometry:
    """The union of a grid's wanted cells, opened and closed so that crumbs and pinholes go."""
    half = CELL_M / 2
    cells = shapely.box(x[wanted] - half, y[wanted] - half, x[wanted] + half, y[wanted] + half)
    joined = shapely.union_all(cells)
    return joined.buffer(90.0, quad_segs=2).buffer(-170.0, quad_segs=2).buffer(80.0, quad_segs=2)


def cover_land(
    rng: np.random.Generator,
    height: Field,
    towns: Towns,
    roads: list[Road],
    wet: shapely.Geometry,
    kept: shapely.Geometry,
) -> list[Cover]:
    """Fields, woods and built-up land, back to front; ``kept`` is spoken for by parks and industry."""
    x, y = np.meshgrid(
        np.arange(-HALF_WIDTH_M, HALF_WIDTH_M + 1, CELL_M),
        np.arange(-HALF_HEIGHT_M, HALF_HEIGHT_M + 1, CELL_M),
    )
    level, density = height(x, y), towns.density(x, y)[0]
    wild, small = noise(rng, wavelength_m=4200.0)(x, y), noise(rng, wavelength_m=1100.0)(x, y)
    rural = density < -0.02
    woods = rural & (level / 170.0 + 0.75 * wild + 0.35 * small > 1.12)
    fields = rural & ~woods & (noise(rng, wavelength_m=1700.0)(x, y) + 0.4 * small > 0.05)
    built = built_up(roads, wet).difference(kept)
    keep_off = shapely.union_all([built.buffer(30.0), wet.buffer(25.0), kept])
    out: list[Cover] = []
    forest = shapely.difference(patches(woods, x, y), keep_off)
    out += _covers(
        shapely.difference(patches(fields, x, y), shapely.union(keep_off, forest)),
        35.0,
        ("landuse", "farmland"),
    )
    out += _covers(forest, 30.0, ("landuse", "forest"))
    out += _covers(built, 12.0, ("landuse", "residential"))
    return out


def _covers(shape: shapely.Geometry, tolerance_m: float, *tags: tuple[str, str]) -> list[Cover]:
    return [Cover(shape=part, tags=tags) for part in soften(shape, tolerance_m=tolerance_m)]


def built_up(roads: list[Road], wet: shapely.Geometry) -> shapely.Geometry:
    """The ground that streets cover with the plots beside them."""
    streets = [r for r in roads if r.kind == "residential"]
    near = shapely.union_all(shapely.buffer(shapely.simplify(shapes(streets), 6.0), 85.0, quad_segs=2))
    return near.buffer(60.0, quad_segs=2).buffer(-95.0, quad_segs=2).difference(wet.buffer(12.0))
