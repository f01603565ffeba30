"""Fixtures that several packages' tests share.

Async tests are marked ``@pytest.mark.anyio`` and run on asyncio.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.model.clock import ManualClock
from dispatch.store.store import SqlStore, open_store
from tests.databases import PostgresServer


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database's URL: every test that asks for it runs on both databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'record.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty SQLite record, for tests of what lies above the store."""
    return f"sqlite:///{tmp_path / 'record.db'}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL record, for what SQLite has no counterpart of."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def clock() -> ManualClock:
    """Noon on a Monday; moves only when told."""
    return ManualClock(datetime(2026, 3, 2, 12, tzinfo=UTC))


@pytest.fixture
async def store(store_url: str, clock: ManualClock) -> AsyncIterator[SqlStore]:
    """An open record on each of the two databases."""
    opened = open_store(store_url, clock=clock)
    yield opened
    await opened.close()
