"""The picture: what one process knows now, as numpy columns with one row per unit.

A single writer applies reports and recorded states; everybody reads. Applying is idempotent and does
not depend on order: whatever arrives late or twice, the same reports make the same picture.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.live.checks import KeptFix, Sighting, Trail, check_position, extend, is_jump, keep
from dispatch.live.freshness import (
    DEFAULT_LIMITS,
    Freshness,
    FreshnessLimits,
    freshness_codes,
    freshness_of,
)
from dispatch.live.report import Accepted, Flag, Ignored, PositionReport
from dispatch.live.roster import Roster, UnitsAt
from dispatch.model.errors import NotFound
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.unit import Fix, Unit, UnitState, UnitStatus, UnitType

STATUS_BY_CODE: Final = tuple(UnitStatus)
"""What a code in the ``status`` column stands for."""

TYPE_BY_CODE: Final = tuple(UnitType)
"""What a code in the ``unit_type`` column stands for."""

STATUS_CODE: Final = {status: code for code, status in enumerate(STATUS_BY_CODE)}
_UNKNOWN_CODE: Final = STATUS_CODE[UnitStatus.UNKNOWN]
_NO_ROWS: Final = np.empty(0, dtype=np.int64)
TYPE_CODE: Final = {unit_type: code for code, unit_type in enumerate(TYPE_BY_CODE)}


class ChangeKind(StrEnum):
    """What moved."""

    POSITION = "position"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the picture is not what it was. ``counter`` is the picture's, after the change."""

    unit_id: UnitId
    row: int
    kind: ChangeKind
    counter: int
    flags: tuple[Flag, ...] = ()


class Picture:
    """Positions and statuses of all units. Rows never move: a unit keeps its row for good.

    Columns (first ``len(picture)`` entries count; a later ``add_unit`` may put new arrays in their place):
    ``lon``/``lat`` degrees, ``position_at_s`` epoch seconds of the fix (nan: never seen), ``suspect``,
    ``status`` and ``unit_type`` codes, ``home`` index into ``jurisdictions``, ``origin`` the row in the
    picture that a part was taken from (its own row in a whole one), ``moved_at`` and ``registered_at`` the
    counter at the row's last move and registration, ``on_duty_since_s`` and ``shift_ends_s`` epoch seconds
    of its crew (nan: nobody has said).

    ``unknown`` is how many units nobody has heard of.
    """

    def __init__(self, units: Mapping[UnitId, Unit], *, limits: FreshnessLimits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self.counter = 0
        self.unknown = 0
        self.jurisdictions: list[JurisdictionId] = []
        self.units: list[Unit] | UnitsAt = []
        self._row: dict[UnitId, int] = {}
        self._home_index: dict[JurisdictionId, int] = {}
        self._rows_of: dict[JurisdictionId, NDArray[np.int64]] = {}
        self._roster: Roster | None = None
        self._allocate(max(16, len(units)))
        for unit in units.values():
            self.add_unit(unit)

    def __len__(self) -> int:
        return len(self.units)

    def add_unit(self, unit: Unit) -> int:
        """Take in a unit, or its changed registration, at run time; answers its row."""
        row = self.find_row(unit.id)
        if row is None:
            row = self._append(unit)
        self.units[row] = unit
        self.unit_type[row] = TYPE_CODE[unit.unit_type]
        self.home[row] = self._index_of(unit.jurisdiction_id)
        self._rows_of.clear()
        self._roster = None
        self.counter += 1
        self.registered_at[row] = self.counter
        return row

    # -- what is heard ------------------------------------------------------------------------------

    def judge_position(self, report: PositionReport, now: datetime) -> Accepted | Ignored:
        """What ``apply_position`` would make of the report: its flags, or why it would be ignored."""
        sighting = self._sight(report, now)
        reason = check_position(sighting)
        return Ignored(reason) if reason else Accepted(sighting.kept.at, tuple(sighting.flags))

    def apply_position(self, report: PositionReport, now: datetime) -> Change | None:
        """Take a position report in. None where what is shown stays as it was."""
        sighting = self._sight(report, now)
        if check_position(sighting) is not None:
            return None
        row = self._row[report.unit_id]
        before, was_suspect = sighting.trail, bool(self.suspect[row])
        trail = extend(before, sighting.kept)
        self._trails[row] = trail
        self.suspect[row] = suspect = is_jump(trail, self.units[row])
        if before and trail.newest is before.newest and suspect == was_suspect:
            return None
        self._show(row, trail.newest)
        return Change(report.unit_id, row, ChangeKind.POSITION, self.counter, tuple(sighting.flags))

    def apply_state(self, state: UnitState) -> Change | None:
        """Take in what the record holds of a unit. The highest version wins; None where nothing changed.

        States of units that the picture does not know are dropped: the record outlives registrations.
        """
        row = self.find_row(state.unit_id)
        if row is None:
            return None
        known: UnitState | None = self._states[row]
        if known is not None and state.version <= known.version:
            return None
        self._states[row] = state
        self.unknown += (state.status is UnitStatus.UNKNOWN) - int(self.status[row] == _UNKNOWN_CODE)
        self.status[row] = STATUS_CODE[state.status]
        self.on_duty_since_s[row] = state.on_duty_since.timestamp() if state.on_duty_since else np.nan
        self.shift_ends_s[row] = state.shift_ends_at.timestamp() if state.shift_ends_at else np.nan
        self.counter += 1
        return Change(state.unit_id, row, ChangeKind.STATUS, self.counter)

    def still(self) -> "Picture":
        """A copy that no later report changes, for a computation on another thread.

        It costs as much as the fleet is large; whoever needs some rows only takes a ``part``.
        """
        copy = Picture.__new__(Picture)
        for name, value in vars(self).items():
            mutable = isinstance(value, np.ndarray | list | dict)
            setattr(copy, name, value.copy() if mutable else value)
        return copy

    def part(self, rows: NDArray[np.int64]) -> "Part":
        """A still copy of some rows (ascending, each once): a picture of those units alone.

        Its cost does not depend on how many others there are. ``origin`` names each unit's row here; the
        part may be added to, which changes nothing here.
        """
        return Part(self, rows)

    def roster(self) -> Roster:
        """Who there is: the same object until a unit is added or registered anew."""
        if self._roster is None:
            self._roster = Roster(tuple(self.units), self.registered_at[: len(self)].copy())
        return self._roster

    # -- what is known ------------------------------------------------------------------------------

    def find_row(self, unit_id: UnitId) -> int | None:
        """The unit's row."""
        return self._row.get(unit_id)

    def rows(self, unit_ids: Iterable[UnitId]) -> NDArray[np.int64]:
        """The rows of those units that the picture knows, in the order given."""
        rows = [self.find_row(unit_id) for unit_id in unit_ids]
        return np.array([row for row in rows if row is not None], dtype=np.int64)

    def rows_of(self, jurisdiction_id: JurisdictionId) -> NDArray[np.int64]:
        """The rows of a jurisdiction's own units, ascending; empty for one without units."""
        if not self._rows_of:
            self._rows_of = self._by_home()
        return self._rows_of.get(jurisdiction_id, _NO_ROWS)

    def state(self, unit_id: UnitId) -> UnitState | None:
        """What the record holds of the unit; None where there is no word of it."""
        row = self.find_row(unit_id)
        state: UnitState | None = None if row is None else self._states[row]
        return state

    def get_state(self, unit_id: UnitId) -> UnitState:
        """What the record holds of the unit. Raises ``NotFound`` where there is no word of it."""
        state = self.state(unit_id)
        if state is None:
            raise NotFound("unit state", unit_id)
        return state

    def status_of(self, unit_id: UnitId) -> UnitStatus:
        """What the unit is doing; ``unknown`` where there is no word of it."""
        state = self.state(unit_id)
        return state.status if state else UnitStatus.UNKNOWN

    def fix(self, unit_id: UnitId) -> Fix | None:
        """Where the unit was seen last."""
        row = self.find_row(unit_id)
        trail: Trail | None = None if row is None else self._trails[row]
        return _fix(trail.newest) if trail else None

    def freshness(self, unit_id: UnitId, now: datetime) -> Freshness:
        """How far the unit's position can be trusted."""
        row = self.find_row(unit_id)
        trail: Trail | None = None if row is None else self._trails[row]
        if row is None or trail is None:
            return Freshness.LOST
        age_seconds = max(0.0, (now - trail.newest.at).total_seconds())
        return freshness_of(age_seconds, suspect=bool(self.suspect[row]), limits=self.limits)

    def age_seconds(self, now: datetime) -> NDArray[np.float64]:
        """Age of every row's fix, counted from the fix's own time; nan where never seen."""
        return np.maximum(0.0, now.timestamp() - self.position_at_s[: len(self)])

    def freshness_codes(self, now: datetime) -> NDArray[np.int64]:
        """Every row's freshness, as codes into ``FRESHNESS_BY_CODE``."""
        return freshness_codes(self.age_seconds(now), self.suspect[: len(self)], self.limits)

    def moved_since(self, counter: int) -> NDArray[np.int64]:
        """The rows whose position changed after the picture's counter stood at ``counter``, ascending."""
        return np.flatnonzero(self.moved_at[: len(self)] > counter)

    # -- inside -------------------------------------------------------------------------------------

    def _sight(self, report: PositionReport, now: datetime) -> Sighting:
        row = self.find_row(report.unit_id)
        return Sighting(
            report=report,
            unit=None if row is None else self.units[row],
            trail=None if row is None else self._trails[row],
            now=now,
            kept=keep(report, report.at),
        )

    def _show(self, row: int, fix: KeptFix) -> None:
        self.counter += 1
        self.lon[row] = fix.lon
        self.lat[row] = fix.lat
        self.position_at_s[row] = fix.at_s
        self.moved_at[row] = self.counter

    def _append(self, unit: Unit) -> int:
        row = len(self.units)
        if row == len(self.lon):
            self._grow(max(16, 2 * row))
        self.unknown += 1
        self._row[unit.id] = row
        self.units.append(unit)
        return row

    def _index_of(self, jurisdiction_id: JurisdictionId) -> int:
        index = self._home_index.get(jurisdiction_id)
        if index is None:
            index = self._home_index[jurisdiction_id] = len(self.jurisdictions)
            self.jurisdictions.append(jurisdiction_id)
        return index

    def _by_home(self) -> dict[JurisdictionId, NDArray[np.int64]]:
        if not self.units:
            return {}
        home = self.home[: len(self)]
        by_home = np.argsort(home, kind="stable")
        ends = np.searchsorted(home[by_home], np.arange(1, len(self.jurisdictions)))
        return dict(zip(self.jurisdictions, np.split(by_home, ends), strict=True))

    def _allocate(self, capacity: int) -> None:
        self.lon = np.full(capacity, np.nan)
        self.lat = np.full(capacity, np.nan)
        self.position_at_s = np.full(capacity, np.nan)
        self.on_duty_since_s = np.full(capacity, np.nan)
        self.shift_ends_s = np.full(capacity, np.nan)
        self.suspect = np.zeros(capacity, dtype=np.bool_)
        self.status = np.full(capacity, STATUS_CODE[UnitStatus.UNKNOWN], dtype=np.int64)
        self.unit_type = np.zeros(capacity, dtype=np.int64)
        self.home = np.full(capacity, -1, dtype=np.int64)
        self.origin = np.arange(capacity)
        self._trails: NDArray[np.object_] = np.full(capacity, None, dtype=np.object_)
        self._states: NDArray[np.object_] = np.full(capacity, None, dtype=np.object_)
        self.moved_at = np.zeros(capacity, dtype=np.int64)
        self.registered_at = np.zeros(capacity, dtype=np.int64)

    def _grow(self, capacity: int) -> None:
        old = {name: column for name, column in vars(self).items() if isinstance(column, np.ndarray)}
        self._allocate(capacity)
        for name, column in old.items():
            getattr(self, name)[: len(column)] = column


class Part(Picture):
    """Some rows of a picture as a picture of their own, still. Taking one copies columns and nothing else.

    Units are looked up in the roster that the whole had, rows by the whole's own index.
    """

    def __init__(self, whole: Picture, rows: NDArray[np.int64]) -> None:
        for name, column in vars(whole).items():
            if isinstance(column, np.ndarray):
                setattr(self, name, column[rows])
        self.limits, self.counter = whole.limits, whole.counter
        self.unknown = int(np.count_nonzero(self.status == _UNKNOWN_CODE))
        homes = np.zeros(len(whole.jurisdictions), dtype=np.bool_)
        homes[self.home] = True
        self.home = (np.cumsum(homes) - 1)[self.home]
        self.jurisdictions = [whole.jurisdictions[home] for home in np.flatnonzero(homes).tolist()]
        self._home_index = {home: index for index, home in enumerate(self.jurisdictions)}
        self._roster: Roster | None = None
        self.units = UnitsAt(whole.roster().units, rows)
        self._row: dict[UnitId, int] = {}
        self._rows_of: dict[JurisdictionId, NDArray[np.int64]] = {}
        self._row_in_whole, self._rows = whole._row, rows

    def find_row(self, unit_id: UnitId) -> int | None:
        row = self._row_in_whole.get(unit_id)
        if row is not None:
            at = bisect_left(self._rows, row)
            if at < len(self._rows) and self._rows[at] == row:
                return at
        return self._row.get(unit_id)

    def rows(self, unit_ids: Iterable[UnitId]) -> NDArray[np.int64]:
        ids = list(unit_ids)
        whole = np.array([self._row_in_whole.get(unit_id, -1) for unit_id in ids], dtype=np.int64)
        at = np.searchsorted(self._rows, whole)
        here = at < len(self._rows)
        here[here] = self._rows[at[here]] == whole[here]
        for index in np.flatnonzero(~here).tolist() if self._row else ():
            row = self._row.get(ids[index])
            if row is not None:
                at[index], here[index] = row, True
        found: NDArray[np.int64] = at[here]
        return found


def _fix(kept: KeptFix) -> Fix:
    return Fix(
        position=kept.position,
        at=kept.at,
        source=kept.source,
        speed_mps=None if kept.speed_mps < 0 else kept.speed_mps,
        heading_deg=None if kept.heading_deg < 0 else kept.heading_deg,
    )


def has_code(column: NDArray[np.int64], codes: Iterable[int]) -> NDArray[np.bool_]:
    """Which entries of a column of codes are one of ``codes``."""
    wanted = np.zeros(max(len(STATUS_BY_CODE), len(TYPE_BY_CODE)), dtype=np.bool_)
    wanted[list(codes)] = True
    found: NDArray[np.bool_] = wanted[column]
    return found
