"""Who acts: a signed-in person or a machine with a key."""

from dataclasses import dataclass
from enum import StrEnum

from dispatch.model.ids import JurisdictionId


class Role(StrEnum):
    """What a principal is here for. Rights are role x jurisdiction x agreement x relation to the incident."""

    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    ANALYST = "analyst"
    FEED = "feed"
    SERVICE = "service"
    """The service itself: expiry, escalation, overwhelm. Never a login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An authenticated actor of one jurisdiction. ``id`` is a person's name or a key's public part."""

    id: str
    role: Role
    jurisdiction_id: JurisdictionId | None
    display_name: str = ""


SERVICE = Principal(id="service", role=Role.SERVICE, jurisdiction_id=None, display_name="Service")
