"""Starting worker processes so that Ctrl-C is heard by whoever started them, and by nobody else."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes started within do not hear the terminal's interrupt; it reaches this one afterwards.

    A blocked signal stays blocked over ``exec``, so that a child is deaf from its first moment on: one
    that is interrupted while it imports would say so with a traceback.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
