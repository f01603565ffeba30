"""House numbers, put to the streets that they are named after."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from dispatch.gateways.gazetteer.extract import NumberedHouse
from dispatch.gateways.gazetteer.streets import DEGREE_M, Street
from dispatch.routing.gazetteer.abbreviations import spell_out
from dispatch.routing.gazetteer.folding import fold

FARTHEST_M: Final = 1_500.0
"""A house further from every node of its street than this is another street's of that name."""


def place_houses(
    houses: Sequence[NumberedHouse], streets: Sequence[Street]
) -> list[tuple[int, NumberedHouse]]:
    """Each house with the place of its street in the list; those without a mapped street are left out."""
    named: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(streets):
        for name in {spell_out(fold(name)) for name in each.names}:
            named[name].append(place)
    asked: dict[str, list[NumberedHouse]] = defaultdict(list)
    for house in dict.fromkeys(houses):
        asked[spell_out(fold(house.street))].append(house)
    placed = [
        (street, house)
        for name, group in asked.items()
        if name in named
        for street, house in zip(_nearest(group, named[name], streets), group, strict=True)
        if street >= 0
    ]
    return sorted(placed, key=lambda entry: (entry[0], entry[1].number, entry[1].at))


def _nearest(
    houses: Sequence[NumberedHouse], places: Sequence[int], streets: Sequence[Street]
) -> Iterator[int]:
    """For each house the street with the nearest node, -1 where none is near enough."""
    points = np.concatenate([line for place in places for line in streets[place].lines])
    owners = np.repeat(places, [sum(map(len, streets[place].lines)) for place in places])
    for house in houses:
        east, north = ((points - house.at) * DEGREE_M).T
        away_m = np.hypot(east * np.cos(np.radians(house.at[1])), north)
        nearest = int(away_m.argmin())
        yield int(owners[nearest]) if away_m[nearest] <= FARTHEST_M else -1
