"""The sample region's agreements. Written to give every kind of answer, not to advise anybody."""

from dataclasses import dataclass
from typing import Final

ALS, BLS, CCT = "als_ambulance", "bls_ambulance", "critical_care_ambulance"
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
    return f'{{id: "{clause}", type: reserve_floor, {who}unit_types: [{", ".join(unit_types)}], keep: {keep}}}'


def cap(clause: str, at_most: int) -> str:
    """A clause on how many units of one lender may be out."""
    return f'{{id: "{clause}", type: concurrent_cap, at_most: {at_most}}}'


def discretion(clause: str, *, may_decline: bool) -> str:
    """A clause on whether the lender may refuse."""
    return f'{{id: "{clause}", type: discretion, lender_may_decline: {str(may_decline).lower()}}}'


def answer(clause: str, seconds: int) -> str:
    """A clause on how soon the lender answers."""
    return f'{{id: "{clause}", type: answer_time, seconds: {seconds}}}'


def text(clause: str, title: str, words: str) -> str:
    """A clause for people to read."""
    return f'{{id: "{clause}", type: text, title: {title}, text: "{words}"}}'


LIABILITY: Final = text("5", "Liability", "Each party bears the loss of its own crew and vehicles and waives claims against the other.")
URGENT: Final = ("critical", "emergent")
ALL_BUT_LEAST: Final = ("critical", "emergent", "lower_acuity")

PACTS: Final = (
    Pact(
        id="harlow-cedar", title="Harlow / Cedar Fen mutual aid", kind="mutual", directions=both_ways("harlow", "cedar"), version=3,
        clauses=(types("2.1", ALS, BLS), priorities("2.2", *ALL_BUT_LEAST), floor("3.1", 1, ALS, lender="cedar"),
                 floor("3.2", 1, ALS, lender="harlow"), cap("3.3", 2), discretion("4.1", may_decline=True), answer("4.2", 60), LIABILITY),
        why="the everyday neighbour over an easy road; Cedar Fen keeps one ALS ambulance",
    ),
    Pact(
        id="marlow-harlow-automatic", title="Port Marlow / Harlow automatic aid", kind="automatic", directions=both_ways("harlow", "marlow"), version=2,
        clauses=(types("2.1", ALS, BLS), priorities("2.2", *URGENT), floor("3.1", 4, ALS, lender="marlow"), floor("3.2", 1, ALS, lender="harlow"),
                 cap("3.3", 3), discretion("4.1", may_decline=False), answer("4.2", 45),
                 text("6", "Closest unit", "The closest suitable unit of either party is sent without asking when the priority is emergent or higher.")),
        why="automatic: nobody is asked for critical and emergent calls; Port Marlow keeps four ALS ambulances",
    ),
    Pact(
        id="county-harlow-coverage", title="Marlow County coverage contract for Harlow", kind="contractual", directions=(("county", "harlow"),),
        clauses=(types("1", ALS, BLS, CCT, "supervisor", "als_nontransport"), priorities("2", *ALL_BUT_LEAST), floor("3.1", 2, ALS, lender="county"),
                 discretion("4.1", may_decline=False), answer("4.2", 45),
                 text("7", "Fee", "Harlow pays the county a yearly fee; single responses are not billed.")),
        why="one direction only, and the county may not decline",
    ),
    Pact(
        id="harlow-pellam", title="Harlow / Pellam Ferry river compact", kind="mutual", directions=both_ways("harlow", "pellam"),
        clauses=(types("2.1", ALS, BLS), priorities("2.2", *URGENT), cap("3.1", 1), discretion("4.1", may_decline=True), answer("4.2", 90), LIABILITY),
        why="near as the crow flies, across the river: a permit whose road time is long",
    ),
    Pact(
        id="harlow-dunmere", title="Harlow / Dunmere mutual aid", kind="mutual", directions=both_ways("harlow", "dunmere"),
        clauses=(types("2.1", ALS, BLS), floor("3.1", 3, ALS, lender="dunmere"), floor("3.2", 1, BLS, lender="dunmere"),
                 floor("3.3", 1, ALS, lender="harlow"), discretion("4.1", may_decline=True), answer("4.2", 75), LIABILITY),
        why="near, but the reserve floor forbids: Dunmere keeps three ALS and one BLS ambulance, which is all it has",
    ),
    Pact(
        id="harlow-quillford", title="Harlow / Quillford mutual aid", kind="mutual", directions=both_ways("harlow", "quillford"),
        effective_from="2023-07-01T00:00:00Z", effective_to="2026-07-01T00:00:00Z", signed_on="2023-06-12",
        clauses=(types("2.1", ALS, BLS), priorities("2.2", *ALL_BUT_LEAST), cap("3.1", 1), discretion("4.1", may_decline=True), answer("4.2", 120)),
        why="expired on 1 July 2026 and not renewed",
    ),
    Pact(
        id="harlow-emberton", title="Harlow / Emberton mutual aid", kind="mutual", directions=both_ways("harlow", "emberton"), unsigned=("emberton",),
        clauses=(types("2.1", ALS, BLS), floor("3.1", 2, ALS), discretion("4.1", may_decline=True), answer("4.2", 60), LIABILITY),
        why="Emberton never signed",
    ),
    Pact(
        id="cedar-county", title="Cedar Fen / Marlow County mutual aid", kind="mutual", directions=both_ways("cedar", "county"),
        clauses=(types("2.1", ALS, BLS, CCT), floor("3.1", 2, ALS), cap("3.2", 2), discretion("4.1", may_decline=True), answer("4.2", 60), LIABILITY),
        why="an ordinary mutual agreement with one floor for every lender",
    ),
    Pact(
        id="cedar-quillford", title="Cedar Fen / Quillford mutual aid", kind="mutual", directions=both_ways("cedar", "quillford"),
        clauses=(types("2.1", ALS, BLS), priorities("2.2", *URGENT), floor("3.1", 1, ALS), discretion("4.1", may_decline=True), answer("4.2", 120)),
        why="slow answers: a volunteer agency has two minutes",
    ),
    Pact(
        id="marlow-emberton-automatic", title="Port Marlow / Emberton automatic aid", kind="automatic", directions=both_ways("marlow", "emberton"),
        clauses=(types("2.1", ALS, BLS, CCT), priorities("2.2", *URGENT), floor("3.1", 3, ALS), cap("3.2", 2), discretion("4.1", may_decline=False), answer("4.2", 45)),
        why="automatic, with a floor for both",
    ),
    Pact(
        id="marlow-norrick", title="Port Marlow / Norrick Hill mutual aid", kind="mutual", directions=both_ways("marlow", "norrick"),
        clauses=(types("2.1", ALS, BLS), floor("3.1", 1, ALS, lender="norrick"), floor("3.2", 5, ALS, lender="marlow"), cap("3.3", 1),
                 discretion("4.1", may_decline=True), answer("4.2", 90), LIABILITY),
        why="Norrick Hill lends to the city, but has nothing with Harlow",
    ),
    Pact(
        id="dunmere-norrick", title="Dunmere / Norrick Hill mutual aid", kind="mutual", directions=both_ways("dunmere", "norrick"),
        clauses=(types("2.1", ALS, BLS), floor("3.1", 1, ALS), discretion("4.1", may_decline=True), answer("4.2", 75)),
        why="the two hill communities help each other",
    ),
    Pact(
        id="marlow-critical-care", title="Port Marlow critical care for the valley", kind="contractual",
        directions=tuple(("marlow", name) for name in ("harlow", "cedar", "emberton", "tarn")),
        clauses=(types("1", CCT, "multi_patient"), priorities("2", "critical"), discretion("3.1", may_decline=True), answer("3.2", 60),
                 text("4", "Crew", "The unit comes with a nurse and a critical care paramedic.")),
        why="a second agreement with Harlow, for critical care only",
    ),
    Pact(
        id="south-bank", title="South bank compact", kind="mutual",
        directions=tuple((a, b) for a in ("county", "pellam", "sallow") for b in ("county", "pellam", "sallow") if a != b),
        clauses=(types("2.1", ALS, BLS), floor("3.1", 1, ALS), cap("3.2", 1), discretion("4.1", may_decline=True), answer("4.2", 90)),
        why="three parties in one text",
    ),
    Pact(
        id="county-tarn-coverage", title="Marlow County coverage contract for Tarn Lake", kind="contractual", directions=(("county", "tarn"),),
        clauses=(types("1", ALS, BLS, "als_nontransport"), floor("2", 3, ALS, lender="county"), discretion("3.1", may_decline=False), answer("3.2", 60)),
        why="one direction, mandatory, with a high floor",
    ),
    Pact(
        id="emberton-tarn", title="Emberton / Tarn Lake mutual aid (from 2030)", kind="mutual", directions=both_ways("emberton", "tarn"),
        effective_from="2030-01-01T00:00:00Z",
        clauses=(types("2.1", ALS, BLS), floor("3.1", 1, ALS), discretion("4.1", may_decline=True), answer("4.2", 90)),
        why="signed, but not yet in force",
    ),
)  # fmt: skip


def to_yaml(pact: Pact) -> str:
    """The agreement's text, one clause a line, as its parties would read and sign it."""
    lines = [
        "# Fictional. Part of the generated sample region Marlow Valley.",
        f"id: {pact.id}",
        f"title: {pact.title}",
        f"version: {pact.version}",
        f"kind: {pact.kind}",
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
