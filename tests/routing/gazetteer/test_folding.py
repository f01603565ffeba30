"""How names and typed text are folded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.routing.gazetteer.abbreviations import meanings_of, spell_out
from dispatch.routing.gazetteer.folding import fold, grams_of


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Via Città di Fiume", "via citta di fiume"),
        ("ÅNGSTRÖM & Søn", "angstrom son"),
        ("Größe", "grosse"),
        ("St. Mary's Road", "st marys road"),
        ("Via dell’Arte", "via dell arte"),
        ("C.so Buenos Aires", "cso buenos aires"),
        ("V.le Monza", "vle monza"),
        ("S.Maria", "s maria"),
        ("I-71", "i 71"),
        ("US33", "us 33"),
        ("Hauptstr. 5", "hauptstrasse 5"),
        ("Норильск", "норильск"),
        (" \t / ", ""),
    ],
)
def test_case_diacritics_and_punctuation_go(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text(max_size=60))
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_case_never_matters(text: str) -> None:
    assert fold(text.upper().lower()) == fold(text.lower().upper().lower())


def test_an_abbreviation_may_stand_for_several_words() -> None:
    assert meanings_of("st") == {"street", "saint"}
    assert meanings_of("s") == {"south", "saint"}
    assert meanings_of("quarry") == {"quarry"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St Johns St", "Saint John's Street"),
        ("N High St", "North High Street"),
        ("1st Ave", "First Avenue"),
        ("Mt Vernon Rd", "Mount Vernon Road"),
    ],
)
def test_a_street_is_spelt_out_the_same_however_it_was_shortened(one: str, other: str) -> None:
    assert spell_out(fold(one)) == spell_out(fold(other))


def test_letters_are_looked_up_three_by_three_within_each_word() -> None:
    assert grams_of("via po") == {" vi", "via", "ia ", " po", "po "}
    assert grams_of("") == frozenset()
