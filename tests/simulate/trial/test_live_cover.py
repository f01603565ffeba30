"""A trial reads of cover what the live service counts, also where neighbours' units stand by."""

from collections import Counter
from dataclasses import dataclass, field

import pytest

from dispatch.agreements.permit import Permit
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.cover.reading import Capability
from dispatch.aid.overwhelm import assess
from dispatch.aid.overwhelm import state_of as state_by_count
from dispatch.model.ids import AssignmentId, IncidentId
from dispatch.model.incident import Incident, Priority, Purpose
from dispatch.model.region import Region
from dispatch.simulate.trial.calls import make_forecast, make_pattern
from dispatch.simulate.trial.conditions import KIND
from dispatch.simulate.trial.desk import Desk
from dispatch.simulate.trial.engine import Trial
from dispatch.simulate.trial.fleet import Loan
from dispatch.simulate.trial.policy import Choice, NearestStandby
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
class Counts:
    """Holds what a trial reads of cover against what the live service counts of the same moment."""

    region: Region
    sight: Sight
    compared: int = 0
    counted: Counter[int] = field(default_factory=Counter)
    under_way: int = 0

    def decided(self, row: int, at: float, choice: Choice, desk: Desk) -> None:
        fleet, now = desk.fleet, desk.moment(at)
        loans = [fleet.loan[unit] for unit, mission in enumerate(fleet.mission) if mission is None]
        if any(loan is not None and loan.row >= 0 for loan in loans):
            return  # live, a unit on offer may still be sent at home
        assignments, posts = self._commitments(at, desk)
        states = [
            state_of(unit, fleet.mission[number], at, desk) for number, unit in enumerate(desk.scene.units)
        ]
        for home, name in enumerate(desk.scene.jurisdictions):
            live = assess(
                name,
                units=desk.scene.units,
                states={state.unit_id: state for state in states},
                incidents=posts,
                assignments=assignments,
                now=now,
            )
            for level in live.levels:
                played = self.sight._read(home, level.capability, desk, at, None)
                found = level.reading
                assert (played.free, played.lent, played.total) == (found.free, found.lent, found.total)
                assert sorted(played.free_in_seconds) == sorted(found.free_in_seconds)
                self.counted[found.lent] += 1
                if level.capability is Capability.ANY:
                    assert desk.cover(home, at) is state_by_count(
                        free=found.free - found.lent,
                        lent=found.lent,
                        total=found.total,
                        pending=sum(desk.rows.jurisdiction[each] == home for each in desk.waiting),
                    )
        self.compared += 1

    def _commitments(self, at: float, desk: Desk) -> tuple[list[Assignment], list[Incident]]:
        fleet, now = desk.fleet, desk.moment(at)
        assignments, posts = [], []
        for unit, mission in enumerate(fleet.mission):
            loan = fleet.loan[unit]
            if mission is not None and not fleet.free[unit]:
                permit = None if loan is None else loan.permit
                assignments.append(assignment_of(desk, unit, mission, permit, unit, at=at))
            elif loan is not None:
                rolls = fleet.is_rolling(unit, at)
                self.under_way += rolls
                post = _post(desk, unit, loan)
                posts.append(post)
                assignments.append(
                    Assignment(
                        id=AssignmentId(f"s{unit}"),
                        incident_id=post.id,
                        unit_id=desk.scene.units[unit].id,
                        home=desk.scene.jurisdictions[loan.lender],
                        borrower=post.jurisdiction_id,
                        assigned_at=now,
                        assigned_by="",
                        state=AssignmentState.EN_ROUTE if rolls else AssignmentState.ON_SCENE,
                    )
                )
        return assignments, posts

    def lent(self, row: int, at: float, unit: int, permit: Permit, borrower: int, desk: Desk) -> None:
        """Judged elsewhere."""

    def let_go(self, unit: int) -> None:
        """Nobody declines here."""


def _post(desk: Desk, unit: int, loan: Loan) -> Incident:
    return Incident(
        id=IncidentId(f"post-{unit}"),
        number="",
        jurisdiction_id=desk.scene.jurisdictions[loan.borrower],
        position=desk.scene.places[0],
        priority=Priority.NON_ACUTE,
        nature="Standby",
        needs=(),
        opened_at=loan.since,
        purpose=Purpose.STANDBY,
    )


@pytest.mark.slow
def test_cover_is_read_as_the_live_service_counts_it_also_where_neighbours_stand_by() -> None:
    region, agreements = make_region(), make_agreements()
    terrain = make_four_terrain(region)
    forecast = make_forecast(make_pattern(region, terrain, load=1.0), terrain, KIND, seed=1)
    counts = Counts(region=region, sight=Sight(region, forecast, DEFAULT_PRACTICE))
    policy = NearestStandby()
    Trial(terrain, make_four_calls(terrain, 300), agreements, policy, conditions=KIND, watcher=counts).run()
    assert counts.compared >= 100
    assert counts.counted[1] >= 10
    assert counts.under_way >= 5
