"""Two versions of an agreement, term by term, in the words that people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dispatch.agreements.catalogue import kind_of
from dispatch.agreements.clause_wording import clause_sentence, windows_words
from dispatch.agreements.fields import FieldKind, FieldSpec
from dispatch.agreements.parse import as_document
from dispatch.agreements.terms import Agreement, Clause

Names = Mapping[str, str]

_HEAD = (
    ("title", "Title"),
    ("kind", "Kind"),
    ("scope", "Scope"),
    ("time_zone", "Time zone"),
    ("parties", "Parties"),
    ("directions", "Directions"),
    ("effective_from", "Effective from"),
    ("effective_to", "Effective to"),
)


class Change(StrEnum):
    """What became of a term."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDiff:
    """One term before and after. ``clause``: its id, empty for the head; ``words``: a text, to be compared
    word by word."""

    path: str
    title: str
    clause: str
    before: str
    after: str
    change: Change
    words: bool = False

    def to_json(self) -> dict[str, Any]:
        """The row as the wire has it."""
        return {
            "path": self.path,
            "title": self.title,
            "clause": self.clause,
            "before": self.before,
            "after": self.after,
            "change": self.change.value,
            "words": self.words,
        }


def diff_agreements(before: Agreement, after: Agreement, *, names: Names) -> Sequence[TermDiff]:
    """Every term of either version, in the order of ``after``; removed clauses come last.

    A clause is the same clause when it has the same id. Its row holds its sentence; below it are rows for
    its long texts, and for each field that differs.
    """
    rows = [*_diff_head(before, after, names)]
    old = {clause.id: clause for clause in before.clauses}
    new = {clause.id: clause for clause in after.clauses}
    for clause_id in (*new, *(gone for gone in old if gone not in new)):
        rows += _diff_clause(old.get(clause_id), new.get(clause_id), names)
    return rows


def _diff_head(before: Agreement, after: Agreement, names: Names) -> Sequence[TermDiff]:
    old, new = as_document(before), as_document(after)
    return [
        TermDiff(
            path=field,
            title=title,
            clause="",
            before=_head_words(old[field], names),
            after=_head_words(new[field], names),
            change=Change.SAME if old[field] == new[field] else Change.CHANGED,
        )
        for field, title in _HEAD
    ]


def _head_words(value: Any, names: Names) -> str:
    if value is None:
        return "no end"
    if isinstance(value, list):
        return ", ".join(_way_words(item, names) for item in value)
    return str(value)


def _way_words(item: Any, names: Names) -> str:
    if isinstance(item, dict):
        return f"{_name(item['lender'], names)} lends to {_name(item['borrower'], names)}"
    return _name(item, names)


def _name(which: str, names: Names) -> str:
    return names.get(which, which)


def _diff_clause(before: Clause | None, after: Clause | None, names: Names) -> Sequence[TermDiff]:
    clause = after or before
    if clause is None:
        return ()
    kind = kind_of(clause)
    row = TermDiff(
        path=f"clauses.{clause.id}",
        title=kind.title,
        clause=clause.id,
        before="" if before is None else clause_sentence(before, names),
        after="" if after is None else clause_sentence(after, names),
        change=_change_of(before, after),
    )
    if before is not None and after is not None and type(before) is not type(after):
        return (row,)
    fields = [_diff_field(spec, before, after, clause.id, names) for spec in kind.fields]
    return (row, *(field for field in fields if field is not None))


def _diff_field(
    spec: FieldSpec, before: Clause | None, after: Clause | None, clause_id: str, names: Names
) -> TermDiff | None:
    old = None if before is None else getattr(before, spec.name)
    new = None if after is None else getattr(after, spec.name)
    is_text = spec.kind is FieldKind.LONG_TEXT
    # A sentence may leave a field out (a polygon): what differs is always shown.
    differs = before is not None and after is not None and old != new
    if not differs and not (is_text and (old or new)):
        return None
    return TermDiff(
        path=f"clauses.{clause_id}.{spec.name}",
        title=spec.title,
        clause=clause_id,
        before=_field_words(spec, old, names),
        after=_field_words(spec, new, names),
        change=_change_of(old or None, new or None) if is_text else Change.CHANGED,
        words=is_text,
    )


def _field_words(spec: FieldSpec, value: Any, names: Names) -> str:
    if value is None:
        return ""
    if spec.kind is FieldKind.WINDOWS:
        return windows_words(value)
    if spec.kind is FieldKind.FLAG:
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_name(str(item), names) for item in value)
    return _name(str(value), names)


def _change_of(before: object, after: object) -> Change:
    if before is None:
        return Change.ADDED
    if after is None:
        return Change.REMOVED
    return Change.SAME if before == after else Change.CHANGED
