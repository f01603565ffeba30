"""The policies by the names that people call them by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from dispatch.aid.advice.forecast import Forecast
from dispatch.aid.advice.practice import Practice
from dispatch.model.region import Region
from dispatch.simulate.trial.advised import Advised
from dispatch.simulate.trial.policy import (
    TELEPHONE_SECONDS,
    Closest,
    NearestStandby,
    NoAid,
    NoBorders,
    Policy,
)
from dispatch.simulate.trial.sight import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a policy may know before the first call."""

    region: Region
    forecast: Forecast
    practice: Practice
    seed: int


def for_workers(practice: Practice) -> Practice:
    """The same as it goes to another process: a read-only view of targets does not."""
    return replace(practice, targets=dict(practice.targets))


def _advised(known: Known, name: str, *, rollouts: bool, standby: bool) -> Policy:
    return Advised(
        name=name,
        practice=known.practice,
        sight=Sight(known.region, known.forecast, known.practice),
        rollouts=rollouts,
        standby=standby,
        seed=known.seed,
    )


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
        "weighed": lambda known: _advised(known, "weighed", rollouts=False, standby=False),
        "weighed_standby": lambda known: _advised(known, "weighed_standby", rollouts=False, standby=True),
        "rollouts": lambda known: _advised(known, "rollouts", rollouts=True, standby=False),
        "recommended": lambda known: _advised(known, "recommended", rollouts=True, standby=True),
        "telephone": lambda known: Closest(
            name="telephone", request_seconds=TELEPHONE_SECONDS, practice=known.practice
        ),
    }
)


def make_policy(name: str, known: Known) -> Policy:
    """A fresh policy for one trial."""
    return POLICIES[name](known)
