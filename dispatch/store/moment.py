"""Moments as columns, the same in both databases."""

from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

from dispatch.model.clock import iso, parse_iso, require_utc


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment: ``timestamptz`` in PostgreSQL, fixed-width ISO text in SQLite (sorts by time)."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type in this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What goes into the column. Raises ``ValueError`` for a naive moment."""
        if value is None:
            return None
        return require_utc(value) if dialect.name == "postgresql" else iso(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """What comes out of the column."""
        if value is None:
            return None
        return require_utc(value) if dialect.name == "postgresql" else parse_iso(value)
