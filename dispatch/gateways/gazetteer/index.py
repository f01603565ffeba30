"""The index of a bundle's names, as the services use it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from dispatch.gateways.gazetteer.beside import find_beside, nearest_crossing
from dispatch.gateways.gazetteer.reading import Reading
from dispatch.gateways.gazetteer.search import search
from dispatch.model.geo import Point
from dispatch.routing.gazetteer.asked import Asked
from dispatch.routing.gazetteer.place import Beside, Found
from dispatch.routing.gazetteer.ranking import MOST, rank


class GazetteerFile:
    """The names of one bundle, read where they lie. Calls come from any thread and take turns."""

    def __init__(self, path: Path) -> None:
        """Open the index. Raises ``RegionInvalid`` when it is missing, broken or of another format."""
        self._reading = Reading(path)
        self._lock = Lock()

    def find(self, asked: Asked, near: Point, *, at_most: int = MOST) -> tuple[Found, ...]:
        """The places that a text may mean, best first."""
        with self._lock:
            found = rank(search(self._reading, asked, near), near, at_most=at_most)
            return self._told_apart(found)

    def beside(self, point: Point) -> Beside:
        """What lies beside a point."""
        with self._lock:
            return find_beside(self._reading, point)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._reading.close()

    def _told_apart(self, found: Sequence[Found]) -> tuple[Found, ...]:
        """Streets of one name in one town, each with a street that crosses it."""
        alike = Counter((each.place.name, each.place.town) for each in found)
        return tuple(
            self._with_crossing(each) if alike[each.place.name, each.place.town] > 1 else each
            for each in found
        )

    def _with_crossing(self, found: Found) -> Found:
        place = found.place
        if place.street is None:
            return found
        crossing = nearest_crossing(self._reading, place.street, place.position)
        if crossing is None:
            return found
        return replace(
            found, place=replace(place, town=f"{place.town}, by {crossing.name}".removeprefix(", "))
        )
