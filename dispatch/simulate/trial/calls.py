"""The calls of one trial: drawn from a region's pattern, with a surge each day that no forecast knows of.

All luck belongs to a call or to a stream of its own, so that every way to decide lives through the same:
when and where it comes, how it is labelled, how long it takes, what a neighbour answers when asked.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from dispatch.aid.advice.forecast import HOURS_PER_WEEK, Forecast
from dispatch.aid.advice.situation import LEVEL
from dispatch.model.errors import Invalid
from dispatch.model.incident import Priority
from dispatch.model.region import Region
from dispatch.simulate.calls import EVERYTHING_STATED, PRIORITIES, TYPES, Calls, Ints, draw_service
from dispatch.simulate.crew import MEAN_HOSPITAL_SECONDS, MEAN_SCENE_SECONDS, SHARE_TRANSPORTED
from dispatch.simulate.demand import Demand, Nature
from dispatch.simulate.trial.conditions import Conditions
from dispatch.simulate.trial.terrain import Terrain

BUSY_AT_LOAD_ONE: Final = 0.27
"""The share of ambulances that are busy at ``load`` 1, as planned: what prototypes called a usual day."""

ANSWERS: Final = 6
"""How many answers of neighbours are drawn for each call; whoever is asked after that says yes."""


class Stream(IntEnum):
    """One stream of chance for each thing that is drawn."""

    ARRIVALS = 11
    SURGES = 12
    PLACES = 13
    NATURES = 14
    LABELS = 15
    ANSWERS = 16
    REPORTS = 17
    FORECAST = 18


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrialCalls:
    """``calls.priority`` is what is recorded; ``true_priority`` what it is judged by.

    ``answers`` (calls, ``ANSWERS``): uniform draws, one for each time that a neighbour is asked.
    ``report_seconds``: how late it is known that the unit is free again.
    """

    calls: Calls
    true_priority: Ints
    answers: NDArray[np.float64]
    report_seconds: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.calls)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """What calls are drawn from. ``per_hour`` (jurisdictions, 168) at the load that it was made for."""

    time_zone: str
    natures: tuple[Nature, ...]
    per_hour: NDArray[np.float64]
    occupancy_seconds: float

    @property
    def calls_per_day(self) -> float:
        """Expected calls a day of the whole region, surges left out."""
        return float(self.per_hour.sum()) / 7


def make_pattern(region: Region, terrain: Terrain, *, load: float) -> Pattern:
    """The region's own hours, weights and natures, at a rate that keeps the fleet as busy as ``load`` says.

    Natures that no ground ambulance meets are left out. Raises ``Invalid`` where nothing is left.
    """
    scene = terrain.scene
    places = {
        name: [scene.places[row] for row in rows]
        for name, rows in zip(scene.jurisdictions, terrain.places, strict=True)
    }
    demand = Demand(region, places, chance=random.Random(0))
    natures = tuple(nature for nature in demand.natures if nature.need in LEVEL and nature.share > 0)
    weights = np.array([demand.weight_of(name) for name in scene.jurisdictions])
    if not natures or weights.sum() <= 0:
        raise Invalid("region: calls", "has no call that an ambulance could be sent to")
    weights /= weights.sum()
    monday = datetime(2024, 1, 1, tzinfo=ZoneInfo(demand.time_zone))
    shares = np.array([demand.share_of(monday + timedelta(hours=hour)) for hour in range(HOURS_PER_WEEK)])
    occupancy = occupancy_seconds(terrain, weights)
    a_week = load * BUSY_AT_LOAD_ONE * len(scene.units) * 7 * 86_400 / occupancy
    return Pattern(
        time_zone=demand.time_zone,
        natures=natures,
        per_hour=a_week * weights[:, None] * (shares / shares.sum())[None, :],
        occupancy_seconds=occupancy,
    )


def occupancy_seconds(terrain: Terrain, weights: NDArray[np.float64]) -> float:
    """From dispatch to free again in the mean, were every call served from the nearest own post."""
    scene, means = terrain.scene, []
    for home, rows in enumerate(terrain.places):
        own = [post for post, whose in zip(scene.posts, scene.homes, strict=True) if whose == home]
        if not len(rows):
            means.append(0.0)
            continue
        out = scene.ways.out[own or list(scene.posts)][:, rows].min(axis=0)
        carried = SHARE_TRANSPORTED * (scene.ways.to_hospital[rows] + MEAN_HOSPITAL_SECONDS)
        stay = np.where(np.isfinite(out), out, 1200.0) + np.where(np.isfinite(carried), carried, 1200.0)
        means.append(60.0 + float(stay.mean()) + MEAN_SCENE_SECONDS)
    return float(np.dot(weights, means))


def draw_calls(
    pattern: Pattern,
    terrain: Terrain,
    conditions: Conditions,
    *,
    begins: datetime,
    days: int,
    seed: int,
) -> TrialCalls:
    """So many days of calls from ``begins``, the same for the same seed."""
    rates = _hourly_rates(pattern, begins, days) * _surges(terrain, conditions, days, seed)
    at_seconds, home = _draw_arrivals(rates, _stream(seed, Stream.ARRIVALS))
    size = len(at_seconds)
    share = _stream(seed, Stream.PLACES).random(size)
    chances = np.array([nature.share for nature in pattern.natures])
    nature = _stream(seed, Stream.NATURES).choice(len(chances), size, p=chances / chances.sum())
    true_priority = np.array([PRIORITIES.index(each.priority) for each in pattern.natures])[nature]
    service = draw_service(size, seed)
    calls = Calls(
        begins=begins,
        natures=tuple(each.name for each in pattern.natures),
        at_seconds=at_seconds,
        jurisdiction=home,
        place=_place(terrain, home, share),
        priority=_labelled(true_priority, conditions.mislabelled, _stream(seed, Stream.LABELS)),
        nature=nature,
        need=np.array([TYPES.index(each.need) for each in pattern.natures])[nature],
        incident=np.arange(size),
        stated=(EVERYTHING_STATED,) * size,
        scene_seconds=service.scene_seconds,
        hospital_seconds=service.hospital_seconds,
        transported=service.transported,
    )
    return with_luck(calls, conditions, seed=seed, true_priority=true_priority)


def with_luck(
    calls: Calls, conditions: Conditions, *, seed: int, true_priority: Ints | None = None
) -> TrialCalls:
    """The calls with what neighbours answer and how late it is known that a unit is free again.

    Without ``true_priority`` they are what is recorded.
    """
    late = _stream(seed, Stream.REPORTS).random(len(calls))
    return TrialCalls(
        calls=calls,
        true_priority=calls.priority if true_priority is None else true_priority,
        answers=_stream(seed, Stream.ANSWERS).random((len(calls), ANSWERS)),
        report_seconds=np.rint(late * conditions.late_status_seconds),
    )


def make_forecast(pattern: Pattern, terrain: Terrain, conditions: Conditions, *, seed: int) -> Forecast:
    """What the jurisdictions expect: their pattern, each wrong by its own share, without surges."""
    scene = terrain.scene
    size = len(scene.jurisdictions)
    wrong = _stream(seed, Stream.FORECAST).uniform(
        -conditions.forecast_error, conditions.forecast_error, size
    )
    total = sum(nature.share for nature in pattern.natures)
    share = np.zeros(len(PRIORITIES))
    for nature in pattern.natures:
        share[PRIORITIES.index(nature.priority)] += nature.share / total
    als = sum(nature.share for nature in pattern.natures if LEVEL[nature.need] > 0) / total
    return Forecast(
        jurisdictions=scene.jurisdictions,
        time_zone=pattern.time_zone,
        per_hour=pattern.per_hour * (1 + wrong)[:, None],
        priority_share=np.tile(share, (size, 1)),
        als_share=np.full(size, als),
        occupancy_seconds=pattern.occupancy_seconds,
    )


def _stream(seed: int, stream: Stream) -> Generator:
    return np.random.default_rng([seed, int(stream)])


def _hourly_rates(pattern: Pattern, begins: datetime, days: int) -> NDArray[np.float64]:
    zone = ZoneInfo(pattern.time_zone)
    local = [(begins + timedelta(hours=hour)).astimezone(zone) for hour in range(24 * days)]
    return pattern.per_hour[:, [moment.weekday() * 24 + moment.hour for moment in local]]


def _surges(terrain: Terrain, conditions: Conditions, days: int, seed: int) -> NDArray[np.float64]:
    """(jurisdictions, hours): how many times the usual; one jurisdiction and one beginning each day."""
    chance = _stream(seed, Stream.SURGES)
    factor = np.ones((len(terrain.places), 24 * days))
    hours = conditions.surge_hours
    for day, where in enumerate(chance.integers(0, len(terrain.places), days).tolist()):
        begin = 24 * day + int(chance.integers(0, max(1, 24 - hours)))
        factor[where, begin : begin + hours] = conditions.surge_factor
    return factor


def _draw_arrivals(rates: NDArray[np.float64], chance: Generator) -> tuple[Ints, Ints]:
    """Seconds and jurisdictions, in order of time."""
    counts = chance.poisson(rates)
    home, hour = np.nonzero(counts)
    times = counts[home, hour]
    at = np.repeat(hour, times) * 3600 + chance.integers(0, 3600, int(times.sum()))
    order = np.argsort(at, kind="stable")
    return at[order].astype(np.int64), np.repeat(home, times)[order].astype(np.int64)


def _place(terrain: Terrain, home: Ints, share: NDArray[np.float64]) -> Ints:
    found = np.zeros(len(home), dtype=np.int64)
    for row, places in enumerate(terrain.places):
        mine = home == row
        if mine.any():
            found[mine] = places[(share[mine] * len(places)).astype(np.int64)]
    return found


def _labelled(true_priority: Ints, mislabelled: float, chance: Generator) -> Ints:
    critical = true_priority == PRIORITIES.index(Priority.CRITICAL)
    lower = critical & (chance.random(len(true_priority)) < mislabelled)
    return np.where(lower, PRIORITIES.index(Priority.EMERGENT), true_priority)
