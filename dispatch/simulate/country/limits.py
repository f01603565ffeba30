"""Where each jurisdiction ends. The county takes what no municipality covers: no gap, no overlap."""

from dataclasses import dataclass

import numpy as np
import shapely

from dispatch.simulate.country import plan
from dispatch.simulate.country.plane import shape_to_degrees
from dispatch.simulate.country.water import Water, km

CRUMB_M2 = 450_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A jurisdiction's area in metres and in degrees."""

    id: str
    plane: shapely.Geometry
    degrees: shapely.Geometry


def draw_limits(water: Water) -> dict[str, Limit]:
    """Areas by jurisdiction id, in the plan's order, the county last."""
    county = shapely.Polygon(km(plan.COUNTY))
    north, south = _banks(county, water)
    sides = {"both": county, "north": north, "south": south}
    wanted = [(name, shapely.Polygon(km(ring)).buffer(0) & sides[side]) for name, side, ring in plan.LIMITS]
    # Snap-rounding while noding: borders that were drawn twice become one.
    rims = shapely.union_all([county.boundary, *[shape.boundary for _, shape in wanted]], grid_size=0.01)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(rims)))
    faces = np.array([face for face in faces if county.buffer(1.0).contains(face.representative_point())])
    owner = [_owner(face, wanted) for face in faces]
    owner = _absorb_crumbs(faces, owner)
    names = [name for name, _, _ in plan.LIMITS] + ["county"]
    metres = {
        name: shapely.coverage_union_all([f for f, o in zip(faces, owner, strict=True) if o == name])
        for name in names
    }
    return {
        name: Limit(id=name, plane=shape, degrees=shape_to_degrees(shape)) for name, shape in metres.items()
    }


def _banks(county: shapely.Polygon, water: Water) -> tuple[shapely.Geometry, shapely.Geometry]:
    halves = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.unary_union([county.boundary, water.river_line])))
    )
    halves = sorted(halves, key=lambda part: part.centroid.y)
    middle = water.river_line.interpolate(0.5, normalized=True).y
    south = [part for part in halves if part.centroid.y < middle]
    north = [part for part in halves if part.centroid.y >= middle]
    return shapely.union_all(north), shapely.union_all(south)


def _owner(face: shapely.Polygon, wanted: list[tuple[str, shapely.Geometry]]) -> str:
    inside = face.representative_point()
    return next((name for name, shape in wanted if shape.contains(inside)), "county")


def _absorb_crumbs(faces: shapely.Geometry, owner: list[str]) -> list[str]:
    """Give each crumb of land (too small for an enclave) to the neighbour it shares most border with."""
    owner = list(owner)
    main = {name: max(f.area for f, o in zip(faces, owner, strict=True) if o == name) for name in set(owner)}
    for i in sorted(range(len(faces)), key=lambda k: faces[k].area):
        face = faces[i]
        if face.area > CRUMB_M2 or face.area == main[owner[i]]:
            continue
        shared: dict[str, float] = {}
        for k, other in enumerate(faces):
            if k != i and face.intersects(other):
                length = face.boundary.intersection(other.boundary).length
                shared[owner[k]] = shared.get(owner[k], 0.0) + length
        owner[i] = max(sorted(shared), key=lambda name: shared[name])
    return owner
