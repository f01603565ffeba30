"""All that the server has told this board, and what each frame makes of it: the page's fold, step for step.

The rules are those of ``web/src/picture/picture.ts``; ``tests/watch/frames.json`` holds both to them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

Row: TypeAlias = Mapping[str, Any]
"""A row exactly as the server sends it."""
Rows: TypeAlias = Mapping[str, Row]
Frame: TypeAlias = Mapping[str, Any]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER: Final = float("-inf")

TABLES: Final = {
    "units": "unit",
    "incidents": "incident",
    "requests": "request",
    "assignments": "assignment",
    "covers": "cover",
    "closures": "closure",
    "waivers": "waiver",
    "pre_alerts": "pre_alert",
    "feeds": "feed",
    "service": "service",
}
"""The lists of a frame, and how ``gone`` names a row of each. A server that has one not sends none of it."""

VERSIONED: Final = frozenset({"units", "incidents", "requests", "assignments"})
"""Rows that carry a version of their own; of the others the newest frame's stand."""


class Fix(NamedTuple):
    """A position as measured: ``at`` is the fix's own time in ms since 1970, not its receipt."""

    lon: float
    lat: float
    at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Never changed in place: every frame gives a new one. ``as_of``: the newest frame's time, in ms."""

    epoch: str
    seq: int
    as_of: int
    me: Row
    units: Rows
    incidents: Rows
    requests: Rows
    assignments: Rows
    covers: Rows
    closures: Rows
    waivers: Rows
    pre_alerts: Rows
    feeds: Rows
    service: Rows
    fixes: Mapping[str, Fix]

    def table(self, name: str) -> Rows:
        """The rows of one of ``TABLES``, by id (covers by jurisdiction)."""
        rows: Rows = getattr(self, name)
        return rows


def fold(picture: Picture | None, frame: Frame) -> Picture | None:
    """The picture after a frame. A frame before the first snapshot has nothing to apply to: None stays."""
    kind = frame["type"]
    if kind == "snapshot":
        return _from_snapshot(frame)
    if picture is None:
        return None
    if kind == "delta":
        return _with_delta(picture, frame)
    if kind == "positions":
        return _with_positions(picture, frame)
    if kind == "beat":
        return replace(picture, as_of=max(picture.as_of, moment_ms(frame["now"])))
    return picture


def moment_ms(text: str) -> int:
    """An RFC 3339 time in ms since 1970."""
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)


def key_of(table: str, row: Row) -> str:
    """By what a table's rows are told apart."""
    return str(row["jurisdiction"] if table == "covers" else row["id"])


def list_changes(before: Picture, after: Picture) -> dict[str, int]:
    """How many rows of each table differ, came or went: what a board missed while it was away."""
    counts = {}
    for table in TABLES:
        old, new = before.table(table), after.table(table)
        differ = sum(1 for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        if differ:
            counts[table] = differ
    return counts


def _from_snapshot(frame: Frame) -> Picture:
    rows = {table: {key_of(table, row): row for row in frame.get(table, ())} for table in TABLES}
    fixes: dict[str, Fix] = {}
    _take_fixes(fixes, frame["units"])
    return Picture(
        epoch=frame["epoch"],
        seq=frame["seq"],
        as_of=moment_ms(frame["now"]),
        me=frame["me"],
        fixes=MappingProxyType(fixes),
        **{table: MappingProxyType(found) for table, found in rows.items()},
    )


def _with_delta(picture: Picture, frame: Frame) -> Picture:
    gone = frame.get("gone") or ()
    changed: dict[str, Rows] = {}
    for table, kind in TABLES.items():
        rows, left = frame.get(table) or (), [one["id"] for one in gone if one["kind"] == kind]
        if rows or left:
            changed[table] = _merge(table, picture.table(table), rows, left)
    return replace(
        picture,
        epoch=frame.get("epoch") or picture.epoch,
        seq=max(picture.seq, frame["seq"]),
        as_of=max(picture.as_of, moment_ms(frame["now"])),
        fixes=_merge_fixes(picture.fixes, frame),
        **changed,
    )


def _merge(table: str, old: Rows, rows: Iterable[Row], gone: Iterable[str]) -> Rows:
    """Rows are whole states: the higher version wins, whatever order they come in."""
    merged = dict(old)
    for row_id in gone:
        merged.pop(row_id, None)
    newer = _is_newer if table in VERSIONED else _stands
    for row in rows:
        key = key_of(table, row)
        if newer(merged.get(key), row):
            merged[key] = row
    return MappingProxyType(merged)


def _is_newer(known: Row | None, row: Row) -> bool:
    return known is None or row["version"] >= known["version"]


def _stands(_known: Row | None, _row: Row) -> bool:
    return True


def _merge_fixes(old: Mapping[str, Fix], frame: Frame) -> Mapping[str, Fix]:
    rows = frame.get("units") or ()
    gone = [one["id"] for one in frame.get("gone") or () if one["kind"] == "unit"]
    if not rows and not gone:
        return old
    fixes = dict(old)
    for unit_id in gone:
        fixes.pop(unit_id, None)
    _take_fixes(fixes, rows)
    return MappingProxyType(fixes)


def _take_fixes(fixes: dict[str, Fix], rows: Iterable[Row]) -> None:
    for row in rows:
        if row["coarse"] is None:
            # Withheld by an agreement: what was known of its place while it was lent is known no more.
            fixes.pop(row["id"], None)
        if row["lon"] is None or row["lat"] is None:
            continue
        at = None if row["position_at"] is None else moment_ms(row["position_at"])
        _keep_newer(fixes, row["id"], Fix(row["lon"], row["lat"], at))


def _with_positions(picture: Picture, frame: Frame) -> Picture:
    fixes = dict(picture.fixes)
    for unit_id, lon, lat, at, *_ in frame["rows"]:
        if unit_id in picture.units:
            _keep_newer(fixes, unit_id, Fix(lon, lat, at))
    as_of = max(picture.as_of, moment_ms(frame["now"]))
    return replace(picture, as_of=as_of, fixes=MappingProxyType(fixes))


def _keep_newer(fixes: dict[str, Fix], unit_id: str, fix: Fix) -> None:
    """A late report never moves a unit back. An equal time may: exact sight can replace a coarse one."""
    known = fixes.get(unit_id)
    if known is None or _time_of(known) <= _time_of(fix):
        fixes[unit_id] = fix


def _time_of(fix: Fix) -> float:
    return _NEVER if fix.at is None else fix.at
