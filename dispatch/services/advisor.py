"""What advice is weighed with, kept ready beside the recommendations that use it.

The grid is made once, in small steps on the engine's thread between the recommendations; what the
agreements let pass by and large is asked again with each change of them, of closures, and of the hour.
Nobody waits for either: until they are there, advice is plain closest and says so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from dispatch.agreements.standing import Closure, Standing
from dispatch.aid.advice.counsel import Counsel, CoverFigures
from dispatch.aid.advice.forecast import Forecast, forecast_of
from dispatch.aid.advice.grid import Grid
from dispatch.aid.advice.gridding import Places, grid_steps
from dispatch.aid.advice.lending_table import lending_steps
from dispatch.aid.advice.situate import Register, register_of
from dispatch.aid.advice.situation import LendingTable
from dispatch.aid.advice.stepwise import Steps, advance
from dispatch.model.clock import Clock
from dispatch.model.ids import JurisdictionId
from dispatch.routing.travel import TravelTimes
from dispatch.services.book import AgreementBook
from dispatch.services.stands import standing_on
from dispatch.services.world import World

T = TypeVar("T")

STEPS_AT_ONCE: Final = 4
"""Searches of some milliseconds each: a recommendation never waits longer for its turn."""
HOUR: Final = timedelta(hours=1)


class Runs(Protocol):
    """The engine's thread."""

    def __call__(self, compute: Callable[[], T], /) -> Awaitable[T]: ...


class Advisor:
    """Keeps the grid, the forecast and the lending table of one region. ``refresh`` is one pass."""

    def __init__(
        self,
        world: World,
        travel: TravelTimes,
        run: Runs,
        *,
        places: Callable[[], Places] | None = None,
    ) -> None:
        """``places``: where calls may come from; without them, points spread over each area."""
        self._world, self._travel, self._run, self._places = world, travel, run, places
        self._grid: Grid | None = None
        self._register: Register = {}
        self._lending: LendingTable | None = None
        self._asked: tuple[AgreementBook, datetime, Sequence[Closure]] | None = None
        self.forecast: Forecast = forecast_of(world.region)

    async def refresh(self, now: datetime) -> None:
        """Make the grid, once; ask the agreements again where something they look at has changed."""
        if self._grid is None:
            places = await asyncio.to_thread(self._places) if self._places else {}
            grid = await self._go_on(grid_steps(self._world.region, self._travel, places))
            self._register = register_of(self._world.region, grid)
            self._grid = grid
        await self._ask_agreements(self._grid, now)

    def counsel_for(self, borrower: JurisdictionId, *, now: datetime) -> Counsel:
        """What a recommendation for this borrower is weighed with, as of now. On the loop; takes no time."""
        practice = self._world.practice_of(borrower)
        if self._grid is None or self._lending is None:
            return Counsel(practice=practice)
        figures = CoverFigures(
            grid=self._grid,
            register=self._register,
            forecast=self.forecast,
            lending=self._lending,
            last_hour=self._world.count_opened(since=now - HOUR),
            ledger_hours=self._world.given.hours_of(
                self._world.book.pairs.list_lenders(borrower),
                now=now,
                memory=practice.prices.ledger_memory,
            ),
            standing_by=standing_on(self._grid, self._world),
        )
        return Counsel(practice=practice, figures=figures)

    async def _ask_agreements(self, grid: Grid, now: datetime) -> None:
        world = self._world
        book, hour = world.book, now.replace(minute=0, second=0, microsecond=0)
        closures = tuple(closure.said for closure in world.closures.values() if closure.holds(now))
        if self._asked and self._asked[0] is book and self._asked[1:] == (hour, closures):
            return
        standing = Standing(closures=closures)
        self._lending = await self._go_on(
            lending_steps(grid, book.pairs, world.region, now, standing=standing)
        )
        self._asked = (book, hour, closures)

    async def _go_on(self, steps: Steps[T]) -> T:
        """All of the work, and others' turns between its steps."""
        while True:
            done = await self._run(lambda: advance(steps, STEPS_AT_ONCE))
            if done:
                return done[0]


def refreshing(advisor: Advisor, clock: Clock) -> Callable[[], Awaitable[None]]:
    """One pass of the advisor, for a timer."""
    return lambda: advisor.refresh(clock())
