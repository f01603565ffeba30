"""One trial: a policy lives through the calls, from the first to the last, by events.

The engine does what the policy says, whatever that is; the audit (``audit.py``) is told of every decision
and judges it by itself. A call that nobody goes to waits by priority, then time; it is looked at again when
a unit that could serve it is free, when its hold is over, and every few minutes in case an hour or a
cover has changed what an agreement says.
"""

from collections.abc import Sequence
from enum import IntEnum
from heapq import heappop, heappush
from typing import Final, NamedTuple, Protocol

import numpy as np

from dispatch.agreements.permit import Permit
from dispatch.agreements.standing import NO_STANDING, Standing
from dispatch.agreements.terms import Agreement
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.simulate.calls import rows_of
from dispatch.simulate.trial.books import Asked, Books, Moved, Sent, open_books
from dispatch.simulate.trial.calls import ANSWERS, TrialCalls
from dispatch.simulate.trial.conditions import USUAL, Conditions
from dispatch.simulate.trial.desk import CRITICAL, EMERGENT, Desk, Heard
from dispatch.simulate.trial.fleet import Fleet, Loan, Mission
from dispatch.simulate.trial.policy import Choice, Move, Policy
from dispatch.simulate.trial.terrain import Terrain

LOOK_AGAIN_SECONDS: Final = 300.0
"""How often a call that waits is looked at again though nothing has happened."""

REFUSED_MOVE_REST_SECONDS: Final = 1800.0
"""How long a lender that would not move a unit is not asked to by the same neighbour again."""


class Kind(IntEnum):
    """What happens; at the same second in this order."""

    KNOWN = 0
    ANSWERED = 1
    STANDBY_OVER = 2
    LOOK_AGAIN = 3


class Event(NamedTuple):
    """Sorts by moment, kind, and whom it is about: the same order every time. ``turn`` tells stale ones."""

    at: float
    kind: Kind
    about: int
    turn: int


class Pending(NamedTuple):
    """A request that waits for its answer. ``number`` counts those for the same call, from 0."""

    row: int
    choice: Choice
    at: float
    due: float
    number: int


class Watcher(Protocol):
    """Is told of each decision before it is carried out."""

    def decided(self, row: int, at: float, choice: Choice, desk: Desk) -> None:
        """A call was looked at."""
        ...

    def lent(self, row: int, at: float, unit: int, permit: Permit, borrower: int, desk: Desk) -> None:
        """A neighbour's unit is about to be asked for, or sent; ``row`` -1: to stand by."""
        ...

    def let_go(self, unit: int) -> None:
        """Nothing came of what the unit was asked for."""
        ...


class Trial:
    """Runs once. ``run`` answers the books; ``heard`` hears of every refusal by an agreement."""

    def __init__(
        self,
        terrain: Terrain,
        calls: TrialCalls,
        agreements: Sequence[Agreement],
        policy: Policy,
        *,
        conditions: Conditions = USUAL,
        practice: Practice = DEFAULT_PRACTICE,
        watcher: Watcher | None = None,
        standing: Standing = NO_STANDING,
        heard: Heard | None = None,
    ) -> None:
        self._terrain, self._scene, self._calls = terrain, terrain.scene, calls
        self._policy, self._conditions, self._practice = policy, conditions, practice
        self._watcher = watcher
        self.rows = rows = rows_of(calls.calls)
        of_call, memory = (rows.place.__getitem__, rows.incident.__getitem__), practice.prices.ledger_memory
        self._fleet = Fleet(terrain, conditions, *of_call, ledger_memory=memory)
        self._desk = Desk(terrain, calls, agreements, self._fleet, conditions, standing=standing, heard=heard)
        self.books = open_books(len(calls))
        self._events: list[Event] = []
        self._turn = [0] * len(self._scene.units)
        self._looks: dict[int, int] = {}
        self._asked: dict[int, Pending] = {}
        self._asked_times: dict[int, int] = {}
        self._stands_since: dict[int, float] = {}
        self._move_rest: dict[tuple[int, int], float] = {}
        self._report = calls.report_seconds.tolist()
        ways = self._scene.ways
        self._to_hospital: list[float] = ways.to_hospital.astype(float).tolist()
        self._hospital: list[int] = ways.hospital.tolist()
        self._home_from_place: list[list[float]] = ways.home_from_place.astype(float).tolist()
        self._home_from_hospital: list[list[float]] = ways.home_from_hospital.astype(float).tolist()

    def run(self) -> Books:
        """From the first call until nobody can wait any more."""
        calls = self._calls.calls.at_seconds.tolist()
        for row, at in enumerate(calls):
            self._live_until(at)
            self._take(row, at)
        end = (calls[-1] if calls else 0) + self._conditions.longest_wait_seconds + 1.0
        self._live_until(end)
        for unit in sorted(self._stands_since):
            self._note_standby(unit, end, by_call=False)
        return self.books

    # Events

    def _live_until(self, until: float) -> None:
        events = self._events
        while events and events[0].at <= until:
            event = heappop(events)
            match event.kind:
                case Kind.KNOWN:
                    self._fleet.set_free(event.about)
                    self._try_waiting(event.about, event.at)
                    self._settle(self._scene.homes[event.about], event.at)
                case Kind.ANSWERED:
                    self._hear_answer(event)
                case Kind.STANDBY_OVER:
                    if event.turn == self._turn[event.about] and event.about in self._stands_since:
                        self._send_home(event.about, event.at)
                case Kind.LOOK_AGAIN:
                    if event.turn == self._looks.get(event.about):
                        self._look_again(event.about, event.at)

    def _take(self, row: int, at: float) -> None:
        home = self.rows.jurisdiction[row]
        self.books.lender_lent[row] = self._fleet.lent_out[home] > 0
        self._decide(row, at)
        if row not in self._asked and self.books.unit[row] < 0:
            self._wait(row)

    def _decide(self, row: int, at: float) -> bool:
        """Look at a call; answers whether somebody goes or is asked."""
        choice = self._policy.choose(row, at, self._desk)
        self.books.decisions += 1
        if self._watcher is not None:
            self._watcher.decided(row, at, choice, self._desk)
        unit = choice.unit
        if unit is None:
            hold = choice.hold_seconds
            self._look_later(row, at + (LOOK_AGAIN_SECONDS if hold is None else max(30.0, hold)))
            return False
        if row in self._desk.waiting:
            self._desk.waiting.remove(row)
        if choice.permit is not None and self._watcher is not None:
            self._watcher.lent(row, at, unit, choice.permit, self.rows.jurisdiction[row], self._desk)
        if choice.asked_seconds > 0:
            self._ask(row, at, choice, unit)
        else:
            self._send(row, at, unit, choice.permit, asked_at=None)
        return True

    def _wait(self, row: int) -> None:
        rows = self.rows
        self._desk.waiting.append(row)
        self._desk.waiting.sort(key=lambda each: (rows.priority[each], rows.at_seconds[each], each))

    def _look_later(self, row: int, at: float) -> None:
        turn = self._looks[row] = self._looks.get(row, 0) + 1
        if at < self.rows.at_seconds[row] + self._conditions.longest_wait_seconds:
            heappush(self._events, Event(at, Kind.LOOK_AGAIN, row, turn))

    def _look_again(self, row: int, at: float) -> None:
        if row in self._desk.waiting:
            self._decide(row, at)

    def _try_waiting(self, unit: int, at: float) -> None:
        """A unit is free: whoever waits and could be served by it is looked at, in order."""
        desk, rows = self._desk, self.rows
        if desk.waiting:
            patient = at - self._conditions.longest_wait_seconds
            desk.waiting = [row for row in desk.waiting if rows.at_seconds[row] >= patient]
            for row in list(desk.waiting):
                if not self._fleet.free[unit]:
                    break
                if row in desk.waiting and desk.may_serve(unit, row):
                    self._decide(row, at)
        if self._fleet.free[unit] and self._asked:
            self._take_back(unit, at)

    # Asking

    def _ask(self, row: int, at: float, choice: Choice, unit: int) -> None:
        permit = choice.permit
        if permit is None:
            raise ValueError("only a neighbour's unit is asked for")
        number = self._asked_times.get(row, 0)
        self._asked_times[row] = number + 1
        due = at + choice.asked_seconds
        if self._answer(row, number, permit) == "expired":
            due = at + max(choice.asked_seconds, self._conditions.silence_seconds)
        self._fleet.ask(unit, self._loan(unit, self.rows.jurisdiction[row], row, permit, at))
        self._asked[row] = Pending(row, choice, at, due, number)
        heappush(self._events, Event(due, Kind.ANSWERED, row, number))
        self._settle(self._scene.homes[unit], at)

    def _answer(self, row: int, number: int, permit: Permit) -> str:
        if not permit.may_decline or self.rows.priority[row] == CRITICAL or number >= ANSWERS:
            return "accepted"
        drawn = float(self._calls.answers[row, number])
        if drawn < self._conditions.refusals:
            return "declined"
        return "expired" if drawn < self._conditions.refusals + self._conditions.silences else "accepted"

    def _hear_answer(self, event: Event) -> None:
        pending = self._asked.get(event.about)
        if pending is None or pending.number != event.turn:
            return
        row, unit, permit = pending.row, pending.choice.unit, pending.choice.permit
        if unit is None or permit is None:
            return
        answer = self._answer(row, pending.number, permit)
        again = self._desk.permit_again(row, unit, event.at) if answer == "accepted" else None
        if again is None and answer == "accepted":
            answer = "lapsed"
        self._close(pending, event.at, answer)
        if again is not None:
            if self._watcher is not None:
                self._watcher.lent(row, event.at, unit, again, self.rows.jurisdiction[row], self._desk)
            self._send(row, event.at, unit, again, asked_at=pending.at)
            return
        self._let_go(unit)
        self._desk.asked_before.setdefault(row, set()).add(unit)
        if not self._decide(row, event.at):
            self._wait(row)
        self._try_waiting(unit, event.at)

    def _take_back(self, unit: int, at: float) -> None:
        """An own unit has come free that is there before the neighbour's that somebody is just asking for."""
        rows, home = self.rows, self._scene.homes[unit]
        for row in sorted(self._asked, key=lambda each: (rows.priority[each], rows.at_seconds[each], each)):
            pending = self._asked[row]
            if rows.jurisdiction[row] != home or unit not in self._desk.units_of(home, rows.need[row]):
                continue
            emergent = EMERGENT[rows.priority[row]]
            eta = self._fleet.believed_seconds(unit, rows.place[row], at, emergent=emergent)
            asked_for = pending.choice.unit
            if asked_for is None or eta >= pending.due - at + pending.choice.eta_seconds:
                continue
            self._close(pending, at, "withdrawn")
            self._let_go(asked_for)
            self._send(row, at, unit, None, asked_at=None)
            self._try_waiting(asked_for, at)
            return

    def _let_go(self, unit: int) -> None:
        self._fleet.let_go(unit)
        if self._watcher is not None:
            self._watcher.let_go(unit)

    def _close(self, pending: Pending, at: float, answer: str) -> None:
        del self._asked[pending.row]
        unit, permit = pending.choice.unit, pending.choice.permit
        if unit is not None and permit is not None:
            self.books.asked.append(Asked(pending.row, unit, permit, pending.at, at, answer))

    # Sending

    def _send(self, row: int, at: float, unit: int, permit: Permit | None, *, asked_at: float | None) -> None:
        fleet, scene = self._fleet, self._scene
        stood_by = self._leave_standby(unit, at)
        lent = permit is not None
        mission, source = self._plan(row, at, unit, lent=lent)
        if permit is not None:
            fleet.lend(unit, self._loan(unit, self.rows.jurisdiction[row], row, permit, at))
        fleet.send(unit, mission, source=source, home_post=scene.posts[unit])
        self._turn[unit] += 1
        heappush(self._events, Event(mission.known, Kind.KNOWN, unit, self._turn[unit]))
        self.books.sent.append(Sent(unit, mission, permit, asked_at, stood_by))
        self.books.arrival_seconds[row] = mission.arrives - self.rows.at_seconds[row]
        self.books.unit[row] = unit
        self._looks.pop(row, None)
        self._settle(scene.homes[unit], at)
        if stood_by:
            self._settle(self.rows.jurisdiction[row], at)

    def _plan(self, row: int, at: float, unit: int, *, lent: bool) -> tuple[Mission, int]:
        """When the unit passes each stage of the call, and where it sets off for home."""
        rows, scene, fleet = self.rows, self._scene, self._fleet
        place, post = rows.place[row], scene.posts[unit]
        siren = scene.siren[unit] if EMERGENT[rows.priority[row]] else 1.0
        rolls = at + (0.0 if fleet.is_rolling(unit, at) else scene.chute_seconds[unit])
        arrives = rolls + fleet.driving_seconds(unit, place, at) / siren
        leaves = arrives + rows.scene_seconds[row]
        if rows.transported[row]:
            at_hospital = leaves + self._to_hospital[place]
            clear = at_hospital + rows.hospital_seconds[row]
        else:
            at_hospital = clear = leaves
        hospital = self._hospital[place] if rows.transported[row] else -1
        if hospital >= 0:
            source, back = hospital, self._home_from_hospital[post][hospital]
        else:
            source, back = self._terrain.source_of_cell(place), self._home_from_place[post][place]
        over = clear + (back if np.isfinite(back) else scene.ways.out[post, place])
        done = over if lent else clear
        known = done + self._report[row]
        return Mission(row, at, rolls, arrives, leaves, at_hospital, clear, over, known, lent), source

    def _loan(self, unit: int, borrower: int, row: int, permit: Permit, at: float) -> Loan:
        return Loan(
            permit=permit,
            lender=self._scene.homes[unit],
            borrower=borrower,
            row=row,
            since=self._desk.moment(at),
        )

    # Standing by

    def _settle(self, jurisdiction: int, at: float) -> None:
        """After a jurisdiction's free units have changed: end standbys, propose new ones."""
        if not self._policy.moves:
            return
        rules, fleet = self._practice.standby, self._fleet
        for unit in sorted(self._stands_since):
            loan = fleet.loan[unit] if unit in self._stands_since else None
            if loan is None or jurisdiction not in (loan.lender, loan.borrower):
                continue
            enough = fleet.free_at_home[loan.borrower] >= rules.ends_at_free
            if enough or fleet.count_spare(loan.lender, level=fleet.level[unit]) < rules.lender_keeps:
                self._send_home(unit, at)
        if fleet.free_at_home[jurisdiction] >= rules.ends_at_free:
            return  # whoever moved in now would be let go at once
        for move in self._policy.list_moves(jurisdiction, at, self._desk):
            self._move(move, at)

    def _move(self, move: Move, at: float) -> None:
        lender = self._scene.homes[move.unit]
        if self._move_rest.get((lender, move.borrower), -1.0) > at:
            return
        permit = self._desk.permit_standby(move.unit, move.borrower, at)
        if permit is None:
            return
        if permit.may_decline and self._draw_move() < self._conditions.refusals:
            self.books.moves_refused += 1
            self._move_rest[lender, move.borrower] = at + REFUSED_MOVE_REST_SECONDS
            return
        if self._watcher is not None:
            self._watcher.lent(-1, at, move.unit, permit, move.borrower, self._desk)
        fleet = self._fleet
        asked = 0 if permit.automatic else self._conditions.request_seconds
        seconds = asked + float(self._terrain.grid.between[fleet.post[move.unit], move.post])
        loan = self._loan(move.unit, move.borrower, -1, permit, at)
        fleet.stand_by(move.unit, loan, post=move.post, seconds=seconds, at=at)
        self._turn[move.unit] += 1
        self._stands_since[move.unit] = at
        ends = at + self._practice.standby.longest.total_seconds()
        heappush(self._events, Event(ends, Kind.STANDBY_OVER, move.unit, self._turn[move.unit]))
        self._try_waiting(move.unit, at)

    def _draw_move(self) -> float:
        number = len(self.books.moved) + len(self._stands_since) + self.books.moves_refused
        answers = self._calls.answers
        return float(answers[number % len(answers), ANSWERS - 1]) if len(answers) else 1.0

    def _send_home(self, unit: int, at: float) -> None:
        self._note_standby(unit, at, by_call=False)
        home_post = self._scene.posts[unit]
        seconds = float(self._terrain.grid.between[self._fleet.post[unit], home_post])
        self._fleet.go_home(unit, seconds=seconds, at=at)
        self._turn[unit] += 1
        self._try_waiting(unit, at)

    def _leave_standby(self, unit: int, at: float) -> bool:
        if unit not in self._stands_since:
            return False
        self._note_standby(unit, at, by_call=True)
        return True

    def _note_standby(self, unit: int, at: float, *, by_call: bool) -> None:
        loan = self._fleet.loan[unit]
        since = self._stands_since.pop(unit)
        if loan is not None:
            self.books.moved.append(Moved(unit, loan.borrower, loan.permit, since, at, by_call))
