"""A geocoder outside, asked through geopy: the agency's own Nominatim."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter
from geopy.geocoders import Nominatim

from dispatch.model.errors import Unavailable
from dispatch.model.geo import Point
from dispatch.routing.gazetteer.folding import fold, words_of
from dispatch.routing.gazetteer.likeness import compare
from dispatch.routing.gazetteer.place import Found, Place, PlaceKind
from dispatch.routing.gazetteer.wording import house_name

USER_AGENT: Final = "mutual-aid-dispatch"
TIMEOUT_SECONDS: Final = 2.0
REST_SECONDS: Final = 30.0
"""After a failure nobody waits for the geocoder for so long."""
AT_ONCE: Final = 2
MOST: Final = 5

_TOWNS: Final = ("city", "town", "village", "suburb", "hamlet", "municipality")
_ROADS: Final = ("road", "pedestrian", "footway", "square")


class NominatimGeocoder:
    """Asks one server for places within the region. Never more than ``AT_ONCE`` questions wait for it."""

    def __init__(
        self,
        url: str,
        bbox: tuple[float, float, float, float],
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``url`` is the server's address without a query; ``bbox`` west, south, east, north in degrees."""
        parts = urlsplit(url)
        west, south, east, north = bbox
        self._viewbox = ((south, west), (north, east))
        self._timeout_seconds, self._monotonic = timeout_seconds, monotonic
        self._nominatim = Nominatim(
            user_agent=USER_AGENT,
            scheme=parts.scheme,
            domain=f"{parts.netloc}{parts.path}".rstrip("/"),
            timeout=timeout_seconds,
            proxies={},  # none: not even what the environment names
            adapter_factory=URLLibAdapter,
        )
        self._threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="geocoder")
        self._asked = 0
        self._rests_until = -REST_SECONDS

    async def find(self, text: str) -> Sequence[Found]:
        """What the server says of a text. Raises ``Unavailable`` within the time limit, or at once."""
        if self._asked >= AT_ONCE or self._monotonic() < self._rests_until:
            raise Unavailable("the geocoder outside does not answer")
        self._asked += 1
        asking = asyncio.get_running_loop().run_in_executor(self._threads, self._ask, text)
        asking.add_done_callback(self._count_down)
        try:
            answer = await asyncio.wait_for(asyncio.shield(asking), self._timeout_seconds + 0.5)
        except Exception as failed:  # whatever a stranger answers, our own names are shown
            self._rests_until = self._monotonic() + REST_SECONDS
            raise Unavailable(f"the geocoder outside failed ({type(failed).__name__})") from failed
        return answer

    def close(self) -> None:
        """Ask no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _count_down(self, asking: "asyncio.Future[Sequence[Found]]") -> None:
        self._asked -= 1
        if not asking.cancelled():
            asking.exception()  # looked at, so that a late failure is no surprise to the loop

    def _ask(self, text: str) -> Sequence[Found]:
        locations = self._nominatim.geocode(
            text,
            exactly_one=False,
            limit=MOST,
            addressdetails=True,
            viewbox=self._viewbox,
            bounded=True,
        )
        return [_found(text, location.raw) for location in locations or ()]


def _found(text: str, raw: Mapping[str, Any]) -> Found:
    """One answer in our words, compared with the text as our own names are."""
    address = raw.get("address") or {}
    road = next((str(address[key]) for key in _ROADS if key in address), "")
    number = str(address.get("house_number", ""))[:20]
    name = house_name(road, number) if road and number else str(raw.get("name") or road)
    name = (name or str(raw["display_name"]).partition(",")[0])[:120]
    town = next((str(address[key])[:120] for key in _TOWNS if key in address), "")
    alike = compare(words_of(fold(text)), words_of(fold(name)), words_of(fold(town)))
    place = Place(
        name=name,
        kind=PlaceKind.HOUSE if number and road else PlaceKind.LANDMARK,
        position=Point(lon=float(raw["lon"]), lat=float(raw["lat"])),
        town=town,
    )
    return Found(place=place, match=alike.match, score=max(alike.score, 0.5), outside=True)
