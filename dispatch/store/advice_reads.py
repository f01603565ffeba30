"""The reader's part about advice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, bindparam, select

from dispatch.aid.advice.practice_document import FiledPractice
from dispatch.aid.cover.known import KnownCover
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.cover.reading import Capability
from dispatch.aid.pre_alert import PreAlert
from dispatch.model.ids import JurisdictionId, OverrideId, PreAlertId
from dispatch.store.rows import value_of
from dispatch.store.schema import cover_override, cover_state, practice, pre_alert

T = TypeVar("T")

_PRACTICE: Final = select(practice).where(practice.c.jurisdiction_id == bindparam("home"))
_OVERRIDE: Final = select(cover_override).where(cover_override.c.id == bindparam("which"))
_PRE_ALERT: Final = select(pre_alert).where(pre_alert.c.id == bindparam("which"))
_KNOWN: Final = select(cover_state).where(
    cover_state.c.jurisdiction_id == bindparam("home"), cover_state.c.capability == bindparam("capability")
)


class AdviceReads:
    """``services.advice_ports.AdviceReader`` on one connection."""

    connection: Connection

    def find_practice(self, jurisdiction_id: JurisdictionId) -> FiledPractice | None:
        return self._one(_PRACTICE, FiledPractice, home=jurisdiction_id)

    def list_practices(self) -> Sequence[FiledPractice]:
        return self._many(select(practice).order_by(practice.c.jurisdiction_id), FiledPractice)

    def find_override(self, override_id: OverrideId) -> CoverOverride | None:
        return self._one(_OVERRIDE, CoverOverride, which=override_id)

    def list_overrides(self, *, holding_at: datetime | None = None) -> Sequence[CoverOverride]:
        query = select(cover_override).order_by(cover_override.c.begins_at, cover_override.c.id)
        if holding_at is not None:
            query = query.where(cover_override.c.ends_at > holding_at)
        return self._many(query, CoverOverride)

    def find_pre_alert(self, pre_alert_id: PreAlertId) -> PreAlert | None:
        return self._one(_PRE_ALERT, PreAlert, which=pre_alert_id)

    def list_pre_alerts(self, *, holding_at: datetime | None = None) -> Sequence[PreAlert]:
        query = select(pre_alert).order_by(pre_alert.c.sent_at, pre_alert.c.id)
        if holding_at is not None:
            query = query.where(pre_alert.c.expires_at > holding_at)
        return self._many(query, PreAlert)

    def find_known_cover(self, jurisdiction_id: JurisdictionId, capability: Capability) -> KnownCover | None:
        return self._one(_KNOWN, KnownCover, home=jurisdiction_id, capability=capability.value)

    def list_known_covers(self) -> Sequence[KnownCover]:
        query = select(cover_state).order_by(cover_state.c.jurisdiction_id, cover_state.c.capability)
        return self._many(query, KnownCover)

    def _one(self, query: Select[Any], kind: type[T], **which: str) -> T | None:
        row = self.connection.execute(query, which).mappings().first()
        return None if row is None else value_of(kind, row)

    def _many(self, query: Select[Any], kind: type[T]) -> Sequence[T]:
        return [value_of(kind, row) for row in self.connection.execute(query).mappings()]
