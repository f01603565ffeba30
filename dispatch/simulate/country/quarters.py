"""Streets inside the quarters that larger roads enclose: bent lattices that meet their rim in T-junctions.

A quarter near an old centre gets a close, nearly straight grid; one at the edge gets wide curves and
dead ends. Where density fades the lattice frays.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from dispatch.simulate.country import plan
from dispatch.simulate.country.plane import Array, Field, noise
from dispatch.simulate.country.road import RANK, Key, Road, cut, degrees, rounded, shapes
from dispatch.simulate.country.towns import Towns

SPARE_M = 36.0
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
REACH = (0.0, 0.34, 0.67, 1.0, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """How a quarter's streets run. ``grid`` as in ``plan.Town``; ``curl_m`` is how far lines stray."""

    angle: float
    long_m: float
    short_m: float
    grid: float
    curl_m: float
    kind: str = "residential"


class Rim:
    """The roads that quarters are fastened to, and the junctions already on them."""

    def __init__(self, roads: list[Road]) -> None:
        self.roads = roads
        self.lines = shapes(roads)
        self.tree = shapely.STRtree(self.lines)
        self.cuts: dict[int, list[tuple[float, Array]]] = defaultdict(list)
        self.joints: dict[Key, list[Array]] = defaultdict(list)
        for place, degree in degrees(roads).items():
            if degree != 2:
                self._remember(np.array(place) / 100.0)

    def _remember(self, vertex: Array) -> None:
        self.joints[int(vertex[0] // 60), int(vertex[1] // 60)].append(vertex)

    def _joints_near(self, vertex: Array) -> Iterator[Array]:
        column, row = int(vertex[0] // 60), int(vertex[1] // 60)
        for i in (column - 1, column, column + 1):
            for j in (row - 1, row, row + 1):
                yield from self.joints.get((i, j), ())

    def fasten(self, vertex: Array, course: Array) -> Array | None:
        """The vertex on the rim where a street arriving with ``course`` may join; None where it may not."""
        i = int(self.tree.nearest(shapely.Point(vertex)))
        road, line = self.roads[i], self.lines[i]
        if road.fixed or road.bridge:
            return None
        along = line.project(shapely.Point(vertex))
        ahead = np.asarray(line.interpolate(along + 4.0).coords[0]) - np.asarray(
            line.interpolate(along - 4.0).coords[0] if along > 4 else line.coords[0]
        )
        size = float(np.hypot(*ahead) * np.hypot(*course))
        if size < 1e-6 or abs(float(ahead @ course)) / size > 0.78:
            return None
        clear = 75.0 if RANK[road.kind] <= RANK["primary"] else 44.0
        for joint in self._joints_near(vertex):
            gap = float(np.hypot(*(joint - vertex)))
            if gap < 20.0 and any(joint is v for _, v in self.cuts[i]):
                return joint
            if gap < min(clear, 59.0):
                return None
        if not 12.0 < along < line.length - 12.0:
            return None
        exact = rounded(vertex)
        self.cuts[i].append((along, exact))
        self._remember(exact)
        return exact

    def cut_roads(self) -> list[Road]:
        """The rim's roads, cut where streets were fastened."""
        out: list[Road] = []
        for i, road in enumerate(self.roads):
            out += cut(road, self.cuts[i]) if self.cuts.get(i) else [road]
        return out


def fill_quarters(
    rng: np.random.Generator,
    roads: list[Road],
    towns: Towns,
    keep_out: shapely.Geometry,
    works: shapely.Geometry,
) -> tuple[list[Road], list[Road]]:
    """The rim roads, cut at their new junctions, and the streets of every inhabited quarter.

    Nothing is laid in ``keep_out``; quarters in ``works`` get the wide yards of industry.
    """
    rim = Rim(roads)
    faces = shapely.get_parts(shapely.polygonize(rim.lines))
    middle = shapely.get_coordinates(shapely.point_on_surface(faces))
    faces = faces[np.lexsort((np.round(middle[:, 1]), np.round(middle[:, 0])))]
    curl_x, curl_y = noise(rng, wavelength_m=640.0), noise(rng, wavelength_m=640.0)
    streets: list[Road] = []
    for number, face in enumerate(faces):
        inside = face.buffer(-SPARE_M).difference(keep_out)
        if inside.area < 6_000.0:
            continue
        pattern = _pattern(rng, face, towns)
        if pattern is not None:
            if works.contains(face.representative_point()):
                pattern = replace(pattern, long_m=300.0, short_m=215.0, grid=0.9, curl_m=8.0, kind="service")
            shapely.prepare(inside)
            shapely.prepare(face)
            streets += _Quarter(rng, face, inside, pattern, towns, (curl_x, curl_y), str(number)).streets(
                rim, keep_out
            )
    return rim.cut_roads(), streets


def _pattern(rng: np.random.Generator, face: shapely.Polygon, towns: Towns) -> Pattern | None:
    box = face.minimum_rotated_rectangle
    corners = np.asarray(box.exterior.coords)
    sides = np.diff(corners[:3], axis=0)
    longest = sides[int(np.argmax(np.hypot(sides[:, 0], sides[:, 1])))]
    samples = shapely.get_coordinates(face.segmentize(150.0))
    samples = np.vstack([samples, shapely.get_coordinates(face.representative_point())])
    density, whose = towns.density(samples[:, 0], samples[:, 1])
    if density.max() < 0.03:
        return None
    best = int(np.argmax(density))
    town = plan.TOWNS[int(whose[best])]
    core = float(np.clip(np.mean(density), 0, 1))
    grid = float(np.clip(town.grid * (0.35 + 1.1 * core) + rng.uniform(-0.25, 0.25), 0.05, 0.97))
    angle = float(np.arctan2(longest[1], longest[0])) if face.area < 1.6e6 else towns.angle[town.id]
    angle += float(rng.normal(0, 0.08))
    return Pattern(
        angle=angle,
        long_m=float(rng.uniform(118, 152) + 45 * (1 - core)),
        short_m=float(rng.uniform(82, 100) + 30 * (1 - core)),
        grid=grid,
        curl_m=62.0 * (1 - grid) + 5.0,
    )


class _Quarter:
    """One quarter under construction."""

    def __init__(
        self,
        rng: np.random.Generator,
        face: shapely.Polygon,
        inside: shapely.Geometry,
        pattern: Pattern,
        towns: Towns,
        curl: tuple[Field, Field],
        name: str,
    ) -> None:
        self.rng, self.face, self.inside, self.pattern = rng, face, inside, pattern
        self.curl, self.name = curl, name
        west, south, east, north = face.bounds
        self.middle = np.array([(west + east) / 2, (south + north) / 2]) + rng.uniform(-40, 40, 2)
        half = float(np.hypot(east - west, north - south)) / 2 + 100
        self.columns = int(half / pattern.long_m) + 1
        self.rows = int(half / pattern.short_m) + 1
        i, j = np.meshgrid(
            np.arange(-self.columns, self.columns + 1), np.arange(-self.rows, self.rows + 1), indexing="ij"
        )
        at = self.bent(i.ravel().astype(float), j.ravel().astype(float))
        density = towns.density(at[:, 0], at[:, 1])[0]
        frayed = density > np.where(towns.frayed(at[:, 0], at[:, 1]) > 0.35, 0.13, 0.015)
        open_land = shapely.contains_xy(inside, at[:, 0], at[:, 1])
        self.lived_in = (frayed & open_land).reshape(i.shape)
        self.open_land = open_land.reshape(i.shape)
        self.dense = density.reshape(i.shape)

    def bent(self, i: Array, j: Array) -> Array:
        """Lattice coordinates (may be fractions) to metres, shape (n, 2)."""
        u, v = i * self.pattern.long_m, j * self.pattern.short_m
        turn = self.pattern.angle
        x = self.middle[0] + u * np.cos(turn) - v * np.sin(turn)
        y = self.middle[1] + u * np.sin(turn) + v * np.cos(turn)
        curl = self.pattern.curl_m
        return np.column_stack([x + curl * self.curl[0](x, y), y + curl * self.curl[1](x, y)])

    def streets(self, rim: Rim, keep_out: shapely.Geometry) -> list[Road]:
        """The quarter's streets, each between two junctions (or a junction and a dead end)."""
        inner, lines, outward = self._edges()
        ties = self._ties(
            outward, shapely.STRtree([shapely.LineString(line) for line in lines]), rim, keep_out
        )
        kept = self._thinned(inner, {tie[0] for tie in ties})
        roads = [self._road(*inner[k], lines[k]) for k in kept]
        return roads + [road for _, road in ties]

    def _edges(self) -> tuple[list[tuple[int, int]], list[Array], list[tuple[int, int]]]:
        """Edges inside, their lines, and edges that leave (from a node inside to one outside)."""
        shape = self.lived_in.shape
        numbers = np.arange(self.lived_in.size).reshape(shape)
        inner: list[tuple[int, int]] = []
        lines: list[Array] = []
        outward: list[tuple[int, int]] = []
        for axis in (0, 1):
            a = numbers[:-1].ravel() if axis == 0 else numbers[:, :-1].ravel()
            b = numbers[1:].ravel() if axis == 0 else numbers[:, 1:].ravel()
            in_a, in_b = self.lived_in.ravel()[a], self.lived_in.ravel()[b]
            both = np.flatnonzero(in_a & in_b)
            bent = self._lines(a[both], b[both], STEPS)
            clear = shapely.contains_xy(self.inside, bent[:, 1:-1, 0], bent[:, 1:-1, 1]).all(axis=1)
            inner += [(int(a[k]), int(b[k])) for k in both[clear]]
            lines += list(bent[clear])
            one = np.flatnonzero(in_a ^ in_b)
            outward += [(int(a[k]), int(b[k])) if in_a[k] else (int(b[k]), int(a[k])) for k in one]
        return inner, lines, outward

    def _lines(self, a: Array, b: Array, shares: Sequence[float]) -> Array:
        """Lattice edges as bent lines: places at shares of each edge, shape (edges, shares, 2)."""
        width = self.lived_in.shape[1]
        i_a, j_a = np.divmod(np.asarray(a, dtype=np.int64), width)
        i_b, j_b = np.divmod(np.asarray(b, dtype=np.int64), width)
        along = np.asarray(shares)[None, :]
        i = i_a[:, None] + (i_b - i_a)[:, None] * along - self.columns
        j = j_a[:, None] + (j_b - j_a)[:, None] * along - self.rows
        return self.bent(i.ravel(), j.ravel()).reshape(len(i_a), len(shares), 2)

    def _stroke(self, a: int, b: int) -> str:
        width = self.lived_in.shape[1]
        return f"{self.name}:i{a % width}" if a % width == b % width else f"{self.name}:j{a // width}"

    def _road(self, a: int, b: int, line: Array) -> Road:
        path = shapely.LineString(rounded(line)).simplify(1.2)
        return Road(line=np.asarray(path.coords), kind=self.pattern.kind, stroke=self._stroke(a, b))

    def _ties(
        self, outward: list[tuple[int, int]], laid: shapely.STRtree, rim: Rim, keep_out: shapely.Geometry
    ) -> list[tuple[int, Road]]:
        """Streets from a lattice node out to the rim, as (node, road)."""
        if not outward:
            return []
        mine: list[shapely.LineString] = []
        ties = []
        pairs = np.array(outward)
        for (a, b), reach in zip(outward, self._lines(pairs[:, 0], pairs[:, 1], REACH), strict=True):
            hit = self._rim_hit(reach)
            if hit is None:
                continue
            path, vertex = hit
            line = shapely.LineString(path)
            if line.length > 1.5 * self.pattern.long_m or line.intersects(keep_out):
                continue
            probe = shapely.LineString([line.interpolate(3.0).coords[0], *list(line.coords)[1:]])
            if len(laid.query(probe, predicate="intersects")) or any(
                probe.dwithin(other, 14.0) for other in mine
            ):
                continue
            exact = rim.fasten(vertex, path[-1] - path[-2])
            if exact is None:
                continue
            path[-1] = exact
            mine.append(probe)
            ties.append((a, Road(line=rounded(path), kind=self.pattern.kind, stroke=self._stroke(a, b))))
        return ties

    def _rim_hit(self, reach: Array) -> tuple[Array, Array] | None:
        line = shapely.LineString(reach)
        crossing = line.intersection(self.face.boundary)
        points = shapely.get_coordinates(crossing)
        if not len(points):
            return None
        along = [line.project(shapely.Point(p)) for p in points]
        first = int(np.argmin(along))
        steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(reach, axis=0).T))])
        path = np.vstack([reach[steps < along[first] - 8.0], points[first][None]])
        if len(path) < 2:
            return None
        return rounded(path), rounded(points[first])

    def _thinned(self, inner: list[tuple[int, int]], tied: set[int]) -> list[int]:
        """Which lattice edges stay after cutting loops, only where the lattice reaches the rim."""
        if not inner or not tied:
            return []
        size = self.lived_in.size
        pairs = np.array(inner)
        width = self.lived_in.shape[1]
        lengthwise = (pairs[:, 0] % width) == (pairs[:, 1] % width)
        weight = self.rng.uniform(0.1, 1.0, len(pairs)) * np.where(lengthwise, 0.45, 1.0)
        graph = coo_matrix((weight, (pairs[:, 0], pairs[:, 1])), shape=(size, size)).tocsr()
        label = connected_components(graph, directed=False)[1]
        alive = {int(label[node]) for node in tied}
        tree = minimum_spanning_tree(graph).tocoo()
        spine = {(int(min(a, b)), int(max(a, b))) for a, b in zip(tree.row, tree.col, strict=True)}
        keep = 0.22 + 0.74 * self.pattern.grid
        lucky = self.rng.random(len(pairs)) < np.where(lengthwise, keep + 0.12, keep)
        return [
            k
            for k, ((a, b), chosen) in enumerate(zip(inner, lucky, strict=True))
            if int(label[a]) in alive and (chosen or (min(a, b), max(a, b)) in spine)
        ]
