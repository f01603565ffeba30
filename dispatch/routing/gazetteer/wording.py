"""How places are said: crossings, house numbers, and where a point on a street is."""

from typing import Final

from dispatch.routing.gazetteer.abbreviations import NUMBER_FIRST_TYPES, meanings_of
from dispatch.routing.gazetteer.folding import fold
from dispatch.routing.gazetteer.place import Beside, Near

AT_M: Final = 25.0
"""A house or crossing this near is where the point is."""


def crossing_name(one: str, other: str) -> str:
    """The crossing of two streets."""
    return f"{one} / {other}"


def house_name(street: str, number: str) -> str:
    """A house in its street's own manner: "12 Elm Street", "Via Roma 12"."""
    words = [meaning for word in fold(street).split()[-2:] for meaning in meanings_of(word)]
    number = number.upper()
    return f"{number} {street}" if NUMBER_FIRST_TYPES.intersection(words) else f"{street} {number}"


def propose_address(beside: Beside) -> str:
    """A text that says where a point is; empty where nothing with a name is near."""
    house, street, crossing = beside.house, beside.street, beside.crossing
    at_corner = street is not None and crossing is not None and crossing.distance_m <= AT_M
    if house and house.distance_m <= AT_M and not (at_corner and _is_nearer(crossing, house)):
        return house.name
    if street is None:
        return ""
    if crossing is None:
        return street.name
    if at_corner:
        return crossing_name(street.name, crossing.name)
    return f"{street.name}, {_rounded(crossing.distance_m)} m from {crossing.name}"


def _is_nearer(one: Near | None, other: Near) -> bool:
    return one is not None and one.distance_m < other.distance_m


def _rounded(metres: float) -> int:
    return max(10, round(metres / 10) * 10)
