"""Which places come first."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.geo import Point
from dispatch.routing.gazetteer.likeness import Match
from dispatch.routing.gazetteer.place import Found, Place, PlaceKind
from dispatch.routing.gazetteer.ranking import MOST, rank

HERE = Point(lon=9.0, lat=47.0)


def found(
    name: str,
    *,
    away: float = 0.01,
    match: Match = Match.EXACT,
    score: float = 1.0,
    kind: PlaceKind = PlaceKind.STREET,
    outside: bool = False,
    without_number: str = "",
) -> Found:
    place = Place(name=name, kind=kind, position=Point(lon=9.0, lat=47.0 + away))
    return Found(place=place, match=match, score=score, outside=outside, without_number=without_number)


def ranked(*many: Found) -> list[str]:
    return [each.place.name for each in rank(many, HERE)]


def test_a_better_match_goes_before_a_nearer_place() -> None:
    assert ranked(found("near", match=Match.CLOSE), found("far", away=0.5)) == ["far", "near"]


def test_among_equals_the_nearest_is_first() -> None:
    assert ranked(found("far", away=0.2), found("near"), found("middle", away=0.1)) == [
        "near",
        "middle",
        "far",
    ]


def test_a_known_house_goes_before_a_street_that_stands_in_for_one() -> None:
    house = found("12 Elm Street", away=0.3, kind=PlaceKind.HOUSE)
    assert ranked(found("Elm Street", without_number="12"), house) == ["12 Elm Street", "Elm Street"]


def test_a_town_goes_before_its_street_and_a_stop_behind_it() -> None:
    stop, town = found("stop", kind=PlaceKind.TRANSPORT), found("town", kind=PlaceKind.TOWN, away=0.1)
    assert ranked(stop, found("street", away=0.05), town) == ["town", "street", "stop"]


def test_our_own_names_go_before_those_from_outside() -> None:
    assert ranked(found("theirs", outside=True), found("ours", away=0.3)) == ["ours", "theirs"]


def test_a_crossing_is_told_once_whatever_its_streets_are_called_beside() -> None:
    one, other = found("A / B", kind=PlaceKind.CROSSING), found("A / C", away=0.0101, kind=PlaceKind.CROSSING)
    assert ranked(one, other) == ["A / B"]


def test_what_is_too_unlike_is_left_out() -> None:
    assert ranked(found("unlike", score=0.1)) == []


@given(
    st.lists(
        st.builds(
            found,
            st.sampled_from("abcdefghijklmnop"),
            away=st.floats(0, 1),
            match=st.sampled_from(Match),
            score=st.floats(0, 1),
        ),
        max_size=40,
    ),
    st.randoms(),
)
def test_the_order_of_what_was_found_is_no_matter(many: list[Found], chance: Random) -> None:
    first = rank(many, HERE)
    chance.shuffle(many)
    assert [each.place.name for each in rank(many, HERE)] == [each.place.name for each in first]
    assert len(first) <= MOST
