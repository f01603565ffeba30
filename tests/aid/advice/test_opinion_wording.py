"""A second opinion in words."""

from typing import Any

import pytest

from dispatch.aid.advice.opinion import Because, Fallback
from dispatch.aid.advice.opinion_wording import NO_OPINION, opinion_sentence

NAMES = {"h1": "Harlow 1", "h2": "Harlow 2", "c7": "Cedar 7", "cedar": "Cedar", "harlow": "Harlow"}


def course(course: str, unit: str, home: str, difference: float = 0.0, error: float = 0.0) -> dict[str, Any]:
    return {
        "course": course,
        "unit": unit,
        "home": home,
        "mean": 0.4,
        "difference": difference,
        "standard_error": error,
    }


def row(opinion: tuple[str, str | None], **fields: Any) -> dict[str, Any]:
    return {
        "advised": {"course": "send_own", "unit": "h1"},
        "opinion": {"course": opinion[0], "unit": opinion[1]},
        "agrees": opinion == ("send_own", "h1"),
        "fallback": None,
        "courses": [
            course("send_own", "h1", "harlow"),
            course("ask", "c7", "cedar", -0.0512, 0.0098),
            course("hold", "h2", "harlow", -0.02, 0.01),
        ],
        "futures": 100,
        "horizon_seconds": 4500,
        **fields,
    }


def test_it_says_that_it_agrees_and_how_much_was_played() -> None:
    assert opinion_sentence(row(("send_own", "h1")), NAMES) == (
        "Simulated futures agree: sending Harlow 1 costs least, in 100 futures of 75 min."
    )


def test_it_says_what_it_favours_by_how_much_and_how_sure_that_is() -> None:
    assert opinion_sentence(row(("ask", "c7")), NAMES) == (
        "Simulated futures favour asking Cedar for Cedar 7, which costs 0.051 ± 0.010 late calls less than "
        "the advice, in 100 futures of 75 min."
    )
    assert opinion_sentence(row(("hold", "h2")), NAMES).startswith("Simulated futures favour waiting for ")


def test_what_was_not_played_is_not_compared() -> None:
    unplayed = row(("ask", "c7"), advised={"course": "send_own", "unit": "h9"})
    assert opinion_sentence(unplayed, NAMES) == (
        "Simulated futures favour asking Cedar for Cedar 7, in 100 futures of 75 min."
    )


def test_where_the_futures_cannot_tell_the_advice_stands() -> None:
    said = opinion_sentence(row(("ask", "c7"), fallback="undecided", agrees=True), NAMES)
    assert said.startswith(
        "Simulated futures cannot tell another course from the advice, which stands: asking "
    )


@pytest.mark.parametrize("fallback", Fallback)
def test_every_other_doubt_says_that_it_is_plain_closest(fallback: Fallback) -> None:
    said = opinion_sentence(row(("send_own", "h1"), fallback=fallback.value, agrees=False, courses=[]), NAMES)
    assert said.endswith("; on doubt plain closest: sending Harlow 1.")
    nobody = opinion_sentence(row(("nobody", None), fallback=fallback.value, agrees=False, courses=[]), NAMES)
    assert nobody.endswith("nobody can be sent.")
    asked = opinion_sentence(row(("ask", "c7"), fallback=fallback.value, agrees=False, courses=[]), NAMES)
    assert asked.endswith("asking for Cedar 7.")


def test_every_reason_for_none_has_a_sentence() -> None:
    assert {each.value for each in Because} - {"compared"} <= NO_OPINION.keys()
    assert all(sentence.endswith(".") for sentence in NO_OPINION.values())
