"""What one audience sees: its rows as encoded bytes, and which of them changed when.

Boards of one jurisdiction and role are one audience: each row is computed and encoded once for all of
them. Rows are state, not events: a delta carries the whole new row, so a board that resumes needs only
the rows that changed meanwhile, each as it is now.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

import orjson

from dispatch.agreements.sight import wire_time
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from dispatch.services.command import Row

CHANGES_KEPT: Final = 10_000
"""How many changed rows back a board may resume; before that it gets a snapshot."""


class Table(StrEnum):
    """The lists of a board, in the order of the wire."""

    UNITS = "units"
    INCIDENTS = "incidents"
    REQUESTS = "requests"
    ASSIGNMENTS = "assignments"
    COVERS = "covers"
    CLOSURES = "closures"
    WAIVERS = "waivers"
    PRE_ALERTS = "pre_alerts"
    FEEDS = "feeds"
    SERVICE = "service"


KIND: Final = {
    Table.UNITS: "unit",
    Table.INCIDENTS: "incident",
    Table.REQUESTS: "request",
    Table.ASSIGNMENTS: "assignment",
    Table.COVERS: "cover",
    Table.CLOSURES: "closure",
    Table.WAIVERS: "waiver",
    Table.PRE_ALERTS: "pre_alert",
    Table.FEEDS: "feed",
    Table.SERVICE: "service",
}
"""How ``gone`` names a row's table."""


class Key(NamedTuple):
    """One row of the board."""

    table: Table
    id: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Boards that see the same."""

    jurisdiction_id: JurisdictionId | None
    role: Role


class RowSource(Protocol):
    """Where rows come from: the read-model, seen through ``agreements/sight``."""

    def list_keys(self, audience: Audience, *, now: datetime) -> Iterable[Key]:
        """Every row that this audience may see; others may be among them."""
        ...

    def find_row(self, key: Key, audience: Audience, *, now: datetime) -> Row | None:
        """The row as this audience may see it; None where it is gone or not theirs to see."""
        ...


class View:
    """One audience's rows. The hub advances it after each commit and reads frames from it."""

    def __init__(self, audience: Audience, source: RowSource, *, seq: int, now: datetime) -> None:
        self.audience = audience
        self.coarse_by_unit: dict[str, bool] = {}
        """The units whose places this audience sees, and whether only coarsely."""
        self.fixes_by_feed: dict[str, bool] = {}
        """The feeds that this audience sees, and whether also how old their positions are."""
        self._source = source
        self._rows: dict[Table, dict[str, bytes]] = {table: {} for table in Table}
        self._changes: deque[tuple[int, Key]] = deque()
        self._complete_since = self._told = seq
        self._snapshot: tuple[int, bytes] | None = None
        for key in source.list_keys(audience, now=now):
            self._renew(key, now)

    def advance(self, keys: Iterable[Key], *, seq: int, now: datetime) -> bytes | None:
        """Look again at the rows named; the delta frame, or None where this audience sees no change."""
        changed = [key for key in dict.fromkeys(keys) if self._renew(key, now)]
        again, self._told = seq == self._told, seq
        if not changed:
            return None
        if again:  # a board that was told of ``seq`` and left may have missed this: it starts anew
            self._complete_since = seq + 1
        for key in changed:
            self._changes.append((seq, key))
        while len(self._changes) > CHANGES_KEPT:
            self._complete_since = max(self._complete_since, self._changes.popleft()[0])
        self._snapshot = None
        return self._delta(changed, seq=seq, now=now)

    def refresh(self, *, seq: int, now: datetime) -> bytes | None:
        """Look again at every row: what may be seen has changed, as when an agreement ends."""
        seen = [Key(table, row_id) for table, rows in self._rows.items() for row_id in rows]
        return self.advance([*seen, *self._source.list_keys(self.audience, now=now)], seq=seq, now=now)

    def snapshot(self, *, seq: int) -> bytes:
        """The lists of the snapshot frame, without its head; the same bytes until something changes.

        A unit's position in it is as old as its row; a positions frame must follow.
        """
        if self._snapshot is None or self._snapshot[0] != seq:
            self._snapshot = (seq, _lists({table: list(rows.values()) for table, rows in self._rows.items()}))
        return self._snapshot[1]

    def delta_since(self, since: int, *, seq: int, now: datetime) -> bytes | None:
        """One delta that takes a board from ``since`` to ``seq``; None when too much was forgotten."""
        if not self._complete_since <= since <= seq:
            return None
        changed = [key for at, key in self._changes if at > since]
        return self._delta(list(dict.fromkeys(changed)), seq=seq, now=now)

    def _renew(self, key: Key, now: datetime) -> bool:
        """Compute one row again; whether it differs from what the audience saw."""
        row = self._source.find_row(key, self.audience, now=now)
        rows = self._rows[key.table]
        before = rows.get(key.id)
        if row is None:
            rows.pop(key.id, None)
            if key.table is Table.UNITS:
                self.coarse_by_unit.pop(key.id, None)
            elif key.table is Table.FEEDS:
                self.fixes_by_feed.pop(key.id, None)
            return before is not None
        if key.table is Table.UNITS:
            self._place(key.id, row["coarse"])
        elif key.table is Table.FEEDS:
            self.fixes_by_feed[key.id] = row["shows_fixes"]
        rows[key.id] = after = orjson.dumps(row)
        return after != before

    def _place(self, unit_id: str, coarse: bool | None) -> None:
        """How the unit's positions are sent; None: an agreement withholds them from this audience."""
        if coarse is None:
            self.coarse_by_unit.pop(unit_id, None)
        else:
            self.coarse_by_unit[unit_id] = coarse

    def _delta(self, keys: Iterable[Key], *, seq: int, now: datetime) -> bytes:
        present: dict[Table, list[bytes]] = {table: [] for table in Table}
        gone: list[dict[str, str]] = []
        for key in keys:
            row = self._rows[key.table].get(key.id)
            if row is None:
                gone.append({"kind": KIND[key.table], "id": key.id})
            else:
                present[key.table].append(row)
        head = b'{"type":"delta","seq":%d,"now":"%s",' % (seq, wire_time(now).encode())
        return head + _lists(present) + b',"gone":' + orjson.dumps(gone) + b"}"


def _lists(rows: dict[Table, list[bytes]]) -> bytes:
    return b",".join(b'"%s":[%s]' % (table.encode(), b",".join(rows[table])) for table in Table)
