from datetime import timedelta

import numpy as np
import pytest

from dispatch.agreements.permit import ReasonCode
from dispatch.agreements.terms import ConcurrentCap, ReserveFloor, UnitTypes
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.candidates import PositionBasis, RefusedUnit
from dispatch.aid.recommend import Recommendation, next_candidate
from dispatch.live.freshness import Freshness
from dispatch.model.errors import Invalid
from dispatch.model.ids import UnitId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import Agency
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import EtaBasis, Etas, FloatArray, Snaps
from tests.make_aid import (
    SCENE,
    World,
    east,
    make_agreement,
    make_assignment,
    make_incident,
    make_neighbours,
    make_request,
    make_world,
)
from tests.make_live import NOON, make_unit


def candidate_ids(found: Recommendation) -> list[str]:
    return [candidate.unit_id for candidate in found.candidates]


def own_ids(found: Recommendation) -> list[str]:
    return [unit.unit_id for unit in found.own]


def codes(refusal: RefusedUnit) -> list[str]:
    return [reason.code.value for reason in refusal.reasons]


def reasons_by_unit(found: Recommendation) -> dict[str, list[str]]:
    return {refusal.unit_id: codes(refusal) for refusal in found.refusals}


def one_neighbour(**more: object) -> World:
    world = make_world(make_unit("b1", jurisdiction="brook"), agreements=[make_agreement()])
    world.put("b1", **{"km": 5.0, **more})  # type: ignore[arg-type]
    return world


# -- who may come ----------------------------------------------------------------------------------------


def test_neighbours_come_by_arrival_then_by_unit_id() -> None:
    world = make_world(*make_neighbours(4), agreements=[make_agreement()])
    for unit_id, km in (("b1", 9), ("b3", 4), ("b2", 4), ("b4", -1)):
        world.put(unit_id, km=km)
    assert candidate_ids(world.ask()) == ["b4", "b2", "b3", "b1"]


def test_a_candidate_names_the_permit_and_what_the_lender_keeps() -> None:
    floor = ReserveFloor(id="3.1", keep=1, unit_types=(UnitType.ALS_AMBULANCE,))
    world = make_world(*make_neighbours(3), agreements=[make_agreement(clauses=[floor])])
    for n in (1, 2, 3):
        world.put(f"b{n}", km=n)
    first = world.ask().candidates[0]
    assert (first.permit.agreement_id, first.permit.clauses) == ("brook-ashton", ("3.1",))
    assert (first.keeps, first.floor) == (2, 1)


def test_an_arrival_is_chute_time_and_the_way_with_the_siren() -> None:
    agency = Agency(name="Brook EMS", telephone="", siren_factor=1.25, chute_seconds=90)
    world = make_world(
        make_unit("b1", jurisdiction="brook"), agreements=[make_agreement()], agencies={"brook": agency}
    )
    world.put("b1", km=5)
    eta_seconds = world.ask().candidates[0].eta_seconds
    assert eta_seconds == pytest.approx(90 + 500 / 1.25, abs=3)
    calm = world.ask(make_incident(priority=Priority.LOWER_ACUITY)).candidates[0].eta_seconds
    assert calm == pytest.approx(90 + 500, abs=3)


def test_a_higher_level_of_care_may_stand_in_for_a_lower() -> None:
    world = one_neighbour()
    assert candidate_ids(world.ask(make_incident(needs=[UnitType.BLS_AMBULANCE]))) == ["b1"]


def test_the_first_need_that_is_not_met_is_asked_for() -> None:
    world = one_neighbour()
    incident = make_incident(needs=[UnitType.SUPERVISOR, UnitType.ALS_AMBULANCE])
    assert world.ask(incident).need is UnitType.SUPERVISOR
    assert world.ask(incident, need=UnitType.ALS_AMBULANCE).need is UnitType.ALS_AMBULANCE


def test_an_incident_without_needs_cannot_be_recommended_for() -> None:
    with pytest.raises(Invalid):
        one_neighbour().ask(make_incident(needs=[]))


def test_only_the_nearest_are_shown_but_all_are_counted() -> None:
    world = make_world(*make_neighbours(9), agreements=[make_agreement()])
    for n in range(1, 10):
        world.put(f"b{n}", km=10 - n)
    found = world.ask(at_most=3)
    assert candidate_ids(found) == ["b9", "b8", "b7"]
    assert found.picture.eligible == 9
    assert found.refusals == ()


def test_units_that_were_asked_before_are_neither_offered_nor_refused() -> None:
    world = make_world(*make_neighbours(2), agreements=[make_agreement()])
    world.put("b1", km=1)
    world.put("b2", km=2)
    found = world.ask(exclude=frozenset({UnitId("b1")}))
    assert candidate_ids(found) == ["b2"]
    assert found.refusals == ()


def test_gain_is_how_much_sooner_than_the_best_own_unit() -> None:
    world = make_world(make_unit("a1"), *make_neighbours(2), agreements=[make_agreement()])
    world.put("a1", km=5)
    world.put("b1", km=1)
    world.put("b2", km=8)
    found = world.ask()
    best = found.own[0].eta_seconds
    assert best is not None
    assert [c.gain_seconds for c in found.candidates] == [best - c.eta_seconds for c in found.candidates]
    assert found.candidates[0].gain_seconds == pytest.approx(320, abs=4)


def test_without_an_own_unit_there_is_no_gain_to_speak_of() -> None:
    assert one_neighbour().ask().candidates[0].gain_seconds is None


def test_the_next_candidate_is_the_nearest_that_was_not_asked() -> None:
    world = make_world(*make_neighbours(2), agreements=[make_agreement()])
    world.put("b1", km=1)
    world.put("b2", km=2)

    def ask(*asked: str) -> str | None:
        found = next_candidate(
            make_incident(),
            region=world.region,
            picture=world.picture,
            reach=world.reach,
            agreements=world.agreements,
            assignments=(),
            requests=(),
            now=NOON,
            asked=frozenset(UnitId(unit_id) for unit_id in asked),
        )
        return found.unit_id if found else None

    assert (ask(), ask("b1"), ask("b1", "b2")) == ("b1", "b2", None)


# -- who may not, and why --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (None, "unknown_status"),
        (UnitStatus.UNKNOWN, "unknown_status"),
        (UnitStatus.OFF_DUTY, "not_available"),
        (UnitStatus.AVAILABLE_DELAYED, "not_available"),
        (UnitStatus.ON_SCENE, "not_available"),
    ],
)
def test_only_an_available_unit_may_come(status: UnitStatus | None, code: str) -> None:
    found = one_neighbour(status=status).ask()
    assert candidate_ids(found) == []
    assert reasons_by_unit(found) == {"b1": [code]}


def test_a_unit_of_the_wrong_type_is_refused_with_what_it_is() -> None:
    world = make_world(
        make_unit("b1", jurisdiction="brook", unit_type=UnitType.BLS_AMBULANCE), agreements=[make_agreement()]
    )
    world.put("b1", km=2)
    (refusal,) = world.ask().refusals
    assert codes(refusal) == ["wrong_capability"]
    assert refusal.reasons[0].figures == {"need": "als_ambulance", "has": "bls_ambulance"}


def test_borrowed_units_are_never_lent_on() -> None:
    world = one_neighbour()
    for state in (AssignmentState.ON_SCENE, AssignmentState.RETURNING):
        lent = make_assignment("b1", borrower="cedar", agreement="brook-cedar", state=state)
        world.assignments = [lent]
        found = world.ask()
        assert candidate_ids(found) == []
        assert reasons_by_unit(found) == {"b1": ["committed"]}


def test_a_unit_is_free_again_when_its_assignment_has_ended() -> None:
    world = one_neighbour()
    world.assignments = [make_assignment("b1", state=AssignmentState.ENDED)]
    assert candidate_ids(world.ask()) == ["b1"]


def test_a_unit_on_offer_to_one_neighbour_is_not_offered_to_another() -> None:
    world = one_neighbour()
    world.requests = [make_request("b1", borrower="cedar")]
    found = world.ask()
    assert candidate_ids(found) == []
    (refusal,) = found.refusals
    assert codes(refusal) == ["promised"]
    assert "cedar" not in str(refusal.to_json()), "to whom is none of this borrower's business"
    assert candidate_ids(world.ask(now=NOON + timedelta(seconds=60))) == ["b1"], "an expired offer frees it"


def test_an_offer_counts_against_the_lenders_floor() -> None:
    floor = ReserveFloor(id="3.1", keep=1, unit_types=(UnitType.ALS_AMBULANCE,))
    world = make_world(*make_neighbours(3), agreements=[make_agreement(clauses=[floor])])
    for n in (1, 2, 3):
        world.put(f"b{n}", km=n)
    assert world.ask().candidates[0].keeps == 2
    world.requests = [make_request("b3")]
    assert world.ask().candidates[0].keeps == 1
    world.requests.append(make_request("b2", request_id="req_2"))
    found = world.ask()
    assert candidate_ids(found) == []
    assert reasons_by_unit(found)["b1"] == ["reserve_floor"]


def test_a_floor_is_not_held_against_a_unit_that_does_not_hold_it_up() -> None:
    """Two free units and a floor of two: the busy third could go once it is back."""
    floor = ReserveFloor(id="3.1", keep=2, unit_types=(UnitType.ALS_AMBULANCE,))
    world = make_world(*make_neighbours(3), agreements=[make_agreement(clauses=[floor])])
    world.put("b1", km=1)
    world.put("b2", km=2)
    world.put("b3", km=3, status=UnitStatus.ON_SCENE)
    found = reasons_by_unit(world.ask())
    assert found == {"b1": ["reserve_floor"], "b2": ["reserve_floor"], "b3": ["not_available"]}


def test_units_that_are_out_count_against_a_cap() -> None:
    cap = ConcurrentCap(id="3.2", at_most=1)
    world = make_world(*make_neighbours(2), agreements=[make_agreement(clauses=[cap])])
    world.put("b1", km=1)
    world.put("b2", km=2)
    world.assignments = [make_assignment("b2", borrower="ashton", agreement="brook-ashton")]
    assert reasons_by_unit(world.ask())["b1"] == ["concurrent_cap"]


def test_every_reason_is_given_not_only_the_first() -> None:
    only_bls = UnitTypes(id="2.1", allow=(UnitType.BLS_AMBULANCE,))
    world = make_world(
        make_unit("b1", jurisdiction="brook", unit_type=UnitType.SUPERVISOR),
        agreements=[make_agreement(clauses=[only_bls])],
    )
    world.put("b1", km=1, status=UnitStatus.OUT_OF_SERVICE)
    world.requests = [make_request("b1")]
    found = reasons_by_unit(world.ask())["b1"]
    assert found == ["wrong_capability", "not_available", "promised", "unit_type"]


def test_at_most_fifteen_refusals_the_nearest_first() -> None:
    world = make_world(*make_neighbours(30), agreements=[make_agreement()])
    for n in range(1, 31):
        world.put(f"b{n}", km=31 - n, status=UnitStatus.OFF_DUTY)
    refused = world.ask().refusals
    assert [refusal.unit_id for refusal in refused] == [f"b{n}" for n in range(30, 15, -1)]


def test_beyond_the_horizon_a_unit_is_refused_and_mentioned_only_if_nothing_else_speaks_against_it() -> None:
    world = make_world(*make_neighbours(2), agreements=[make_agreement()])
    world.put("b1", km=40)
    world.put("b2", km=40, status=UnitStatus.OFF_DUTY)
    found = world.ask()
    assert found.candidates == ()
    assert reasons_by_unit(found) == {"b1": ["beyond_horizon"]}
    assert candidate_ids(world.ask(horizon_seconds=6000)) == ["b1"]


def test_own_units_are_never_among_the_refusals() -> None:
    world = make_world(make_unit("a1"), make_unit("a2", unit_type=UnitType.SUPERVISOR))
    world.put("a1", km=1, status=UnitStatus.OFF_DUTY)
    world.put("a2", km=1)
    found = world.ask()
    assert (found.own, found.refusals) == ((), ())


# -- neighbours without an agreement ---------------------------------------------------------------------


def test_of_an_agency_without_agreement_nothing_live_is_told() -> None:
    """Neither status nor commitments nor position: its unit counts from its station."""
    world = make_world(
        make_unit("d1", jurisdiction="dale", station="dale_post"), stations={"dale_post": east(3)}
    )
    world.put("d1", km=20, status=UnitStatus.ON_SCENE)
    world.assignments = [make_assignment("d1", home="dale", borrower="dale")]
    (refusal,) = world.ask().refusals
    assert codes(refusal) == ["no_agreement"]
    assert refusal.eta_seconds == pytest.approx(60 + 300 / 1.25, abs=3)


@pytest.mark.parametrize(
    ("signed", "expired", "code"), [(False, False, "not_signed"), (True, True, "expired")]
)
def test_an_agreement_that_is_not_in_force_permits_nothing(signed: bool, expired: bool, code: str) -> None:
    world = make_world(
        make_unit("b1", jurisdiction="brook", station="post"),
        agreements=[make_agreement(signed=signed, expired=expired)],
        stations={"post": east(2)},
    )
    world.put("b1", km=1)
    assert reasons_by_unit(world.ask()) == {"b1": [code]}


# -- own units -------------------------------------------------------------------------------------------


def test_own_free_units_come_first_then_busy_ones_with_an_estimate() -> None:
    world = make_world(*(make_unit(f"a{n}") for n in range(1, 5)))
    world.put("a1", km=9)
    world.put("a2", km=1, status=UnitStatus.AT_HOSPITAL, since=600)
    world.put("a3", km=3)
    world.put("a4", km=1, status=UnitStatus.ON_SCENE)
    found = world.ask().own
    assert [(unit.unit_id, unit.estimate) for unit in found] == [
        ("a3", False),
        ("a1", False),
        ("a2", True),
        ("a4", True),
    ]
    assert [unit.free_in_seconds for unit in found] == [0, 0, 120, 720 + 1056]
    assert found[2].eta_seconds == pytest.approx(120 + 100 / 1.25, abs=2)


def test_the_own_free_unit_is_shown_however_far_it_is() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=200)
    assert own_ids(world.ask()) == ["a1"]
    assert own_ids(world.ask(at_most=0)) == ["a1"]


def test_an_own_free_unit_that_is_nowhere_is_shown_without_an_arrival() -> None:
    world = make_world(make_unit("a1"), make_unit("a2"))
    world.put("a1")
    world.put("a2", km=3)
    found = world.ask().own
    assert [(unit.unit_id, unit.eta_seconds is None) for unit in found] == [("a2", False), ("a1", True)]


def test_an_own_unit_lent_to_a_neighbour_is_busy_whatever_it_reports() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=3)
    lent = make_assignment("a1", home="ashton", borrower="brook", state=AssignmentState.RETURNING)
    world.assignments = [lent]
    (unit,) = world.ask().own
    assert (unit.status, unit.estimate, unit.free_in_seconds) == (UnitStatus.AVAILABLE_DELAYED, True, 300)


def test_an_own_unit_on_offer_is_still_free_at_home_and_says_so() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=3)
    world.requests = [make_request("a1", lender="ashton", borrower="brook")]
    (unit,) = world.ask().own
    assert (unit.estimate, unit.promised) == (False, True)


def test_own_units_that_work_on_this_incident_are_left_out() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=3, status=UnitStatus.EN_ROUTE)
    world.assignments = [make_assignment("a1", home="ashton", borrower="ashton", incident="inc_1")]
    assert world.ask().own == ()


@pytest.mark.parametrize("status", [None, UnitStatus.OFF_DUTY, UnitStatus.OUT_OF_SERVICE])
def test_nobody_can_say_when_an_own_unit_off_duty_could_come(status: UnitStatus | None) -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=3, status=status)
    assert world.ask().own == ()


# -- honest numbers --------------------------------------------------------------------------------------


def test_a_stale_unit_never_outranks_an_equal_fresh_one_silently() -> None:
    world = make_world(*make_neighbours(2), agreements=[make_agreement()])
    world.put("b1", km=4, age=400)
    world.put("b2", km=4)
    found = world.ask()
    shown = [(c.unit_id, c.freshness, c.position_age_seconds) for c in found.candidates]
    assert shown == [("b1", Freshness.STALE, 400), ("b2", Freshness.FRESH, 5)]
    assert "stale_positions" in found.degraded
    assert found.picture.oldest_position_seconds == 400
    assert found.to_json()["candidates"][0]["freshness"] == "stale"


def test_a_lost_unit_counts_from_its_station_and_says_so() -> None:
    world = make_world(
        make_unit("b1", jurisdiction="brook", station="post"),
        agreements=[make_agreement()],
        stations={"post": east(2)},
    )
    world.put("b1", km=30, age=700)
    (candidate,) = world.ask().candidates
    assert candidate.eta_seconds == pytest.approx(60 + 160, abs=3)
    assert (candidate.position_basis, candidate.position_age_seconds) == (PositionBasis.STATION, None)
    assert candidate.freshness is Freshness.LOST
    assert world.ask().degraded == ("straight_line", "station_positions")


def test_a_lost_unit_without_station_cannot_be_sent() -> None:
    found = one_neighbour(age=700).ask()
    (refusal,) = found.refusals
    assert codes(refusal) == ["position_lost"]
    assert (refusal.eta_seconds, refusal.eta_basis) == (None, None)


class RoadTravelTimes(StraightLineTravelTimes):
    """Roads that follow the straight line but do not reach places west of the scene."""

    def to_target(self, sources: Snaps, target: object, *, horizon_seconds: float | None = None) -> Etas:
        seconds: FloatArray = super().to_target(sources, SCENE).seconds
        seconds[sources.lon < SCENE.lon] = np.inf
        return Etas(seconds=seconds, on_road=np.ones(len(sources), dtype=np.bool_))


def test_a_unit_that_no_way_leads_from_is_refused_as_unreachable() -> None:
    units = make_neighbours(2)
    plain = make_world(*units, agreements=[make_agreement()])
    world = World(
        region=plain.region,
        picture=plain.picture,
        agreements=plain.agreements,
        travel=RoadTravelTimes(speed_mps=10.0, detour=1.0),
    )
    world.put("b1", km=-2)
    world.put("b2", km=2)
    found = world.ask()
    assert [(c.unit_id, c.eta_basis) for c in found.candidates] == [("b2", EtaBasis.ROAD)]
    (refusal,) = found.refusals
    assert codes(refusal) == ["unreachable"]
    assert refusal.eta_basis is EtaBasis.UNREACHABLE
    assert found.degraded == ()


def test_a_helicopter_flies_straight_and_without_siren() -> None:
    world = make_world(
        make_unit("b1", jurisdiction="brook", unit_type=UnitType.AIR_ROTOR), agreements=[make_agreement()]
    )
    world.put("b1", km=60)
    (candidate,) = world.ask(make_incident(needs=[UnitType.AIR_ROTOR])).candidates
    assert candidate.eta_seconds == pytest.approx(60 + 1000, rel=0.01)
    assert world.ask(make_incident(needs=[UnitType.AIR_ROTOR])).degraded == (), "that is how it flies"


def test_the_json_has_the_keys_that_the_board_reads() -> None:
    world = make_world(make_unit("a1"), *make_neighbours(2), agreements=[make_agreement()])
    world.put("a1", km=5)
    world.put("b1", km=1)
    world.put("b2", km=1, status=UnitStatus.OFF_DUTY)
    said = world.ask().to_json()
    assert set(said) == {
        "incident",
        "jurisdiction",
        "need",
        "made_at",
        "picture",
        "degraded",
        "own",
        "candidates",
        "refusals",
    }
    keys = "unit call_sign unit_type lender eta_seconds eta_basis position_age_seconds position_basis permit keeps floor gain_seconds"
    assert set(keys.split()) <= set(said["candidates"][0])
    assert set(said["candidates"][0]) <= set(said["own"][0])
    refusal_keys = {"unit", "call_sign", "unit_type", "lender", "eta_seconds", "eta_basis", "reasons"}
    assert set(said["refusals"][0]) == refusal_keys
    assert said["refusals"][0]["reasons"][0]["code"] == ReasonCode.NOT_AVAILABLE.value
    assert said["picture"] == {
        "counter": world.picture.counter,
        "units": 3,
        "eligible": 1,
        "unknown": 0,
        "oldest_position_seconds": 5,
    }


def test_units_without_word_are_counted_as_unknown() -> None:
    assert one_neighbour(status=None).ask().picture.unknown == 1
