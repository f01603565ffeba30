"""A year's pattern of calls: shares per hour of the week, natures, and how much falls to whom.

The published figures that shape it: 1.9 % of a day's EMS calls come in the hour from 04h and 6.1 % in
the hour from 12h (Montgomery County PA, 911 calls from December 2015, Kaggle ``mchirico/montcoalert``);
priorities split 57 / 24.5 / 18.5 % (as published for the JEMSS cities). Curve and natures are our own.
"""

from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType

LOWEST_SHARE: Final = 0.019
HIGHEST_SHARE: Final = 0.061
CALLS_PER_DAY: Final = 86

_ALS, _BLS = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE
NATURES: Final[tuple[tuple[str, Priority, UnitType, float], ...]] = (
    ("Cardiac arrest", Priority.CRITICAL, _ALS, 1.4),
    ("Unconscious person", Priority.CRITICAL, _ALS, 3.6),
    ("Stroke signs", Priority.CRITICAL, _ALS, 3.0),
    ("Severe bleeding", Priority.CRITICAL, _ALS, 1.8),
    ("Choking", Priority.CRITICAL, _ALS, 0.6),
    ("Severe allergic reaction", Priority.CRITICAL, _ALS, 0.9),
    ("Critical interfacility transfer", Priority.CRITICAL, UnitType.CRITICAL_CARE_AMBULANCE, 0.7),
    ("Breathing difficulty", Priority.EMERGENT, _ALS, 11.6),
    ("Chest pain", Priority.EMERGENT, _ALS, 10.4),
    ("Traffic accident with injuries", Priority.EMERGENT, _ALS, 6.8),
    ("Seizure", Priority.EMERGENT, _ALS, 3.9),
    ("Overdose", Priority.EMERGENT, _ALS, 3.1),
    ("Altered mental state", Priority.EMERGENT, _ALS, 3.4),
    ("Fainting", Priority.EMERGENT, _BLS, 3.9),
    ("Diabetic emergency", Priority.EMERGENT, _ALS, 1.9),
    ("Fall from standing", Priority.LOWER_ACUITY, _BLS, 10.2),
    ("Abdominal pain", Priority.LOWER_ACUITY, _BLS, 4.1),
    ("Head injury, alert", Priority.LOWER_ACUITY, _BLS, 4.3),
    ("Broken limb", Priority.LOWER_ACUITY, _BLS, 2.5),
    ("Childbirth, early labor", Priority.LOWER_ACUITY, _BLS, 0.7),
    ("Assault, minor injuries", Priority.LOWER_ACUITY, _BLS, 1.5),
    ("Fever or infection", Priority.LOWER_ACUITY, _BLS, 1.2),
    ("General weakness", Priority.NON_ACUTE, _BLS, 6.2),
    ("Back pain", Priority.NON_ACUTE, _BLS, 3.2),
    ("Medical alarm, no voice contact", Priority.NON_ACUTE, _BLS, 3.8),
    ("Nausea", Priority.NON_ACUTE, _BLS, 2.9),
    ("Lift assistance", Priority.NON_ACUTE, _BLS, 2.4),
)
"""Name, priority, what it needs and its share in percent; the shares make 100."""


def hours_of_week() -> list[float]:
    """168 shares of a week's calls, Monday 00h first, making 1."""
    day = _hours_of_day()
    # Weekend nights are busier and weekend mornings quieter; Monday is the busiest weekday.
    weight = (1.03, 1.0, 0.995, 0.995, 1.015, 0.985, 0.965)
    week = np.concatenate([w * day for w in weight])
    hours = np.arange(168)
    for night in (5 * 24 + 0.5, 6 * 24 + 0.5):
        week = week * (1 + 0.28 * np.exp(-(((hours - night) / 2.6) ** 2)))
        week = week * (1 - 0.08 * np.exp(-(((hours - night - 8.0) / 2.4) ** 2)))
    shares = np.round(week / week.sum(), 6)
    shares[12] += round(1.0 - float(shares.sum()), 6)
    return [round(float(share), 6) for share in shares]


def _hours_of_day() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """24 shares making 1, least at 04h and most at 12h, with the published extremes."""
    knots = CubicSpline([0, 4, 8, 12, 16, 20, 24], [0.2, 0.0, 0.62, 1.0, 0.86, 0.56, 0.2], bc_type="periodic")
    shape = np.clip(knots(np.arange(24)), 0.0, 1.0)
    shape[4], shape[12] = 0.0, 1.0

    def excess(power: float) -> float:
        return float((LOWEST_SHARE + (HIGHEST_SHARE - LOWEST_SHARE) * shape**power).sum()) - 1.0

    power = brentq(excess, 0.2, 5.0)
    return np.asarray(LOWEST_SHARE + (HIGHEST_SHARE - LOWEST_SHARE) * shape**power)


def calls(weights: dict[str, float]) -> dict[str, object]:
    """The content of ``calls.json``; ``weights`` are relative and become shares by jurisdiction."""
    total = sum(weights.values())
    return {
        "calls_per_day": CALLS_PER_DAY,
        "hour_of_week": hours_of_week(),
        "natures": [
            {"name": name, "priority": priority.value, "need": need.value, "share": round(percent / 100, 4)}
            for name, priority, need, percent in NATURES
        ],
        "weights": {name: round(weight / total, 4) for name, weight in weights.items()},
    }
