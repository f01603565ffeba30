"""The real services behind a real socket, for tests of what talks to them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from dispatch.api.fanout import FanoutProtocol
from dispatch.watch.rest import Server
from dispatch.watch.session import Session, Whom
from tests.make_house import PASSWORD, House, open_house


@dataclass
class Running:
    """A service with harlow, cedar and moor, and its address."""

    house: House
    server: Server

    def whom(self, person: str, password: str | None = PASSWORD) -> Whom:
        return Whom(server=self.server, person=person, ask_password=lambda wrong: None if wrong else password)

    def session(self, person: str) -> Session:
        return Session(self.whom(person))


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    people = ["dispatcher-harlow", "dispatcher-cedar", "admin-harlow", "analyst-harlow"]
    async with open_house(tmp_path, people=people) as house:
        server = uvicorn.Server(
            uvicorn.Config(
                house.app,
                port=0,
                ws=FanoutProtocol,
                ws_per_message_deflate=False,
                lifespan="off",
                log_level="critical",
                timeout_graceful_shutdown=2,
            )
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Running(house, Server(scheme="http", host="127.0.0.1", port=port))
        server.should_exit = True
        await serving
