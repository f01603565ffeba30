"""What people write down as an agreement: YAML, or its JSON twin, read and checked against the region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from dispatch.agreements.clause_wording import clause_sentence
from dispatch.agreements.parse import parse_agreement, terms_sha256, terms_text
from dispatch.agreements.terms import Agreement
from dispatch.model.errors import AgreementInvalid, Invalid
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.region import Region
from dispatch.services.command import Row

RESERVED: Final = frozenset(
    {"check", "findings", "form", "from-template", "gaps", "lint", "templates", "what-if"}
)
"""Words that stand where an agreement's id would in an address."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An agreement as a client sent it: a text, or a document as ``parse.as_document`` has it."""

    text: str | None = None
    document: Mapping[str, Any] | None = None

    def as_text(self) -> str:
        """The YAML text. Raises ``Invalid`` for a document that YAML cannot say."""
        if self.text is not None:
            return self.text
        try:
            return yaml.safe_dump(dict(self.document or {}), sort_keys=False, allow_unicode=True, width=100)
        except (yaml.YAMLError, RecursionError) as error:
            raise Invalid("document", "cannot be written as a text") from error


def read_terms(sent: Sent, *, party: JurisdictionId | None, region: Region) -> Agreement:
    """The terms that a client wrote, unsigned. Raises ``AgreementInvalid`` with path and line, ``Invalid``.

    ``party`` is the writer's side, which must be a party. Takes some 100 ms for the longest text: not
    on the loop.
    """
    agreement = parse_agreement(sent.as_text())
    if agreement.signatures:
        raise AgreementInvalid("signatures", "the parties sign once the text is proposed")
    if agreement.id in RESERVED:
        raise AgreementInvalid("id", f"{agreement.id} is a word of the service's own")
    for place, named in enumerate(agreement.parties):
        if named not in region.jurisdictions:
            raise AgreementInvalid(f"parties[{place}]", f"{named} is no jurisdiction of this region")
    if party not in agreement.party_set:
        raise AgreementInvalid("parties", "one's own jurisdiction must be one of them")
    return agreement


def check(sent: Sent, *, party: JurisdictionId | None, region: Region, names: Mapping[str, str]) -> Row:
    """What the computer reads in a text: ``{ok, errors, text, terms_sha256, sentences}``.

    ``text`` is the form that would be signed, or what was sent where it cannot be read. ``sentences``:
    clause id -> sentence.
    """
    try:
        agreement = read_terms(sent, party=party, region=region)
    except Invalid as error:
        line = error.line if isinstance(error, AgreementInvalid) else None
        errors = [{"path": error.path, "line": line, "because": error.because}]
        return {"ok": False, "errors": errors, "text": _said(sent), "terms_sha256": None, "sentences": {}}
    return {
        "ok": True,
        "errors": [],
        "text": terms_text(agreement),
        "terms_sha256": terms_sha256(agreement),
        "sentences": {clause.id: clause_sentence(clause, names) for clause in agreement.clauses},
    }


def _said(sent: Sent) -> str:
    try:
        return sent.as_text()
    except Invalid:
        return ""


def as_version(agreement: Agreement, version: int, *, earlier: Sequence[Agreement]) -> Agreement:
    """The terms as the next version of an agreement.

    Nobody is put out of an agreement by the others: every party of an ``earlier`` version must be in
    it. Raises ``Invalid``.
    """
    for one in earlier:
        for party in one.parties:
            if party not in agreement.party_set:
                raise Invalid("parties", f"{party} was a party of version {one.version}: use another id")
    return replace(agreement, version=version)


def require_same_id(agreement: Agreement, agreement_id: AgreementId) -> None:
    """Raises ``Invalid`` where a text for one agreement names another."""
    if agreement.id != agreement_id:
        raise Invalid("id", f"must stay {agreement_id}")
