"""Standby in sentences."""

from collections.abc import Mapping
from typing import Any, Final

from dispatch.aid.advice.opinion import Fallback
from dispatch.aid.advice.practice import StandbyRules
from dispatch.aid.advice.standby import StandbyEnd
from dispatch.aid.advice.standby_opinion import MoveOpinion

Row = Mapping[str, Any]

NO_PROPOSALS: Final[Mapping[str, str]] = {
    "cover_green": "Cover is green: nobody need stand by.",
    "figures_not_ready": "Cover's figures are not ready yet: nothing can be proposed.",
    "switched_off": "The agency wants plain closest: nothing is weighed, and no standby proposed.",
    "nothing_gained": "No move would gain enough for what it costs.",
}
"""Why nothing is proposed, by its code."""

_ENDS: Final[Mapping[StandbyEnd, str]] = {
    StandbyEnd.BORROWER_RECOVERED: "Release: the area has enough free units of its own again.",
    StandbyEnd.LENDER_SHORT: "Release: the lender has too few free units left at home.",
    StandbyEnd.LONGEST: "Release: it has stood by for the longest time agreed.",
}

_DOUBT: Final[Mapping[Fallback, str]] = {
    Fallback.DEADLINE: "there was no time to play enough futures",
    Fallback.ERROR: "the futures could not be played",
    Fallback.TOO_FEW_FUTURES: "too few futures are played to tell anything",
    Fallback.UNDECIDED: "simulated futures cannot tell whether it pays",
}


def stand_down_sentence(because: StandbyEnd) -> str:
    """Why a unit may go home."""
    return _ENDS[because]


def ends_sentence(rules: StandbyRules, *, borrower: str, lender: str | None) -> str:
    """When the unit goes home; ``lender`` None for an own one."""
    minutes = round(rules.longest.total_seconds() / 60)
    parts = [f"when {borrower} has {rules.ends_at_free} free ambulances of its own"]
    if lender is not None:
        parts.append(f"when {lender} has fewer than {rules.lender_keeps} free at home")
    return f"Goes home {', '.join(parts)}, or after {minutes} min."


def move_sentence(move: Row, *, lender: str | None, place: str) -> str:
    """One proposal. ``move`` is its row."""
    way = f"{move['travel_seconds'] / 60:.0f} min to {place}"
    gains = f"gains {move['gain']:.2f} late calls in the next hour"
    if lender is None:
        return f"Move {move['call_sign']} up: {way}, {gains}, costs {move['cost']:.2f}."
    keeps = f"{lender} keeps {move['keeps']} free, at a cost of {move['cost']:.2f}"
    return f"Ask {lender} for {move['call_sign']}: {way}, {gains}; {keeps}."


def backfill_sentence(*, lender: str, call_sign: str, borrower: str) -> str:
    """What comes with a move that leaves its lender short."""
    return (
        f"{borrower} would be short without it: {lender} is asked for {call_sign} to stand by there at the "
        "same time. Both are asked or neither; while both are open, a no of one takes back the other."
    )


def opinion_row(opinion: MoveOpinion | None) -> dict[str, Any]:
    """What the futures say of one move; ``verdict``: pays, does_not_pay, undecided or not_played."""
    if opinion is None:
        return {**dict.fromkeys(_PLAYED), "verdict": "not_played", "sentence": "No futures were played."}
    return {
        "verdict": _verdict(opinion),
        "fallback": opinion.fallback.value if opinion.fallback else None,
        "gain": round(opinion.gain, 4),
        "standard_error": round(opinion.standard_error, 4),
        "futures": opinion.futures,
        "horizon_seconds": round(opinion.horizon_seconds),
        "seed": opinion.seed,
        "sentence": _opinion_sentence(opinion),
    }


_PLAYED: Final = ("fallback", "gain", "standard_error", "futures", "horizon_seconds", "seed")


def _verdict(opinion: MoveOpinion) -> str:
    if opinion.pays:
        return "pays"
    if opinion.fallback is None:
        return "does_not_pay"
    return "undecided" if opinion.fallback is Fallback.UNDECIDED else "not_played"


def _opinion_sentence(opinion: MoveOpinion) -> str:
    if opinion.fallback is not None:
        return f"On doubt it stays: {_DOUBT[opinion.fallback]}."
    played = f"in {opinion.futures} futures of {round(opinion.horizon_seconds / 60)} min"
    saved = f"{abs(opinion.gain):.3f} ± {opinion.standard_error:.3f} late calls"
    if opinion.pays:
        return f"Simulated futures agree: it saves {saved}, {played}."
    return f"Simulated futures do not: it costs {saved}, {played}."
