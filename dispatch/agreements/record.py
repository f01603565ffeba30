"""Agreements as they are filed: drafts, texts on record, signatures and acts, and one version put together.

A text on record, a signature and an act never change and are never deleted; a draft is its author's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Final, TypeAlias

from dispatch.agreements.parse import parse_agreement, terms_text, text_sha256
from dispatch.agreements.terms import ActKind, Agreement, AgreementAct, Signature
from dispatch.model.ids import AgreementId, JurisdictionId

Which: TypeAlias = tuple[AgreementId, int]
"""One version of one agreement."""

TEXTS_KEPT: Final = 64
"""Texts read lately that are not read again, some MB: the longest takes half a second."""


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


@dataclass(frozen=True)
class Terms:
    """What a text says, and the one form in which that is signed. Writing it takes a while: on asking."""

    agreement: Agreement

    @cached_property
    def text(self) -> str:
        """The exact text that parties sign."""
        return terms_text(self.agreement)

    @cached_property
    def sha256(self) -> str:
        """What names it."""
        return text_sha256(self.text)


@lru_cache(maxsize=TEXTS_KEPT)
def read_text(text: str) -> Terms:
    """What a text says. Raises ``AgreementInvalid``."""
    return Terms(parse_agreement(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One version with everything that was filed about it.

    ``text_sha256`` is that of the file as it was taken in. ``fixed_text`` is the text that was drafted or
    proposed here, None for one that came with the region, which has no ``drafted_by`` either.
    """

    agreement: Agreement
    terms: Terms
    fixed_text: str | None = None
    text_sha256: str
    recorded_at: datetime
    drafted_by: JurisdictionId | None = None
    revision: int | None = None
    """A draft's; None once the text is fixed."""

    @property
    def text(self) -> str:
        """The exact text that parties sign."""
        return self.terms.text if self.fixed_text is None else self.fixed_text

    def written_out(self) -> "Paper":
        """The same, its text and hash computed and kept: for a thread that may take its time."""
        _ = self.terms_sha256
        return self

    @property
    def terms_sha256(self) -> str:
        """The hash of that text."""
        return self.terms.sha256 if self.fixed_text is None else self.text_sha256

    @property
    def is_draft(self) -> bool:
        """Whether its author may still change it."""
        return self.revision is not None


def paper_of_draft(draft: AgreementDraft) -> Paper:
    """A draft as a version to look at. Raises ``AgreementInvalid`` for one that is no agreement."""
    terms = read_text(draft.text)
    return Paper(
        agreement=terms.agreement,
        terms=terms,
        fixed_text=draft.text,
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
        terms = (known or {}).get(text.text_sha256) or read_text(text.text)
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
    agreement = plain
    if added or acts:
        done = tuple(_act_of(act) for act in acts)
        agreement = replace(plain, signatures=plain.signatures + added, acts=done)
    # What was proposed here is the exact text; a text that came as a file has signatures or comments in it.
    return Paper(
        agreement=agreement,
        terms=terms,
        fixed_text=text.text if proposed else None,
        text_sha256=text.text_sha256,
        recorded_at=text.recorded_at,
        drafted_by=proposed.party if proposed else None,
    )


def _act_of(act: FiledAct) -> AgreementAct:
    return AgreementAct(
        kind=act.kind, party=act.party, by=act.by, at=act.at, reason=act.reason, ends_at=act.ends_at
    )
