from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from dispatch.model.errors import Unavailable
from dispatch.store.engine import reading_engine, sqlite_path, writing_engine
from dispatch.store.store import open_store, reading


def test_sqlite_syncs_every_commit_to_disk(sqlite_url: str) -> None:
    """NORMAL lost thousands of acknowledged commits in simulated power cuts; FULL (2) lost none."""
    engine = writing_engine(sqlite_url)
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "mmap_size")
        }
    engine.dispose()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "mmap_size": 0,
    }


def test_postgresql_waits_for_the_disk_before_it_acknowledges(postgres_url: str) -> None:
    careless = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with careless.connect() as connection:
        connection.execute(text("ALTER ROLE postgres SET synchronous_commit = off"))
    engine = writing_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    engine.dispose()
    with careless.connect() as connection:
        connection.execute(text("ALTER ROLE postgres RESET synchronous_commit"))
    careless.dispose()


def test_a_reader_cannot_write(store_url: str) -> None:
    open_store(store_url).close_now()
    engine = reading_engine(store_url)
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text("DELETE FROM journal_entry"))
    engine.dispose()


def test_a_second_process_may_not_write_to_the_same_sqlite_file(sqlite_url: str) -> None:
    first = open_store(sqlite_url)
    with pytest.raises(Unavailable, match="another process"):
        open_store(sqlite_url)
    with reading(sqlite_url) as reader:  # but it may read beside it
        assert reader.head().seq == 0
    first.close_now()
    open_store(sqlite_url).close_now()


def test_a_closed_sqlite_record_leaves_one_file_to_copy(sqlite_url: str) -> None:
    open_store(sqlite_url).close_now()
    path = sqlite_path(sqlite_url)
    assert path is not None
    assert not Path(f"{path}-wal").exists()


def test_a_database_that_cannot_be_reached_is_unavailable(tmp_path: Path) -> None:
    for url in (
        f"postgresql+psycopg://nobody@/none?host={tmp_path}",
        f"sqlite:///{tmp_path}",  # a directory
    ):
        with pytest.raises(Unavailable):
            open_store(url)
    with pytest.raises(Unavailable), reading(f"sqlite:///{tmp_path / 'none.db'}") as reader:
        reader.head()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(Unavailable):
        open_store(f"sqlite:///{path}")


def test_an_error_of_the_database_repeats_nothing_of_what_was_to_be_written(store_url: str) -> None:
    """Errors are logged, with their causes; notes, addresses and secrets must not be."""
    open_store(store_url).close_now()
    for engine in (writing_engine(store_url), reading_engine(store_url)):
        with pytest.raises(DBAPIError) as failed, engine.begin() as connection:
            connection.execute(text("SELECT nothing FROM nowhere WHERE note = :note"), {"note": "CANARY"})
        assert "CANARY" not in str(failed.value)
        engine.dispose()
