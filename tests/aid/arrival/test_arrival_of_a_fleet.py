"""What a recommendation says of arrivals: by the unit's state, the call's priority and what was learned."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.agreements.terms import AgreementKind
from dispatch.aid.arrival.corrections import Correction, Corrections
from dispatch.aid.arrival.estimate import Arrival, ArrivalPart
from dispatch.aid.candidates import Candidate
from dispatch.aid.lending import Asking
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import Agency
from dispatch.model.unit import UnitStatus, UnitType
from tests.make_aid import World, east, make_agreement, make_incident, make_world, one_neighbour
from tests.make_live import make_unit

ASHTON, BROOK = JurisdictionId("ashton"), JurisdictionId("brook")
LATE = Correction(log_ratio=0.25, spread=0.3, count=50)


def at_station(*, kind: AgreementKind = AgreementKind.MUTUAL, **more: object) -> World:
    """One neighbour whose station is 5 km east."""
    world = make_world(
        make_unit("b1", jurisdiction="brook", station="post"),
        agreements=[make_agreement(kind=kind)],
        stations={"post": east(5)},
    )
    world.put("b1", **more)  # type: ignore[arg-type]
    return world


def only(world: World, **more: Any) -> Candidate:
    [candidate] = world.ask(**more).candidates
    return candidate


def arrival_of(candidate: Candidate) -> Arrival:
    assert candidate.arrival
    return candidate.arrival


def test_a_crew_at_its_station_has_the_whole_chute_time() -> None:
    candidate = only(at_station(km=5.0))
    assert arrival_of(candidate).parts == (
        (ArrivalPart.ASKED, 60),
        (ArrivalPart.CHUTE, 60),
        (ArrivalPart.DRIVE, candidate.eta_seconds - 60),
    )


def test_a_crew_on_the_road_has_none_and_starts_from_where_it_is() -> None:
    there, home = only(at_station(km=3.0)), only(at_station(km=5.0))
    assert arrival_of(there).find(ArrivalPart.CHUTE) == 0
    assert there.eta_seconds == pytest.approx(3000 / 10 / 1.25, abs=2)
    assert there.eta_seconds < home.eta_seconds - 60
    assert arrival_of(there).basis == ("straight_line", "fix")


def test_a_unit_that_nobody_sees_is_taken_to_be_at_its_station() -> None:
    candidate = only(at_station(km=3.0, age=700))
    assert arrival_of(candidate).basis == ("straight_line", "station")
    assert arrival_of(candidate).find(ArrivalPart.CHUTE) == 60
    seen = arrival_of(only(at_station(km=5.0, age=1)))
    assert arrival_of(candidate).high_seconds > seen.high_seconds


def test_nobody_is_asked_for_automatic_aid() -> None:
    candidate = only(at_station(km=5.0, kind=AgreementKind.AUTOMATIC))
    assert candidate.permit.automatic
    assert arrival_of(candidate).expected_seconds == candidate.eta_seconds
    waited = only(at_station(km=5.0), asking=Asking(request_seconds=20))
    assert arrival_of(waited).expected_seconds == waited.eta_seconds + 20
    longest = only(at_station(km=5.0), asking=Asking(request_seconds=240))
    assert arrival_of(longest).find(ArrivalPart.ASKED) == longest.permit.answer_seconds == 60


@pytest.mark.parametrize(("priority", "gain"), [(Priority.EMERGENT, 1.6), (Priority.LOWER_ACUITY, 1.0)])
def test_the_siren_helps_as_much_as_its_agency_says_and_only_where_it_is_used(
    priority: Priority, gain: float
) -> None:
    swift = Agency(name="B", telephone="", siren_factor=1.6, chute_seconds=90)
    world = make_world(
        make_unit("b1", jurisdiction="brook"), agreements=[make_agreement()], agencies={"brook": swift}
    )
    world.put("b1", km=8.0)
    arrival = arrival_of(only(world, incident=make_incident(priority=priority)))
    assert arrival.find(ArrivalPart.DRIVE) == pytest.approx(800 / gain, abs=2)
    assert arrival.find(ArrivalPart.CHUTE) == 90


def test_an_own_unit_that_clears_a_hospital_has_the_rest_of_that_stage_and_no_chute_time() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=1, status=UnitStatus.AT_HOSPITAL, since=600)
    [own] = world.ask().own
    assert own.arrival
    assert own.arrival.parts == ((ArrivalPart.FREED, 120), (ArrivalPart.DRIVE, 80))
    assert own.arrival.expected_seconds == own.eta_seconds


def test_an_own_unit_that_is_nowhere_has_no_arrival() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1")
    [own] = world.ask().own
    assert (own.eta_seconds, own.arrival, own.to_json()["arrival"]) == (None, None, None)


def test_what_was_learned_of_a_lender_is_in_its_arrival_and_says_so() -> None:
    world = one_neighbour()
    plain = only(world)
    taught = only(world, asking=Asking(corrections=Corrections(by_agency={BROOK: LATE})))
    assert taught.eta_seconds == round(plain.eta_seconds * LATE.factor)
    assert arrival_of(taught).find(ArrivalPart.LEARNED) == taught.eta_seconds - plain.eta_seconds
    assert arrival_of(taught).basis[-1] == "learned"
    elsewhere = Corrections(by_pair={(BROOK, JurisdictionId("cedar")): LATE})
    assert only(world, asking=Asking(corrections=elsewhere)) == plain


def test_what_was_learned_on_the_road_is_not_said_of_a_helicopter() -> None:
    world = make_world(
        make_unit("b1", jurisdiction="brook", unit_type=UnitType.AIR_ROTOR), agreements=[make_agreement()]
    )
    world.put("b1", km=9)
    incident = make_incident(needs=(UnitType.AIR_ROTOR,))
    asking = Asking(corrections=Corrections(by_agency={BROOK: LATE}))
    assert arrival_of(only(world, incident=incident, asking=asking)).basis == ("flight", "fix")


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0.1, 25), st.sampled_from([None, "post"])), min_size=1, max_size=6),
    st.floats(-0.6, 0.6),
    st.sampled_from(Priority),
)
def test_the_columns_and_the_estimate_of_one_unit_never_differ(
    places: list[tuple[float, str | None]], log_ratio: float, priority: Priority
) -> None:
    units = [make_unit(f"b{n}", jurisdiction="brook", station=s) for n, (_, s) in enumerate(places)]
    world = make_world(*units, agreements=[make_agreement()], stations={"post": east(5)})
    for unit, (km, _) in zip(units, places, strict=True):
        world.put(unit.id, km=km)
    taught = replace(LATE, log_ratio=log_ratio)
    asking = Asking(corrections=Corrections(by_pair={(BROOK, ASHTON): taught}))
    found = world.ask(make_incident(priority=priority), asking=asking).candidates
    assert all(arrival_of(c).sent_seconds == c.eta_seconds for c in found)
    assert [c.eta_seconds for c in found] == sorted(c.eta_seconds for c in found)
