"""What clients get about standing by: moves worth making, and what was asked for."""

from typing import Literal

from pydantic import Field

from dispatch.aid.advice.opinion import Fallback
from dispatch.api.advice_rows import PermitRow
from dispatch.api.rows import AssignmentRow, IncidentRow, RequestRow, Row, WireTime
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import UnitType


class StandbyPlaceRow(Row):
    """A station of the region, or a place that is none."""

    post: str | None
    name: str
    lon: float | None
    lat: float | None


class StandbyStepRow(Row):
    """One move in figures: gain, cost and net in late life-threatening calls of the next hour."""

    unit: str
    call_sign: str
    unit_type: UnitType
    lender: str
    own: bool
    from_: StandbyPlaceRow = Field(alias="from")
    to: StandbyPlaceRow
    travel_seconds: int
    gain: float
    cost: float
    net: float
    keeps: int
    """Free units of the kind that its home has left."""


class BackfillRow(StandbyStepRow):
    """Who comes to the lender meanwhile; what the two others have agreed is not in it."""

    borrower: str
    lender_loses: float
    sentence: str


class StandbyEndsRow(Row):
    """When the unit goes home."""

    ends_at_free: int
    lender_keeps: int
    longest_minutes: int
    sentence: str


class MoveOpinionRow(Row):
    """What simulated futures say of one move."""

    verdict: Literal["pays", "does_not_pay", "undecided", "not_played"]
    fallback: Fallback | None
    gain: float | None
    standard_error: float | None
    futures: int | None
    horizon_seconds: int | None
    seed: int | None
    sentence: str


class StandbyMoveRow(StandbyStepRow):
    """One move with everything that a dispatcher wants to know of it; without a permit an own unit's."""

    permit: PermitRow | None
    ends: StandbyEndsRow
    opinion: MoveOpinionRow
    backfill: BackfillRow | None
    sentence: str


class StandbyProposalsRow(Row):
    """Whom to bring, best first; empty with the reason in ``because``."""

    id: str | None
    jurisdiction: str
    cover: CoverState
    made_at: WireTime
    because: Literal["proposed", "nothing_gained", "cover_green", "switched_off", "figures_not_ready"]
    sentence: str
    moves: list[StandbyMoveRow]
    """Neighbours' units."""
    move_ups: list[StandbyMoveRow]
    """Own ones."""
    together: list[StandbyStepRow]
    """The moves to make if several are made, in order."""


class BackfillAskedRow(Row):
    """A third was asked in the same breath: its question is between the two others."""

    unit: str
    lender: str
    borrower: str


class StandbyAskedRow(Row):
    """The standby, with its request to a neighbour or its assignment of an own unit."""

    incident: IncidentRow
    request: RequestRow | None
    assignment: AssignmentRow | None
    backfill: BackfillAskedRow | None
