"""What clients get about agreements."""

from typing import Any, Literal

from pydantic import Field

from dispatch.agreements.diff import Change
from dispatch.agreements.fields import FieldKind
from dispatch.agreements.kinds import Enforcer, Group
from dispatch.agreements.lifecycle import Step
from dispatch.agreements.standing import AgreementState
from dispatch.agreements.terms import ActKind, AgreementKind, Scope
from dispatch.api.rows import OpenRow, Row, WireTime


class WayRow(Row):
    """One way in which aid may flow."""

    lender: str
    borrower: str


class ClauseRow(OpenRow):
    """A clause with its terms, named as in the agreement's text."""

    id: str
    type: str
    sentence: str


class SignatureRow(Row):
    """A party's assent to the exact text."""

    party: str
    by: str
    signed_at: WireTime
    terms_sha256: str


class ActRow(Row):
    """What a party did; ``ends_at``: when a suspension is over, or from when a notice ends it."""

    kind: ActKind
    party: str
    by: str
    at: WireTime
    reason: str
    ends_at: WireTime | None


class AgreementRow(Row):
    """One version of an agreement, named as in its YAML, with where it stands now."""

    id: str
    title: str
    version: int
    kind: AgreementKind
    scope: Scope
    time_zone: str
    parties: list[str]
    directions: Literal["reciprocal"] | list[WayRow]
    effective_from: WireTime
    effective_to: WireTime | None
    clauses: list[ClauseRow]
    automatic: bool
    may_decline: bool
    answer_seconds: int
    state: AgreementState
    revision: int | None
    drafted_by: str | None
    mine: bool
    terms_sha256: str
    text_sha256: str
    missing_signatures: list[str]
    signatures: list[SignatureRow]
    acts: list[ActRow]
    ends_at: WireTime | None
    in_force: int | None
    """The version that binds now."""
    replaced: bool
    steps: list[Step]
    """What this caller may do with it now."""


class VersionRow(Row):
    """One version among others."""

    version: int
    state: AgreementState
    terms_sha256: str
    recorded_at: WireTime


class AgreementDetailRow(AgreementRow):
    """The same with the exact text that is signed, and every version."""

    text: str
    recorded_at: WireTime
    versions: list[VersionRow]


class CheckErrorRow(Row):
    """What the computer cannot read; ``line`` from 1 where known."""

    path: str
    line: int | None
    because: str


class CheckRow(Row):
    """What the computer reads in a text; ``sentences`` by clause."""

    ok: bool
    errors: list[CheckErrorRow]
    text: str
    terms_sha256: str | None
    sentences: dict[str, str]


class TermDiffRow(Row):
    """One term before and after; ``words``: a text, to be compared word by word."""

    path: str
    title: str
    clause: str
    before: str
    after: str
    change: Change
    words: bool


class DiffRow(Row):
    """Two versions, term by term."""

    from_: int = Field(alias="from")
    to: int
    rows: list[TermDiffRow]


class FieldRow(Row):
    """One field of a clause, as the parser has it; ``default``: what the text means without it."""

    name: str
    kind: FieldKind
    title: str
    help: str
    required: bool
    unit: str
    at_least: int
    at_most: int
    choices: list[str]
    default: Any


class KindRow(Row):
    """One kind of clause."""

    type: str
    title: str
    help: str
    row: int
    group: Group
    enforced_by: list[Enforcer]
    single: bool
    fields: list[FieldRow]


class GroupRow(Row):
    """A heading of the form."""

    group: Group
    title: str


class PartyRow(Row):
    """A jurisdiction that may be a party."""

    id: str
    name: str


class FormRow(Row):
    """Every kind of clause, for the editor."""

    groups: list[GroupRow]
    kinds: list[KindRow]
    agreement_kinds: list[AgreementKind]
    scopes: list[Scope]
    jurisdictions: list[PartyRow]


class TemplateRow(Row):
    """What one can start from."""

    template: str
    title: str
    help: str
