"""A verdict in words: whether it may come, its place or its first reason, and who stands before it."""

from typing import Any

import pytest

from dispatch.aid.advice.ahead import AheadCode
from dispatch.aid.verdict_wording import ahead_sentence, with_verdict_sentences

NAMES = {"c4": "C4", "m7": "M7", "cedar": "Cedar", "moor": "Moor"}


def say(**more: Any) -> dict[str, Any]:
    shown = {"arrival": {"expected_seconds": 480}}
    plain = {"unit": "m7", "call_sign": "M7", "home": "moor", "own": False, "eta_seconds": 420}
    rest = {"reasons": [], "candidate": shown, "own_unit": None, "place": 1, "weighed": 9, "ahead": None}
    return with_verdict_sentences({**plain, **rest, **more}, None, NAMES)


def reason(code: str, **figures: Any) -> dict[str, Any]:
    return {"code": code, "clause": None, "agreement": None, "version": None, "figures": figures}


def test_what_may_come_has_its_arrival_from_asking_and_its_place() -> None:
    assert say()["sentence"] == "M7 may come now, there in 8.0 min, and stands first."
    assert say(place=3)["sentence"] == "M7 may come now, there in 8.0 min; number 3 of 9 weighed."
    assert say(place=None)["sentence"] == (
        "M7 may come now, there in 8.0 min; others are nearer, and it was not weighed."
    )


def test_what_may_not_come_has_its_first_reason_and_how_many_more() -> None:
    two = [reason("unknown_status"), reason("position_lost")]
    said = say(reasons=two, candidate=None, place=None)
    assert said["sentence"] == "M7 may not come now: Its status is unknown (and 1 more)."
    assert [one["sentence"] for one in said["reasons"]] == ["Its status is unknown", "Its position is lost"]
    own = say(reasons=two[:1], own=True, candidate=None)
    assert own["sentence"] == "M7 cannot be sent now: Its status is unknown."


FIGURES = {"sooner_seconds": 90, "saved": 0.12, "free_in_seconds": 600, "wait_seconds": 120}
SAID = {
    AheadCode.SOONER: "C4 is there 1.5 min sooner.",
    AheadCode.CHEAPER: "C4 costs 0.12 late calls less, and is there 1.5 min sooner.",
    AheadCode.OUT_OF_BAND: "It is there 15.0 min after the fastest: too late for what it costs to count.",
    AheadCode.OWN_FIRST: "C4 is an own unit, and those go first while cover is green.",
    AheadCode.OWN_IN_TARGET: "C4 is an own unit, and in target.",
    AheadCode.OWN_KEPT: "C4 is an own unit, and this one is not clearly better.",
    AheadCode.FREE_NOW: "It is free only in about 10.0 min; C4 can go now.",
    AheadCode.WORTH_WAITING: "Waiting about 2.0 min for C4 costs less.",
    AheadCode.CALL_ORDER: "An agreement's order of call puts Cedar first.",
    AheadCode.FUTURES: "Simulated futures favour C4.",
    AheadCode.EQUAL: "C4 is as good; between equals the unit's name decides.",
}


@pytest.mark.parametrize("code", AheadCode)
def test_each_reason_to_stand_before_another_has_its_sentence(code: AheadCode) -> None:
    figures = {**FIGURES, "later_seconds": 900, "because": "cover_green"}
    ahead = {"unit": "c4", "home": "cedar", "code": code.value, "figures": figures}
    assert ahead_sentence(ahead, NAMES) == SAID[code]


def test_a_cheaper_unit_may_be_later_or_as_soon() -> None:
    ahead = {"unit": "c4", "home": "cedar", "code": "cheaper"}
    later = {**ahead, "figures": {"saved": 0.1, "sooner_seconds": -30}}
    assert ahead_sentence(later, NAMES) == "C4 costs 0.10 late calls less, and is there only 0.5 min later."
    as_soon = {**ahead, "figures": {"saved": 0.1, "sooner_seconds": 0}}
    assert ahead_sentence(as_soon, NAMES) == "C4 costs 0.10 late calls less."


def test_where_nothing_is_weighed_that_is_why_own_units_go_first() -> None:
    ahead = {"unit": "c4", "home": "cedar", "code": "own_first", "figures": {"because": "plain"}}
    assert ahead_sentence(ahead, NAMES).endswith("while nothing is weighed.")
