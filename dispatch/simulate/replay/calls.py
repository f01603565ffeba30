"""The calls that are replayed, as columns: recorded ones, or drawn from the region's pattern.

What chance decides (time at the scene, transport, time at the hospital) belongs to the call and not to
the unit that is sent: both variants then live through the same calls, and their difference is the draft's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.agreements.restrictions import ContentField
from dispatch.aid.lending import NOBODY_ASKS, call_of
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Incident, Priority
from dispatch.model.unit import TRANSPORTS, UnitType
from dispatch.simulate.crew import MEAN_HOSPITAL_SECONDS, MEAN_SCENE_SECONDS, SHARE_TRANSPORTED
from dispatch.simulate.demand import Demand, Nature

Ints = NDArray[np.int64]

PRIORITIES: Final = tuple(Priority)
TYPES: Final = tuple(UnitType)
EVERYTHING_STATED: Final = frozenset(ContentField)

LONGEST_FACTOR: Final = 3.0
SHORTEST_SECONDS: Final = 20.0
"""As crews are simulated elsewhere: exponential, cut at three times the mean and at 20 s."""

CALLS_A_YEAR: Final = 61_500
"""Enough for a year to tell small changes from chance."""
MOST_PER_AMBULANCE: Final = 3.0
"""Calls a day and ambulance that are not exceeded for that: a busy rural fleet, not an overrun one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calls:
    """Calls in order of time. ``at_seconds`` counts whole seconds from ``begins``.

    ``jurisdiction``, ``place``, ``priority``, ``nature`` and ``need`` are rows of the names they go by;
    ``incident`` is the same for all units that one incident needs.
    """

    begins: datetime
    natures: tuple[str, ...]
    at_seconds: Ints
    jurisdiction: Ints
    place: Ints
    priority: Ints
    nature: Ints
    need: Ints
    incident: Ints
    stated: tuple[frozenset[ContentField], ...]
    scene_seconds: NDArray[np.float64]
    hospital_seconds: NDArray[np.float64]
    transported: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.at_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The same columns as lists: one by one, numpy's own numbers are several times slower to use."""

    at_seconds: list[int]
    jurisdiction: list[int]
    place: list[int]
    priority: list[int]
    nature: list[int]
    need: list[int]
    incident: list[int]
    scene_seconds: list[float]
    hospital_seconds: list[float]
    transported: list[bool]


@lru_cache(maxsize=2)
def rows_of(calls: Calls) -> Rows:
    """The rows of these calls; both variants and all blocks share them."""
    return Rows(**{name: getattr(calls, name).tolist() for name in Rows.__dataclass_fields__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What chance decides about each call, by its number."""

    scene_seconds: NDArray[np.float64]
    hospital_seconds: NDArray[np.float64]
    transported: NDArray[np.bool_]


def draw_service(count: int, seed: int) -> Service:
    """How long units stay at each of so many calls, and who is transported."""
    # A stream of its own: the same call number has the same times, however the calls were come by.
    chance = np.random.default_rng([seed, 2])

    def stay(mean_seconds: float) -> NDArray[np.float64]:
        drawn = chance.exponential(mean_seconds, count)
        return np.rint(np.clip(drawn, SHORTEST_SECONDS, LONGEST_FACTOR * mean_seconds))

    return Service(
        scene_seconds=stay(MEAN_SCENE_SECONDS),
        hospital_seconds=stay(MEAN_HOSPITAL_SECONDS),
        transported=chance.random(count) < SHARE_TRANSPORTED,
    )


def daily_calls(demand: Demand, units: Sequence[UnitType]) -> float:
    """How many calls a day to draw: the pattern's, or more where the fleet can bear it (``CALLS_A_YEAR``)."""
    ambulances = sum(1 for unit_type in units if unit_type in TRANSPORTS)
    return max(demand.calls_per_day, min(CALLS_A_YEAR / 365, MOST_PER_AMBULANCE * ambulances))


def generate_calls(
    demand: Demand,
    places: Mapping[JurisdictionId, Sequence[Point]],
    *,
    jurisdictions: Sequence[JurisdictionId],
    known: Sequence[Point],
    begins: datetime,
    days: int,
    per_day: float,
    seed: int,
) -> Calls:
    """A window of calls: Poisson by the hour of the week in the region's time.

    ``known`` are the scene's places, which hold all of ``places``.
    """
    chance = np.random.default_rng([seed, 1])
    hours = [begins + timedelta(hours=hour) for hour in range(24 * days)]
    zone = ZoneInfo(demand.time_zone)
    shares = np.array([demand.share_of(moment.astimezone(zone)) for moment in hours])
    counts = chance.poisson(per_day * 7 * shares)
    at_seconds = np.repeat(np.arange(len(hours)) * 3600, counts) + chance.integers(0, 3600, int(counts.sum()))
    at_seconds.sort()
    names = [name for name in jurisdictions if demand.weight_of(name) > 0 and places.get(name)]
    weights = np.array([demand.weight_of(name) for name in names])
    where = chance.choice(len(names), len(at_seconds), p=weights / weights.sum())
    row_of = {point: row for row, point in enumerate(known)}
    rows = [np.array([row_of[point] for point in places[name]]) for name in names]
    share = chance.random(len(at_seconds))
    natures = demand.natures
    chances = np.array([nature.share for nature in natures])
    nature = chance.choice(len(natures), len(at_seconds), p=chances / chances.sum())
    return _calls(
        begins,
        natures,
        at_seconds=at_seconds.astype(np.int64),
        jurisdiction=np.array([jurisdictions.index(name) for name in names])[where],
        place=np.array([rows[w][int(s * len(rows[w]))] for w, s in zip(where, share, strict=True)], np.int64),
        nature=nature,
        seed=seed,
    )


def _calls(
    begins: datetime,
    natures: Sequence[Nature],
    *,
    at_seconds: Ints,
    jurisdiction: Ints,
    place: Ints,
    nature: Ints,
    seed: int,
) -> Calls:
    service = draw_service(len(at_seconds), seed)
    return Calls(
        begins=begins,
        natures=tuple(nature.name for nature in natures),
        at_seconds=at_seconds,
        jurisdiction=jurisdiction,
        place=place,
        priority=np.array([PRIORITIES.index(each.priority) for each in natures])[nature],
        nature=nature,
        need=np.array([TYPES.index(each.need) for each in natures])[nature],
        incident=np.arange(len(at_seconds)),
        stated=(EVERYTHING_STATED,) * len(at_seconds),
        scene_seconds=service.scene_seconds,
        hospital_seconds=service.hospital_seconds,
        transported=service.transported,
    )


def recorded_calls(
    incidents: Sequence[Incident],
    *,
    jurisdictions: Sequence[JurisdictionId],
    place_of: Mapping[Point, int],
    begins: datetime,
    seed: int,
) -> Calls:
    """Recorded incidents, oldest first; one that needs several units counts once for each."""
    rows = [
        (number, incident, TYPES.index(need.unit_type))
        for number, incident in enumerate(incidents)
        for need in incident.needs
        for _ in range(need.count)
    ]
    natures = tuple(sorted({incident.nature for incident in incidents}))
    service = draw_service(len(rows), seed)

    def column(values: Sequence[int]) -> Ints:
        return np.array(values, dtype=np.int64)

    return Calls(
        begins=begins,
        natures=natures,
        at_seconds=column([int((each.opened_at - begins).total_seconds()) for _, each, _ in rows]),
        jurisdiction=column([jurisdictions.index(each.jurisdiction_id) for _, each, _ in rows]),
        place=column([place_of[each.position] for _, each, _ in rows]),
        priority=column([PRIORITIES.index(each.priority) for _, each, _ in rows]),
        nature=column([natures.index(each.nature) for _, each, _ in rows]),
        need=column([need for _, _, need in rows]),
        incident=column([number for number, _, _ in rows]),
        stated=tuple(call_of(each, NOBODY_ASKS).stated for _, each, _ in rows),
        scene_seconds=service.scene_seconds,
        hospital_seconds=service.hospital_seconds,
        transported=service.transported,
    )
