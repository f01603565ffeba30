"""The server's time, told by this computer's monotonic clock.

Whoever sets this computer's clock ten minutes wrong still sees the right countdown.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

SAMPLES: Final = 30


class ServerClock:
    """Each frame gives one sample ``server time - local time``, too small by the frame's delay.

    The largest of the last samples is the nearest to the truth.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._samples: deque[float] = deque(maxlen=SAMPLES)

    def hear(self, server_ms: float) -> None:
        """A frame said that it is ``server_ms`` ms since 1970."""
        self._samples.append(server_ms - self._monotonic() * 1000)

    def now(self) -> float | None:
        """ms since 1970 on the server; None before the first frame."""
        if not self._samples:
            return None
        return self._monotonic() * 1000 + max(self._samples)
