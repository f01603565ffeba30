"""Brings a database to the newest schema."""

from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text

NEWEST: Final = "0011"
"""The newest revision in ``migrations/versions``; a test holds the two together."""

_ADVISORY_LOCK: Final = 7_020_911
"""Two workers that start together must not migrate together."""


def migrate(engine: Engine) -> None:
    """Run the missing steps, in one transaction. Returns at once where there are none."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        if revision_of(connection) == NEWEST:
            return
        command.upgrade(config_for(connection), "head")


def revision_of(connection: Connection) -> str | None:
    """The revision that the database is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def config_for(connection: Connection) -> Config:
    """Alembic's settings for this package's steps on ``connection``."""
    config = Config()
    config.set_main_option("script_location", "dispatch.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
