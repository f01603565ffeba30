"""The roads that tie the region together: arterials along the plan, then the rural web between them."""

from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay, cKDTree

from dispatch.simulate.country import plan
from dispatch.simulate.country.ground import Ground
from dispatch.simulate.country.limits import county
from dispatch.simulate.country.motorway import gate_roads
from dispatch.simulate.country.plane import HALF_HEIGHT_M, HALF_WIDTH_M, Array
from dispatch.simulate.country.road import RANK, Road, planarise, rounded, shapes


@dataclass(slots=True)
class Trails:
    """Edges between cells with the best (class, ref, name) that runs over each, and over each gate."""

    edges: dict[tuple[int, int], tuple[str, str, str]] = field(default_factory=dict)
    gates: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def lay(self, ground: Ground, cells: list[int], sort: tuple[str, str, str]) -> None:
        """Add a path's edges; the better class wins where two share ground."""
        crossings = {frozenset(pair): gate_id for gate_id, pair in ground.gate_cells.items()}
        for a, b in pairwise(cells):
            gate_id = crossings.get(frozenset((a, b)))
            if gate_id is not None:
                old = self.gates.get(gate_id)
                self.gates[gate_id] = old if old and RANK[old[0]] <= RANK[sort[0]] else sort
                continue
            edge = (min(a, b), max(a, b))
            known = self.edges.get(edge)
            self.edges[edge] = known if known and RANK[known[0]] <= RANK[sort[0]] else sort
        ground.lay(cells)


def lay_arterials(ground: Ground, trails: Trails) -> None:
    """Every road of the plan, in the plan's order."""
    for kind, ref, name, stops in plan.ARTERIALS:
        at = None
        for stop in stops:
            if ":" in stop:
                ends = ground.gate_cells[stop]
                if at is None:
                    at = ends[0]
                    continue
                near, far = sorted(ends, key=partial(_squared, ground, at))
                _connect(ground, trails, at, near, (kind, ref, name))
                if stop != stops[-1]:
                    trails.lay(ground, [near, far], (kind, ref, name))
                    at = far
                continue
            goal = ground.cell(np.array(plan.HUBS[stop]) * plan.KM)
            if at is not None:
                _connect(ground, trails, at, goal, (kind, ref, name))
            at = goal


def _squared(ground: Ground, a: int, b: int) -> float:
    return float(((ground.at(a) - ground.at(b)) ** 2).sum())


def _connect(ground: Ground, trails: Trails, a: int, b: int, sort: tuple[str, str, str]) -> None:
    found = ground.path(a, b, gates=False) or ground.path(a, b, gates=False, margin_m=60_000.0)
    if found is None:
        raise ValueError(f"the plan asks for a road that the ground does not allow: {sort[2]}")
    trails.lay(ground, found[0], sort)


def lay_rural_web(ground: Ground, trails: Trails, rng: np.random.Generator, *, spacing_m: float) -> None:
    """Country roads between scattered farmsteads and the nearest roads, shortest wishes first."""
    points = _scatter(ground, rng, spacing_m)
    hubs = np.array([np.array(town.at) * plan.KM for town in plan.TOWNS])
    sites = np.vstack(
        [points, hubs, *[gate.line[[0, -1]] for gate in ground.gates.values() if gate.id.startswith("over:")]]
    )
    pairs = sorted(_gabriel(sites), key=lambda p: (float(np.hypot(*(sites[p[0]] - sites[p[1]]))), p))
    for i, j in pairs:
        straight = float(np.hypot(*(sites[i] - sites[j])))
        if straight > 2.3 * spacing_m or rng.random() < 0.1:
            continue
        found = ground.path(ground.cell(sites[i]), ground.cell(sites[j]), margin_m=1200.0)
        if found is None or found[1] > 3.6 * straight:
            continue
        kind = "tertiary" if rng.random() < 0.3 else "unclassified"
        trails.lay(ground, found[0], (kind, "", ""))


def _scatter(ground: Ground, rng: np.random.Generator, spacing_m: float) -> Array:
    core = county().buffer(-300.0)
    shapely.prepare(core)
    kept: list[Array] = []
    towns = [(np.array(town.at) * plan.KM, town.radius_km * plan.KM * 0.72) for town in plan.TOWNS]
    limit = np.array([HALF_WIDTH_M - 900.0, HALF_HEIGHT_M - 700.0])
    for _ in range(6000):
        point = rng.uniform(-1, 1, 2) * limit
        if ground.blocked.flat[ground.cell(point)] or not shapely.contains_xy(core, *point):
            continue
        if any(np.hypot(*(point - at)) < radius for at, radius in towns):
            continue
        if all(np.hypot(*(point - other)) > spacing_m for other in kept):
            kept.append(point)
    return np.array(kept)


def _gabriel(sites: Array) -> list[tuple[int, int]]:
    tree = cKDTree(sites)
    pairs = set()
    for a, b, c in Delaunay(sites).simplices:
        for i, j in ((a, b), (b, c), (a, c)):
            middle = (sites[i] + sites[j]) / 2
            radius = float(np.hypot(*(sites[i] - sites[j]))) / 2
            nearest = tree.query(middle)[0]
            if nearest >= radius * 0.82:
                pairs.add((int(min(i, j)), int(max(i, j))))
    return sorted(pairs)


def trails_to_roads(ground: Ground, trails: Trails, keep_out: shapely.Geometry) -> list[Road]:
    """Smooth lines between the places where trails meet, end or change their class, with the gates' roads."""
    cells = sorted({cell for edge in trails.edges for cell in edge})
    number = {cell: i for i, cell in enumerate(cells)}
    start = np.array([ground.at(cell) for cell in cells])
    links = np.array([(number[a], number[b]) for a, b in sorted(trails.edges)])
    pinned = np.array([cell in ground.place for cell in cells])
    edge_of = np.any(np.abs(start) >= np.array([HALF_WIDTH_M, HALF_HEIGHT_M]) - 1.0, axis=1)
    smooth = _relax(start, links, pinned | edge_of, keep_out)
    roads = [
        road
        for gate_id, (kind, ref, name) in sorted(trails.gates.items())
        for road in gate_roads(ground.gates[gate_id], kind, name, ref)
    ]
    for chain, (kind, ref, name) in _chains(trails, pinned, cells, number):
        road = Road(line=_curve(smooth[chain]), kind=kind, ref=ref, name=name)
        if road.length_m > 1.0:
            roads.append(road)
    return roads


def _relax(start: Array, links: NDArray[np.int64], pinned: Array, keep_out: shapely.Geometry) -> Array:
    degree = np.bincount(links.ravel(), minlength=len(start))[:, None]
    at = start.copy()
    for _ in range(14):
        pull = np.zeros_like(at)
        np.add.at(pull, links[:, 0], at[links[:, 1]])
        np.add.at(pull, links[:, 1], at[links[:, 0]])
        moved = at + 0.55 * (pull / degree - at)
        moved[pinned | (degree[:, 0] == 1)] = at[pinned | (degree[:, 0] == 1)]
        wet = shapely.contains_xy(keep_out, moved[:, 0], moved[:, 1])
        moved[wet] = at[wet]
        at = moved
    return at


def _chains(
    trails: Trails, pinned: Array, cells: list[int], number: dict[int, int]
) -> list[tuple[list[int], tuple[str, str, str]]]:
    beside: dict[int, list[tuple[int, tuple[str, str, str]]]] = {i: [] for i in range(len(cells))}
    for (a, b), sort in sorted(trails.edges.items()):
        beside[number[a]].append((number[b], sort))
        beside[number[b]].append((number[a], sort))
    knots = {i for i, near in beside.items() if len(near) != 2 or pinned[i] or near[0][1] != near[1][1]}
    used: set[tuple[int, int]] = set()
    out = []
    for knot in sorted(knots):
        for neighbour, sort in beside[knot]:
            if (knot, neighbour) in used:
                continue
            chain = [knot, neighbour]
            while chain[-1] not in knots:
                chain.append(next(n for n, _ in beside[chain[-1]] if n != chain[-2]))
            used |= {(chain[0], chain[1]), (chain[-1], chain[-2])}
            out.append((chain, sort))
    return out


def _curve(points: Array) -> Array:
    if len(points) < 3:
        return rounded(points)
    for _ in range(2):
        before, after = points[:-1], points[1:]
        corners = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(
            -1, 2
        )
        points = np.vstack([points[:1], corners[1:-1], points[-1:]])
    return rounded(np.asarray(shapely.LineString(points).simplify(2.5).coords))


def inside_county(roads: list[Road]) -> list[Road]:
    """The roads, cut at the county line, without what lies beyond."""
    # A little inside, so that no road's end falls beyond the line when degrees are rounded.
    area = county().buffer(-3.0)
    shapely.prepare(area)
    border = Road(line=rounded(np.asarray(area.exterior.coords)), kind="border")
    pieces = [road for road in planarise([*roads, border]) if road.kind != "border"]
    middle = shapely.line_interpolate_point(shapes(pieces), 0.5, normalized=True)
    return [road for road, home in zip(pieces, shapely.contains(area, middle), strict=True) if home]
