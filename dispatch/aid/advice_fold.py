"""The journal's entries about advice read back: practices, overrides, pre-alerts, states of cover."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from dispatch.aid.advice.practice_document import FiledPractice
from dispatch.aid.agreement_fold import Unexplained
from dispatch.aid.cover.known import KnownCover
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.cover.reading import Capability
from dispatch.aid.pre_alert import PreAlert
from dispatch.journal.entry import Entry
from dispatch.model.cover_events import (
    CoverOverridden,
    CoverOverrideEnded,
    PracticeChanged,
    PreAlertAcknowledged,
    PreAlertSent,
)
from dispatch.model.event import Event
from dispatch.model.events import OverwhelmChanged
from dispatch.model.ids import JurisdictionId, OverrideId, PreAlertId
from dispatch.model.jurisdiction import CoverState

Row = TypeVar("Row")


@dataclass(slots=True)
class AdviceFold:
    """The rows after the entries applied so far."""

    practices: dict[JurisdictionId, FiledPractice] = field(default_factory=dict)
    overrides: dict[OverrideId, CoverOverride] = field(default_factory=dict)
    pre_alerts: dict[PreAlertId, PreAlert] = field(default_factory=dict)
    covers: dict[tuple[JurisdictionId, Capability], KnownCover] = field(default_factory=dict)

    def apply(self, entry: Entry, event: Event) -> bool:
        """Take the next entry in, if it is about advice. Raises ``Unexplained`` for a contradiction."""
        match event:
            case OverwhelmChanged():
                self._cover_changed(event)
            case PracticeChanged():
                self._practice_changed(entry, event)
            case CoverOverridden():
                self._overridden(entry, event)
            case CoverOverrideEnded():
                override = _known(self.overrides.get, event.override_id, "override")
                self.overrides[override.id] = replace(
                    override, ends_at=event.occurred_at, version=event.override_version
                )
            case PreAlertSent():
                self._sent(entry, event)
            case PreAlertAcknowledged():
                alert = _known(self.pre_alerts.get, event.pre_alert_id, "pre-alert")
                partner = _home(event)
                if partner not in alert.partners or partner in alert.acknowledged:
                    raise Unexplained(f"pre-alert {alert.id} was not {partner}'s to acknowledge")
                acknowledged = (*alert.acknowledged, partner)
                self.pre_alerts[alert.id] = replace(
                    alert, acknowledged=acknowledged, version=event.pre_alert_version
                )
            case _:
                return False
        return True

    def _cover_changed(self, event: OverwhelmChanged) -> None:
        if not event.capability:  # from before cover was kept per capability: no row then
            return
        home, capability = _home(event), Capability(event.capability)
        self.covers[home, capability] = KnownCover(
            jurisdiction_id=home,
            capability=capability,
            state=CoverState(event.after),
            since=event.occurred_at,
        )

    def _practice_changed(self, entry: Entry, event: PracticeChanged) -> None:
        home = _home(event)
        known = self.practices.get(home)
        if event.practice_version != (known.version + 1 if known else 1):
            raise Unexplained(f"version {event.practice_version} of the practice of {home} is not the next")
        if event.before != (known.document if known else {}):
            raise Unexplained(f"the practice of {home} was another before version {event.practice_version}")
        self.practices[home] = FiledPractice(
            jurisdiction_id=home,
            document=event.after,
            version=event.practice_version,
            set_by=entry.actor,
            set_at=event.occurred_at,
        )

    def _overridden(self, entry: Entry, event: CoverOverridden) -> None:
        self.overrides[event.override_id] = CoverOverride(
            id=event.override_id,
            jurisdiction_id=_home(event),
            state=CoverState(event.state),
            reason=event.reason,
            set_by=entry.actor,
            begins_at=event.occurred_at,
            ends_at=event.ends_at,
        )

    def _sent(self, entry: Entry, event: PreAlertSent) -> None:
        self.pre_alerts[event.pre_alert_id] = PreAlert(
            id=event.pre_alert_id,
            jurisdiction_id=_home(event),
            partners=tuple(event.partners),
            state=event.state,
            free=event.free,
            total=event.total,
            percent=event.percent,
            minutes=event.minutes,
            note=event.note,
            sent_by=entry.actor,
            sent_at=event.occurred_at,
            expires_at=event.expires_at,
        )


def _home(event: Event) -> JurisdictionId:
    if event.jurisdiction_id is None:
        raise Unexplained(f"{event.type} without a jurisdiction")
    return event.jurisdiction_id


Id = TypeVar("Id")


def _known(find: Callable[[Id], Row | None], which: Id, what: str) -> Row:
    found = find(which)
    if found is None:
        raise Unexplained(f"{what} {which} is not on record")
    return found
