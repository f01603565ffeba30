"""Calls as columns, and what chance decides about each of them.

What chance decides (time at the scene, transport, time at the hospital) belongs to the call and not to
the unit that is sent: all that are compared then live through the same calls.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.agreements.restrictions import ContentField
from dispatch.aid.lending import NOBODY_ASKS, call_of
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Incident, Priority
from dispatch.model.unit import UnitType
from dispatch.simulate.crew import MEAN_HOSPITAL_SECONDS, MEAN_SCENE_SECONDS, SHARE_TRANSPORTED

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


def daily_calls(calls_per_day: float, *, ambulances: int) -> float:
    """How many calls a day to draw: the pattern's, or more where the fleet can bear it (``CALLS_A_YEAR``)."""
    return max(calls_per_day, min(CALLS_A_YEAR / 365, MOST_PER_AMBULANCE * ambulances))


def recorded_calls(
    incidents: Sequence[Incident],
    *,
    jurisdictions: Sequence[JurisdictionId],
    place_of: Mapping[tuple[JurisdictionId, Point], int],
    needs: Collection[UnitType],
    begins: datetime,
    seed: int,
) -> Calls:
    """Recorded incidents, oldest first; one that needs several units counts once for each.

    ``needs``: the kinds of units that are played; what incidents need beside them is left out.
    """
    rows = [
        (number, incident, TYPES.index(need.unit_type))
        for number, incident in enumerate(incidents)
        for need in incident.needs
        if need.unit_type in needs
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
        place=column([place_of[each.jurisdiction_id, each.position] for _, each, _ in rows]),
        priority=column([PRIORITIES.index(each.priority) for _, each, _ in rows]),
        nature=column([natures.index(each.nature) for _, each, _ in rows]),
        need=column([need for _, _, need in rows]),
        incident=column([number for number, _, _ in rows]),
        stated=tuple(call_of(each, NOBODY_ASKS).stated for _, each, _ in rows),
        scene_seconds=service.scene_seconds,
        hospital_seconds=service.hospital_seconds,
        transported=service.transported,
    )
