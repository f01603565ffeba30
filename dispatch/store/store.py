"""The record: opened once per process, written by one thread, read by several."""

import asyncio
import fcntl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError

from dispatch.journal.ledger import Tip
from dispatch.model.clock import Clock, system_now
from dispatch.model.errors import Unavailable
from dispatch.model.ids import IdSource, random_ids
from dispatch.services.ports import Committed, Reader, Tx
from dispatch.store.engine import READERS, reading_engine, sqlite_path, writing_engine
from dispatch.store.migrate import migrate
from dispatch.store.reader import StoreReader
from dispatch.store.schema import log_head
from dispatch.store.writer import Outcome, Waiting, Writer

T = TypeVar("T")


class SqlStore:
    """``services.ports.Store`` on SQLite or PostgreSQL. Make one with ``open_store``."""

    def __init__(
        self, *, writing: Engine, reading: Engine, epoch: str, clock: Clock, lock: IO[bytes] | None
    ) -> None:
        self.epoch = epoch
        self._writing = writing
        self._reading = reading
        self._lock = lock
        self._listeners: list[Callable[[Committed], None]] = []
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="dispatch-reader")
        self._writer = Writer(writing, clock=clock, deliver=self._deliver)
        self._closed = False
        self._waiting: dict[asyncio.Future[Any], float] = {}

    async def write(self, command: Callable[[Tx], T]) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._writer.submit(Waiting(command, answer, loop))
        self._waiting[answer] = loop.time()
        try:
            return await answer
        finally:
            del self._waiting[answer]

    async def read(self, query: Callable[[Reader], T]) -> T:
        if self._closed:
            raise Unavailable("the record is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._query, query)

    def oldest_wait_seconds(self) -> float:
        since = next(iter(self._waiting.values()), None)  # they are in the order of asking
        return 0.0 if since is None else asyncio.get_running_loop().time() - since

    @property
    def is_trusted(self) -> bool:
        return self._writer.is_standing

    async def check(self) -> None:
        """Whether the record can be read, and written as far as is known. Raises ``Unavailable``."""
        self._writer.require_standing()
        await self.read(lambda reader: reader.head())

    def _query(self, query: Callable[[Reader], T]) -> T:
        try:
            with self._reading.begin() as connection:
                return query(StoreReader(connection))
        except DBAPIError as error:
            raise Unavailable(f"the record cannot be read: {type(error).__name__}") from error

    def on_commit(self, listener: Callable[[Committed], None]) -> None:
        self._listeners.append(listener)

    def _deliver(
        self, batch: Sequence[Waiting], outcomes: Sequence[Outcome], committed: Committed | None
    ) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Waiting, Outcome]]] = {}
        for waiting, outcome in zip(batch, outcomes, strict=True):
            by_loop.setdefault(waiting.loop, []).append((waiting, outcome))
        for loop, answers in by_loop.items():
            try:
                loop.call_soon_threadsafe(self._answer, loop, answers, committed)
            except RuntimeError:
                continue  # the caller's loop ended; its command is done all the same
            committed = None

    def _answer(
        self,
        loop: asyncio.AbstractEventLoop,
        answers: list[tuple[Waiting, Outcome]],
        committed: Committed | None,
    ) -> None:
        """On the loop. Listeners first: a caller that goes on must find the boards told."""
        if committed is not None:
            for listener in self._listeners:
                # Each in a turn of its own, before the callers' turns: one that fails harms no other.
                loop.call_soon(listener, committed)
        for waiting, outcome in answers:
            if waiting.answer.done():
                continue
            if outcome.error is not None:
                waiting.answer.set_exception(outcome.error)
            else:
                waiting.answer.set_result(outcome.value)

    async def close(self) -> None:
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """Finish what was submitted and let go of the database. Blocks; may be called twice."""
        if self._closed:
            return
        self._closed = True
        self._writer.close()
        self._readers.shutdown()
        self._reading.dispose()  # before the writer: the last connection to leave checkpoints the log
        self._writing.dispose()
        if self._lock is not None:
            self._lock.close()


def open_store(url: str, *, clock: Clock = system_now, ids: IdSource = random_ids) -> SqlStore:
    """Open the record at ``url`` (``sqlite:///…`` or ``postgresql+psycopg://…``), creating what is missing.

    Raises ``Unavailable`` when the database cannot be reached, or when another process writes to the
    same SQLite file.
    """
    lock = _lock_file(url)
    writing = writing_engine(url)
    try:
        migrate(writing)
        epoch = _epoch(writing, ids)
    except DBAPIError as error:
        writing.dispose()
        if lock is not None:
            lock.close()
        raise Unavailable(f"the record cannot be opened: {error.orig}") from error
    return SqlStore(writing=writing, reading=reading_engine(url), epoch=epoch, clock=clock, lock=lock)


@contextmanager
def reading(url: str) -> Iterator[StoreReader]:
    """Read a record without opening it for writing, beside a running service.

    Raises ``Unavailable``, and ``Invalid`` for an address that is none.
    """
    path = sqlite_path(url)
    if path is not None and not path.is_file():
        raise Unavailable(f"there is no record at {path}")  # connecting would make an empty one
    engine = reading_engine(url)
    try:
        with engine.begin() as connection:
            yield StoreReader(connection)
    except DBAPIError as error:
        raise Unavailable(f"the record cannot be read: {error.orig}") from error
    finally:
        engine.dispose()


def _epoch(writing: Engine, ids: IdSource) -> str:
    with writing.begin() as connection:
        known = connection.execute(select(log_head.c.epoch)).scalar()
        if known is not None:
            return str(known)
        tip = Tip(epoch=ids("epoch"))
        row = {"id": 1, "epoch": tip.epoch, "seq": 0, "prev": tip.prev, "frontier": ""}
        connection.execute(insert(log_head), row)
        return tip.epoch


def _lock_file(url: str) -> IO[bytes] | None:
    """Hold the SQLite file for this process, until it ends: a second writer could corrupt it."""
    path = sqlite_path(url)
    if path is None:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = Path(f"{path}.lock").open("ab")  # noqa: SIM115 - stays open as long as the store does
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise Unavailable(f"another process (a running service?) writes to {path}: stop it first") from error
    return lock
