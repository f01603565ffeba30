"""All kinds of clause as a Markdown table, for people who write agreements."""

from collections.abc import Iterator

from dispatch.agreements.catalogue import KINDS
from dispatch.agreements.fields import FieldSpec
from dispatch.agreements.kinds import ClauseKind, Enforcer

WHERE = {
    Enforcer.RECOMMENDER: "every decision about a unit",
    Enforcer.REQUEST: "asking and answering",
    Enforcer.TIMER: "a clock",
    Enforcer.LEDGER: "the ledger",
    Enforcer.LINTER: "the linter",
    Enforcer.PEOPLE: "people: kept, shown, exported",
}
"""Where a clause has its consequence, in words."""

HEADER = (
    "| row | `type` | meaning | fields | applied by |",
    "|---:|---|---|---|---|",
)


def list_rows() -> Iterator[str]:
    """The table's lines: one per kind, in the order of the form.

    ``row`` is the clause's number in the survey of real agreements; 0 for other terms.
    """
    yield from HEADER
    for kind in KINDS.values():
        fields = "; ".join(_field(spec) for spec in kind.fields)
        where = "; ".join(WHERE[enforcer] for enforcer in kind.enforced_by)
        yield f"| {kind.row} | `{kind.tag}` | {_meaning(kind)} | {fields} | {where} |"


def _meaning(kind: ClauseKind) -> str:
    return kind.help + (" Once at most." if kind.single else "")


def _field(spec: FieldSpec) -> str:
    said = f"`{spec.name}`" + ("" if spec.required else "?")
    if spec.choices is not None:
        return f"{said} {', '.join(spec.choices)}"
    return f"{said} {spec.unit or spec.kind.value.replace('_', ' ')}"
