"""What clients get about orders for many units: the plan, who is missing, and what came of sending it."""

from typing import Literal

from dispatch.aid.describe import Degraded
from dispatch.aid.waves.plan import Lack
from dispatch.api.advice_rows import CandidateRow, RefusedUnitRow
from dispatch.api.rows import AssignmentRow, Figures, NeedRow, OpenRow, ReasonRow, RequestRow, Row, WireTime
from dispatch.model.unit import UnitType


class PlacedRow(Row):
    """A place in ten-millionths of a degree, as the journal has it."""

    lon_e7: int
    lat_e7: int


class OrderRow(Row):
    """What was ordered; ``alarm_level`` and ``card`` where a run card said what."""

    needs: list[NeedRow]
    staging: PlacedRow | None
    first_wave: int
    within_seconds: int
    call_order: list[str]
    alarm_level: int | None
    card: str | None


class PickRow(CandidateRow):
    """A unit to ask for: a candidate, the need that it meets, and its wave from 1."""

    meets: UnitType
    wave: int


class LenderShareRow(Row):
    """What a lender gives and keeps; ``late_calls``: what it is expected to lose meanwhile."""

    lender: str
    sends: int
    free_before: int
    keeps: int
    late_calls: float


class MissingRow(Row):
    """One unit that does not come: the nearest other one that would do, and why not."""

    need: UnitType
    lack: Lack
    unit: RefusedUnitRow | None
    figures: Figures


class ShortfallRow(Row):
    """How many of one need do not come, counted by lack."""

    need: UnitType
    missing: int
    because: dict[Lack, int]


class PlanFiguresRow(Row):
    """A plan in figures; ``cost`` in late life-threatening calls."""

    units: int
    mean_eta_seconds: int | None
    last_eta_seconds: int | None
    late_calls: float
    cost: float


class PlanRow(Row):
    """One answer to one order."""

    picks: list[PickRow]
    lenders: list[LenderShareRow]
    missing: list[MissingRow]
    shortfall: list[ShortfallRow]
    figures: PlanFiguresRow


class ComparedRow(Row):
    """The closest-first plan beside the exact model's."""

    greedy: PlanFiguresRow
    exact: PlanFiguresRow | None


class AidPlanRow(Row):
    """An order for many units and its answer."""

    id: str
    incident: str
    made_at: WireTime
    order: OrderRow
    plan: PlanRow
    degraded: list[Degraded]
    status: Literal["greedy", "exact", "same"]
    because: str
    pending: bool
    """The exact answer may still come."""
    compared: ComparedRow


class NotAskedDetailsRow(OpenRow):
    """What the error says beside its code: the reasons, or who holds the unit; more as the code wants it."""

    reasons: list[ReasonRow] | None = None
    holder: str | None = None


class NotAskedRow(Row):
    """A unit of a plan that could not be had: the code and the details of asking for it alone."""

    unit: str
    call_sign: str
    lender: str
    code: str
    details: NotAskedDetailsRow


class AidPlanSentRow(Row):
    """The requests that were made, the new assignments of units that stood by, and who could not be had."""

    id: str
    incident: str
    answer: Literal["closest_first", "exact"]
    requests: list[RequestRow]
    redirected: list[AssignmentRow]
    refused: list[NotAskedRow]
