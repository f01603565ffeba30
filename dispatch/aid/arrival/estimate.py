"""An arrival estimate that owns up: its parts add up to it, and its spread says how sure it is.

The spread is a model: each part is taken to be lognormal around its estimate, a fix to be anywhere within
reach of its age, and the parts to be independent. Shares for driving, chute and asking are ours; that of
what is left of a busy unit's work is wider than the 30 % with which the prototype's simulations blurred it,
because they drew from their own service times. Where the system has learned from an agency's own arrivals,
their spread stands in for the road's.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dispatch.aid.arrival.corrections import Correction


class ArrivalPart(StrEnum):
    """What an arrival is made of, in the order in which it happens."""

    ASKED = "asked"
    """From asking the neighbour to its unit being sent; nothing where the aid is automatic."""
    FREED = "freed"
    """What is left of the work that the unit does now."""
    CHUTE = "chute"
    """From being sent to wheels rolling, for a crew that waits at its station."""
    DRIVE = "drive"
    """With the siren's gain where the priority lets the unit use it."""
    LEARNED = "learned"
    """What the system's own arrivals say that chute and drive are off by; may be negative."""


class Way(StrEnum):
    """How the driving time was found."""

    ROAD = "road"
    STRAIGHT_LINE = "straight_line"
    FLIGHT = "flight"


class Start(StrEnum):
    """Where the way begins."""

    FIX = "fix"
    STATION = "station"
    """Nobody knows where the unit is: it is taken to be where it waits."""
    POST = "post"
    """The same of one that stands by: it is taken to be at its post."""
    TO_POST = "to_post"
    """On its way to its post, nobody knows where: it is taken to be at the farther end of that way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What is known of a unit that might be sent.

    ``drive_seconds`` is whole and has the siren's gain in it. ``chute_seconds`` is 0 for a crew that is in
    its vehicle already. ``fix_age_seconds``: of the position that the way begins at, None at a station.
    ``free_in_seconds`` 0 for a unit that could go now, ``asked_seconds`` 0 where nobody is asked.
    """

    drive_seconds: int
    chute_seconds: int
    way: Way
    start: Start
    fix_age_seconds: float | None = None
    free_in_seconds: int = 0
    asked_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Seconds from the decision to the arrival: expected, and what nine in ten are above and below.

    ``parts`` add up to ``expected_seconds`` exactly; those of no length are left out. ``basis``: how the
    way was found, where it begins, and ``learned`` where a correction is in it.
    """

    expected_seconds: int
    low_seconds: int
    high_seconds: int
    basis: tuple[str, ...]
    parts: tuple[tuple[ArrivalPart, int], ...]

    @property
    def sent_seconds(self) -> int:
        """From being sent to the arrival: everything but the asking."""
        return self.expected_seconds - self.find(ArrivalPart.ASKED)

    def find(self, part: ArrivalPart) -> int:
        """The seconds of one part; 0 where it is none of them."""
        return next((seconds for code, seconds in self.parts if code is part), 0)

    def to_json(self) -> dict[str, Any]:
        """The estimate as a row."""
        return {
            "expected_seconds": self.expected_seconds,
            "low_seconds": self.low_seconds,
            "high_seconds": self.high_seconds,
            "basis": list(self.basis),
            "parts": [{"code": code.value, "seconds": seconds} for code, seconds in self.parts],
        }


REQUEST_SECONDS: Final = 60
"""From asking a neighbour to its unit being sent, where its agency's practice does not say otherwise."""

TENTH: Final = 1.2815515655446004
"""Standard deviations from the middle of a normal distribution to its tenth and ninetieth hundredth."""

WAY_SPREAD: Final[Mapping[Way, float]] = {Way.ROAD: 0.20, Way.STRAIGHT_LINE: 0.40, Way.FLIGHT: 0.10}
START_SPREAD: Final[Mapping[Start, float]] = {
    Start.FIX: 0.0,
    Start.STATION: 0.25,
    Start.POST: 0.25,
    Start.TO_POST: 0.50,
}
CHUTE_SPREAD: Final = 0.30
FREED_SPREAD: Final = 0.50
ASKED_SPREAD: Final = 0.70
"""Standard deviations of the logarithm of what happens over what was expected."""

WITHIN_AGE: Final = 0.8
"""A unit that may have driven either way since its fix is within this share of it in eight cases of ten."""


def estimate_arrival(departure: Departure, correction: Correction | None = None) -> Arrival:
    """When the unit would be there. ``correction``: what was learned of its agency, where that is used."""
    rolling = departure.chute_seconds + departure.drive_seconds
    learned = 0 if correction is None else corrected(rolling, correction.factor) - rolling
    parts = (
        (ArrivalPart.ASKED, departure.asked_seconds),
        (ArrivalPart.FREED, departure.free_in_seconds),
        (ArrivalPart.CHUTE, departure.chute_seconds),
        (ArrivalPart.DRIVE, departure.drive_seconds),
        (ArrivalPart.LEARNED, learned),
    )
    expected = sum(seconds for _, seconds in parts)
    offsets = _list_offsets(departure, correction)
    low = expected - math.hypot(*(below for below, _ in offsets))
    high = expected + math.hypot(*(above for _, above in offsets))
    told = () if correction is None else (ArrivalPart.LEARNED.value,)
    return Arrival(
        expected_seconds=expected,
        low_seconds=max(0, math.floor(low)),
        high_seconds=math.ceil(high),
        basis=(departure.way.value, departure.start.value, *told),
        parts=tuple((code, seconds) for code, seconds in parts if seconds),
    )


def corrected(rolling_seconds: int, factor: float) -> int:
    """Chute and drive with what was learned: whole seconds, as the columns of a whole fleet have them."""
    return round(rolling_seconds * factor)


def _list_offsets(departure: Departure, correction: Correction | None) -> list[tuple[float, float]]:
    """How far each part alone may fall short of its estimate and exceed it, in seconds."""
    factor = 1.0 if correction is None else correction.factor
    drive = departure.drive_seconds * factor
    age = WITHIN_AGE * (departure.fix_age_seconds or 0.0)
    return [
        _lognormal(departure.asked_seconds, ASKED_SPREAD),
        _lognormal(departure.free_in_seconds, FREED_SPREAD),
        _lognormal(departure.chute_seconds * factor, CHUTE_SPREAD),
        _lognormal(drive, _drive_spread(departure, correction)),
        (min(age, drive), age),
    ]


def _drive_spread(departure: Departure, correction: Correction | None) -> float:
    own = WAY_SPREAD[departure.way]
    if correction is not None and departure.way is Way.ROAD:
        own = correction.spread
    return math.hypot(own, START_SPREAD[departure.start])


def _lognormal(seconds: float, spread: float) -> tuple[float, float]:
    return seconds * (1 - math.exp(-TENTH * spread)), seconds * (math.exp(TENTH * spread) - 1)
