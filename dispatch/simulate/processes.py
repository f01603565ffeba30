"""Worker processes that hear nothing of Ctrl-C, and that do not outlive whoever started them.

Each worker has a pipe of its own, and is told what to do once it runs. In a pool that they share, one that is
ended in the middle of an answer leaves half of it behind, and whoever reads on waits for the rest for ever;
so does whoever writes a plan to one that died while it started.
"""

import os
import pickle
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.process import BaseProcess
from typing import Any, TypeAlias, TypeVar

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

Pipe: TypeAlias = "Connection[Any, Any]"


class WorkerDied(Exception):
    """A worker process ended before its work was done."""


def each_on_processes(
    work: Callable[[S, T], R], shared: S, items: Sequence[T], *, processes: int
) -> Generator[tuple[T, R], None, None]:
    """Each item with ``work(shared, item)``, as they are done; in this process where one is enough.

    ``work`` is a module's own function; ``shared`` goes to each worker once. Closed early, it waits for
    nobody. Raises ``WorkerDied``, also for a fault of ``work``'s, which its process has printed then.
    """
    if processes <= 1 or len(items) < 2:
        yield from ((item, work(shared, item)) for item in items)
        return
    started: list[tuple[SpawnProcess, Pipe]] = []
    try:
        with deaf_children():
            for _ in range(min(processes, len(items))):
                started.append(_start_worker())
        what = pickle.dumps((work, shared))
        waiting, busy = list(reversed(items)), dict[Pipe, T]()
        for _, pipe in started:
            pipe.send_bytes(what)
            busy[pipe] = _hand_out(pipe, waiting)
        while busy:
            for pipe in _list_ready(busy):
                item, answer = busy.pop(pipe), pipe.recv()
                if waiting:
                    busy[pipe] = _hand_out(pipe, waiting)
                yield item, answer
    except (EOFError, ConnectionError):
        raise WorkerDied("a worker process ended before its work was done") from None
    finally:
        for process, pipe in started:
            process.terminate()
            process.join()
            pipe.close()


def _start_worker() -> tuple[SpawnProcess, Pipe]:
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _hand_out(pipe: Pipe, waiting: list[T]) -> T:
    item = waiting.pop()
    pipe.send(item)
    return item


def _list_ready(busy: dict[Pipe, T]) -> list[Pipe]:
    ready = set(wait(list(busy)))
    return [pipe for pipe in busy if pipe in ready]


def _work(pipe: Pipe) -> None:
    end_with_parent()
    work, shared = pickle.loads(pipe.recv_bytes())  # noqa: S301 (from whoever started this process)
    while True:
        pipe.send(work(shared, pipe.recv()))


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes started within do not hear the terminal's interrupt; this one hears it at the end.

    A blocked signal stays blocked over ``exec``, so that a child is deaf from its first moment on: one that
    is interrupted while it imports would say so with a traceback. Here the interrupt has to wait, or it
    comes between the start of a process and the moment at which anybody knows of it.
    """
    resource_tracker.ensure_running()  # it would lift the block when it is started within
    heard: list[int] = []
    on_main = threading.current_thread() is threading.main_thread()
    usual = signal.signal(signal.SIGINT, lambda number, _: heard.append(number)) if on_main else None
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if usual is not None:
            signal.signal(signal.SIGINT, usual)
        if heard:
            signal.raise_signal(signal.SIGINT)


def end_with_parent() -> None:
    """In a worker: end when the parent has ended, however it did. Queues would be waited on for ever."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent,), daemon=True).start()


def _wait_and_end(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
