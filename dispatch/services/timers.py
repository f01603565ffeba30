"""What happens by itself every so often, on the loop."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 300.0
"""What failed is tried again by then, though its turn be a day away: its failing is told until it works."""


class Timer:
    """Calls ``action`` every ``seconds``, or at once when ``wake`` is set.

    ``failures`` counts its errors, ``failures_in_a_row`` those since it last ran well.
    """

    def __init__(
        self,
        name: str,
        action: Callable[[], Awaitable[None] | None],
        *,
        seconds: float,
        wake: asyncio.Event | None = None,
    ) -> None:
        self.name, self.failures, self.failures_in_a_row = name, 0, 0
        self._began = math.inf
        self._action, self._seconds, self._wake = action, seconds, wake or asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def running_seconds(self) -> float:
        """How long the run under way has taken; 0 between two runs."""
        return max(0.0, asyncio.get_running_loop().time() - self._began)

    def start(self) -> None:
        """Begin on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """End it; a call under way is cancelled. Stopping twice is no error."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                self._began = asyncio.get_running_loop().time()
                done = self._action()
                if done is not None:
                    await done
                self.failures_in_a_row = 0
            except Exception:
                self.failures += 1
                self.failures_in_a_row += 1
                self._began = math.inf
                log.exception("timer.failed", timer=self.name, failures=self.failures)
                # Whatever woke us may still be set: do not spin on it.
                await asyncio.sleep(min(self._seconds, RETRY_SECONDS))
                continue
            self._began = math.inf
            try:
                async with asyncio.timeout(self._seconds):
                    await self._wake.wait()
            except TimeoutError:
                pass
