"""How the service writes its log: one line per event, and of a failure a short plain traceback.

Structlog by itself renders what fails with the values of every frame's variables. Of a nation's fleet that is
many megabytes, and the loop that renders them answers nobody meanwhile.
"""

import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Final, TextIO

MOST_ERRORS: Final = 5
"""The failure itself, and what it came of."""
MOST_FRAMES: Final = 20
"""Of each, the innermost."""
MOST_IN_LINE: Final = 300
"""Characters of a message or a line of code; a database's errors quote their whole statement."""

Failure = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up_log() -> None:
    """Write as structlog does by itself, but for the tracebacks."""
    import structlog

    structlog.dev.ConsoleRenderer.get_active().exception_formatter = write_failure


def write_failure(stream: TextIO, failure: Failure) -> None:
    """The failure and what it came of, newest first: ``MOST_ERRORS`` of ``MOST_FRAMES`` lines at most."""
    lead = "\n"
    for error in _list_errors(failure[1]):
        stream.write(f"{lead}Traceback (most recent call last):\n")
        stream.writelines(_list_frames(error.__traceback__))
        stream.write(_cut(f"{type(error).__module__}.{type(error).__qualname__}: {_words_of(error)}"))
        lead = "\nwhich came of\n"


def _list_errors(error: BaseException) -> list[BaseException]:
    """Breadth first, each once: a group's members beside what it came of."""
    found = [error]
    for one in found:
        if len(found) >= MOST_ERRORS:
            break
        found += [other for other in _list_behind(one) if all(other is not known for known in found)]
    return found[:MOST_ERRORS]


def _list_behind(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield cause
    if isinstance(error, BaseExceptionGroup):
        yield from error.exceptions[:MOST_ERRORS]


def _list_frames(innermost_last: TracebackType | None) -> Iterator[str]:
    frames = traceback.StackSummary.extract(traceback.walk_tb(innermost_last), limit=-MOST_FRAMES)
    for frame in frames:
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}: {_cut(frame.line or '')}\n"


def _words_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 -- whatever keeps it from saying so, the log goes on
        return "(says nothing that can be written down)"


def _cut(words: str) -> str:
    one_line = " ".join(words[: 2 * MOST_IN_LINE].split())
    return one_line if len(one_line) <= MOST_IN_LINE else f"{one_line[:MOST_IN_LINE]}…"
