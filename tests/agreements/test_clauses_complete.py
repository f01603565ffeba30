"""No clause is forgotten: each has its kind, its rule, its sentence and an example that a lawyer can read."""

from dataclasses import fields
from typing import get_args

import pytest

from dispatch.agreements.catalogue import KINDS, kind_of
from dispatch.agreements.clause_wording import clause_sentence
from dispatch.agreements.kinds import Enforcer
from dispatch.agreements.parse import as_document, parse_agreement
from dispatch.agreements.predicates import PREDICATES, WAIVABLE
from dispatch.agreements.reasons import ReasonCode
from dispatch.agreements.restrictions import Restriction
from dispatch.agreements.terms import Agreement, Clause, Providing, Restricting
from dispatch.agreements.wording import sentence
from tests.read_lawyers_table import FOLDER, rows

ROWS = range(1, 35)
"""The clauses of real agreements, numbered as in the survey."""

AGREEMENT_FIELDS = {
    1: ("parties",),
    2: ("kind",),
    3: ("directions", "reciprocal"),
    4: ("effective_from", "effective_to"),
    32: ("signatures",),
}
"""Rows that are fields of the agreement itself; the others are kinds of clause (some rows are both)."""

EXAMPLES = [parse_agreement(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]


def test_every_row_of_the_survey_is_a_kind_of_clause_or_a_field_of_the_agreement():
    in_clauses = {kind.row for kind in KINDS.values()} - {0}
    assert in_clauses | set(AGREEMENT_FIELDS) == set(ROWS)
    assert set(ROWS) - in_clauses == {3}


def test_the_fields_that_stand_for_rows_are_there_and_in_the_text():
    known = {field.name for field in fields(Agreement)}
    written = set(as_document(EXAMPLES[0]))
    for names in AGREEMENT_FIELDS.values():
        assert known.issuperset(names)
        assert written & set(names)


def test_only_free_text_stands_for_no_row():
    assert [tag for tag, kind in KINDS.items() if kind.row == 0] == ["text"]


def test_every_clause_has_one_kind_and_every_kind_makes_a_clause():
    made = [kind.make for kind in KINDS.values()]
    assert len(set(made)) == len(made)
    assert set(made) == set(get_args(Clause))


def test_every_field_of_a_clause_is_described():
    for kind in KINDS.values():
        described = {spec.name for spec in kind.fields}
        assert described == {field.name for field in fields(kind.make)} - {"id"}, kind.tag  # type: ignore[arg-type]


def test_every_clause_that_can_forbid_has_its_rule_and_no_other_has():
    assert set(PREDICATES) == set(get_args(Restricting))
    assert all(issubclass(clause, Restriction) for clause in get_args(Restricting))
    assert not any(issubclass(clause, Restriction) for clause in get_args(Providing))
    assert set(WAIVABLE) < set(PREDICATES)


def test_every_rule_has_a_name_of_its_own():
    names = [rule.__name__ for rule in PREDICATES.values()]
    assert len(set(names)) == len(names)
    assert not any(name.startswith(("_", "<")) for name in names)


def test_every_rule_is_enforced_by_the_recommender():
    for kind in KINDS.values():
        if kind.make in PREDICATES:
            assert kind.enforced_by == (Enforcer.RECOMMENDER,)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_clause_has_an_example_for_lawyers_and_a_sentence(kind):
    examples = [clause for a in EXAMPLES for clause in a.clauses if kind_of(clause) is kind]
    assert examples
    for clause in examples:
        said = clause_sentence(clause, {})
        assert said[0] == said[0].upper()
        assert not said.endswith(".")
        assert "None" not in said
        assert "StrEnum" not in said


def test_every_example_for_lawyers_is_asked_about_in_the_table():
    named = {name for row in rows() for name in row.cells[0].split(", ")}
    assert {path.stem for path in FOLDER.glob("*.yaml")} == named - {"none"}


def test_every_reason_has_its_sentence():
    for code in ReasonCode:
        from_code = code.value.replace("_", " ").capitalize()
        assert sentence({"code": code.value}, {}) != from_code


def test_every_kind_describes_itself_to_the_form():
    for kind in KINDS.values():
        said = kind.describe()
        assert said["type"] == kind.tag
        assert said["title"]
        assert said["help"].endswith(".")
        assert all(spec["title"] for spec in said["fields"])
