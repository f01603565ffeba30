"""What people decide about cover and advice: an agency's own figures, a person's word, and warnings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dispatch.model.event import Event
from dispatch.model.ids import JurisdictionId, OverrideId, PreAlertId


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeChanged(Event):
    """An agency changed its own figures. ``before`` and ``after``: what it had set, and sets now, as
    documents; a field that is in neither is the default.
    """

    type = "practice.changed"
    practice_version: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverOverridden(Event):
    """A person set the state of a jurisdiction's cover, whatever is measured, until ``ends_at``."""

    type = "cover.overridden"
    personal = frozenset({"reason"})
    override_id: OverrideId
    state: str
    reason: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverOverrideEnded(Event):
    """What is measured counts again, before the override's time was over."""

    type = "cover.override_ended"
    override_id: OverrideId
    override_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreAlertSent(Event):
    """A jurisdiction told partners that it runs low. It asks for nothing."""

    type = "cover.pre_alert_sent"
    personal = frozenset({"note"})
    pre_alert_id: PreAlertId
    partners: tuple[JurisdictionId, ...]
    state: str
    free: int
    total: int
    percent: int | None
    minutes: int
    note: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PreAlertAcknowledged(Event):
    """A partner has seen it: the event's jurisdiction."""

    type = "cover.pre_alert_acknowledged"
    pre_alert_id: PreAlertId
    pre_alert_version: int


COVER_EVENTS: Final[tuple[type[Event], ...]] = (
    PracticeChanged,
    CoverOverridden,
    CoverOverrideEnded,
    PreAlertSent,
    PreAlertAcknowledged,
)
"""Every event about cover."""
