"""What a dispatcher may mean by a line of text: a point, a crossing, a house, or a name."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from dispatch.model.geo import Point
from dispatch.routing.gazetteer.abbreviations import DIRECTIONS, meanings_of
from dispatch.routing.gazetteer.folding import fold

LONGEST: Final = 120
"""Letters of a text that are looked at; no address is longer."""

CROSSINGS: Final = 4
"""Ways to cut a text into two streets that are looked up; each costs as much as a search."""

_NUMBER: Final = r"[+-]?\d{1,3}(?:\.\d*)?"
_POINT: Final = re.compile(rf"\s*({_NUMBER})\s*[,; ]\s*({_NUMBER})\s*")
_BETWEEN: Final = re.compile(
    r"\s*(?:(?<!\d)/|/(?!\s*[a-z]\s*$)|&|\+|@"
    r"|\b(?:at|and|und|et|e|ed|angolo|ang\.|x|con|corner of|ecke)\b)\s*",
    re.IGNORECASE,
)
_CORNER: Final = re.compile(
    r"^\s*(?:corner|crossing|intersection|angolo|incrocio)\s+(?:of|tra|di)?\s*", re.IGNORECASE
)
_HOUSE: Final = r"(\d{1,6})\s*[/-]?\s*([a-z]|bis|ter)?"
_FIRST: Final = re.compile(rf"^\s*(?:no\.?|nr\.?|n\.)?\s*{_HOUSE}\s*,?\s+(?=\S)(.+)$", re.IGNORECASE)
_LAST: Final = re.compile(rf"^(.*?[^\s,])\s*[\s,]\s*(?:no\.?|nr\.?|n\.)?\s*{_HOUSE}\s*$", re.IGNORECASE)
_INSIDE: Final = re.compile(
    rf"^(.*?[^\s,])\s*[\s,]\s*(?:no\.?|nr\.?|n\.)?\s*{_HOUSE}\s*,\s*(.+)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A house number and the folded street that it is asked in."""

    number: str
    street: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The ways in which a text may be read; all are looked up.

    ``text`` is the whole, folded. ``crossings`` are folded pairs; the second is empty where it was not
    typed yet.
    """

    text: str
    point: Point | None = None
    crossings: tuple[tuple[str, str], ...] = ()
    houses: tuple[House, ...] = ()


def read_asked(typed: str) -> Asked:
    """The readings of a text."""
    typed = " ".join(typed[:LONGEST].split())  # runs of blanks would make the patterns try for seconds
    if point := find_point(typed):
        return Asked(text=fold(typed), point=point)
    return Asked(text=fold(typed), crossings=_crossings(typed), houses=tuple(_houses(typed)))


def find_point(typed: str) -> Point | None:
    """The point of "longitude, latitude" in degrees; None for any other text, and off the globe."""
    found = _POINT.fullmatch(typed)
    if found is None:
        return None
    try:
        return Point(lon=float(found[1]), lat=float(found[2]))
    except ValueError:
        return None


def _crossings(typed: str) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    whole = _CORNER.sub("", typed)
    for between in islice(_BETWEEN.finditer(whole), CROSSINGS):
        left, right = fold(whole[: between.start()]), fold(whole[between.end() :])
        if left:
            pairs.append((left, right))
    return tuple(dict.fromkeys(pairs))


def _houses(typed: str) -> list[House]:
    """House numbers stand before the street, after it, or after it with the town behind a comma."""
    houses = []
    if found := _FIRST.match(typed):
        houses.append(House(number=_numbered(found[1], found[2]), street=fold(found[3])))
        if found[2] and DIRECTIONS & meanings_of(found[2].lower()):  # "12 N High Street" may be either
            houses.append(House(number=_numbered(found[1], None), street=fold(f"{found[2]} {found[3]}")))
    if found := _INSIDE.match(typed):
        houses.append(House(number=_numbered(found[2], found[3]), street=fold(f"{found[1]} {found[4]}")))
    if found := _LAST.match(typed):
        houses.append(House(number=_numbered(found[2], found[3]), street=fold(found[1])))
    return [house for house in houses if house.street]


def _numbered(digits: str, letter: str | None) -> str:
    return f"{int(digits)}{(letter or '').lower()}"


def list_numbers(tagged: str) -> list[str]:
    """The folded numbers that a map's house number stands for: "12-16" is 12 and 16, "12 A;14" 12a and 14."""
    found = re.findall(rf"\b{_HOUSE}(?![a-z\d])", tagged, re.IGNORECASE)
    return list(dict.fromkeys(_numbered(digits, letter) for digits, letter in found))
