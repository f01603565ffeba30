"""Every row of the lawyers' table is what the service answers, and a wrong row would be noticed."""

from collections import Counter
from dataclasses import replace

import pytest

from dispatch.agreements.permit import Permit
from dispatch.agreements.predicates import PREDICATES
from dispatch.agreements.reasons import OF_THE_UNIT, ReasonCode
from tests.read_lawyers_table import Expected, Row, rows

ROWS = rows()


def named(row: Row) -> str:
    return f"line {row.line}: {row.cells[0]}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_the_answer_is_the_tables(row):
    assert row.expected.objections(row.answer()) == []


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_wrong_row_is_noticed(row):
    """Turned round, with a reason too many or too few, or with another figure, no row passes."""
    answer, expected = row.answer(), row.expected
    for wrong in _falsified(expected):
        assert wrong.objections(answer), wrong


def _falsified(expected):
    if expected.permit is not None:
        yield Expected(permit=None, reasons={("no_agreement", None, None): {}})
        for name in expected.permit:
            yield replace(expected, permit={**expected.permit, name: "something else"})
        return
    yield Expected(permit={"agreement_id": "any"}, reasons={})
    yield replace(expected, reasons={**expected.reasons, ("unit_type", "99", "none"): {}})
    for key, figures in expected.reasons.items():
        yield replace(expected, reasons={k: f for k, f in expected.reasons.items() if k != key})
        for name in figures:
            yield replace(expected, reasons={**expected.reasons, key: {**figures, name: "something else"}})


def test_the_table_has_more_than_220_different_rows():
    assert len({row.cells for row in ROWS}) == len(ROWS) > 220


def test_every_reason_that_an_agreement_can_give_is_in_the_table():
    said = {ReasonCode(code) for row in ROWS for code, _, _ in row.expected.reasons}
    assert said == set(ReasonCode) - OF_THE_UNIT - {ReasonCode.BETWEEN_OTHERS}


def test_every_kind_of_restriction_is_seen_to_permit_and_to_refuse():
    seen: Counter[tuple[type, bool]] = Counter()
    for row in ROWS:
        answer = row.answer()
        for agreement in row.agreements:
            for clause in agreement.clauses:
                if type(clause) not in PREDICATES:
                    continue
                if isinstance(answer, Permit) and clause.id in answer.clauses:
                    seen[type(clause), True] += 1
                elif any(key[1:] == (clause.id, agreement.id) for key in row.expected.reasons):
                    seen[type(clause), False] += 1
    assert [(kind.__name__, way) for kind in PREDICATES for way in (True, False) if not seen[kind, way]] == []


ASKED = "plain | cedar > harlow | als_ambulance |"


@pytest.mark.parametrize(
    ("row", "because"),
    [
        (f"{ASKED} | Sun 2026-06-01 12:00 UTC | | permit plain", "is a Mon"),
        (f"{ASKED} | Sun 2026-03-08 02:30 America/New_York | | permit plain", "never show"),
        (f"{ASKED} | Sun 2026-11-01 01:30 America/New_York | | permit plain", "first"),
        (f"{ASKED} | Mon 2026-06-01 12:00 UTC | fre 3 | permit plain", "fre 3"),
        (f"{ASKED} | Mon 2026-06-01 12:00 UTC | | maybe", "maybe"),
        (f"{ASKED} | Mon 2026-06-01 12:00 UTC | | permit plain, gladly", "gladly"),
        (f"{ASKED} Mon 2026-06-01 12:00 UTC | | permit plain", "columns"),
        ("plain | cedar > harlow | rickshaw | | Mon 2026-06-01 12:00 UTC | | permit plain", "rickshaw"),
        ("nowhere | cedar > harlow | als_ambulance | | Mon 2026-06-01 12:00 UTC | | permit x", "nowhere"),
    ],
)
def test_a_row_that_says_nothing_sensible_is_refused_with_its_line(row, because):
    with pytest.raises(AssertionError, match=because) as refused:
        rows(f"# a comment\n{row}\n")
    assert "line 2" in str(refused.value)
