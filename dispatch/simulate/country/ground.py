"""The ground as a grid of costs: where a road would go if people had walked it first.

Roads are laid one after another as least-cost paths. Existing roads are cheap and the strip beside
them dear, so that new roads join old ones instead of running alongside.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from dispatch.simulate.country.motorway import Gate
from dispatch.simulate.country.plane import HALF_HEIGHT_M, HALF_WIDTH_M, Array, Field

STEP_M = 100.0
ON_ROAD = 0.32
BESIDE_ROAD = 2.1
STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))


class Ground:
    """Costs per cell, blocked cells, gates and the cells that carry a road already."""

    def __init__(self, height: Field, rough: Field, blocked: shapely.Geometry, gates: Sequence[Gate]) -> None:
        self.columns = int(2 * HALF_WIDTH_M / STEP_M) + 1
        self.rows = int(2 * HALF_HEIGHT_M / STEP_M) + 1
        xs = np.linspace(-HALF_WIDTH_M, HALF_WIDTH_M, self.columns)
        ys = np.linspace(-HALF_HEIGHT_M, HALF_HEIGHT_M, self.rows)
        self.x, self.y = np.meshgrid(xs, ys)
        level = height(self.x, self.y)
        slope = np.hypot(*np.gradient(level, STEP_M))
        self.cost = 1.0 + (slope * 16.0) ** 2 + 0.5 * (1 + rough(self.x, self.y))
        shapely.prepare(blocked)
        self.blocked = shapely.contains_xy(blocked, self.x, self.y)
        self.road = np.zeros(self.x.shape, dtype=bool)
        self.beside = np.zeros(self.x.shape, dtype=bool)
        self.calm = np.zeros(self.x.shape, dtype=bool)
        self.gates = {gate.id: gate for gate in gates}
        self.place: dict[int, Array] = {}
        self.gate_cells: dict[str, tuple[int, int]] = {}
        for gate in gates:
            a, b = self.cell(gate.line[0]), self.cell(gate.line[-1])
            self.gate_cells[gate.id] = (a, b)
            for cell, point in ((a, gate.line[0]), (b, gate.line[-1])):
                self.place[cell] = point
                self.blocked.flat[cell] = False

    def cell(self, point: Array) -> int:
        """The index of the cell nearest to a place in metres."""
        column = round((float(point[0]) + HALF_WIDTH_M) / STEP_M)
        row = round((float(point[1]) + HALF_HEIGHT_M) / STEP_M)
        return min(max(row, 0), self.rows - 1) * self.columns + min(max(column, 0), self.columns - 1)

    def at(self, cell: int) -> Array:
        """A cell's place in metres: its centre, or the exact end of the gate it holds."""
        if cell in self.place:
            return self.place[cell]
        return np.array([self.x.flat[cell], self.y.flat[cell]])

    def be_calm_near(self, points: Iterable[Array], radius_m: float) -> None:
        """Near these places roads may lie side by side: towns and gates, where many meet."""
        for point in points:
            self.calm |= np.hypot(self.x - point[0], self.y - point[1]) < radius_m

    def path(
        self, a: int, b: int, *, gates: bool = True, margin_m: float = 4500.0
    ) -> tuple[list[int], float] | None:
        """Cells of the least-cost path and its cost in metres of plain ground; None when there is none."""
        window = self._window(a, b, margin_m)
        rows, columns = window
        numbers = np.full(self.x.shape, -1, dtype=np.int64)
        numbers[rows, columns] = np.arange((rows.stop - rows.start) * (columns.stop - columns.start)).reshape(
            rows.stop - rows.start, columns.stop - columns.start
        )
        flat = numbers.ravel()
        if flat[a] < 0 or flat[b] < 0:
            return None
        tail, head, cost = self._arcs(rows, columns, numbers)
        extra = self._gate_arcs(flat) if gates else []
        for one, other, price in extra:
            tail, head, cost = np.append(tail, one), np.append(head, other), np.append(cost, price)
        size = (rows.stop - rows.start) * (columns.stop - columns.start)
        graph = coo_matrix((cost, (tail, head)), shape=(size, size)).tocsr()
        start = np.asarray(flat[a])
        total, before = dijkstra(graph, directed=False, indices=start, return_predecessors=True)
        if not np.isfinite(total[flat[b]]):
            return None
        back = np.flatnonzero(flat >= 0)
        cells, at = [b], int(flat[b])
        while at != flat[a]:
            at = int(before[at])
            cells.append(int(back[at]))
        return cells[::-1], float(total[flat[b]])

    def lay(self, cells: Sequence[int]) -> None:
        """Mark the cells as road and their surroundings as beside one."""
        for cell in cells:
            row, column = divmod(cell, self.columns)
            self.road[row, column] = True
            self.beside[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3] = True

    def _window(self, a: int, b: int, margin_m: float) -> tuple[slice, slice]:
        margin = int(margin_m / STEP_M)
        (row_a, column_a), (row_b, column_b) = divmod(a, self.columns), divmod(b, self.columns)
        rows = slice(max(min(row_a, row_b) - margin, 0), min(max(row_a, row_b) + margin + 1, self.rows))
        columns = slice(
            max(min(column_a, column_b) - margin, 0), min(max(column_a, column_b) + margin + 1, self.columns)
        )
        return rows, columns

    def _arcs(
        self, rows: slice, columns: slice, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
        number, cost = numbers[rows, columns], self.cost[rows, columns].copy()
        road, blocked = self.road[rows, columns], self.blocked[rows, columns]
        cost[self.beside[rows, columns] & ~road & ~self.calm[rows, columns]] *= BESIDE_ROAD
        height, width = number.shape
        tails, heads, costs = [], [], []
        for down, across in STEPS:
            here = (
                slice(0, height - down),
                slice(0, width - across) if across >= 0 else slice(-across, width),
            )
            there = (slice(down, height), slice(across, width) if across >= 0 else slice(0, width + across))
            length = STEP_M * float(np.hypot(down, across))
            price = length * (cost[here] + cost[there]) / 2
            price = np.where(road[here] & road[there], length * ON_ROAD, price)
            free = ~(blocked[here] | blocked[there])
            tails.append(number[here][free])
            heads.append(number[there][free])
            costs.append(price[free])
        return np.concatenate(tails), np.concatenate(heads), np.concatenate(costs)

    def _gate_arcs(self, flat: NDArray[np.int64]) -> list[tuple[int, int, float]]:
        arcs = []
        for gate_id, (a, b) in self.gate_cells.items():
            if flat[a] >= 0 and flat[b] >= 0:
                length = float(np.hypot(*(self.at(a) - self.at(b))))
                price = length * (0.6 if self.road.flat[a] and self.road.flat[b] else 1.5)
                if gate_id.startswith("bridge:"):
                    price += 1500.0
                arcs.append((int(flat[a]), int(flat[b]), price))
        return arcs
