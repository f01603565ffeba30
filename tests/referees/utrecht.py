"""The province of Utrecht as Jagtenberg's dispatch study served it, as far as a handful of facts goes.

Bases, how many ambulances each has, and hospitals: JEMSS (uoa-ems-research/JEMSS.jl, Apache-2.0,
data/cities/utrecht/models/1: stations_1.csv and ambulances_1.csv at commit 44ae56f, hospitals_1.csv at
commit 8472674), which names Jagtenberg's thesis (VU Amsterdam, 2017) as its source. Rounded to 3 digits.

Where calls come from is ours: the study used the people of each postcode, which are not ours to pass on.
Here every town is a bell of people around its centre, on a grid of two kilometres, over a thin even
background; centres and people (thousands, about 2013) are round figures of general knowledge.
"""

import numpy as np

from dispatch.aid.advice.grid import Floats

LON_KM, LAT_KM = 68.35, 111.32
"""Kilometres of a degree at 52.12 N."""

BASES = (
    # longitude, latitude, ambulances
    (5.068, 52.028, 2),  # Nieuwegein
    (4.892, 52.082, 1),  # Woerden
    (5.115, 52.109, 1),  # Utrecht, north
    (5.138, 52.082, 1),  # Utrecht, centre
    (5.035, 52.122, 1),  # Maarssen
    (4.933, 52.217, 1),  # Vinkeveen
    (5.261, 52.091, 0),  # Zeist
    (5.384, 52.152, 1),  # Amersfoort, centre
    (5.407, 52.190, 1),  # Amersfoort, north
    (5.544, 52.003, 2),  # Rhenen and Veenendaal
    (5.338, 52.034, 1),  # Doorn
    (5.453, 52.002, 1),  # Amerongen
    (5.277, 52.215, 1),  # Baarn
    (5.160, 52.024, 1),  # Houten
    (4.929, 52.030, 1),  # Montfoort
    (5.278, 52.121, 1),  # Soesterberg
    (4.913, 52.164, 1),  # Wilnis
    (5.424, 52.075, 1),  # Woudenberg
)

HOSPITALS = (
    (5.277, 52.215),
    (5.123, 52.115),
    (5.180, 52.086),
    (5.082, 52.025),
    (5.294, 52.175),
    (5.058, 52.103),
    (4.892, 52.079),
    (5.139, 52.082),
    (5.369, 52.171),
)

TOWNS = (
    # longitude, latitude, thousands of people
    (5.121, 52.091, 285),  # Utrecht
    (5.040, 52.105, 35),  # Utrecht, west
    (5.388, 52.156, 150),  # Amersfoort
    (5.559, 52.029, 63),  # Veenendaal
    (5.091, 52.029, 61),  # Nieuwegein
    (5.233, 52.091, 61),  # Zeist
    (4.883, 52.085, 36),  # Woerden
    (4.963, 52.092, 10),  # Harmelen
    (5.168, 52.028, 48),  # Houten
    (5.292, 52.173, 39),  # Soest
    (5.292, 52.118, 6),  # Soesterberg
    (5.042, 52.135, 39),  # Maarssen
    (5.000, 52.173, 15),  # Breukelen
    (4.863, 52.207, 17),  # Mijdrecht
    (4.933, 52.215, 10),  # Vinkeveen
    (4.900, 52.195, 6),  # Wilnis
    (4.970, 52.273, 9),  # Abcoude
    (5.346, 52.033, 10),  # Doorn
    (5.283, 52.053, 18),  # Driebergen
    (5.428, 52.013, 8),  # Leersum
    (5.460, 52.003, 6),  # Amerongen
    (5.370, 52.065, 5),  # Maarn
    (5.206, 52.128, 22),  # Bilthoven
    (5.180, 52.110, 11),  # De Bilt
    (5.175, 52.155, 9),  # Maartensdijk
    (5.342, 51.975, 23),  # Wijk bij Duurstede
    (5.043, 52.020, 34),  # IJsselstein
    (5.288, 52.212, 24),  # Baarn
    (5.379, 52.243, 20),  # Bunschoten
    (5.432, 52.133, 29),  # Leusden
    (5.568, 51.959, 19),  # Rhenen
    (5.092, 51.993, 19),  # Vianen
    (4.946, 51.973, 14),  # Lopik
    (4.953, 52.046, 14),  # Montfoort
    (4.868, 52.025, 10),  # Oudewater
    (5.416, 52.081, 12),  # Woudenberg
    (5.198, 52.067, 14),  # Bunnik
    (5.540, 52.073, 5),  # Renswoude
    (5.258, 52.253, 9),  # Eemnes
)

CELL_KM = 2.0
BACKGROUND = 0.05
"""Share of the calls that come from everywhere alike."""
EDGE_KM = 6.0
"""A cell farther from all towns is not of the province."""

SPEED_KMH = 60.0
DETOUR = 1.3


def kilometres(degrees: Floats) -> Floats:
    """(n, 2) longitude and latitude as kilometres east and north."""
    return degrees[:, :2] * np.array([LON_KM, LAT_KM])


def cells() -> tuple[Floats, Floats]:
    """Cells (n, 2) in kilometres, and their share of the calls (n,)."""
    towns = np.array(TOWNS)
    at, people = kilometres(towns), towns[:, 2]
    low, high = at.min(axis=0) - EDGE_KM, at.max(axis=0) + EDGE_KM
    east, north = (np.arange(a, b, CELL_KM) for a, b in zip(low, high, strict=True))
    grid = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
    distance = np.hypot(*(grid[:, None] - at[None]).transpose(2, 0, 1))
    grid, distance = grid[distance.min(axis=1) <= EDGE_KM], distance[distance.min(axis=1) <= EDGE_KM]
    spread = 0.8 + 0.08 * np.sqrt(people)
    bell = np.exp(-(distance**2) / (2 * spread**2))
    weight = (bell / bell.sum(axis=0) * people).sum(axis=1)
    return grid, (1 - BACKGROUND) * weight / weight.sum() + BACKGROUND / len(weight)


def seconds(source: Floats, target: Floats) -> Floats:
    """(sources, targets): a straight line, longer by ``DETOUR``, at ``SPEED_KMH``."""
    far = np.hypot(*(source[:, None] - target[None]).transpose(2, 0, 1))
    driven: Floats = far * DETOUR / SPEED_KMH * 3600
    return driven
