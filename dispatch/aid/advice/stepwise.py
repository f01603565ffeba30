"""Long work in steps, for whoever has other things to do on the same thread."""

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

Steps = Generator[None, None, T]
"""Work that pauses now and then; what it returns is the result."""


def advance(steps: Steps[T], count: int) -> list[T]:
    """Go on for at most ``count`` steps; the result once there is one, in a list of one."""
    try:
        for _ in range(count):
            next(steps)
    except StopIteration as done:
        return [done.value]
    return []


def finish(steps: Steps[T]) -> T:
    """All of the work in one go."""
    while True:
        done = advance(steps, 1_000)
        if done:
            return done[0]
