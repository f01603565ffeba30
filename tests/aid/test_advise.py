"""What a recommendation advises: by closest where nothing is weighed, else by cover and cost."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agreements.provisions import Balance
from dispatch.agreements.restrictions import ReserveFloor
from dispatch.aid.advice.counsel import Counsel, CoverFigures
from dispatch.aid.advice.forecast import forecast_of
from dispatch.aid.advice.gridding import make_grid
from dispatch.aid.advice.options import Course, Rule
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Method
from dispatch.aid.advice.situate import register_of
from dispatch.aid.advice.wording import advice_sentence, counterfactual_sentence, unit_sentence
from dispatch.aid.advise import LEVEL_OF_NEED, list_aid_options
from dispatch.aid.crew import CrewFacts, CrewShown
from dispatch.aid.lending import Asking
from dispatch.aid.recommend import Recommendation, next_candidate
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import UnitStatus, UnitType
from tests.make_advice import make_lending
from tests.make_aid import World, candidate_ids, east, make_agreement, make_incident, make_world
from tests.make_live import NOON, make_unit

NAMES = {"ashton": "Ashton", "brook": "Brookfield", "cedar": "Cedar"}
AMBER = Asking(cover=CoverState.AMBER)
URGENT = make_incident(priority=Priority.EMERGENT)


def country(*, brook: int = 4, cedar: int = 1, clauses: Any = ()) -> World:
    """Ashton's two wait near the scene, Brook's 2.5 km east of it, Cedar's 2 km west."""
    fleet = [make_unit("a1", station="sa"), make_unit("a2", station="sa")]
    fleet += [make_unit(f"b{n}", jurisdiction="brook", station="sb") for n in range(1, brook + 1)]
    fleet += [make_unit(f"c{n}", jurisdiction="cedar", station="sc") for n in range(1, cedar + 1)]
    world = make_world(
        *fleet,
        agreements=[make_agreement("brook"), make_agreement("cedar", clauses=clauses)],
        jurisdictions=("ashton", "brook", "cedar"),
        stations={"sa": east(0.5), "sb": east(2.5), "sc": east(-2)},
    )
    for unit in fleet:
        world.put(unit.id)
    return world


def counsel_for(world: World, given: Mapping[str, float] = MappingProxyType({}), **more: Any) -> Counsel:
    """Each jurisdiction's calls come from around its post, four an hour everywhere; ``given`` unit-hours."""
    where = {JurisdictionId(name): [east(km)] for name, km in (("ashton", 0), ("brook", 2.5), ("cedar", -2))}
    region = replace(world.region, calls={"calls_per_day": 288})
    grid = make_grid(region, world.travel, where)
    known = CoverFigures(
        grid=grid,
        register=register_of(region, grid),
        forecast=forecast_of(region),
        lending=make_lending(3),
        ledger_hours={JurisdictionId(name): hours for name, hours in given.items()},
    )
    return Counsel(practice=replace(DEFAULT_PRACTICE, **more), figures=known)


def said(found: Recommendation) -> tuple[str, str | None, str]:
    advice = found.advised.advice
    return advice.course.value, advice.unit_id, advice.rule.value


def order(found: Recommendation) -> list[str]:
    return [w.option.unit_id for w in found.advised.advice.order]


def test_without_counsel_the_closest_own_unit_is_advised_and_nothing_is_missing():
    found = country().ask(URGENT)
    assert said(found) == ("send_own", "a1", "plain")
    assert "cover_figures_not_ready" not in found.degraded


def test_until_the_figures_are_ready_advice_is_plain_and_says_so():
    found = country().ask(URGENT, asking=AMBER, counsel=Counsel())
    assert said(found) == ("send_own", "a1", "plain")
    assert found.degraded[-1] == "cover_figures_not_ready"
    content = Counsel(practice=replace(DEFAULT_PRACTICE, method=Method.CLOSEST))
    assert "cover_figures_not_ready" not in country().ask(counsel=content).degraded


def test_a_short_borrower_keeps_its_last_unit_and_asks_who_has_enough():
    world = country()
    world.put("a2", status=UnitStatus.ON_SCENE, version=2)
    found = world.ask(URGENT, asking=AMBER, counsel=counsel_for(world))
    course, unit, rule = said(found)
    assert (course, rule) == ("ask", "least_cost")
    assert unit in ("b1", "b2", "b3", "b4"), "Cedar's is nearer, but its only one"
    assert candidate_ids(found)[0] == "c1", "the candidates are by arrival all the same"
    figures = found.advised.figures[UnitId("c1")]
    assert figures["cover_loss"] > found.advised.figures[UnitId("b1")]["cover_loss"]
    assert (figures["left_free"], figures["left_als"], figures["on_duty"]) == (0, 0, 1)


def test_while_cover_is_green_the_own_unit_goes():
    world = country()
    found = world.ask(URGENT, asking=Asking(cover=CoverState.GREEN), counsel=counsel_for(world))
    assert said(found) == ("send_own", "a1", "own_first")


def test_a_call_waits_for_an_own_unit_that_is_nearly_free():
    world = country(brook=1)
    world.put("a1", status=UnitStatus.AVAILABLE_DELAYED, since=290, version=2)
    world.put("a2", status=UnitStatus.OFF_DUTY, version=2)
    found = world.ask(URGENT, asking=Asking(cover=CoverState.RED), counsel=counsel_for(world))
    assert said(found) == ("hold", "a1", "least_cost")
    assert found.advised.to_json()["order"][0]["unit"] == "a1"


def test_the_advised_unit_is_shown_though_nearer_ones_fill_the_list():
    world = country(brook=4, cedar=1)
    world.put("a2", status=UnitStatus.ON_SCENE, version=2)
    found = world.ask(URGENT, asking=AMBER, counsel=counsel_for(world), at_most=1)
    assert candidate_ids(found) == ["c1", found.advised.advice.unit_id]


def test_the_next_to_ask_is_as_advised_and_for_a_critical_call_the_fastest():
    world = country()
    given: dict[str, Any] = {
        "region": world.region,
        "picture": world.picture,
        "reach": world.reach,
        "agreements": world.agreements,
        "assignments": [],
        "requests": [],
        "now": NOON,
        "asking": AMBER,
        "counsel": counsel_for(world),
    }
    found = next_candidate(URGENT, asked=frozenset(), **given)
    assert found is not None
    assert found.lender == "brook"
    critical = next_candidate(make_incident(), asked=frozenset(), **given)
    assert critical is not None
    assert critical.unit_id == "c1"


def test_time_since_the_call_counts():
    world = country()
    late = replace(make_incident(), opened_at=NOON.replace(hour=11, minute=50))
    assert world.ask(late).advised.arrival_seconds == 600 + world.ask().advised.arrival_seconds


def test_the_unit_that_a_floor_holds_back_is_named_with_the_clause_to_waive():
    floor = ReserveFloor(id="2.1", keep=1)
    world = country(clauses=[floor])
    for own in ("a1", "a2"):
        world.put(own, status=UnitStatus.OFF_DUTY, version=2)
    found = world.ask(counsel=counsel_for(world))
    assert said(found) == ("ask", "b1", "fastest")
    held = found.counterfactual
    assert held is not None
    # 2 km against 2.5 km at 10 m/s with the siren.
    assert (held.unit_id, held.gain_seconds) == ("c1", 40)
    assert held.waiver is not None
    assert held.waiver.clause == "2.1"
    sentence = counterfactual_sentence(held.to_json(), NAMES)
    assert sentence == (
        "C1 would be 0:40 sooner, but may not come: Cedar would keep 0 ground ambulances; clause 2.1 keeps 1."
    )


def test_each_unit_shown_has_its_figures_and_the_advice_has_its_order():
    world = country()
    row = world.ask(URGENT, asking=AMBER, counsel=counsel_for(world)).to_json()
    for shown in (*row["own"], *row["candidates"]):
        parts = ("lateness", "cover_loss", "aid_price", "ledger_price", "crew_price")
        assert sum(shown["figures"][part] for part in parts) == pytest.approx(
            shown["figures"]["cost"], abs=3e-4
        )
    assert {unit["unit"] for unit in row["advice"]["order"]} == {
        shown["unit"] for shown in (*row["own"], *row["candidates"])
    }


def test_the_advice_reads_as_a_dispatcher_would_say_it():
    world = country()
    world.put("a2", status=UnitStatus.ON_SCENE, version=2)
    row = world.ask(URGENT, asking=AMBER, counsel=counsel_for(world)).to_json()["advice"]
    names = {**NAMES, "b1": "B-1", "a1": "A-1"}
    first = next(unit for unit in row["order"] if unit["unit"] == "b1")
    closest = next(unit for unit in row["order"] if unit["unit"] == "a1")
    assert advice_sentence(row, names) == (
        f"Ask Brookfield for B-1: 5.3 min, arrives in target; Brookfield keeps 3 of 4, "
        f"costs {first['cost']:.2f} late calls; closest A-1 would leave Ashton with 0 ALS, "
        f"costs {closest['cost']:.2f}."
    )
    assert unit_sentence(first, names) == (
        f"B-1: 5.3 min (+3.7 vs fastest), arrives in target; Brookfield keeps 3 of 4, "
        f"costs {first['cost']:.2f} late calls."
    )


def test_what_a_lender_has_given_is_said_where_its_agreement_counts_it():
    world = country(clauses=[Balance(id="7", spares_the_giver=True)])
    counsel = counsel_for(world, given={"brook": 9.0, "cedar": 12.34})
    row = world.ask(URGENT, asking=AMBER, counsel=counsel).to_json()["advice"]
    brook, cedar = (next(unit for unit in row["order"] if unit["unit"] == name) for name in ("b1", "c1"))
    assert (brook["given_hours"], brook["ledger_price"]) == (0.0, 0.0)
    assert (cedar["given_hours"], cedar["ledger_price"]) == (12.3, 0.0617)
    assert "unit-hours" not in unit_sentence(brook, NAMES)
    assert unit_sentence(cedar, NAMES).endswith(
        "; Cedar counts 12 unit-hours lent more than borrowed, fading with time."
    )
    old = {key: value for key, value in cedar.items() if key != "given_hours"}
    assert "unit-hours" not in unit_sentence(old, NAMES), "an entry from before it was counted still reads"
    after_cedar = {**row, "figures": {"fastest": "c1"}, "rule": "least_cost"}
    assert "closest C1 would leave Cedar with 0 ALS, which counts 12 unit-hours lent more than borrowed," in (
        advice_sentence(after_cedar, NAMES)
    )
    critical = world.ask(make_incident(), counsel=counsel).to_json()["advice"]
    assert {unit["given_hours"] for unit in critical["order"]} == {0.0}


@pytest.mark.parametrize("rule", Rule)
@pytest.mark.parametrize("course", [Course.ASK, Course.SEND_OWN])
def test_every_rule_has_its_words(rule: Rule, course: Course):
    unit = {
        "unit": "b1", "home": "brook", "arrival_seconds": 300, "later_seconds": 0, "in_target": True,
        "cost": 0.1, "left_free": None, "left_als": None, "on_duty": None,
    }  # fmt: skip
    figures = {
        "fastest": "b1", "later_seconds": 20, "saved": 0.1, "own": "a1", "own_arrival_seconds": 900,
        "target_seconds": 540, "gain_seconds": 600, "before": "c1", "sooner": "c1", "sooner_seconds": 60,
    }  # fmt: skip
    advice = {"course": course.value, "unit": "b1", "rule": rule.value, "figures": figures, "order": [unit]}
    said_so = advice_sentence(advice, NAMES)
    assert said_so.endswith(".")
    assert said_so.startswith(
        "Ask Brookfield for B1: 5.0 min" if course is Course.ASK else "Send B1: 5.0 min"
    )


def test_waiting_and_having_nobody_have_words_too():
    world = country(brook=0, cedar=0)
    for unit in ("a1", "a2"):
        world.put(unit, status=UnitStatus.AT_HOSPITAL, version=2, since=600)
    counsel = counsel_for(world)
    held = world.ask(URGENT, asking=Asking(cover=CoverState.RED), counsel=counsel).to_json()["advice"]
    assert advice_sentence(held, NAMES).startswith("Wait for A1: 2.")
    assert "free in about 2.0 min" in advice_sentence(held, NAMES)
    nobody = world.ask(counsel=counsel).to_json()["advice"]
    assert advice_sentence(nobody, NAMES) == "Nobody can be sent or asked now."


def test_a_need_is_of_the_least_level_that_meets_it():
    assert LEVEL_OF_NEED[UnitType.BLS_AMBULANCE] == 0
    assert LEVEL_OF_NEED[UnitType.ALS_AMBULANCE] == 1
    assert LEVEL_OF_NEED[UnitType.CRITICAL_CARE_AMBULANCE] == 2
    assert LEVEL_OF_NEED[UnitType.SUPERVISOR] is None


statuses = st.sampled_from([UnitStatus.AVAILABLE, UnitStatus.AT_HOSPITAL, UnitStatus.OFF_DUTY])


@given(st.lists(statuses, min_size=8, max_size=8), st.sampled_from(Priority), st.sampled_from(CoverState))
def test_whatever_is_advised_is_shown_and_may_be_done(states, priority, cover):
    world = country(brook=4, cedar=2)
    for unit, status in zip(sorted(world.region.units), states, strict=True):
        world.put(unit, status=status, version=2)
    incident = make_incident(priority=priority)
    found = world.ask(incident, asking=Asking(cover=cover), counsel=counsel_for(world), at_most=2)
    course, unit, _ = said(found)
    free_own = {o.unit_id for o in found.own if not o.estimate}
    if course == "send_own":
        assert unit in free_own
    elif course == "ask":
        assert unit in candidate_ids(found)
    elif course == "hold":
        assert unit in {o.unit_id for o in found.own if o.estimate}
    else:
        assert not free_own
        assert not found.candidates
    assert set(candidate_ids(found)) <= set(order(found))


def test_a_tired_crew_weighs_more_and_one_that_has_done_its_part_goes_after_another():
    world = country()
    shown = world.ask(URGENT, asking=AMBER, counsel=counsel_for(world)).candidates[0]
    facts = CrewFacts()
    for price, another_first, expected in ((0.0, False, 0.0), (0.05, False, 0.05), (0.05, True, 0.06)):
        crew = CrewShown(facts=facts, on_duty_seconds=None, price=price, another_first=another_first)
        (option,) = list_aid_options([replace(shown, crew=crew)], Counsel(), None)
        assert option.crew_price == pytest.approx(expected)


def test_what_asking_takes_is_what_the_units_arrival_shows():
    world = country()
    shown = world.ask(counsel=counsel_for(world)).candidates[0]
    (option,) = list_aid_options([shown], Counsel(), None)
    assert shown.arrival is not None
    assert option.asked_seconds + option.eta_seconds == shown.arrival.expected_seconds


def test_a_second_opinion_has_the_last_word():
    world = country()

    def revise(call, advice, situation, practice):
        return replace(advice, rule=Rule.ROLLOUT, figures={"futures": 100})

    counsel = replace(counsel_for(world), revise=revise)
    assert world.ask(URGENT, asking=AMBER, counsel=counsel).advised.advice.rule is Rule.ROLLOUT
    assert world.ask(URGENT, counsel=Counsel(revise=revise)).advised.advice.rule is Rule.PLAIN, (
        "nothing to think about"
    )
