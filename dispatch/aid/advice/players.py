"""Who plays the futures: the compiled player where there is one, otherwise the reference."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from dispatch.aid.advice.futures import Futures, draw_futures
from dispatch.aid.advice.grid import Grid
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.rollout import STAY, Player, Reference, Stakes
from dispatch.aid.advice.situation import NEVER, LendingTable, Situation
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId

MakePlayer = Callable[[Situation, Futures, Stakes], Player]


def find_player(kernel: bool) -> MakePlayer:
    """The compiled player where it is wanted and there is one, otherwise the reference."""
    return (_find_kernel() if kernel else None) or Reference


def warm_kernel() -> bool:
    """Makes the compiled player ready; False where there is none.

    Reads the compiled code from numba's cache, or compiles it there: some ten seconds, once an installation.
    """
    kernel = _find_kernel()
    if kernel is None:
        return False
    situation = _smallest()
    futures = draw_futures(situation, call=None, count=1, horizon_seconds=60.0, seed=0)
    kernel(situation, futures, Stakes.of(DEFAULT_PRACTICE)).play(STAY, begin=0, end=1)
    return True


def _find_kernel() -> MakePlayer | None:
    try:
        from dispatch.aid.advice.rollout_kernel import Kernel
    except (ImportError, RuntimeError):  # no numba, or no place where it may keep what it compiled
        return None
    return Kernel


def _smallest() -> Situation:
    one, row = np.ones(1), np.zeros(1, dtype=np.int64)
    here = (Point(lat=0.0, lon=0.0),)
    grid = Grid(
        jurisdictions=(JurisdictionId("one"),),
        cells=here,
        cell_home=row,
        weight=one,
        posts=here,
        out=np.ones((1, 1), dtype=np.float32),
        between=np.zeros((1, 1), dtype=np.float32),
        siren=one,
        chute_seconds=one,
        hospital_seconds=np.ones(1, dtype=np.float32),
    )
    return Situation(
        now=datetime(2000, 1, 1, tzinfo=UTC),
        grid=grid,
        home=row,
        serves=row,
        post=row,
        level=row,
        free_in_seconds=np.zeros(1),
        lent=np.zeros(1, dtype=np.bool_),
        calls_per_hour=one,
        priority_share=np.array([[1.0, 0.0, 0.0, 0.0]]),
        als_share=one,
        busy_share=one,
        ledger_hours=np.zeros(1),
        occupancy_seconds=3600.0,
        lending=LendingTable(floor=np.full((1, 1, 4, 3), NEVER), asked_seconds=np.zeros((1, 1))),
    )
