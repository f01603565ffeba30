"""The journal's growing end: turns events into chained entries, and can take the newest back.

It holds no database. Whoever stores the entries gives it the tip to go on from, and tells it to undo
what a failed command appended.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.journal.canonical import canonical_json
from dispatch.journal.chain import EMPTY, Frontier, commitment, leaf_hash
from dispatch.journal.codec import encode
from dispatch.journal.entry import ORIGIN_HASH, Disclosure, Entry
from dispatch.model.event import Event
from dispatch.model.principal import Principal


@dataclass(frozen=True, slots=True)
class Tip:
    """Where the journal ends: ``prev`` is the last entry's hash, hex."""

    epoch: str
    prev: str = ORIGIN_HASH
    frontier: Frontier = EMPTY

    @property
    def seq(self) -> int:
        """The last entry's number, 0 when there is none."""
        return self.frontier.size


@dataclass(frozen=True, slots=True)
class IncidentTip:
    """Where an incident's own chain ends."""

    count: int = 0
    prev: str = ORIGIN_HASH


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with the canonical bytes that were hashed and its personal values."""

    entry: Entry
    text: bytes
    disclosures: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A point to return to."""

    tip: Tip
    lines: int
    incidents: Mapping[str, IncidentTip]


IncidentTips = Callable[[str], IncidentTip]
"""Answers where an incident's chain ended before this ledger's lines."""


def random_salt() -> str:
    """128 random bits as hex."""
    return secrets.token_hex(16)


class Ledger:
    """Appends to the journal from ``tip`` on. ``lines`` are what it appended and nobody took back."""

    def __init__(
        self, tip: Tip, *, incident_tip: IncidentTips, salts: Callable[[], str] = random_salt
    ) -> None:
        self.tip = tip
        self.lines: list[Line] = []
        self.incidents: dict[str, IncidentTip] = {}
        self._incident_tip = incident_tip
        self._salts = salts

    def append(self, event: Event, *, actor: Principal, key: str | None, recorded_at: datetime) -> Line:
        """Chain the event on. Raises ``Invalid`` for a value that cannot be written down."""
        seq = self.tip.seq + 1
        body, personal = encode(event)
        disclosures = tuple(
            Disclosure(seq=seq, field=name, value=value, salt=self._salts())
            for name, value in personal.items()
        )
        within = self._tip_of(event.incident_id) if event.incident_id is not None else None
        entry = Entry(
            seq=seq,
            epoch=self.tip.epoch,
            type=event.type,
            ver=event.version,
            actor=actor.id,
            role=actor.role.value,
            jurisdiction=event.jurisdiction_id,
            incident=event.incident_id,
            inc_n=within.count + 1 if within else None,
            inc_prev=within.prev if within else None,
            occurred_at=event.occurred_at,
            recorded_at=recorded_at,
            key=key,
            prev=self.tip.prev,
            body=body,
            commitments={d.field: commitment(d.field, d.value, salt=d.salt) for d in disclosures},
        )
        return self._chain(entry, disclosures)

    def _chain(self, entry: Entry, disclosures: tuple[Disclosure, ...]) -> Line:
        text = canonical_json(entry.header())
        leaf = leaf_hash(text)
        line = Line(replace(entry, hash=leaf.hex()), text, disclosures)
        self.tip = Tip(self.tip.epoch, leaf.hex(), self.tip.frontier.append(leaf))
        if entry.incident is not None and entry.inc_n is not None:
            self.incidents[entry.incident] = IncidentTip(entry.inc_n, leaf.hex())
        self.lines.append(line)
        return line

    def _tip_of(self, incident: str) -> IncidentTip:
        return self.incidents.get(incident) or self._incident_tip(incident)

    def mark(self) -> Mark:
        """Remember this point."""
        return Mark(self.tip, len(self.lines), dict(self.incidents))

    def undo_to(self, mark: Mark) -> None:
        """Take back everything that was appended since ``mark``."""
        self.tip = mark.tip
        del self.lines[mark.lines :]
        self.incidents = dict(mark.incidents)
