"""Where every unit is, encoded once and kept, so that a frame is only a joining of bytes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import orjson

from dispatch.agreements.sight import wire_time
from dispatch.live.freshness import FRESHNESS_BY_CODE
from dispatch.live.picture import Picture
from dispatch.model.geo import COARSE_STEP_DEG
from dispatch.routing.travel import FloatArray

_FRESHNESS: Final = tuple(b',"%s"]' % word.value.encode() for word in FRESHNESS_BY_CODE)


class _Place(NamedTuple):
    """The start of a unit's row in the frame; only its freshness changes while it stands still."""

    row: int
    exact: bytes
    coarse: bytes


class Positions:
    """The newest position of each unit of one picture."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._counter = -1
        self._places: dict[str, _Place] = {}

    def take_moved(self) -> Sequence[str]:
        """Encode what moved since the last call; answers which units that were."""
        picture = self._picture
        rows = picture.moved_since(self._counter)
        rows = rows[np.isfinite(picture.position_at_s[rows])]  # units that were never seen stand nowhere
        self._counter = picture.counter
        lon, lat = picture.lon[rows], picture.lat[rows]
        at_ms = np.rint(picture.position_at_s[rows] * 1000).astype(np.int64).tolist()
        exact = zip(np.round(lon, 6).tolist(), np.round(lat, 6).tolist(), strict=True)
        coarse = zip(coarsened(lon, limit=180.0).tolist(), coarsened(lat, limit=90.0).tolist(), strict=True)
        moved = [picture.units[row].id for row in rows.tolist()]
        for row, unit_id, at, fine, rough in zip(rows.tolist(), moved, at_ms, exact, coarse, strict=True):
            self._places[unit_id] = _Place(
                row, orjson.dumps([unit_id, *fine, at])[:-1], orjson.dumps([unit_id, *rough, at])[:-1]
            )
        return moved

    def frame(
        self, coarse_by_unit: Mapping[str, bool], unit_ids: Iterable[str], *, now: datetime
    ) -> bytes | None:
        """The positions frame with those of ``unit_ids`` that are in ``coarse_by_unit``; None for none.

        ``coarse_by_unit`` says which units may be seen, and which of them only coarsely.
        """
        codes, places = self._picture.freshness_codes(now).tolist(), self._places
        rows = [
            (place.coarse if coarse_by_unit[unit_id] else place.exact) + _FRESHNESS[codes[place.row]]
            for unit_id in unit_ids
            if unit_id in coarse_by_unit and (place := places.get(unit_id)) is not None
        ]
        if not rows:
            return None
        return b'{"type":"positions","now":"%s","rows":[%s]}' % (wire_time(now).encode(), b",".join(rows))


def coarsened(degrees: FloatArray, *, limit: float) -> FloatArray:
    """``Point.coarse`` for a column of longitudes (``limit`` 180) or latitudes (90)."""
    centres = (np.floor(degrees / COARSE_STEP_DEG) + 0.5) * COARSE_STEP_DEG
    return centres.clip(-limit, limit).round(7)
