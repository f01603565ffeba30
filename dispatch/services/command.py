"""What every command carries beside its subject."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from dispatch.model.principal import SERVICE, Principal

Row: TypeAlias = dict[str, Any]
"""One JSON-ready row as a board or a client gets it. ``agreements/sight.py`` is what makes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMeta:
    """Who asks, and the ``Idempotency-Key`` under which a retry is known as the same command."""

    actor: Principal
    key: str | None = None


BY_SERVICE = CommandMeta(actor=SERVICE)
"""What the service does by itself: expiry, escalation, overwhelm."""
