import numpy as np
import pytest

from dispatch.agreements.reasons import ReasonCode
from dispatch.agreements.restrictions import ReserveFloor
from dispatch.aid.candidates import PositionBasis
from dispatch.aid.recommend import next_candidate
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
    candidate_ids,
    codes,
    east,
    make_agreement,
    make_incident,
    make_neighbours,
    make_world,
    one_neighbour,
)
from tests.make_live import NOON, make_unit

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


def test_between_equally_near_units_the_id_decides_and_not_the_order_of_registration() -> None:
    world = make_world(*reversed(make_neighbours(8)), agreements=[make_agreement()])
    for n in range(1, 9):
        world.put(f"b{n}", km=1 if n == 1 else 4)
    assert candidate_ids(world.ask(at_most=3)) == ["b1", "b2", "b3"]


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
        "advice",
        "counterfactual",
    }
    keys = "unit call_sign unit_type lender eta_seconds eta_basis position_age_seconds position_basis"
    assert set(keys.split()) | {"permit", "keeps", "floor", "gain_seconds", "figures"} <= set(
        said["candidates"][0]
    )
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
