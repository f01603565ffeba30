"""The wording of agreements: one function per kind of clause, and the paper they are put on."""

from dataclasses import dataclass
from typing import Final

from dispatch.simulate.country.posts import TIME_ZONE

BEGIN, OPEN_END = "2026-01-01T00:00:00Z", "null"

CHIEFS: Final = {
    "marlow": "Ines Calloway, Chief of Bureau",
    "harlow": "Teodor Brandt, Director",
    "cedar": "Maribel Oakes, President",
    "dunmere": "Hugh Pellerin, Captain",
    "norrick": "Saskia Thorne, Squad Captain",
    "emberton": "Ruben Achterberg, Commissioner",
    "pellam": "Wilhelmina Drost, Corps Captain",
    "quillford": "Anselm Rusk, Coordinator",
    "tarn": "Philippa Voss, Chief",
    "sallow": "Osgood Lindqvist, League Chair",
    "county": "Delphine Amadi, County EMS Director",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pact:
    """An agreement before it is put to paper. ``why`` is what it shows, for the region's README."""

    id: str
    title: str
    kind: str
    directions: tuple[tuple[str, str], ...]
    clauses: tuple[str, ...]
    why: str
    effective_from: str = BEGIN
    effective_to: str = OPEN_END
    unsigned: tuple[str, ...] = ()
    signed_on: str = "2025-12-01"
    version: int = 1

    @property
    def parties(self) -> tuple[str, ...]:
        """Everyone named in a direction, in order of first mention."""
        return tuple(dict.fromkeys(name for pair in self.directions for name in pair))


def both_ways(one: str, other: str) -> tuple[tuple[str, str], ...]:
    """Each may lend to the other: (lender, borrower) pairs."""
    return ((other, one), (one, other))


def types(clause: str, *allowed: str) -> str:
    """A clause on unit types."""
    return f'{{id: "{clause}", type: unit_types, allow: [{", ".join(allowed)}]}}'


def priorities(clause: str, *allowed: str) -> str:
    """A clause on priorities."""
    return f'{{id: "{clause}", type: priorities, allow: [{", ".join(allowed)}]}}'


def floor(clause: str, keep: int, *unit_types: str, lender: str = "") -> str:
    """A clause on what a lender keeps at home."""
    who = f"lender: {lender}, " if lender else ""
    return (
        f'{{id: "{clause}", type: reserve_floor, {who}unit_types: [{", ".join(unit_types)}], keep: {keep}}}'
    )


def cap(clause: str, at_most: int) -> str:
    """A clause on how many units of one lender may be out."""
    return f'{{id: "{clause}", type: concurrent_cap, at_most: {at_most}}}'


def discretion(clause: str, *, may_decline: bool) -> str:
    """A clause on whether the lender may refuse."""
    return f'{{id: "{clause}", type: discretion, lender_may_decline: {str(may_decline).lower()}}}'


def answer(clause: str, seconds: int) -> str:
    """A clause on how soon the lender answers."""
    return f'{{id: "{clause}", type: answer_time, seconds: {seconds}}}'


def spares_the_giver(clause: str) -> str:
    """A clause on asking whoever has given more than it received later than others."""
    return f'{{id: "{clause}", type: balance, spares_the_giver: true}}'


def text(clause: str, title: str, words: str) -> str:
    """A clause for people to read."""
    return f'{{id: "{clause}", type: text, title: {title}, text: "{words}"}}'


def clause(number: str, kind: str, **fields: str | int) -> str:
    """Any other clause: its fields as YAML writes them."""
    said = "".join(f", {name}: {value}" for name, value in fields.items())
    return f'{{id: "{number}", type: {kind}{said}}}'


def to_yaml(pact: Pact) -> str:
    """The agreement's text, one clause a line, as its parties would read and sign it."""
    lines = [
        "# Fictional. Part of the generated sample region Marlow Valley.",
        f"id: {pact.id}",
        f"title: {pact.title}",
        f"version: {pact.version}",
        f"kind: {pact.kind}",
        f"time_zone: {TIME_ZONE}",
        f"parties: [{', '.join(pact.parties)}]",
        "directions:",
        *(f"  - {{lender: {lender}, borrower: {borrower}}}" for lender, borrower in pact.directions),
        f"effective_from: {pact.effective_from}",
        f"effective_to: {pact.effective_to}",
        "clauses:",
        *(f"  - {clause}" for clause in pact.clauses),
        "signatures:",
        *(
            f'  - {{party: {party}, by: "{CHIEFS[party]}", signed_at: {pact.signed_on}T{9 + i:02d}:30:00Z}}'
            for i, party in enumerate(pact.parties)
            if party not in pact.unsigned
        ),
    ]
    return "\n".join(lines) + "\n"
