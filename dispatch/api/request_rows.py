"""Rows about a request beside its own: its receipts, and what could go instead."""

from dispatch.api.rows import ReasonRow, Row, WireTime
from dispatch.model.unit import UnitType
from dispatch.routing.travel import EtaBasis


class ReceiptRow(Row):
    """The receipts of a request, as they are on record."""

    request: str
    delivered_at: WireTime | None
    seen_at: WireTime | None
    seen_by: str


class InsteadUnitRow(Row):
    """One of the lender's own units that may go instead."""

    unit: str
    call_sign: str
    unit_type: UnitType
    eta_seconds: int
    """Told to the minute: the lender knows the place only coarsely."""
    eta_basis: EtaBasis
    keeps: int
    floor: int
    agreement: str
    agreement_version: int
    clauses: list[str]
    answer_seconds: int
    """How long the borrower would have to take it."""


class HeldUnitRow(Row):
    """One of the lender's own units that may not go, with all reasons and their sentences."""

    unit: str
    call_sign: str
    reasons: list[ReasonRow]


class InsteadRow(Row):
    """What a lender could offer in the place of the unit that it was asked for."""

    request: str
    need: UnitType
    units: list[InsteadUnitRow]
    refusals: list[HeldUnitRow]
