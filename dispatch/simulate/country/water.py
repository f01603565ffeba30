"""Relief, river, lake, islands and creeks."""

from dataclasses import dataclass

import numpy as np
import shapely

from dispatch.simulate.country import plan
from dispatch.simulate.country.plane import Array, Field, noise, normals, smooth_curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Water:
    """All that is wet. Shapes are in metres."""

    river_line: shapely.LineString
    river: shapely.Polygon
    islands: tuple[shapely.Polygon, ...]
    lake: shapely.Polygon
    creeks: tuple[tuple[str, shapely.LineString], ...]
    ponds: tuple[shapely.Polygon, ...]

    def area(self) -> shapely.Geometry:
        """Everything a road cannot stand in, islands included."""
        return shapely.union_all([self.river, self.lake, *self.ponds])


def km(points: tuple[plan.Xy, ...]) -> Array:
    """A sketch in kilometres as metres, shape (n, 2)."""
    return np.array(points, dtype=np.float64) * plan.KM


def lay_water(rng: np.random.Generator) -> Water:
    """River with its meanders and width, islands, lake and creeks."""
    line, half_width = _river(rng)
    across: Array = normals(line) * half_width[:, None]
    left, right = line + across, line - across
    river = shapely.Polygon(np.vstack([left, right[::-1]])).buffer(0)
    centre = shapely.LineString(line)
    lake = _wobbly(rng, km(plan.LAKE), amplitude_m=140.0)
    creeks = tuple((name, _creek(rng, km(course), river, lake)) for name, course in plan.CREEKS)
    return Water(
        river_line=centre,
        river=river,
        islands=_islands(line, half_width),
        lake=lake,
        creeks=creeks,
        ponds=_ponds(rng),
    )


def _river(rng: np.random.Generator) -> tuple[Array, Array]:
    line = smooth_curve(km(plan.RIVER), step_m=60.0)
    along: Array = np.arange(len(line), dtype=np.float64) * 60.0
    bend = noise(rng, wavelength_m=3200.0)(along, np.zeros_like(along))
    line = line + normals(line) * (110.0 * bend)[:, None]
    wide = noise(rng, wavelength_m=4200.0)(along, np.full_like(along, 9e3))
    half_width = 150.0 + 40.0 * wide + 30.0 * np.clip(along / along[-1], 0, 1)
    return line, np.clip(half_width, 105.0, 235.0) + _swelling(line)


ISLANDS: tuple[tuple[plan.Xy, float], ...] = (
    ((-12.9, -7.0), 800.0),
    ((6.9, -4.3), 1100.0),
    ((11.2, -1.6), 640.0),
)


def _swelling(line: Array) -> Array:
    """Extra half width beside the islands, so that the water can pass them."""
    extra = np.zeros(len(line))
    for at, length in ISLANDS:
        distance = np.hypot(*(line - np.array(at) * plan.KM).T)
        extra += 115.0 * np.exp(-((distance / (length * 0.9)) ** 2))
    return extra


def _islands(line: Array, half_width: Array) -> tuple[shapely.Polygon, ...]:
    out = []
    for at, length in ISLANDS:
        nearest = int(np.argmin(np.hypot(*(line - np.array(at) * plan.KM).T)))
        reach = int(length / 60.0 / 2)
        part = slice(nearest - reach, nearest + reach + 1)
        taper = np.sin(np.linspace(0, np.pi, 2 * reach + 1)) ** 0.8
        width = (half_width[part] * 0.4 * taper)[:, None]
        side = normals(line[part])
        ring = np.vstack([line[part] + side * width * 1.2, (line[part] - side * width * 0.8)[::-1][1:-1]])
        out.append(shapely.Polygon(ring).buffer(0))
    return tuple(out)


def _wobbly(rng: np.random.Generator, ring: Array, *, amplitude_m: float) -> shapely.Polygon:
    shore = smooth_curve(ring, step_m=50.0, closed=True)[:-1]
    wobble = noise(rng, wavelength_m=900.0)(shore[:, 0], shore[:, 1])
    out = shore - shore.mean(axis=0)
    out /= np.hypot(out[:, 0], out[:, 1])[:, None]
    return shapely.Polygon(shore + out * (amplitude_m * wobble)[:, None]).buffer(0)


def _creek(
    rng: np.random.Generator, course: Array, river: shapely.Polygon, lake: shapely.Polygon
) -> shapely.LineString:
    line = smooth_curve(course, step_m=70.0)
    bend = noise(rng, wavelength_m=800.0)(line[:, 0], line[:, 1])
    bend_wide = noise(rng, wavelength_m=2600.0)(line[:, 0], line[:, 1])
    taper = np.clip(np.minimum(np.arange(len(line)), np.arange(len(line))[::-1]) / 12.0, 0, 1)
    line = line + normals(line) * (taper * (70.0 * bend + 190.0 * bend_wide))[:, None]
    dry = shapely.LineString(line).difference(shapely.union(river, lake))
    parts = list(dry.geoms) if dry.geom_type == "MultiLineString" else [dry]
    return max(parts, key=lambda part: part.length)


def _ponds(rng: np.random.Generator) -> tuple[shapely.Polygon, ...]:
    spots = ((-10.2, -10.9), (-16.9, 3.6), (8.6, 10.8), (16.9, -6.2), (-1.2, 11.9), (-18.0, -3.4))
    out = []
    for x, y in spots:
        turn = np.linspace(0, 2 * np.pi, 9)[:-1]
        radius = rng.uniform(110, 190) * rng.uniform(0.7, 1.2, 8)
        ring = np.column_stack(
            [x * plan.KM + 1.5 * radius * np.cos(turn), y * plan.KM + radius * np.sin(turn)]
        )
        out.append(_wobbly(rng, ring, amplitude_m=18.0))
    return tuple(out)


def relief(rng: np.random.Generator, river_line: shapely.LineString) -> Field:
    """Height in metres: a broad valley floor along the river, hills that grow away from it."""
    broad, middle = noise(rng, wavelength_m=7500.0), noise(rng, wavelength_m=2600.0)
    spine = shapely.simplify(river_line, 40.0)
    shapely.prepare(spine)

    def height(x: Array, y: Array) -> Array:
        away = shapely.distance(shapely.points(x, y), spine)
        rise = 1.0 - np.exp(-((away / 5200.0) ** 2))
        return np.asarray(170.0 * rise + rise * (95.0 * broad(x, y) + 42.0 * middle(x, y)))

    return height
