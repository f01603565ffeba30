"""What the agreements would let pass by and large."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.restrictions import (
    CallTypes,
    Hours,
    Priorities,
    ReserveFloor,
    Staffing,
    Trigger,
    UnitTypes,
    Weekday,
    Window,
    Zones,
)
from dispatch.agreements.terms import AgreementKind, Clause
from dispatch.aid.advice.lending_table import lending_table
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.situation import NEVER
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.region import Region
from dispatch.model.unit import UnitType
from tests.make_advice import make_row_grid
from tests.make_aid import make_agreement, make_region
from tests.make_live import NOON, make_unit

GRID = make_row_grid(("ashton", "brook"))
ASHTON, BROOK = 0, 1
EVERY_DAY = tuple(Weekday)


def make_fleet_region(**more) -> Region:
    fleet = [
        make_unit("b1", jurisdiction="brook", station="s1"),
        make_unit("b2", jurisdiction="brook", unit_type=UnitType.BLS_AMBULANCE),
    ]
    units = {unit.id: replace(unit, **more) for unit in fleet}
    region = make_region(jurisdictions=("ashton", "brook"), stations={"s1": GRID.posts[3]})
    natures = [
        {"name": "Fall", "priority": "lower_acuity", "need": "bls_ambulance", "share": 0.7},
        {"name": "Fever", "priority": "lower_acuity", "need": "bls_ambulance", "share": 0.3},
    ]
    return replace(region, units=units, calls={"natures": natures})


def table(*clauses: Clause, region: Region | None = None, now=NOON, **agreement):
    pairs = Pairs([make_agreement("brook", "ashton", clauses=clauses, **agreement)])
    return lending_table(GRID, pairs, region or make_fleet_region(), now)


def floors(*clauses: Clause, **more) -> list[int]:
    """Brook's for Ashton at the most urgent priority, by level."""
    return table(*clauses, **more).floor[BROOK, ASHTON, 0].tolist()


def test_without_a_floor_a_lender_needs_the_unit_itself_and_of_what_it_has_none_nothing_is_lent():
    assert floors() == [1, 1, NEVER]


def test_a_floor_asks_for_what_stays_and_the_unit():
    keep = ReserveFloor(id="f", keep=2, unit_types=(UnitType.ALS_AMBULANCE,))
    assert floors(keep) == [1, 3, NEVER]


def test_nobody_lends_the_other_way_or_without_an_agreement_in_force():
    assert (table().floor[ASHTON] == NEVER).all()
    assert floors(expired=True) == [NEVER] * 3
    assert floors(signed=False) == [NEVER] * 3
    assert floors(kind=AgreementKind.STANDBY) == [NEVER] * 3


def test_clauses_on_types_priorities_and_usual_natures_forbid():
    assert floors(UnitTypes(id="t", allow=(UnitType.BLS_AMBULANCE,))) == [1, NEVER, NEVER]
    some = table(Priorities(id="p", allow=(Priority.CRITICAL, Priority.EMERGENT))).floor[BROOK, ASHTON, :, 1]
    assert some.tolist() == [1, 1, NEVER, NEVER]
    falls = table(CallTypes(id="n", allow=("fall",))).floor[BROOK, ASHTON, :, 1]
    assert falls.tolist() == [NEVER, NEVER, 1, NEVER]


def test_hours_are_those_of_the_moment():
    morning = Hours(id="h", windows=(Window(days=EVERY_DAY, since=time(8), until=time(12)),))
    assert floors(morning) == [NEVER] * 3
    assert floors(morning, now=NOON - timedelta(hours=1)) == [1, 1, NEVER]


def test_a_crew_that_one_of_the_units_has_will_do():
    three = Staffing(id="c", min_crew=3, certifications=("paramedic",))
    assert floors(three) == [NEVER] * 3
    crew = make_fleet_region(crew_size=3, capabilities=frozenset({"paramedic"}))
    assert floors(three, region=crew) == [1, 1, NEVER]


def test_the_borrower_is_taken_to_be_short_and_the_call_to_be_where_most_come_from():
    assert floors(Trigger(id="x", cover_at_least=CoverState.RED)) == [1, 1, NEVER]
    assert floors(Zones(id="z", jurisdictions=(JurisdictionId("ashton"),))) == [1, 1, NEVER]
    around = "POLYGON((9.005 44.9,9.015 44.9,9.015 45.1,9.005 45.1,9.005 44.9))"
    assert floors(Zones(id="z", area=around)) == [1, 1, NEVER]


def test_a_floor_of_an_area_counts_the_posts_inside():
    around = "POLYGON((9.025 44.9,9.035 44.9,9.035 45.1,9.025 45.1,9.025 44.9))"
    keep = ReserveFloor(id="f", keep=1, area=around)
    assert floors(keep)[1] == 2


@pytest.mark.parametrize(("kind", "expected"), [(AgreementKind.AUTOMATIC, 0), (AgreementKind.MUTUAL, 60)])
def test_automatic_aid_takes_no_asking(kind: AgreementKind, expected: int):
    asked = table(kind=kind).asked_seconds
    assert asked[BROOK, ASHTON] == expected
    assert asked[ASHTON, BROOK] == DEFAULT_PRACTICE.request_seconds
