"""Where people live: how dense each place is, and the collector roads that divide a town into quarters."""

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dispatch.simulate.country import plan
from dispatch.simulate.country.plane import Array, noise
from dispatch.simulate.country.road import Road, drop_thin_faces, planarise, prune, rounded, shapes

COLLECTOR_SPACING_M = 610.0
SPRAWL_ALONG_ROADS = 0.24


class Towns:
    """Density over the plane: 1 in a town's centre, 0 where its streets end, negative in the country."""

    def __init__(self, rng: np.random.Generator, arterials: list[Road]) -> None:
        self.ragged = noise(rng, wavelength_m=1900.0)
        self.frayed = noise(rng, wavelength_m=520.0)
        self.angle = {town.id: float(rng.uniform(-0.6, 0.6)) for town in plan.TOWNS}
        dense = shapely.segmentize(shapes(arterials), 40.0)
        self.roadside = cKDTree(shapely.get_coordinates(dense))

    def density(self, x: Array, y: Array) -> tuple[Array, NDArray[np.int64]]:
        """Density and the index in ``plan.TOWNS`` of the town it comes from."""
        away = np.reshape(self.roadside.query(np.column_stack([np.ravel(x), np.ravel(y)]))[0], np.shape(x))
        edge = 1 + 0.2 * self.ragged(x, y) + 0.07 * self.frayed(x, y)
        ribbon = SPRAWL_ALONG_ROADS * np.exp(-away / 300.0)
        each = np.stack(
            [
                1 - np.hypot(x - t.at[0] * plan.KM, y - t.at[1] * plan.KM) / (t.radius_km * plan.KM) * edge
                for t in plan.TOWNS
            ]
        )
        each = np.where(each > -0.4, each + ribbon, each)
        return each.max(axis=0), each.argmax(axis=0)


def lay_collectors(
    rng: np.random.Generator, roads: list[Road], towns: Towns, keep_out: shapely.Geometry
) -> list[Road]:
    """The roads with collectors added: a coarse bent lattice per town, joined to what is there."""
    bend_x, bend_y = noise(rng, wavelength_m=2600.0), noise(rng, wavelength_m=2600.0)
    wave_x, wave_y = noise(rng, wavelength_m=1100.0), noise(rng, wavelength_m=1100.0)
    shapely.prepare(keep_out)
    collectors: list[Road] = []
    for index, town in enumerate(plan.TOWNS):
        spacing = COLLECTOR_SPACING_M * float(rng.uniform(0.9, 1.15))
        reach = int(town.radius_km * 1.25 * plan.KM / spacing) + 1
        bend = 150.0 * (1.1 - town.grid)
        for across in (0, 1):
            for row in range(-reach, reach + 1):
                kind = "tertiary" if rng.random() < 0.6 else "residential"
                steps = np.arange(-reach * 6, reach * 6 + 1) / 6.0
                shift = float(rng.uniform(-0.16, 0.16))
                u, v = steps * spacing, np.full(len(steps), (row + shift + 0.5) * spacing)
                if across:
                    u, v = v, u
                turn = towns.angle[town.id]
                x = town.at[0] * plan.KM + u * np.cos(turn) - v * np.sin(turn)
                y = town.at[1] * plan.KM + u * np.sin(turn) + v * np.cos(turn)
                line = np.column_stack(
                    [
                        x + 170 * bend_x(x, y) + bend * 0.5 * wave_x(x, y),
                        y + 170 * bend_y(x, y) + bend * 0.5 * wave_y(x, y),
                    ]
                )
                stroke = f"{town.id}:c{across}:{row}"
                collectors += _inhabited(line, index, towns, keep_out, kind, stroke)
    return _join(roads, collectors)


def _inhabited(
    line: Array, town: int, towns: Towns, keep_out: shapely.Geometry, kind: str, stroke: str
) -> list[Road]:
    density, whose = towns.density(line[:, 0], line[:, 1])
    good = (density > 0.06) & (whose == town) & ~shapely.contains_xy(keep_out, line[:, 0], line[:, 1])
    runs = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(int), [0]])))
    out = []
    for a, b in zip(runs[::2], runs[1::2], strict=True):
        if b - a >= 4:
            path = rounded(np.asarray(shapely.LineString(line[a:b]).simplify(2.0).coords))
            out.append(Road(line=path, kind=kind, stroke=stroke))
    return out


def _join(roads: list[Road], collectors: list[Road]) -> list[Road]:
    old = shapely.get_coordinates(
        shapely.segmentize(shapes([r for r in roads if r.kind != "motorway"]), 25.0)
    )
    tree = cKDTree(old)
    pieces = planarise([*roads, *collectors])
    kept = [piece for piece in pieces if not piece.stroke or not _doubles(piece, tree)]
    town_kinds = frozenset({"tertiary", "residential"})
    kept = [r for r in kept if not r.stroke] + prune_strokes([r for r in kept if r.stroke], kept, town_kinds)
    kept = drop_thin_faces(kept, area_m2=12_000.0, width_m=42.0)
    return prune(kept, shorter_than_m=260.0, kinds=town_kinds)


def prune_strokes(mine: list[Road], everything: list[Road], kinds: frozenset[str]) -> list[Road]:
    """Those of ``mine`` that are left when all dead ends among ``everything`` have been pruned."""
    left = prune(everything, shorter_than_m=420.0, kinds=kinds)
    alive = {id(road) for road in left}
    return [road for road in mine if id(road) in alive]


def _doubles(piece: Road, tree: cKDTree) -> bool:
    samples = shapely.get_coordinates(shapely.LineString(piece.line).segmentize(30.0))
    away = np.asarray(tree.query(samples)[0])
    return bool(len(samples) > 3 and (away < 120.0).mean() > 0.7)
