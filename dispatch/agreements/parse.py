"""Agreement text to value and back. Strict: what is not understood is refused, with its path and line."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import yaml

from dispatch.agreements.calendar import zone_named
from dispatch.agreements.catalogue import kind_of, read_clause, write_clause
from dispatch.agreements.nodes import Field, compose
from dispatch.agreements.provisions import CallOrder, CoverDuty, Discretion, PartyRole
from dispatch.agreements.restrictions import CallTypes, Restriction, Staffing, Zones
from dispatch.agreements.terms import (
    Agreement,
    AgreementKind,
    Clause,
    Direction,
    Scope,
    Signature,
)
from dispatch.model.clock import iso
from dispatch.model.ids import AgreementId, JurisdictionId

RECIPROCAL: Final = "reciprocal"
"""Stands for ``directions`` where every party lends to every other."""

_REQUIRED: Final = (
    "id",
    "title",
    "version",
    "kind",
    "parties",
    "directions",
    "effective_from",
    "clauses",
)
_OPTIONAL: Final = ("effective_to", "scope", "time_zone", "signatures")


def text_sha256(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def terms_text(agreement: Agreement) -> str:
    """The exact text that the parties sign: every term in one fixed form, without the signatures."""
    return dump_agreement(replace(agreement, signatures=()))


def terms_sha256(agreement: Agreement) -> str:
    """What names the exact text: on the page, in the PDF, in each signature and in the journal."""
    return text_sha256(terms_text(agreement))


def parse_agreement(text: str) -> Agreement:
    """The agreement that the YAML text says. Raises ``AgreementInvalid`` with ``.path`` and ``.line``."""
    root = compose(text)
    fields = root.only(required=_REQUIRED, optional=_OPTIONAL)
    parties = _distinct(fields["parties"].items(at_least=2), Field.slug)
    directions = _directions(fields["directions"], frozenset(parties))
    effective_from, ends = fields["effective_from"].moment(), fields.get("effective_to")
    effective_to = None if ends is None or ends.is_null() else ends.moment()
    if ends is not None and effective_to is not None and effective_to <= effective_from:
        raise ends.refuse("must be later than effective_from")
    signatures = fields.get("signatures")
    agreement = Agreement(
        id=AgreementId(fields["id"].slug()),
        title=fields["title"].text(at_most=200),
        version=fields["version"].whole(at_least=1, at_most=1_000_000),
        kind=fields["kind"].choice(AgreementKind),
        parties=tuple(JurisdictionId(party) for party in parties),
        directions=directions or (),
        reciprocal=directions is None,
        effective_from=effective_from,
        effective_to=effective_to,
        scope=fields["scope"].choice(Scope) if "scope" in fields else Scope.LOCAL,
        time_zone=_time_zone(fields["time_zone"]) if "time_zone" in fields else "UTC",
        signatures=() if signatures is None else _signatures(signatures, frozenset(parties)),
    )
    return replace(agreement, clauses=_clauses(fields["clauses"], agreement))


def _distinct(items: Sequence[Field], read: Callable[[Field], str]) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for item in items:
        word = read(item)
        if word in seen:
            raise item.refuse(f"{word} comes twice")
        seen[word] = None
    return tuple(seen)


_NO_PLACES: Final = ("localtime", "posixrules", "Factory", "right/")
"""Names that a time zone database has beside the list: what they mean hangs on the machine, or runs off."""


def _time_zone(field: Field) -> str:
    name = field.text(at_most=64)
    known = not name.startswith(_NO_PLACES)
    try:
        zone_named(name)
    except (KeyError, ValueError, OSError):
        known = False
    if not known:
        raise field.refuse("must be a time zone of the IANA list such as America/New_York")
    return name


def _one_of(field: Field, parties: frozenset[str]) -> JurisdictionId:
    word = field.slug()
    if word not in parties:
        raise field.refuse(f"{word} is not one of the parties")
    return JurisdictionId(word)


def _directions(field: Field, parties: frozenset[str]) -> tuple[Direction, ...] | None:
    """None for reciprocal."""
    if field.is_text():
        if field.text(at_most=40) != RECIPROCAL:
            raise field.refuse(f"must be {RECIPROCAL} or a list of lender and borrower")
        return None
    found: dict[Direction, None] = {}
    for item in field.items(at_least=1):
        ends = item.only(required=("lender", "borrower"))
        direction = Direction(
            lender=_one_of(ends["lender"], parties), borrower=_one_of(ends["borrower"], parties)
        )
        if direction.lender == direction.borrower:
            raise ends["borrower"].refuse("nobody borrows from itself")
        if direction in found:
            raise item.refuse("this direction comes twice")
        found[direction] = None
    return tuple(found)


def _signatures(field: Field, parties: frozenset[str]) -> tuple[Signature, ...]:
    found: dict[JurisdictionId, Signature] = {}
    for item in field.items():
        fields = item.only(required=("party", "by", "signed_at"))
        party = _one_of(fields["party"], parties)
        if party in found:
            raise fields["party"].refuse(f"{party} signs twice")
        by, signed_at = fields["by"].text(at_most=200), fields["signed_at"].moment()
        found[party] = Signature(party=party, by=by, signed_at=signed_at)
    return tuple(found.values())


def _clauses(field: Field, agreement: Agreement) -> tuple[Clause, ...]:
    lenders, borrowers = _ends(agreement)
    found: list[Clause] = []
    ids: set[str] = set()
    for item in field.items():
        clause = read_clause(item)
        if clause.id in ids:
            raise item.entries()["id"].refuse(f"clause {clause.id} comes twice")
        ids.add(clause.id)
        _require_known_parties(item, clause, agreement, lenders, borrowers)
        _require_consistent(item, clause, agreement.kind)
        # Two answer times would contradict each other; two floors only add up.
        if kind_of(clause).single and any(_say_the_same(clause, other) for other in found):
            raise item.entries()["type"].refuse("an agreement says this once at most")
        found.append(clause)
    return tuple(found)


def _ends(agreement: Agreement) -> tuple[frozenset[JurisdictionId], frozenset[JurisdictionId]]:
    if agreement.reciprocal:
        return agreement.party_set, agreement.party_set
    ways = agreement.directions
    return frozenset(way.lender for way in ways), frozenset(way.borrower for way in ways)


def _say_the_same(clause: Clause, other: Clause) -> bool:
    if isinstance(clause, Discretion) and isinstance(other, Discretion):
        return clause.lender == other.lender
    return type(clause) is type(other)


def _require_known_parties(
    item: Field,
    clause: Clause,
    agreement: Agreement,
    lenders: frozenset[JurisdictionId],
    borrowers: frozenset[JurisdictionId],
) -> None:
    lender = clause.lender if isinstance(clause, Restriction | Discretion) else None
    if lender is not None and lender not in lenders:
        raise item.entries()["lender"].refuse(f"{lender} lends to nobody here")
    if isinstance(clause, Restriction) and clause.borrower is not None and clause.borrower not in borrowers:
        raise item.entries()["borrower"].refuse(f"{clause.borrower} borrows from nobody here")
    if isinstance(clause, PartyRole | CoverDuty) and clause.jurisdiction not in agreement.party_set:
        raise item.entries()["jurisdiction"].refuse(f"{clause.jurisdiction} is not one of the parties")
    if isinstance(clause, CallOrder):
        for named in item.entries()["order"].items():
            if named.slug() not in lenders:
                raise named.refuse(f"{named.slug()} lends to nobody here")


def _require_consistent(item: Field, clause: Clause, kind: AgreementKind) -> None:
    if isinstance(clause, Discretion) and clause.lender_may_decline and kind is AgreementKind.AUTOMATIC:
        raise item.entries()["lender_may_decline"].refuse("automatic aid asks nobody; make the kind mutual")
    if isinstance(clause, Zones) and not (clause.jurisdictions or clause.area):
        raise item.refuse("needs jurisdictions or an area")
    if isinstance(clause, CallTypes) and bool(clause.allow) == bool(clause.deny):
        raise item.refuse("needs either allow or deny")
    if isinstance(clause, Staffing) and not (clause.min_crew or clause.certifications):
        raise item.refuse("needs min_crew or certifications")


def dump_agreement(agreement: Agreement) -> str:
    """YAML that ``parse_agreement`` reads back as an equal value (but for ``acts``, which are no text)."""
    return yaml.safe_dump(as_document(agreement), sort_keys=False, allow_unicode=True, width=100)


def as_document(agreement: Agreement) -> dict[str, Any]:
    """The agreement as JSON-ready fields, named as in its YAML."""
    ends = agreement.effective_to
    ways = [{"lender": way.lender, "borrower": way.borrower} for way in agreement.directions]
    return {
        "id": agreement.id,
        "title": agreement.title,
        "version": agreement.version,
        "kind": agreement.kind.value,
        "scope": agreement.scope.value,
        "time_zone": agreement.time_zone,
        "parties": list(agreement.parties),
        "directions": RECIPROCAL if agreement.reciprocal else ways,
        "effective_from": iso(agreement.effective_from),
        "effective_to": None if ends is None else iso(ends),
        "clauses": [write_clause(clause) for clause in agreement.clauses],
        "signatures": [
            {"party": signature.party, "by": signature.by, "signed_at": iso(signature.signed_at)}
            for signature in agreement.signatures
        ],
    }
