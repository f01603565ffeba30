"""Where calls come from and where units wait, with the driving times between: what cover is counted on.

A unit is counted from its post, not from where it drives at the moment: cover is about the next hour.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId

Floats = NDArray[np.float64]
Seconds = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """A neighbourhood's cells and posts, as columns.

    ``cell_home`` is each cell's row in ``jurisdictions``; ``weight`` its share of that jurisdiction's calls
    (sums to 1 for each). ``out`` (posts, cells) are seconds of regular driving, ``inf`` without a way, and
    ``between`` (posts, posts) the same from post to post. ``siren`` per jurisdiction divides the way to an
    emergent call; ``chute_seconds`` per jurisdiction come before it. ``hospital_seconds`` per cell: to the
    nearest hospital.
    """

    jurisdictions: tuple[JurisdictionId, ...]
    cells: tuple[Point, ...]
    cell_home: Rows
    weight: Floats
    posts: tuple[Point, ...]
    out: Seconds
    between: Seconds
    siren: Floats
    chute_seconds: Floats
    hospital_seconds: Seconds
