from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from dispatch.store.engine import writing_engine
from dispatch.store.metadata import metadata
from dispatch.store.migrate import NEWEST, config_for, migrate, revision_of
from dispatch.store.schema import ONE_LIVE_ASSIGNMENT
from dispatch.store.store import open_store, reading


def test_the_steps_lead_to_the_tables_that_the_code_expects(empty_url: str) -> None:
    engine = writing_engine(empty_url)
    migrate(engine)
    with engine.connect() as connection:
        assert revision_of(connection) == NEWEST
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_index_against_double_booking_is_unique_and_partial(empty_url: str) -> None:
    engine = writing_engine(empty_url)
    migrate(engine)
    with engine.connect() as connection:
        dialect = connection.dialect.name
        indexes = {index["name"]: index for index in inspect(connection).get_indexes("assignment")}
    engine.dispose()
    assert indexes[ONE_LIVE_ASSIGNMENT]["unique"]
    assert "ended_at IS NULL" in str(indexes[ONE_LIVE_ASSIGNMENT]["dialect_options"][f"{dialect}_where"])


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    engine = writing_engine(empty_url)
    migrate(engine)
    migrate(engine)
    engine.dispose()


def test_the_newest_step_is_the_one_that_is_named(sqlite_url: str) -> None:
    engine = writing_engine(sqlite_url)
    with engine.connect() as connection:
        heads = ScriptDirectory.from_config(config_for(connection)).get_heads()
    engine.dispose()
    assert heads == [NEWEST]


def test_a_record_is_opened_in_a_database_without_tables(empty_url: str) -> None:
    open_store(empty_url).close_now()
    with reading(empty_url) as reader:
        assert reader.head().seq == 0
