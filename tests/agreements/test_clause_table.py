"""The document for people who write agreements says what the code does."""

from pathlib import Path

from dispatch.agreements.clause_table import list_rows

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "clauses.md"


def test_the_table_of_clauses_is_the_catalogue():
    """After a wanted change, put ``list_rows()`` into the document again and read the difference."""
    written = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert written == list(list_rows())
