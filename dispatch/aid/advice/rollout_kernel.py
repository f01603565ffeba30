"""The rollouts again, compiled: the same rule as ``rollout``, on flat arrays, for all futures of one course.

Nothing is decided here that ``rollout`` does not say in plain words; change that first, then this, and the
tests hold the scores together. Importing it raises ``ImportError`` where numba is missing.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from dispatch.aid.advice.futures import Futures, prepare
from dispatch.aid.advice.grid import Floats, Rows
from dispatch.aid.advice.rollout import (
    CRITICAL,
    EMERGENT,
    UNSERVED_SECONDS,
    Kind,
    Opening,
    Stakes,
    list_lendable,
)
from dispatch.aid.advice.situation import Situation

_SEND: Final = int(Kind.SEND)
_HOLD: Final = int(Kind.HOLD)
_MOVE: Final = int(Kind.MOVE)
_INF: Final = np.inf

F = TypeVar("F", bound=Callable[..., Any])


_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "cache": True, "error_model": "numpy", "_nrt": False}
"""Without ``_nrt`` (nothing is allocated here) the columns' references would be counted at every turn of a
loop: three times as long as the work."""


def _compiled(function: F) -> F:
    return cast(F, numba.njit(**_OPTIONS)(function))


def _inlined(function: F) -> F:
    # A call that is not inlined takes all columns with it, one by one: that takes longer than what it does.
    return cast(F, numba.njit(**_OPTIONS, forceinline=True)(function))


class World(NamedTuple):
    """What stays as it is in all futures. ``drive`` (cells, posts); the rest as the situation's columns."""

    drive: Floats
    siren: Floats
    chute: Floats
    home: Rows
    level: Rows
    asked: Floats
    floor: Rows
    within: Floats
    weight: Floats


class Calls(NamedTuple):
    """The futures' calls, as columns."""

    at: Floats
    jurisdiction: Rows
    cell: Rows
    priority: Rows
    level: Rows
    service: Floats


class Now(NamedTuple):
    """One future's state. ``waiting`` holds rows of calls, oldest first; ``many`` how many of them there
    are (one element), ``score`` the sum so far (one element). The units that serve an area are
    ``ranked[begins[area]:begins[area + 1]]``, in the order of their rows."""

    ranked: Rows
    begins: Rows
    free: Floats
    serves: Rows
    post: Rows
    lendable: NDArray[np.bool_]
    waiting: Rows
    many: Rows
    score: Floats


@_inlined
def _way(world: World, calls: Calls, now: Now, row: int, call: int) -> float:
    home = world.home[row]
    seconds = world.drive[calls.cell[call], now.post[row]]
    if calls.priority[call] <= EMERGENT:
        seconds = seconds / world.siren[home]
    return float(world.chute[home] + seconds)


@_inlined
def _is_idle(world: World, now: Now, row: int, level: int, at: float) -> bool:
    return bool(now.free[row] <= at and world.level[row] >= level)


@_inlined
def _closest_own(world: World, calls: Calls, now: Now, call: int, at: float) -> tuple[int, float]:
    best, least = -1, _INF
    home = calls.jurisdiction[call]
    for place in range(now.begins[home], now.begins[home + 1]):
        row = now.ranked[place]
        if _is_idle(world, now, row, calls.level[call], at):
            seconds = _way(world, calls, now, row, call)
            if seconds < least:
                best, least = row, seconds
    return best, least


@_inlined
def _lets_go(world: World, calls: Calls, now: Now, row: int, call: int, at: float) -> bool:
    lender, level, priority = now.serves[row], world.level[row], calls.priority[call]
    for place in range(now.many[0]):
        one = now.waiting[place]
        if calls.jurisdiction[one] == lender and calls.priority[one] <= priority:
            return False
    left = 0
    for place in range(now.begins[lender], now.begins[lender + 1]):
        other = now.ranked[place]
        if now.lendable[other] and _is_idle(world, now, other, level, at):
            left += 1
    return bool(left >= world.floor[lender, calls.jurisdiction[call], priority, level])


@_inlined
def _closest_aid(world: World, calls: Calls, now: Now, call: int, at: float) -> tuple[int, float]:
    borrower = calls.jurisdiction[call]
    best, least = -1, _INF
    for row in range(len(now.free)):
        lender = now.serves[row]
        if lender != borrower and now.lendable[row] and _is_idle(world, now, row, calls.level[call], at):
            seconds = _way(world, calls, now, row, call) + world.asked[lender, borrower]
            if seconds < least and _lets_go(world, calls, now, row, call, at):
                best, least = row, seconds
    return best, least


@_inlined
def _count(world: World, calls: Calls, now: Now, call: int, arrival: float, per_minute: float) -> None:
    priority = calls.priority[call]
    waited = arrival - calls.at[call]
    late = 1.0 if waited > world.within[priority] else 0.0
    now.score[0] += world.weight[priority] * (late + per_minute * (waited / 60.0))


@_inlined
def _send(
    world: World, calls: Calls, now: Now, row: int, call: int, at: float, seconds: float, per_minute: float
) -> None:
    _count(world, calls, now, call, at + seconds, per_minute)
    back = 0.0
    if now.serves[row] != calls.jurisdiction[call]:
        back = world.drive[calls.cell[call], now.post[row]]
    if back == _INF:
        back = seconds
    now.free[row] = at + seconds + calls.service[call] + back


@_inlined
def _wait(now: Now, call: int, place: int) -> None:
    """Puts a call into the queue before that place."""
    for later in range(now.many[0], place, -1):
        now.waiting[later] = now.waiting[later - 1]
    now.waiting[place] = call
    now.many[0] += 1


@_inlined
def _leave(now: Now, place: int) -> None:
    now.many[0] -= 1
    for later in range(place, now.many[0]):
        now.waiting[later] = now.waiting[later + 1]


@_inlined
def _answer(
    world: World,
    calls: Calls,
    now: Now,
    call: int,
    at: float,
    place: int,
    drop_gain: float,
    per_minute: float,
) -> None:
    row, seconds = _closest_own(world, calls, now, call, at)
    priority = calls.priority[call]
    if row < 0 or (priority == CRITICAL and seconds > world.within[priority]):
        enough = _INF if row < 0 else seconds - drop_gain
        other, other_seconds = _closest_aid(world, calls, now, call, at)
        if other >= 0 and other_seconds <= enough:
            row, seconds = other, other_seconds
    if row < 0:
        _wait(now, call, place)
    else:
        _send(world, calls, now, row, call, at, seconds, per_minute)


@_inlined
def _next_free(calls: Calls, now: Now, at: float) -> float:
    least = _INF
    for waits in range(now.many[0]):
        home = calls.jurisdiction[now.waiting[waits]]
        for place in range(now.begins[home], now.begins[home + 1]):
            free = now.free[now.ranked[place]]
            if at < free < least:
                least = free
    return least


@_inlined
def _first_for(world: World, calls: Calls, now: Now, row: int) -> int:
    """The place in the queue of the call that this unit takes; -1 where it takes none."""
    best = -1
    for place in range(now.many[0]):
        call = now.waiting[place]
        if calls.jurisdiction[call] != now.serves[row] or calls.level[call] > world.level[row]:
            continue
        if best >= 0 and calls.priority[call] >= calls.priority[now.waiting[best]]:
            continue
        if _way(world, calls, now, row, call) < _INF:
            best = place
    return best


@_inlined
def _take_from_queue(world: World, calls: Calls, now: Now, at: float, held: int, per_minute: float) -> bool:
    """Every unit that becomes free now takes a call; True where one of them took the held call."""
    taken = False
    for row in range(len(now.free)):
        if now.free[row] == at:
            place = _first_for(world, calls, now, row)
            if place >= 0:
                call = now.waiting[place]
                _leave(now, place)
                _send(world, calls, now, row, call, at, _way(world, calls, now, row, call), per_minute)
                taken = taken or call == held
    return taken


@_inlined
def _play_on(
    world: World,
    calls: Calls,
    now: Now,
    call: int,
    end: int,
    held: int,
    held_until: float,
    horizon: float,
    drop_gain: float,
    per_minute: float,
) -> None:
    """From the opening to the horizon; ``call`` is the next that comes."""
    at = 0.0
    while True:
        free_at = _next_free(calls, now, at) if now.many[0] > 0 else _INF
        call_at = calls.at[call] if call < end else _INF
        at = min(free_at, held_until, call_at)
        if at > horizon or at == _INF:
            break
        if at == free_at:
            if _take_from_queue(world, calls, now, at, held, per_minute):
                held_until = _INF
        elif at == held_until:
            held_until = _INF
            _leave(now, 0)  # the held call came first, and so is the oldest
            _answer(world, calls, now, held, at, 0, drop_gain, per_minute)
        else:
            _answer(world, calls, now, call, at, now.many[0], drop_gain, per_minute)
            call += 1
    for place in range(now.many[0]):
        _count(world, calls, now, now.waiting[place], horizon + UNSERVED_SECONDS, per_minute)


@_compiled
def _play_all(
    world: World,
    calls: Calls,
    now: Now,
    first: Rows,
    free_in: Floats,
    opening: tuple[int, int, float],
    figures: tuple[float, float, float],
    scores: Floats,
) -> None:
    kind, row, seconds = opening
    horizon, drop_gain, per_minute = figures
    for number in range(len(scores)):
        for unit in range(len(now.free)):
            now.free[unit] = free_in[number, unit]
        now.many[0], now.score[0] = 0, 0.0
        call, held, held_until = first[number], -1, _INF
        if kind == _SEND:
            _send(world, calls, now, row, call, 0.0, seconds, per_minute)
            call += 1
        elif kind == _HOLD:
            _wait(now, call, 0)
            held, held_until = call, seconds
            call += 1
        elif kind == _MOVE:
            now.free[row] = seconds
        end = first[number + 1]
        _play_on(world, calls, now, call, end, held, held_until, horizon, drop_gain, per_minute)
        scores[number] = now.score[0]


class Kernel:
    """Plays as ``rollout.Reference`` does, to the last digit; the columns are laid flat once.

    The first use in a process reads the compiled code, or compiles for some seconds: see ``players``.
    """

    def __init__(self, situation: Situation, futures: Futures, stakes: Stakes) -> None:
        self._world = World(
            prepare(situation.grid).out,
            _flat(situation.grid.siren, np.float64),
            _flat(situation.grid.chute_seconds, np.float64),
            _flat(situation.home, np.int64),
            _flat(situation.level, np.int64),
            _flat(situation.lending.asked_seconds, np.float64),
            _flat(situation.lending.floor, np.int64),
            stakes.within_seconds,
            stakes.weight,
        )
        self._calls = Calls(
            futures.at_seconds,
            futures.jurisdiction,
            futures.cell,
            futures.priority,
            futures.level,
            futures.service_seconds,
        )
        self._first, self._free_in = futures.first, futures.free_in_seconds
        self._serves, self._post = _flat(situation.serves, np.int64), _flat(situation.post, np.int64)
        self._lendable = np.array(list_lendable(situation), dtype=np.bool_)
        self._longest = int(np.diff(futures.first).max(initial=0))
        self._figures = (float(futures.horizon_seconds), stakes.drop_gain_seconds, stakes.per_minute)

    def play(self, opening: Opening, *, begin: int, end: int) -> Floats:
        seconds = opening.seconds
        if opening.kind is Kind.SEND:
            seconds = opening.asked_seconds + opening.eta_seconds
        scores: Floats = np.empty(end - begin)
        _play_all(
            self._world,
            self._calls,
            self._now_after(opening),
            self._first[begin : end + 1],
            self._free_in[begin:end],
            (int(opening.kind), int(opening.row), float(seconds)),
            self._figures,
            scores,
        )
        return scores

    def _now_after(self, opening: Opening) -> Now:
        """Room for a state, with what the opening changes for the whole future."""
        serves, post, lendable = self._serves.copy(), self._post.copy(), self._lendable.copy()
        if opening.kind is Kind.MOVE:
            row = opening.row
            serves[row], post[row] = opening.serves, opening.post
            lendable[row] = opening.serves == self._world.home[row]
        areas = len(self._world.siren)
        return Now(
            np.argsort(serves, kind="stable"),
            np.concatenate(([0], np.cumsum(np.bincount(serves, minlength=areas)))),
            np.empty(len(serves)),
            serves,
            post,
            lendable,
            np.empty(self._longest + 1, np.int64),
            np.zeros(1, np.int64),
            np.zeros(1),
        )


def _flat(column: NDArray[Any], kind: type[np.generic]) -> NDArray[Any]:
    """The column as the compiled code knows it: anything else would be compiled for anew."""
    flat = np.ascontiguousarray(column, dtype=kind)
    return flat if flat.flags.writeable else flat.copy()
