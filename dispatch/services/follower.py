"""Taking in what became durable without our hearing of it.

That is what other processes committed to the same PostgreSQL, and a commit of our own whose answer was
lost. A hint on the bus (or, where it was lost, the next poll) says that the journal goes further than
this process knows. The entries since then name the rows; the rows are read as they are now.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from dispatch.journal.entry import Entry
from dispatch.model.ids import (
    AgreementId,
    AssignmentId,
    ClosureId,
    IncidentId,
    JurisdictionId,
    OverrideId,
    PreAlertId,
    RequestId,
    UnitId,
    WaiverId,
)
from dispatch.services.bus import Bus
from dispatch.services.core import Core
from dispatch.services.ports import Changed, Committed, Reader

POLL_SECONDS: Final = 1.0
"""What a lost hint costs."""


class Follower:
    """Keeps this process's read-model level with the record. ``has_news`` says that a look is due now."""

    def __init__(self, core: Core, bus: Bus, take_in: Callable[[Committed], None]) -> None:
        """``take_in`` is what this process's own commits are given to as well."""
        self._core, self._bus, self._take_in = core, bus, take_in
        self._level = core.world.seq
        """Up to here nothing is missing; the read-model may have later commits of our own already."""
        self._own = 0
        self.has_news = asyncio.Event()
        bus.subscribe(self._hear)

    def hear_own(self, committed: Committed) -> None:
        """Take in a commit of ours and tell the others: one hint per batch."""
        self._take_in(committed)
        self._own += 1
        if committed.first_seq <= self._level + 1:
            self._level = max(self._level, committed.last_seq)
        else:
            self.has_news.set()  # there is one before it that we never heard of
        self._bus.publish(committed.last_seq)

    def _hear(self, seq: int) -> None:
        if seq > self._level:
            self.has_news.set()

    async def catch_up(self) -> None:
        """Read on from where nothing is missing. Raises ``Unavailable``."""
        self.has_news.clear()
        level, own = self._level, self._own
        committed = await self._core.store.read(lambda reader: read_since(reader, level))
        if committed is None:
            return
        if own != self._own:
            self.has_news.set()  # a commit of ours came in meanwhile: what we read may be older
            return
        self._level = committed.last_seq
        self._take_in(committed)


def read_since(reader: Reader, seq: int) -> Committed | None:
    """Everything after ``seq`` as one batch; None where there is nothing."""
    entries = tuple(reader.list_entries(after_seq=seq))
    if not entries:
        return None
    return Committed(
        epoch=entries[-1].epoch,
        first_seq=entries[0].seq,
        last_seq=entries[-1].seq,
        entries=entries,
        changed=tuple(row for row in _list_rows(reader, entries) if row is not None),
    )


def _list_rows(reader: Reader, entries: Sequence[Entry]) -> Iterable[Changed | None]:
    incidents = dict.fromkeys(e.incident for e in entries if e.type.startswith("incident.") and e.incident)
    yield from (reader.find_incident(IncidentId(which)) for which in incidents)
    yield from (reader.find_request(RequestId(which)) for which in _named(entries, "request_id"))
    yield from (reader.find_assignment(AssignmentId(which)) for which in _named(entries, "assignment_id"))
    yield from (reader.find_closure(ClosureId(which)) for which in _named(entries, "closure_id"))
    yield from (reader.find_waiver(WaiverId(which)) for which in _named(entries, "waiver_id"))
    yield from (reader.find_override(OverrideId(which)) for which in _named(entries, "override_id"))
    yield from (reader.find_pre_alert(PreAlertId(which)) for which in _named(entries, "pre_alert_id"))
    changed = (e.jurisdiction for e in entries if e.type == "practice.changed" and e.jurisdiction)
    yield from (reader.find_practice(JurisdictionId(which)) for which in dict.fromkeys(changed))
    yield from (reader.find_unit_state(UnitId(which)) for which in _named(entries, "unit_id"))
    filed = [entry for entry in entries if entry.type.startswith("agreement.")]
    for agreement_id in _named(filed, "agreement_id"):
        which = AgreementId(agreement_id)
        yield from reader.list_agreement_texts(which)
        yield from reader.list_agreement_signatures(which)
        yield from reader.list_agreement_acts(which)


def _named(entries: Sequence[Entry], field: str) -> Iterable[str]:
    return dict.fromkeys(entry.body[field] for entry in entries if entry.body.get(field))
