"""Houses along the streets of the towns' centres, and the hospitals' grounds."""

import numpy as np
import shapely

from dispatch.simulate.country.land import Cover
from dispatch.simulate.country.plane import Array, rounded_area
from dispatch.simulate.country.road import RANK, Road, shapes
from dispatch.simulate.country.towns import Towns

CENTRE_DENSITY = 0.56
FRONT_M = 15.0


def raise_buildings(
    rng: np.random.Generator, roads: list[Road], towns: Towns, keep_out: shapely.Geometry
) -> list[shapely.Polygon]:
    """Plain houses, none on a road, in a park, in water or on another house."""
    fronts = _fronts(roads, towns)
    boxes = np.array([_box(rng, *front) for front in fronts])
    shapely.prepare(keep_out)
    boxes = boxes[~shapely.intersects(keep_out, boxes)]
    near = shapely.STRtree(shapes(roads))
    hit = near.query(boxes, predicate="dwithin", distance=6.0)[0]
    boxes = np.delete(boxes, np.unique(hit))
    tree = shapely.STRtree(boxes)
    one, other = tree.query(boxes, predicate="dwithin", distance=2.5)
    gone = np.zeros(len(boxes), dtype=bool)
    for a, b in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if a < b and not gone[a]:
            gone[b] = True
    return [rounded_area(box) for box in boxes[~gone]]


def _fronts(roads: list[Road], towns: Towns) -> list[tuple[Array, Array, float]]:
    """Places along streets with the street's direction and the side, where a house might stand."""
    streets = [r for r in roads if RANK[r.kind] >= RANK["secondary"] and not r.bridge and r.length_m >= 40]
    ends = np.array([road.line[[0, -1]] for road in streets])
    density = towns.density(ends[:, :, 0], ends[:, :, 1])[0].min(axis=1)
    out: list[tuple[Array, Array, float]] = []
    for road in (r for r, d in zip(streets, density, strict=True) if d > CENTRE_DENSITY):
        line = shapely.LineString(road.line)
        for along in np.arange(20.0, line.length - 16.0, 25.0):
            at, ahead = (np.asarray(line.interpolate(along + step).coords[0]) for step in (0.0, 3.0))
            course = (ahead - at) / max(float(np.hypot(*(ahead - at))), 1e-6)
            out += [(at, course, 1.0), (at, course, -1.0)]
    return out


def _box(rng: np.random.Generator, at: Array, course: Array, side: float) -> shapely.Polygon:
    across = np.array([-course[1], course[0]]) * side
    width, depth = float(rng.uniform(7.5, 11.0)), float(rng.uniform(11.0, 21.0))
    front = at + across * (FRONT_M - 4.0 + float(rng.uniform(0, 3.0)))
    corners = [front - course * width, front + course * width]
    return shapely.Polygon([*corners, corners[1] + across * depth, corners[0] + across * depth])


def hospital_grounds(blocks: shapely.Geometry, at: Array) -> shapely.Polygon:
    """The city block nearest to ``at`` that is large enough for a hospital, without its pavements."""
    large = [block for block in blocks if 14_000 < block.area < 70_000]
    best = min(large, key=lambda block: block.distance(shapely.Point(at)))
    return best.buffer(-11.0).simplify(1.0)


def hospital_wings(ground: shapely.Polygon) -> list[shapely.Polygon]:
    """Two large buildings on the hospital's ground."""
    at = ground.representative_point()
    wings = [
        shapely.box(at.x - 46, at.y - 14, at.x + 46, at.y + 14),
        shapely.box(at.x - 14, at.y + 20, at.x + 16, at.y + 62),
    ]
    return [rounded_area(wing) for wing in wings if ground.buffer(-4.0).contains(wing)]


def blocks_of(roads: list[Road]) -> shapely.Geometry:
    """The blocks that the roads enclose, west to east."""
    blocks = shapely.get_parts(
        shapely.polygonize(shapes([r for r in roads if not r.kind.startswith("motorway")]))
    )
    middle = shapely.get_coordinates(shapely.centroid(blocks))
    return blocks[np.lexsort((np.round(middle[:, 1], 1), np.round(middle[:, 0], 1)))]


def ground_cover(name: str, ground: shapely.Polygon) -> Cover:
    """A hospital's ground as land cover."""
    return Cover(shape=ground, tags=(("amenity", "hospital"), ("emergency", "yes"), ("name", name)))
