"""Many open boards in one cheap process: frames are counted, not decoded, so that the server is measured.

A client of thousands of sockets in ordinary Python spends more on a frame than the server does. This one
knows just enough of RFC 6455 to cut the stream into frames and counts; a few *sampled* boards look for the
time that each update carries. ``python -m bench.light_boards`` takes one job as a line of JSON on standard
input, then the words ``count`` (begin to count) and ``stop`` (answer the figures and leave).
"""

import base64
import json
import os
import re
import selectors
import socket
import sys
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bench.world import percentiles
from dispatch.model.clock import system_now

FIX_MS: Final = re.compile(rb",(\d{13}),")
FIX: Final = re.compile(rb'\["([^"]+)",[^]]*?,(\d{13}),')
CHANGED: Final = re.compile(rb'"changed_at":"([^"]+)"')
BEAT: Final = b'{"type":"beat"'
"""The feeds' ages: no unit's news."""
NEXT_ROW: Final = b"],["
STALLED_BYTES: Final = 4096


@dataclass(slots=True)
class Board:
    """One socket and what is left over of its last read."""

    socket: socket.socket
    sampled: bool
    rest: bytes = b""
    closed: bool = False
    fix_by_unit: dict[bytes, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Counts:
    """Since ``count``: what came, and how old it was at the sampled boards."""

    frames: int = 0
    updates: int = 0
    octets: int = 0
    position_ms: list[float] = field(default_factory=list)
    status_ms: list[float] = field(default_factory=list)


def client_frame(text: str) -> bytes:
    """A masked text frame; the mask is zero, which costs nothing and is allowed."""
    data = text.encode()
    if len(data) < 126:
        head = bytes((0x81, 0x80 | len(data)))
    else:
        head = bytes((0x81, 0x80 | 126)) + len(data).to_bytes(2, "big")
    return head + b"\x00\x00\x00\x00" + data


def join(job: dict[str, Any], path: str, hello: str | None, *, stalled: bool = False) -> socket.socket:
    """Shake hands and say hello; ``stalled`` sockets have a small window and are never read again."""
    joined = socket.socket()
    if stalled:
        joined.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, STALLED_BYTES)
    joined.connect(("127.0.0.1", job["port"]))
    joined.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    joined.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{job['port']}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nOrigin: http://127.0.0.1:{job['port']}\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = joined.recv(1)
        if not piece:
            raise RuntimeError(f"no websocket: {answer!r}")
        answer += piece
    if b" 101 " not in answer:
        raise RuntimeError(f"no websocket: {answer!r}")
    if hello is not None:
        joined.sendall(client_frame(hello))
    return joined


class LightBoards:
    """All sockets of a job, read by one loop."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.counts = Counts()
        self.closed = 0
        self._selector = selectors.DefaultSelector()
        for number, (path, hello) in enumerate(job["boards"]):
            board = Board(join(job, path, hello), sampled=number < job["sampled"])
            board.socket.setblocking(False)
            self._selector.register(board.socket, selectors.EVENT_READ, board)
        self._stalled = [join(job, path, hello, stalled=True) for path, hello in job["stalled"]]
        self._selector.register(sys.stdin, selectors.EVENT_READ, None)

    def run(self) -> None:
        """Until ``stop``."""
        while True:
            for key, _ in self._selector.select():
                if key.data is not None:
                    self._read(key.data)
                elif sys.stdin.readline().strip() == "count":
                    self.counts = Counts()
                else:
                    return

    def _read(self, board: Board) -> None:
        try:
            data = board.socket.recv(262_144)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.closed += 1
            self._selector.unregister(board.socket)
            return
        self.counts.octets += len(data)
        board.rest = self._cut(board, board.rest + data if board.rest else data)

    def _cut(self, board: Board, data: bytes) -> bytes:
        """Take the whole frames off the front; answers the rest."""
        at, end = 0, len(data)
        while end - at >= 2:
            length, head = data[at + 1], 2
            if length == 126:
                head = 4
                length = int.from_bytes(data[at + 2 : at + 4], "big")
            elif length == 127:
                head = 10
                length = int.from_bytes(data[at + 2 : at + 10], "big")
            if end - at < head + length:
                break
            self._take(board, data[at] & 15, data[at + head : at + head + length])
            at += head + length
        return data[at:]

    def _take(self, board: Board, kind: int, payload: bytes) -> None:
        if kind == 9:
            board.socket.sendall(b"\x8a\x80\x00\x00\x00\x00")
        elif payload == b"2":  # a ping of engine.io
            board.socket.sendall(client_frame("3"))
        elif kind == 1:
            self.counts.frames += 1
            if not payload.startswith(BEAT):
                self._count(board, payload)

    def _count(self, board: Board, payload: bytes) -> None:
        counts = self.counts
        if FIX_MS.search(payload, 0, 160):
            counts.updates += payload.count(NEXT_ROW) + 1
            if board.sampled:
                now = system_now().timestamp() * 1000
                for unit, at in FIX.findall(payload):
                    if board.fix_by_unit.get(unit) != at:  # a status tells the known place again
                        board.fix_by_unit[unit] = at
                        counts.position_ms.append(now - int(at))
        elif (changed := CHANGED.search(payload)) is not None:
            counts.updates += 1
            if board.sampled:
                then = datetime.fromisoformat(changed[1].decode()).timestamp()
                counts.status_ms.append((system_now().timestamp() - then) * 1000)


def main() -> None:
    """Read the job, join, read until told to stop, print the figures."""
    boards = LightBoards(json.loads(sys.stdin.readline()))
    print("ready", flush=True)
    boards.run()
    counts = boards.counts
    print(
        json.dumps(
            {
                "frames": counts.frames,
                "updates": counts.updates,
                "octets": counts.octets,
                "closed": boards.closed,
                "position_age": percentiles(counts.position_ms) if counts.position_ms else None,
                "status_age": percentiles(counts.status_ms) if counts.status_ms else None,
            }
        )
    )


if __name__ == "__main__":
    main()
