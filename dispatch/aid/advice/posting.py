"""Which units to which posts, several at once: the exact answers of small covering problems.

Maximal covering (Church and ReVelle, Papers of the Regional Science Association 32:101, 1974), maximal
expected covering (Daskin, Transportation Science 17:48, 1983), the nested compliance table (which posts to
fill as units become fewer, without moving those that stay), and the assignment of units to posts against
what moving costs (an integer programme after Zhang 2012). HiGHS solves each to the optimum; where several
answers are equally good, which of them is given is not fixed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.advice.grid import Floats, Rows
from dispatch.aid.advice.programme import Programme

Reach = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placement:
    """``count`` (posts,): how many units wait at each. ``covered``: weight covered, or expected to be."""

    count: Rows
    covered: float


def place_units(
    weight: Floats, reaches: Reach, units: int, *, busy_share: float = 0.0, room: int | None = None
) -> Placement:
    """Where to post ``units`` so that most of ``weight`` (cells,) is covered; all of them are posted.

    ``reaches`` (posts, cells). A cell's k-th unit in reach is worth ``(1 - q) q^(k-1)`` of its weight, with
    ``q`` the ``busy_share``; at 0 only the first counts. ``room``: at each post, None without limit. Raises
    ValueError where the posts have not room for all.
    """
    if not 0 <= busy_share < 1:
        raise ValueError(f"busy_share: from 0 to below 1, not {busy_share}")
    programme = Programme()
    room = units if room is None else room
    posts = [programme.add(0.0, at_most=room, whole=True) for _ in reaches]
    programme.limit([(post, 1.0) for post in posts], at_least=units, at_most=units)
    for cell, worth in enumerate(weight):
        near = [(posts[row], 1.0) for row in np.flatnonzero(reaches[:, cell])]
        add_cover(programme, expected_gains(float(worth), units, busy_share), near)
    count = np.rint(programme.solve()[: len(posts)]).astype(np.int64)
    return Placement(count=count, covered=expected_cover(weight, reaches, count, busy_share))


def expected_cover(weight: Floats, reaches: Reach, count: Rows, busy_share: float) -> float:
    """The weight that ``count`` (posts,) units cover, each of them busy at ``busy_share`` of the time."""
    in_reach = count @ reaches.astype(np.int64)
    return float(weight @ (1.0 - np.power(busy_share, in_reach)))


def expected_gains(worth: float, units: int, busy_share: float) -> list[float]:
    """What a cell's first, second, ... unit in reach adds (Daskin 1983)."""
    return [worth * (1 - busy_share) * busy_share**k for k in range(units if busy_share else min(units, 1))]


def add_cover(
    programme: Programme, gains: Sequence[float], in_reach: Sequence[tuple[int, float]], *, already: int = 0
) -> None:
    """Let a cell's gains be had for as many units as come into reach, beside those that are ``already``.

    The gains fall, so that the first ones are taken first and need not be whole variables.
    """
    if not in_reach:
        return
    taken = [(programme.add(gain), 1.0) for gain in gains]
    programme.limit([*taken, *((variable, -factor) for variable, factor in in_reach)], at_most=already)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nest:
    """``order``: the posts; the first n of them are filled when n units are free. ``covered`` (levels,)."""

    order: tuple[int, ...]
    covered: Floats


def nest_posts(weight: Floats, reaches: Reach, share: Floats) -> Nest:
    """The compliance table that covers most in the mean, where ``share`` (levels,) is how often 1, 2, ...
    units are free; at most one unit at each post. Raises ValueError where there are more levels than posts.
    """
    programme, levels = Programme(), len(share)
    filled = [[programme.add(0.0, whole=True) for _ in range(levels)] for _ in reaches]
    for level, often in enumerate(share):
        programme.limit([(row[level], 1.0) for row in filled], at_least=level + 1, at_most=level + 1)
        for cell, worth in enumerate(weight):
            near = [(filled[post][level], 1.0) for post in np.flatnonzero(reaches[:, cell])]
            add_cover(programme, [float(worth * often)], near)
    for row in filled:
        for level in range(levels - 1):
            programme.limit([(row[level + 1], 1.0), (row[level], -1.0)], at_least=0.0)
    found = np.rint(programme.solve()[: len(filled) * levels]).astype(np.int64).reshape(-1, levels)
    order = tuple(int(post) for post in np.argsort(-found.sum(axis=1), kind="stable")[:levels])
    covered = np.array([expected_cover(weight, reaches, column, 0.0) for column in found.T])
    return Nest(order=order, covered=covered)


def assign_units(benefit: Floats, cost: Floats, must: Sequence[bool]) -> tuple[int | None, ...]:
    """Each unit's post, None for one that is not posted.

    ``benefit`` (posts, places): what a post's first, second, ... unit is worth, never rising; there is no
    room beyond. ``cost`` (units, posts): what sending the unit there costs. ``must`` (units,): whether it
    has to be posted, whatever it costs. Raises ValueError where those have no room.
    """
    if (np.diff(benefit, axis=1) > 0).any():
        raise ValueError("benefit: a post's next unit is never worth more than the one before")
    programme = Programme()
    sent = [[programme.add(-float(price), whole=True) for price in row] for row in cost]
    for post, gains in enumerate(benefit):
        places = [(programme.add(float(gain)), 1.0) for gain in gains]
        programme.limit([*places, *((row[post], -1.0) for row in sent)], at_least=0.0, at_most=0.0)
    for row, needed in zip(sent, must, strict=True):
        programme.limit([(variable, 1.0) for variable in row], at_least=float(needed), at_most=1.0)
    values = programme.solve()
    return tuple(next((p for p, v in enumerate(row) if values[v] > 0.5), None) for row in sent)
