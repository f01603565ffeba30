"""The flat plane the region is drawn on, and where it lies on the globe.

The origin is in the open Pacific, far from any land: nobody can mistake the region for a real place.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Array = NDArray[np.float64]

ORIGIN_LON: Final = -141.0
ORIGIN_LAT: Final = 41.0
# Length of one degree at 41 degrees north on WGS84 (series of the meridian and parallel arcs).
METRES_PER_DEGREE_LON: Final = 84_135.3
METRES_PER_DEGREE_LAT: Final = 111_053.9

HALF_WIDTH_M: Final = 20_500.0
HALF_HEIGHT_M: Final = 14_500.0
"""The drawn rectangle reaches this far from the origin; the county lies inside."""


def to_degrees(points: Array) -> Array:
    """Metres (n, 2) to lon, lat (n, 2) in degrees, rounded to 1e-7 as OSM keeps them."""
    scale = np.array([METRES_PER_DEGREE_LON, METRES_PER_DEGREE_LAT])
    degrees = np.asarray(points, dtype=np.float64) / scale + np.array([ORIGIN_LON, ORIGIN_LAT])
    return np.asarray(np.round(degrees, 7), dtype=np.float64)


def shape_to_degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """The same shape in degrees."""
    return shapely.transform(shape, to_degrees)


def frame() -> shapely.Polygon:
    """The drawn rectangle."""
    return shapely.box(-HALF_WIDTH_M, -HALF_HEIGHT_M, HALF_WIDTH_M, HALF_HEIGHT_M)


Field = Callable[[Array, Array], Array]
"""A smooth quantity over the plane: called with x and y of one shape, answers the same shape."""


def noise(rng: np.random.Generator, *, wavelength_m: float, waves: int = 28) -> Field:
    """A smooth random field with values mostly in [-1.5, 1.5] and standard deviation about 0.7.

    A sum of plane waves of random direction, with lengths around ``wavelength_m``: infinitely smooth
    and cheap anywhere, with no lattice whose axes could show through in the streets.
    """
    angle = rng.uniform(0.0, 2 * np.pi, waves)
    number = 2 * np.pi / wavelength_m * rng.uniform(0.6, 1.5, waves)
    kx, ky = number * np.cos(angle), number * np.sin(angle)
    phase = rng.uniform(0.0, 2 * np.pi, waves)

    def field(x: Array, y: Array) -> Array:
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        crests = np.cos(x[..., None] * kx + y[..., None] * ky + phase)
        return np.asarray(crests.sum(axis=-1) / np.sqrt(waves))

    return field


def smooth_curve(points: Array, *, step_m: float, closed: bool = False) -> Array:
    """A cubic spline through ``points``, sampled about every ``step_m`` metres, shape (m, 2)."""
    from scipy.interpolate import CubicSpline

    knots = np.vstack([points, points[:1]]) if closed else np.asarray(points, dtype=np.float64)
    chord = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(knots, axis=0).T))])
    spline = CubicSpline(chord, knots, bc_type="periodic" if closed else "natural")
    count = max(int(chord[-1] / step_m), 2)
    return np.asarray(spline(np.linspace(0.0, chord[-1], count + 1)), dtype=np.float64)


def normals(points: Array) -> Array:
    """Unit normals to the left of a polyline's course at each vertex, shape (n, 2)."""
    tangent = np.gradient(points, axis=0)
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)[:, None]
    return np.column_stack([-tangent[:, 1], tangent[:, 0]])


def rounded_area(shape: shapely.Polygon) -> shapely.Polygon:
    """The same polygon with its corners on whole centimetres."""
    return shapely.transform(shape, lambda points: np.round(points, 2))
