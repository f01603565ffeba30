"""What a line of text may mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.geo import Point
from dispatch.routing.gazetteer.asked import CROSSINGS, Asked, House, find_point, list_numbers, read_asked


@pytest.mark.parametrize(
    "typed", ["-76.8842, 40.2731", "-76.8842 40.2731", " -76.8842,40.2731 ", "-76.8842;40.2731"]
)
def test_longitude_and_latitude_are_taken_as_they_are(typed: str) -> None:
    assert read_asked(typed).point == Point(lon=-76.8842, lat=40.2731)
    assert not read_asked(typed).houses


@pytest.mark.parametrize("typed", ["40.2731", "181, 4", "9, 91", "9.1, 45.4, 3", "nine, forty", "", "1e2, 3"])
def test_other_text_is_no_point(typed: str) -> None:
    assert find_point(typed) is None


@pytest.mark.parametrize(
    ("typed", "houses"),
    [
        ("12 Main St", [("12", "main st")]),
        ("12 A Main St", [("12a", "main st")]),
        ("12 N High St", [("12n", "high st"), ("12", "n high st")]),
        ("Via Roma 12/A", [("12a", "via roma")]),
        ("Via Roma, 12 A", [("12a", "via roma")]),
        ("Via Roma n. 3", [("3", "via roma")]),
        ("Via Roma, 12, Corsico", [("12", "via roma corsico")]),
        ("12 5th Ave", [("12", "5th ave")]),
        ("007 Bond Street", [("7", "bond street")]),
        ("Via 25 Aprile", []),
        ("5th Avenue", []),
        ("12", []),
    ],
)
def test_house_numbers_stand_before_or_behind_the_street(typed: str, houses: list[tuple[str, str]]) -> None:
    assert list(read_asked(typed).houses) == [
        House(number=number, street=street) for number, street in houses
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "Elm St / Oak Ave",
        "Elm St & Oak Ave",
        "Elm St at Oak Ave",
        "elm st AND oak ave",
        "Elm St @ Oak Ave",
        "corner of Elm St and Oak Ave",
    ],
)
def test_a_crossing_is_written_in_many_ways(typed: str) -> None:
    assert ("elm st", "oak ave") in read_asked(typed).crossings


def test_a_crossing_may_be_half_typed() -> None:
    assert read_asked("Elm St / ").crossings == (("elm st", ""),)
    assert read_asked("Elm St /").crossings == (("elm st", ""),)


def test_words_within_words_part_nothing() -> None:
    assert read_asked("Anderson Street").crossings == ()
    assert read_asked("Via Roma 12/A").crossings == ()


@pytest.mark.parametrize(
    ("tagged", "numbers"),
    [
        ("12", ["12"]),
        ("12 A", ["12a"]),
        ("12/a", ["12a"]),
        ("12-16", ["12", "16"]),
        ("12;14 b", ["12", "14b"]),
        ("12bis", ["12bis"]),
        ("s.n.c.", []),
        ("", []),
    ],
)
def test_numbers_of_a_map_are_read_as_typed_ones(tagged: str, numbers: list[str]) -> None:
    assert list_numbers(tagged) == numbers


@given(st.text(max_size=400))
def test_any_text_has_a_reading(typed: str) -> None:
    asked = read_asked(typed)
    assert isinstance(asked, Asked)
    assert all(one for one, _ in asked.crossings)
    assert all(house.street for house in asked.houses)


def test_runs_of_blanks_say_nothing() -> None:
    """They would make the patterns try for seconds."""
    padded = "12" + " " * 40 + "elm" + " " * 20 + "street"
    assert read_asked(padded) == read_asked("12 elm street")


def test_a_text_full_of_words_between_streets_is_cut_in_a_few_ways_only() -> None:
    assert len(read_asked("st/" * 40).crossings) <= CROSSINGS
