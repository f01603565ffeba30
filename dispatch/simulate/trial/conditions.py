"""How unkind a simulated world is: everything that a dispatcher does not know, or that goes wrong."""

from dataclasses import asdict, dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Each is a switch: 0 turns it off, and ``KIND`` turns all of them off.

    ``request_seconds``: from asking a neighbour to its answer, where somebody is asked. ``refusals``: the
    share of requests for calls that are not life-threatening that a lender declines, where the agreement
    leaves it discretion; ``silences``: the share of them that nobody answers, for ``silence_seconds``.
    ``mislabelled``: the share of life-threatening calls that are taken for emergent ones.
    ``late_status_seconds``: how late at most it is known that a unit is free again.
    ``position_every_seconds``: how often a unit on its way reports where it is. ``surge_factor``: how many
    times the usual calls one jurisdiction has during ``surge_hours`` of each day, unknown to any forecast.
    ``forecast_error``: by which share at most the forecast of a jurisdiction is wrong, either way.
    ``longest_wait_seconds``: after which a call counts as not served. ``waiting_lenders_lend``: whether a
    jurisdiction lends units that calls of its own wait for, as urgent (``aid.waiting``).
    """

    request_seconds: int = 60
    refusals: float = 0.20
    silences: float = 0.05
    silence_seconds: int = 60
    mislabelled: float = 0.05
    late_status_seconds: float = 180.0
    position_every_seconds: int = 60
    surge_factor: float = 2.5
    surge_hours: int = 3
    forecast_error: float = 0.30
    longest_wait_seconds: int = 2 * 3600
    waiting_lenders_lend: bool = False

    def to_json(self) -> dict[str, Any]:
        """As a row."""
        return asdict(self)


USUAL: Final = Conditions()
KIND: Final = Conditions(
    refusals=0.0,
    silences=0.0,
    mislabelled=0.0,
    late_status_seconds=0.0,
    position_every_seconds=0,
    surge_factor=1.0,
    forecast_error=0.0,
)
"""Everybody says yes, and everything is known at once."""
