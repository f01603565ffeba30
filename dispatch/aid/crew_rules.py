"""What an agency asks of its crews: a part of its practice (``advice/practice``)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewRules:
    """What a crew may be asked (NASEMSO guideline: shifts below 24 h; the rest is custom).

    Hours on duty from which a unit is lent for urgent calls only, for life-threatening ones only, and
    never. ``shift_margin``: how long before the end of its shift it must be home. ``busy_share`` of the
    last twelve hours above which it costs ``price_per_tenth`` for each tenth more. ``out_of_area``: at
    most, without a life-threatening patient aboard. ``missions``: from so many on, another unit goes first.
    """

    urgent_only_after: timedelta = timedelta(hours=12)
    critical_only_after: timedelta = timedelta(hours=16)
    never_after: timedelta = timedelta(hours=24)
    shift_margin: timedelta = timedelta(minutes=15)
    busy_share: float = 0.5
    price_per_tenth: float = 0.05
    out_of_area: timedelta = timedelta(minutes=180)
    missions: int = 2


DEFAULT_CREW_RULES: Final = CrewRules()
