"""What the use cases need from the record about advice. ``ports.Reader`` and ``ports.Tx`` have it all.

The rows are the journal's fold (``aid/advice_fold``): a command that puts one also records its event.

- ``FiledPractice``: ``set_by`` and ``set_at`` are the event's actor and ``occurred_at``.
- ``CoverOverride``: ``begins_at`` is the event's ``occurred_at``, and ``ends_at`` that of
  ``CoverOverrideEnded`` where it was ended early.
- ``PreAlert``: ``sent_at`` is the event's ``occurred_at``.
- ``KnownCover``: ``since`` is the ``OverwhelmChanged.occurred_at``.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dispatch.aid.advice.practice_document import FiledPractice
from dispatch.aid.cover.known import KnownCover
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.cover.reading import Capability
from dispatch.aid.pre_alert import PreAlert
from dispatch.model.ids import JurisdictionId, OverrideId, PreAlertId


class AdviceReader(Protocol):
    """Practices, overrides, pre-alerts and the states of cover that were journalled."""

    def find_practice(self, jurisdiction_id: JurisdictionId) -> FiledPractice | None: ...
    def list_practices(self) -> Sequence[FiledPractice]:
        """Every agency's that set one, by jurisdiction."""
        ...

    def find_override(self, override_id: OverrideId) -> CoverOverride | None: ...
    def list_overrides(self, *, holding_at: datetime | None = None) -> Sequence[CoverOverride]:
        """Overrides, oldest first; with ``holding_at`` without those that were over by then."""
        ...

    def find_pre_alert(self, pre_alert_id: PreAlertId) -> PreAlert | None: ...
    def list_pre_alerts(self, *, holding_at: datetime | None = None) -> Sequence[PreAlert]:
        """Pre-alerts, oldest first; with ``holding_at`` without those that were over by then."""
        ...

    def find_known_cover(
        self, jurisdiction_id: JurisdictionId, capability: Capability
    ) -> KnownCover | None: ...
    def list_known_covers(self) -> Sequence[KnownCover]:
        """The states that were journalled last, by jurisdiction."""
        ...


class AdviceTx(Protocol):
    """Putting them."""

    def put_practice(self, practice: FiledPractice) -> None: ...
    def put_override(self, override: CoverOverride) -> None: ...
    def put_pre_alert(self, alert: PreAlert) -> None: ...
    def put_known_cover(self, known: KnownCover) -> None: ...
