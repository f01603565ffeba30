"""House numbers, put to the streets that they are named after."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from dispatch.gateways.gazetteer.extract import LonLat, NumberedHouse
from dispatch.gateways.gazetteer.streets import Street
from dispatch.model.geo import Point, crow_m
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
    placed: dict[tuple[int, str, LonLat], NumberedHouse] = {}
    for house in houses:
        near = [(_away_m(house.at, streets[at]), at) for at in named.get(spell_out(fold(house.street)), ())]
        away_m, street = min(near, default=(FARTHEST_M + 1, -1))
        if away_m <= FARTHEST_M:
            placed.setdefault((street, house.number, house.at), house)
    return [(street, house) for (street, _, _), house in sorted(placed.items(), key=lambda entry: entry[0])]


def _away_m(at: LonLat, street: Street) -> float:
    """Metres to the nearest node of a street; exact enough to tell streets of one name apart."""
    lon, lat = min(
        ((x, y) for line in street.lines for x, y in line.tolist()),
        key=lambda place: (place[0] - at[0]) ** 2 + (place[1] - at[1]) ** 2,
    )
    return crow_m(Point(lon=lon, lat=lat), Point(lon=at[0], lat=at[1]))
