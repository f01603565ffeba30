"""``dispatch verify`` on a record: is the journal whole, and do the tables say what it says?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from dispatch.agreements.parse import text_sha256
from dispatch.aid.advice_fold import AdviceFold
from dispatch.aid.agreement_fold import AgreementFold, Unexplained
from dispatch.aid.fold import Fold
from dispatch.journal.chain import frontier_from_text, leaf_hash
from dispatch.journal.checkpoint import Checkpoint
from dispatch.journal.codec import find_event
from dispatch.journal.entry import Disclosure, Entry, entry_from_header
from dispatch.journal.report import Findings, Report
from dispatch.journal.verify import JournalCheck
from dispatch.model.unit import UnitState, UnitStatus
from dispatch.store.reader import StoreReader
from dispatch.store.rows import value_of
from dispatch.store.schema import disclosure, journal_entry, log_head

PAGE: Final = 5_000


def verify_store(reader: StoreReader, *, checkpoint: Checkpoint | None = None) -> Report:
    """Re-check the journal's chain and root, re-fold it, and compare the fold with the tables.

    Give an earlier signed ``checkpoint`` to show that nothing before it was rewritten or cut.
    """
    check, fold = JournalCheck(checkpoint), Fold()
    gone: set[tuple[int, str]] = set()
    for row, disclosures in _journal(reader.connection):
        gone |= _add(check, fold, row, disclosures)
    _check_head(reader.connection, check)
    _compare_units(fold, reader.list_unit_states(), check.findings)
    _compare("incident", fold.incidents, {i.id: i for i in reader.list_incidents()}, check.findings)
    _compare("request", fold.requests, {r.id: r for r in reader.list_requests()}, check.findings)
    _compare("assignment", fold.assignments, {a.id: a for a in reader.list_assignments()}, check.findings)
    _compare_agreements(fold.agreements, reader, check.findings)
    _compare("closure", fold.closures, {c.id: c for c in reader.list_closures()}, check.findings)
    _compare("waiver", fold.waivers, {w.id: w for w in reader.list_waivers()}, check.findings)
    _compare_advice(fold.advice, reader, check.findings)
    for seq, name in sorted(gone - fold.redacted):
        check.findings.bad(seq, f"the value of {name!r} is gone, and no entry says who removed it.")
    return check.report()


def _journal(connection: Connection) -> Iterator[tuple[Row[Any], list[Disclosure]]]:
    """Every stored line with its personal values, page by page."""
    after = 0
    while True:
        lines = select(journal_entry).where(journal_entry.c.seq > after).order_by(journal_entry.c.seq)
        page = connection.execute(lines.limit(PAGE)).all()
        if not page:
            return
        beside = select(disclosure).where(disclosure.c.seq.between(page[0].seq, page[-1].seq))
        by_seq: dict[int, list[Disclosure]] = {}
        for row in connection.execute(beside).mappings():
            by_seq.setdefault(row["seq"], []).append(value_of(Disclosure, row))
        for line in page:
            yield line, by_seq.get(line.seq, [])
        after = page[-1].seq


def _add(
    check: JournalCheck, fold: Fold, row: Row[Any], disclosures: Sequence[Disclosure]
) -> set[tuple[int, str]]:
    """Check and fold one line; answers which of its personal values are not there any more."""
    try:
        entry = entry_from_header(json.loads(row.line), hash=row.hash)
        if (row.seq, row.incident_id, row.inc_n) != (entry.seq, entry.incident, entry.inc_n):
            check.findings.bad(row.seq, "is filed under another number or incident than it says.")
        if not row.hash:
            check.findings.bad(row.seq, "has no hash.")
        check.add(entry, leaf_hash(row.line.encode()), disclosures)
    except (KeyError, TypeError, ValueError):
        check.findings.bad(row.seq, "cannot be read.")
        return set()
    _fold(fold, entry, disclosures, check.findings)
    return {(entry.seq, name) for name in entry.commitments.keys() - {d.field for d in disclosures}}


def _fold(fold: Fold, entry: Entry, disclosures: Sequence[Disclosure], findings: Findings) -> None:
    try:
        event = find_event(entry, {disclosure.field: disclosure.value for disclosure in disclosures})
        if event is None:
            newer = f"Entry {entry.seq} is a {entry.type} of a newer version"
            findings.note(f"{newer}; its rows were not compared.")
        else:
            fold.apply(entry, event)
    except Unexplained as contradiction:
        findings.bad(entry.seq, f"{contradiction}.")
    except (KeyError, TypeError, ValueError):
        findings.bad(entry.seq, f"is no {entry.type}.")


def _check_head(connection: Connection, check: JournalCheck) -> None:
    head = connection.execute(select(log_head)).first()
    if head is None:
        check.findings.bad(None, "The journal has no head.")
    elif (head.seq, head.prev) != (check.entries, check.prev):
        check.findings.bad(None, f"The journal ends at entry {check.entries}, its head says {head.seq}.")
    elif _root_of(head.seq, head.frontier) != check.root():
        check.findings.bad(None, "The journal's head holds another tree than its entries make.")


def _root_of(size: int, frontier: str) -> str | None:
    try:
        return frontier_from_text(size, frontier).root().hex()
    except ValueError:
        return None


def _compare(what: str, folded: Mapping[Any, Any], stored: Mapping[Any, Any], findings: Findings) -> None:
    for which in sorted(folded.keys() - stored.keys()):
        findings.bad(None, f"The journal knows {what} {which}, the table does not.")
    for which in sorted(stored.keys() - folded.keys()):
        findings.bad(None, f"The table holds {what} {which}, the journal does not explain it.")
    for which in sorted(folded.keys() & stored.keys()):
        differing = _differing(folded[which], stored[which])
        if differing:
            findings.bad(None, f"{what} {which} is not what the journal says in: {', '.join(differing)}.")


def _differing(folded: Any, stored: Any) -> list[str]:
    return [
        field.name for field in fields(folded) if getattr(folded, field.name) != getattr(stored, field.name)
    ]


def _compare_units(fold: Fold, stored: Sequence[UnitState], findings: Findings) -> None:
    """A unit that nobody reported yet has a row and no entry."""
    rows: dict[str, UnitState] = {}
    for state in stored:
        if state.unit_id in fold.units or state.version > 1 or state.status is not UnitStatus.UNKNOWN:
            rows[state.unit_id] = _as_folded(state, fold, findings)
    _compare("unit", fold.units, rows, findings)


def _compare_agreements(fold: AgreementFold, reader: StoreReader, findings: Findings) -> None:
    texts = {(text.agreement_id, text.version): text for text in reader.list_agreement_texts()}
    signatures = {signature.seq: signature for signature in reader.list_agreement_signatures()}
    acts = {act.seq: act for act in reader.list_agreement_acts()}
    drafts = {(draft.agreement_id, draft.drafted_by): draft for draft in reader.list_agreement_drafts()}
    for draft in drafts.values():
        if text_sha256(draft.text) != draft.terms_sha256:
            findings.bad(
                None, f"draft {draft.agreement_id} of {draft.drafted_by} has other words than its hash."
            )
    wordless = {which: replace(draft, text="") for which, draft in drafts.items()}
    _compare("agreement", fold.texts, texts, findings)
    _compare("draft", fold.drafts, wordless, findings)
    _compare("signature", fold.signatures, signatures, findings)
    _compare("act", fold.acts, acts, findings)


def _compare_advice(fold: AdviceFold, reader: StoreReader, findings: Findings) -> None:
    _compare("practice", fold.practices, {p.jurisdiction_id: p for p in reader.list_practices()}, findings)
    _compare("override", fold.overrides, {o.id: o for o in reader.list_overrides()}, findings)
    _compare("pre-alert", fold.pre_alerts, {a.id: a for a in reader.list_pre_alerts()}, findings)
    known = {(k.jurisdiction_id, k.capability): k for k in reader.list_known_covers()}
    _compare("cover", fold.covers, known, findings)


def _as_folded(state: UnitState, fold: Fold, findings: Findings) -> UnitState:
    """The row without what no entry says: a repeated report moves ``reported_at`` and ``source`` only."""
    live = fold.live.get(state.unit_id)
    holds = fold.assignments[live].incident_id if live else None
    if state.incident_id not in (None, holds):
        findings.bad(None, f"unit {state.unit_id} stands at an incident it is not assigned to.")
    folded = fold.units.get(state.unit_id)
    if folded is not None and state.reported_at >= folded.reported_at:
        state = replace(state, reported_at=folded.reported_at, source=folded.source)
    return replace(state, incident_id=None)
