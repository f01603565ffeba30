"""Is an incident's log as it was recorded, and is it all of it? Needs nothing but the log itself."""

from itertools import pairwise

from dispatch.journal.chain import root_from_proof
from dispatch.journal.checkpoint import Checkpoint, PublicKey, open_note, parse_public_key
from dispatch.journal.entry import ORIGIN_HASH, Disclosure, Entry
from dispatch.journal.incident_log import IncidentLog, ends_at
from dispatch.journal.report import Findings, Report
from dispatch.journal.verify import REDACTED, check_disclosures, leaf_of
from dispatch.model.errors import Invalid


def verify_incident_log(log: IncidentLog, *, trusted: PublicKey | None = None) -> Report:
    """Check entries, proofs, values, signature and completeness.

    ``trusted`` is the deployment's key as the reader got it from elsewhere; without it the log only
    proves that it agrees with the key it carries itself, and a note says so.
    """
    findings = Findings()
    leaves = [leaf_of(entry) for entry in log.entries]
    for entry, leaf in zip(log.entries, leaves, strict=True):
        if entry.hash != leaf.hex():
            findings.bad(entry.seq, "was changed: its content does not have the hash that was recorded.")
    _check_chain(log, leaves, findings)
    _check_values(log, findings)
    checkpoint = _open_checkpoint(log, trusted, findings)
    if checkpoint is not None:
        _check_proofs(log, leaves, checkpoint, findings)
        _check_end(log, leaves, checkpoint, findings)
    return findings.report(entries=len(log.entries), root=checkpoint.root if checkpoint else "")


def _check_chain(log: IncidentLog, leaves: list[bytes], findings: Findings) -> None:
    prev = ORIGIN_HASH
    for count, (entry, leaf) in enumerate(zip(log.entries, leaves, strict=True), start=1):
        if entry.incident != log.about.incident:
            findings.bad(entry.seq, "belongs to another incident.")
        if (entry.inc_n, entry.inc_prev) != (count, prev):
            findings.bad(entry.seq, f"is not the incident's entry {count}: one is missing or out of place.")
        prev = leaf.hex()
    for (earlier, leaf), (later, _) in pairwise(zip(log.entries, leaves, strict=True)):
        if later.seq == earlier.seq + 1 and later.prev != leaf.hex():
            findings.bad(later.seq, "does not follow on the entry before it.")


def _check_values(log: IncidentLog, findings: Findings) -> None:
    by_seq: dict[int, list[Disclosure]] = {}
    for disclosure in log.disclosures:
        by_seq.setdefault(disclosure.seq, []).append(disclosure)
    hidden = 0
    for entry in log.entries:
        shown = by_seq.pop(entry.seq, [])
        if len({disclosure.field for disclosure in shown}) < len(shown):
            findings.bad(entry.seq, "has a personal value shown twice.")
        hidden += check_disclosures(entry, shown, findings)
    for seq in by_seq:
        findings.bad(None, f"A value is disclosed for entry {seq}, which is not in this log.")
    if hidden:
        findings.note(REDACTED.format(count=hidden))


def _open_checkpoint(log: IncidentLog, trusted: PublicKey | None, findings: Findings) -> Checkpoint | None:
    try:
        own = parse_public_key(log.public_key)
        if trusted is not None and own.text() != trusted.text():
            findings.bad(None, f"The log names the key of {own.name}, not the trusted key {trusted.name}.")
        checkpoint = open_note(log.checkpoint, trusted or own)
    except Invalid as error:
        findings.bad(None, f"The {error.path} {error.because}.")
        return None
    if trusted is None:
        findings.note(
            f"Signed by the key in the log itself ({own.text()}): compare it with the published key."
        )
    return checkpoint


def _check_proofs(log: IncidentLog, leaves: list[bytes], checkpoint: Checkpoint, findings: Findings) -> None:
    for entry, leaf in zip(log.entries, leaves, strict=True):
        if _proven_root(log.proofs.get(entry.seq), entry, leaf, checkpoint) != checkpoint.root:
            findings.bad(entry.seq, "is not shown to be in the journal that was signed.")
    if log.proofs.keys() != {entry.seq for entry in log.entries}:
        findings.bad(None, "The log has proofs of other entries than its own.")


def _proven_root(
    proof: tuple[str, ...] | None, entry: Entry, leaf: bytes, checkpoint: Checkpoint
) -> str | None:
    try:
        path = [bytes.fromhex(node) for node in proof or ()]
    except ValueError:
        return None
    if [node.hex() for node in path] != list(proof or ()):
        return None
    root = root_from_proof(leaf, index=entry.seq - 1, size=checkpoint.size, path=path)
    return root.hex() if root is not None else None


def _check_end(log: IncidentLog, leaves: list[bytes], checkpoint: Checkpoint, findings: Findings) -> None:
    if log.about.extension() not in checkpoint.extensions:
        findings.bad(None, "What the log says about itself was changed.")
    last = leaves[-1].hex() if leaves else ORIGIN_HASH
    if ends_at(log.about.incident, len(log.entries), last) not in checkpoint.extensions:
        findings.bad(None, "The log does not end where the checkpoint says it did: entries are missing.")
        return
    closings = [entry.inc_n for entry in log.entries if entry.type == "incident.closed"]
    if closings:
        findings.note(
            f"Complete: the incident was closed with its entry {closings[-1]}, which seals the count."
        )
    else:
        size = checkpoint.size
        findings.note(f"Complete up to journal entry {size}; the incident was still open then.")
