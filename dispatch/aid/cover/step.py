"""From one reading to the next state: green, amber or red, with the reasons, and not flapping.

Red says that aid is needed now, amber that it soon will be. A state gets worse at once and better only
when no rule holds, the chance of running out is small, and it has been so for a while. The thresholds were
tuned on simulated surges (``bench/trigger``) and measured on others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dispatch.aid.advice.practice import Alarm
from dispatch.aid.cover.chance import calls_per_hour_now, chance_of_running_out, surge_chance
from dispatch.aid.cover.reading import Reading
from dispatch.aid.cover.reasons import CoverCode, CoverReason, Figure
from dispatch.model.jurisdiction import CoverState

LARGE_FLEET: Final = 6

FORETOLD_FLOORS: Final = ((7, 2), (5, 1))
"""Fleets from so many units on keep so many, where the chance of running out is known beside the count.

Below, the chance alone decides: of three units one is the last for a quarter of the time, and mostly
another is back before the next call. Above, the count warns of a surge sooner than an hour's calls do.
"""

SURGE_FREE: Final = 2
"""A surge is a reason only where no more than so many units are free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverMemory:
    """A state and what it rests on.

    ``since``: when it began. ``calm_since``: since when it looks over, None while it does not. ``chance``
    of running out within the horizon, and the ``calls_per_hour`` it was computed with: None without a
    forecast. ``blind``: it is short only because of units that nobody heard of.
    """

    state: CoverState
    since: datetime
    reasons: tuple[CoverReason, ...] = ()
    calm_since: datetime | None = None
    chance: float | None = None
    calls_per_hour: float | None = None
    blind: bool = False


def step(before: CoverMemory | None, reading: Reading, alarm: Alarm, now: datetime) -> CoverMemory:
    """The state at ``now``; ``before`` is None where nothing is known of what was."""
    rate = rate_of(reading, alarm)
    chance = chance_of(reading, alarm, rate)
    worse, reasons = judge(reading, alarm, chance)
    calm_since = None
    was_short = before is not None and before.state is not CoverState.GREEN and not before.blind
    if worse is CoverState.GREEN and before is not None and was_short:
        calm_since, reasons = _settle(before, reading, alarm, chance, now)
        worse = CoverState.AMBER if reasons else CoverState.GREEN
    return CoverMemory(
        state=worse,
        since=before.since if before is not None and before.state is worse else now,
        reasons=reasons,
        calm_since=calm_since,
        chance=chance,
        calls_per_hour=rate,
        blind=worse is not CoverState.GREEN and _is_blind(reading, alarm, rate),
    )


def judge(reading: Reading, alarm: Alarm, chance: float | None) -> tuple[CoverState, tuple[CoverReason, ...]]:
    """The state by the rules alone, without memory. Only the rules of the worst that holds are named."""
    if red := _red(reading, alarm):
        return CoverState.RED, red
    amber = _amber(reading, alarm, chance)
    return (CoverState.AMBER, amber) if amber else (CoverState.GREEN, ())


def floor_of(alarm: Alarm, reading: Reading) -> int:
    """The floor that counts: the agency's own, or by the size of the fleet on duty.

    A default floor that a whole fleet could never rise above would say nothing, so it stays below it.
    """
    total = reading.total
    if alarm.floor is not None:
        return alarm.floor
    if reading.expected_per_hour is not None:
        return next((floor for size, floor in FORETOLD_FLOORS if total >= size), 0)
    return min(default_floor(total), max(0, total - 1))


def default_floor(total: int) -> int:
    """How many units should stay free, by the size of the fleet on duty, where nothing is forecast."""
    return 2 if total >= LARGE_FLEET else 1


def rate_of(reading: Reading, alarm: Alarm) -> float | None:
    """Calls per hour as they come now; None without a forecast."""
    if reading.expected_per_hour is None:
        return None
    return calls_per_hour_now(
        last_hour=reading.last_hour,
        expected_per_hour=reading.expected_per_hour,
        prior_calls=alarm.prior_calls,
    )


def chance_of(reading: Reading, alarm: Alarm, rate: float | None) -> float | None:
    """Of running out within the alarm's horizon."""
    if rate is None:
        return None
    return chance_of_running_out(
        free=reading.free,
        free_in_seconds=reading.free_in_seconds,
        calls_per_hour=rate,
        horizon_seconds=alarm.horizon.total_seconds(),
    )


def _is_blind(reading: Reading, alarm: Alarm, rate: float | None) -> bool:
    """Whether nothing would be wrong were the silent units free: when they are heard it is over at once."""
    if not reading.silent:
        return False
    heard = replace(reading, free=reading.free + reading.silent, silent=0)
    return judge(heard, alarm, chance_of(heard, alarm, rate))[0] is CoverState.GREEN


def _red(reading: Reading, alarm: Alarm) -> tuple[CoverReason, ...]:
    found = []
    free, pending, lent = reading.free, reading.pending, _lent(reading)
    if free == 0:
        found.append(_reason(CoverCode.LEVEL_ZERO, total=reading.total, silent=reading.silent))
    if pending > free:
        found.append(_reason(CoverCode.PENDING_EXCEEDS_FREE, pending=pending, free=free, **lent))
    for rank, (waited, limit) in enumerate(
        zip(reading.waited_seconds, alarm.pending_seconds, strict=True), start=1
    ):
        if waited is not None and waited > limit:
            found.append(_reason(CoverCode.PENDING_TOO_LONG, rank=rank, waited=waited, limit=limit))
    for call in reading.late:
        figures: dict[str, Figure] = {"neighbour": call.neighbour_seconds, "target": call.target_seconds}
        if call.own_seconds is not None:
            figures["own"] = call.own_seconds
        found.append(CoverReason(code=CoverCode.NEIGHBOUR_FASTER, figures=figures))
    if alarm.red_below is not None and free < alarm.red_below and free > 0:
        found.append(_reason(CoverCode.BELOW_OWN_RED, free=free, below=alarm.red_below, **lent))
    return tuple(found)


def _amber(reading: Reading, alarm: Alarm, chance: float | None) -> tuple[CoverReason, ...]:
    found = []
    free, floor, lent = reading.free, floor_of(alarm, reading), _lent(reading)
    if free <= floor:
        last = _reason(CoverCode.LAST_UNIT, total=reading.on_duty, **lent)
        found.append(last if free == 1 else _reason(CoverCode.AT_FLOOR, free=free, floor=floor, **lent))
    if alarm.amber_below is not None and free < alarm.amber_below:
        found.append(_reason(CoverCode.BELOW_OWN_AMBER, free=free, below=alarm.amber_below, **lent))
    if chance is not None and chance >= alarm.zero_on:
        found.append(_chance_reason(CoverCode.RUNNING_OUT, chance, alarm))
    surge = _surge(reading, alarm)
    if surge is not None and free <= SURGE_FREE:
        found.append(surge)
    return tuple(found)


def _surge(reading: Reading, alarm: Alarm) -> CoverReason | None:
    if reading.expected_per_hour is None:
        return None
    chance = surge_chance(last_hour=reading.last_hour, expected_per_hour=reading.expected_per_hour)
    if chance >= alarm.surge:
        return None
    return _reason(CoverCode.SURGE, last_hour=reading.last_hour, expected=round(reading.expected_per_hour, 2))


def _settle(
    before: CoverMemory, reading: Reading, alarm: Alarm, chance: float | None, now: datetime
) -> tuple[datetime | None, tuple[CoverReason, ...]]:
    """Since when it looks over, and what still keeps the state; no reason left is the end of it."""
    # With every unit of a small fleet free the chance is as small as it ever gets: time alone decides.
    if chance is not None and chance >= alarm.zero_off and reading.free < reading.on_duty:
        return None, (_chance_reason(CoverCode.NOT_CALM, chance, alarm, off=round(100 * alarm.zero_off)),)
    calm_since = before.calm_since or now
    left = alarm.dwell - (now - calm_since)
    if left.total_seconds() > 0:
        return calm_since, (
            _reason(
                CoverCode.SETTLING,
                free=reading.free,
                seconds=int(left.total_seconds()),
                **_lent(reading),
            ),
        )
    return None, ()


def _lent(reading: Reading) -> Mapping[str, Figure]:
    """How many of the free units are neighbours'; said only where there are any."""
    return {"lent": reading.lent} if reading.lent else {}


def _chance_reason(code: CoverCode, chance: float, alarm: Alarm, **more: Figure) -> CoverReason:
    minutes = round(alarm.horizon.total_seconds() / 60)
    return CoverReason(code=code, figures={"percent": round(100 * chance), "minutes": minutes, **more})


def _reason(code: CoverCode, **figures: Figure) -> CoverReason:
    return CoverReason(code=code, figures=figures)
