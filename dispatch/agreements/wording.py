"""Reasons as one short English sentence each; clauses have theirs in ``clause_wording``."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dispatch.agreements.reasons import Reason
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
_OTHER: Final[Names] = {
    "lower_acuity": "lower acuity",
    "non_acute": "non-acute",
    "critical_only": "life-threatening calls only",
    "urgent_only": "life-threatening and urgent calls only",
    "no_aid": "no calls of neighbours",
}

WORDS: Final[Names] = {**{word: f"{one}s" for word, one in _ONE.items()}, **_OTHER}
"""Registry words as people say them, types in the plural; any other word has its underscores opened."""

_SENTENCES: Final[Mapping[str, str]] = {
    "no_agreement": "{lender} has no agreement to lend to {borrower}",
    "not_signed": "{agreement} is not signed by {missing}",
    "not_yet_effective": "{agreement} takes effect on {effective_from}",
    "expired": "{agreement} ended on {effective_to}",
    "suspended": "{agreement} is suspended by {party}: {why}",
    "terminated": "{agreement} was ended by {party} on {effective_to}",
    "closed_to_lending": "{lender} has closed itself to lending: {why}",
    "purpose": "clause {clause} lends for {allow} only, not for {purpose}",
    "unit_type": "clause {clause} lends only {allow}, not {unit_type}",
    "nims_type": "its NIMS type is {nims_type}; clause {clause} lends up to type {at_most}",
    "crew_size": "its crew is {crew}; clause {clause} wants at least {min_crew}",
    "certification": "nobody aboard is {wanted}, as clause {clause} wants (aboard: {holds})",
    "priority": "clause {clause} lends only for {allow} calls, not {priority}",
    "call_type": "clause {clause} does not lend for {nature}",
    "zone": "the place is outside the zone of clause {clause}",
    "hours": "it is {local} there; clause {clause} does not lend at that hour",
    "holiday": "{local} is a holiday; clause {clause} does not lend on it",
    "trigger": "{borrower} has cover {cover}; clause {clause} lends from {at_least} on",
    "requester": "clause {clause} lets {roles} ask, not a {role}",
    "request_content": "clause {clause} wants the incident to state its {missing}",
    "reserve_floor": "{lender} would keep {keeps} {unit_type}; clause {clause} keeps {floor}",
    "concurrent_cap": "{out} out already; clause {clause} allows {at_most} at once",
    "incident_cap": "{out} on this incident already; clause {clause} allows {at_most}",
    "daily_cap": "{out} lent today already; clause {clause} allows {at_most} a day",
    "not_available": "it is {status}",
    "unknown_status": "its status is unknown",
    "committed": "it is committed: {state}",
    "promised": "it is on offer to another until {until}",
    "position_lost": "its position is lost",
    "unreachable": "no road leads from it to the incident",
    "beyond_horizon": "it is {eta_seconds} away, beyond the limit of {horizon_seconds}",
    "wrong_capability": "{has} cannot stand in for {need}",
    "own_call_waiting": "{lender} has a call of its own that waits for {need}, at least as urgent",
    "crew_hours": "its crew has been on duty too long: {lends}",
    "crew_shift_ends": "its shift ends too soon: out and back would end less than {margin_seconds} before",
    "crew_out_of_area": "it would be out of its area for {out_seconds}; {limit_seconds} is the limit",
    "between_others": "nothing that {lender} and {borrower} have agreed lets it come now",
}
"""Reason code -> sentence. A name that the figures do not give is replaced by ``_FALLBACKS``."""

_FALLBACKS: Final[Names] = {
    "lender": "the lender",
    "borrower": "a neighbour",
    "agreement": "the agreement",
    "clause": "of the agreement",
    "missing": "every party",
    "party": "a party",
    "wanted": "certified",
    "holds": "unknown",
    "why": "no reason stated",
    "purpose": "this",
    "nims_type": "unknown",
    "crew": "unknown",
    "min_crew": "more",
    "nature": "this kind of call",
    "local": "closed",
    "cover": "unknown",
    "at_least": "worse",
    "roles": "others",
    "role": "person of this role",
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
    "lends": "not lent",
    "margin_seconds": "some",
    "out_seconds": "long",
    "limit_seconds": "less",
}


_AS_THEY_ARE: Final = frozenset({"local", "nature", "wanted", "holds", "why"})
"""Figures that are people's own words, or written out already."""


_MOMENTS: Final[Names] = {
    "effective_from": "%Y-%m-%d %H:%M UTC",
    "effective_to": "%Y-%m-%d %H:%M UTC",
    "until": "%H:%M:%S UTC",
}
"""Figures that are moments, and how much of them people say."""


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
        name: fallback if facts.get(name) in (None, "") else say(name, facts[name], names)
        for name, fallback in _FALLBACKS.items()
    }
    said_so = _SENTENCES.get(code, _open(code)).format_map(words)
    promised = facts.get("promised")
    return capital(f"{said_so}; {promised} on offer elsewhere" if promised else said_so)


def in_singular(word: str) -> str:
    """A registry word as people say it of one thing: ``als_ambulance`` is an ALS ambulance."""
    return _ONE.get(word) or WORDS.get(word) or _open(word)


def say(name: str, value: object, names: Names) -> str:
    """A figure as people say it: moments, minutes, registry words, names."""
    if name in _AS_THEY_ARE:
        return str(value)
    if name in _MOMENTS:
        return _moment(str(value), _MOMENTS[name])
    if name.endswith("_seconds") and isinstance(value, int):
        return f"{value / 60:.0f} min"
    if isinstance(value, str):
        return listed([word.strip() for word in value.split(",")], names)
    return str(value)


def listed(words: Sequence[str], names: Names, *, last: str = "and") -> str:
    """Several registry words or names as one phrase."""
    said = [names.get(word) or WORDS.get(word) or _open(word) for word in words]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {last} {said[-1]}"


def _open(word: str) -> str:
    return str(word).replace("_", " ")


def capital(words: str) -> str:
    """The same with a capital first letter."""
    return words[:1].upper() + words[1:]


def _moment(moment: str, form: str) -> str:
    try:
        return parse_iso(moment).strftime(form)
    except ValueError:
        return moment
