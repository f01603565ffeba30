"""Who is sent, when, and why another is not: answers worked out by hand on one place and a few units."""

from datetime import datetime, time, timedelta

import pytest

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
from dispatch.agreements.standing import Closure, Standing
from dispatch.agreements.terms import AgreementKind
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.simulate.whatif.replay import REQUEST_SECONDS
from tests.make_agreements import make_agreement
from tests.make_what_if import ALS, BEGINS, BLS, At, make_calls, make_world, replay, sent, whys

CHUTE = 60
SCENE = 600
AUTOMATIC = AgreementKind.AUTOMATIC


def test_ones_own_unit_goes_before_a_nearer_neighbour() -> None:
    world = make_world({"harlow-1": 300, "cedar-1": 100})
    assert sent(world, replay(world, make_calls(At(seconds=0)), make_agreement())) == [
        ("harlow-1", CHUTE + 300)
    ]


def test_the_nearest_own_unit_goes_and_equal_ones_by_id() -> None:
    world = make_world({"harlow-1": 300, "harlow-2": 200, "harlow-3": 200})
    assert sent(world, replay(world, make_calls(At(seconds=0)))) == [("harlow-2", CHUTE + 200)]


def test_a_siren_shortens_the_way_of_an_emergent_call() -> None:
    world = make_world({"harlow-1": 300})
    calls = make_calls(At(seconds=0, priority=Priority.CRITICAL))
    assert sent(world, replay(world, calls)) == [("harlow-1", CHUTE + 240)]


def test_automatic_aid_that_arrives_sooner_leaves_at_once() -> None:
    world = make_world({"harlow-1": 300, "cedar-1": 100})
    outcome = replay(world, make_calls(At(seconds=0)), make_agreement(kind=AUTOMATIC))
    assert sent(world, outcome) == [("cedar-1", CHUTE + 100)]


def test_automatic_aid_that_arrives_no_sooner_stays() -> None:
    world = make_world({"harlow-1": 300, "cedar-1": 300})
    outcome = replay(world, make_calls(At(seconds=0)), make_agreement(kind=AUTOMATIC))
    assert sent(world, outcome) == [("harlow-1", CHUTE + 300)]


def test_with_no_unit_of_its_own_the_nearest_permitted_neighbour_is_asked() -> None:
    world = make_world({"cedar-1": 500, "cedar-2": 400})
    outcome = replay(world, make_calls(At(seconds=0)), make_agreement())
    assert sent(world, outcome) == [("cedar-2", REQUEST_SECONDS + CHUTE + 400)]
    # From being sent until home: asked, chute, out, on scene, back.
    assert outcome.lent_seconds.tolist() == [60 + CHUTE + 400 + SCENE + 400]


def test_without_an_agreement_nobody_comes() -> None:
    world = make_world({"cedar-1": 400})
    outcome = replay(world, make_calls(At(seconds=0)))
    assert sent(world, outcome) == [(None, -1)]
    assert outcome.waited.tolist() == [True]


def test_a_floor_refuses_by_its_clause_and_the_call_waits_for_its_own_unit() -> None:
    world = make_world({"harlow-1": 300, "cedar-1": 100})
    agreement = make_agreement(ReserveFloor(id="3.1", unit_types=(ALS,), keep=1))
    outcome = replay(world, make_calls(At(seconds=0), At(seconds=10)), agreement)
    clear = CHUTE + 300 + SCENE
    # It is called off its way home: the rest of that way, which is all of it, and then out again.
    assert sent(world, outcome) == [("harlow-1", CHUTE + 300), ("harlow-1", clear - 10 + 300 + 300)]
    assert whys(outcome) == {("reserve_floor", "3.1"): 1}
    assert outcome.waited.tolist() == [False, True]


def test_ones_own_unit_can_be_called_off_its_way_home_and_a_lent_one_cannot() -> None:
    world = make_world({"cedar-1": 400})
    back = REQUEST_SECONDS + CHUTE + 400 + SCENE + 400
    early, late = At(seconds=back - 1), At(seconds=back)
    outcome = replay(world, make_calls(At(seconds=0), early), make_agreement())
    assert sent(world, outcome)[1] == ("cedar-1", 1 + REQUEST_SECONDS + CHUTE + 400)
    outcome = replay(world, make_calls(At(seconds=0), late), make_agreement())
    assert sent(world, outcome)[1] == ("cedar-1", REQUEST_SECONDS + CHUTE + 400)


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        (ConcurrentCap(id="3.3", at_most=1), "concurrent_cap"),
        (DailyCap(id="3.3", at_most=1), "daily_cap"),
    ],
)
def test_a_cap_counts_the_loans_of_the_replay(clause: ConcurrentCap | DailyCap, code: str) -> None:
    world = make_world({"cedar-1": 400, "cedar-2": 400})
    outcome = replay(world, make_calls(At(seconds=0), At(seconds=10)), make_agreement(clause))
    assert whys(outcome) == {(code, "3.3"): 1}


def test_a_concurrent_cap_opens_again_when_the_unit_is_home_and_a_daily_one_does_not() -> None:
    world = make_world({"cedar-1": 400})
    calls = make_calls(At(seconds=0), At(seconds=10_000))
    served = replay(world, calls, make_agreement(ConcurrentCap(id="3", at_most=1)))
    assert [who for who, _ in sent(world, served)] == ["cedar-1", "cedar-1"]
    refused = replay(world, calls, make_agreement(DailyCap(id="3", at_most=1)))
    assert [who for who, _ in sent(world, refused)] == ["cedar-1", None]


def test_a_cap_per_incident_counts_the_units_that_one_incident_has() -> None:
    world = make_world({"cedar-1": 400, "cedar-2": 400})
    agreement = make_agreement(IncidentCap(id="3", at_most=1))
    one = make_calls(At(seconds=0, incident=1), At(seconds=0, incident=1))
    assert whys(replay(world, one, agreement)) == {("incident_cap", "3"): 1}
    two = make_calls(At(seconds=0, incident=1), At(seconds=0, incident=2))
    assert whys(replay(world, two, agreement)) == {}


def test_hours_are_those_of_the_calls_own_moment() -> None:
    world = make_world({"cedar-1": 400, "cedar-2": 400})
    night = Window(days=tuple(Weekday), since=time(20), until=time(6))
    hours = Hours(id="2.4", windows=(night,), holidays=(), on_holidays=OnHolidays.AS_USUAL)
    calls = make_calls(At(seconds=5 * 3600), At(seconds=7 * 3600))
    outcome = replay(world, calls, make_agreement(hours))
    assert [who for who, _ in sent(world, outcome)] == ["cedar-1", None]
    assert whys(outcome) == {("hours", "2.4"): 1}


def test_a_trigger_hears_how_the_borrower_is_covered() -> None:
    world = make_world({"harlow-1": 300, "harlow-2": 300, "cedar-1": 400}, types={"harlow-2": BLS})
    red = make_agreement(Trigger(id="2.5", cover_at_least=CoverState.RED), kind=AUTOMATIC)
    assert whys(replay(world, make_calls(At(seconds=0), At(seconds=5)), red)) == {("trigger", "2.5"): 1}


def test_a_closed_lender_refuses_while_it_is_closed() -> None:
    world = make_world({"cedar-1": 400})
    closure = Closure(
        jurisdiction_id=JurisdictionId("cedar"),
        reason="storm",
        by="chief",
        begins_at=BEGINS,
        ends_at=BEGINS + timedelta(seconds=100),
    )
    outcome = replay(
        world,
        make_calls(At(seconds=50), At(seconds=9_000)),
        make_agreement(),
        standing=Standing(closures=(closure,)),
    )
    assert [who for who, _ in sent(world, outcome)] == [None, "cedar-1"]
    assert whys(outcome) == {("closed_to_lending", ""): 1}


def test_who_waited_two_hours_is_not_served() -> None:
    world = make_world({"harlow-1": 300}, types={"harlow-1": BLS})
    outcome = replay(world, make_calls(At(seconds=0)))
    assert sent(world, outcome) == [(None, -1)]


def test_the_more_urgent_of_two_waiting_calls_is_served_first() -> None:
    world = make_world({"harlow-1": 300})
    calls = make_calls(At(seconds=0), At(seconds=1), At(seconds=2, priority=Priority.CRITICAL))
    arrivals = [seconds for _, seconds in sent(world, replay(world, calls))]
    assert arrivals[2] < arrivals[1]


def test_a_lower_need_is_met_by_a_higher_type_and_not_the_other_way() -> None:
    world = make_world({"harlow-1": 300, "harlow-2": 100}, types={"harlow-2": BLS})
    calls = make_calls(At(seconds=0, need=ALS), At(seconds=5, need=BLS))
    assert [who for who, _ in sent(world, replay(world, calls))] == ["harlow-1", "harlow-2"]


def test_level_zero_and_the_own_floor_are_timed_to_the_second() -> None:
    world = make_world({"harlow-1": 300, "harlow-2": 300})
    calls = make_calls(At(seconds=0), At(seconds=100))
    outcome = replay(world, calls, keep=2)
    out = CHUTE + 300 + SCENE
    harlow = world.jurisdictions.index(JurisdictionId("harlow"))
    assert outcome.zero_seconds[:, harlow].tolist() == [out - 100]
    assert outcome.below_seconds[:, harlow].tolist() == [out + 100]


def test_only_what_lies_in_the_counted_span_is_timed() -> None:
    world = make_world({"harlow-1": 300})
    calls = make_calls(At(seconds=86_400 - 100))
    outcome = replay(world, calls)
    harlow = world.jurisdictions.index(JurisdictionId("harlow"))
    assert outcome.zero_seconds[:, harlow].tolist() == [100]


def test_calls_of_the_warm_up_bind_units_and_are_not_counted() -> None:
    world = make_world({"harlow-1": 300})
    later = datetime(2026, 6, 1, tzinfo=BEGINS.tzinfo)
    calls = make_calls(At(seconds=-60), At(seconds=0), begins=later)
    outcome = replay(world, calls)
    assert len(outcome.unit) == 1
    assert outcome.waited.tolist() == [True]
