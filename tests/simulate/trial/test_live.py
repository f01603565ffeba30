"""The simulated desk decides what the live service would: the same units, times and permits."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from dispatch.agreements.permit import Permit
from dispatch.agreements.reasons import ReasonCode
from dispatch.agreements.terms import Agreement
from dispatch.aid.advice.counsel import PLAIN, Counsel, CoverFigures
from dispatch.aid.advice.lending_table import lending_table
from dispatch.aid.advice.options import Advice, Course
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Method
from dispatch.aid.advice.situate import register_of
from dispatch.aid.assignment import Assignment
from dispatch.aid.given import find_ended_loan, given_hours
from dispatch.aid.lending import Asking
from dispatch.aid.reach import Reach
from dispatch.aid.recommend import Recommendation, recommend
from dispatch.aid.request import AidRequest, RequestState
from dispatch.aid.waiting import Waiting, WaitingCall
from dispatch.live.picture import Picture
from dispatch.live.report import PositionReport
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId, RequestId
from dispatch.model.incident import Incident, Need
from dispatch.model.jurisdiction import CoverState
from dispatch.model.region import Region
from dispatch.simulate.calls import PRIORITIES, TYPES
from dispatch.simulate.scene import NO_ROADS
from dispatch.simulate.trial.advised import Advised
from dispatch.simulate.trial.books import Books
from dispatch.simulate.trial.calls import make_forecast, make_pattern
from dispatch.simulate.trial.conditions import KIND
from dispatch.simulate.trial.desk import Desk
from dispatch.simulate.trial.engine import Trial
from dispatch.simulate.trial.fleet import Loan, Mission
from dispatch.simulate.trial.policy import Choice, Closest
from dispatch.simulate.trial.sight import Sight
from tests.make_neighbours import (
    assignment_of,
    make_agreements,
    make_four_calls,
    make_four_terrain,
    make_region,
    state_of,
)


@dataclass
class Beside:
    """Asks the live service at each decision, from a picture and records of that moment."""

    region: Region
    agreements: Sequence[Agreement]
    books: Books | None = None
    advised: Advised | None = None
    compared: int = 0
    asked_neighbours: int = 0
    kept_for_own_calls: int = 0
    lent_beside_own_calls: int = 0
    givers_spared: int = 0
    givers_not_spared: int = 0
    courses: Counter[Course] = field(default_factory=Counter)

    def decided(self, row: int, at: float, choice: Choice, desk: Desk) -> None:
        shown = self._recommend(row, at, desk)
        if any(unit.promised for unit in shown.own):
            return  # live, one's own unit may still be sent while a neighbour's request for it is open
        free_own = [unit for unit in shown.own if unit.free_in_seconds == 0 and not unit.estimate]
        assert [(unit.unit_id, unit.eta_seconds) for unit in free_own] == [
            (desk.scene.units[each.unit].id, each.eta_seconds) for each in sorted(desk.list_own(row, at))
        ]
        aid = list(desk.walk_aid(row, at, asked_seconds=60))
        assert [(each.unit_id, each.eta_seconds, each.permit) for each in shown.candidates] == [
            (desk.scene.units[each.unit].id, each.eta_seconds, each.permit) for each in aid[:10]
        ]
        if self.advised is None:
            first = [*free_own, *shown.candidates][:1]
            best = first[0].unit_id if first else None
        else:
            advice = shown.advised.advice
            self.courses[advice.course] += 1
            self._count_givers(advice, desk, at)
            best = None if advice.course is Course.HOLD else advice.unit_id
        assert best == (None if choice.unit is None else desk.scene.units[choice.unit].id)
        self.compared += 1
        self.asked_neighbours += bool(shown.candidates) and not free_own
        codes = {reason.code for refusal in shown.refusals for reason in refusal.reasons}
        self.kept_for_own_calls += ReasonCode.OWN_CALL_WAITING in codes
        short = _waiting(row, desk)
        self.lent_beside_own_calls += any(candidate.lender in short for candidate in shown.candidates)

    def _count_givers(self, advice: Advice, desk: Desk, at: float) -> None:
        """How many neighbours' units were weighed whose home had given more than it received."""
        names = desk.scene.jurisdictions
        gave = {name for row, name in enumerate(names) if desk.fleet.given_hours.net(row, at) > 0.01}
        for weighed in advice.order:
            if weighed.option.permit is not None and weighed.option.home in gave:
                self.givers_spared += weighed.ledger_price > 0
                self.givers_not_spared += weighed.ledger_price == 0

    def lent(self, row: int, at: float, unit: int, permit: Permit, borrower: int, desk: Desk) -> None:
        """Judged elsewhere."""

    def let_go(self, unit: int) -> None:
        """Nobody declines here, but a loan may not be permitted any more when it is answered."""

    def _recommend(self, row: int, at: float, desk: Desk) -> Recommendation:
        now = desk.moment(at)
        picture = Picture(self.region.units)
        assignments, requests = [], []
        for unit, each in enumerate(desk.scene.units):
            mission = desk.fleet.mission[unit]
            place = desk.scene.stations[unit] if mission is None else _cell(desk, mission)
            picture.apply_position(PositionReport(unit_id=each.id, position=place, at=now, source="avl"), now)
            picture.apply_state(state_of(each, mission, at, desk))
            loan = desk.fleet.loan[unit]
            if mission is not None and not desk.fleet.free[unit]:
                number = self._number(unit)
                permit = None if loan is None else loan.permit
                assignments.append(assignment_of(desk, unit, mission, permit, number, at=at))
            elif loan is not None:
                requests.append(_request(desk, unit, loan))
        incident = Incident(
            id=IncidentId(str(row)),
            number=str(row),
            jurisdiction_id=desk.scene.jurisdictions[desk.rows.jurisdiction[row]],
            position=desk.scene.places[desk.rows.place[row]],
            priority=PRIORITIES[desk.rows.priority[row]],
            nature="Fall",
            needs=(Need(unit_type=TYPES[desk.rows.need[row]]),),
            opened_at=desk.moment(desk.rows.at_seconds[row]),
        )
        return recommend(
            incident,
            region=self.region,
            picture=picture,
            reach=Reach(NO_ROADS, self.region),
            agreements=self.agreements,
            assignments=assignments,
            requests=requests,
            now=now,
            asking=Asking(
                recent=tuple(self._recent(desk, at)),
                cover=self._cover(row, at, desk),
                waiting=_waiting(row, desk),
            ),
            counsel=PLAIN if self.advised is None else self._counsel(at, desk),
        )

    def _cover(self, row: int, at: float, desk: Desk) -> CoverState | None:
        """As the policy has just read it: a second reading of the same moment says the same."""
        if self.advised is None:
            return None
        return self.advised.sight.cover(desk.rows.jurisdiction[row], desk, at, row=row)

    def _counsel(self, at: float, desk: Desk) -> Counsel:
        assert self.advised is not None
        grid, practice, names = desk.terrain.grid, self.advised.practice, desk.scene.jurisdictions
        hour = desk.moment(at // 3600 * 3600)
        past = [row for row, when in enumerate(desk.rows.at_seconds) if at - 3600 < when <= at]
        figures = CoverFigures(
            grid=grid,
            register=register_of(self.region, grid),
            forecast=self.advised.sight.forecast,
            lending=lending_table(grid, desk.pairs, self.region, hour, practice=practice),
            last_hour=Counter(names[desk.rows.jurisdiction[row]] for row in past),
            ledger_hours=self._given_hours(at, desk),
        )
        return Counsel(practice=practice, figures=figures)

    def _given_hours(self, at: float, desk: Desk) -> Mapping[JurisdictionId, float]:
        """As the service counts them of its record; the trial has the same."""
        ended = [loan for one in self._recent(desk, at) if (loan := find_ended_loan(one)) is not None]
        memory = DEFAULT_PRACTICE.prices.ledger_memory
        found = given_hours(ended, now=desk.moment(at), memory=memory)
        for row, name in enumerate(desk.scene.jurisdictions):
            assert desk.fleet.given_hours.net(row, at) == pytest.approx(found.get(name, 0.0), abs=1e-6)
        return found

    def _number(self, unit: int) -> int:
        assert self.books is not None
        return max(number for number, each in enumerate(self.books.sent) if each.unit == unit)

    def _recent(self, desk: Desk, at: float) -> list[Assignment]:
        assert self.books is not None
        return [
            assignment_of(desk, each.unit, each.mission, each.permit, number, at=at)
            for number, each in enumerate(self.books.sent)
        ]


def _waiting(row: int, desk: Desk) -> Waiting:
    """As the live service has it: the call that is decided about waits too."""
    rows, found = desk.rows, defaultdict[JurisdictionId, list[WaitingCall]](list)
    for each in {*desk.waiting, row}:
        call = WaitingCall(priority=PRIORITIES[rows.priority[each]], needs=(TYPES[rows.need[each]],))
        found[desk.scene.jurisdictions[rows.jurisdiction[each]]].append(call)
    return found


def _cell(desk: Desk, mission: Mission) -> Point:
    """Where a unit at work is taken to be when one thinks of waiting for it."""
    return desk.terrain.grid.cells[int(desk.terrain.cell_of[desk.rows.place[mission.row]])]


def _request(desk: Desk, unit: int, loan: Loan) -> AidRequest:
    names = desk.scene.jurisdictions
    return AidRequest(
        id=RequestId(f"r{loan.row}"),
        incident_id=IncidentId(str(loan.row)),
        unit_id=desk.scene.units[unit].id,
        borrower=names[loan.borrower],
        lender=names[loan.lender],
        agreement_id=loan.agreement_id,
        agreement_version=1,
        clauses=(),
        automatic=False,
        may_decline=True,
        eta_seconds=0,
        eta_basis="road",
        keeps=0,
        floor=0,
        requested_at=loan.since,
        expires_at=loan.since + timedelta(seconds=61),
        first_request_id=RequestId(f"r{loan.row}"),
        state=RequestState.OFFERED,
    )


@pytest.mark.slow
def test_the_closest_is_whom_the_live_recommendation_puts_first() -> None:
    region, agreements = make_region(), make_agreements()
    terrain = make_four_terrain(region)
    beside = Beside(region=region, agreements=agreements)
    trial = Trial(
        terrain, make_four_calls(terrain, 300), agreements, Closest(), conditions=KIND, watcher=beside
    )
    beside.books = trial.books
    trial.run()
    assert beside.compared >= 100
    assert beside.asked_neighbours >= 10


@pytest.mark.slow
def test_a_lender_whose_own_calls_wait_spares_the_same_units_as_live() -> None:
    region, agreements = make_region(), make_agreements()
    terrain = make_four_terrain(region)
    beside = Beside(region=region, agreements=agreements)
    calls = make_four_calls(terrain, 300, most_apart_seconds=350)
    trial = Trial(terrain, calls, agreements, Closest(), conditions=KIND, watcher=beside)
    beside.books = trial.books
    trial.run()
    assert beside.kept_for_own_calls >= 10
    assert beside.lent_beside_own_calls >= 10


@pytest.mark.slow
def test_what_is_weighed_is_what_the_live_recommendation_advises() -> None:
    region, agreements = make_region(), make_agreements()
    terrain = make_four_terrain(region)
    practice = replace(DEFAULT_PRACTICE, method=Method.WEIGHED)
    pattern = make_pattern(region, terrain, load=1.0)
    forecast = make_forecast(pattern, terrain, KIND, seed=1)
    advised = Advised(
        name="weighed",
        practice=practice,
        sight=Sight(region, forecast, practice),
        rollouts=False,
        standby=False,
        seed=1,
    )
    beside = Beside(region=region, agreements=agreements, advised=advised)
    trial = Trial(
        terrain, make_four_calls(terrain, 300), agreements, advised, conditions=KIND, watcher=beside
    )
    beside.books = trial.books
    trial.run()
    assert beside.compared >= 100
    assert beside.courses[Course.ASK] >= 10
    assert beside.courses[Course.SEND_OWN] >= 50
    assert beside.givers_spared >= 10
    assert beside.givers_not_spared >= 10
