"""Agreements as they are filed: drafts, texts on record, signatures and acts, and one version put together.

A text on record, a signature and an act never change and are never deleted; a draft is its author's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from dispatch.agreements.parse import parse_agreement, terms_text, text_sha256
from dispatch.agreements.terms import ActKind, Agreement, AgreementAct, Signature
from dispatch.model.ids import AgreementId, JurisdictionId

Which: TypeAlias = tuple[AgreementId, int]
"""One version of one agreement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementText:
    """A version's exact text as it was taken in or proposed."""

    agreement_id: AgreementId
    version: int
    text: str
    text_sha256: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDraft:
    """A text that was not proposed yet. Each party has one at most of each agreement.

    ``version`` is the one it would become; ``revision`` counts its changes from 1. ``updated_by`` is a
    principal's id.
    """

    agreement_id: AgreementId
    drafted_by: JurisdictionId
    version: int
    text: str
    terms_sha256: str
    revision: int
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledSignature:
    """One party's assent. ``seq`` is the journal's entry for it, ``person`` the principal's id."""

    seq: int
    agreement_id: AgreementId
    version: int
    party: JurisdictionId
    by: str
    person: str
    at: datetime
    terms_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledAct:
    """What a party did. ``seq`` is the journal's entry for it, ``person`` the principal's id."""

    seq: int
    agreement_id: AgreementId
    version: int
    kind: ActKind
    party: JurisdictionId
    by: str
    person: str
    at: datetime
    reason: str = ""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One version with everything that was filed about it.

    ``text`` is the exact text that parties sign and ``terms_sha256`` its hash; ``text_sha256`` is that of
    the file as it was taken in. ``drafted_by`` is None for a text that came with the region.
    """

    agreement: Agreement
    text: str
    terms_sha256: str
    text_sha256: str
    recorded_at: datetime
    drafted_by: JurisdictionId | None = None
    revision: int | None = None
    """A draft's; None once the text is fixed."""

    @property
    def is_draft(self) -> bool:
        """Whether its author may still change it."""
        return self.revision is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a text says, and the one form in which that is signed. Reading it takes milliseconds: keep it."""

    agreement: Agreement
    text: str
    sha256: str


def read_terms(text: str) -> Terms:
    """The terms in a text, signatures in it included. Raises ``AgreementInvalid``."""
    agreement = parse_agreement(text)
    signed = terms_text(agreement)
    return Terms(agreement=agreement, text=signed, sha256=text_sha256(signed))


def paper_of_draft(draft: AgreementDraft) -> Paper:
    """A draft as a version to look at. Raises ``AgreementInvalid`` for one that is no agreement."""
    return Paper(
        agreement=parse_agreement(draft.text),
        text=draft.text,
        terms_sha256=draft.terms_sha256,
        text_sha256=draft.terms_sha256,
        recorded_at=draft.updated_at,
        drafted_by=draft.drafted_by,
        revision=draft.revision,
    )


def papers_of(
    texts: Iterable[AgreementText],
    signatures: Iterable[FiledSignature],
    acts: Iterable[FiledAct],
    *,
    known: Mapping[str, Terms] | None = None,
) -> Sequence[Paper]:
    """Each text with its signatures and acts, in the order of ``texts``.

    Signatures that lie in the text itself count like those given here. ``known``: texts read before, by
    their hash.
    """
    signed: dict[Which, list[FiledSignature]] = {}
    done: dict[Which, list[FiledAct]] = {}
    for signature in sorted(signatures, key=lambda one: one.seq):
        signed.setdefault((signature.agreement_id, signature.version), []).append(signature)
    for act in sorted(acts, key=lambda one: one.seq):
        done.setdefault((act.agreement_id, act.version), []).append(act)
    papers = []
    for text in texts:
        which = (text.agreement_id, text.version)
        terms = (known or {}).get(text.text_sha256) or read_terms(text.text)
        papers.append(_put_together(text, terms, signed.get(which, ()), done.get(which, ())))
    return papers


def _put_together(
    text: AgreementText, terms: Terms, signatures: Sequence[FiledSignature], acts: Sequence[FiledAct]
) -> Paper:
    plain = terms.agreement
    already = {signature.party for signature in plain.signatures}
    added = tuple(
        Signature(party=one.party, by=one.by, signed_at=one.at)
        for one in signatures
        if one.party not in already
    )
    proposed = next((act for act in acts if act.kind is ActKind.PROPOSED), None)
    # What was proposed here is the exact text; a text that came as a file has signatures or comments in it.
    return Paper(
        agreement=replace(
            plain, signatures=plain.signatures + added, acts=tuple(_act_of(act) for act in acts)
        ),
        text=text.text if proposed else terms.text,
        terms_sha256=text.text_sha256 if proposed else terms.sha256,
        text_sha256=text.text_sha256,
        recorded_at=text.recorded_at,
        drafted_by=proposed.party if proposed else None,
    )


def _act_of(act: FiledAct) -> AgreementAct:
    return AgreementAct(
        kind=act.kind, party=act.party, by=act.by, at=act.at, reason=act.reason, ends_at=act.ends_at
    )
