"""One simulated future, played from a situation: what a course leads to. The reference for the fast one.

After the course under question everybody follows the base rule. Life-threatening calls: the closest free
own unit; a neighbour's where none is free, or where the own one would be late and the neighbour's is there
sooner by the boundary drop's gain. Other calls: the closest own, else the closest neighbour's, else they
wait. A unit that becomes free takes the first call that waits in the area it serves, by priority, then time.
A neighbour lends what the lending table's floors let it, never a unit that serves another, and not while a
call of that priority or a more urgent one waits at home. Toward a floor count the free units at home of
that level of care and above.

Approximations: a unit that becomes free counts from its post at once; one that was lent only after the way
from the scene back to its post. A unit moved to stand by stays to the end. A call that nobody could take
when it came is tried again only by units that become free in its own area.

``rollout_kernel`` does the same, a hundred times as fast; tests hold the two together.
"""

from dataclasses import dataclass
from enum import IntEnum
from math import inf
from typing import Final, Protocol

import numpy as np

from dispatch.aid.advice.futures import Futures, prepare
from dispatch.aid.advice.grid import Floats
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.situation import Situation
from dispatch.model.incident import Priority

UNSERVED_SECONDS: Final = 1200.0
"""Who still waits at the end is counted as if reached so much later."""
CRITICAL: Final = 0
EMERGENT: Final = 1


class Kind(IntEnum):
    """What a course begins with."""

    SEND = 0
    HOLD = 1
    MOVE = 2
    STAY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The first step, after which the base rule goes on.

    ``SEND``: unit ``row`` goes to the call, after ``asked_seconds``, and is there ``eta_seconds`` later.
    ``HOLD``: the call waits for a unit of its own area, and is sent by the base rule after ``seconds``.
    ``MOVE``: unit ``row`` is at ``post`` after ``seconds`` and then serves jurisdiction ``serves``; away
    from home it is not lent on.
    """

    kind: Kind
    row: int = -1
    asked_seconds: float = 0.0
    eta_seconds: float = 0.0
    seconds: float = 0.0
    post: int = -1
    serves: int = -1


STAY: Final = Opening(kind=Kind.STAY)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stakes:
    """What late calls cost, by priority, and when a neighbour's unit is sent before an own one."""

    within_seconds: Floats
    weight: Floats
    per_minute: float
    drop_gain_seconds: float

    @classmethod
    def of(cls, practice: Practice) -> "Stakes":
        """An agency's own figures."""
        targets = [practice.targets[priority] for priority in Priority]
        return cls(
            within_seconds=np.array([target.within_seconds for target in targets], dtype=np.float64),
            weight=np.array([target.weight for target in targets], dtype=np.float64),
            per_minute=practice.per_minute,
            drop_gain_seconds=float(practice.drop_gain_seconds),
        )


class Player(Protocol):
    """Plays courses in the futures it was made for."""

    def play(self, opening: Opening, *, begin: int, end: int) -> Floats:
        """What the course costs in each of the futures ``begin`` to ``end``: weighted late calls.

        ``SEND`` and ``HOLD`` want futures that begin with the call.
        """
        ...


class Reference:
    """Plays in plain Python, one future after the other."""

    def __init__(self, situation: Situation, futures: Futures, stakes: Stakes) -> None:
        self._facts = situation, futures, stakes

    def play(self, opening: Opening, *, begin: int, end: int) -> Floats:
        scores = [Played(*self._facts, number).play(opening) for number in range(begin, end)]
        return np.array(scores, dtype=np.float64)


class Played:
    """One future while it is played. ``waiting`` are rows of calls that nobody has gone to, oldest first."""

    def __init__(self, situation: Situation, futures: Futures, stakes: Stakes, number: int) -> None:
        self._situation, self._futures, self._stakes = situation, futures, stakes
        self._grid = situation.grid
        self._drive = prepare(situation.grid).out
        self._free: list[float] = futures.free_in_seconds[number].tolist()
        self._serves: list[int] = situation.serves.tolist()
        self._post: list[int] = situation.post.tolist()
        self._lendable = list_lendable(situation)
        self._next, self._end = int(futures.first[number]), int(futures.first[number + 1])
        self._waiting: list[int] = []
        self._held, self._held_until = -1, inf
        self._score = 0.0

    def play(self, opening: Opening) -> float:
        """The whole future, from the course's first step to the horizon."""
        self._open(opening)
        now = 0.0
        while True:
            free_at, call_at = self._next_free(now), self._next_call()
            now = min(free_at, self._held_until, call_at)
            if now > self._futures.horizon_seconds or now == inf:
                break
            if now == free_at:
                self._take_from_queue(now)
            elif now == self._held_until:
                self._end_hold(now)
            else:
                self._next += 1
                self._answer(self._next - 1, now)
        for call in self._waiting:
            self._count(call, self._futures.horizon_seconds + UNSERVED_SECONDS)
        return self._score

    def _open(self, opening: Opening) -> None:
        call = self._next
        if opening.kind is Kind.SEND:
            self._next += 1
            self._send(opening.row, call, 0.0, opening.asked_seconds + opening.eta_seconds)
        elif opening.kind is Kind.HOLD:
            self._next += 1
            self._waiting.append(call)
            self._held, self._held_until = call, opening.seconds
        elif opening.kind is Kind.MOVE:
            self._serves[opening.row], self._post[opening.row] = opening.serves, opening.post
            self._free[opening.row] = opening.seconds
            self._lendable[opening.row] = opening.serves == self._situation.home[opening.row]

    def _next_call(self) -> float:
        return float(self._futures.at_seconds[self._next]) if self._next < self._end else inf

    def _next_free(self, now: float) -> float:
        """When the next unit becomes free whose area has a call waiting."""
        wanted = {int(self._futures.jurisdiction[call]) for call in self._waiting}
        return min(
            (
                at
                for at, serves in zip(self._free, self._serves, strict=True)
                if at > now and serves in wanted
            ),
            default=inf,
        )

    def _take_from_queue(self, now: float) -> None:
        for row, at in enumerate(self._free):
            if at != now:
                continue
            calls = [call for call in self._waiting if self._may_take(row, call)]
            if calls:
                call = min(calls, key=lambda one: int(self._futures.priority[one]))
                self._leave_queue(call)
                self._send(row, call, now, self._way(row, call))

    def _may_take(self, row: int, call: int) -> bool:
        return self._serves[row] == self._futures.jurisdiction[call] and self._fits(row, call)

    def _fits(self, row: int, call: int) -> bool:
        return bool(self._situation.level[row] >= self._futures.level[call]) and self._way(row, call) < inf

    def _leave_queue(self, call: int) -> None:
        self._waiting.remove(call)
        if call == self._held:
            self._held_until = inf

    def _end_hold(self, now: float) -> None:
        """The held call has waited long enough: it is answered as if it had just come."""
        self._leave_queue(self._held)
        self._answer(self._held, now)
        if self._waiting and self._waiting[-1] == self._held:
            self._waiting.insert(0, self._waiting.pop())

    def _answer(self, call: int, now: float) -> None:
        """The base rule."""
        row, seconds = self._closest_own(call, now)
        late = float(self._stakes.within_seconds[self._futures.priority[call]])
        critical = self._futures.priority[call] == CRITICAL
        if row < 0 or (critical and seconds > late):
            enough = inf if row < 0 else seconds - self._stakes.drop_gain_seconds
            other, other_seconds = self._closest_aid(call, now)
            if other >= 0 and other_seconds <= enough:
                row, seconds = other, other_seconds
        if row < 0:
            self._waiting.append(call)
        else:
            self._send(row, call, now, seconds)

    def _closest_own(self, call: int, now: float) -> tuple[int, float]:
        home = self._futures.jurisdiction[call]
        best, seconds = -1, inf
        for row, at in enumerate(self._free):
            if at <= now and self._serves[row] == home and self._fits(row, call):
                way = self._way(row, call)
                if way < seconds:
                    best, seconds = row, way
        return best, seconds

    def _closest_aid(self, call: int, now: float) -> tuple[int, float]:
        borrower = int(self._futures.jurisdiction[call])
        asked = self._situation.lending.asked_seconds
        best, seconds = -1, inf
        for row, at in enumerate(self._free):
            lender = self._serves[row]
            if at > now or lender == borrower or not self._lendable[row] or not self._fits(row, call):
                continue
            way = self._way(row, call) + float(asked[lender, borrower])
            if way < seconds and self._lets_go(row, call, now):
                best, seconds = row, way
        return best, seconds

    def _lets_go(self, row: int, call: int, now: float) -> bool:
        lender, level = self._serves[row], int(self._situation.level[row])
        priority = int(self._futures.priority[call])
        if any(
            self._futures.jurisdiction[one] == lender and self._futures.priority[one] <= priority
            for one in self._waiting
        ):
            return False
        left = sum(
            1
            for other, at in enumerate(self._free)
            if at <= now
            and self._serves[other] == lender
            and self._lendable[other]
            and self._situation.level[other] >= level
        )
        borrower = self._futures.jurisdiction[call]
        return bool(left >= self._situation.lending.floor[lender, borrower, priority, level])

    def _way(self, row: int, call: int) -> float:
        """Chute time and the way from the unit's post, with the siren where the call is emergent."""
        home = self._situation.home[row]
        seconds = float(self._drive[self._futures.cell[call], self._post[row]])
        if self._futures.priority[call] <= EMERGENT:
            seconds = seconds / float(self._grid.siren[home])
        return float(self._grid.chute_seconds[home]) + seconds

    def _send(self, row: int, call: int, now: float, seconds: float) -> None:
        self._count(call, now + seconds)
        back = 0.0
        if self._serves[row] != self._futures.jurisdiction[call]:
            back = float(self._drive[self._futures.cell[call], self._post[row]])
        if back == inf:  # the grid knows no way for a unit that was sent nevertheless
            back = seconds
        self._free[row] = now + seconds + float(self._futures.service_seconds[call]) + back

    def _count(self, call: int, arrival_seconds: float) -> None:
        priority = self._futures.priority[call]
        waited = arrival_seconds - float(self._futures.at_seconds[call])
        late = 1.0 if waited > self._stakes.within_seconds[priority] else 0.0
        self._score += float(self._stakes.weight[priority]) * (
            late + self._stakes.per_minute * (waited / 60.0)
        )


def list_lendable(situation: Situation) -> list[bool]:
    """Per unit, whether it may be lent once it is free.

    Not what serves another area, nor what is lent and free (it stands by); a lent one that is busy is its
    own home's again when it becomes free.
    """
    return [
        bool(home == serves and (not lent or 0.0 < free_in < inf))
        for home, serves, lent, free_in in zip(
            situation.home, situation.serves, situation.lent, situation.free_in_seconds, strict=True
        )
    ]
