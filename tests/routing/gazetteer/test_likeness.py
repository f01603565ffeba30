"""How alike a name and a typed text are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.routing.gazetteer.folding import fold, words_of
from dispatch.routing.gazetteer.likeness import LEAST, Likeness, Match, compare, slips


def alike(asked: str, name: str, town: str = "") -> Likeness:
    return compare(words_of(fold(asked)), words_of(fold(name)), words_of(fold(town)))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Garibaldi", "Via Garibaldi"),
        ("v. garibaldi", "Via Garibaldi"),
        ("n high st", "North High Street"),
        ("high", "South High Street"),
        ("1st ave", "First Avenue"),
        ("S. Ambrogio", "Piazza Sant'Ambrogio"),
        ("st johns", "Saint John's Street"),
        ("obrien rd", "O'Brien Road"),
        ("portmarlow hospital", "Port Marlow Hospital"),
        ("port marlow", "Portmarlow"),
        ("monza viale", "Viale Monza"),
        ("duomo", "Piazza del Duomo"),
    ],
)
def test_the_whole_of_a_name_is_exact_however_it_is_shortened(asked: str, name: str) -> None:
    assert alike(asked, name).match is Match.EXACT


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("gari", "Via Garibaldi"),
        ("elm", "Elmwood Street"),
        ("exit 108", "I 71 Exit 108A"),
        ("port marlow", "Port Marlow General Hospital"),
        ("n high st", "High Street"),
    ],
)
def test_what_begins_a_name_or_leaves_some_of_it_out_is_no_exact_match(asked: str, name: str) -> None:
    assert alike(asked, name).match is Match.BEGINS
    assert alike(asked, name).score >= LEAST


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("garibladi", "Via Garibaldi"),
        ("garbaldi", "Via Garibaldi"),
        ("gariblad", "Via Garibaldi"),
        ("clevland ave", "Cleveland Avenue"),
        ("via garibaldi", "Piazza Garibaldi"),
        ("n high st", "South High Street"),
    ],
)
def test_a_slip_or_another_kind_of_street_is_only_close(asked: str, name: str) -> None:
    assert alike(asked, name).match is Match.CLOSE
    assert alike(asked, name).score >= LEAST


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("elm", "Oak Street"),
        ("10", "Exit 108"),
        ("cat", "Car Lane"),
        ("street", ""),
        ("street", "Oak Avenue"),
    ],
)
def test_what_is_not_meant_is_no_match(asked: str, name: str) -> None:
    assert alike(asked, name).score < LEAST


def test_another_number_is_no_slip() -> None:
    assert alike("exit 108", "Exit 107").match is Match.CLOSE
    assert alike("exit 108", "Exit 107").score < alike("exit 108", "Exit 108B").score


def test_the_town_may_be_named_beside_the_street_but_not_instead() -> None:
    assert alike("roma corsico", "Via Roma", "Corsico").match is Match.EXACT
    assert alike("roma corsico", "Via Roma", "Milano").match is Match.CLOSE
    assert alike("corsico", "Via Roma", "Corsico").score == 0


def test_more_of_a_name_is_a_better_score() -> None:
    assert alike("high street", "High Street").score > alike("high street", "North High Street").score
    assert alike("marlow", "Marlow").score > alike("marlow", "Port Marlow General Hospital").score


def by_table(one: str, other: str) -> int:
    """Optimal string alignment as it is usually written down."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, a in enumerate(one, start=1):
        for j, b in enumerate(other, start=1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(st.text("abc", max_size=9), st.text("abc", max_size=9), st.integers(0, 4))
def test_slips_are_counted_as_by_the_table(one: str, other: str, at_most: int) -> None:
    assert slips(one, other, at_most=at_most) == min(by_table(one, other), at_most + 1)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_score_lies_between_nothing_and_one(asked: str, name: str) -> None:
    assert 0 <= alike(asked, name).score <= 1


@given(st.lists(st.sampled_from(["elm", "oak", "high", "street", "north"]), min_size=1, max_size=4))
def test_a_name_is_like_itself(words: list[str]) -> None:
    found = alike(" ".join(words), " ".join(words))
    assert (found.match, found.score) == (Match.EXACT, 1.0)
