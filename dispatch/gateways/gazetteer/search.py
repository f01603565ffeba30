"""Looking a text up in an index: names, house numbers, crossings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np

from dispatch.gateways.gazetteer.reading import SHORTEST, Hit, Reading
from dispatch.model.geo import Point, crow_m
from dispatch.routing.gazetteer.asked import Asked, House
from dispatch.routing.gazetteer.folding import words_of
from dispatch.routing.gazetteer.likeness import LEAST, Likeness, Match, compare
from dispatch.routing.gazetteer.place import Found, Place, PlaceKind
from dispatch.routing.gazetteer.wording import crossing_name, house_name

STREETS: Final = 24
"""How many streets that are like a text are looked at for its houses and crossings."""
_CROSSINGS: Final = 400
SQUARE_M: Final = 150.0
"""Two streets that do not touch but come this near to one another meet at whatever lies between."""
_SQUARE_DEG: Final = 0.002
_Meeting: TypeAlias = tuple[int, int, Point]
"""A street, one that crosses it, and where."""

_NOT_MET: Final = 3
"""How many streets are shown for each side of a crossing that the map does not have."""


def search(reading: Reading, asked: Asked, near: Point) -> list[Found]:
    """All that a text may mean, in no order."""
    met = [each for one, other in asked.crossings for each in _crossings(reading, one, other, near)]
    if met and all(len(other) < SHORTEST for _, other in asked.crossings):
        return met  # "Elm Street /" asks for what crosses it, no longer for the street
    found = [_found(hit) for hit in reading.named(asked.text, near)]
    for house in asked.houses:
        found += _houses(reading, house, near)
    return met + found


def _houses(reading: Reading, asked: House, near: Point) -> Iterable[Found]:
    """The houses of that number in streets like it; the streets themselves say that theirs is not known."""
    streets = {hit.id: hit for hit in reading.named(asked.street, near, streets=True)[:STREETS]}
    rows = reading.rows(
        "select street, lon_e7, lat_e7 from house where street in (?*) and number = ?",
        streets,
        asked.number,
    )
    for street, lon_e7, lat_e7 in rows:
        hit = streets[street]
        place = replace(
            hit.place,
            kind=PlaceKind.HOUSE,
            name=house_name(hit.place.name, asked.number),
            position=Point.from_e7(lon_e7=lon_e7, lat_e7=lat_e7),
        )
        yield Found(place=place, match=hit.alike.match, score=hit.alike.score)
    for hit in streets.values():
        yield replace(_found(hit), without_number=asked.number.upper())


def _crossings(reading: Reading, one: str, other: str, near: Point) -> list[Found]:
    """Where streets like the two meet; where the second is not typed yet, all crossings of the first."""
    ones = {hit.id: hit for hit in reading.named(one, near, streets=True)[:STREETS]}
    if len(other) < SHORTEST:
        return _all_crossings(reading, ones, other)
    others = {hit.id: hit for hit in reading.named(other, near, streets=True)[:STREETS]}
    found = [
        _crossing(ones[a].place, others[b].place, _worse(ones[a].alike, others[b].alike), at)
        for a, b, at in _meetings(reading, ones, others)
    ]
    if found := found or _nearly(reading, ones, others):
        return found
    unmet = [*list(ones.values())[:_NOT_MET], *list(others.values())[:_NOT_MET]]
    return [replace(_found(hit), match=Match.CLOSE) for hit in unmet]


def _all_crossings(reading: Reading, ones: dict[int, Hit], beginning: str) -> list[Found]:
    """The crossings of streets, of the best first, with those whose name begins so."""
    met = _meetings(reading, ones, None)[:_CROSSINGS]
    names = reading.places({b for _, b, _ in met})
    wanted = words_of(beginning)
    found = []
    for a, b, at in met:
        alike = compare(wanted, words_of(names[b].name.lower())) if wanted else Likeness(Match.BEGINS, 1.0)
        if alike.score >= LEAST:
            found.append(_crossing(ones[a].place, names[b], _worse(ones[a].alike, alike), at))
    return found


def _nearly(reading: Reading, ones: dict[int, Hit], others: dict[int, Hit]) -> list[Found]:
    """Streets that do not touch but end at the same square, or at two corners of it."""
    mine, theirs = _meetings(reading, ones, None)[:_CROSSINGS], _meetings(reading, others, None)[:_CROSSINGS]
    best: dict[tuple[int, int], tuple[float, int, Point]] = {}
    for one, other in _near_pairs(mine, theirs):
        (a, square, at), (b, _, there) = mine[one], theirs[other]
        away_m = crow_m(at, there)
        if a != b and away_m < best.get((a, b), (SQUARE_M, 0, at))[0]:
            best[a, b] = away_m, square, at
    squares = reading.places({square for _, square, _ in best.values()})
    found = []
    for (a, b), (_, square, at) in best.items():
        alike = _worse(Likeness(Match.BEGINS, 1.0), _worse(ones[a].alike, others[b].alike))
        met = _crossing(ones[a].place, others[b].place, alike, at)
        found.append(
            replace(met, place=replace(met.place, name=f"{met.place.name} ({squares[square].name})"))
        )
    return found


def _near_pairs(mine: Sequence[_Meeting], theirs: Sequence[_Meeting]) -> list[tuple[int, int]]:
    """Places in the two lists whose latitudes and longitudes are about ``SQUARE_M`` apart at the most."""
    if not mine or not theirs:
        return []
    ours, others = (np.array([(at.lon, at.lat) for _, _, at in met]) for met in (mine, theirs))
    apart = np.abs(ours[:, None, :] - others[None, :, :])
    reach = _SQUARE_DEG / max(0.05, float(np.cos(np.radians(ours[0, 1])))), _SQUARE_DEG
    one, other = np.nonzero((apart < reach).all(axis=2))
    return list(zip(one.tolist(), other.tolist(), strict=True))


def _meetings(reading: Reading, ones: dict[int, Hit], others: dict[int, Hit] | None) -> list[_Meeting]:
    """Crossings of a street of ``ones`` with one of ``others``, or with any; in that order."""
    met = []
    for mine, theirs in (("one", "other"), ("other", "one")):
        select = f"select {mine}, {theirs}, lon_e7, lat_e7 from crossing where {mine} in (?*)"  # noqa: S608 - our own two columns
        for a, b, lon_e7, lat_e7 in reading.rows(select, ones):
            if others is None or b in others:
                met.append((a, b, Point.from_e7(lon_e7=lon_e7, lat_e7=lat_e7)))
    return met


def _crossing(one: Place, other: Place, alike: Likeness, at: Point) -> Found:
    name = crossing_name(one.name, other.name)
    place = Place(name=name, kind=PlaceKind.CROSSING, position=at, town=one.town)
    return Found(place=place, match=alike.match, score=alike.score)


def _worse(one: Likeness, other: Likeness) -> Likeness:
    return Likeness(max(one.match, other.match), min(one.score, other.score))


def _found(hit: Hit) -> Found:
    return Found(place=hit.place, match=hit.alike.match, score=hit.alike.score)
