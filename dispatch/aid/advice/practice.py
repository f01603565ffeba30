"""An agency's own figures for advice: its targets, its thresholds, what a late call weighs, what it spares.

The defaults are those that a prototype's simulations favoured and that the field's targets ask for:
9 minutes for life-threatening calls is the 8:59 of US contracts (JEMS; NFPA 1710), 15 the Dutch target.
Prices never apply to life-threatening calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dispatch.aid.crew_rules import CrewRules
from dispatch.model.incident import Priority


class Method(StrEnum):
    """How candidates are put in order."""

    CLOSEST = "closest"
    """Plain closest eligible: nothing is weighed."""
    WEIGHED = "weighed"
    """By expected late calls within the band of the priority."""
    WEIGHED_WITH_ROLLOUTS = "weighed_with_rollouts"
    """The same, with simulated futures as a second opinion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What one priority asks for.

    ``within_seconds`` from the call to the arrival; ``weight`` of a late call in life-threatening ones;
    ``band_seconds``: how much later than the fastest a unit may be chosen; ``hold_seconds``: how long a
    call may wait for an own unit (0: never held).
    """

    within_seconds: int
    weight: float
    band_seconds: int
    hold_seconds: int


TARGETS: Final[Mapping[Priority, Target]] = MappingProxyType(
    {
        Priority.CRITICAL: Target(within_seconds=540, weight=1.0, band_seconds=0, hold_seconds=0),
        Priority.EMERGENT: Target(within_seconds=900, weight=0.3, band_seconds=240, hold_seconds=600),
        Priority.LOWER_ACUITY: Target(within_seconds=2400, weight=0.05, band_seconds=1200, hold_seconds=2400),
        Priority.NON_ACUTE: Target(within_seconds=2400, weight=0.05, band_seconds=1200, hold_seconds=2400),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """When a jurisdiction is amber or red (``aid.cover``).

    ``floor``: free units at or below which it is amber; None goes by the fleet's size (``cover.step``).
    ``amber_below`` and ``red_below``: an agency's own table of free units, beside the rest. ``zero_on`` and
    ``zero_off``: the chance of running out within ``horizon`` that raises it, and below which it may end,
    once it has looked over for ``dwell``. ``prior_calls``: how many expected calls the forecast is worth
    against the last hour's. ``surge``: chance of so many calls in an hour below which it is a surge.
    ``pending_seconds``: how long a life-threatening and an emergent call may wait for a unit. A unit whose
    place is older than ``fix_silence`` and whose status nobody confirmed for ``status_silence`` is not
    counted as free; ``fix_silence`` None: the trackers of parked vehicles sleep, so silence says nothing.
    """

    floor: int | None = None
    amber_below: int | None = None
    red_below: int | None = None
    zero_on: float = 0.26
    zero_off: float = 0.05
    dwell: timedelta = timedelta(minutes=30)
    horizon: timedelta = timedelta(minutes=20)
    prior_calls: float = 4.0
    surge: float = 0.005
    pending_seconds: tuple[int, int] = (120, 300)
    fix_silence: timedelta | None = timedelta(minutes=3)
    status_silence: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What sparing the lender is worth, in late life-threatening calls.

    ``loss_factor`` times the calls expected within ``loss_horizon`` times the share of cover lost;
    ``aid`` for each mission; ``ledger_per_hour`` for each unit-hour that the lender has given more than it
    has received, fading within ``ledger_memory``, only where the agreement says so (clause ``balance``).
    ``busy_share``: of units, where none is known.
    """

    loss_factor: float = 1.5
    loss_horizon: timedelta = timedelta(minutes=60)
    aid: float = 0.02
    ledger_per_hour: float = 0.005
    ledger_memory: timedelta = timedelta(days=7)
    busy_share: float = 0.35
    better_by: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyRules:
    """When a neighbour's spare unit is moved into an emptied area, and when it goes home."""

    gain: float = 0.05
    longest: timedelta = timedelta(minutes=180)
    lender_keeps: int = 1
    ends_at_free: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutRules:
    """How many futures are played, how far, and how long one may take.

    ``hold_margin``: by how much waiting must win, in weighted late calls. ``sure_errors``: how many standard
    errors another course must be better than what is advised, and moving to stand by better than staying; 0
    goes by the mean alone.
    """

    futures: int = 100
    horizon: timedelta = timedelta(minutes=75)
    hold_margin: float = 0.005
    deadline_seconds: float = 0.25
    sure_errors: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """Everything that one jurisdiction's agency sets for its advice."""

    method: Method = Method.WEIGHED_WITH_ROLLOUTS
    targets: Mapping[Priority, Target] = field(default_factory=lambda: TARGETS)
    tie_seconds: int = 30
    drop_gain_seconds: int = 60
    """How much sooner a neighbour must be there than an own unit that would be late (boundary drop)."""
    request_seconds: int = 60
    """From asking a neighbour to its unit being sent, where somebody is asked."""
    slope_seconds: float = 60.0
    """How sharply lateness sets in around the target."""
    per_minute: float = 0.02
    """What each minute costs beside being late."""
    alarm: Alarm = field(default_factory=Alarm)
    prices: Prices = field(default_factory=Prices)
    standby: StandbyRules = field(default_factory=StandbyRules)
    rollouts: RolloutRules = field(default_factory=RolloutRules)
    crew: CrewRules = field(default_factory=CrewRules)


DEFAULT_PRACTICE: Final = Practice()
