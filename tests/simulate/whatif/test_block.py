"""What one block of a what-if notes: refusals by clause, waiting, requests, and how long nobody was free."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agreements.restrictions import (
    ConcurrentCap,
    DailyCap,
    Hours,
    IncidentCap,
    OnHolidays,
    ReserveFloor,
    Trigger,
    Weekday,
    Window,
)
from dispatch.agreements.standing import NO_STANDING, Closure, Standing
from dispatch.agreements.terms import Agreement, AgreementKind
from dispatch.aid.advice.forecast import forecast_of
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import UnitType
from dispatch.services.what_if_policy import WhatIfPolicy
from dispatch.simulate.calls import Calls
from dispatch.simulate.trial.conditions import KIND, Conditions
from dispatch.simulate.trial.policies import Known
from dispatch.simulate.whatif.block import DAY_SECONDS, STOOD_BY, Block, Outcome, cut, play_block
from dispatch.simulate.whatif.plan import Plan
from dispatch.simulate.whatif.result import Source
from dispatch.simulate.whatif.result import Window as Span
from dispatch.simulate.whatif.terms import Comparison, OwnFloor, Terms
from dispatch.simulate.whatif.watch import Away, seconds_below
from tests.make_agreements import make_agreement
from tests.make_house import make_region
from tests.make_trial import YES, as_trial, make_terrain
from tests.make_what_if import ALS, BEGINS, BLS, CHUTE_SECONDS, SCENE_SECONDS, At, make_calls

ASKED = KIND.request_seconds
CEDAR, HARLOW = 0, 1
REGION = make_region()


def make_plan(
    units: Mapping[str, float],
    calls: Calls,
    *agreements: Agreement,
    types: Mapping[str, UnitType] | None = None,
    standing: Standing = NO_STANDING,
    keep: int = 1,
    policy: WhatIfPolicy = WhatIfPolicy.CLOSEST,
    conditions: Conditions = KIND,
    answers: float = YES,
) -> Plan:
    """Both variants alike; minutes are measured against a floor of ``keep`` ALS ambulances."""
    terrain = make_terrain(units, types=types)
    terms = Terms(agreements=agreements, standing=standing)
    return Plan(
        terrain=terrain,
        calls=as_trial(calls, answers=answers),
        comparison=Comparison(draft=make_agreement(), replaces=None, before=terms, after=terms),
        floors=(OwnFloor(group=(ALS,), keep=keep),) * len(terrain.scene.jurisdictions),
        policy=policy,
        known=Known(region=REGION, forecast=forecast_of(REGION), practice=DEFAULT_PRACTICE, seed=1),
        conditions=conditions,
        window=Span(begins=BEGINS, ends=BEGINS, source=Source.RECORDED, calls=len(calls), seed=1),
        days=1,
        per_day=1.0,
        left_out=0,
    )


def play(plan: Plan) -> Outcome:
    """The first day."""
    return play_block(plan, Block(0, DAY_SECONDS))[1]


def whys(outcome: Outcome) -> dict[tuple[str, str], int]:
    """How often each (code, clause) refused."""
    found: dict[tuple[str, str], int] = {}
    for key, count in outcome.refused.items():
        if key.why.code:
            cell = (key.why.code, key.why.clause)
            found[cell] = found.get(cell, 0) + count
    return found


def sent(plan: Plan, outcome: Outcome) -> list[str | None]:
    """Of each call, who came."""
    units = plan.terrain.scene.units
    return [units[unit].id if unit >= 0 else None for unit in outcome.unit.tolist()]


def test_a_loan_is_timed_from_being_asked_for_until_home() -> None:
    plan = make_plan({"cedar-1": 500, "cedar-2": 400}, make_calls(At(seconds=0)), make_agreement())
    outcome = play(plan)
    assert sent(plan, outcome) == ["cedar-2"]
    assert outcome.arrival_seconds.tolist() == [ASKED + CHUTE_SECONDS + 400]
    assert outcome.lent_seconds.tolist() == [ASKED + CHUTE_SECONDS + 400 + SCENE_SECONDS + 400]
    assert outcome.waited.tolist() == [False]


def test_without_an_agreement_nobody_comes_and_the_call_waits() -> None:
    plan = make_plan({"cedar-1": 400}, make_calls(At(seconds=0)))
    outcome = play(plan)
    assert sent(plan, outcome) == [None]
    assert outcome.waited.tolist() == [True]
    assert whys(outcome) == {}


def test_a_floor_refuses_by_its_clause_and_the_call_waits_for_its_own_unit() -> None:
    agreement = make_agreement(ReserveFloor(id="3.1", unit_types=(ALS,), keep=1))
    calls = make_calls(At(seconds=0), At(seconds=10))
    plan = make_plan({"harlow-1": 300, "cedar-1": 100}, calls, agreement)
    outcome = play(plan)
    assert sent(plan, outcome) == ["harlow-1", "harlow-1"]
    assert whys(outcome) == {("reserve_floor", "3.1"): 1}
    assert outcome.waited.tolist() == [False, True]


def test_a_refusal_is_counted_once_however_often_the_call_is_looked_at() -> None:
    agreement = make_agreement(ReserveFloor(id="3.1", unit_types=(ALS,), keep=2))
    outcome = play(make_plan({"cedar-1": 100, "cedar-2": 200}, make_calls(At(seconds=0)), agreement))
    assert whys(outcome) == {("reserve_floor", "3.1"): 1}


def test_a_lender_whose_other_unit_comes_has_not_refused() -> None:
    floor = make_agreement(ReserveFloor(id="3.1", unit_types=(BLS,), keep=1))
    units, types = {"cedar-1": 100, "cedar-2": 200}, {"cedar-1": BLS}
    outcome = play(make_plan(units, make_calls(At(seconds=0, need=BLS)), floor, types=types))
    assert outcome.unit.tolist() == [1]
    assert whys(outcome) == {}


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        (ConcurrentCap(id="3.3", at_most=1), "concurrent_cap"),
        (DailyCap(id="3.3", at_most=1), "daily_cap"),
    ],
)
def test_a_cap_counts_the_loans_of_the_trial(clause: ConcurrentCap | DailyCap, code: str) -> None:
    calls = make_calls(At(seconds=0), At(seconds=10))
    outcome = play(make_plan({"cedar-1": 400, "cedar-2": 400}, calls, make_agreement(clause)))
    assert whys(outcome) == {(code, "3.3"): 1}


def test_a_concurrent_cap_opens_again_when_the_unit_is_home_and_a_daily_one_does_not() -> None:
    calls = make_calls(At(seconds=0), At(seconds=10_000))
    open_again = make_plan({"cedar-1": 400}, calls, make_agreement(ConcurrentCap(id="3", at_most=1)))
    assert sent(open_again, play(open_again)) == ["cedar-1", "cedar-1"]
    shut = make_plan({"cedar-1": 400}, calls, make_agreement(DailyCap(id="3", at_most=1)))
    assert sent(shut, play(shut)) == ["cedar-1", None]


def test_a_cap_per_incident_counts_the_units_that_one_incident_has() -> None:
    units, agreement = {"cedar-1": 400, "cedar-2": 400}, make_agreement(IncidentCap(id="3", at_most=1))
    one = make_calls(At(seconds=0, incident=1), At(seconds=0, incident=1))
    assert whys(play(make_plan(units, one, agreement))) == {("incident_cap", "3"): 1}
    two = make_calls(At(seconds=0, incident=1), At(seconds=0, incident=2))
    assert whys(play(make_plan(units, two, agreement))) == {}


def test_hours_are_those_of_the_calls_own_moment() -> None:
    night = Window(days=tuple(Weekday), since=time(20), until=time(6))
    hours = Hours(id="2.4", windows=(night,), holidays=(), on_holidays=OnHolidays.AS_USUAL)
    calls = make_calls(At(seconds=5 * 3600), At(seconds=7 * 3600))
    plan = make_plan({"cedar-1": 400, "cedar-2": 400}, calls, make_agreement(hours))
    outcome = play(plan)
    assert sent(plan, outcome) == ["cedar-1", None]
    assert whys(outcome) == {("hours", "2.4"): 1}


def test_a_trigger_hears_how_the_borrower_is_covered() -> None:
    red = make_agreement(Trigger(id="2.5", cover_at_least=CoverState.RED))
    units, types = {"harlow-1": 300, "harlow-2": 300, "cedar-1": 400}, {"harlow-2": BLS}
    outcome = play(make_plan(units, make_calls(At(seconds=0), At(seconds=5)), red, types=types))
    assert whys(outcome) == {("trigger", "2.5"): 1}


def test_a_closed_lender_refuses_while_it_is_closed() -> None:
    closure = Closure(
        jurisdiction_id=JurisdictionId("cedar"),
        reason="storm",
        by="chief",
        begins_at=BEGINS,
        ends_at=BEGINS + timedelta(hours=3),
    )
    calls = make_calls(At(seconds=50), At(seconds=4 * 3600))
    plan = make_plan({"cedar-1": 400}, calls, make_agreement(), standing=Standing(closures=(closure,)))
    outcome = play(plan)
    assert sent(plan, outcome) == [None, "cedar-1"]
    assert whys(outcome) == {("closed_to_lending", ""): 1}


def test_requests_are_counted_with_their_answers() -> None:
    refusing = replace(KIND, refusals=0.5)
    plan = make_plan(
        {"cedar-1": 100, "cedar-2": 200},
        make_calls(At(seconds=0)),
        make_agreement(),
        conditions=refusing,
        answers=0.3,
    )
    outcome = play(plan)
    assert [(key.lender, key.borrower, key.what) for key in outcome.dealt] == [(CEDAR, HARLOW, "declined")]
    assert list(outcome.dealt.values()) == [2]
    assert outcome.waited.tolist() == [False]  # somebody was asked at once


def test_automatic_aid_goes_sooner_only_under_the_policy_that_lets_it() -> None:
    automatic = make_agreement(kind=AgreementKind.AUTOMATIC)
    units, calls = {"harlow-1": 300, "cedar-1": 100}, make_calls(At(seconds=0))
    plain = make_plan(units, calls, automatic)
    assert sent(plain, play(plain)) == ["harlow-1"]
    sooner = make_plan(units, calls, automatic, policy=WhatIfPolicy.CLOSEST_AUTOMATIC)
    assert sent(sooner, play(sooner)) == ["cedar-1"]


def test_units_that_stand_by_are_counted_and_timed() -> None:
    both = make_agreement()
    plan = make_plan(
        {"harlow-1": 300, "cedar-1": 400, "cedar-2": 400, "cedar-3": 400},
        make_calls(At(seconds=0)),
        both,
        policy=WhatIfPolicy.NEAREST_STANDBY,
    )
    outcome = play(plan)
    assert {key.what for key in outcome.dealt} == {STOOD_BY}
    assert outcome.stood_by_seconds[0, CEDAR] > 0
    assert outcome.stood_by_seconds[0, HARLOW] == 0


def test_a_call_knows_whether_its_own_jurisdiction_lends_just_then() -> None:
    calls = make_calls(At(seconds=0), At(seconds=300, jurisdiction="cedar", priority=Priority.CRITICAL))
    outcome = play(make_plan({"cedar-1": 400, "cedar-2": 400}, calls, make_agreement()))
    assert outcome.lender_lent.tolist() == [False, True]


def test_level_zero_and_the_own_floor_are_timed_to_the_second() -> None:
    calls = make_calls(At(seconds=0), At(seconds=100))
    outcome = play(make_plan({"harlow-1": 300, "harlow-2": 300}, calls, keep=2))
    out = CHUTE_SECONDS + 300 + SCENE_SECONDS
    assert outcome.zero_seconds[:, HARLOW].tolist() == [out - 100]
    assert outcome.below_seconds[:, HARLOW].tolist() == [out + 100]


def test_only_what_lies_in_the_counted_span_is_timed() -> None:
    outcome = play(make_plan({"harlow-1": 300}, make_calls(At(seconds=DAY_SECONDS - 100))))
    assert outcome.zero_seconds[:, HARLOW].tolist() == [100]


def test_a_jurisdiction_without_ambulances_is_at_level_zero_all_day() -> None:
    outcome = play(make_plan({"harlow-1": 300}, make_calls(At(seconds=0))))
    assert outcome.zero_seconds[:, CEDAR].tolist() == [DAY_SECONDS]


def test_calls_of_the_warm_up_bind_units_and_are_not_counted() -> None:
    later = datetime(2026, 6, 1, tzinfo=BEGINS.tzinfo)
    outcome = play(make_plan({"harlow-1": 300}, make_calls(At(seconds=-60), At(seconds=0), begins=later)))
    assert len(outcome.unit) == 1
    assert outcome.waited.tolist() == [True]


def test_a_block_has_the_calls_before_and_after_it_that_bear_on_it() -> None:
    seconds = [0, DAY_SECONDS, 2 * DAY_SECONDS - 1, 2 * DAY_SECONDS, 3 * DAY_SECONDS]
    calls = as_trial(make_calls(*(At(seconds=each) for each in seconds)))
    part = cut(calls, Block(DAY_SECONDS, 2 * DAY_SECONDS), longest_wait_seconds=7200)
    assert part.calls.calls.at_seconds.tolist() == seconds[:4]
    assert [part.counts(row) for row in range(4)] == [False, True, True, False]


Spell = tuple[int, int, int]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-50, 350), st.integers(0, 100)), max_size=12),
    st.integers(0, 4),
)
def test_time_below_a_floor_is_what_counting_second_by_second_gives(
    spells: Sequence[Spell], keep: int
) -> None:
    """Units are 0 to 2; unit 3 is somebody else's."""
    rows = np.array(spells, dtype=np.int64).reshape(-1, 3)
    away = Away(rows[:, 0], rows[:, 1].astype(float), (rows[:, 1] + rows[:, 2]).astype(float))
    edges = np.array([0.0, 100.0, 200.0, 300.0])

    def is_below(second: int) -> bool:
        gone = sum(1 for unit, since, lasts in spells if unit < 3 and since <= second < since + lasts)
        return 3 - gone < keep

    by_second = [sum(is_below(second) for second in range(day, day + 100)) for day in (0, 100, 200)]
    assert seconds_below(away, (0, 1, 2), keep=keep, edges=edges).tolist() == by_second
