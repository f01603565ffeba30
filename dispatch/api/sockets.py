"""What stands between the hub and one socket: a sink that never waits, and the word that it is over."""

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol

from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from dispatch.api.fanout import MAX_BUFFERED_BYTES, find_transport, text_frame_head
from dispatch.services.hub import QueueSink, SinkClosed

GRACE_SECONDS: Final = 1.0
"""How long a stalled client may take to read its close frame before the transport is cut."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a socket ends: a websocket close code and a short reason."""

    code: int
    reason: str


class SocketSink(Protocol):
    """A hub's sink (``offer``, ``close``) with the socket's side of it."""

    def offer(self, frame: bytes) -> bool: ...

    def close(self, code: int, reason: str) -> None: ...

    async def run(self, socket: WebSocket) -> Verdict:
        """Send what was offered until the hub closes this board."""
        ...


class TransportSink:
    """Writes straight to the transport; see ``fanout``."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._verdict: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()

    def offer(self, frame: bytes) -> bool:
        transport = self._transport
        if transport.is_closing() or transport.get_write_buffer_size() > MAX_BUFFERED_BYTES:
            return False
        transport.write(text_frame_head(len(frame)) + frame)
        return True

    def close(self, code: int, reason: str) -> None:
        if not self._verdict.done():
            self._verdict.set_result(Verdict(code, reason))

    async def run(self, socket: WebSocket) -> Verdict:
        return await self._verdict


class TaskSink:
    """A bounded queue and ``send``, for any ASGI server."""

    def __init__(self) -> None:
        self._queue = QueueSink()
        self._verdict: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()

    def offer(self, frame: bytes) -> bool:
        return self._queue.offer(frame)

    def close(self, code: int, reason: str) -> None:
        self._queue.close(code, reason)
        if not self._verdict.done():
            self._verdict.set_result(Verdict(code, reason))

    async def run(self, socket: WebSocket) -> Verdict:
        # A send to a stalled client blocks; the hub's verdict must be heard nevertheless.
        sending = asyncio.create_task(self._send(socket))
        try:
            return await self._verdict
        finally:
            sending.cancel()

    async def _send(self, socket: WebSocket) -> None:
        while True:
            try:
                await socket.send_text((await self._queue.next_frame()).decode())
            except (SinkClosed, WebSocketDisconnect, RuntimeError, OSError):
                return  # the hub has said so, or the client is gone: whoever listens will notice


def sink_for(scope: Scope) -> SocketSink:
    """The best sink that this server allows."""
    transport = find_transport(scope)
    return TaskSink() if transport is None else TransportSink(transport)


async def close_socket(socket: WebSocket, verdict: Verdict) -> None:
    """Say goodbye; a client that does not take it in ``GRACE_SECONDS`` is cut off."""
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            await socket.close(verdict.code, verdict.reason)
    except (TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
        pass  # it is gone already, or it does not read: the cut below is all that is left
    transport = find_transport(socket.scope)
    if transport is not None and transport.get_write_buffer_size() > 0:
        await asyncio.sleep(GRACE_SECONDS)
        transport.abort()
