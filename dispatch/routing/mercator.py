"""The ellipsoidal Mercator projection of WGS84, over columns.

It keeps angles, so that near any one point all directions are stretched alike: the nearest road in
the projection is the nearest road on the ground. ``metres_per_unit`` turns distances back.
Formulae: Snyder, Map Projections (USGS PP 1395), 7-7 and 7-8, in their hyperbolic form.
"""

import numpy as np
from numpy.typing import NDArray

from dispatch.routing.travel import FloatArray

SEMI_MAJOR_M = 6_378_137.0
ECCENTRICITY = 0.0818191908426215


def project(lon: FloatArray, lat: FloatArray) -> NDArray[np.float64]:
    """Degrees to map units, shape (n, 2). A latitude of 90 degrees has no image (``inf``)."""
    phi = np.radians(lat)
    north = np.arcsinh(np.tan(phi)) - ECCENTRICITY * np.arctanh(ECCENTRICITY * np.sin(phi))
    return np.column_stack((SEMI_MAJOR_M * np.radians(lon), SEMI_MAJOR_M * north))


def metres_per_unit(lat: FloatArray) -> FloatArray:
    """How many metres on the ground one map unit is at each latitude (degrees)."""
    phi = np.radians(lat)
    scale: FloatArray = np.cos(phi) / np.sqrt(1.0 - (ECCENTRICITY * np.sin(phi)) ** 2)
    return scale
