"""One jurisdiction's ambulances losing calls: what the trigger for "overwhelmed" is measured on.

Calls are Poisson with a daily wave and, on every sixth day in the mean, a surge of three hours at two and a
half times the rate, which no forecast knows. A call takes a free unit or is lost (a neighbour goes). Stages
of a mission follow ``aid/remaining`` in the mean and are drawn around it; what the alarm is told of a busy
unit is what the service would tell it: typical times, by stage and by how long that has lasted.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.cover.reading import Reading
from dispatch.aid.remaining import (
    CHUTE_SECONDS,
    HAND_OVER_SECONDS,
    ON_SCENE_SECONDS,
    TO_HOSPITAL_SECONDS,
    TO_SCENE_SECONDS,
    TRANSPORT_SHARE,
    TYPICAL_SECONDS,
    estimate_free_in_seconds,
)
from dispatch.model.unit import UnitStatus as S

DAY = 1440
SURGE_MINUTES, SURGE_FACTOR, SURGES_PER_DAY = 180, 2.5, 1 / 6
WAVE = 0.4
STAGES = (S.DISPATCHED, S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING, S.AT_HOSPITAL)
START = datetime(2025, 1, 1, tzinfo=UTC)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How many units, how busy (share of time, calls lost included), for how long; minutes per mission."""

    units: int
    busy: float = 0.27
    days: int = 730
    task_minutes: float = 60.0
    seed: int = 1

    @property
    def pace(self) -> float:
        """A mission here in typical ones."""
        return self.task_minutes * 60 / TYPICAL_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """What happened. Minutes from the start; ``ends`` (calls, 5): when each stage of its mission ended."""

    units: int
    minutes: int
    pace: float
    calls: Floats
    expected_per_hour: Floats
    """By the minute: what a forecast knows, without surges."""
    true_per_hour: Floats
    ends: Floats
    unit: NDArray[np.int64]
    """Who went; -1: the call found no unit."""

    @property
    def lost(self) -> Floats:
        """When calls found no unit."""
        return self.calls[self.unit < 0]

    def count_busy(self) -> NDArray[np.int64]:
        """By the minute: the most units that were out in it."""
        served, minute = self.unit >= 0, np.arange(self.minutes)
        began, ended = np.sort(self.calls[served]), np.sort(self.ends[served, -1])
        return np.searchsorted(began, minute + 1) - np.searchsorted(ended, minute)

    def last_hour(self, minute: float) -> int:
        """Calls in the hour before."""
        after, until = np.searchsorted(self.calls, (minute - 60, minute))
        return int(until - after)

    def list_readings(self, every: int, *, since: int = DAY) -> Iterator[tuple[int, Reading, list[float]]]:
        """Every so many minutes what the alarm reads, and the true seconds until each busy unit is free."""
        of = [np.flatnonzero(self.unit == unit) for unit in range(self.units)]
        at = np.arange(since, self.minutes, every)
        latest = [np.searchsorted(self.calls[rows], at, side="right") - 1 for rows in of]
        ends, calls = self.ends.tolist(), self.calls.tolist()
        for index, minute in enumerate(at.tolist()):
            guessed, true = [], []
            for unit, rows in enumerate(of):
                call = int(rows[latest[unit][index]]) if latest[unit][index] >= 0 else -1
                if call >= 0 and ends[call][-1] > minute:
                    guessed.append(self._guess(calls[call], ends[call], minute))
                    true.append(60 * (ends[call][-1] - minute))
            yield minute, self._reading(minute, guessed), true

    def _reading(self, minute: int, guessed: Sequence[int]) -> Reading:
        return Reading(
            total=self.units,
            free=self.units - len(guessed),
            free_in_seconds=tuple(guessed),
            last_hour=self.last_hour(minute),
            expected_per_hour=float(self.expected_per_hour[minute]),
        )

    def _guess(self, began: float, ends: Sequence[float], minute: float) -> int:
        for stage, status in enumerate(STAGES):
            if minute < ends[stage]:
                since = ends[stage - 1] if stage else began
                lasted = 60 * (minute - since) / self.pace
                return round(self.pace * (estimate_free_in_seconds(status, in_status_seconds=lasted) or 0))
        raise ValueError("the mission is over")


def play(setting: Setting) -> Trace:
    """The same setting plays the same."""
    chance = np.random.default_rng([setting.seed, setting.units])
    minutes = setting.days * DAY
    mean = setting.units * setting.busy / setting.task_minutes
    surging = 1 + (SURGE_FACTOR - 1) * SURGES_PER_DAY * SURGE_MINUTES / DAY
    minute = np.arange(minutes)
    told = 60 * mean / surging * (1 - WAVE * np.cos(2 * np.pi * ((minute / DAY) - 0.17)))
    true = told.copy()
    for day in np.flatnonzero(chance.random(setting.days) < SURGES_PER_DAY):
        begins = int(day * DAY + chance.integers(DAY))
        true[begins : begins + SURGE_MINUTES] *= SURGE_FACTOR
    calls = np.repeat(minute, chance.poisson(true / 60)).astype(np.float64)
    calls = np.sort(calls + chance.random(len(calls)))
    return follow(
        calls,
        draw_stages(len(calls), chance) * setting.pace,
        units=setting.units,
        minutes=minutes,
        pace=setting.pace,
        expected_per_hour=told,
        true_per_hour=true,
    )


def draw_stages(count: int, chance: np.random.Generator) -> Floats:
    """Minutes of the five stages of so many missions."""
    transported = chance.random(count) < TRANSPORT_SHARE
    columns = (
        np.full(count, CHUTE_SECONDS / 60),
        _about(TO_SCENE_SECONDS / 60, count, chance),
        chance.exponential(ON_SCENE_SECONDS / 60, count),
        transported * _about(TO_HOSPITAL_SECONDS / 60, count, chance),
        transported * chance.weibull(1.5, count) * (HAND_OVER_SECONDS / 60 / math.gamma(1 + 1 / 1.5)),
    )
    return np.stack(columns, axis=1)


def _about(mean: float, count: int, chance: np.random.Generator) -> Floats:
    """Driving times: log-normal with half the mean as spread of the logarithm."""
    return chance.lognormal(math.log(mean) - 0.125, 0.5, count)


def follow(
    calls: Floats,
    stages: Floats,
    *,
    units: int,
    minutes: int,
    pace: float,
    expected_per_hour: Floats,
    true_per_hour: Floats,
) -> Trace:
    """Send a free unit to each call (whoever is free the longest), or lose it."""
    ends = calls[:, None] + np.cumsum(stages, axis=1)
    free_at = [0.0] * units
    unit = np.full(len(calls), -1, dtype=np.int64)
    for call, moment in enumerate(calls.tolist()):
        first = min(range(units), key=free_at.__getitem__)
        if free_at[first] <= moment:
            unit[call] = first
            free_at[first] = float(ends[call, -1])
    return Trace(
        units=units,
        minutes=minutes,
        pace=pace,
        calls=calls,
        expected_per_hour=expected_per_hour,
        true_per_hour=true_per_hour,
        ends=ends,
        unit=unit,
    )


def moment_of(minute: float) -> datetime:
    """A minute of a trace as a moment."""
    return START + timedelta(minutes=minute)
