"""An integer programme, put together a variable and a row at a time, and solved to the optimum by HiGHS."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.sparse import coo_array

from dispatch.aid.advice.grid import Floats

NO_LIMIT: Final = np.inf


@dataclass(slots=True)
class Programme:
    """An integer programme in the making: each variable and each row is added once."""

    price: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    limits: list[tuple[float, float]] = field(default_factory=list)

    def add(self, worth: float, *, at_most: float = 1.0, whole: bool = False) -> int:
        """A variable from 0 to ``at_most``, and what one of it is worth. Answers its number."""
        self.price.append(-worth)
        self.upper.append(at_most)
        self.whole.append(whole)
        return len(self.price) - 1

    def limit(
        self, terms: Sequence[tuple[int, float]], *, at_least: float = -NO_LIMIT, at_most: float = NO_LIMIT
    ) -> None:
        """Hold the weighted sum of variables between two figures."""
        self.entries += [(len(self.limits), variable, factor) for variable, factor in terms]
        self.limits.append((at_least, at_most))

    def solve(self) -> Floats:
        """Every variable's value where the whole is worth most.

        Raises ValueError where nothing fits.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp  # slow to load, and no start needs it

        if not self.price:
            return np.zeros(0)
        rows, columns, factors = np.array(self.entries, dtype=np.float64).reshape(-1, 3).T
        shape = (len(self.limits), len(self.price))
        matrix = coo_array((factors, (rows.astype(np.int64), columns.astype(np.int64))), shape=shape)
        least, most = np.array(self.limits, dtype=np.float64).reshape(-1, 2).T
        found = milp(
            np.array(self.price),
            integrality=np.array(self.whole, dtype=np.int64),
            bounds=Bounds(np.zeros(len(self.price)), np.array(self.upper)),
            constraints=[LinearConstraint(matrix.tocsc(), least, most)] if self.limits else [],
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            raise ValueError(f"nothing fits: {found.message}")
        values: Floats = found.x
        return values


def warm_solver() -> None:
    """Makes the solver ready: loading it takes longer than most programmes."""
    programme = Programme()
    programme.limit([(programme.add(1.0), 1.0)], at_most=1.0)
    programme.solve()
