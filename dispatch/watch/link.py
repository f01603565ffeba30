"""One board's connection: asks for a ticket, says hello, watches the beats, comes back by itself.

The rules are those of ``web/src/wire/socket.ts``: the same patience, the same pauses, the same end.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from dispatch.watch.picture import Frame
from dispatch.watch.rest import Problem, Server

SILENCE_SECONDS: Final = 4.5
"""Beats come every 2 s: two missed ones are a lost server."""
FIRST_FRAME_SECONDS: Final = 6.0
GOODBYE_SECONDS: Final = 0.5
BACKOFF_MIN_MS: Final = 400
BACKOFF_MAX_MS: Final = 4000
SIGNED_OUT: Final = 4401
REFUSED: Final = 4403
MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one frame: a snapshot of a nation's fleet has some megabytes."""


class LinkState(StrEnum):
    """How the board stands with the server; only ``LIVE`` is to be acted on."""

    CONNECTING = "connecting"
    LIVE = "live"
    RESYNCING = "resyncing"
    LOST = "lost"
    REFUSED = "refused"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True)
class Link:
    """``attempt``: failed ones since the last rows; ``retry_at``: by the monotonic clock, while one waits."""

    state: LinkState = LinkState.CONNECTING
    attempt: int = 0
    retry_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What a link needs of whoever holds it. ``resume`` is None before the first snapshot."""

    server: Server
    ticket: Callable[[], Awaitable[str]]
    resume: Callable[[], dict[str, Any] | None]
    on_frame: Callable[[str, Frame], None]
    on_link: Callable[[Link], None]
    chance: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic


def backoff_seconds(attempt: int, chance: Callable[[], float]) -> float:
    """Full jitter: after a restart a thousand boards must not come back in the same moment."""
    ceiling = min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** min(attempt, 10))
    return float(round(BACKOFF_MIN_MS / 2 + chance() * ceiling)) / 1000


class BoardLink:
    """Follows the board until the session ends or the board is refused."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._attempt = 0
        self._ever_live = False
        self._hurry = asyncio.Event()

    def retry_now(self) -> None:
        """Try now instead of at the end of the pause."""
        self._hurry.set()

    async def follow(self) -> LinkState:
        """Answers ``SIGNED_OUT`` or ``REFUSED``: trying again would not help."""
        while True:
            self._tell(LinkState.RESYNCING if self._ever_live else LinkState.CONNECTING, None)
            end = await self._connect()
            if end is not None:
                self._tell(end, None)
                return end
            pause = backoff_seconds(self._attempt, self._ports.chance)
            self._attempt += 1
            self._tell(LinkState.LOST, self._ports.monotonic() + pause)
            await self._wait(pause)

    async def _wait(self, seconds: float) -> None:
        self._hurry.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            pass  # nobody was in a hurry

    async def _connect(self) -> LinkState | None:
        """Follow one socket until it is lost; the state where that is final."""
        ports = self._ports
        try:
            ticket = await ports.ticket()
        except Problem as problem:
            return LinkState.SIGNED_OUT if problem.status == 401 else None
        try:
            async with asyncio.timeout(FIRST_FRAME_SECONDS) as patience:
                async with connect(
                    ports.server.board_url,
                    origin=Origin(ports.server.origin),
                    compression=None,
                    proxy=None,
                    user_agent_header="dispatch-watch",
                    open_timeout=None,
                    ping_interval=None,
                    close_timeout=GOODBYE_SECONDS,
                    max_size=MOST_BYTES,
                ) as socket:
                    hello = {"type": "hello", "ticket": ticket, "resume": ports.resume()}
                    await socket.send(json.dumps(hello))
                    await self._listen(socket, patience)
        except ConnectionClosed as closed:
            return await self._end_of(closed.rcvd.code if closed.rcvd else 0)
        except (TimeoutError, OSError, WebSocketException):
            return None
        return None

    async def _end_of(self, code: int) -> LinkState | None:
        if code == REFUSED:
            return LinkState.REFUSED
        if code == SIGNED_OUT:
            # Said of a ticket too that a restarted server never issued: only the door knows of the session.
            try:
                await self._ports.ticket()
            except Problem as problem:
                return LinkState.SIGNED_OUT if problem.status == 401 else None
        return None

    async def _listen(self, socket: ClientConnection, patience: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        while True:
            text = await socket.recv()
            if not isinstance(text, str):
                continue
            patience.reschedule(loop.time() + SILENCE_SECONDS)
            try:
                frame: Frame = json.loads(text)
            except ValueError:
                return  # cut short on the way: a new socket begins anew
            self._ports.on_frame(text, frame)
            # Only rows make the picture current again; a beat before them proves no more than a connection.
            if frame["type"] in ("snapshot", "delta"):
                self._attempt, self._ever_live = 0, True
                self._tell(LinkState.LIVE, None)

    def _tell(self, state: LinkState, retry_at: float | None) -> None:
        self._ports.on_link(Link(state, self._attempt, retry_at))
