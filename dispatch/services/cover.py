"""How each jurisdiction is covered, looked at again after each commit that touches it.

Only the change of a state is journalled. The cover itself is a function of the record, so nothing is
lost when the process ends between a commit and its note in the journal: the next start sees the same.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from dispatch.aid.overwhelm import Cover, assess
from dispatch.model.events import OverwhelmChanged
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import SERVICE
from dispatch.services.audience import Key, Table
from dispatch.services.core import Core
from dispatch.services.ports import Tx


class CoverWatch:
    """The covers, and the transitions that wait for the journal."""

    def __init__(self, core: Core, covers: dict[JurisdictionId, Cover]) -> None:
        """``covers`` is filled and kept up to date; the board's rows read it."""
        self._core, self.covers = core, covers
        self._unrecorded: list[OverwhelmChanged] = []
        self.has_news = asyncio.Event()

    def assess_all(self, *, now: datetime) -> None:
        """Look at every jurisdiction, at start."""
        for jurisdiction_id in self._core.world.region.jurisdictions:
            self.covers[jurisdiction_id] = self._assess(jurisdiction_id, now)

    def assess(self, jurisdiction_ids: Iterable[JurisdictionId], *, now: datetime) -> frozenset[Key]:
        """Look again after a commit; answers the rows that changed."""
        changed: set[Key] = set()
        for jurisdiction_id in jurisdiction_ids:
            before, after = self.covers.get(jurisdiction_id), self._assess(jurisdiction_id, now)
            self.covers[jurisdiction_id] = after
            if before is None or before.to_json() != after.to_json():
                changed.add(Key(Table.COVERS, jurisdiction_id))
            if before is not None and before.state is not after.state:
                self._note(before, after, now)
        return frozenset(changed)

    async def record_changes(self) -> None:
        """Journal the transitions seen since the last time. Raises ``Unavailable``; then they wait on."""
        self.has_news.clear()
        waiting = tuple(self._unrecorded)
        if not waiting:
            return

        def write(tx: Tx) -> None:
            for event in waiting:
                tx.record(event, actor=SERVICE)

        await self._core.store.write(write)
        del self._unrecorded[: len(waiting)]

    def _assess(self, jurisdiction_id: JurisdictionId, now: datetime) -> Cover:
        world = self._core.world
        units = world.units_of(jurisdiction_id)
        return assess(
            jurisdiction_id,
            units=units,
            states=world.states_of(units),
            incidents=world.list_active(jurisdiction_id),
            assignments=world.assignments.values(),
            now=now,
        )

    def _note(self, before: Cover, after: Cover, now: datetime) -> None:
        self._unrecorded.append(
            OverwhelmChanged(
                occurred_at=now,
                jurisdiction_id=after.jurisdiction_id,
                before=before.state.value,
                after=after.state.value,
                reasons=tuple(reason.to_json() for reason in after.reasons),
            )
        )
        self.has_news.set()
