"""An exported log can be checked by somebody who has nothing but the file."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dispatch.journal.checkpoint import Signer
from dispatch.journal.incident_log import log_from_document, to_document
from dispatch.journal.report import Report
from dispatch.journal.verify_log import verify_incident_log
from dispatch.model.errors import Invalid
from tests.make_journal import SIGNER, make_journal, make_log

JOURNAL = make_journal()
LOG = make_log(JOURNAL)


def test_a_log_as_it_was_exported_verifies_and_is_complete() -> None:
    report = verify_incident_log(LOG, trusted=SIGNER.public)
    assert (report.ok, report.entries) == (True, 8)
    assert any("closed with its entry 8" in note for note in report.notes)


def test_without_a_trusted_key_the_report_says_what_that_means() -> None:
    report = verify_incident_log(LOG)
    assert report.ok
    assert any("compare it with the published key" in note for note in report.notes)


def test_another_deployments_key_is_not_believed() -> None:
    forged = make_log(JOURNAL, signer=Signer(SIGNER.public.name, Ed25519PrivateKey.generate()))
    assert verify_incident_log(forged).ok
    assert not verify_incident_log(forged, trusted=SIGNER.public).ok


def test_redacting_a_value_keeps_the_proof() -> None:
    redacted = replace(LOG, disclosures=())
    report = verify_incident_log(redacted, trusted=SIGNER.public)
    assert report.ok
    assert report.root == verify_incident_log(LOG).root
    assert any("3 personal values are not shown" in note for note in report.notes)


def test_a_changed_value_is_found() -> None:
    changed = replace(LOG.disclosures[0], value="elsewhere")
    report = verify_incident_log(replace(LOG, disclosures=(changed, *LOG.disclosures[1:])))
    assert report.first_bad_seq == LOG.entries[0].seq


@pytest.mark.parametrize("where", range(8))
def test_an_entry_that_was_left_out_is_found_wherever_it_stood(where: int) -> None:
    entries = LOG.entries[:where] + LOG.entries[where + 1 :]
    proofs = {entry.seq: LOG.proofs[entry.seq] for entry in entries}
    disclosures = tuple(d for d in LOG.disclosures if d.seq in proofs)
    report = verify_incident_log(replace(LOG, entries=entries, proofs=proofs, disclosures=disclosures))
    assert not report.ok
    assert report.first_bad_seq in (None, LOG.entries[min(where + 1, 7)].seq)


def test_an_open_incidents_log_is_complete_as_of_the_checkpoint() -> None:
    journal = make_journal()
    journal.ledger.undo_to(replace(journal.ledger.mark(), lines=0))
    scribe = make_journal(stories=1)
    entries = scribe.entries[:5]
    log = make_log(
        scribe,
        which="1",
        entries=entries,
        leaves=[e.hash for e in entries],
        disclosures=scribe.disclosures[:3],
    )
    report = verify_incident_log(log)
    assert report.ok
    assert any("still open" in note for note in report.notes)
    cut = replace(log, entries=log.entries[:4], proofs={e.seq: log.proofs[e.seq] for e in log.entries[:4]})
    assert not verify_incident_log(cut).ok


def test_a_document_survives_being_written_down() -> None:
    assert log_from_document(json.loads(json.dumps(to_document(LOG)))) == LOG


def verdict(document: Any) -> Report | None:
    """None where the document cannot even be read."""
    try:
        return verify_incident_log(log_from_document(document))
    except Invalid:
        return None


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))
    else:
        yield path


def mutated(value: Any, chance: random.Random) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value ^ (1 << chance.randrange(12))
        case str() if value:
            where = chance.randrange(len(value))
            return value[:where] + chr(ord(value[where]) ^ (1 << chance.randrange(7))) + value[where + 1 :]
        case None:
            return "something"
        case _:
            return "x"


def test_every_single_changed_value_in_the_document_is_found() -> None:
    """Every leaf of the document, each with a few flipped bits."""
    chance = random.Random(7)
    text = json.dumps(to_document(LOG))
    tried = 0
    for path in list(places(json.loads(text))):
        for _ in range(3):
            document = json.loads(text)
            place = document
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = mutated(place[path[-1]], chance)
            report = verdict(document)
            assert report is None or not report.ok, path
            tried += 1
    assert tried > 500


@pytest.mark.parametrize("part", ["about", "entries", "proofs", "checkpoint", "public_key", "schema"])
def test_a_document_without_one_of_its_parts_is_refused(part: str) -> None:
    document = to_document(LOG)
    del document[part]
    assert verdict(document) is None


@pytest.mark.parametrize("document", [None, [], {}, "text", {"schema": "dispatch.incident-log/2"}])
def test_what_is_no_log_is_refused(document: Any) -> None:
    with pytest.raises(Invalid):
        log_from_document(document)
