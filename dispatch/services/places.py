"""Finding where an incident is: names to places, and a point to who is in charge of it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

from dispatch.agreements.access import NOBODYS
from dispatch.agreements.actions import Action
from dispatch.model.errors import TooMany, Unavailable
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal
from dispatch.routing.border_wording import word_border
from dispatch.routing.gazetteer.asked import Asked, read_asked
from dispatch.routing.gazetteer.likeness import Match
from dispatch.routing.gazetteer.place import Beside, Found, Near, Place, PlaceKind
from dispatch.routing.gazetteer.ranking import MOST, rank
from dispatch.routing.gazetteer.wording import propose_address
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require

MOST_WAITING: Final = 32
"""Searches that may wait for their turn; one takes milliseconds, so more is a flood."""

Answer = TypeVar("Answer")


class Gazetteer(Protocol):
    """An index of the region's own names. Blocks; callable from any thread."""

    def find(self, asked: Asked, near: Point, *, at_most: int = MOST) -> tuple[Found, ...]:
        """The places that a text may mean, best first."""
        ...

    def beside(self, point: Point) -> Beside:
        """What lies beside a point."""
        ...

    def close(self) -> None:
        """Let the file go."""
        ...


class Geocoder(Protocol):
    """A service outside that knows places too."""

    async def find(self, text: str) -> Sequence[Found]:
        """What it says of a text, marked as ``outside``. Raises ``Unavailable``, and soon."""
        ...

    def close(self) -> None:
        """Ask it no more."""
        ...


class Places:
    """Reads only; the index is searched in a thread of its own, so that no board waits for it."""

    def __init__(
        self, core: Core, gazetteer: Gazetteer | None = None, geocoder: Geocoder | None = None
    ) -> None:
        self._core, self._gazetteer, self._geocoder = core, gazetteer, geocoder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="places")
        self._waiting = 0

    async def find(
        self, principal: Principal, text: str, *, near: Point | None = None, outside: bool = False
    ) -> Row:
        """The places that a text may mean, best first, at most ten.

        ``near`` is where the asker looks from, the own jurisdiction's middle where it is None. ``outside``
        asks the geocoder outside as well, if there is one; that it failed is said, and nothing else is lost.
        Raises ``Forbidden``, ``TooMany``.
        """
        self._require(principal)
        asked = read_asked(text)
        here = near or self._middle_of(principal)
        if asked.point is not None:
            found: Sequence[Found] = (await self._point(asked.point),)
            return self._answer(found, "off" if self._geocoder is None else "not_asked")
        nothing: tuple[Found, ...] = ()
        own = await self._search(lambda index: index.find(asked, here), nothing)
        if self._geocoder is None:
            return self._answer(own, "off")
        if not outside or not asked.text:
            return self._answer(own, "not_asked")
        try:
            others = await self._geocoder.find(text.strip())
        except Unavailable:
            return self._answer(own, "failed")
        return self._answer(rank((*own, *others), here), "answered")

    async def look_at(self, principal: Principal, point: Point) -> Row:
        """Who is in charge of a point, how far that reaches, and what its address may be.

        Raises ``Forbidden``, ``TooMany``.
        """
        self._require(principal)
        beside = await self._search(lambda index: index.beside(point), Beside())
        where, within_m = self._core.areas.look_around(point), self._core.near_border_m
        return {
            "lon": point.lon,
            "lat": point.lat,
            "jurisdiction": where.in_charge,
            "inside": list(where.inside),
            "border_m": None if where.border_m is None else round(where.border_m, 1),
            "beyond": where.beyond,
            "near_border": where.is_near_border(within_m),
            "notice": word_border(where, self._core.world.names, within_m=within_m),
            "index": self._index_state(),
            "address": propose_address(beside),
            "house": _near_row(beside.house),
            "street": _near_row(beside.street),
            "crossing": _near_row(beside.crossing),
        }

    def close(self) -> None:
        """Search no more."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._gazetteer is not None:
            self._gazetteer.close()
        if self._geocoder is not None:
            self._geocoder.close()

    def _require(self, principal: Principal) -> None:
        now = self._core.clock()
        require(principal, Action.FIND_PLACE, NOBODYS, what="places", which="all", now=now)

    async def _search(self, look_up: Callable[[Gazetteer], Answer], nothing: Answer) -> Answer:
        index = self._gazetteer
        if index is None:
            return nothing
        if self._waiting >= MOST_WAITING:
            raise TooMany(retry_after_seconds=1.0)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, look_up, index)
        finally:
            self._waiting -= 1

    async def _point(self, point: Point) -> Found:
        """A point that was typed, with its address for a town."""
        beside = await self._search(lambda index: index.beside(point), Beside())
        place = Place(
            name=f"{point.lon:.5f}, {point.lat:.5f}",
            kind=PlaceKind.POINT,
            position=point,
            town=propose_address(beside),
        )
        return Found(place=place, match=Match.EXACT, score=1.0)

    def _middle_of(self, principal: Principal) -> Point:
        region = self._core.world.region
        home = region.jurisdictions.get(JurisdictionId(principal.jurisdiction_id or ""))
        if home is None:
            return region.centre
        inside = home.area.representative_point()
        return Point(lon=inside.x, lat=inside.y)

    def _answer(self, found: Sequence[Found], outside: str) -> Row:
        return {
            "index": self._index_state(),
            "outside": outside,
            "rows": [self._row(each) for each in found],
        }

    def _row(self, found: Found) -> Row:
        place = found.place
        home = self._core.areas.find(place.position)
        return {
            "name": place.name,
            "kind": place.kind.value,
            "lon": place.position.lon,
            "lat": place.position.lat,
            "jurisdiction": home,
            "where": place.town or (self._core.world.names[home] if home else ""),
            "match": found.match.name.lower(),
            "without_number": found.without_number,
            "outside": found.outside,
        }

    def _index_state(self) -> str:
        return "missing" if self._gazetteer is None else "ready"


def _near_row(near: Near | None) -> Row | None:
    return None if near is None else {"name": near.name, "distance_m": round(near.distance_m, 1)}
