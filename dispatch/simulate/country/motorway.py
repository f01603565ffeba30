"""The motorway: two one-way carriageways, interchanges with ramps, and the roads that pass over it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from dispatch.simulate.country import plan
from dispatch.simulate.country.plane import Array, normals, smooth_curve
from dispatch.simulate.country.road import Road, rounded
from dispatch.simulate.country.water import Water, km

CARRIAGEWAY_OFFSET_M = 15.0
TERMINAL_OFFSET_M = 112.0
RAMP_LENGTH_M = 520.0
GATE_REACH_M = 160.0
CORRIDOR_M = 95.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The one way across a barrier. ``line`` runs from bank to bank; its ends are where roads may start.

    ``deck`` are the indices in ``line`` between which the bridge hangs; ``terminals`` are the indices
    of the ramps' junctions (empty without ramps).
    """

    id: str
    name: str
    line: Array
    deck: tuple[int, int]
    terminals: tuple[int, ...] = ()


def centre_line() -> Array:
    """The motorway's middle from county line to county line, shape (n, 2), about every 40 m."""
    line = smooth_curve(km(plan.MOTORWAY), step_m=40.0)
    home = shapely.contains_xy(shapely.Polygon(km(plan.COUNTY)).buffer(-25.0), line[:, 0], line[:, 1])
    return np.asarray(line[home])


def motorway_gates(centre: Array) -> tuple[Gate, ...]:
    """Interchanges ("exit:<n>") and overpasses ("over:<i>"), square to the motorway."""
    side = normals(centre)

    def gate(gate_id: str, at: plan.Xy, offsets: list[float], terminals: tuple[int, ...]) -> Gate:
        i = int(np.argmin(np.hypot(*(centre - np.array(at) * plan.KM).T)))
        line = centre[i] + np.outer(offsets, side[i])
        deck = (offsets.index(42.0), offsets.index(-42.0))
        return Gate(id=gate_id, name="", line=rounded(line), deck=deck, terminals=terminals)

    far, ramp = GATE_REACH_M, TERMINAL_OFFSET_M
    exits = [
        gate(f"exit:{number}", at, [far, ramp, 42.0, -42.0, -ramp, -far], (1, 4))
        for number, at in plan.INTERCHANGES
    ]
    overs = [gate(f"over:{i}", at, [far, 42.0, -42.0, -far], ()) for i, at in enumerate(plan.OVERPASSES)]
    return tuple(exits + overs)


def bridge_gates(water: Water) -> tuple[Gate, ...]:
    """The river's bridges, square to the stream."""
    line = np.asarray(water.river_line.coords)
    side = normals(line)
    out = []
    for bridge_id, name, at in plan.BRIDGES:
        i = int(np.argmin(np.hypot(*(line - np.array(at) * plan.KM).T)))
        across = shapely.LineString([line[i] - side[i] * 700.0, line[i] + side[i] * 700.0])
        wet = across.intersection(water.river)
        half = max(abs(across.project(shapely.Point(p)) - 700.0) for p in wet.coords) + 18.0
        far = half + 110.0
        points = rounded(line[i] + np.outer([far, half, -half, -far], side[i]))
        out.append(Gate(id=f"bridge:{bridge_id}", name=name, line=points, deck=(1, 2)))
    return tuple(out)


def gate_roads(gate: Gate, kind: str, name: str, ref: str) -> list[Road]:
    """The road through a gate, cut at its ramps' junctions and at the bridge's ends."""
    cuts = sorted({0, len(gate.line) - 1, *gate.deck, *gate.terminals})
    return [
        Road(
            line=gate.line[a : b + 1],
            kind=kind,
            name=gate.name if gate.name and (a, b) == gate.deck else name,
            ref=ref,
            bridge=(a, b) == gate.deck,
            fixed=True,
        )
        for a, b in pairwise(cuts)
    ]


def motorway_roads(centre: Array, gates: tuple[Gate, ...], water: Water) -> list[Road]:
    """Carriageways (one-way, cut at ramps, bridged over water) and ramps."""
    exits = [gate for gate in gates if gate.terminals]
    roads: list[Road] = []
    for direction in (1, -1):
        course = centre if direction == 1 else centre[::-1]
        right = -normals(course)
        lane = rounded(course + right * CARRIAGEWAY_OFFSET_M)
        cuts: dict[int, None] = {}
        for gate in exits:
            roads += _ramps(course, lane, right, gate, cuts)
        roads += _carriageway(lane, sorted(cuts), water)
    return roads


def _ramps(course: Array, lane: Array, right: Array, gate: Gate, cuts: dict[int, None]) -> list[Road]:
    middle = gate.line.mean(axis=0)
    i = int(np.argmin(np.hypot(*(course - middle).T)))
    reach = int(RAMP_LENGTH_M / 40.0)
    terminal = min((gate.line[t] for t in gate.terminals), key=lambda p: -float((p - course[i]) @ right[i]))
    out = []
    for leaving in (True, False):
        span = np.arange(i - reach, i) if leaving else np.arange(i + reach, i, -1)
        share = np.linspace(0.0, 1.0, len(span) + 1)[:-1]
        ease = share**2 * (3 - 2 * share)
        offset = CARRIAGEWAY_OFFSET_M + (TERMINAL_OFFSET_M - CARRIAGEWAY_OFFSET_M) * ease
        path = course[span] + right[span] * offset[:, None]
        path = np.vstack([lane[span[0]][None], path[1:-1], terminal[None]])
        cuts[int(span[0])] = None
        line = np.asarray(shapely.LineString(rounded(path if leaving else path[::-1])).simplify(0.5).coords)
        name = f"Exit {gate.id.split(':')[1]}" if leaving else ""
        out.append(Road(line=line, kind="motorway_link", name=name, oneway=True, fixed=True))
    return out


def _carriageway(lane: Array, cuts: list[int], water: Water) -> list[Road]:
    wet = shapely.contains_xy(water.river.buffer(60.0), lane[:, 0], lane[:, 1])
    edges = np.flatnonzero(np.diff(wet.astype(int)))
    marks = sorted({0, len(lane) - 1, *cuts, *(int(e) for e in edges)})
    return [
        Road(
            line=np.asarray(shapely.LineString(lane[a : b + 1]).simplify(0.8).coords),
            kind="motorway",
            name=plan.MOTORWAY_NAME,
            ref=plan.MOTORWAY_REF,
            oneway=True,
            bridge=bool(wet[a + 1 : b].any()),
            fixed=True,
        )
        for a, b in pairwise(marks)
    ]


def corridor(centre: Array, gates: tuple[Gate, ...]) -> shapely.Geometry:
    """Where no other road may lie: the motorway and its ramps."""
    strips = [shapely.LineString(centre).buffer(70.0)]
    for gate in gates:
        if not gate.terminals:
            continue
        i = int(np.argmin(np.hypot(*(centre - gate.line.mean(axis=0)).T)))
        reach = int(RAMP_LENGTH_M / 40.0)
        strips.append(
            shapely.LineString(centre[max(i - reach, 0) : i + reach]).buffer(TERMINAL_OFFSET_M + 25.0)
        )
    return shapely.union_all(strips)
