"""How this process itself is: looked at every second, told to the boards when something is lost or found."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from dispatch.live.losses import AFFECTS, SENTENCES, Loss, ServiceSigns, TimerSigns, list_losses
from dispatch.services.audience import Key, Table
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.health_book import SERVICE_ID, Service
from dispatch.services.timers import Timer

LOOK_SECONDS: Final = 1.0


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
        core.world.health.service = Service(started_at=core.clock())

    def watch(self, timers: Sequence[Timer]) -> Timer:
        """The timers whose failing is a loss; answers the timer that looks."""
        self._timers = timers
        return Timer("service", self.look, seconds=LOOK_SECONDS)

    def look(self) -> None:
        """See what is lost now; what was lost before keeps its moment."""
        signs = self._signs()
        book, now = self._core.world.health, self._core.clock()
        before = book.service or Service(started_at=now)
        since = dict(before.losses)
        losses = tuple((loss, since.get(loss, now)) for loss in list_losses(signs, before=since))
        if losses != before.losses:
            book.service = Service(started_at=before.started_at, losses=losses)
            self._publish([Key(Table.SERVICE, SERVICE_ID)])

    def _signs(self) -> ServiceSigns:
        return ServiceSigns(
            record_trusted=self._core.store.is_trusted,
            oldest_wait_seconds=self._core.store.oldest_wait_seconds(),
            timers={
                one.name: TimerSigns(failed_runs=one.failures_in_a_row, running_seconds=one.running_seconds())
                for one in self._timers
            },
            has_roads=self._core.engine.has_roads,
            solver_works=self._solver_works(),
            opinions_compiled=self._opinions_compiled(),
        )


def degraded_row(loss: Loss) -> Row:
    """The loss as boards show it, without its moment."""
    return {
        "code": loss.value,
        "sentence": SENTENCES[loss],
        "affects": [affected.value for affected in AFFECTS[loss]],
    }
