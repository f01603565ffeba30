"""Calls as they come: when, where and what, from a region's pattern and a seed."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Need, Priority
from dispatch.model.region import Region
from dispatch.model.unit import UnitType

HOURS_PER_WEEK = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """A kind of call and its share of all calls."""

    name: str
    priority: Priority
    need: UnitType
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that came in."""

    jurisdiction_id: JurisdictionId
    position: Point
    nature: Nature

    @property
    def needs(self) -> tuple[Need, ...]:
        """What the call asks for: one unit of the nature's type."""
        return (Need(unit_type=self.nature.need),)


DEFAULT_NATURES = (
    Nature(name="Cardiac arrest", priority=Priority.CRITICAL, need=UnitType.ALS_AMBULANCE, share=0.1),
    Nature(name="Breathing problem", priority=Priority.EMERGENT, need=UnitType.ALS_AMBULANCE, share=0.4),
    Nature(name="Fall", priority=Priority.LOWER_ACUITY, need=UnitType.BLS_AMBULANCE, share=0.5),
)
"""For regions without a pattern of their own."""


class Demand:
    """Calls for a region: a Poisson stream whose rate follows the hour of the week in local time."""

    def __init__(
        self,
        region: Region,
        places: Mapping[JurisdictionId, Sequence[Point]],
        *,
        chance: random.Random,
        intensity: float = 1.0,
    ) -> None:
        self.time_zone = region.time_zone
        self._zone = ZoneInfo(region.time_zone)
        self._places = {key: value for key, value in places.items() if value}
        self._chance = chance
        self._intensity = intensity
        pattern = region.calls
        self.natures = _natures(pattern.get("natures"))
        self.calls_per_day = _number(pattern.get("calls_per_day"), 2.0 * len(self._places))
        self._hours = _hours(pattern.get("hour_of_week"))
        weights = pattern.get("weights")
        known = weights if isinstance(weights, Mapping) else {}
        self._weights = {key: _number(known.get(key), 1.0) for key in self._places}

    def rate_per_second(self, now: datetime) -> float:
        """Expected calls a second in the whole region at this moment."""
        share = self.share_of(now.astimezone(self._zone))
        return self._intensity * self.calls_per_day * 7 * share / 3600

    def share_of(self, local: datetime) -> float:
        """The share of a week's calls that come in the hour of a moment on the region's wall clocks."""
        return self._hours[local.weekday() * 24 + local.hour]

    def weight_of(self, jurisdiction_id: JurisdictionId) -> float:
        """How much of the calls falls to a jurisdiction, beside the others'; 0 for one without places."""
        return self._weights.get(jurisdiction_id, 0.0)

    def list_calls(self, now: datetime, *, span: timedelta) -> list[Call]:
        """The calls that came in during the ``span`` that ends now; usually none or one."""
        expected = self.rate_per_second(now) * span.total_seconds()
        return [self.draw() for _ in range(_poisson(expected, self._chance))]

    def draw(self, jurisdiction_id: JurisdictionId | None = None) -> Call:
        """One call, somewhere in the region or in the jurisdiction named."""
        keys = sorted(self._places)
        where = jurisdiction_id or self._chance.choices(keys, [self._weights[key] for key in keys])[0]
        nature = self._chance.choices(self.natures, [nature.share for nature in self.natures])[0]
        return Call(jurisdiction_id=where, position=self._chance.choice(self._places[where]), nature=nature)


def _poisson(expected: float, chance: random.Random) -> int:
    """Knuth's method; ``expected`` is far below 1 at a board's pace."""
    limit, product, count = math.exp(-expected), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def _hours(value: object) -> list[float]:
    if isinstance(value, Sequence) and len(value) == HOURS_PER_WEEK:
        return [_number(share, 0.0) for share in value]
    return [1 / HOURS_PER_WEEK] * HOURS_PER_WEEK


def _natures(value: object) -> tuple[Nature, ...]:
    if not isinstance(value, Sequence) or not value:
        return DEFAULT_NATURES
    return tuple(
        Nature(
            name=str(row["name"]),
            priority=Priority(row["priority"]),
            need=UnitType(row["need"]),
            share=float(row["share"]),
        )
        for row in value
    )
