"""Fixtures that several packages' tests share.

Async tests are marked ``@pytest.mark.anyio`` and run on asyncio.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.model.clock import ManualClock
from dispatch.store.engine import writing_engine
from dispatch.store.migrate import migrate
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


@pytest.fixture(scope="session")
def postgres_schema(postgres: PostgresServer) -> str:
    """A database with the newest schema and nothing in it, to be copied: migrating takes longer."""
    return _migrated(postgres.create_database())


@pytest.fixture(scope="session")
def sqlite_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "record.db"
    _migrated(f"sqlite:///{path}")
    return path


def _migrated(url: str) -> str:
    engine = writing_engine(url)
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_schema: Path) -> str:
    """A new SQLite record's URL, for tests of what lies above the store."""
    shutil.copy(sqlite_schema, tmp_path / "record.db")
    return f"sqlite:///{tmp_path / 'record.db'}"


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_schema: str) -> Iterator[str]:
    """A new PostgreSQL record's URL, for what SQLite has no counterpart of."""
    url = postgres.create_database(like=postgres_schema)
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A new record's URL: every test that asks for it runs on both databases."""
    url: str = request.getfixturevalue(f"{'sqlite' if request.param == 'sqlite' else 'postgres'}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, on both databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create_database()
    yield url
    server.drop_database(url)


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
