"""What one terminal knows: the picture, how it stands with the server, and what its person spoke of last."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dispatch.model.principal import Role
from dispatch.watch.clock import ServerClock
from dispatch.watch.line.sight import Sight
from dispatch.watch.link import Link, LinkState
from dispatch.watch.order import order_incidents, order_units
from dispatch.watch.picture import Frame, Picture, Row, fold, list_changes, moment_ms
from dispatch.watch.words import Names

SORT_SECONDS = 1.0
"""Rows stand still at least that long, as on the page."""


class Board:
    """One per signed-in person. ``stirred`` is called after everything that changes what is shown."""

    def __init__(
        self,
        who: Row,
        *,
        names: Names | None = None,
        natures: Sequence[Row] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.who = who
        self.names = names or Names()
        self.natures = natures
        self.picture: Picture | None = None
        self.link = Link()
        self.selected: str | None = None
        """The incident that was spoken of last."""
        self.advised: dict[str, Sequence[str]] = {}
        self.missed: Mapping[str, int] = {}
        """How many rows of each table changed while the link was lost the last time."""
        self.frames = 0
        self.stirred: Callable[[], None] = lambda: None
        self._monotonic = monotonic
        self._clock = ServerClock(monotonic)
        self._before: Picture | None = None
        self._wake = asyncio.Event()
        self._units: tuple[object, float, Sequence[Row]] = (None, 0.0, ())
        self._sight: tuple[object, Sight] | None = None

    @property
    def now(self) -> float:
        """Server time, ms since 1970; 0 before the first frame."""
        return self._clock.now() or 0.0

    @property
    def live(self) -> bool:
        """Whether what is shown is current, and may be acted on."""
        return self.link.state is LinkState.LIVE and self.picture is not None

    @property
    def may_dispatch(self) -> bool:
        """Whether this person's role has a desk."""
        return self.who["role"] in (Role.DISPATCHER, Role.SUPERVISOR)

    @property
    def home(self) -> str | None:
        """The jurisdiction that this person works for."""
        home: str | None = self.who["jurisdiction"]
        return home

    def resume(self) -> dict[str, object] | None:
        """Where the board was, for the next hello."""
        return {"epoch": self.picture.epoch, "seq": self.picture.seq} if self.picture else None

    def hear(self, frame: Frame) -> None:
        """Take a frame in."""
        self._clock.hear(moment_ms(frame["now"]))
        self.picture = fold(self.picture, frame)
        self.frames += 1
        self._stir()

    def linked(self, link: Link) -> None:
        """The link says how it stands."""
        if link.state is LinkState.LOST and self.link.state is LinkState.LIVE:
            self._before = self.picture
        if link.state is LinkState.LIVE and self._before is not None and self.picture is not None:
            self.missed = list_changes(self._before, self.picture)
            self._before = None
        self.link = link
        self._stir()

    async def until(self, wanted: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until it is as wanted; False where it was not within the time."""
        try:
            async with asyncio.timeout(seconds):
                while not wanted():
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError:
            return wanted()
        return True

    def list_units(self) -> Sequence[Row]:
        """The units in the page's order, sorted anew at most once a second; each row as it is now."""
        if self.picture is None:
            return ()
        known, at, rows = self._units
        units = self.picture.units
        if known is units:
            return rows
        if self._monotonic() - at < SORT_SECONDS and rows and len(rows) == len(units):
            kept = [units.get(row["id"]) for row in rows]
            if all(kept):
                return [row for row in kept if row]
        rows = order_units(units.values())
        self._units = (units, self._monotonic(), rows)
        return rows

    def sight(self) -> Sight:
        """What the command line looks at now."""
        picture = self.picture
        if self._sight is None or self._sight[0] is not picture:
            self._sight = (picture, self._look(picture))
        seen = self._sight[1]
        return replace(seen, now=self.now, selected=self.selected, advised=self.advised)

    def _look(self, picture: Picture | None) -> Sight:
        role = str(self.who["role"])
        empty = Sight(now=0.0, home=self.home, role=role, names=self.names, natures=self.natures)
        if picture is None:
            return empty
        return replace(
            empty,
            units=self.list_units(),
            incidents=order_incidents(picture.incidents.values()),
            requests=tuple(picture.requests.values()),
            assignments=tuple(picture.assignments.values()),
        )

    def _stir(self) -> None:
        self._wake.set()
        self.stirred()
