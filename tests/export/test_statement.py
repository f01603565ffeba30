"""One statement, two formats, the same figures; and no word in it that a machine would run."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

from dispatch.agreements.provisions import Balance
from dispatch.aid.request import RequestState
from dispatch.export.ledger_wording import hours_words
from dispatch.export.statement import COLUMNS, Statement, statement_csv
from dispatch.export.statement_pdf import statement_pdf
from tests.make_agreements import CEDAR, HARLOW
from tests.make_ledger import OCTOBER, ask_for, hour, lend, make_paid, make_statement, records_of

NOON = datetime(2026, 10, 15, 12, tzinfo=UTC)


def busy() -> Statement:
    """Loans both ways, one over the month's end, and every kind of no."""
    requests = [
        ask_for(NOON, RequestState.DECLINED, which="1", reason="weather"),
        ask_for(NOON, RequestState.EXPIRED, which="2", exhausted_at=NOON + hour),
        ask_for(NOON, which="3"),
    ]
    loans = [
        lend(NOON, timedelta(hours=26, minutes=5, seconds=9), which="1"),
        lend(NOON, hour, which="2", unit="h1", lender=HARLOW, borrower=CEDAR),
        lend(OCTOBER.ends - hour, 3 * hour, which="3", unit="c2"),
    ]
    agreements = [make_paid(Balance(id="7.1", imbalance_unit_hours=10), free_hours=1, rate=9_999)]
    return make_statement(records_of(*loans, requests=requests, agreements=agreements))


def rows_of(statement: Statement, kind: str) -> list[dict[str, str]]:
    read = csv.DictReader(io.StringIO(statement_csv(statement), newline=""))
    return [row for row in read if row["row"] == kind]


def text_of(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", text)


def test_the_csv_and_the_pdf_have_the_same_figures() -> None:
    statement = busy()
    said = text_of(statement_pdf(statement))
    figures = {(row["lender"], row["item"]): int(row["value"]) for row in rows_of(statement, "figure")}
    for lender in ("cedar", "harlow"):
        assert hours_words(figures[lender, "unit_seconds"]) in said
        assert hours_words(figures[lender, "billable_seconds"]) in said
    cents = figures["cedar", "cents_USD"]
    assert f"{cents // 100:,}.{cents % 100:02} USD" in said
    assert "Requests asked of the lender 3 0" in said
    for loan in rows_of(statement, "loan"):
        assert hours_words(int(loan["seconds"])) in said
        assert f"{int(loan['cents']) // 100:,}.{int(loan['cents']) % 100:02} USD" in said
    assert sum(int(row["cents"]) for row in rows_of(statement, "loan")) == cents


def test_the_csv_has_each_loan_each_no_and_each_alert() -> None:
    statement = busy()
    loans = rows_of(statement, "loan")
    assert [(loan["call_sign"], loan["seconds"], loan["billable_seconds"]) for loan in loans] == [
        ("Medic 1", "93909", "90309"),
        ("c2", "3600", "0"),
        ("h1", "3600", "0"),
    ]
    assert loans[0]["began_at"] == "2026-10-15T12:00:00.000000Z"
    assert loans[1]["ended_at"] == "", "it was not over at the month's end"
    refused = [(row["outcome"], row["reason"], row["exhausted"]) for row in rows_of(statement, "unfilled")]
    assert refused == [("declined", "weather", "no"), ("expired", "no_answer", "yes")]
    [alert] = rows_of(statement, "alert")
    assert (alert["item"], alert["value"], alert["clause"]) == ("imbalance_unit_seconds", "93909", "7.1")


def test_the_csv_is_rfc_4180_and_every_row_says_where_it_is_from() -> None:
    text = statement_csv(busy())
    assert "\n" not in text.replace("\r\n", "")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert {row[-2] for row in rows[1:]} == {"Squares (fictional)"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_can_be_run_as_a_formula(start: str) -> None:
    evil = f'{start}HYPERLINK("http://evil.example")'
    request = ask_for(NOON, RequestState.DECLINED, reason=evil)
    rows = csv.reader(io.StringIO(statement_csv(make_statement(records_of(requests=[request]))), newline=""))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)


def test_the_same_statement_gives_the_same_bytes_whenever_it_is_made() -> None:
    assert statement_pdf(busy()) == statement_pdf(busy())


def test_the_pdf_says_what_a_clerk_needs_to_know() -> None:
    said = text_of(statement_pdf(busy()))
    assert "Statement of mutual aid, October 2026" in said
    assert "2026-10-01 to 2026-10-31, America/Chicago" in said
    assert "2026-10-15 07:00:00 CDT" in said
    assert "Squares · fictional: no real place, agency or person" in said
    assert "half a cent up" in said
    assert "Cedar gave Harlow 26:05:09 unit-hours more than it received in 12 months" in said
    assert "nobody left to ask" in said


def test_a_month_that_is_not_over_says_so() -> None:
    said = text_of(statement_pdf(make_statement(records_of(lend(NOON, None)), now=NOON + hour)))
    assert "2026-10-15 08:00:00 CDT, before the month's end" in said
    assert "still out" in said


def test_a_month_without_aid_is_a_statement_too() -> None:
    said = text_of(statement_pdf(make_statement(records_of())))
    assert said.count("No unit was lent.") == 2


def test_a_long_table_repeats_its_head_on_every_page_and_the_pages_are_numbered() -> None:
    loans = [lend(NOON + n * hour, hour, which=f"{n:02}") for n in range(90)]
    pages = PdfReader(io.BytesIO(statement_pdf(make_statement(records_of(*loans))))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"{number} of {len(pages)}" in text
        if "Medic 1" in text:
            assert "Home again" in text
