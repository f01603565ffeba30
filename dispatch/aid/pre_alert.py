"""Telling partners early that one runs low, without asking them for anything.

It is a note on their boards that goes away by itself. Nothing is reserved, nobody has to answer; who has
seen it may say so.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dispatch.model.errors import IllegalStep
from dispatch.model.ids import JurisdictionId, PreAlertId

LASTS: Final = timedelta(minutes=30)
"""After that the picture is another one; whoever still runs low tells again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreAlert:
    """One pre-alert as it is on record, with the figures of the moment it was sent.

    ``percent``: the chance of level zero within ``minutes``, None where nothing is forecast.
    """

    id: PreAlertId
    jurisdiction_id: JurisdictionId
    partners: tuple[JurisdictionId, ...]
    state: str
    free: int
    total: int
    percent: int | None
    minutes: int
    note: str
    sent_by: str
    sent_at: datetime
    expires_at: datetime
    acknowledged: tuple[JurisdictionId, ...] = ()
    version: int = 1

    def holds(self, now: datetime) -> bool:
        """Whether it is still shown at ``now``."""
        return self.sent_at <= now < self.expires_at


def acknowledge(alert: PreAlert, partner: JurisdictionId, *, now: datetime) -> PreAlert:
    """The partner has seen it. Raises ``IllegalStep`` where it is over or was acknowledged already."""
    if not alert.holds(now):
        raise IllegalStep("over", wanted="acknowledged", because="pre_alert_is_over")
    if partner in alert.acknowledged:
        raise IllegalStep("acknowledged", wanted="acknowledged", because="already_acknowledged")
    return replace(alert, acknowledged=(*alert.acknowledged, partner), version=alert.version + 1)
