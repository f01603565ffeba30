import csv
import io
import json

import pytest

from dispatch.export.incident_log import COLUMNS, Names, read_json, to_csv, to_json, verify_text
from dispatch.model.errors import Invalid
from dispatch.model.events import EVENTS, RecommendationMade
from dispatch.model.ids import IncidentId, RecommendationId
from tests.make_journal import SIGNER, Scribe, make_journal, make_log
from tests.make_record import DISPATCHER, HARLOW, NOON, make_incident, open_incident

LOG = make_log(make_journal())
NAMES = Names(units={"c-2": "Cedar 2"}, jurisdictions={"harlow": "Harlow", "cedar": "Cedar"})


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_json_file_verifies() -> None:
    assert verify_text(to_json(LOG), trusted=SIGNER.public).ok
    assert read_json(to_json(LOG)) == LOG


def test_the_csv_has_one_row_per_entry_in_words() -> None:
    rows = rows_of(to_csv(LOG, NAMES))
    assert [row["type"] for row in rows] == [entry.type for entry in LOG.entries]
    asked = rows[1]
    assert (asked["unit"], asked["borrower"], asked["lender"]) == ("Cedar 2", "Harlow", "Cedar")
    assert (asked["agreement"], asked["agreement_version"], asked["clauses"]) == (
        "harlow-cedar",
        "1",
        "2.1;2.2",
    )
    assert asked["summary"] == (
        "Harlow asked Cedar for Cedar 2, 9.0 min away by road, under harlow-cedar version 1, "
        "clauses 2.1, 2.2; Cedar would keep 2 (floor 2); "
        "answer due by 2026-03-02T12:01:01.000000Z."
    )
    assert (asked["eta_seconds"], asked["keeps"], asked["floor"]) == ("540", "2", "2")
    assert asked["occurred_at"] == "2026-03-02T12:00:01.000000Z"
    assert asked["entry_hash"] == LOG.entries[1].hash
    assert {row["attribution"] for row in rows} == {"© OpenStreetMap contributors"}
    assert {row["region"] for row in rows} == {"Marlow (fictional)"}


def test_an_answer_and_what_follows_from_it_name_the_agreement_of_the_request() -> None:
    rows = rows_of(to_csv(LOG, NAMES))
    followed = [row for row in rows if row["type"] in ("aid.answered", "unit.assigned")]
    assert len(followed) == 2
    for row in followed:
        assert (row["agreement"], row["agreement_version"], row["clauses"]) == (
            "harlow-cedar",
            "1",
            "2.1;2.2",
        )


def test_the_csv_says_what_was_shown() -> None:
    scribe = Scribe()
    open_incident(scribe, make_incident("inc_1"))  # type: ignore[arg-type]
    reason = {"code": "reserve_floor", "agreement": "harlow-elm", "clause": "3.1", "figures": {"floor": 2}}
    shown = RecommendationMade(
        occurred_at=NOON,
        jurisdiction_id=HARLOW,
        incident_id=IncidentId("inc_1"),
        recommendation_id=RecommendationId("rec_1"),
        picture={},
        own=({"call_sign": "H-1", "eta_seconds": 2426},),
        candidates=({"call_sign": "C-2", "eta_seconds": 354}, {"call_sign": "C-1", "eta_seconds": 480}),
        refusals=({"call_sign": "E-1", "eta_seconds": None, "reasons": [reason]},),
        degraded=(),
    )
    scribe.record(shown, actor=DISPATCHER)
    assert rows_of(to_csv(make_log(scribe, which="1"), NAMES))[1]["summary"] == (
        "Shown: 2 candidates: C-2 5.9 min, C-1 8.0 min; own units: H-1 40.4 min; "
        "1 refused: E-1 (reserve_floor harlow-elm 3.1)."
    )


def test_the_csv_is_rfc_4180() -> None:
    text = to_csv(LOG, NAMES)
    assert text.count("\r\n") == len(LOG.entries) + 1
    assert "\n" not in text.replace("\r\n", "")
    assert {len(row) for row in csv.reader(io.StringIO(text, newline=""))} == {len(COLUMNS)}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_can_be_run_as_a_formula(start: str) -> None:
    scribe = Scribe()
    evil = f'{start}HYPERLINK("http://evil.example","{start}")'
    open_incident(scribe, make_incident("inc_1"))  # type: ignore[arg-type]
    log = make_log(scribe, which="1", number=evil, attribution=(evil,))
    for row in csv.reader(io.StringIO(to_csv(log, Names()), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_a_csv_is_not_verified_and_the_report_says_why() -> None:
    report = verify_text(to_csv(LOG, NAMES))
    assert not report.ok
    assert "Verify the JSON log" in report.problems[0].sentence


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 1, "schema": 1}', "[" * 5_000, "nonsense"])
def test_a_file_that_is_no_log_cannot_be_read(text: str) -> None:
    assert not verify_text(text).ok
    with pytest.raises(Invalid):
        read_json(text)


def test_a_name_given_twice_cannot_hide_a_second_value() -> None:
    text = to_json(LOG)
    twice = text.replace('"region": "Marlow"', '"region": "Elsewhere",\n "region": "Marlow"')
    assert twice != text
    assert not verify_text(twice).ok


def test_the_personal_values_are_in_the_words_only_where_they_are_disclosed() -> None:
    assert "12 Mill Lane" in to_csv(LOG, NAMES)
    hidden = make_log(make_journal(), disclosures=[])
    assert "12 Mill Lane" not in to_csv(hidden, NAMES)
    assert "12 Mill Lane" not in to_json(hidden)


def test_every_event_has_a_sentence() -> None:
    from dispatch.export.summary import SENTENCES

    assert SENTENCES.keys() == EVENTS.keys()


def test_an_entry_with_fields_of_another_version_still_reads() -> None:
    document = json.loads(to_json(LOG))
    document["entries"][1]["body"] = {}
    row = rows_of(to_csv(read_json(json.dumps(document)), NAMES))[1]
    assert row["summary"].startswith("unknown asked unknown for unknown")
