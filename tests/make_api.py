"""The edge's application over fakes, and a real server for its sockets."""

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import uvicorn
from fastapi import FastAPI

from dispatch.api.app import create_app
from dispatch.api.fanout import FanoutProtocol
from dispatch.api.settings import ApiSettings
from dispatch.model.errors import Forbidden, Unauthenticated
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal, Role
from dispatch.services.house import Services
from dispatch.services.identity import NewSession
from dispatch.services.sinks import Sink
from dispatch.services.tickets import Signed

LOOPBACK = ApiSettings(secure_cookies=False, hello_seconds=0.4)


def make_signed(
    role: Role = Role.DISPATCHER, *, jurisdiction: str = "harlow", seconds: float = 3600
) -> Signed:
    who = Principal(id=f"{role}-{jurisdiction}", role=role, jurisdiction_id=JurisdictionId(jurisdiction))
    expires_at = datetime.now(tz=UTC) + timedelta(seconds=seconds)  # noqa: TID251 - a socket's real deadline
    return Signed(principal=who, session_id=secrets.token_hex(8), csrf="csrf-token", expires_at=expires_at)


@dataclass
class FakeIdentity:
    """People by session token, machines by key, tickets as issued."""

    sessions: dict[str, Signed] = field(default_factory=dict)
    machines: dict[str, Principal] = field(default_factory=dict)
    tickets: dict[str, Signed] = field(default_factory=dict)

    async def sign_in(self, login: str, password: str, *, client: str) -> NewSession:
        if password != "right":
            raise Unauthenticated("no such person or password")
        self.sessions["token"] = make_signed()
        return NewSession(token="token", signed=self.sessions["token"])

    async def sign_out(self, token: str) -> None:
        self.sessions.pop(token, None)

    async def get_session(self, token: str) -> Signed:
        if token not in self.sessions:
            raise Unauthenticated("nobody is signed in")
        return self.sessions[token]

    async def get_machine(self, bearer: str) -> Principal:
        if bearer not in self.machines:
            raise Unauthenticated("no such key")
        return self.machines[bearer]

    def issue_ticket(self, signed: Signed) -> str:
        ticket = secrets.token_urlsafe(8)
        self.tickets[ticket] = signed
        return ticket

    def redeem_ticket(self, ticket: str) -> Signed:
        if ticket not in self.tickets:
            raise Unauthenticated("no such ticket")
        return self.tickets.pop(ticket)


@dataclass
class FakeHub:
    """Offers one snapshot on joining and remembers who is there."""

    boards: dict[int, Sink] = field(default_factory=dict)
    resumed: list[object] = field(default_factory=list)
    joined: int = 0

    def join(self, principal: Principal, sink: Sink, *, session_id: str, me: Any, resume: object) -> int:
        if principal.role is Role.FEED:
            raise Forbidden(["role"])
        self.joined += 1
        self.resumed.append(resume)
        self.boards[self.joined] = sink
        sink.offer(orjson.dumps({"type": "snapshot", "me": me}))
        return self.joined

    def leave(self, board: int) -> None:
        self.boards.pop(board, None)


@dataclass
class Nobody:
    """A use case that must not be reached."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"reached {name}")


def make_fake_services(
    identity: FakeIdentity | None = None, hub: FakeHub | None = None, **others: object
) -> Services:
    parts: dict[str, Any] = {part.name: others.get(part.name, Nobody()) for part in fields(Services)}
    return Services(**parts | {"identity": identity or FakeIdentity(), "hub": hub or FakeHub()})


async def no_probe() -> None:
    """A record that answers."""


def make_app(services: Services, settings: ApiSettings = LOOPBACK) -> FastAPI:
    return create_app(services, settings, probe=no_probe)


@dataclass
class Serving:
    """A running server; ``call`` runs a function on its loop."""

    port: int
    loop: asyncio.AbstractEventLoop
    server: uvicorn.Server

    def call(self, function: Any, *arguments: Any) -> Any:
        async def run() -> Any:
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(5)


@contextlib.contextmanager
def serving(app: FastAPI, *, fanout: bool = True) -> Iterator[Serving]:
    """The application behind a real uvicorn on a free port of loopback, in a thread."""
    config = uvicorn.Config(
        app,
        port=0,
        ws=FanoutProtocol if fanout else "websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=65_536,
        lifespan="off",
        access_log=False,
        log_level="critical",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        for _ in range(500):
            if server.started:
                break
            threading.Event().wait(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Serving(port=port, loop=loops[0], server=server)
    finally:
        server.should_exit = True
        thread.join(10)
