"""Token buckets: how often somebody may try."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from dispatch.model.errors import TooMany


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime


class RateLimit:
    """``burst`` tries at once, then one per ``refill_seconds``, for each key apart.

    Keeps the ``at_most`` keys used last: a flood of made-up names costs bounded memory.
    """

    def __init__(self, *, burst: int, refill_seconds: float, at_most: int = 10_000) -> None:
        self._burst, self._refill_seconds, self._at_most = burst, refill_seconds, at_most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str, *, now: datetime) -> None:
        """Spend one try. Raises ``TooMany`` with the wait until the next."""
        bucket = self._buckets.pop(key, None) or _Bucket(float(self._burst), now)
        # A clock that steps back refills nothing and takes nothing away.
        passed = max(0.0, (now - bucket.at).total_seconds())
        tokens = min(float(self._burst), bucket.tokens + passed / self._refill_seconds)
        self._buckets[key] = _Bucket(tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > self._at_most:
            self._buckets.popitem(last=False)
        if tokens < 1:
            raise TooMany(retry_after_seconds=round((1 - tokens) * self._refill_seconds, 1))

    def forget(self, key: str) -> None:
        """Somebody proved who they are: their tries count no more."""
        self._buckets.pop(key, None)
