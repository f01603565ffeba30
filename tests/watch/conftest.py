"""The real services behind a real socket, for tests of what talks to them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dispatch.watch.rest import Server
from dispatch.watch.session import Session, Whom
from tests.make_house import PASSWORD, House, open_house
from tests.serve_app import serve_app


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
    async with open_house(tmp_path, people=people) as house, serve_app(house.app) as port:
        yield Running(house, Server(scheme="http", host="127.0.0.1", port=port))
