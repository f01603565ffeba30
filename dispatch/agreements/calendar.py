"""Wall-clock time where the parties live: windows that span midnight, holidays, local days, months.

A moment has exactly one wall-clock time, so the night that loses or repeats an hour needs no rule: at
the spring change the skipped hour is in no window, in autumn both passes of the repeated hour are.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dispatch.agreements.restrictions import Hours, OnHolidays, Weekday, Window

_DAYS = tuple(Weekday)
_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone. Raises ``KeyError`` or ``ValueError`` for a name that is none."""
    return ZoneInfo(name)


def local_time(now: datetime, time_zone: str) -> datetime:
    """``now`` on the wall clocks of the zone."""
    return now.astimezone(zone_named(time_zone))


def local_day(now: datetime, time_zone: str) -> date:
    """The day that it is there."""
    return local_time(now, time_zone).date()


def covers(windows: Sequence[Window], local: datetime) -> bool:
    """Whether a wall-clock moment lies in one of the windows."""
    today, yesterday = _DAYS[local.weekday()], _DAYS[(local.weekday() - 1) % 7]
    clock = local.time()
    return any(_covers(window, clock, today, yesterday) for window in windows)


def is_open(hours: Hours, now: datetime, time_zone: str) -> bool:
    """Whether the clause lets units be lent at ``now``."""
    local = local_time(now, time_zone)
    if local.date() in hours.holidays:
        if hours.on_holidays is OnHolidays.NEVER:
            return False
        if hours.on_holidays is OnHolidays.ALL_DAY:
            return True
    return covers(hours.windows, local)


def add_months(moment: datetime, months: int) -> datetime:
    """The same day and clock some months on; the last of the month where that day does not exist."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _covers(window: Window, clock: time, today: Weekday, yesterday: Weekday) -> bool:
    if window.since < window.until:
        return today in window.days and window.since <= clock < window.until
    began_today = today in window.days and clock >= window.since
    began_yesterday = yesterday in window.days and clock < window.until
    return began_today or began_yesterday
