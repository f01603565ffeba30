"""Reasons and clauses as one short English sentence each. The only prose about agreements there is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, assert_never

from dispatch.agreements.permit import Reason
from dispatch.agreements.terms import (
    AnswerTime,
    Clause,
    ConcurrentCap,
    Discretion,
    Priorities,
    ReserveFloor,
    Text,
    UnitTypes,
)
from dispatch.model.clock import parse_iso

Names = Mapping[str, str]
"""What to call an id: a jurisdiction, a unit, an incident. An id without a name stands for itself."""

_ONE: Final[Names] = {
    "als_ambulance": "ALS ambulance",
    "bls_ambulance": "BLS ambulance",
    "critical_care_ambulance": "critical care ambulance",
    "als_nontransport": "ALS non-transport unit",
    "bls_nontransport": "BLS non-transport unit",
    "supervisor": "supervisor",
    "multi_patient": "multi-patient vehicle",
    "air_rotor": "helicopter",
    "ground_transport": "ground ambulance",
}
_OTHER: Final[Names] = {"lower_acuity": "lower acuity", "non_acute": "non-acute"}

WORDS: Final[Names] = {**{word: f"{one}s" for word, one in _ONE.items()}, **_OTHER}
"""Registry words as people say them, types in the plural; any other word has its underscores opened."""

_SENTENCES: Final[Mapping[str, str]] = {
    "no_agreement": "{lender} has no agreement to lend to {borrower}",
    "not_signed": "{agreement} is not signed by {missing}",
    "not_yet_effective": "{agreement} takes effect on {effective_from}",
    "expired": "{agreement} ended on {effective_to}",
    "unit_type": "clause {clause} lends only {allow}, not {unit_type}",
    "priority": "clause {clause} lends only for {allow} calls, not {priority}",
    "reserve_floor": "{lender} would keep {keeps} {unit_type}; clause {clause} keeps {floor}",
    "concurrent_cap": "{out} out already; clause {clause} allows {at_most} at once",
    "not_available": "it is {status}",
    "unknown_status": "its status is unknown",
    "committed": "it is committed: {state}",
    "promised": "it is on offer to another until {until}",
    "position_lost": "its position is lost",
    "unreachable": "no road leads from it to the incident",
    "beyond_horizon": "it is {eta_seconds} away, beyond the limit of {horizon_seconds}",
    "wrong_capability": "{has} cannot stand in for {need}",
}
"""Reason code -> sentence. A name that the figures do not give is replaced by ``_FALLBACKS``."""

_FALLBACKS: Final[Names] = {
    "lender": "the lender",
    "borrower": "a neighbour",
    "agreement": "the agreement",
    "clause": "of the agreement",
    "missing": "every party",
    "effective_from": "a later day",
    "effective_to": "an earlier day",
    "allow": "other kinds",
    "unit_type": "this type",
    "priority": "this priority",
    "status": "not available",
    "state": "at work",
    "until": "it is answered",
    "eta_seconds": "far",
    "horizon_seconds": "the search",
    "has": "this type",
    "need": "the type needed",
    "keeps": "too few",
    "floor": "more",
    "out": "enough",
    "at_most": "no more",
}


def sentence(reason: Reason | Mapping[str, Any], names: Names, *, lender: str | None = None) -> str:
    """One sentence with a capital and without a full stop.

    ``reason`` is a ``Reason`` or its ``to_json()``; ``lender`` is whose unit it is, where the figures
    do not say. An unknown code (from a newer log) becomes its own words.
    """
    said = reason.to_json() if isinstance(reason, Reason) else reason
    facts = {"agreement": said.get("agreement"), "clause": said.get("clause"), "lender": lender}
    facts |= said.get("figures") or {}
    code = str(said.get("code", ""))
    if facts.get("keeps") == 1:
        names = {**_ONE, **names}
    words = {
        name: fallback if facts.get(name) in (None, "") else _say(name, facts[name], names)
        for name, fallback in _FALLBACKS.items()
    }
    said_so = _SENTENCES.get(code, _open(code)).format_map(words)
    promised = facts.get("promised")
    return _capital(f"{said_so}; {promised} on offer elsewhere" if promised else said_so)


def in_singular(word: str) -> str:
    """A registry word as people say it of one thing: ``als_ambulance`` is an ALS ambulance."""
    return _ONE.get(word) or WORDS.get(word) or _open(word)


def clause_sentence(clause: Clause, names: Names) -> str:
    """What the clause says, in one sentence with a capital and without a full stop."""
    match clause:
        case UnitTypes():
            said = f"lends {_listed(clause.allow, names)} only"
        case Priorities():
            said = f"lends for {_listed(clause.allow, names)} calls only"
        case ReserveFloor():
            who = "each lender" if clause.lender is None else _say("lender", clause.lender, names)
            group = _listed(clause.unit_types or ("ground_transport",), names, last="or")
            said = f"{who} keeps {clause.keep} free: {group}"
        case ConcurrentCap():
            said = f"each lender has at most {clause.at_most} out at once"
        case Discretion():
            said = "the lender may decline" if clause.lender_may_decline else "the lender may not decline"
        case AnswerTime():
            said = f"the lender answers within {clause.seconds} s"
        case Text():
            said = clause.title
        case _:
            assert_never(clause)
    return _capital(said)


def _say(name: str, value: object, names: Names) -> str:
    if name in ("effective_from", "effective_to", "until"):
        return _moment(str(value), "%H:%M:%S UTC" if name == "until" else "%Y-%m-%d %H:%M UTC")
    if name.endswith("_seconds") and isinstance(value, int):
        return f"{value / 60:.0f} min"
    if isinstance(value, str):
        return _listed([word.strip() for word in value.split(",")], names)
    return str(value)


def _listed(words: Sequence[str], names: Names, *, last: str = "and") -> str:
    said = [names.get(word) or WORDS.get(word) or _open(word) for word in words]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {last} {said[-1]}"


def _open(word: str) -> str:
    return str(word).replace("_", " ")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _moment(moment: str, form: str) -> str:
    try:
        return parse_iso(moment).strftime(form)
    except ValueError:
        return moment
