"""What the database's errors say: the command's own fault, an outage that passes, or a disk that lies."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

DISTRUSTED: Final = (
    "the record is not written any more since the disk failed under it: "
    "restart the service, then run `dispatch verify` before trusting it"
)
"""What the operator reads for every write after a lasting fault."""

_LASTING: Final = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_LASTING_WORDS: Final = ("disk I/O error", "malformed", "file is not a database")
_PRIMARY: Final = 0xFF
"""SQLite's extended codes carry the primary code in their lowest byte."""

_NO_ROOM: Final = frozenset({sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_NOMEM})
"""What a full disk or memory answers under the name of an I/O error: nothing was written then."""


def is_outage(error: Exception) -> bool:
    """Whether the database failed, rather than the command: no space, no connection, a broken file."""
    its_own = (IntegrityError, DataError, ProgrammingError)
    return is_lasting(error) or (isinstance(error, DBAPIError) and not isinstance(error, its_own))


def is_lasting(error: BaseException) -> bool:
    """Whether SQLite's file cannot be trusted any more in this process.

    A sync that failed is not to be tried again: the kernel forgets what it could not write, and its
    cache shows it all the same, so that the second sync succeeds over data that are on no disk.
    """
    return any(_is_lasting(cause) for cause in _causes(error))


def _is_lasting(error: BaseException) -> bool:
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    code = getattr(error, "sqlite_errorcode", None)  # an error that the driver itself made has none
    if code is None:
        return any(words in str(error) for words in _LASTING_WORDS)
    return code not in _NO_ROOM and code & _PRIMARY in _LASTING


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and whatever led to it: a rollback that fails too must not hide the first."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        beneath = (one.__cause__, one.__context__, getattr(one, "orig", None))
        waiting += [cause for cause in beneath if isinstance(cause, BaseException)]
