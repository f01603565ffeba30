"""What Marlow Valley is: its towns, river, motorway and road plan. All of it invented.

Kilometres east and north of the origin. The generator bends, frays and fills this sketch; the seed
decides how. Coordinates here are the only ones in the package that were chosen by hand.
"""

from dataclasses import dataclass
from typing import Final

KM: Final = 1000.0

Xy = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A settlement. Streets fray out at ``radius_km``; ``grid`` 1 is a strict old grid, 0 all curves."""

    id: str
    name: str
    place: str
    at: Xy
    radius_km: float
    grid: float = 0.4
    population: int = 0


TOWNS: Final = (
    Town(
        id="marlow",
        name="Port Marlow",
        place="city",
        at=(2.2, -0.1),
        radius_km=4.3,
        grid=0.85,
        population=81_400,
    ),
    Town(id="southbank", name="Southbank", place="suburb", at=(1.6, -4.6), radius_km=2.5, grid=0.7),
    Town(
        id="harlow", name="Harlow", place="town", at=(-6.9, -0.5), radius_km=2.6, grid=0.45, population=17_900
    ),
    Town(
        id="cedar",
        name="Cedar Fen",
        place="town",
        at=(-11.6, 2.2),
        radius_km=2.5,
        grid=0.35,
        population=16_300,
    ),
    Town(
        id="dunmere", name="Dunmere", place="town", at=(-5.2, 5.5), radius_km=2.4, grid=0.3, population=14_200
    ),
    Town(
        id="norrick",
        name="Norrick Hill",
        place="town",
        at=(0.6, 6.7),
        radius_km=2.3,
        grid=0.15,
        population=11_800,
    ),
    Town(
        id="emberton",
        name="Emberton",
        place="town",
        at=(10.1, 3.3),
        radius_km=2.7,
        grid=0.6,
        population=19_600,
    ),
    Town(
        id="pellam",
        name="Pellam Ferry",
        place="town",
        at=(-6.7, -5.4),
        radius_km=2.3,
        grid=0.4,
        population=9_700,
    ),
    Town(
        id="quillford",
        name="Quillford",
        place="town",
        at=(-15.3, -2.9),
        radius_km=1.9,
        grid=0.5,
        population=5_200,
    ),
    Town(
        id="tarn", name="Tarn Harbor", place="town", at=(12.0, 9.0), radius_km=1.8, grid=0.4, population=4_600
    ),
    Town(id="sallow", name="Sallow", place="town", at=(5.4, -9.8), radius_km=1.9, grid=0.6, population=5_900),
    Town(id="hobcross", name="Hobcross", place="village", at=(-13.7, 9.0), radius_km=1.2),
    Town(id="garrow", name="Garrow", place="village", at=(-2.6, -10.6), radius_km=1.1),
    Town(id="upperwick", name="Upper Wick", place="village", at=(15.2, -8.8), radius_km=1.3),
    Town(id="brindle", name="Brindle Gap", place="village", at=(4.4, 11.8), radius_km=1.1),
    Town(id="lowmoor", name="Lowmoor", place="village", at=(-14.9, -9.9), radius_km=1.2),
    Town(id="ketterby", name="Ketterby", place="village", at=(-6.6, 11.2), radius_km=1.0),
    Town(id="aldmoor", name="Aldmoor", place="village", at=(16.3, 0.7), radius_km=1.3),
)

RIVER_NAME: Final = "Wendle River"
RIVER: Final[tuple[Xy, ...]] = (
    (-23.0, -6.6), (-20.4, -7.3), (-18.3, -5.2), (-15.9, -5.7), (-14.0, -7.3), (-11.7, -6.3), (-10.4, -3.9),
    (-8.4, -3.5), (-6.6, -2.95), (-4.9, -3.9), (-3.0, -4.9), (-1.4, -3.6), (0.4, -2.5), (2.6, -2.3),
    (4.4, -3.3), (6.2, -4.4), (8.2, -3.9), (9.6, -2.2), (11.5, -1.6), (13.2, -2.8), (15.0, -4.4),
    (17.3, -3.9), (19.4, -5.3), (23.0, -5.0),
)  # fmt: skip

LAKE_NAME: Final = "Tarn Lake"
LAKE: Final[tuple[Xy, ...]] = (
    (12.9, 10.6), (12.6, 9.7), (13.2, 8.9), (13.4, 7.8), (14.4, 7.2), (15.5, 7.9), (15.8, 9.2),
        (16.7, 10.3),
    (16.2, 11.4), (14.9, 11.2), (13.9, 11.6),
)  # fmt: skip

CREEKS: Final[tuple[tuple[str, tuple[Xy, ...]], ...]] = (
    ("Fen Creek", ((-15.6, 13.6), (-12.2, 6.9), (-14.2, 3.6), (-13.4, -1.2), (-12.2, -5.9))),
    ("Dunmere Brook", ((-8.6, 13.4), (-7.4, 7.8), (-3.2, 4.0), (-3.6, 0.4), (-3.2, -4.6))),
    ("Norrick Run", ((1.6, 13.9), (3.0, 8.2), (5.6, 5.0), (7.0, 0.2), (7.4, -3.8))),
    ("Tarn Brook", ((13.6, 7.5), (13.0, 4.8), (12.9, 1.2), (12.3, -1.6))),
    ("Sallow Water", ((8.6, -14.2), (7.0, -11.2), (3.2, -8.2), (3.9, -6.0), (5.6, -4.3))),
    ("Garrow Beck", ((-6.4, -14.0), (-4.4, -10.0), (-4.6, -6.8), (-3.2, -5.0))),
    ("Wick Burn", ((18.8, -13.4), (16.6, -10.2), (17.4, -6.6), (17.0, -4.1))),
)  # fmt: skip

MOTORWAY_NAME: Final = "Valley Expressway"
MOTORWAY_REF: Final = "MV 1"
MOTORWAY: Final[tuple[Xy, ...]] = (
    (-22.0, 8.6), (-18.0, 7.0), (-14.5, 6.3), (-11.0, 5.6), (-8.2, 3.4), (-5.0, 2.3), (-1.6, 3.3),
        (2.0, 4.2),
    (5.2, 3.6), (7.2, 1.5), (8.3, -1.4), (9.3, -4.2), (9.4, -7.4), (11.3, -10.6), (15.6, -13.0),
        (18.5, -15.6),
)  # fmt: skip

INTERCHANGES: Final[tuple[tuple[str, Xy], ...]] = (
    ("1", (-14.6, 6.3)), ("2", (-9.2, 4.3)), ("3", (-5.6, 2.4)), ("4", (1.4, 4.1)), ("5", (7.0, 1.9)),
    ("6", (9.3, -6.6)), ("7", (12.4, -11.3)),
)  # fmt: skip
"""Where a road meets the motorway with ramps: exit number and about where."""

OVERPASSES: Final[tuple[Xy, ...]] = (
    (-17.6, 6.9), (-12.0, 5.9), (-7.3, 2.8), (-2.6, 2.9), (4.0, 4.1), (8.0, -0.4), (9.8, -8.6),
)  # fmt: skip

BRIDGES: Final[tuple[tuple[str, str, Xy], ...]] = (
    ("quillford", "Quillford Bridge", (-16.6, -5.5)),
    ("market", "Market Bridge", (1.7, -2.3)),
    ("foundry", "Foundry Bridge", (4.6, -3.4)),
    ("aldmoor", "Aldmoor Bridge", (14.8, -4.3)),
)
"""The only roads over the river beside the motorway's own bridge: id, name and about where."""

HUBS: Final[dict[str, Xy]] = {town.id: town.at for town in TOWNS} | {
    "west": (-20.5, 0.9), "east": (20.5, 1.6), "north": (3.2, 14.5), "northwest": (-7.4, 14.5),
    "northeast": (16.2, 14.5), "south": (4.2, -14.5), "southwest": (-15.8, -14.5), "southmid": (-3.6, -14.5),
    "southeast": (20.5, -9.6), "farwest": (-20.5, -10.4), "hobwest": (-20.5, 10.6),
}  # fmt: skip

# (class, ref, name, the hubs and gates it passes in order). Gates are "exit:<n>" and "bridge:<id>".
ARTERIALS: Final[tuple[tuple[str, str, str, tuple[str, ...]], ...]] = (
    ("trunk", "R 4", "Valley Pike",
        ("west", "cedar", "harlow", "marlow", "exit:5", "emberton", "aldmoor", "east")),
    ("trunk", "R 11", "Norrick Pike", ("north", "brindle", "norrick", "exit:4", "marlow")),
    ("trunk", "R 11", "Sallow Pike", ("marlow", "bridge:market", "southbank", "sallow", "south")),
    ("primary", "R 20", "Dunmere Road", ("harlow", "exit:3", "dunmere", "ketterby", "northwest")),
    ("primary", "R 27", "Fen Road",
        ("hobcross", "exit:1", "cedar", "quillford", "bridge:quillford", "lowmoor", "southwest")),
    ("primary", "R 33", "South Bank Road", ("southbank", "pellam", "lowmoor", "farwest")),
    ("primary", "R 36", "Tarn Road", ("emberton", "tarn", "northeast")),
    ("primary", "R 40", "Foundry Road", ("marlow", "bridge:foundry", "exit:6", "upperwick", "southeast")),
    ("secondary", "", "Dunmere Cross Road", ("cedar", "exit:2", "dunmere")),
    ("secondary", "", "Hill Road", ("dunmere", "norrick")),
    ("secondary", "", "Norrick–Emberton Road", ("norrick", "emberton")),
    ("secondary", "", "Old Valley Road", ("hobwest", "hobcross", "ketterby", "brindle", "tarn")),
    ("secondary", "", "Aldmoor Road", ("tarn", "aldmoor", "bridge:aldmoor", "upperwick")),
    ("secondary", "", "Wick Road", ("upperwick", "exit:7", "sallow")),
    ("secondary", "", "Garrow Road", ("pellam", "garrow", "sallow")),
    ("secondary", "", "Garrow Hill Road", ("garrow", "southmid")),
    ("secondary", "", "River Road", ("harlow", "quillford")),
    ("secondary", "", "Moor Road", ("garrow", "lowmoor")),
    ("secondary", "", "Southbank Road", ("southbank", "bridge:foundry")),
)  # fmt: skip

COUNTY: Final[tuple[Xy, ...]] = (
    (-18.7, 12.3), (-3.4, 13.3), (6.2, 13.45), (18.5, 12.8), (19.35, 5.0), (19.6, -7.6), (18.9, -12.6),
        (9.8, -13.4),
    (-8.4, -13.5), (-17.8, -13.0), (-19.5, -8.0), (-19.65, -1.0), (-19.4, 7.0),
)  # fmt: skip
"""The county line; convex, so that whatever lies between two jurisdictions lies in one."""

# Limits of the jurisdictions but for the county's remainder; earlier wins where two overlap. The words
# say which side is kept of the river's centre line (north, south) and of the motorway (inner, outer).
LIMITS: Final[tuple[tuple[str, str, tuple[Xy, ...]], ...]] = (
    ("harlow", "north inner", ((-9.3, 0.5), (-8.9, 2.0), (-8.4, 3.9), (-3.9, 4.2), (-3.6, 0.6),
        (-3.9, -1.2),
                               (-3.3, -2.6), (-3.4, -6.0), (-9.4, -6.0), (-9.2, -2.2))),
    ("marlow", "inner", ((-3.6, 0.6), (-3.9, 4.2), (0.4, 6.0), (6.0, 6.0), (10.5, -0.6), (10.5, -4.4),
        (8.4, -4.9),
                         (6.4, -5.2), (5.4, -7.0), (2.8, -7.4), (-0.6, -7.0), (-1.6, -5.6),
                         (-2.4, -4.6), (-3.3, -4.4),
                         (-3.3, -2.6), (-3.9, -1.2))),
    ("cedar", "north inner", ((-9.3, 0.5), (-8.9, 2.0), (-8.4, 3.9), (-9.4, 7.0), (-13.8, 7.4),
        (-14.9, 4.8),
                              (-14.6, 2.2), (-14.9, 0.4), (-13.0, -0.6), (-11.2, -0.9), (-9.2, -0.9))),
    ("dunmere", "outer", ((-9.4, 4.2), (-8.0, 0.8), (-3.0, 0.8), (-2.7, 3.0), (-2.2, 5.0), (-2.5, 7.4),
        (-4.4, 8.2),
                          (-6.8, 8.3), (-8.2, 7.0), (-8.6, 5.4))),
    ("norrick", "outer", ((-2.7, 3.0), (-2.6, 1.6), (4.2, 2.6), (4.6, 5.6), (3.8, 7.6), (3.4, 9.2),
        (1.0, 9.6),
                          (-1.4, 9.0), (-2.5, 7.4), (-2.2, 5.0))),
    ("emberton", "outer", ((4.2, 2.6), (7.0, -1.0), (8.2, -2.0), (10.2, -1.1), (12.6, -0.8),
        (13.4, 1.2), (13.3, 4.0),
                           (12.6, 6.2), (9.6, 6.6), (7.2, 6.2), (4.6, 5.6))),
    ("pellam", "south", ((-11.6, -1.0), (-3.2, -1.0), (-3.3, -4.4), (-2.4, -4.6), (-1.6, -5.6),
        (-2.0, -7.4), (-4.6, -8.4),
                         (-9.2, -8.6), (-12.0, -7.9), (-12.4, -5.6), (-10.8, -4.6))),
    ("quillford", "north", ((-21.3, -1.0), (-14.9, 0.4), (-13.0, -0.6), (-11.2, -0.9), (-9.2, -0.9),
        (-9.2, -2.2),
                            (-9.4, -6.0), (-12.4, -9.0), (-20.4, -9.0), (-22.0, -4.0))),
    ("tarn", "outer", ((6.2, 15.0), (6.4, 9.4), (7.2, 6.2), (9.6, 6.6), (12.6, 6.2), (13.3, 4.0),
        (21.0, 4.6), (21.0, 15.0))),
    ("sallow", "south inner", ((5.4, -7.0), (6.4, -5.2), (8.4, -4.9), (10.5, -4.4), (11.3, -8.6),
        (16.4, -15.0),
                               (0.4, -15.0), (0.0, -9.6), (-0.6, -7.0), (2.8, -7.4))),
)  # fmt: skip
