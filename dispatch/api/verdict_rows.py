"""What clients get who ask why one unit may come, or may not."""

from dispatch.aid.advice.ahead import AheadCode
from dispatch.api.advice_rows import OwnUnitRow, ShownCandidateRow
from dispatch.api.rows import AssignmentRow, Figures, ReasonRow, Row, WireTime
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.routing.travel import EtaBasis


class AheadRow(Row):
    """The advised unit, and why it stands before the one that was asked about."""

    unit: str
    home: str
    code: AheadCode
    figures: Figures
    sentence: str


class VerdictRow(Row):
    """One unit for one need of one incident, as the recommendation of this moment has it."""

    incident: str
    need: UnitType
    made_at: WireTime
    unit: str
    call_sign: str
    unit_type: UnitType
    home: str
    own: bool
    status: UnitStatus
    changed_at: WireTime | None
    """Since when it has this status."""
    assignment: AssignmentRow | None
    """What it works on, where that is known to the caller's jurisdiction."""
    may_come: bool
    eta_seconds: int | None
    """From being sent; of an own busy unit from now on. null: it has no way, or no place is known."""
    eta_basis: EtaBasis | None
    reasons: list[ReasonRow]
    """Everything that forbids; empty where it may come."""
    candidate: ShownCandidateRow | None
    """A neighbour's unit that may come."""
    own_unit: OwnUnitRow | None
    """An own one, free, or busy with an estimate."""
    place: int | None
    """In the order advised, from 1; null: not weighed, for it may not come or many are nearer."""
    weighed: int
    """So many units were."""
    ahead: AheadRow | None
    """null for the first, and for one that was not weighed."""
    sentence: str
