"""The only thread that writes: takes all waiting commands and makes them durable with one commit."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DataError, IntegrityError

from dispatch.journal.chain import frontier_from_text
from dispatch.journal.ledger import IncidentTip, Ledger, Tip
from dispatch.model.clock import Clock
from dispatch.model.errors import Conflict, Invalid, Unavailable, UnitCommitted
from dispatch.services.ports import Changed, Committed, Tx
from dispatch.store.faults import DISTRUSTED, is_lasting, is_outage
from dispatch.store.schema import journal_entry, log_head
from dispatch.store.tx import Pen, StoreTx

log = structlog.get_logger(__name__)

MOST_PER_COMMIT: Final = 256
_MOST_INCIDENT_TIPS: Final = 20_000

_LOCK_HEAD: Final = select(log_head).with_for_update()


@dataclass(slots=True)
class Waiting:
    """A command whose caller waits on ``loop`` for ``answer``."""

    command: Callable[[Tx], Any]
    answer: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one command: a value, or the error it ended with."""

    value: Any = None
    error: BaseException | None = None


Deliver = Callable[[Sequence[Waiting], Sequence[Outcome], Committed | None], None]
"""Called on the writer's thread after each batch."""


class Writer:
    """Group commit. ``deliver`` hears of each batch once it is durable, or failed as a whole.

    After a fault that lasts (``faults.is_lasting``) it writes nothing more: only a new process may.
    """

    def __init__(self, engine: Engine, *, clock: Clock, deliver: Deliver) -> None:
        self._engine = engine
        self._clock = clock
        self._deliver = deliver
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._incident_tips: dict[str, IncidentTip] = {}
        self._known = (-1, "")
        self._gate = threading.Lock()
        self._closed = False
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="dispatch-writer", daemon=True)
        self._thread.start()

    def submit(self, waiting: Waiting) -> None:
        """Put the command in the queue. Raises ``Unavailable`` after ``close``."""
        with self._gate:
            if self._closed:
                raise Unavailable("the record is closed")
            self._queue.put(waiting)

    @property
    def is_standing(self) -> bool:
        """Whether no disk has failed under a write so far."""
        return self._fault is None

    def require_standing(self) -> None:
        """Raises ``Unavailable`` once the disk has failed under a write."""
        if self._fault is not None:
            raise Unavailable(DISTRUSTED) from self._fault

    def close(self) -> None:
        """Commit what was submitted before, then stop. Blocks until the thread ended."""
        with self._gate:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._take()
            if batch:
                outcomes, committed = self.commit([waiting.command for waiting in batch])
                self._deliver(batch, outcomes, committed)

    def _take(self) -> tuple[list[Waiting], bool]:
        first = self._queue.get()
        if first is None:
            return [], False
        batch = [first]
        while len(batch) < MOST_PER_COMMIT:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                return batch, False
            batch.append(more)
        return batch, True

    def commit(self, commands: Sequence[Callable[[Tx], Any]]) -> tuple[Sequence[Outcome], Committed | None]:
        """Run the commands, each in a savepoint, in one transaction.

        Where the database itself fails, nothing is durable and every outcome is ``Unavailable``.
        """
        try:
            self.require_standing()
            with self._engine.begin() as connection:
                batch = _Batch(connection, self._ledger(connection), clock=self._clock)
                outcomes = [batch.attempt(command) for command in commands]
                batch.pen.finish()
        except Exception as error:  # noqa: BLE001 - whatever it is, the writer must live and nobody be told "done"
            return [Outcome(error=self._unavailable(error))] * len(commands), None
        self._remember(batch.pen.ledger)
        return outcomes, batch.committed()

    def _unavailable(self, error: Exception) -> Unavailable:
        self._forget()
        if self._fault is None and is_lasting(error):
            self._fault = error
            log.critical("record.distrusted", error=type(error).__name__, because=DISTRUSTED)
        said = DISTRUSTED if self._fault else f"the record cannot be written: {type(error).__name__}"
        unavailable = Unavailable(said)
        unavailable.__cause__ = self._fault or error
        return unavailable

    def _ledger(self, connection: Connection) -> Ledger:
        """Lock the head until the commit, so that the journal's order is the order of commits."""
        head = connection.execute(_LOCK_HEAD).one()
        if (head.seq, head.prev) != self._known:
            self._incident_tips.clear()  # another worker wrote since
        tip = Tip(head.epoch, head.prev, frontier_from_text(head.seq, head.frontier))

        def incident_tip(incident: str) -> IncidentTip:
            return self._incident_tips.get(incident) or _stored_incident_tip(connection, incident)

        return Ledger(tip, incident_tip=incident_tip)

    def _remember(self, ledger: Ledger) -> None:
        if len(self._incident_tips) > _MOST_INCIDENT_TIPS:
            self._incident_tips.clear()
        self._incident_tips |= ledger.incidents
        self._known = (ledger.tip.seq, ledger.tip.prev)

    def _forget(self) -> None:
        self._incident_tips.clear()
        self._known = (-1, "")


class _Batch:
    """The commands of one transaction. What one of them breaks stays its own."""

    def __init__(self, connection: Connection, ledger: Ledger, *, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._on_sqlite = connection.dialect.name == "sqlite"
        self._first_seq = ledger.tip.seq + 1
        self.pen = Pen(connection, ledger)
        self._changed: dict[tuple[str, str], Changed] = {}

    def attempt(self, command: Callable[[Tx], Any]) -> Outcome:
        """Run the command; on an error undo its rows and its journal entries. Raises ``DBAPIError``."""
        mark, written = self.pen.ledger.mark(), self.pen.written
        tx = StoreTx(self._connection, self.pen, clock=self._clock)
        self._savepoint("SAVEPOINT command")
        try:
            value = command(tx)
        except Exception as error:
            if is_outage(error):
                raise
            self._savepoint("ROLLBACK TO SAVEPOINT command")
            self.pen.ledger.undo_to(mark)
            self.pen.written = written
            return Outcome(error=self._explained(error, tx))
        if self._on_sqlite:
            self._savepoint("RELEASE SAVEPOINT command")
        for which, changed in tx.changed.items():
            self._changed.pop(which, None)
            self._changed[which] = changed
        return Outcome(value=value)

    def _savepoint(self, statement: str) -> None:
        """PostgreSQL is spared the RELEASE: there a savepoint may hide an older one of its name."""
        if self._on_sqlite:
            # Straight to the driver: SQLAlchemy's way costs nine times what the statement does.
            self._connection.connection.driver_connection.execute(statement)  # type: ignore[union-attr]
        else:
            self._connection.exec_driver_sql(statement)

    def _explained(self, error: Exception, tx: StoreTx) -> Exception:
        match error:
            case UnitCommitted(holder="", since=None):
                live = tx.find_live_assignment(error.unit_id)  # type: ignore[arg-type]
                if live is None:
                    return error
                return UnitCommitted(error.unit_id, holder=live.borrower, since=live.assigned_at)
            case IntegrityError():
                return Conflict(f"the record does not allow this: {type(error.orig).__name__}")
            case DataError() | OverflowError() | UnicodeEncodeError():
                return Invalid("value", "does not fit the record")
            case _:
                return error

    def committed(self) -> Committed | None:
        """What the batch changed, or None for nothing."""
        entries = tuple(line.entry for line in self.pen.ledger.lines)
        if not entries and not self._changed:
            return None
        tip = self.pen.ledger.tip
        return Committed(
            epoch=tip.epoch,
            first_seq=self._first_seq,
            last_seq=tip.seq,
            entries=entries,
            changed=tuple(self._changed.values()),
        )


def _stored_incident_tip(connection: Connection, incident: str) -> IncidentTip:
    newest = (
        select(journal_entry.c.inc_n, journal_entry.c.hash)
        .where(journal_entry.c.incident_id == incident)
        .order_by(journal_entry.c.inc_n.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return IncidentTip(row.inc_n, row.hash) if row else IncidentTip()
