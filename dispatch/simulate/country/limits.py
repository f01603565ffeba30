"""Where each jurisdiction ends. The county takes what no municipality covers: no gap, no overlap."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
import shapely

from dispatch.simulate.country import plan
from dispatch.simulate.country.plane import Array, shape_to_degrees, smooth_curve
from dispatch.simulate.country.water import Water, km

CRUMB_M2 = 900_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A jurisdiction's area in metres and in degrees."""

    id: str
    plane: shapely.Geometry
    degrees: shapely.Geometry


def county() -> shapely.Polygon:
    """The whole county in metres."""
    return shapely.Polygon(km(plan.COUNTY))


def draw_limits(water: Water) -> dict[str, Limit]:
    """Areas by jurisdiction id, in the plan's order, the county last."""
    whole = county()
    south, north = _sides(whole, np.asarray(water.river_line.coords))
    inner, outer = _sides(whole, smooth_curve(km(plan.MOTORWAY), step_m=80.0))
    sides = {"north": north, "south": south, "inner": inner, "outer": outer}
    wanted = [
        (
            name,
            reduce(shapely.intersection, [sides[side] for side in kept.split()], shapely.Polygon(km(ring))),
        )
        for name, kept, ring in plan.LIMITS
    ]
    # Snap-rounding while noding: borders that were drawn twice become one.
    rims = shapely.union_all([whole.boundary, *[shape.boundary for _, shape in wanted]], grid_size=0.01)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(rims)))
    faces = np.array([face for face in faces if whole.buffer(1.0).contains(face.representative_point())])
    owner = _absorb_crumbs(faces, [_owner(face, wanted) for face in faces])
    names = [name for name, _, _ in plan.LIMITS] + ["county"]
    metres = {
        name: shapely.coverage_union_all([f for f, o in zip(faces, owner, strict=True) if o == name])
        for name in names
    }
    return {
        name: Limit(id=name, plane=shape, degrees=shape_to_degrees(shape)) for name, shape in metres.items()
    }


def _sides(whole: shapely.Polygon, line: Array) -> tuple[shapely.Geometry, shapely.Geometry]:
    """The county right and left of a line that crosses it (the line runs from west to east)."""
    parts = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.union_all([whole.boundary, shapely.LineString(line)])))
    )
    below = shapely.Polygon(np.vstack([line, [[line[-1, 0], -1e5], [line[0, 0], -1e5]]])).buffer(0)
    right = [part for part in parts if below.contains(part.representative_point())]
    left = [part for part in parts if not below.contains(part.representative_point())]
    return shapely.union_all(right), shapely.union_all(left)


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
