"""A verdict in sentences, from its row (``Verdict.to_json``)."""

from collections.abc import Mapping
from typing import Any

from dispatch.agreements.wording import Names, sentence
from dispatch.aid.advice.ahead import AheadCode
from dispatch.aid.advice.wording import unit_sentence

Row = Mapping[str, Any]


def with_verdict_sentences(said: Row, order: Row | None, names: Names) -> dict[str, Any]:
    """The row with a sentence for each reason, for what stands before the unit, and for the whole.

    ``order``: the unit's row in the advice's order; None where it was not weighed.
    """
    reasons = [
        {**reason, "sentence": sentence(reason, names, lender=said["home"])} for reason in said["reasons"]
    ]
    weighed = unit_sentence(order, names) if order else ""
    shown = {
        kind: {**said[kind], "sentence": weighed} if said[kind] else None
        for kind in ("candidate", "own_unit")
    }
    ahead = said["ahead"]
    worded: dict[str, Any] = {
        **said,
        **shown,
        "reasons": reasons,
        "ahead": {**ahead, "sentence": ahead_sentence(ahead, names)} if ahead else None,
    }
    return {**worded, "sentence": verdict_sentence(worded, names)}


def verdict_sentence(said: Row, names: Names) -> str:
    """Whether it may come, with its place or its first reason."""
    sign = names.get(said["unit"], said["call_sign"])
    if said["reasons"]:
        more = len(said["reasons"]) - 1
        others = f" (and {more} more)" if more > 0 else ""
        cannot = "cannot be sent now" if said["own"] else "may not come now"
        return f"{sign} {cannot}: {said['reasons'][0]['sentence']}{others}."
    there = f"{sign} may come now, there in {_minutes(_expected(said))}"
    if said["place"] is None:
        return f"{there}; others are nearer, and it was not weighed."
    if said["place"] == 1:
        return f"{there}, and stands first."
    return f"{there}; number {said['place']} of {said['weighed']} weighed."


def ahead_sentence(ahead: Row, names: Names) -> str:
    """Why the advised unit stands before it: one sentence about the two."""
    first = names.get(ahead["unit"], ahead["unit"])
    return _SAID[AheadCode(ahead["code"])](first, ahead, names)


def _sooner(first: str, ahead: Row, names: Names) -> str:
    return f"{first} is there {_minutes(ahead['figures']['sooner_seconds'])} sooner."


def _cheaper(first: str, ahead: Row, names: Names) -> str:
    figures = ahead["figures"]
    costs = f"{first} costs {figures['saved']:.2f} late calls less"
    sooner = figures["sooner_seconds"]
    if sooner == 0:
        return f"{costs}."
    there = f"{_minutes(sooner)} sooner" if sooner > 0 else f"only {_minutes(-sooner)} later"
    return f"{costs}, and is there {there}."


def _out_of_band(first: str, ahead: Row, names: Names) -> str:
    later = _minutes(ahead["figures"]["later_seconds"])
    return f"It is there {later} after the fastest: too late for what it costs to count."


def _own_first(first: str, ahead: Row, names: Names) -> str:
    plain = ahead["figures"]["because"] == "plain"
    why = "nothing is weighed" if plain else "cover is green"
    return f"{first} is an own unit, and those go first while {why}."


def _call_order(first: str, ahead: Row, names: Names) -> str:
    return f"An agreement's order of call puts {names.get(ahead['home'], ahead['home'])} first."


_SAID = {
    AheadCode.SOONER: _sooner,
    AheadCode.CHEAPER: _cheaper,
    AheadCode.OUT_OF_BAND: _out_of_band,
    AheadCode.OWN_FIRST: _own_first,
    AheadCode.OWN_IN_TARGET: lambda first, *_: f"{first} is an own unit, and in target.",
    AheadCode.OWN_KEPT: lambda first, *_: f"{first} is an own unit, and this one is not clearly better.",
    AheadCode.FREE_NOW: lambda first, ahead, _: (
        f"It is free only in about {_minutes(ahead['figures']['free_in_seconds'])}; {first} can go now."
    ),
    AheadCode.WORTH_WAITING: lambda first, ahead, _: (
        f"Waiting about {_minutes(ahead['figures']['wait_seconds'])} for {first} costs less."
    ),
    AheadCode.CALL_ORDER: _call_order,
    AheadCode.FUTURES: lambda first, *_: f"Simulated futures favour {first}.",
    AheadCode.EQUAL: lambda first, *_: f"{first} is as good; between equals the unit's name decides.",
}


def _expected(said: Row) -> int:
    """From now to the arrival, with the asking."""
    shown = said["candidate"] or said["own_unit"]
    return int(shown["arrival"]["expected_seconds"] if shown["arrival"] else said["eta_seconds"])


def _minutes(seconds: int) -> str:
    return f"{seconds / 60:.1f} min"
