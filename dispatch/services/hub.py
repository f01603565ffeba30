"""Boards: who sees what, snapshot, deltas, positions and beats. Never waits for a slow board."""

from dataclasses import dataclass
from typing import Protocol

from dispatch.model.principal import Principal
from dispatch.services.command import Row


@dataclass(frozen=True, slots=True)
class Resume:
    """Where a board was when it lost its socket."""

    epoch: str
    seq: int


class Sink(Protocol):
    """One board's way out. Both calls return at once."""

    def offer(self, frame: bytes) -> bool:
        """Take one text frame (UTF-8 JSON); False when it is full, after which the hub closes it."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Close with a websocket code; frames not yet sent may be dropped."""
        ...


class SinkClosed(Exception):  # noqa: N818
    """The hub closed this board: ``code`` 4401 signed out, 1013 too slow, 1012 restart."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class QueueSink:
    """A bounded queue between the hub and one socket's sending task."""

    def __init__(self, limit: int = 256) -> None: ...

    def offer(self, frame: bytes) -> bool: ...

    def close(self, code: int, reason: str) -> None: ...

    async def next_frame(self) -> bytes:
        """The next frame to send. Raises ``SinkClosed`` once the hub has closed this board."""
        ...


class Board:
    """One joined board; an opaque handle to give back to ``leave``."""


class Hub:
    """All boards of this process, grouped by audience (jurisdiction and role)."""

    def join(
        self, principal: Principal, sink: Sink, *, session_id: str, me: Row, resume: Resume | None
    ) -> Board:
        """Offer the snapshot (or, after a short gap, the delta) to the sink, and all that follows.

        Raises ``Forbidden`` when the principal may see no board.
        """
        ...

    def leave(self, board: Board) -> None:
        """The socket is gone. Leaving twice is no error."""
        ...

    def drop_session(self, session_id: str) -> int:
        """Close every board of a session with 4401; answers how many."""
        ...

    def close_all(self, code: int = 1012, reason: str = "restart") -> None:
        """Close every board, at shutdown."""
        ...
