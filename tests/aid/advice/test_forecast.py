"""What a region's own pattern of calls foretells."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.aid.advice.forecast import forecast_of
from dispatch.model.ids import JurisdictionId
from tests.make_aid import make_region
from tests.make_live import NOON

HOURS = [0.0] * 167 + [1.0]
NATURES = [
    {"name": "Arrest", "priority": "critical", "need": "als_ambulance", "share": 0.2},
    {"name": "Transfer", "priority": "critical", "need": "critical_care_ambulance", "share": 0.1},
    {"name": "Fall", "priority": "lower_acuity", "need": "bls_ambulance", "share": 0.7},
]


def test_calls_follow_the_hour_and_the_weights():
    region = replace(
        make_region(jurisdictions=("ashton", "brook")),
        calls={"calls_per_day": 10, "hour_of_week": HOURS, "weights": {"ashton": 0.75, "brook": 0.25}},
    )
    forecast = forecast_of(region)
    assert forecast.per_hour.sum(axis=1) == pytest.approx([52.5, 17.5])
    # 1 June 2026 is a Monday.
    sunday_night = NOON + timedelta(days=6, hours=11)
    assert forecast.calls_per_hour(sunday_night) == pytest.approx([52.5, 17.5])
    assert forecast.calls_per_hour(NOON).tolist() == [0.0, 0.0]
    only = forecast_of(region, [JurisdictionId("brook")])
    assert only.per_hour.sum() == pytest.approx(17.5)


def test_hours_are_those_of_the_regions_clocks():
    region = replace(make_region(), time_zone="Europe/Rome", calls={"hour_of_week": HOURS})
    forecast = forecast_of(region)
    sunday_23_in_rome = NOON + timedelta(days=6, hours=9, minutes=30)
    assert forecast.calls_per_hour(sunday_23_in_rome)[0] > 0
    assert forecast.calls_per_hour(sunday_23_in_rome + timedelta(hours=1))[0] == 0


def test_natures_tell_priorities_and_who_needs_als():
    forecast = forecast_of(replace(make_region(jurisdictions=("ashton",)), calls={"natures": NATURES}))
    assert forecast.priority_share.tolist() == [pytest.approx([0.3, 0.0, 0.7, 0.0])]
    assert forecast.als_share == pytest.approx([0.3])


def test_a_region_that_says_nothing_has_two_calls_a_day_everywhere():
    forecast = forecast_of(make_region(jurisdictions=("ashton", "brook")))
    assert forecast.per_hour.sum(axis=1) == pytest.approx([14.0, 14.0])
    assert forecast.priority_share.sum(axis=1) == pytest.approx([1.0, 1.0])
