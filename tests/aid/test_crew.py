"""How much a crew may still be asked."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.agreements.reasons import ReasonCode
from dispatch.agreements.wording import sentence
from dispatch.aid.advice.counsel import PLAIN
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advise import list_aid_options
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.crew import (
    OCCUPANCY_SECONDS,
    UNKNOWN_CREW,
    CrewFacts,
    Crews,
    another_first,
    crew_facts,
    fatigue_price,
    list_crew_reasons,
    mission_seconds,
)
from dispatch.aid.crew_columns import spent_rows
from dispatch.aid.crew_rules import CrewRules
from dispatch.aid.lending import Asking, still_permitted
from dispatch.live.picture import Picture
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.unit import Unit, UnitState, UnitStatus, duty_after
from tests.make_aid import (
    World,
    codes,
    east,
    make_assignment,
    make_incident,
    make_world,
    one_neighbour,
)
from tests.make_live import NOON, make_state, make_unit

RULES = DEFAULT_PRACTICE.crew
BROOK = JurisdictionId("brook")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def reasons(
    facts: CrewFacts, priority: Priority = Priority.LOWER_ACUITY, *, eta_seconds: int = 600
) -> list[str]:
    found = list_crew_reasons(facts, RULES, priority=priority, eta_seconds=eta_seconds, now=NOON)
    return [reason.code.value for reason in found]


def say_state(world: World, **more: datetime) -> UnitState:
    """The neighbour's recorded state, with what is known of its crew."""
    state = replace(world.picture.get_state(UnitId("b1")), version=9, **more)  # type: ignore[arg-type]
    world.picture.apply_state(state)
    return state


@pytest.mark.parametrize(
    ("on_duty", "lent_for"),
    [
        (11.99, {"critical", "emergent", "lower_acuity", "non_acute"}),
        (12, {"critical", "emergent"}),
        (15.99, {"critical", "emergent"}),
        (16, {"critical"}),
        (23.99, {"critical"}),
        (24, set()),
    ],
)
def test_the_longer_on_duty_the_more_urgent_a_call_must_be(on_duty: float, lent_for: set[str]) -> None:
    facts = CrewFacts(on_duty_since=NOON - hours(on_duty))
    assert {p.value for p in Priority if not reasons(facts, p)} == lent_for


def test_a_crew_of_which_nobody_has_said_anything_has_no_rule_against_it() -> None:
    assert all(reasons(UNKNOWN_CREW, priority) == [] for priority in Priority)


def test_a_crew_must_be_home_a_margin_before_its_shift_ends() -> None:
    home_at = NOON + timedelta(seconds=mission_seconds(600)) + RULES.shift_margin
    assert reasons(CrewFacts(shift_ends_at=home_at), Priority.CRITICAL) == []
    late = CrewFacts(shift_ends_at=home_at - timedelta(seconds=1))
    assert reasons(late, Priority.CRITICAL) == ["crew_shift_ends"]


def test_a_shift_that_ended_a_day_ago_says_nothing_of_the_crew_of_today() -> None:
    assert reasons(CrewFacts(shift_ends_at=NOON - hours(23.9))) == ["crew_shift_ends"]
    assert reasons(CrewFacts(shift_ends_at=NOON - hours(24))) == []


def test_a_crew_stays_out_of_its_area_for_three_hours_at_most_unless_a_life_is_in_danger() -> None:
    left = int(RULES.out_of_area.total_seconds()) - mission_seconds(600)
    assert reasons(CrewFacts(out_of_area_seconds=left)) == []
    assert reasons(CrewFacts(out_of_area_seconds=left + 1)) == ["crew_out_of_area"]
    assert reasons(CrewFacts(out_of_area_seconds=left + 1), Priority.CRITICAL) == []


def test_each_tenth_of_the_last_twelve_hours_above_half_costs() -> None:
    assert fatigue_price(CrewFacts(busy_seconds_last_12h=6 * 3600), RULES) == 0
    assert fatigue_price(CrewFacts(busy_seconds_last_12h=round(8.4 * 3600)), RULES) == pytest.approx(0.10)


def test_after_two_missions_another_unit_goes_first() -> None:
    assert not another_first(CrewFacts(aid_missions_this_shift=1), RULES)
    assert another_first(CrewFacts(aid_missions_this_shift=2), RULES)
    assert fatigue_price(CrewFacts(aid_missions_this_shift=2), RULES) == RULES.price_per_tenth


def test_a_crew_is_on_duty_since_its_unit_left_off_duty() -> None:
    at, s = NOON, UnitStatus
    assert duty_after(s.OFF_DUTY, None, s.AVAILABLE, at) == at
    assert duty_after(s.AVAILABLE, at, s.OUT_OF_SERVICE, at + hours(1)) == at
    assert duty_after(s.AVAILABLE, at, s.OFF_DUTY, at + hours(1)) is None
    assert duty_after(s.UNKNOWN, None, s.AVAILABLE, at) is None, "nobody saw when it came on duty"


def test_facts_come_from_the_record() -> None:
    state = replace(make_state("b1"), on_duty_since=NOON - hours(10))
    long_ago = make_assignment("b1", home="brook", borrower="brook", assigned_at=-13 * 3600)
    work = [
        replace(long_ago, ended_at=NOON - hours(11.5)),
        replace(make_assignment("b1", borrower="ashton", assigned_at=-9 * 3600), ended_at=NOON - hours(8)),
        make_assignment("b1", borrower="ashton", assigned_at=-1800, state=AssignmentState.ON_SCENE),
    ]
    assert crew_facts(state, work, now=NOON) == CrewFacts(
        on_duty_since=NOON - hours(10),
        busy_seconds_last_12h=1800 + 3600 + 1800,
        aid_missions_this_shift=2,
        out_of_area_seconds=1800,
    )


def test_a_tired_crew_is_refused_with_the_rule_and_not_a_candidate() -> None:
    world = one_neighbour()
    say_state(world, on_duty_since=NOON - hours(17.5))
    urgent = world.ask(make_incident(priority=Priority.EMERGENT))
    assert urgent.candidates == ()
    [refusal] = urgent.refusals
    assert codes(refusal) == ["crew_hours"]
    assert sentence(refusal.reasons[0], {}) == (
        "Its crew has been on duty too long: life-threatening calls only"
    )
    [candidate] = world.ask().candidates
    assert candidate.to_json()["crew"] == {
        "on_duty_seconds": round(17.5 * 3600),
        "busy_seconds_last_12h": 0,
        "aid_missions_this_shift": 0,
        "price": 0.0,
        "another_first": False,
    }


def test_each_crew_reason_is_a_sentence_that_tells_no_hours() -> None:
    facts = CrewFacts(
        on_duty_since=NOON - hours(25), shift_ends_at=NOON + hours(1), out_of_area_seconds=10_000
    )
    found = list_crew_reasons(facts, RULES, priority=Priority.EMERGENT, eta_seconds=600, now=NOON)
    assert [sentence(reason, {}) for reason in found] == [
        "Its crew has been on duty too long: no calls of neighbours",
        "Its shift ends too soon: out and back would end less than 15 min before",
        "It would be out of its area for 216 min; 180 min is the limit",
    ]


def test_a_stranger_hears_nothing_of_a_crew() -> None:
    brooks = make_unit("b1", jurisdiction="brook", station="post")
    world = make_world(brooks, stations={"post": east(5)})
    world.put("b1", km=5)
    say_state(world, on_duty_since=NOON - hours(30))
    [refusal] = world.ask().refusals
    assert codes(refusal) == ["no_agreement"]


def test_the_record_refuses_a_tired_crew_as_the_picture_does() -> None:
    world = one_neighbour()
    state = say_state(world, shift_ends_at=NOON + hours(0.9))
    [refusal] = world.ask().refusals
    again = still_permitted(
        world.picture.units[0],
        make_incident(),
        units=world.region.units.values(),
        states={state.unit_id: state},
        agreements=world.agreements,
        assignments=(),
        requests=(),
        now=NOON,
        eta_seconds=refusal.eta_seconds,
    )
    assert isinstance(again, RefusedUnit)
    assert again.reasons == refusal.reasons
    assert codes(again) == [ReasonCode.CREW_SHIFT_ENDS]


def test_an_agency_has_its_own_rules() -> None:
    world = one_neighbour()
    say_state(world, on_duty_since=NOON - hours(20))
    lax = Crews(rules={BROOK: CrewRules(critical_only_after=hours(22), urgent_only_after=hours(21))})
    incident = make_incident(priority=Priority.NON_ACUTE)
    assert world.ask(incident).candidates == ()
    assert len(world.ask(incident, asking=Asking(crews=lax)).candidates) == 1


moments = st.none() | st.integers(-30 * 3600, 30 * 3600).map(lambda s: NOON + timedelta(seconds=s))
drawn_rules = st.builds(
    CrewRules,
    urgent_only_after=st.integers(1, 20).map(hours),
    critical_only_after=st.integers(1, 20).map(hours),
    never_after=st.integers(10, 30).map(hours),
    out_of_area=st.integers(1, 4).map(hours),
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(moments, moments, st.integers(0, 8000), st.booleans()), min_size=1, max_size=8),
    st.sampled_from(Priority),
    drawn_rules,
)
def test_the_columns_refuse_exactly_the_crews_that_have_a_reason(
    drawn: list[tuple[datetime | None, datetime | None, int, bool]], priority: Priority, rules: CrewRules
) -> None:
    units: list[Unit] = [make_unit(f"b{n}", jurisdiction="brook") for n in range(len(drawn))]
    picture, crews = Picture({unit.id: unit for unit in units}), Crews(rules={BROOK: rules})
    expected = []
    for unit, (since, ends, eta_seconds, out) in zip(units, drawn, strict=True):
        state = replace(make_state(unit.id), on_duty_since=since, shift_ends_at=ends)
        picture.apply_state(state)
        facts = crews.facts_of(unit.id, state, NOON)
        found = list_crew_reasons(
            facts, rules, priority=priority, eta_seconds=eta_seconds, now=NOON, is_out=out
        )
        expected.append(bool(found))
    etas = np.array([eta_seconds for _, _, eta_seconds, _ in drawn], dtype=np.int64)
    outs = np.array([out for _, _, _, out in drawn])
    spent = spent_rows(picture, crews, etas, priority=priority, now=NOON, is_out=outs)
    assert spent.tolist() == expected


def test_a_mission_is_out_and_back_and_a_typical_call() -> None:
    assert OCCUPANCY_SECONDS == 720 + 1056
    assert mission_seconds(600) == 1200 + OCCUPANCY_SECONDS


def test_a_tired_crew_weighs_more_where_options_are_weighed() -> None:
    world = one_neighbour()
    long_day = make_assignment("b1", home="brook", borrower="brook", assigned_at=-9 * 3600)
    work = {UnitId("b1"): [replace(long_day, ended_at=NOON)]}
    found = world.ask(asking=Asking(crews=Crews(work=work)))
    [option] = list_aid_options(found.candidates, PLAIN, None)
    assert option.crew_price == pytest.approx(2.5 * RULES.price_per_tenth)
