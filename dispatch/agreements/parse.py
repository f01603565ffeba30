"""Agreement text to value and back. Strict: what is not understood is refused, with its path and line."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, assert_never

import yaml

from dispatch.agreements.nodes import Field, compose
from dispatch.agreements.terms import (
    Agreement,
    AgreementKind,
    AnswerTime,
    Clause,
    ConcurrentCap,
    Direction,
    Discretion,
    Priorities,
    ReserveFloor,
    Signature,
    Text,
    UnitTypes,
)
from dispatch.model.clock import iso
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType

MAX_UNITS: Final = 1_000
"""More than any fleet: a floor or cap beyond it is a slip of the finger."""

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


def text_sha256(text: str) -> str:
    """What the parties sign: SHA-256 of the text's UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse_agreement(text: str) -> Agreement:
    """The agreement that the YAML text says. Raises ``AgreementInvalid`` with ``.path`` and ``.line``."""
    root = compose(text)
    fields = root.only(required=_REQUIRED, optional=("effective_to", "signatures"))
    parties = _distinct(fields["parties"].items(at_least=2), Field.slug)
    directions = _directions(fields["directions"], parties)
    effective_from, ends = fields["effective_from"].moment(), fields.get("effective_to")
    effective_to = None if ends is None or ends.is_null() else ends.moment()
    if ends is not None and effective_to is not None and effective_to <= effective_from:
        raise ends.refuse("must be later than effective_from")
    signatures = fields.get("signatures")
    kind = fields["kind"].choice(AgreementKind)
    return Agreement(
        id=AgreementId(fields["id"].slug()),
        title=fields["title"].text(at_most=200),
        version=fields["version"].whole(at_least=1, at_most=1_000_000),
        kind=kind,
        parties=tuple(JurisdictionId(party) for party in parties),
        directions=directions,
        effective_from=effective_from,
        effective_to=effective_to,
        clauses=_clauses(fields["clauses"], kind, {direction.lender for direction in directions}),
        signatures=() if signatures is None else _signatures(signatures, parties),
    )


def _distinct(items: Sequence[Field], read: Callable[[Field], str]) -> tuple[str, ...]:
    seen: list[str] = []
    for item in items:
        word = read(item)
        if word in seen:
            raise item.refuse(f"{word} comes twice")
        seen.append(word)
    return tuple(seen)


def _one_of(field: Field, parties: Sequence[str]) -> JurisdictionId:
    word = field.slug()
    if word not in parties:
        raise field.refuse(f"{word} is not one of the parties")
    return JurisdictionId(word)


def _directions(field: Field, parties: Sequence[str]) -> tuple[Direction, ...]:
    found: list[Direction] = []
    for item in field.items(at_least=1):
        ends = item.only(required=("lender", "borrower"))
        direction = Direction(
            lender=_one_of(ends["lender"], parties), borrower=_one_of(ends["borrower"], parties)
        )
        if direction.lender == direction.borrower:
            raise ends["borrower"].refuse("nobody borrows from itself")
        if direction in found:
            raise item.refuse("this direction comes twice")
        found.append(direction)
    return tuple(found)


def _signatures(field: Field, parties: Sequence[str]) -> tuple[Signature, ...]:
    found: list[Signature] = []
    for item in field.items():
        fields = item.only(required=("party", "by", "signed_at"))
        party = _one_of(fields["party"], parties)
        if any(party == signature.party for signature in found):
            raise fields["party"].refuse(f"{party} signs twice")
        by, signed_at = fields["by"].text(at_most=200), fields["signed_at"].moment()
        found.append(Signature(party=party, by=by, signed_at=signed_at))
    return tuple(found)


def _clauses(field: Field, kind: AgreementKind, lenders: set[JurisdictionId]) -> tuple[Clause, ...]:
    found: list[Clause] = []
    for item in field.items():
        clause = _clause(item)
        if any(clause.id == other.id for other in found):
            raise item.entries()["id"].refuse(f"clause {clause.id} comes twice")
        _require_consistent(item, clause, kind, lenders)
        # Two answer times or two discretions would contradict each other; two floors only add up.
        single = isinstance(clause, Discretion | AnswerTime)
        if single and any(type(clause) is type(other) for other in found):
            raise item.entries()["type"].refuse("an agreement says this once at most")
        found.append(clause)
    return tuple(found)


def _require_consistent(
    item: Field, clause: Clause, kind: AgreementKind, lenders: set[JurisdictionId]
) -> None:
    if isinstance(clause, ReserveFloor) and clause.lender is not None and clause.lender not in lenders:
        raise item.entries()["lender"].refuse(f"{clause.lender} lends to nobody here")
    if isinstance(clause, Discretion) and clause.lender_may_decline and kind is AgreementKind.AUTOMATIC:
        raise item.entries()["lender_may_decline"].refuse("automatic aid asks nobody; make the kind mutual")


def _clause(item: Field) -> Clause:
    kind = item.entries().get("type")
    if kind is None:
        raise item.refuse("type is missing")
    name = kind.text(at_most=40)
    if name not in _READERS:
        raise kind.refuse(f"unknown clause type {name!r}; known: {', '.join(sorted(_READERS))}")
    required, optional, read = _READERS[name]
    fields = item.only(required=("id", "type", *required), optional=optional)
    return read(fields["id"].text(at_most=32), fields)


def _read_unit_types(id_: str, fields: Mapping[str, Field]) -> Clause:
    return UnitTypes(id=id_, allow=fields["allow"].choices(UnitType))


def _read_priorities(id_: str, fields: Mapping[str, Field]) -> Clause:
    return Priorities(id=id_, allow=fields["allow"].choices(Priority))


def _read_reserve_floor(id_: str, fields: Mapping[str, Field]) -> Clause:
    types, lender = fields.get("unit_types"), fields.get("lender")
    everyone = lender is None or lender.is_null()
    return ReserveFloor(
        id=id_,
        keep=fields["keep"].whole(at_least=0, at_most=MAX_UNITS),
        unit_types=types.choices(UnitType) if types is not None and types.items() else (),
        lender=None if everyone or lender is None else JurisdictionId(lender.slug()),
    )


def _read_concurrent_cap(id_: str, fields: Mapping[str, Field]) -> Clause:
    return ConcurrentCap(id=id_, at_most=fields["at_most"].whole(at_least=1, at_most=MAX_UNITS))


def _read_discretion(id_: str, fields: Mapping[str, Field]) -> Clause:
    return Discretion(id=id_, lender_may_decline=fields["lender_may_decline"].flag())


def _read_answer_time(id_: str, fields: Mapping[str, Field]) -> Clause:
    return AnswerTime(id=id_, seconds=fields["seconds"].whole(at_least=10, at_most=900))


def _read_text(id_: str, fields: Mapping[str, Field]) -> Clause:
    return Text(id=id_, title=fields["title"].text(at_most=200), text=fields["text"].text(at_most=20_000))


_READERS: Final[
    Mapping[str, tuple[Sequence[str], Sequence[str], Callable[[str, Mapping[str, Field]], Clause]]]
] = {
    "unit_types": (("allow",), (), _read_unit_types),
    "priorities": (("allow",), (), _read_priorities),
    "reserve_floor": (("keep",), ("lender", "unit_types"), _read_reserve_floor),
    "concurrent_cap": (("at_most",), (), _read_concurrent_cap),
    "discretion": (("lender_may_decline",), (), _read_discretion),
    "answer_time": (("seconds",), (), _read_answer_time),
    "text": (("title", "text"), (), _read_text),
}
"""Type tag -> required names, optional names, reader."""


def dump_agreement(agreement: Agreement) -> str:
    """YAML that ``parse_agreement`` reads back as an equal value."""
    return yaml.safe_dump(as_document(agreement), sort_keys=False, allow_unicode=True, width=100)


def as_document(agreement: Agreement) -> dict[str, Any]:
    """The agreement as JSON-ready fields, named as in its YAML."""
    ends = agreement.effective_to
    return {
        "id": agreement.id,
        "title": agreement.title,
        "version": agreement.version,
        "kind": agreement.kind.value,
        "parties": list(agreement.parties),
        "directions": [{"lender": way.lender, "borrower": way.borrower} for way in agreement.directions],
        "effective_from": iso(agreement.effective_from),
        "effective_to": None if ends is None else iso(ends),
        "clauses": [_clause_document(clause) for clause in agreement.clauses],
        "signatures": [
            {"party": signature.party, "by": signature.by, "signed_at": iso(signature.signed_at)}
            for signature in agreement.signatures
        ],
    }


def _clause_document(clause: Clause) -> dict[str, Any]:
    terms: dict[str, Any]
    match clause:
        case UnitTypes():
            terms = {"type": "unit_types", "allow": [unit_type.value for unit_type in clause.allow]}
        case Priorities():
            terms = {"type": "priorities", "allow": [priority.value for priority in clause.allow]}
        case ReserveFloor():
            terms = _floor_document(clause)
        case ConcurrentCap():
            terms = {"type": "concurrent_cap", "at_most": clause.at_most}
        case Discretion():
            terms = {"type": "discretion", "lender_may_decline": clause.lender_may_decline}
        case AnswerTime():
            terms = {"type": "answer_time", "seconds": clause.seconds}
        case Text():
            terms = {"type": "text", "title": clause.title, "text": clause.text}
        case _:
            assert_never(clause)
    return {"id": clause.id, **terms}


def _floor_document(clause: ReserveFloor) -> dict[str, Any]:
    types = [unit_type.value for unit_type in clause.unit_types]
    lender = {} if clause.lender is None else {"lender": clause.lender}
    return {"type": "reserve_floor", **lender, "unit_types": types, "keep": clause.keep}
