"""Agreements on paper: versions with what was signed and done about them, for tests of the lifecycle."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dispatch.agreements.parse import terms_sha256, terms_text
from dispatch.agreements.provisions import Counterparts, Termination, Text
from dispatch.agreements.record import AgreementDraft, Paper, Terms
from dispatch.agreements.terms import ActKind, Agreement, AgreementAct, AgreementKind, Clause, Signature
from dispatch.model.ids import AgreementId, JurisdictionId

HARLOW, CEDAR, ELM = (JurisdictionId(name) for name in ("harlow", "cedar", "elm"))
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def make_terms(
    *clauses: Clause,
    parties: Sequence[JurisdictionId] = (HARLOW, CEDAR),
    version: int = 1,
    begins: datetime = NOW - 100 * DAY,
    ends: datetime | None = NOW + 100 * DAY,
    notice_days: int = 30,
) -> Agreement:
    """A reciprocal agreement in its term at ``NOW``, which nobody has signed."""
    return Agreement(
        id=AgreementId("pact"),
        title="Pact",
        version=version,
        kind=AgreementKind.MUTUAL,
        parties=tuple(parties),
        directions=(),
        reciprocal=True,
        effective_from=begins,
        effective_to=ends,
        clauses=(Termination(id="9", notice_days=notice_days), *clauses),
    )


COUNTERPARTS = Counterparts(id="8")


def words(text: str) -> Text:
    return Text(id="1", title="Words", text=text)


def signed(agreement: Agreement, *parties: JurisdictionId, at: datetime = NOW - DAY) -> Agreement:
    """The same, signed by these parties, or by all."""
    added = tuple(
        Signature(party=party, by=f"Chief of {party}", signed_at=at) for party in parties or agreement.parties
    )
    return replace(agreement, signatures=agreement.signatures + added)


def acted(
    agreement: Agreement,
    kind: ActKind,
    party: JurisdictionId = HARLOW,
    *,
    at: datetime = NOW - DAY,
    ends_at: datetime | None = None,
) -> Agreement:
    """The same, after a party did something about it."""
    act = AgreementAct(kind=kind, party=party, by=f"Chief of {party}", at=at, reason="why", ends_at=ends_at)
    return replace(agreement, acts=(*agreement.acts, act))


def file(agreement: Agreement, *, drafted_by: JurisdictionId | None = HARLOW) -> Paper:
    """The version as it lies on record, proposed by Harlow."""
    return Paper(
        agreement=agreement,
        terms=Terms(agreement),
        fixed_text=terms_text(agreement),
        text_sha256=terms_sha256(agreement),
        recorded_at=NOW - DAY,
        drafted_by=drafted_by,
    )


def make_draft(agreement: Agreement, *, revision: int = 1) -> AgreementDraft:
    """Harlow's draft of these terms."""
    return AgreementDraft(
        agreement_id=agreement.id,
        drafted_by=HARLOW,
        version=agreement.version,
        text=terms_text(agreement),
        terms_sha256=terms_sha256(agreement),
        revision=revision,
        updated_by="admin-harlow",
        updated_at=NOW,
    )
