"""Which crews of a fleet may not be lent, all rows at once; ``crew`` says the same of one, with why."""

from collections.abc import Callable
from datetime import datetime

import numpy as np

from dispatch.aid.crew import OCCUPANCY_SECONDS, Crews
from dispatch.aid.crew_rules import CrewRules
from dispatch.aid.snap_bank import BoolArray
from dispatch.live.picture import Picture
from dispatch.model.incident import Priority
from dispatch.routing.travel import FloatArray, IntArray


def spent_rows(
    picture: Picture,
    crews: Crews,
    eta_seconds: IntArray,
    *,
    priority: Priority,
    now: datetime,
    is_out: BoolArray,
    out_seconds: FloatArray | float = 0.0,
) -> BoolArray:
    """True where the crew of a unit that could be sent may not be lent for a call of this priority.

    ``eta_seconds`` may hold ``NO_ETA``: nobody sends such a unit anyway. ``is_out``: who stands by, and
    ``out_seconds`` for how long each has been out of its area for that.
    """
    count, seconds = len(picture), _column(picture, crews)
    on_duty = now.timestamp() - picture.on_duty_since_s[:count]
    never = seconds(lambda rules: rules.never_after.total_seconds())
    if priority is Priority.CRITICAL:
        longest = never
    else:
        longest = np.minimum(never, seconds(lambda rules: rules.critical_only_after.total_seconds()))
        if not priority.is_emergent:
            urgent = seconds(lambda rules: rules.urgent_only_after.total_seconds())
            longest = np.minimum(longest, urgent)
    mission = 2.0 * eta_seconds + OCCUPANCY_SECONDS
    left = picture.shift_ends_s[:count] - now.timestamp()
    margin = seconds(lambda rules: rules.shift_margin.total_seconds())
    ending = (left < mission + margin) & (left > -never)
    if priority is Priority.CRITICAL:
        ending &= ~is_out
    spent: BoolArray = (on_duty >= longest) | ending
    if priority is not Priority.CRITICAL:
        spent |= out_seconds + mission > seconds(lambda rules: rules.out_of_area.total_seconds())
    return spent


def _column(picture: Picture, crews: Crews) -> Callable[[Callable[[CrewRules], float]], FloatArray]:
    """One figure of each row's home's rules."""
    rules = [crews.rules_of(home) for home in picture.jurisdictions]
    home = picture.home[: len(picture)]
    return lambda figure: np.array([figure(one) for one in rules], dtype=np.float64)[home]
