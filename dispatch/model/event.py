"""What every event has in common."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dispatch.model.ids import IncidentId, JurisdictionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events carry. ``jurisdiction_id`` is whose record it is."""

    type: ClassVar[str] = "event"
    version: ClassVar[int] = 1
    personal: ClassVar[frozenset[str]] = frozenset()

    occurred_at: datetime
    jurisdiction_id: JurisdictionId | None = None
    incident_id: IncidentId | None = None
