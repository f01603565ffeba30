"""One block of calls, played by the engine of trials under one variant's terms.

The block begins with every unit at home some time before anything is counted, and goes on a while after, so
that blocks can be played apart from one another and in any order: the result does not hang on how many
processes there are. What was refused, and who had to wait, is noted when a call is first looked at.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.agreements.permit import Permit, Refusal
from dispatch.simulate.calls import Calls
from dispatch.simulate.trial.books import Books
from dispatch.simulate.trial.calls import TrialCalls
from dispatch.simulate.trial.desk import Desk
from dispatch.simulate.trial.engine import Trial
from dispatch.simulate.trial.policies import make_policy
from dispatch.simulate.trial.policy import Choice
from dispatch.simulate.whatif.plan import Plan
from dispatch.simulate.whatif.terms import Terms
from dispatch.simulate.whatif.watch import Floats, list_away, seconds_below

DAY_SECONDS: Final = 86_400
WARM_UP_SECONDS: Final = DAY_SECONDS
BLOCK_DAYS: Final = 14
BLOCK_SECONDS: Final = BLOCK_DAYS * DAY_SECONDS

STOOD_BY: Final = "stood_by"
"""Beside the answers to requests: a unit was moved in to stand by."""


class Block(NamedTuple):
    """The span that is counted, in seconds from the window's beginning."""

    counted_from: int
    counted_to: int


class Why(NamedTuple):
    """A reason without its figures: its code, and the agreement and clause that it comes from."""

    code: str
    agreement: str
    clause: str


AS_SUCH: Final = Why("", "", "")


class RefusedKey(NamedTuple):
    """One cell of the tally: on which day who refused whom, and why; ``AS_SUCH`` counts each call once."""

    day: int
    lender: int
    borrower: int
    why: Why


class DealtKey(NamedTuple):
    """On which day a lender was asked by whom, with which answer (``books.Asked``), or ``STOOD_BY``."""

    day: int
    lender: int
    borrower: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a block's counted calls, as columns; and its days.

    ``arrival_seconds`` from the call to the first unit at the scene, ``unit`` its row; both -1 for a call
    that was not served. ``waited``: nobody could be sent or asked at once. ``lender_lent``: the call's own
    jurisdiction had a unit out for a neighbour when it came in. ``lent_seconds``: of a neighbour's unit, from
    being asked for until home; 0 for one's own. The tables are (days, jurisdictions); ``stood_by_seconds``
    is what was given, on the day on which it began.
    """

    arrival_seconds: Floats
    unit: NDArray[np.int64]
    waited: NDArray[np.bool_]
    lender_lent: NDArray[np.bool_]
    lent_seconds: Floats
    zero_seconds: Floats
    below_seconds: Floats
    stood_by_seconds: Floats
    refused: Counter[RefusedKey]
    dealt: Counter[DealtKey]


def list_blocks(days: int) -> list[Block]:
    """The window cut up: the same cuts whoever plays them."""
    end = days * DAY_SECONDS
    return [Block(start, min(start + BLOCK_SECONDS, end)) for start in range(0, end, BLOCK_SECONDS)]


def play_block(plan: Plan, block: Block) -> tuple[Outcome, Outcome]:
    """One block under both variants: the same calls and the same luck."""
    part = cut(plan.calls, block, longest_wait_seconds=plan.conditions.longest_wait_seconds)
    before, after = (_play(plan, part, terms) for terms in (plan.comparison.before, plan.comparison.after))
    return before, after


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A block's calls; the counted ones are the rows from ``first`` up to ``last``."""

    block: Block
    calls: TrialCalls
    first: int
    last: int

    def counts(self, row: int) -> bool:
        """Whether what becomes of the call is counted."""
        return self.first <= row < self.last


def cut(calls: TrialCalls, block: Block, *, longest_wait_seconds: int) -> Part:
    """The calls of a block, with those before that bind units and those after that somebody may prefer."""
    span = (block.counted_from - WARM_UP_SECONDS, block.counted_to + longest_wait_seconds)
    begin, end = np.searchsorted(calls.calls.at_seconds, span).tolist()
    first, last = np.searchsorted(calls.calls.at_seconds, block).tolist()
    rows = slice(begin, end)
    columns = {
        name: getattr(calls.calls, name)[rows] for name in Calls.__dataclass_fields__ if name not in _WHOLE
    }
    part = TrialCalls(
        calls=replace(calls.calls, **columns),
        true_priority=calls.true_priority[rows],
        answers=calls.answers[rows],
        report_seconds=calls.report_seconds[rows],
    )
    return Part(block=block, calls=part, first=first - begin, last=last - begin)


_WHOLE: Final = ("begins", "natures")


class Tally:
    """A trial's ``Watcher`` that hears of refusals, too: what a call met when it was first looked at."""

    def __init__(self, part: Part, homes: Sequence[int]) -> None:
        self._part, self._homes = part, homes
        self._heard: dict[int, dict[Why, None]] = {}
        self._looked = np.zeros(part.last - part.first, dtype=np.bool_)
        self.waited = np.zeros(part.last - part.first, dtype=np.bool_)
        self.refused: Counter[RefusedKey] = Counter()

    def hear(self, row: int, unit: int, refusal: Refusal) -> None:
        """A neighbour's unit may not come to the call that is just looked at."""
        reasons = (
            Why(each.code.value, each.agreement_id or "", each.clause or "") for each in refusal.reasons
        )
        self._heard.setdefault(self._homes[unit], {}).update(dict.fromkeys(reasons))

    def decided(self, row: int, at: float, choice: Choice, desk: Desk) -> None:
        heard, self._heard = self._heard, {}
        mine = row - self._part.first
        if not self._part.counts(row) or self._looked[mine]:
            return
        self._looked[mine] = True
        self.waited[mine] = choice.unit is None and choice.hold_seconds is None  # not held on purpose
        if choice.unit is not None:
            heard.pop(self._homes[choice.unit], None)  # another unit of its may come
        day, borrower = desk.rows.at_seconds[row] // DAY_SECONDS, desk.rows.jurisdiction[row]
        for lender, reasons in heard.items():
            for why in (AS_SUCH, *reasons):
                self.refused[RefusedKey(day, lender, borrower, why)] += 1

    def lent(self, row: int, at: float, unit: int, permit: Permit, borrower: int, desk: Desk) -> None:
        pass

    def let_go(self, unit: int) -> None:
        pass


def _play(plan: Plan, part: Part, terms: Terms) -> Outcome:
    tally = Tally(part, plan.terrain.scene.homes)
    books = Trial(
        plan.terrain,
        part.calls,
        terms.agreements,
        make_policy(plan.policy, plan.known),
        conditions=plan.conditions,
        practice=plan.known.practice,
        watcher=tally,
        standing=terms.standing,
        heard=tally.hear,
    ).run()
    counted = slice(part.first, part.last)
    zero, below = _list_short(plan, part.block, books)
    return Outcome(
        arrival_seconds=books.arrival_seconds[counted],
        unit=books.unit[counted],
        waited=tally.waited,
        lender_lent=books.lender_lent[counted],
        lent_seconds=_list_lent(part, books)[counted],
        zero_seconds=zero,
        below_seconds=below,
        stood_by_seconds=_list_stood_by(plan, part.block, books),
        refused=tally.refused,
        dealt=_count_dealt(plan, part, books),
    )


def _list_short(plan: Plan, block: Block, books: Books) -> tuple[Floats, Floats]:
    """(days, jurisdictions): without any ambulance free, and below the own floor."""
    scene, away = plan.terrain.scene, list_away(books)
    edges = np.arange(block.counted_from, block.counted_to + 1, DAY_SECONDS, dtype=np.float64)
    zero, below = [], []
    for home, floor in enumerate(plan.floors):
        own = [unit for unit, whose in enumerate(scene.homes) if whose == home]
        group = [unit for unit in own if scene.units[unit].unit_type in floor.group]
        zero.append(seconds_below(away, own, keep=1, edges=edges))
        below.append(seconds_below(away, group, keep=floor.keep, edges=edges))
    return np.array(zero).T, np.array(below).T


def _list_lent(part: Part, books: Books) -> Floats:
    found = np.zeros(len(part.calls))
    for each in books.sent:
        if each.permit is not None:
            asked = each.mission.sent if each.asked_at is None else each.asked_at
            found[each.mission.row] = each.mission.over - asked
    return found


def _list_stood_by(plan: Plan, block: Block, books: Books) -> Floats:
    days = (block.counted_to - block.counted_from) // DAY_SECONDS
    found = np.zeros((days, len(plan.terrain.scene.jurisdictions)))
    for each in books.moved:
        if block.counted_from <= each.at < block.counted_to:
            day = int(each.at - block.counted_from) // DAY_SECONDS
            found[day, plan.terrain.scene.homes[each.unit]] += each.ended_at - each.at
    return found


def _count_dealt(plan: Plan, part: Part, books: Books) -> Counter[DealtKey]:
    homes, calls, block = plan.terrain.scene.homes, part.calls.calls, part.block
    found: Counter[DealtKey] = Counter()
    for asked in books.asked:
        if part.counts(asked.row):
            day = int(calls.at_seconds[asked.row]) // DAY_SECONDS
            borrower = int(calls.jurisdiction[asked.row])
            found[DealtKey(day, homes[asked.unit], borrower, asked.answer)] += 1
    for moved in books.moved:
        if block.counted_from <= moved.at < block.counted_to:
            day = int(moved.at) // DAY_SECONDS
            found[DealtKey(day, homes[moved.unit], moved.borrower, STOOD_BY)] += 1
    return found
