"""Whoever changes, drops, adds, swaps or cuts entries is found, and the first bad one is named."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dispatch.journal.checkpoint import Checkpoint
from dispatch.journal.entry import Disclosure, Entry
from dispatch.journal.verify import verify_entries
from tests.make_journal import make_journal
from tests.make_record import record_story

JOURNAL = make_journal()
ENTRIES, DISCLOSURES = JOURNAL.entries, JOURNAL.disclosures
WHOLE = Checkpoint(origin="x", size=len(ENTRIES), root=JOURNAL.ledger.tip.frontier.root().hex())


def test_a_journal_as_it_was_recorded_verifies() -> None:
    report = verify_entries(ENTRIES, DISCLOSURES, checkpoint=WHOLE)
    assert (report.ok, report.first_bad_seq, report.entries) == (True, None, len(ENTRIES))
    assert report.root == WHOLE.root


def changed(entry: Entry, chance: random.Random) -> Entry:
    ways: list[dict[str, Any]] = [
        {"actor": "eve"},
        {"role": "admin"},
        {"type": "unit.lost"},
        {"body": {**entry.body, "extra": 1}},
        {"body": dict(list(entry.body.items())[1:])},
        {"jurisdiction": "elsewhere"},
        {"key": "other"},
        {"commitments": {"note": "0" * 64}},
        {"epoch": "other"},
        {"ver": 2},
    ]
    return replace(entry, **chance.choice(ways))


@pytest.mark.parametrize("seed", range(40))
def test_a_changed_entry_is_found_and_named(seed: int) -> None:
    chance = random.Random(seed)
    where = chance.randrange(len(ENTRIES))
    entries = list(ENTRIES)
    entries[where] = changed(entries[where], chance)
    report = verify_entries(entries, ())
    assert report.first_bad_seq == where + 1


@pytest.mark.parametrize("seed", range(20))
def test_a_changed_entry_with_its_hash_made_to_fit_breaks_the_next_link(seed: int) -> None:
    chance = random.Random(seed)
    where = chance.randrange(len(ENTRIES))
    entries = list(ENTRIES)
    entries[where] = replace(changed(entries[where], chance), hash="")
    assert not verify_entries(entries, (), checkpoint=WHOLE).ok


SHUFFLES: dict[str, Callable[[list[Entry], int], None]] = {
    "dropped": lambda entries, where: entries.pop(where),  # type: ignore[dict-item, return-value]
    "repeated": lambda entries, where: entries.insert(where, entries[where]),
    "swapped": lambda entries, where: entries.insert(where, entries.pop(where + 1)),
}


@pytest.mark.parametrize("where", range(0, len(ENTRIES) - 1, 5))
@pytest.mark.parametrize("way", SHUFFLES)
def test_a_dropped_repeated_or_swapped_entry_is_found(way: str, where: int) -> None:
    entries = list(ENTRIES)
    SHUFFLES[way](entries, where)
    report = verify_entries(entries, ())
    assert report.first_bad_seq in (where + 1, where + 2)


def test_a_tail_that_was_cut_shows_against_a_checkpoint_only() -> None:
    cut = ENTRIES[:-2]
    assert verify_entries(cut, ()).ok
    report = verify_entries(cut, (), checkpoint=WHOLE)
    assert "Entries 23 to 24 are missing" in report.problems[0].sentence


def test_a_journal_rewritten_from_an_entry_on_shows_against_a_checkpoint() -> None:
    """Its owner can make every link fit again; who holds an old checkpoint still sees it."""
    rewritten = make_journal(stories=2)
    record_story(rewritten, which="another")  # type: ignore[arg-type]
    assert verify_entries(rewritten.entries, rewritten.disclosures).ok
    assert not verify_entries(rewritten.entries, rewritten.disclosures, checkpoint=WHOLE).ok


def test_a_changed_value_or_salt_is_found_and_named() -> None:
    for changes in ({"value": "elsewhere"}, {"salt": "ff" * 16}, {"salt": "zz"}, {"field": "other"}):
        disclosures = [replace(DISCLOSURES[0], **changes), *DISCLOSURES[1:]]  # type: ignore[arg-type]
        assert verify_entries(ENTRIES, disclosures).first_bad_seq == 1


def test_without_its_personal_values_the_journal_still_verifies_to_the_same_root() -> None:
    report = verify_entries(ENTRIES, (), checkpoint=WHOLE)
    assert report.ok
    assert report.root == WHOLE.root
    assert any("not shown" in note for note in report.notes)


def test_a_value_for_an_entry_that_is_not_there_is_found() -> None:
    stray = Disclosure(seq=99, field="note", value="x", salt="00" * 16)
    assert verify_entries(ENTRIES, [*DISCLOSURES, stray]).first_bad_seq == 99
