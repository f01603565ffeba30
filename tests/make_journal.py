"""Journals in memory, for tests that need no database."""

import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dispatch.journal.checkpoint import Signer
from dispatch.journal.entry import Disclosure, Entry
from dispatch.journal.incident_log import IncidentLog, make_incident_log
from dispatch.journal.ledger import IncidentTip, Ledger, Tip
from dispatch.model.events import Event
from dispatch.model.principal import Principal
from tests.make_record import NOON, record_story

SIGNER = Signer("marlow-dispatch", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


class Scribe:
    """A transaction's ``record`` alone: what ``record_story`` puts into tables goes nowhere."""

    def __init__(self) -> None:
        salts = (f"{number:032x}" for number in itertools.count(1))
        self.ledger = Ledger(
            Tip(epoch="epoch_1"), incident_tip=lambda _: IncidentTip(), salts=lambda: next(salts)
        )

    def record(self, event: Event, *, actor: Principal, key: str | None = None) -> Entry:
        recorded_at = NOON + timedelta(seconds=self.ledger.tip.seq)
        return self.ledger.append(event, actor=actor, key=key, recorded_at=recorded_at).entry

    def __getattr__(self, name: str) -> Any:
        if name.startswith("put_"):
            return lambda _value: None
        raise AttributeError(name)

    @property
    def entries(self) -> list[Entry]:
        return [line.entry for line in self.ledger.lines]

    @property
    def disclosures(self) -> list[Disclosure]:
        return [disclosure for line in self.ledger.lines for disclosure in line.disclosures]


def make_journal(*, stories: int = 3) -> Scribe:
    """Several calls, one after the other."""
    scribe = Scribe()
    for number in range(1, stories + 1):
        record_story(scribe, which=str(number))  # type: ignore[arg-type]
    return scribe


def make_log(
    scribe: Scribe, *, which: str = "2", entries: Sequence[Entry] | None = None, **changes: Any
) -> IncidentLog:
    """The exported log of one call, the whole of it unless ``entries`` says otherwise."""
    incident = f"inc_{which}"
    seqs = {entry.seq for entry in scribe.entries if entry.incident == incident}
    given: dict[str, Any] = {
        "incident_id": incident,
        "number": f"2026-{incident}",
        "region": "Marlow",
        "fictional": True,
        "attribution": ("© OpenStreetMap contributors",),
        "exported_for": "harlow",
        "entries": entries or [entry for entry in scribe.entries if entry.seq in seqs],
        "disclosures": [d for d in scribe.disclosures if d.seq in seqs],
        "leaves": [entry.hash for entry in scribe.entries],
        "signer": SIGNER,
        "now": NOON + timedelta(hours=1),
    }
    return make_incident_log(**{**given, **changes})
