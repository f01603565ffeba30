"""What clients get about agreements."""

from typing import Any

from dispatch.api.rows import Row


class AgreementRow(Row):
    """One version of an agreement, named as in its YAML, with where it stands now."""

    id: str
    title: str
    version: int
    state: str
    revision: int | None
    drafted_by: str | None
    mine: bool
    terms_sha256: str
    missing_signatures: list[str]
    signatures: list[dict[str, Any]]
    acts: list[dict[str, Any]]
    ends_at: str | None
    in_force: int | None
    replaced: bool
    steps: list[str]


class AgreementDetailRow(AgreementRow):
    """The same with the exact text that is signed, and every version."""

    text: str
    recorded_at: str
    versions: list[dict[str, Any]]


class CheckRow(Row):
    """What the computer reads in a text."""

    ok: bool
    errors: list[dict[str, Any]]
    text: str
    terms_sha256: str | None
    sentences: dict[str, str]


class DiffRow(Row):
    """Two versions, term by term."""

    rows: list[dict[str, Any]]


class FormRow(Row):
    """Every kind of clause, for the editor."""

    groups: list[dict[str, Any]]
    kinds: list[dict[str, Any]]
    agreement_kinds: list[str]
    scopes: list[str]
    jurisdictions: list[dict[str, Any]]


class TemplateRow(Row):
    """What one can start from."""

    template: str
    title: str
    help: str
