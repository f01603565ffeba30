"""How often one principal may ask. Each has a bucket of its own: nobody's haste slows a neighbour down."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dispatch.model.errors import TooMany

MAX_BUCKETS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``per_second`` on average, ``burst`` at once."""

    per_second: float
    burst: float


class Buckets:
    """Token buckets by name; the least recently used is forgotten (and so is full again) beyond a bound."""

    def __init__(self, rate: Rate, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> None:
        """Take one token. Raises ``TooMany`` with the seconds until there is one."""
        now = self._monotonic()
        tokens, since = self._left.pop(name, (self._rate.burst, now))
        tokens = min(self._rate.burst, tokens + (now - since) * self._rate.per_second)
        allowed = tokens >= 1.0
        self._left[name] = (tokens - 1.0 if allowed else tokens, now)
        if len(self._left) > MAX_BUCKETS:
            self._left.popitem(last=False)
        if not allowed:
            raise TooMany(retry_after_seconds=(1.0 - tokens) / self._rate.per_second)
