"""How well an alarm foretells that units run out, and how often it cries: scores of a trace.

The event is a call that finds no free own unit. AUC: of that event within the next 30 minutes, looked at
every five. Lead: the share of such calls before which the alarm (amber or red) was on for the last ten
minutes without a break. Activations: from green to anything else, per shift of eight hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from bench.surges import Trace, moment_of
from dispatch.aid.advice.practice import Alarm
from dispatch.aid.cover.chance import (
    calls_per_hour_now,
    chance_of_running_out,
    erlang_b,
    surge_chance,
)
from dispatch.aid.cover.reading import Reading
from dispatch.aid.cover.step import step
from dispatch.aid.remaining import TYPICAL_SECONDS
from dispatch.model.jurisdiction import CoverState

AHEAD_MINUTES, LEAD_MINUTES, EVERY, LOOK_MINUTES = 30, 10, 5, 2
SHIFT_MINUTES = 480
ALARM = Alarm()
FEATURES = ("chance", "idle", "erlang_b", "surge", "told_everything")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """What each feature said at the moments looked at, and whether the event came."""

    said: dict[str, Floats]
    came: NDArray[np.bool_]
    emptied: NDArray[np.bool_]
    """Whether it was level zero at some minute within the alarm's horizon."""

    def auc(self, feature: str) -> float:
        """The area under the ROC curve: ties count half."""
        ranks, came = rankdata(self.said[feature]), self.came
        yes = int(came.sum())
        return float((ranks[came].sum() - yes * (yes + 1) / 2) / (yes * (len(came) - yes)))


def score(trace: Trace, alarm: Alarm = ALARM, *, every: int = EVERY) -> Scores:
    """Every feature every five minutes."""
    rows, at, horizon = [], [], alarm.horizon.total_seconds()
    for minute, reading, true in trace.list_readings(every):
        expected = reading.expected_per_hour or 0.0
        rate = calls_per_hour_now(
            last_hour=reading.last_hour, expected_per_hour=expected, prior_calls=alarm.prior_calls
        )
        load = rate * trace.pace * TYPICAL_SECONDS / 3600
        told = float(trace.true_per_hour[minute])
        rows.append(
            (
                _chance(reading, reading.free_in_seconds, rate, horizon),
                -float(reading.free),
                erlang_b(load, reading.total),
                -surge_chance(last_hour=reading.last_hour, expected_per_hour=expected),
                _chance_told(reading, true, told, horizon),
            )
        )
        at.append(minute)
    minutes = np.array(at)
    came = np.searchsorted(trace.lost, minutes + AHEAD_MINUTES) > np.searchsorted(trace.lost, minutes)
    empty = np.concatenate(([0], np.cumsum(trace.count_busy() >= trace.units)))
    until = np.minimum(minutes + round(horizon / 60), trace.minutes)
    return Scores(
        said=dict(zip(FEATURES, np.array(rows).T, strict=True)),
        came=came,
        emptied=empty[until] > empty[minutes],
    )


def _chance(reading: Reading, back: Sequence[float], rate: float, horizon: float) -> float:
    return chance_of_running_out(
        free=reading.free, free_in_seconds=back, calls_per_hour=rate, horizon_seconds=horizon
    )


def _chance_told(reading: Reading, true: Sequence[float], rate: float, horizon: float) -> float:
    """The same knowing the true rate and who will be back: what no forecast could better by much."""
    back = sum(seconds <= horizon for seconds in true)
    return chance_of_running_out(
        free=reading.free + back, free_in_seconds=(), calls_per_hour=rate, horizon_seconds=horizon
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarmed:
    """What an alarm did. ``first_lead``: only the first lost call of each time that units ran out."""

    lead: float
    first_lead: float
    per_shift: float
    share_on: float
    lost: int


def measure(
    on: NDArray[np.bool_], trace: Trace, *, since: int, counted: NDArray[np.bool_] | None = None
) -> Alarmed:
    """Judge an alarm that was on or off by the minute from ``since`` on, in the minutes that count."""
    counted = np.ones(len(on), bool) if counted is None else counted
    begins = on & ~np.concatenate(([False], on[:-1]))
    last_off = np.maximum.accumulate(np.where(on, -1, np.arange(len(on))))
    lost = trace.lost[(trace.lost >= since + LEAD_MINUTES) & (trace.lost < since + len(on))]
    first = np.concatenate(([True], np.diff(lost) > AHEAD_MINUTES))[: len(lost)]
    minutes = lost.astype(np.int64) - since
    kept = counted[minutes]
    warned = (last_off[minutes] < minutes - LEAD_MINUTES)[kept]
    return Alarmed(
        lead=float(warned.mean()),
        first_lead=float(warned[first[kept]].mean()),
        per_shift=float(begins[counted].sum() / (counted.sum() / SHIFT_MINUTES)),
        share_on=float(on[counted].mean()),
        lost=len(warned),
    )


def hold(raised: NDArray[np.bool_], calm: NDArray[np.bool_], dwell: int) -> NDArray[np.bool_]:
    """Any signal with the same hysteresis: on where raised, off after so many calm minutes."""
    on, state, quiet = np.zeros(len(raised), bool), False, 0
    for minute, (up, down) in enumerate(zip(raised.tolist(), calm.tolist(), strict=True)):
        quiet = quiet + 1 if down and not up else 0
        state = up or (state and quiet <= dwell)
        on[minute] = state
    return on


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """By the minute: what simple alarms look at, and what the service's own did."""

    free: NDArray[np.int64]
    erlang_b: Floats
    service: NDArray[np.bool_]


def follow_signals(trace: Trace, alarm: Alarm = ALARM) -> Signals:
    """One pass over a trace, looked at every two minutes."""
    free, blocked, memory, on = [], [], None, []
    for minute, reading, _ in trace.list_readings(LOOK_MINUTES):
        memory = step(memory, reading, alarm, moment_of(minute))
        on.append(memory.state is not CoverState.GREEN)
        free.append(reading.free)
        load = (memory.calls_per_hour or 0.0) * trace.pace * TYPICAL_SECONDS / 3600
        blocked.append(erlang_b(load, reading.total))
    columns = (np.repeat(np.array(column), LOOK_MINUTES) for column in (free, blocked, on))
    return Signals(*columns)


def simple_alarms(signals: Signals, *, dwell: int) -> dict[str, dict[float, NDArray[np.bool_]]]:
    """The count of free units, and Erlang's B: each with every threshold, held as the service holds."""
    return {
        "idle": {k: hold(signals.free <= k, signals.free > k, dwell) for k in (0.0, 1.0, 2.0, 3.0, 4.0)},
        "erlang_b": {
            b: hold(signals.erlang_b >= b, signals.erlang_b < b / 2, dwell)
            for b in (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
        },
    }


def best_threshold(found: dict[float, Alarmed]) -> float:
    """The longest lead that asks for at most one activation a shift; else the fewest activations."""
    allowed = {k: v for k, v in found.items() if v.per_shift <= 1.0}
    if allowed:
        return max(allowed, key=lambda k: (allowed[k].lead, -k))
    return min(found, key=lambda k: (found[k].per_shift, k))
