"""All kinds of clause, and how a clause is read from the text and written back."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Final, get_args

from dispatch.agreements.kinds import ClauseKind
from dispatch.agreements.nodes import Field
from dispatch.agreements.provision_kinds import PROVISION_KINDS
from dispatch.agreements.restriction_kinds import RESTRICTION_KINDS
from dispatch.agreements.terms import Clause

KINDS: Final[Mapping[str, ClauseKind]] = {kind.tag: kind for kind in (*RESTRICTION_KINDS, *PROVISION_KINDS)}
"""Type tag -> kind, in the order of the form."""

_BY_CLASS: Final[Mapping[object, ClauseKind]] = {kind.make: kind for kind in KINDS.values()}


def kind_of(clause: Clause) -> ClauseKind:
    """What kind of clause it is."""
    return _BY_CLASS[type(clause)]


def read_clause(item: Field) -> Clause:
    """The clause that one entry of the text says. Raises ``AgreementInvalid`` with path and line."""
    tag = item.entries().get("type")
    if tag is None:
        raise item.refuse("type is missing")
    name = tag.text(at_most=40)
    kind = KINDS.get(name)
    if kind is None:
        raise tag.refuse(f"unknown clause type {name!r}; known: {', '.join(sorted(KINDS))}")
    needed = [spec.name for spec in kind.fields if spec.required]
    others = [spec.name for spec in kind.fields if not spec.required]
    found = item.only(required=("id", "type", *needed), optional=others)
    given = {
        spec.name: spec.read(found[spec.name])
        for spec in kind.fields
        if spec.name in found and not found[spec.name].is_null()
    }
    for spec in kind.fields:
        if spec.required and spec.name not in given:
            raise found[spec.name].refuse("must not be empty")
    return kind.make(id=found["id"].text(at_most=32), **given)


def write_clause(clause: Clause) -> dict[str, Any]:
    """The clause as its text has it; what says nothing beyond its default is left out."""
    kind = kind_of(clause)
    terms: dict[str, Any] = {"id": clause.id, "type": kind.tag}
    for spec in kind.fields:
        value = getattr(clause, spec.name)
        if spec.required or value != _DEFAULTS[type(clause)][spec.name]:
            terms[spec.name] = spec.write(value)
    return terms


def _defaults_of(clause: type[Any]) -> Mapping[str, object]:
    return {f.name: f.default for f in fields(clause) if f.default is not MISSING}


_DEFAULTS: Final[Mapping[object, Mapping[str, object]]] = {
    made: _defaults_of(made) for made in get_args(Clause)
}
