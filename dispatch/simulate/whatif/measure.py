"""The figures of a what-if, taken from the outcomes of both variants."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

from dispatch.agreements.wording import listed
from dispatch.aid.advice.practice import Practice
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.simulate.whatif.block import AS_SUCH, STOOD_BY, DealtKey, RefusedKey, Why
from dispatch.simulate.whatif.plan import Plan
from dispatch.simulate.whatif.resample import Drawn, Figure, Quantile, Ratio, interval
from dispatch.simulate.whatif.result import Better, Measure
from dispatch.simulate.whatif.side import NOBODY, Bools, Floats, Side

ARRIVAL_GOAL_SECONDS: Final = 539
"""8:59, the goal that contracts in the field name for critical calls."""


class _Kind(NamedTuple):
    """A figure that is taken of every jurisdiction."""

    code: str
    title: str
    unit: str
    better: Better
    take: Callable[[Side, int], Figure]
    beyond: bool = False


def _of(take: Callable[[Side, Bools], Bools]) -> Callable[[Side, int], Figure]:
    return lambda side, row: side.count(take(side, side.jurisdiction == row))


def _arrival(*, critical: bool, share: float | None) -> Callable[[Side, int], Figure]:
    def take(side: Side, row: int) -> Figure:
        which = (side.jurisdiction == row) & side.served
        if critical:
            which = which & side.critical
        if share is not None:
            return Quantile(values=side.arrival(which), day=side.day[which], share=share)
        weighed = side.count(which, weights=side.outcome.arrival_seconds)
        return Ratio(per_day=weighed.per_day, over=side.count(which).per_day)

    return take


def _within_goal(*, critical: bool) -> Callable[[Side, int], Figure]:
    """Of all calls: one that was not served was not reached in time."""

    def take(side: Side, row: int) -> Figure:
        which = (side.jurisdiction == row) & (side.critical if critical else True)
        arrived = side.outcome.arrival_seconds
        reached = which & side.served & (arrived <= ARRIVAL_GOAL_SECONDS)
        return Ratio(per_day=100 * side.count(reached).per_day, over=side.count(which).per_day)

    return take


def _lent_hours(side: Side, row: int) -> Figure:
    """On calls and standing by."""
    lent = (side.home == row) & (side.jurisdiction != row)
    on_calls = side.count(lent, weights=side.outcome.lent_seconds).per_day
    return Ratio(per_day=(on_calls + side.outcome.stood_by_seconds[:, row]) / 3600)


def _late_critical(side: Side, row: int) -> Figure:
    return _late_share(side, (side.jurisdiction == row) & side.critical)


def _late_while_lending(side: Side, row: int) -> Figure:
    return _late_share(side, _while_lending(side, side.jurisdiction == row))


def _while_lending(side: Side, own: Bools) -> Bools:
    return own & side.critical & side.outcome.lender_lent


def _late_share(side: Side, which: Bools) -> Ratio:
    return Ratio(per_day=100 * side.count(which & side.late).per_day, over=side.count(which).per_day)


def _late_weighted(side: Side, row: int) -> Figure:
    """Of 100 calls, those late, each by its weight in life-threatening ones."""
    own: Bools = side.jurisdiction == row
    weights: Floats = 100 * side.weight
    late = side.count(own & side.late, weights=weights)
    return Ratio(per_day=late.per_day, over=side.count(own).per_day)


def _dealt(chosen: Callable[[DealtKey, int], bool]) -> Callable[[Side, int], Figure]:
    """What passed between jurisdictions, per day."""

    def take(side: Side, row: int) -> Figure:
        per_day = np.zeros(side.days)
        for key, count in side.outcome.dealt.items():
            if chosen(key, row):
                per_day[key.day] += count
        return Ratio(per_day=per_day)

    return take


_U, _D, _N = Better.UP, Better.DOWN, Better.NEITHER
_AID: Final = (
    _Kind("calls", "Calls", "calls", _U, _of(lambda side, own: own)),
    _Kind(
        "sent_own",
        "Served by its own units",
        "calls",
        _U,
        lambda s, row: s.count((s.home == row) & (s.jurisdiction == row)),
    ),
    _Kind(
        "aid_received",
        "Aid received",
        "units",
        _N,
        lambda s, row: s.count((s.jurisdiction == row) & (s.home != row) & (s.home != NOBODY)),
    ),
    _Kind(
        "aid_given",
        "Aid given",
        "units",
        _N,
        lambda s, row: s.count((s.home == row) & (s.jurisdiction != row)),
    ),
    _Kind("unit_hours_lent", "Unit-hours lent", "hours", _N, _lent_hours),
    _Kind(
        "waited",
        "Calls that waited for a unit",
        "calls",
        _D,
        _of(lambda side, own: own & side.outcome.waited),
    ),
    _Kind(
        "unserved",
        "Calls that nobody came to",
        "calls",
        _D,
        _of(lambda side, own: own & ~side.served),
    ),
)
_LATE: Final = (
    _Kind("late_weighted_per_100_calls", "Weighted late calls", "per 100 calls", _D, _late_weighted),
    _Kind(
        "lender_late_calls",
        "Late critical calls while lending",
        "calls",
        _D,
        _of(lambda side, own: _while_lending(side, own) & side.late),
    ),
    _Kind(
        "lender_late_percent",
        "Late share of critical calls while lending",
        "percent",
        _D,
        _late_while_lending,
    ),
)
_ASKED: Final = (
    _Kind(
        "requests",
        "Times that it asked a neighbour",
        "requests",
        _N,
        _dealt(lambda key, row: key.borrower == row and key.what != STOOD_BY),
    ),
    _Kind(
        "requests_not_granted",
        "Requests declined or not answered",
        "requests",
        _D,
        _dealt(lambda key, row: key.borrower == row and key.what in ("declined", "expired")),
    ),
)
_TIMES: Final = (
    _Kind(
        "arrival_median_critical",
        "Median arrival, critical calls",
        "seconds",
        _D,
        _arrival(critical=True, share=0.5),
    ),
    _Kind(
        "arrival_mean_critical",
        "Mean arrival, critical calls",
        "seconds",
        _D,
        _arrival(critical=True, share=None),
    ),
    _Kind(
        "arrival_p90_critical",
        "90th percentile of arrival, critical calls",
        "seconds",
        _D,
        _arrival(critical=True, share=0.9),
    ),
    _Kind(
        "within_goal_critical",
        "Critical calls reached within 8:59",
        "percent",
        _U,
        _within_goal(critical=True),
    ),
    _Kind("arrival_median", "Median arrival, all calls", "seconds", _D, _arrival(critical=False, share=0.5)),
    _Kind("arrival_mean", "Mean arrival, all calls", "seconds", _D, _arrival(critical=False, share=None)),
    _Kind(
        "arrival_p90",
        "90th percentile of arrival, all calls",
        "seconds",
        _D,
        _arrival(critical=False, share=0.9),
    ),
    _Kind("within_goal", "Calls reached within 8:59", "percent", _U, _within_goal(critical=False)),
    _Kind(
        "level_zero",
        "At level zero (no ambulance free)",
        "minutes",
        _D,
        lambda s, row: Ratio(per_day=s.outcome.zero_seconds[:, row] / 60),
    ),
)


_STANDBY: Final = (
    _Kind(
        "standby_received",
        "Neighbours' units that stood by here",
        "units",
        _N,
        _dealt(lambda key, row: key.borrower == row and key.what == STOOD_BY),
    ),
    _Kind(
        "standby_given",
        "Units that stood by at neighbours",
        "units",
        _N,
        _dealt(lambda key, row: key.lender == row and key.what == STOOD_BY),
    ),
)
"""Where the policy moves units at all."""


def _late_kind(practice: Practice) -> _Kind:
    minutes = practice.targets[Priority.CRITICAL].within_seconds / 60
    return _Kind(
        "late_p1_percent", f"Critical calls reached after {minutes:g} minutes", "percent", _D, _late_critical
    )


class Measurer:
    """Takes the measures of one what-if. ``names`` are what people call jurisdictions."""

    def __init__(
        self,
        plan: Plan,
        sides: tuple[Side, Side],
        drawn: Drawn,
        names: Mapping[JurisdictionId, str],
    ) -> None:
        self._scene, self._comparison, self._floors = plan.terrain.scene, plan.comparison, plan.floors
        self._before, self._after = sides
        self._drawn, self._names = drawn, names
        stands_by = any(key.what == STOOD_BY for side in sides for key in side.outcome.dealt)
        self._kinds = (
            *_AID,
            *_ASKED,
            *(_STANDBY if stands_by else ()),
            _late_kind(plan.known.practice),
            *_LATE,
            *_TIMES,
        )

    def list_measures(self) -> tuple[Measure, ...]:
        """The draft's parties first, in its order, then the others by id."""
        known, parties = self._scene.jurisdictions, self._comparison.draft.parties
        order = [party for party in parties if party in known]
        order += [name for name in known if name not in parties]
        return tuple(measure for name in order for measure in self._list_of(known.index(name)))

    def _list_of(self, row: int) -> Iterator[Measure]:
        for kind in self._kinds:
            yield self._measure(kind, row)
        yield self._measure(self._below(row), row)
        if self._scene.jurisdictions[row] in self._comparison.draft.parties:
            for kind in (*self._list_by_lender(row), *self._list_refused(row)):
                yield self._measure(kind, row)

    def _measure(self, kind: _Kind, row: int) -> Measure:
        before, after = kind.take(self._before, row), kind.take(self._after, row)
        low, high = interval(before, after, self._drawn)
        return Measure(
            code=kind.code,
            title=kind.title,
            unit=kind.unit,
            party=self._scene.jurisdictions[row],
            before=before.value(),
            after=after.value(),
            low=low,
            high=high,
            better=kind.better,
            beyond=kind.beyond,
        )

    def _below(self, row: int) -> _Kind:
        floor = self._floors[row]
        title = f"With fewer than {floor.keep} free: {listed(floor.group, {}, last='or')}"
        return _Kind(
            "below_floor",
            title,
            "minutes",
            _D,
            lambda side, place: Ratio(per_day=side.outcome.below_seconds[:, place] / 60),
        )

    def _list_by_lender(self, row: int) -> Iterator[_Kind]:
        for lender, name in enumerate(self._scene.jurisdictions):
            lent = any(
                ((side.jurisdiction == row) & (side.home == lender)).any()
                for side in (self._before, self._after)
            )
            if lender != row and lent:
                yield _Kind(
                    f"aid_received/{name}",
                    f"Aid received from {self._names.get(name, name)}",
                    "units",
                    _U,
                    _between(lender),
                    beyond=name not in self._comparison.draft.parties,
                )

    def _list_refused(self, row: int) -> Iterator[_Kind]:
        draft = self._comparison.draft.id
        yield _refused_kind("refused_by_others", "Refused by neighbours", lambda key: key.borrower == row)
        yield _refused_kind("refused", "Refused to neighbours", lambda key: key.lender == row)
        keys = {key for side in (self._before, self._after) for key in side.outcome.refused}
        for why in sorted({key.why for key in keys if key.lender == row and key.why.code}):
            yield _refused_kind(
                "refused/" + "/".join(part for part in why if part),
                _refused_title(why),
                lambda key: key.lender == row,
                why=why,
                beyond=why.agreement != draft,
            )


def _between(lender: int) -> Callable[[Side, int], Figure]:
    return lambda side, row: side.count((side.jurisdiction == row) & (side.home == lender))


def _refused_kind(
    code: str,
    title: str,
    chosen: Callable[[RefusedKey], bool],
    *,
    why: Why = AS_SUCH,
    beyond: bool = False,
) -> _Kind:
    def take(side: Side, _: int) -> Figure:
        per_day = np.zeros(side.days)
        for key, count in side.outcome.refused.items():
            if key.why == why and chosen(key):
                per_day[key.day] += count
        return Ratio(per_day=per_day)

    return _Kind(code, title, "calls", _D, take, beyond)


def _refused_title(why: Why) -> str:
    where = f", clause {why.clause} of {why.agreement}" if why.clause else ""
    return f"Refused to neighbours: {why.code.replace('_', ' ')}{where}"
