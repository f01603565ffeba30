"""What holds of every finding; much at once, drafts, and fleets that are not known."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from time import process_time

import pytest

from dispatch.agreements.lint.finding import FindingCode, Severity
from dispatch.agreements.lint.linter import MOST_FINDINGS, lint, with_draft
from dispatch.agreements.lint.wording import finding_remedy, finding_row, finding_sentence
from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.templates import Surge, surge_pact
from dispatch.model.ids import AgreementId, JurisdictionId
from tests.make_lint import NOW, make_facts, plant, read_clean, read_faults

FACTS = make_facts()
CLEAN = plant((), read_clean())
FAULTY = plant(read_faults(), read_clean())
ALDER, ELM, FIR = (JurisdictionId(name) for name in ("alder", "elm", "fir"))
DRAFTED = AgreementId("alder-fir")


def test_every_code_is_planted_somewhere_or_named_here() -> None:
    planted = {
        find.code
        for name in ("faults.yaml", "more_faults.yaml")
        for f in read_faults(name)
        for find in f.finds
    }
    assert set(FindingCode) - planted == {FindingCode.ENDED_ALREADY, FindingCode.MORE_FINDINGS}


def test_every_finding_is_one_sentence_with_a_remedy_and_no_gap_in_either() -> None:
    every = [
        f for fault in read_faults("more_faults.yaml") for f in lint(plant([fault], read_clean()), FACTS, NOW)
    ]
    for finding in (*lint(FAULTY, FACTS, NOW), *every):
        for said in (finding_sentence(finding, FACTS.names), finding_remedy(finding, FACTS.names)):
            assert said[0].isupper() or said[0].isdigit(), said
            assert not set(said) & set("{}\n"), said
            assert not said.endswith("."), said


def test_findings_come_in_the_same_order_however_the_agreements_lie() -> None:
    shuffled = random.Random(7).sample(FAULTY, len(FAULTY))
    assert lint(shuffled, FACTS, NOW) == lint(FAULTY, FACTS, NOW)


def test_errors_come_before_warnings_and_warnings_before_notes() -> None:
    severities = [finding.severity for finding in lint(FAULTY, FACTS, NOW)]
    assert severities == sorted(severities, key=list(Severity).index)
    assert set(severities) == set(Severity)


def test_a_row_has_place_words_and_figures() -> None:
    found = next(f for f in lint(FAULTY, FACTS, NOW) if f.code is FindingCode.FLOOR_EMPTIES_PROMISE)
    assert finding_row(found, FACTS.names) == {
        "code": "floor_empties_promise",
        "severity": "warning",
        "agreement": "elm-alder",
        "version": 1,
        "clause": "3.1",
        "path": "clauses[1].keep",
        "figures": {"lender": "elm", "keep": 4, "held": 4, "unit_types": "als_ambulance"},
        "sentence": "Elm keeps back 4 ALS ambulances by clause 3.1 and has 4: it never lends one",
        "remedy": "Lower the floor below what the lender has, or do not promise these units",
    }


def test_hours_without_backup_are_said_as_people_write_them() -> None:
    found = next(f for f in lint(FAULTY, FACTS, NOW) if f.code is FindingCode.NO_BACKUP_HOURS)
    assert found.figures["hours"] == "22:00-06:00"


def test_a_draft_is_judged_as_if_signed_and_stands_for_every_version_of_its_text() -> None:
    text = read_clean()["alder-fir.yaml"].partition("signatures:")[0]
    assert text.count("reserve_floor, lender: alder") == 1
    draft = parse_agreement(
        text.replace("lender: alder, unit_types: [als_ambulance], keep: 1", "lender: alder, keep: 9")
    )
    beside = [*CLEAN, replace(draft, version=7)]
    found = lint(with_draft(beside, draft, NOW), FACTS, NOW, judged=(FIR,), about=(DRAFTED,))
    assert [(f.code, f.path) for f in found] == [
        (FindingCode.NO_BACKUP, "jurisdictions.fir"),
        (FindingCode.FLOOR_EMPTIES_PROMISE, "clauses[1].keep"),
    ]


def test_a_draft_that_has_ended_already_is_an_error() -> None:
    text = read_clean()["alder-fir.yaml"].replace("effective_to: null", "effective_to: 2026-05-01T00:00:00Z")
    draft = parse_agreement(text)
    found = lint(with_draft(CLEAN, draft, NOW), FACTS, NOW, judged=(), about=(DRAFTED,))
    assert [(f.code, f.severity) for f in found] == [(FindingCode.ENDED_ALREADY, Severity.ERROR)]


def test_faults_of_other_texts_are_not_said_with_a_draft() -> None:
    draft = next(one for one in CLEAN if one.id == DRAFTED)
    assert lint(with_draft(FAULTY, draft, NOW), FACTS, NOW, judged=(), about=(DRAFTED,)) == ()


def test_nothing_is_said_of_a_fleet_that_is_not_known() -> None:
    told = lint(FAULTY, FACTS, NOW, judged=())
    untold = lint(FAULTY, FACTS.only((ALDER,)), NOW, judged=())
    gone = {f.code for f in told} - {f.code for f in untold}
    assert gone == {FindingCode.FLOOR_EMPTIES_PROMISE, FindingCode.TYPE_NOT_HELD}
    assert not any(f.figures.get("lender") == ELM for f in untold)


def test_a_lender_of_unknown_fleet_is_taken_at_its_word() -> None:
    assert lint(CLEAN, FACTS.only(()), NOW) == ()


@pytest.mark.parametrize("month", [1, 3, 6, 11, 12])
def test_clean_agreements_are_clean_in_every_season_that_they_list(month: int) -> None:
    """Holidays and changes of the clocks do not fall into the week that is judged."""
    findings = lint(CLEAN, FACTS, datetime(2026, month, 1, 12, tzinfo=UTC))
    assert findings == ()


BIG = """
id: big
title: Big compact
version: 1
kind: mutual
time_zone: America/New_York
parties: [alder, birch, {parties}]
directions: reciprocal
effective_from: 2026-01-01T00:00:00Z
effective_to: null
clauses:
{clauses}
"""


def test_a_thousand_parties_are_cut_short_and_said_to_be() -> None:
    text = BIG.format(
        parties=", ".join(f"p{number}" for number in range(998)),
        clauses='  - {id: "1", type: unit_types, allow: [als_ambulance]}',
    )
    draft = parse_agreement(text)
    found = lint(with_draft((), draft, NOW), FACTS, NOW, judged=(ALDER,), about=(draft.id,))
    assert len(found) == MOST_FINDINGS + 1
    assert (found[-1].code, found[-1].figures["count"]) == (FindingCode.MORE_FINDINGS, 700)


def test_a_text_that_asks_for_too_much_ends_with_a_note_instead_of_a_wait() -> None:
    clauses = [
        '  - {id: "1", type: priorities, allow: [critical]}',
        '  - {id: "2", type: priorities, allow: [emergent]}',
        *(
            f'  - {{id: "h{n}", type: hours, lender: p{n}, windows: [{{since: "{clock}", until: "05:00"}}]}}'
            for n in range(300)
            for clock in [f"{n % 24:02d}:{n % 60:02d}"]
        ),
    ]
    parties = ", ".join(f"p{n}" for n in range(700))
    draft = parse_agreement(BIG.format(parties=parties, clauses="\n".join(clauses)))
    found = lint(with_draft((), draft, NOW), FACTS, NOW, judged=(ALDER,), about=(draft.id,), budget=2_000)
    assert FindingCode.MORE_FINDINGS in {f.code for f in found}


def test_thousands_of_words_between_thousands_of_parties_are_read_once() -> None:
    """Once for each pair they took half a minute, in which nobody else's draft was looked at."""
    words = ", ".join(f"w{n}" for n in range(4_500))
    parties = ", ".join(f"p{n}" for n in range(3_000))
    clause = f'  - {{id: "1", type: call_types, deny: [{words}]}}'
    draft = parse_agreement(BIG.format(parties=parties, clauses=clause))
    began = process_time()
    lint(with_draft((), draft, NOW), FACTS, NOW, judged=(JurisdictionId("p0"),), about=(draft.id,))
    assert process_time() - began < 8


def test_what_another_agreement_replaces_is_not_looked_at_any_more() -> None:
    text = read_clean()["birch-gorse.yaml"]
    faulty = parse_agreement(text.replace("concurrent_cap, at_most: 2", "concurrent_cap, at_most: 9"))
    beside = [one for one in CLEAN if one.id != faulty.id]
    assert [f.code for f in lint([*beside, faulty], FACTS, NOW)] == [FindingCode.CAP_BEYOND_FLEET]
    newer = text.replace("id: birch-gorse", "id: newer").replace(
        "clauses:", 'clauses:\n  - {id: "0", type: precedence, supersedes: [birch-gorse]}'
    )
    assert lint([*beside, faulty, parse_agreement(newer)], FACTS, NOW) == ()


def test_a_pact_for_a_night_is_meant_to_end() -> None:
    pact = surge_pact(
        Surge(partner=FIR), agreement_id=DRAFTED, party=ALDER, title="Tonight", time_zone="UTC", now=NOW
    )
    assert FindingCode.ENDS_SOON not in {finding.code for finding in lint([pact], FACTS, NOW)}
