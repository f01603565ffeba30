"""What goes over the board's websocket, both ways: one class per frame.

The hub and its views write these as bytes, once for all boards of an audience, and never build the classes;
tests hold every frame against them. The board's first word is ``schemas.HelloFrame``, its only other one
``schemas.PingFrame``.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from dispatch.api.cover_rows import CoverRow, PreAlertRow
from dispatch.api.health_rows import FeedRow, ServiceRow
from dispatch.api.rows import (
    AssignmentRow,
    ClosureRow,
    IncidentRow,
    RequestRow,
    Row,
    UnitRow,
    WaiverRow,
    WireTime,
)
from dispatch.live.freshness import Freshness
from dispatch.model.principal import Role


class WatcherRow(Row):
    """Whose board this is."""

    person: str
    role: Role
    jurisdiction: str | None


class BoardRows(Row):
    """A board's lists, in the order of ``audience.Table``: rows are state, each the whole of it."""

    units: list[UnitRow]
    incidents: list[IncidentRow]
    requests: list[RequestRow]
    assignments: list[AssignmentRow]
    covers: list[CoverRow]
    closures: list[ClosureRow]
    waivers: list[WaiverRow]
    pre_alerts: list[PreAlertRow]
    feeds: list[FeedRow]
    service: list[ServiceRow]


class SnapshotFrame(BoardRows):
    """Everything that this board may see. A positions frame follows, and a beat with the feeds' ages."""

    type: Literal["snapshot"]
    epoch: str
    """Of the record, and of who looks with which partners: with another one a board starts anew."""
    seq: int
    now: WireTime
    me: WatcherRow


class GoneRow(Row):
    """A row that is not there any more, or not for this board."""

    kind: Literal[
        "unit",
        "incident",
        "request",
        "assignment",
        "cover",
        "closure",
        "waiver",
        "pre_alert",
        "feed",
        "service",
    ]
    id: str


class DeltaFrame(BoardRows):
    """What has changed since the frame before."""

    type: Literal["delta"]
    seq: int
    now: WireTime
    gone: list[GoneRow]


PositionEntry: TypeAlias = tuple[str, float, float, int, Freshness]
"""Unit, longitude, latitude, time of the fix in ms since 1970, freshness at the time of sending."""


class PositionsFrame(Row):
    """The units that moved."""

    type: Literal["positions"]
    now: WireTime
    rows: list[PositionEntry]
    """Unit, longitude, latitude, time of the fix in ms since 1970, freshness at the time of sending."""


FeedEntry: TypeAlias = tuple[str, int | None, int | None, int, int | None, int]


class BeatFrame(Row):
    """Every two seconds, so that silence means trouble."""

    type: Literal["beat"]
    now: WireTime
    seq: int
    feeds: list[FeedEntry] | None = None
    """Of each feed that is seen: its id, when it was heard and its newest fix (ms since 1970; null: never, or
    withheld), for how many units it speaks, how many of those in service have an old position, and after how
    many seconds without a word it is silent."""


Frame: TypeAlias = Annotated[
    SnapshotFrame | DeltaFrame | PositionsFrame | BeatFrame, Field(discriminator="type")
]
"""What the server says."""
