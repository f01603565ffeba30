"""Connections to the two databases, set up so that both behave the same.

SQLite: write-ahead log, ``synchronous=FULL`` (NORMAL loses acknowledged commits in a power cut), one
writing connection that also does all checkpoints, readers ``query_only``. PostgreSQL: the writer reads
committed rows under the head's lock; a reader sees one snapshot per query.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from dispatch.model.errors import Invalid

DRIVERS = ("sqlite", "postgresql+psycopg")
READERS = 4
BUSY_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_SECONDS = 5
LOCK_TIMEOUT_SECONDS = 10


def parse_url(url: str | URL) -> URL:
    """The record's address. Raises ``Invalid``, which names no password, for any other database's."""
    try:
        parsed = make_url(url)
        known = parsed.drivername in DRIVERS
    except ArgumentError:
        known = False
    if not known:
        raise Invalid("database URL", f"starts with one of {', '.join(f'{name}://' for name in DRIVERS)}")
    return parsed


def sqlite_path(url: str | URL) -> Path | None:
    """The database's file, or None for PostgreSQL. Raises ``Invalid``."""
    parsed = parse_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def writing_engine(url: str | URL) -> Engine:
    """One connection, for the only thread that writes."""
    if sqlite_path(url) is None:
        return _engine(url, pool_size=1, connect_args=_postgres_args())
    engine = _engine(url, pool_size=1, connect_args={"check_same_thread": False})
    pragmas = (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    )
    _prepare_sqlite(engine, pragmas, begin="BEGIN IMMEDIATE")
    return engine


def reading_engine(url: str | URL) -> Engine:
    """Up to ``READERS`` connections that cannot write."""
    if sqlite_path(url) is None:
        engine = _engine(
            url,
            pool_size=READERS,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            connect_args=_postgres_args(),
        )
        return engine.execution_options(postgresql_readonly=True)
    engine = _engine(url, pool_size=READERS, connect_args={"check_same_thread": False})
    # A reader that checkpoints beside the writer meets SQLite's WAL-reset bug (fixed in 3.51.3).
    pragmas = ("query_only=ON", "wal_autocheckpoint=0", f"busy_timeout={BUSY_TIMEOUT_MS}")
    _prepare_sqlite(engine, pragmas, begin="BEGIN")
    return engine


def _engine(url: str | URL, **given: Any) -> Engine:
    """Errors leave out what was to be written: they are logged, and notes and addresses must not be."""
    return create_engine(url, max_overflow=0, hide_parameters=True, **given)


def _postgres_args() -> dict[str, Any]:
    """Durable commits whatever the server's default is, and no wait without end for a worker that hangs."""
    settings = {
        "synchronous_commit": "on",
        "lock_timeout": f"{LOCK_TIMEOUT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{2 * LOCK_TIMEOUT_SECONDS}s",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {"connect_timeout": CONNECT_TIMEOUT_SECONDS, "options": options}


def _prepare_sqlite(engine: Engine, pragmas: tuple[str, ...], *, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
