"""An agreement as a document to sign and to file: what it says, clause by clause, and its exact text.

The hash on every page is that of the exact text: the one that each party signs, that the page shows and
that the journal keeps. Whoever has the text can compute it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import yaml

from dispatch.agreements.catalogue import write_clause
from dispatch.agreements.clause_wording import clause_sentence
from dispatch.agreements.parse import text_sha256
from dispatch.agreements.sight import wire_time
from dispatch.agreements.standing import BINDING, NEVER_BOUND, AgreementState
from dispatch.agreements.terms import Agreement, Clause
from dispatch.agreements.wording import Names
from dispatch.export.typeset import about_region, typeset
from dispatch.model.region import Region

_TEMPLATE: Final = r"""
#set page(
  "us-letter", margin: (x: 20mm, top: 18mm, bottom: 26mm), background: mark(d.watermark),
  footer: foot(
    d.label,
    [SHA-256 of the exact text: #raw(d.hash) \ #d.about],
  ),
)
= #d.title
#facts(d.facts)
== Terms
#table(
  columns: (auto, 1fr, 1fr), align: left,
  table.header[No.][What it says][As the computer reads it],
  ..d.clauses.map(clause => (clause.number, clause.sentence, raw(clause.terms, block: true))).flatten()
)
== Signatures
#d.signing
#for party in d.signatures [
  #block(breakable: false, width: 100%, inset: (y: 2.5mm), [
    #strong(party.name) \
    #if party.signed [
      signed by #party.by on #party.at \
      #text(fill: quiet)[hash signed] #raw(d.hash)
    ] else [
      #v(9mm)
      #grid(
        columns: (1fr, 50mm), column-gutter: 8mm, row-gutter: 1.5mm,
        line(length: 100%, stroke: 0.6pt), line(length: 100%, stroke: 0.6pt),
        text(size: 8pt, fill: quiet)[Name and signature], text(size: 8pt, fill: quiet)[Date],
      )
    ]
  ])
]
#if d.acts.len() != 0 [
  == What the parties did since
  #list(..d.acts)
]
== The exact text
#d.hashing
#raw(d.text, block: true)
"""

_HASHING: Final = (
    "This text, in UTF-8 and with a line feed at the end of each line, is what the parties sign; the hash "
    "at the foot of every page is its SHA-256. A character that this document's type lacks stands as [U+…] "
    "here, and as itself in the hashed text."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDocument:
    """What is printed. ``state`` is where the agreement stands at ``now``, among all others.

    ``text`` is the exact text that is signed, as it is on record.
    """

    agreement: Agreement
    text: str
    state: AgreementState
    now: datetime
    region: Region
    names: Names


def agreement_pdf(document: AgreementDocument) -> bytes:
    """The PDF. The same document gives the same bytes."""
    return typeset(_TEMPLATE, _data(document))


def watermark_of(state: AgreementState) -> str:
    """What stands across every page of a text that does not bind now."""
    if state in BINDING:
        return ""
    return "DRAFT" if state in NEVER_BOUND | {AgreementState.PROPOSED} else "NOT IN FORCE"


def _data(document: AgreementDocument) -> dict[str, Any]:
    agreement = document.agreement
    return {
        "title": agreement.title,
        "label": f"{agreement.id}, version {agreement.version}",
        "hash": text_sha256(document.text),
        "watermark": watermark_of(document.state),
        "about": about_region(document.region),
        "facts": _facts(document),
        "clauses": [_clause(clause, document.names) for clause in agreement.clauses],
        "signing": f"Each party signs the exact text of version {agreement.version}, named by its hash.",
        "signatures": _signatures(document),
        "acts": _acts(document),
        "hashing": _HASHING,
        "text": document.text,
    }


def _facts(document: AgreementDocument) -> Sequence[tuple[str, str]]:
    agreement, names = document.agreement, document.names
    ends = agreement.effective_to
    ways = [f"{_name(way.lender, names)} to {_name(way.borrower, names)}" for way in agreement.directions]
    return [
        ("Agreement", f"{agreement.id}, version {agreement.version}"),
        ("Kind", f"{agreement.kind}, {agreement.scope.replace('_', ' ')}"),
        ("Parties", ", ".join(_name(party, names) for party in agreement.parties)),
        ("Aid flows", "from every party to every other" if agreement.reciprocal else "; ".join(ways)),
        ("In effect from", _moment(agreement.effective_from)),
        ("In effect until", "notice is given" if ends is None else _moment(ends)),
        ("Hours and days in", agreement.time_zone),
        ("State", f"{document.state.replace('_', ' ')} on {_moment(document.now)}"),
    ]


def _clause(clause: Clause, names: Names) -> Mapping[str, str]:
    written = {key: value for key, value in write_clause(clause).items() if key != "id"}
    terms = "\n".join(f"{key}: {_term(value)}" for key, value in written.items())
    return {"number": clause.id, "sentence": f"{clause_sentence(clause, names)}.", "terms": terms}


def _term(value: Any) -> str:
    """As YAML has it, on one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=100_000)
    return text.removesuffix("\n").removesuffix("\n...")


def _signatures(document: AgreementDocument) -> Sequence[Mapping[str, Any]]:
    """One block per party: who signed by then, or lines to sign on."""
    agreement = document.agreement
    signed = {one.party: one for one in agreement.signatures if one.signed_at <= document.now}
    blocks: list[Mapping[str, Any]] = []
    for party in agreement.parties:
        one = signed.get(party)
        said = {} if one is None else {"by": one.by, "at": _moment(one.signed_at)}
        blocks.append({"name": _name(party, document.names), "signed": one is not None, **said})
    return blocks


def _acts(document: AgreementDocument) -> Sequence[str]:
    return [
        f"{_moment(act.at)}: {act.kind.replace('_', ' ')} by {_name(act.party, document.names)} ({act.by})"
        + (f", until {_moment(act.ends_at)}" if act.ends_at else "")
        + (f": {act.reason}" if act.reason else "")
        for act in document.agreement.acts
        if act.at <= document.now
    ]


def _name(party: str, names: Names) -> str:
    return names.get(party, party)


def _moment(moment: datetime) -> str:
    """As the exact text has it, to the second: ``2026-01-01 00:00:00 UTC``."""
    return f"{wire_time(moment)[:19].replace('T', ' ')} UTC"
