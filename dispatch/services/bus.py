"""Hints between processes: "the journal's head is now N". Never truth.

A hint that is lost costs a poll's second, because whoever listens reads the journal itself. One
process needs no bus between its parts; ``LocalBus`` is what it has.
"""

from collections.abc import Callable
from typing import Protocol

Listener = Callable[[int], None]
"""Called on the event loop with the newest seq that was heard of."""


class Bus(Protocol):
    """What carries hints."""

    def publish(self, seq: int) -> None:
        """Tell the others; never waits, never raises for a bus that is down."""
        ...

    def subscribe(self, listener: Listener) -> None:
        """Hear hints. The same or an older seq may come again."""
        ...


class LocalBus:
    """Hints within one process."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def publish(self, seq: int) -> None:
        for listener in self._listeners:
            listener(seq)

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)
