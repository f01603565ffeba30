"""How this process itself is: looked at every second, told to the boards when something is lost or found."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from dispatch.live.losses import AFFECTS, SENTENCES, Loss, ServiceSigns, list_losses
from dispatch.model.errors import Unavailable
from dispatch.services.audience import Key, Table
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.health_book import SERVICE_ID, Service
from dispatch.services.timers import Timer

LOOK_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 3.0
"""A record that takes longer to answer one small question does not answer."""


class ServiceWatch:
    """``look`` is one pass. ``solver_works`` and ``opinions_compiled`` are asked on each."""

    def __init__(
        self,
        core: Core,
        publish: Callable[[Iterable[Key]], object],
        *,
        solver_works: Callable[[], bool],
        opinions_compiled: Callable[[], bool],
    ) -> None:
        """``publish`` tells boards which rows changed."""
        self._core, self._publish = core, publish
        self._solver_works, self._opinions_compiled = solver_works, opinions_compiled
        self._timers: Sequence[Timer] = ()
        self._asked: asyncio.Task[None] | None = None
        core.world.health.service = Service(started_at=core.clock())

    def watch(self, timers: Sequence[Timer]) -> Timer:
        """The timers whose failing is a loss; answers the timer that looks."""
        self._timers = timers
        return Timer("service", self.look, seconds=LOOK_SECONDS)

    async def look(self) -> None:
        """See what is lost now; what was lost before keeps its moment."""
        signs = await self._signs()
        book, now = self._core.world.health, self._core.clock()
        before = book.service or Service(started_at=now)
        since = dict(before.losses)
        losses = tuple((loss, since.get(loss, now)) for loss in list_losses(signs, before=since))
        if losses != before.losses:
            book.service = Service(started_at=before.started_at, losses=losses)
            self._publish([Key(Table.SERVICE, SERVICE_ID)])

    async def _signs(self) -> ServiceSigns:
        return ServiceSigns(
            record_answers=await self._record_answers(),
            oldest_wait_seconds=self._core.store.oldest_wait_seconds(),
            failing_timers=frozenset(timer.name for timer in self._timers if timer.is_failing),
            has_roads=self._core.engine.has_roads,
            solver_works=self._solver_works(),
            opinions_compiled=self._opinions_compiled(),
        )

    async def _record_answers(self) -> bool:
        """One question at a time: those that a hanging database holds would take the readers' threads."""
        if self._asked is None:
            self._asked = asyncio.create_task(self._core.store.check())
        await asyncio.wait({self._asked}, timeout=ANSWER_SECONDS)
        if not self._asked.done():
            return False
        asked, self._asked = self._asked, None
        return not isinstance(asked.exception(), Unavailable)


def degraded_row(loss: Loss) -> Row:
    """The loss as boards show it, without its moment."""
    return {
        "code": loss.value,
        "sentence": SENTENCES[loss],
        "affects": [affected.value for affected in AFFECTS[loss]],
    }
