"""Is the journal as it was recorded? Checks every link, every commitment and the tree's root."""

import re
from collections.abc import Iterable
from typing import Final

from dispatch.journal.canonical import canonical_json
from dispatch.journal.chain import EMPTY, commitment, leaf_hash
from dispatch.journal.checkpoint import Checkpoint
from dispatch.journal.entry import ORIGIN_HASH, Disclosure, Entry
from dispatch.journal.ledger import IncidentTip
from dispatch.journal.report import Findings, Report
from dispatch.model.errors import Invalid

_SALT: Final = re.compile("[0-9a-f]{32}")
REDACTED: Final = "{count} personal values are not shown here; the proof holds without them."


def verify_entries(
    entries: Iterable[Entry], disclosures: Iterable[Disclosure] = (), *, checkpoint: Checkpoint | None = None
) -> Report:
    """Check a whole journal from its first entry on, against an earlier ``checkpoint`` where there is one."""
    check = JournalCheck(checkpoint)
    by_seq: dict[int, list[Disclosure]] = {}
    for disclosure in disclosures:
        by_seq.setdefault(disclosure.seq, []).append(disclosure)
    for entry in entries:
        check.add(entry, leaf_of(entry), by_seq.pop(entry.seq, ()))
    for seq in sorted(by_seq):
        check.findings.bad(seq, "a value is disclosed for an entry that is not there.")
    return check.report()


def leaf_of(entry: Entry) -> bytes:
    """The entry's leaf hash from its header alone; nothing that was claimed is believed."""
    try:
        return leaf_hash(canonical_json(entry.header()))
    except Invalid:
        return b""  # what cannot be written down was never recorded: no hash is equal to this


class JournalCheck:
    """Takes a journal's entries one by one, so that a long one need not be in memory."""

    def __init__(self, checkpoint: Checkpoint | None = None) -> None:
        self.findings = Findings()
        self._checkpoint = checkpoint
        self._frontier = EMPTY
        self._prev = ORIGIN_HASH
        self._incidents: dict[str, IncidentTip] = {}
        self._redacted = 0

    def add(self, entry: Entry, leaf: bytes, disclosures: Iterable[Disclosure] = ()) -> None:
        """Check the next entry. ``leaf`` is the hash of the bytes that are stored for it."""
        seq = self._frontier.size + 1
        if entry.seq != seq:
            self.findings.bad(seq, f"is missing; entry {entry.seq} stands in its place.")
        if entry.hash and entry.hash != leaf.hex():
            self.findings.bad(entry.seq, "was changed: its content does not have the hash that was recorded.")
        if entry.prev != self._prev:
            self.findings.bad(entry.seq, "does not follow on the entry before it.")
        self._check_incident(entry, leaf)
        self._redacted += check_disclosures(entry, disclosures, self.findings)
        self._prev = leaf.hex()
        self._frontier = self._frontier.append(leaf)
        self._check_checkpoint()

    def _check_incident(self, entry: Entry, leaf: bytes) -> None:
        if entry.incident is None:
            return
        tip = self._incidents.get(entry.incident, IncidentTip())
        if (entry.inc_n, entry.inc_prev) != (tip.count + 1, tip.prev):
            self.findings.bad(entry.seq, f"is not entry {tip.count + 1} of incident {entry.incident}.")
        self._incidents[entry.incident] = IncidentTip(tip.count + 1, leaf.hex())

    def _check_checkpoint(self) -> None:
        wanted = self._checkpoint
        if wanted and wanted.size == self._frontier.size and wanted.root != self._frontier.root().hex():
            self.findings.bad(None, f"The first {wanted.size} entries are not those of the checkpoint.")

    @property
    def entries(self) -> int:
        """How many entries were added."""
        return self._frontier.size

    def root(self) -> str:
        """The Merkle root so far, hex."""
        return self._frontier.root().hex()

    @property
    def prev(self) -> str:
        """The last entry's hash, hex."""
        return self._prev

    def report(self) -> Report:
        """What was found."""
        wanted = self._checkpoint
        if wanted and wanted.size > self._frontier.size:
            missing = f"Entries {self._frontier.size + 1} to {wanted.size} are missing"
            self.findings.bad(None, f"{missing}: the checkpoint counts {wanted.size}.")
        if self._redacted:
            self.findings.note(REDACTED.format(count=self._redacted))
        return self.findings.report(entries=self._frontier.size, root=self.root())


def check_disclosures(entry: Entry, disclosures: Iterable[Disclosure], findings: Findings) -> int:
    """Check the values beside an entry; answers how many of its commitments have no value any more."""
    shown: dict[str, Disclosure] = {disclosure.field: disclosure for disclosure in disclosures}
    for field, disclosure in shown.items():
        if field not in entry.commitments:
            findings.bad(entry.seq, f"never had a personal value {field!r}.")
        elif not _opens(disclosure, entry.commitments[field]):
            findings.bad(entry.seq, f"the value of {field!r} is not the one that was recorded.")
    return len(entry.commitments.keys() - shown.keys())


def _opens(disclosure: Disclosure, committed: str) -> bool:
    if not _SALT.fullmatch(disclosure.salt):
        return False
    try:
        return commitment(disclosure.field, disclosure.value, salt=disclosure.salt) == committed
    except (ValueError, Invalid):
        return False
