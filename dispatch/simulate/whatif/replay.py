"""One block of calls under one variant's terms, from the first call to the last, by events.

A call gets its unit at once or waits for the first that becomes free and may come. The block begins with
every unit at home some time before anything is counted, and goes on a while after, so that blocks can be
replayed apart from one another and in any order: the result does not hang on how many processes there are.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.model.unit import TRANSPORTS
from dispatch.simulate.replay.calls import Calls, Ints, rows_of
from dispatch.simulate.replay.scene import Scene
from dispatch.simulate.whatif.choose import Choice, Chooser, Heard, Option, Why
from dispatch.simulate.whatif.fleet import Fleet, Loan
from dispatch.simulate.whatif.terms import OwnFloor, Terms
from dispatch.simulate.whatif.watch import DAY_SECONDS, Watch

REQUEST_SECONDS: Final = 60
"""From asking a neighbour to its yes, where somebody is asked: the usual answer time of agreements."""

LONGEST_WAIT_SECONDS: Final = 2 * 3600
"""A call that nobody could come to for so long counts as not served."""

WARM_UP_SECONDS: Final = DAY_SECONDS
BLOCK_SECONDS: Final = 14 * DAY_SECONDS

NOBODY: Final = -1


class Block(NamedTuple):
    """The span that is counted, in seconds from the window's beginning."""

    counted_from: int
    counted_to: int


class RefusedKey(NamedTuple):
    """One cell of the tally: on which day who refused whom, and why; ``AS_SUCH`` counts each call once."""

    day: int
    lender: int
    borrower: int
    why: Why


AS_SUCH: Final = Why("", "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a block's counted calls, as columns; and its days.

    ``arrival_seconds`` from the call to the first unit at the scene, ``unit`` its row; both -1 for a call
    that was not served. ``waited``: nobody could be sent at once. ``lent_seconds``: of a neighbour's unit,
    from being sent until home; 0 for one's own.
    """

    arrival_seconds: Ints
    unit: Ints
    waited: NDArray[np.bool_]
    lent_seconds: NDArray[np.float64]
    zero_seconds: NDArray[np.float64]
    below_seconds: NDArray[np.float64]
    refused: Counter[RefusedKey]


def list_blocks(days: int) -> list[Block]:
    """The window cut up: the same cuts whoever replays them."""
    last = days * DAY_SECONDS
    return [
        Block(begins, min(begins + BLOCK_SECONDS, last)) for begins in range(0, max(last, 1), BLOCK_SECONDS)
    ]


class Replay:
    """Replays one block. ``chooser`` is what decides; ``run`` answers the outcome."""

    def __init__(
        self,
        scene: Scene,
        calls: Calls,
        terms: Terms,
        floors: Sequence[OwnFloor],
        block: Block,
        *,
        heard: Heard | None = None,
        chooser: Callable[..., Chooser] = Chooser,
    ) -> None:
        self._scene, self._calls, self._block = scene, calls, block
        self._rows = rows_of(calls)
        self._watch = Watch(floors, counted_from=block.counted_from, counted_to=block.counted_to)
        self._fleet = Fleet(scene, self._watch)
        self._chooser = chooser(scene, calls, terms, self._fleet, heard=heard)
        self._waiting: list[int] = []
        self._first, self._last = np.searchsorted(calls.at_seconds, block).tolist()
        size = self._last - self._first
        self._arrival_seconds = np.full(size, NOBODY, dtype=np.int64)
        self._unit = np.full(size, NOBODY, dtype=np.int64)
        self._waited = np.zeros(size, dtype=np.bool_)
        self._lent_seconds = np.zeros(size)
        self._refused: Counter[RefusedKey] = Counter()

    def run(self) -> Outcome:
        """From the warm-up to when nobody counted can wait any more."""
        block, calls = self._block, self._calls
        span = (block.counted_from - WARM_UP_SECONDS, block.counted_to + LONGEST_WAIT_SECONDS)
        begin, end = np.searchsorted(calls.at_seconds, span).tolist()
        for row, at in enumerate(calls.at_seconds[begin:end].tolist(), start=begin):
            self._free_until(at)
            self._take(row, at)
        self._free_until(span[1])
        self._watch.close()
        return Outcome(
            arrival_seconds=self._arrival_seconds,
            unit=self._unit,
            waited=self._waited,
            lent_seconds=self._lent_seconds,
            zero_seconds=self._watch.zero_seconds,
            below_seconds=self._watch.below_seconds,
            refused=self._refused,
        )

    def _take(self, row: int, at: float) -> None:
        choice = self._chooser.choose(row, at=at, waiting=self._waiting)
        if self._first <= row < self._last:
            self._note_refused(row, choice)
        if choice.option is not None:
            self._send(row, choice.option, choice, at)
            return
        self._waiting.append(row)
        self._waiting.sort(key=lambda each: (self._rows.priority[each], self._rows.at_seconds[each], each))
        if self._first <= row < self._last:
            self._waited[row - self._first] = True

    def _free_until(self, until: float) -> None:
        rows, chooser = self._rows, self._chooser
        for freed in self._fleet.list_freed(until):
            if not self._waiting:
                continue
            patient = freed.at - LONGEST_WAIT_SECONDS
            self._waiting = [row for row in self._waiting if rows.at_seconds[row] >= patient]
            for row in list(self._waiting):
                if chooser.may_serve(freed.unit, row):
                    self._try_again(row, freed.at)
                if not self._fleet.free[freed.unit]:
                    break  # all is as it was before: whoever waited then still waits

    def _try_again(self, row: int, at: float) -> None:
        choice = self._chooser.choose(row, at=at, waiting=self._waiting)
        if choice.option is not None:
            self._waiting.remove(row)
            self._send(row, choice.option, choice, at)

    def _send(self, row: int, option: Option, choice: Choice, at: float) -> None:
        rows, permit = self._rows, choice.permit
        asked = REQUEST_SECONDS if permit is not None and not permit.automatic else 0
        arrives = at + asked + option.eta_seconds
        clear, home = self._list_ends(row, option.unit, arrives)
        self._fleet.send(option.unit, at=at, free_at=clear if permit is None else home, home_at=home)
        if permit is not None:
            loan = Loan(agreement_id=permit.agreement_id, incident=rows.incident[row])
            self._fleet.lend(option.unit, loan, now=self._calls.begins + timedelta(seconds=at))
        if self._first <= row < self._last:
            mine = row - self._first
            self._arrival_seconds[mine] = round(arrives - rows.at_seconds[row])
            self._unit[mine] = option.unit
            self._lent_seconds[mine] = 0.0 if permit is None else home - at

    def _list_ends(self, row: int, unit: int, arrives: float) -> tuple[float, float]:
        """When the unit has done with the call, and when it is back at its post."""
        calls, ways = self._rows, self._scene.ways
        place, post = calls.place[row], self._scene.posts[unit]
        clear = arrives + calls.scene_seconds[row]
        home = float(ways.home_from_place[post, place])
        if calls.transported[row] and self._scene.units[unit].unit_type in TRANSPORTS:
            hospital = ways.hospital[place]
            clear += float(ways.to_hospital[place]) + calls.hospital_seconds[row]
            if hospital != NOBODY:
                home = float(ways.home_from_hospital[post, hospital])
        # Where no way leads back, it has come out on one: as long again.
        return clear, clear + (home if np.isfinite(home) else float(ways.out[post, place]))

    def _note_refused(self, row: int, choice: Choice) -> None:
        day, borrower = self._rows.at_seconds[row] // DAY_SECONDS, self._rows.jurisdiction[row]
        for lender, reasons in choice.refused:
            self._refused[RefusedKey(day, lender, borrower, AS_SUCH)] += 1
            for why in reasons:
                self._refused[RefusedKey(day, lender, borrower, why)] += 1
