"""Which of the places found come first."""

from collections.abc import Iterable
from typing import Final

from dispatch.model.geo import Point, crow_m
from dispatch.routing.gazetteer.likeness import LEAST, Match
from dispatch.routing.gazetteer.place import Found, PlaceKind

MOST: Final = 10
"""How many answers a text gets at the most."""

SAME_CROSSING_M: Final = 40.0
"""Crossings this near to one another are one."""

_FAR: Final = 0.15
_FAR_M: Final = 10_000.0
"""What distance takes from a score: half of ``_FAR`` at so many metres, never all of it."""
_SAME_DEG: Final = 5
_PREFERRED: Final = {PlaceKind.TOWN: 1, PlaceKind.CROSSING: 1, PlaceKind.HOUSE: 1, PlaceKind.TRANSPORT: -1}
_BY: Final = 0.05
"""A town goes before a street that is named after it, a stop behind the street that it is named after, and
a crossing or a house before its street: whoever typed two names or a number meant them."""


def rank(found: Iterable[Found], near: Point, *, at_most: int = MOST) -> tuple[Found, ...]:
    """The best first: by match, then by how alike and how near in one. Each place once.

    A house whose number is known comes before a street that only stands in for it, and what an outside
    service says after what our own index says as well.
    """
    best: dict[tuple[object, ...], Found] = {}
    for each in sorted(found, key=lambda one: _key(one, near)):
        if len(best) == at_most:
            break
        if each.score >= LEAST and not _is_crossing_of(each, best.values()):
            best.setdefault(_identity(each), each)
    return tuple(best.values())


def _is_crossing_of(each: Found, better: Iterable[Found]) -> bool:
    """Whether a crossing is there already, under other names of the same streets."""
    return each.place.kind is PlaceKind.CROSSING and any(
        one.place.kind is PlaceKind.CROSSING
        and crow_m(one.place.position, each.place.position) <= SAME_CROSSING_M
        for one in better
    )


def _key(each: Found, near: Point) -> tuple[Match, bool, bool, float, str, float, float]:
    at = each.place.position
    away_m = crow_m(at, near)
    worth = each.score - _FAR * away_m / (away_m + _FAR_M) + _BY * _PREFERRED.get(each.place.kind, 0)
    return each.match, bool(each.without_number), each.outside, -worth, each.place.name, at.lon, at.lat


def _identity(each: Found) -> tuple[object, ...]:
    """What makes two answers the same. A street found with and without a number is one."""
    at = each.place.position
    return (
        each.place.kind,
        each.place.name.partition(" (")[0],
        round(at.lon, _SAME_DEG),
        round(at.lat, _SAME_DEG),
    )
