"""The policies by the names that people call them by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from dispatch.agreements.terms import Agreement
from dispatch.aid.advice.forecast import Forecast
from dispatch.aid.advice.practice import Practice
from dispatch.simulate.trial.policy import (
    TELEPHONE_SECONDS,
    Closest,
    NearestStandby,
    NoAid,
    NoBorders,
    Policy,
)
from dispatch.simulate.trial.terrain import Terrain


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a policy may know before the first call."""

    terrain: Terrain
    forecast: Forecast
    agreements: tuple[Agreement, ...]
    practice: Practice
    seed: int


POLICIES: Final[Mapping[str, Callable[[Known], Policy]]] = MappingProxyType(
    {
        "none": lambda known: NoAid(),
        "closest": lambda known: Closest(practice=known.practice),
        "closest_automatic": lambda known: Closest(
            name="closest_automatic", automatic_goes=True, practice=known.practice
        ),
        "boundary_drop": lambda known: Closest(
            name="boundary_drop", drops_boundaries=True, practice=known.practice
        ),
        "nearest_standby": lambda known: NearestStandby(practice=known.practice),
        "no_borders": lambda known: NoBorders(),
        "telephone": lambda known: Closest(
            name="telephone", request_seconds=TELEPHONE_SECONDS, practice=known.practice
        ),
    }
)


def make_policy(
    name: str,
    terrain: Terrain,
    forecast: Forecast,
    agreements: Sequence[Agreement],
    practice: Practice,
    *,
    seed: int,
) -> Policy:
    """A fresh policy for one trial."""
    known = Known(
        terrain=terrain, forecast=forecast, agreements=tuple(agreements), practice=practice, seed=seed
    )
    return POLICIES[name](known)
