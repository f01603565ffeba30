"""What happens by itself every so often, on the loop."""

import asyncio
import math
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Timer:
    """Calls ``action`` every ``seconds``, or at once when ``wake`` is set.

    ``failures`` counts its errors.
    """

    def __init__(
        self,
        name: str,
        action: Callable[[], Awaitable[None] | None],
        *,
        seconds: float,
        wake: asyncio.Event | None = None,
    ) -> None:
        self.name, self.failures = name, 0
        self._failed, self._began = False, math.inf
        self._action, self._seconds, self._wake = action, seconds, wake or asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def is_failing(self, seconds: float) -> bool:
        """Whether its last run was an error, or one has been under way for longer than that."""
        return self._failed or asyncio.get_running_loop().time() - self._began > seconds

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
                self._failed = False
            except Exception:
                self.failures += 1
                self._failed = True
                log.exception("timer.failed", timer=self.name, failures=self.failures)
                # Whatever woke us may still be set: do not spin on it.
                await asyncio.sleep(self._seconds)
            self._began = math.inf
            try:
                async with asyncio.timeout(self._seconds):
                    await self._wake.wait()
            except TimeoutError:
                pass
