"""The week that hours are judged over: a coming one that is like most, and the moments that split it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from dispatch.agreements.calendar import local_time, zone_named
from dispatch.agreements.clause_wording import windows_words
from dispatch.agreements.restrictions import Hours, ReserveFloor, Weekday, Window
from dispatch.agreements.standing import end_of
from dispatch.agreements.terms import Agreement
from dispatch.model.ids import JurisdictionId

HOURS: Final = 168
MINUTES: Final = HOURS * 60
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_WEEKS_AHEAD: Final = 4
_DAYS: Final = tuple(Weekday)

Span = tuple[int, int]
"""Minutes of the week, Monday 00:00 is 0; the end is the first minute outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days from a local Monday's midnight, as moments in UTC."""

    start: datetime
    time_zone: str

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.start + _WEEK

    def minute_of(self, moment: datetime) -> int:
        """How many minutes after its start."""
        return round((moment - self.start).total_seconds() / 60)

    def spans(self, edges: Sequence[datetime], is_gap: Sequence[bool]) -> tuple[Span, ...]:
        """The stretches between edges that are gaps, joined where they touch."""
        bounds = [*(self.minute_of(edge) for edge in edges), MINUTES]
        found: list[Span] = []
        for index, gap in enumerate(is_gap):
            since, until = bounds[index], bounds[index + 1]
            if not gap or since == until:
                continue
            if found and found[-1][1] == since:
                since = found.pop()[0]
            found.append((since, until))
        return tuple(found)


def week_after(agreements: Iterable[Agreement], now: datetime, time_zone: str) -> Week:
    """The first of the next weeks without a listed holiday and without a change of the clocks.

    Where each of them has one, the very next. Terms that begin or end meanwhile count as they will.
    """
    zone = zone_named(time_zone)
    today = local_time(now, time_zone).date()
    monday = today + timedelta(days=(-today.weekday()) % 7)
    if datetime.combine(monday, time(), zone).astimezone(UTC) < now:
        monday += _WEEK
    holidays = {
        day
        for agreement in agreements
        for clause in agreement.clauses
        if isinstance(clause, Hours)
        for day in clause.holidays
    }
    for ahead in range(_WEEKS_AHEAD):
        first = monday + ahead * _WEEK
        begins, ends = (datetime.combine(day, time(), zone) for day in (first, first + _WEEK))
        if begins.utcoffset() == ends.utcoffset() and not any(first <= h < first + _WEEK for h in holidays):
            return Week(start=begins.astimezone(UTC), time_zone=time_zone)
    return Week(start=datetime.combine(monday, time(), zone).astimezone(UTC), time_zone=time_zone)


def edges_of(
    agreements: Iterable[Agreement], week: Week, *, lender: JurisdictionId, borrower: JurisdictionId
) -> tuple[datetime, ...]:
    """Every moment of the week at which one of these may answer this pair otherwise than before, in order."""
    found = {week.start}
    for agreement in agreements:
        timed = [
            clause
            for clause in agreement.clauses
            if isinstance(clause, Hours | ReserveFloor)
            and clause.lender in (None, lender)
            and clause.borrower in (None, borrower)
        ]
        windows = [window for clause in timed for window in clause.windows]
        if windows or any(isinstance(clause, Hours) and clause.holidays for clause in timed):
            found.update(window_edges(windows, agreement.time_zone, week))
        found.update(turn for turn in _turns(agreement, week) if week.start <= turn < week.end)
    return tuple(sorted(found))


def window_edges(windows: Iterable[Window], time_zone: str, week: Week) -> Iterator[datetime]:
    """The clock times at which windows open and close, on each day of the week.

    Midnight too: there a day begins on which a window may not.
    """
    clocks = {time(), *(clock for window in windows for clock in (window.since, window.until))}
    zone = zone_named(time_zone)
    first = local_time(week.start, time_zone).date()
    for day in range(9):
        for clock in clocks:
            edge = datetime.combine(first + day * _DAY, clock, zone).astimezone(UTC)
            if week.start <= edge < week.end:
                yield edge


def _turns(agreement: Agreement, week: Week) -> Iterator[datetime]:
    yield agreement.effective_from
    end = end_of(agreement, week.start)
    if end is not None:
        yield end
    for act in agreement.acts:
        if act.ends_at is not None:
            yield act.ends_at


def span_words(spans: Sequence[Span]) -> str:
    """Stretches of a week as people write them: ``mon to fri 22:00-06:00``."""
    if spans and spans[0][0] == 0 and spans[-1][1] == MINUTES and len(spans) > 1:
        # Sunday night goes on into Monday.
        spans = [*spans[1:-1], (spans[-1][0], MINUTES + spans[0][1])]
    if list(spans) == [(0, MINUTES)]:
        return "at any hour"
    days: dict[tuple[time, time], list[Weekday]] = {}
    long: list[str] = []
    for since, until in spans:
        if until - since > 24 * 60:
            long.append(f"{_clock_words(since)} to {_clock_words(until)}")
        else:
            clocks = (_clock(since), _clock(until))
            days.setdefault(clocks, []).append(_DAYS[since // 1440 % 7])
    windows = [
        Window(days=tuple(day for day in _DAYS if day in on), since=since, until=until)
        for (since, until), on in days.items()
    ]
    return ", ".join([*([windows_words(windows)] if windows else []), *long])


def _clock(minute: int) -> time:
    hour, left = divmod(minute % 1440, 60)
    return time(hour, left)


def _clock_words(minute: int) -> str:
    return f"{_DAYS[minute // 1440 % 7]} {_clock(minute):%H:%M}"
