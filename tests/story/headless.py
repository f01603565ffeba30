"""The whole story without a browser: over HTTP and the board's websocket, as two dispatchers.

Used on the sample region and on real ones. Each step asserts what the two people must see.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin


@dataclass
class Console:
    """One signed-in dispatcher: an HTTP client, a board, and what the board shows."""

    base: str
    http: httpx.Client
    csrf: str
    jurisdiction: str
    board: ClientConnection
    rows: dict[str, dict[str, dict[str, Any]]]

    def post(self, path: str, body: dict[str, Any], *, key: str) -> httpx.Response:
        """One command with its Idempotency-Key."""
        headers = {"X-CSRF-Token": self.csrf, "Idempotency-Key": key}
        return self.http.post(path, json=body, headers=headers)

    def wait(
        self, kind: str, wanted: Callable[[dict[str, Any]], bool], *, seconds: float = 5
    ) -> dict[str, Any]:
        """The first row of this kind on the board that is as wanted; fails after ``seconds`` of silence."""
        while True:
            for row in self.rows[kind].values():
                if wanted(row):
                    return row
            self.apply(json.loads(self.board.recv(timeout=seconds)))

    def wait_a_beat(self, *, seconds: float = 5) -> None:
        """Take the next frame in, whatever it is: the service sends a beat every other second."""
        self.apply(json.loads(self.board.recv(timeout=seconds)))

    def apply(self, frame: dict[str, Any]) -> None:
        """Fold a frame into the rows."""
        if frame["type"] not in ("snapshot", "delta"):
            return
        for kind in ("units", "incidents", "requests", "assignments", "covers"):
            if frame["type"] == "snapshot":
                self.rows[kind] = {}
            for row in frame.get(kind, ()):
                self.rows[kind][row.get("id") or row["jurisdiction"]] = row
        for gone in frame.get("gone", ()):
            self.rows[f"{gone['kind']}s"].pop(gone["id"], None)


@contextmanager
def signed_in(base: str, person: str, password: str) -> Iterator[Console]:
    """A signed-in dispatcher with an open board, until the block ends."""
    with httpx.Client(base_url=base, headers={"Origin": base}, timeout=10) as http:
        answer = http.post("/api/sign-in", json={"person": person, "password": password})
        assert answer.status_code == 200, answer.text
        said = answer.json()
        headers = {"X-CSRF-Token": said["csrf"]}
        ticket = http.post("/api/board/ticket", headers=headers).json()["ticket"]
        with connect(base.replace("http", "ws") + "/api/board", origin=Origin(base)) as board:
            board.send(json.dumps({"type": "hello", "ticket": ticket, "resume": None}))
            console = Console(
                base=base,
                http=http,
                csrf=said["csrf"],
                jurisdiction=said["person"]["jurisdiction"],
                board=board,
                rows={},
            )
            console.apply(json.loads(board.recv(timeout=5)))
            assert console.rows, "the first frame is a snapshot"
            yield console
