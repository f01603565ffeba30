"""A disk that fails under the record is not trusted again; one that is only full is."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dispatch.model.errors import Unavailable
from dispatch.model.principal import SERVICE
from dispatch.services.ports import Tx
from dispatch.store.faults import is_lasting
from dispatch.store.store import SqlStore, open_store
from dispatch.store.verify import verify_store
from tests.make_house import open_house
from tests.make_record import gather_errors, make_incident, make_status_changed, open_incident

pytestmark = pytest.mark.anyio


def note(tx: Tx) -> int:
    return tx.record(make_status_changed(), actor=SERVICE).seq


def fault(words: str, code: int | None, kind: type[sqlite3.DatabaseError] = sqlite3.OperationalError) -> Any:
    error = kind(words)
    if code is not None:
        error.sqlite_errorcode = code
    return error


IO_ERRORS = [
    fault("disk I/O error", sqlite3.SQLITE_IOERR_FSYNC),
    fault("disk I/O error", sqlite3.SQLITE_IOERR),
    fault("disk I/O error", None),
    fault("database disk image is malformed", sqlite3.SQLITE_CORRUPT, sqlite3.DatabaseError),
    fault("file is not a database", sqlite3.SQLITE_NOTADB, sqlite3.DatabaseError),
]


def fail_commit(store: SqlStore, patch: pytest.MonkeyPatch, error: Exception) -> None:
    """The next commits fail, as SQLite's do: the transaction is still open then."""

    def commit(_: object) -> None:
        raise error

    patch.setattr(store._writing.dialect, "do_commit", commit)


@pytest.mark.parametrize("error", IO_ERRORS, ids=str)
async def test_after_an_io_error_at_commit_nothing_is_written_until_a_restart(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    store = open_store(sqlite_url)
    await store.write(lambda tx: open_incident(tx, make_incident()))
    await store.check()
    with monkeypatch.context() as patch:
        fail_commit(store, patch, error)
        lost = await gather_errors(store.write(note), store.write(note))
    assert all(isinstance(one, Unavailable) for one in lost)
    for _ in range(2):  # the disk works again, or says so
        with pytest.raises(Unavailable, match="restart the service, then run `dispatch verify`"):
            await store.write(note)
    with pytest.raises(Unavailable, match="restart"):
        await store.check()
    assert (await store.read(lambda reader: reader.head())).seq == 1
    await store.close()
    again = open_store(sqlite_url)
    await again.check()
    assert await again.write(note) == 2
    assert not await again.read(lambda reader: [p for p in verify_store(reader).problems if p.seq])
    await again.close()


async def test_an_io_error_of_a_statement_or_savepoint_counts_as_well(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(sqlite_url)

    def fail_savepoint(self: object, statement: str) -> None:
        raise fault("disk I/O error", sqlite3.SQLITE_IOERR_WRITE)

    with monkeypatch.context() as patch:
        patch.setattr("dispatch.store.writer._Batch._savepoint", fail_savepoint)
        [lost] = await gather_errors(store.write(note))
    assert isinstance(lost, Unavailable)
    with pytest.raises(Unavailable, match="restart"):
        await store.write(note)
    await store.close()


async def test_an_io_error_inside_a_command_is_no_error_of_the_command(sqlite_url: str) -> None:
    store = open_store(sqlite_url)

    def command(tx: Tx) -> None:
        raise fault("disk I/O error", sqlite3.SQLITE_IOERR_READ)

    with pytest.raises(Unavailable):
        await store.write(command)
    with pytest.raises(Unavailable, match="restart"):
        await store.check()
    await store.close()


@pytest.mark.parametrize(
    "error",
    [
        fault("database or disk is full", sqlite3.SQLITE_FULL),
        fault("disk I/O error", sqlite3.SQLITE_IOERR_SHMSIZE),
        fault("database is locked", sqlite3.SQLITE_BUSY),
    ],
    ids=str,
)
async def test_a_full_disk_passes(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    store = open_store(sqlite_url)
    with monkeypatch.context() as patch:
        fail_commit(store, patch, error)
        with pytest.raises(Unavailable):
            await store.write(note)
    await store.check()
    assert await store.write(note) == 1
    await store.close()


async def test_a_service_whose_disk_failed_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, people=()) as house:
        assert (await house.nobody().get("/readyz")).status_code == 200
        with monkeypatch.context() as patch:
            fail_commit(house.store, patch, IO_ERRORS[0])
            await gather_errors(house.store.write(note))
        answer = await house.nobody().get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "restart" in answer.text


def _raised_over(error: Exception) -> Exception:
    try:
        try:
            raise error
        finally:
            raise RuntimeError("rollback")
    except RuntimeError as second:
        return second


@pytest.mark.parametrize("wrap", [lambda error: error, _raised_over])
def test_a_rollback_that_fails_too_hides_nothing(wrap: Callable[[Exception], Exception]) -> None:
    assert is_lasting(wrap(IO_ERRORS[0]))
    assert not is_lasting(wrap(ValueError("disk I/O error")))
    assert not is_lasting(wrap(fault("database or disk is full", sqlite3.SQLITE_FULL)))
