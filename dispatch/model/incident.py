"""Incidents: one event that needs units.

Priorities are NEMSIS eDispatch.05; states are the EIDO incident statuses that EMS uses.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.unit import UnitType


class Priority(StrEnum):
    """Patient acuity at dispatch (NEMSIS eDispatch.05), most urgent first."""

    CRITICAL = "critical"
    EMERGENT = "emergent"
    LOWER_ACUITY = "lower_acuity"
    NON_ACUTE = "non_acute"

    @property
    def rank(self) -> int:
        """1 for the most urgent, 4 for the least: what a board shows as P1 to P4."""
        return list(Priority).index(self) + 1

    @property
    def is_emergent(self) -> bool:
        """Whether units respond with lights and sirens (eResponse.23 emergent)."""
        return self in (Priority.CRITICAL, Priority.EMERGENT)


class Purpose(StrEnum):
    """What a unit is asked for (NEMSIS eResponse.05: emergency response, standby)."""

    INCIDENT = "incident"
    STANDBY = "standby"
    """Cover in the emptied area of a neighbour, or at another post of one's own (move-up)."""


class IncidentState(StrEnum):
    """Where an incident stands."""

    ACTIVE = "active"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How many units of one type an incident wants. ``count`` >= 1."""

    unit_type: UnitType
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One event that needs units.

    ``jurisdiction_id`` is the jurisdiction responsible; ``address`` and ``note`` are free text and
    may hold personal data: they are committed to the journal salted, never in clear. ``purpose``: a call, or
    a cover assignment under a number of its own, whose ``position`` is the post; a standby is no call, and
    no figure counts it as one. ``backfill_of``: the standby whose lender this one covers meanwhile.
    """

    id: IncidentId
    number: str
    jurisdiction_id: JurisdictionId
    position: Point
    priority: Priority
    nature: str
    needs: tuple[Need, ...]
    opened_at: datetime
    address: str = ""
    note: str = ""
    state: IncidentState = IncidentState.ACTIVE
    closed_at: datetime | None = None
    version: int = 1
    purpose: Purpose = Purpose.INCIDENT
    backfill_of: IncidentId | None = None

    @property
    def is_call(self) -> bool:
        """Whether somebody called for help, as against a unit that only waits there."""
        return self.purpose is Purpose.INCIDENT
