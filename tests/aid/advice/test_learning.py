"""What the record's own calls teach."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dispatch.aid.advice.forecast import Forecast, forecast_of
from dispatch.aid.advice.learning import learn_forecast
from dispatch.aid.assignment import AssignmentState
from dispatch.model.ids import AssignmentId, JurisdictionId
from dispatch.model.incident import Incident, Priority
from dispatch.model.unit import UnitType
from tests.make_aid import make_assignment, make_incident, make_region

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
WEEKS = 12


def told() -> Forecast:
    region = replace(make_region(jurisdictions=("ashton", "brook")), time_zone="UTC")
    return forecast_of(region)


def calls(
    home: str, per_day: float, *, hours: tuple[int, int] = (0, 24), weeks: int = WEEKS
) -> list[Incident]:
    chance = random.Random(f"{home}{per_day}")
    found = []
    for day in range(7 * weeks):
        for _ in range(round(per_day)):
            at = MONDAY + timedelta(days=day, hours=chance.uniform(*hours))
            found.append(replace(make_incident(jurisdiction=home), opened_at=at))
    return found


def learn(record: list[Incident], *, weeks: int = WEEKS, **more) -> Forecast:
    return learn_forecast(told(), record, since=MONDAY, until=MONDAY + timedelta(weeks=weeks), **more)


def test_a_short_record_teaches_nothing():
    before = told()
    after = learn_forecast(
        before, calls("ashton", 9, weeks=3), since=MONDAY, until=MONDAY + timedelta(weeks=3)
    )
    assert after is before


def test_it_learns_how_many_calls_come():
    learned = learn(calls("ashton", 10) + calls("brook", 4))
    per_day = learned.per_hour.sum(axis=1) / 7
    assert per_day == pytest.approx([(12 * 10 + 2) / 13, (12 * 4 + 2) / 13])


def test_it_learns_the_hours_and_quiet_jurisdictions_take_them_from_the_region():
    learned = learn(calls("ashton", 40, hours=(8, 20)))
    day, night = learned.per_hour[:, 12], learned.per_hour[:, 3]
    assert day[0] > 8 * night[0]
    assert day[1] > 2 * night[1]
    assert np.all(learned.per_hour > 0)


def test_its_hours_are_those_of_the_regions_clocks():
    local = replace(told(), time_zone="America/Chicago")
    record = calls("ashton", 40, hours=(17, 18))  # noon in Chicago in summer
    learned = learn_forecast(local, record, since=MONDAY, until=MONDAY + timedelta(weeks=WEEKS))
    assert int(np.argmax(learned.per_hour[0])) % 24 == 12


def test_it_learns_the_shares_of_priorities_and_of_als():
    record = [
        replace(
            call, priority=Priority.LOWER_ACUITY, needs=make_incident(needs=[UnitType.BLS_AMBULANCE]).needs
        )
        for call in calls("ashton", 10)
    ]
    learned = learn(record)
    assert learned.priority_share[0, Priority.LOWER_ACUITY.rank - 1] > 0.9
    assert learned.priority_share.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert learned.als_share[0] < 0.1 < learned.als_share[1]


def test_it_learns_how_long_missions_take_and_passes_over_slips():
    def mission(number: int, minutes: float):
        ended = MONDAY + timedelta(minutes=minutes)
        return replace(
            make_assignment("a1", state=AssignmentState.ENDED),
            id=AssignmentId(f"asg_{number}"),
            assigned_at=MONDAY,
            ended_at=ended,
        )

    took = [mission(n, 70) for n in range(400)] + [mission(500, 0.1), mission(501, 3000)]
    learned = learn(calls("ashton", 1), assignments=took)
    expected = (400 * 4200 + 50 * told().occupancy_seconds) / 450
    assert learned.occupancy_seconds == pytest.approx(expected)


def test_calls_of_elsewhere_and_of_other_times_are_passed_over():
    strangers = [
        *calls("nowhere", 5),
        replace(make_incident(), opened_at=MONDAY - timedelta(days=1)),
        replace(make_incident(), opened_at=MONDAY + timedelta(weeks=WEEKS)),
    ]
    assert learn(strangers).per_hour.sum() == pytest.approx(learn([]).per_hour.sum())
    assert JurisdictionId("nowhere") not in learn(strangers).jurisdictions
