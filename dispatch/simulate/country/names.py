"""Names for streets and country roads. Stems are plain words; no list of real streets was used."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from dispatch.simulate.country.road import Key, Road

STEMS: Final = tuple(
    """
    Alder Anvil Apple Arbor Ash Aspen Barley Barrow Basin Beacon Beech Bellows Birch Bracken Bramble
    Brewer Briar Brick Bridle Brook Canal Candle Carter Cedar Chandler Chapel Cherry Clay Clover
    Cobble Cooper Copper Coppice Cornflower Cottage Cotton Cress Crown Curlew Cypress Dairy Dale
    Dawn Depot Dogwood Dove Drover Elder Elm Ember Falcon Fallow Fern Ferry Field Finch Flax Flint
    Forge Fountain Foxglove Furnace Garden Garnet Gate Glebe Glen Granary Granite Grove Harbor
    Hawthorn Hazel Heather Hedge Heron Hickory Hill Holly Hopper Indigo Ivy Jasper Juniper Kiln
    Kingfisher Lantern Larch Laurel Lilac Lime Linden Linnet Lock Locust Loom Lupin Magnolia Mallow
    Maple Market Marsh Mason Meadow Mercer Mill Mint Mulberry Myrtle Nettle Oak Oat Orchard Osier
    Otter Paper Pear Pebble Pewter Pheasant Pine Plover Plum Poplar Potter Quarry Quill Quince Raven
    Reed Ridge Robin Rosemary Rowan Rush Rye Sable Saddler Saffron Sage Sawyer School Sedge Shale
    Shepherd Silver Slate Sorrel Spindle Spruce Spring Station Stone Summit Swallow Swift Sycamore
    Tailor Tanner Teal Thatch Thistle Thorn Thyme Timber Tinker Tollgate Trellis Union Vale Vine
    Walnut Warbler Water Weaver Wharf Wheat Wheel Whin Willow Winter Wool Wren Yarrow Yew
    """.split()  # noqa: SIM905 -- a hundred and more words read better as words
)
CITY_SUFFIXES: Final = ("Street", "Street", "Street", "Avenue", "Avenue", "Place")
SUBURB_SUFFIXES: Final = ("Lane", "Drive", "Court", "Way", "Street", "Avenue", "Terrace", "Circle")
RURAL_SUFFIXES: Final = (
    "Road",
    "Road",
    "Hollow Road",
    "Hill Road",
    "Mill Road",
    "Lane",
    "Creek Road",
    "School Road",
)


def name_roads(rng: np.random.Generator, roads: Sequence[Road]) -> list[Road]:
    """The same roads with a name on every street; stretches of one stroke share theirs."""
    roads = _country_strokes(list(roads))
    names: dict[str, str] = {}
    taken: dict[str, set[str]] = defaultdict(set)
    for stroke in sorted({road.stroke for road in roads if road.stroke and not road.name}):
        quarter = stroke.split(":")[0]
        names[stroke] = _fresh(rng, stroke, taken[quarter])
        taken[quarter].add(names[stroke])
    return [replace(road, name=names[road.stroke]) if road.stroke in names else road for road in roads]


def _fresh(rng: np.random.Generator, stroke: str, taken: set[str]) -> str:
    suffixes: tuple[str, ...]
    if stroke.startswith("country:"):
        suffixes = RURAL_SUFFIXES
    elif ":j" in stroke:
        suffixes = SUBURB_SUFFIXES
    else:
        suffixes = CITY_SUFFIXES
    while True:
        name = f"{STEMS[int(rng.integers(len(STEMS)))]} {suffixes[int(rng.integers(len(suffixes)))]}"
        if name not in taken:
            return name


def _country_strokes(roads: list[Road]) -> list[Road]:
    """Group nameless country roads into strokes that run straight on through junctions."""
    loose = [
        i
        for i, road in enumerate(roads)
        if not road.name and not road.stroke and road.kind != "motorway_link"
    ]
    parent = {i: i for i in loose}

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    meeting: dict[Key, list[tuple[int, float]]] = defaultdict(list)
    for i in loose:
        line = roads[i].line
        for end, (one, two) in zip(roads[i].ends, ((0, 1), (-1, -2)), strict=True):
            away = line[two] - line[one]
            meeting[end].append((i, float(np.arctan2(away[1], away[0]))))
    for ends in meeting.values():
        free = sorted(ends)
        while len(free) > 1:
            turn, a, b = min(
                (abs(abs((p[1] - q[1] + np.pi) % (2 * np.pi) - np.pi) - np.pi), m, n)
                for m, p in enumerate(free)
                for n, q in enumerate(free)
                if m < n
            )
            if turn > 0.7:
                break
            parent[root(free[a][0])] = root(free[b][0])
            free = [end for k, end in enumerate(free) if k not in (a, b)]
    out = list(roads)
    for i in loose:
        out[i] = replace(roads[i], stroke=f"country:{root(i):06d}")
    return out
