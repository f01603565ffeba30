"""What happens by itself every so often, on the loop."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Timer:
    """Calls ``action`` every ``seconds``, or at once when ``wake`` is set.

    ``failures`` counts its errors; ``is_failing`` says that its last run was one.
    """

    def __init__(
        self,
        name: str,
        action: Callable[[], Awaitable[None] | None],
        *,
        seconds: float,
        wake: asyncio.Event | None = None,
    ) -> None:
        self.name, self.failures, self.is_failing = name, 0, False
        self._action, self._seconds, self._wake = action, seconds, wake or asyncio.Event()
        self._task: asyncio.Task[None] | None = None

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
                done = self._action()
                if done is not None:
                    await done
                self.is_failing = False
            except Exception:
                self.failures += 1
                self.is_failing = True
                log.exception("timer.failed", timer=self.name, failures=self.failures)
                # Whatever woke us may still be set: do not spin on it.
                await asyncio.sleep(self._seconds)
            try:
                async with asyncio.timeout(self._seconds):
                    await self._wake.wait()
            except TimeoutError:
                pass
