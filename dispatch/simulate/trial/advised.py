"""The policies that follow advice: the same functions decide here as in the live service.

What an advice needs is worked out no further than it could matter: with an own unit in target, or while a
jurisdiction is green, no neighbour's unit can come first, so that none is judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from dispatch.aid.advice.opinion import Because, compare_courses
from dispatch.aid.advice.options import Advice, CallFacts, Course, Option
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.rank import rank
from dispatch.aid.advice.situation import LEVEL, Situation
from dispatch.aid.advice.standby import StandbyMove, propose_standby
from dispatch.aid.advice.standby_opinion import Move as PlayedMove
from dispatch.aid.advice.standby_opinion import compare_standby
from dispatch.aid.advise import MOST_WEIGHED
from dispatch.model.ids import UnitId
from dispatch.model.jurisdiction import CoverState
from dispatch.simulate.calls import PRIORITIES, TYPES
from dispatch.simulate.trial.desk import CRITICAL, EMERGENT, Desk, Permitted
from dispatch.simulate.trial.policy import NOBODY, Choice, Move, ask
from dispatch.simulate.trial.sight import Part, Sight

MOST_AID: Final = MOST_WEIGHED
"""As many neighbours' units as the live service weighs."""

MOST_MOVES: Final = 3
"""Proposed moves that are played, the best by cover."""

REST_SECONDS: Final = 120.0
"""How soon the same jurisdiction's standby is thought over again."""

LONGEST_HOLD_SECONDS: Final = 300.0


@dataclass(slots=True, kw_only=True)
class Advised:
    """Follows ``rank``; with ``rollouts`` what simulated futures say where that differs; with ``standby``
    moves units in. Of one trial: it remembers.
    """

    name: str
    practice: Practice
    sight: Sight
    rollouts: bool
    standby: bool
    seed: int
    keeps_agreements: bool = True
    drops_boundaries: bool = True
    request_seconds: int | None = None
    moves: bool = False
    compared: int = 0
    disagreed: int = 0
    _rested: dict[int, tuple[float, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.moves = self.standby

    def choose(self, row: int, at: float, desk: Desk) -> Choice:
        """What to do about a call, by the advice, or by the futures where they were played."""
        here = desk.rows.jurisdiction[row]
        part = self.sight.part_of(here, desk)
        table = _Table(row, at, desk, self.practice, part)
        cover = self.sight.cover(here, desk, at, row=row)
        call = table.facts(cover)
        free = table.list_free_own()
        urgent = desk.rows.priority[row] == CRITICAL
        soonest = min((option.eta_seconds for option in free), default=None)
        within = self.practice.targets[call.priority].within_seconds
        in_target = soonest is not None and call.waited_seconds + soonest <= within
        if in_target and (urgent or cover is CoverState.GREEN):
            return table.follow(rank(call, free, self.sight.look(desk, at, around=here), self.practice))
        situation = self.sight.look(desk, at, around=here)
        options = [*free, *table.list_aid(), *table.list_busy_own(self.sight.free_in_seconds(desk, at))]
        advice = rank(call, options, situation, self.practice)
        return table.follow(self._think_over(call, advice, situation, row))

    def list_moves(self, borrower: int, at: float, desk: Desk) -> Sequence[Move]:
        """The move into a short area that pays most in simulated futures, or by cover alone."""
        serving = desk.fleet.serving[borrower]
        since, then = self._rested.get(borrower, (float("-inf"), -1))
        if not desk.home_units(borrower) or (at - since < REST_SECONDS and then == serving):
            return ()
        cover = self.sight.cover(borrower, desk, at)
        if cover is CoverState.GREEN:
            return ()
        self._rested[borrower] = (at, serving)
        situation = self.sight.look(desk, at, around=borrower)
        part = self.sight.part_of(borrower, desk)
        proposed = propose_standby(
            situation,
            int(part.area_of[borrower]),
            cover,
            self.practice,
            lambda row: desk.permit_standby(part.unit_list[row], borrower, at) is not None,
        )
        best = [move for move in proposed if not move.is_move_up][:MOST_MOVES]
        chosen = self._play_moves(best, situation, int(at)) if self.rollouts else best[:1]
        return [Move(part.unit_list[move.unit], borrower, move.post) for move in chosen]

    def _think_over(self, call: CallFacts, advice: Advice, situation: Situation, row: int) -> Advice:
        if not self.rollouts:
            return advice
        opinion = compare_courses(call, advice, situation, self.practice, seed=self._draw(row))
        if opinion.because is not Because.COMPARED or opinion.course is None:
            return advice
        self.compared += 1
        if opinion.agrees:
            return advice
        self.disagreed += 1
        return replace(advice, course=opinion.course, unit_id=opinion.unit_id)

    def _play_moves(
        self, moves: Sequence[StandbyMove], situation: Situation, number: int
    ) -> Sequence[StandbyMove]:
        played = compare_standby(
            [PlayedMove(row=move.unit, post=move.post, serves=move.area) for move in moves],
            situation,
            self.practice,
            seed=self._draw(number),
        )
        worth = [(-each.gain, place) for place, each in enumerate(played) if each.pays]
        return [moves[min(worth)[1]]] if worth else []

    def _draw(self, number: int) -> int:
        return (self.seed * 1_000_003 + number * 7_919) % 2**31


class _Table:
    """One call's options as ranking takes them, and the way back from its advice."""

    def __init__(self, row: int, at: float, desk: Desk, practice: Practice, part: Part) -> None:
        self._row, self._at, self._desk, self._practice, self._part = row, at, desk, practice, part
        self._permitted: dict[UnitId, Permitted] = {}
        self._here = desk.rows.jurisdiction[row]

    def facts(self, cover: CoverState) -> CallFacts:
        """The call as ranking sees it."""
        rows, desk = self._desk.rows, self._desk
        return CallFacts(
            borrower=desk.scene.jurisdictions[self._here],
            priority=PRIORITIES[rows.priority[self._row]],
            level=LEVEL.get(TYPES[rows.need[self._row]]),
            cell=self._part.cell_of[int(desk.terrain.cell_of[rows.place[self._row]])],
            waited_seconds=self._at - rows.at_seconds[self._row],
            cover=cover,
        )

    def list_free_own(self) -> list[Option]:
        """Own ones, and neighbours' that stand by here: lent before, they are sent like own ones."""
        desk, row, at = self._desk, self._row, self._at
        own = [self._option(free.unit, free.eta_seconds) for free in desk.list_own(row, at)]
        for near in desk.list_standing_by(row, at):
            self._permitted[desk.scene.units[near.unit].id] = near
            own.append(self._option(near.unit, near.eta_seconds))
        return own

    def list_aid(self) -> list[Option]:
        """Neighbours' units that may come, the nearest ones."""
        asked = self._desk.conditions.request_seconds
        found = []
        for aid in islice(self._desk.walk_aid(self._row, self._at, asked_seconds=asked), MOST_AID):
            option = self._option(aid.unit, aid.eta_seconds)
            self._permitted[option.unit_id] = aid
            asked_seconds = aid.arrival_seconds - aid.eta_seconds
            found.append(replace(option, permit=aid.permit, asked_seconds=asked_seconds))
        return found

    def list_busy_own(self, free_in_seconds: Sequence[float]) -> list[Option]:
        """Own units at work that one could wait for; also those that work for a neighbour, as live."""
        desk, row, at = self._desk, self._row, self._at
        fleet, rows = desk.fleet, desk.rows
        found = []
        for unit in desk.units_of(self._here, rows.need[row]):
            if fleet.free[unit] or fleet.mission[unit] is None:
                continue
            emergent = EMERGENT[rows.priority[row]]
            seconds = fleet.waiting_seconds(unit, rows.place[row], at, emergent=emergent)
            free_in = free_in_seconds[unit]
            if seconds + free_in != float("inf"):
                option = self._option(unit, round(seconds))
                found.append(replace(option, free_in_seconds=max(1, round(free_in))))
        return found

    def follow(self, advice: Advice) -> Choice:
        """What the advice means for the engine."""
        if advice.course is Course.HOLD:
            target = self._practice.targets[PRIORITIES[self._desk.rows.priority[self._row]]]
            left = target.hold_seconds - (self._at - self._desk.rows.at_seconds[self._row])
            return Choice(None, hold_seconds=min(LONGEST_HOLD_SECONDS, max(60.0, left)))
        if advice.course is Course.NOBODY or advice.unit_id is None:
            return NOBODY
        permitted = self._permitted.get(advice.unit_id)
        if permitted is not None:
            return ask(permitted)
        chosen = next(w.option for w in advice.order if w.option.unit_id == advice.unit_id)
        if chosen.row is None:
            return NOBODY
        return Choice(self._part.unit_list[chosen.row], eta_seconds=chosen.eta_seconds)

    def _option(self, unit: int, eta_seconds: int) -> Option:
        each, row = self._desk.scene.units[unit], self._part.unit_of[unit]
        return Option(unit_id=each.id, home=each.jurisdiction_id, row=row, eta_seconds=eta_seconds)
