"""A record on SQLite alone, for rules that do not hang on the database."""

from collections.abc import AsyncIterator

import pytest

from dispatch.model.clock import ManualClock
from dispatch.store.store import SqlStore, open_store


@pytest.fixture
async def record(sqlite_url: str, clock: ManualClock) -> AsyncIterator[SqlStore]:
    opened = open_store(sqlite_url, clock=clock)
    yield opened
    await opened.close()
