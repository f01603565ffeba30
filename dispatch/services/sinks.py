"""Between the hub and one board's socket: a bounded queue that never makes the hub wait."""

import asyncio
from collections import deque
from typing import Protocol


class Sink(Protocol):
    """One board's way out. Both calls return at once."""

    def offer(self, frame: bytes) -> bool:
        """Take one text frame (UTF-8 JSON); False when it is full, after which the hub closes it."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Close with a websocket code; frames not yet sent may be dropped."""
        ...


class SinkClosed(Exception):
    """The hub closed this board: ``code`` 4401 signed out, 1013 too slow, 1012 restart."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class QueueSink:
    """At most ``limit`` frames between the hub and one socket's sending task."""

    def __init__(self, limit: int = 256) -> None:
        self._limit = limit
        self._frames: deque[bytes] = deque()
        self._closed: SinkClosed | None = None
        self._wake = asyncio.Event()

    def offer(self, frame: bytes) -> bool:
        """Take one frame unless ``limit`` wait already."""
        if self._closed is not None or len(self._frames) >= self._limit:
            return False
        self._frames.append(frame)
        self._wake.set()
        return True

    def close(self, code: int, reason: str) -> None:
        """End it; what waits is dropped, because the board will resume from what it has."""
        if self._closed is None:
            self._closed = SinkClosed(code, reason)
            self._frames.clear()
            self._wake.set()

    async def next_frame(self) -> bytes:
        """The next frame to send. Raises ``SinkClosed`` once the hub has closed this board."""
        while not self._frames:
            if self._closed is not None:
                raise self._closed
            self._wake.clear()
            await self._wake.wait()
        return self._frames.popleft()
