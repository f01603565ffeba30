"""Simulated calls follow the region's pattern."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from shapely.geometry import box

from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.jurisdiction import Agency, Jurisdiction
from dispatch.model.region import Region
from dispatch.simulate.demand import Demand

MONDAY_04H = datetime(2026, 3, 2, 4, tzinfo=UTC)


def make_region(**calls: object) -> Region:
    jurisdictions = {
        JurisdictionId(name): Jurisdiction(
            id=JurisdictionId(name),
            name=name,
            kind="city",
            agency=Agency(name=name, telephone=""),
            area=box(index, 0, index + 1, 1),
        )
        for index, name in enumerate(("cedar", "harlow"))
    }
    return Region(
        name="Test",
        fictional=True,
        attribution=(),
        time_zone="UTC",
        centre=Point(lon=1, lat=0.5),
        bbox=(0, 0, 2, 1),
        jurisdictions=jurisdictions,
        stations={},
        hospitals={},
        units={},
        calls=calls,
    )


PLACES = {
    JurisdictionId("cedar"): [Point(lon=0.5, lat=0.5)],
    JurisdictionId("harlow"): [Point(lon=1.5, lat=0.5)],
}


def test_the_rate_follows_the_hour_of_the_week() -> None:
    hours = [0.0] * 168
    hours[4] = 1.0
    demand = Demand(make_region(hour_of_week=hours, calls_per_day=24), PLACES, chance=random.Random(1))

    assert demand.rate_per_second(MONDAY_04H) == pytest.approx(24 * 7 / 3600)
    assert demand.rate_per_second(MONDAY_04H + timedelta(hours=1)) == 0


def test_as_many_calls_come_as_the_pattern_says() -> None:
    demand = Demand(make_region(calls_per_day=2400), PLACES, chance=random.Random(1))
    hour = [demand.list_calls(MONDAY_04H, span=timedelta(seconds=1)) for _ in range(36_000)]

    assert sum(map(len, hour)) == pytest.approx(1000, rel=0.1)


def test_calls_fall_where_the_weights_say_and_the_same_seed_repeats_them() -> None:
    region = make_region(weights={"cedar": 3, "harlow": 1})
    first = [Demand(region, PLACES, chance=random.Random(5)).draw() for _ in range(1)]
    again = [Demand(region, PLACES, chance=random.Random(5)).draw() for _ in range(1)]
    demand = Demand(region, PLACES, chance=random.Random(5))
    cedar = sum(demand.draw().jurisdiction_id == "cedar" for _ in range(4000))

    assert first == again
    assert cedar / 4000 == pytest.approx(0.75, abs=0.03)


def test_a_jurisdiction_without_roads_gets_no_calls() -> None:
    demand = Demand(make_region(), {**PLACES, JurisdictionId("harlow"): []}, chance=random.Random(1))

    assert {demand.draw().jurisdiction_id for _ in range(50)} == {"cedar"}


def test_a_demonstration_may_have_more_calls_than_an_ordinary_week() -> None:
    usual = Demand(make_region(calls_per_day=24), PLACES, chance=random.Random(1))
    busy = Demand(make_region(calls_per_day=24), PLACES, chance=random.Random(1), intensity=16)

    assert busy.rate_per_second(MONDAY_04H) == pytest.approx(16 * usual.rate_per_second(MONDAY_04H))
