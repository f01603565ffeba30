"""Worker processes that hear nothing of Ctrl-C, and that do not outlive whoever started them."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process, resource_tracker
from multiprocessing.process import BaseProcess


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
