from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pytest

from dispatch.aid.assignment import AssignmentState
from dispatch.aid.reach import Located, Reach
from dispatch.aid.snap_bank import BoolArray
from dispatch.aid.standing_by import Standby
from dispatch.live.picture import Picture
from dispatch.model.ids import UnitId
from dispatch.model.unit import UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import FloatArray, Snaps
from tests.make_aid import SCENE, east, make_assignment, make_region
from tests.make_live import NOON, after, make_picture, make_position_report, make_unit


class CountingTravelTimes(StraightLineTravelTimes):
    """Counts how many points were snapped."""

    snapped = 0

    def snap_columns(self, lon: FloatArray, lat: FloatArray) -> Snaps:
        self.snapped += len(lon)
        assert np.isfinite(lon).all()
        assert np.isfinite(lat).all()
        return super().snap_columns(lon, lat)


@dataclass
class Trial:
    """A picture with its reach. Travel is 10 m/s; the station ``post`` lies 2 km east of the scene."""

    picture: Picture
    reach: Reach
    travel: CountingTravelTimes

    def put(self, unit_id: str, km: float, *, seconds: float = 0) -> None:
        place = east(km)
        report = make_position_report(unit_id, at=seconds, lon=place.lon, lat=place.lat)
        self.picture.apply_position(report, after(seconds))

    def seconds(self, now: datetime = NOON, *, live: BoolArray | None = None) -> FloatArray:
        """Every row's travel to the scene."""
        rows = np.arange(len(self.picture))
        located = self.reach.locate(self.picture, now, live=live)
        return self.reach.to_target(self.picture, located, rows, SCENE).seconds

    def located(self, now: datetime = NOON) -> Located:
        return self.reach.locate(self.picture, now)


def make_trial(*unit_ids: str, station: str | None = "post") -> Trial:
    travel = CountingTravelTimes(speed_mps=10.0, detour=1.0)
    picture = make_picture(*(make_unit(unit_id, station=station) for unit_id in unit_ids))
    region = make_region(stations={"post": east(2), "new": east(4)})
    return Trial(picture, Reach(travel, region), travel)


def test_a_unit_is_where_its_fix_says() -> None:
    trial = make_trial("a1")
    trial.put("a1", 5)
    assert trial.seconds()[0] == pytest.approx(500, rel=0.01)
    located = trial.located()
    assert (located.from_fix[0], located.placed[0]) == (True, True)


def test_once_its_fix_is_lost_a_unit_is_at_its_station() -> None:
    trial = make_trial("a1")
    trial.put("a1", 5)
    assert trial.seconds(after(601))[0] == pytest.approx(200, rel=0.01)
    assert not trial.located(after(601)).from_fix[0]


@pytest.mark.parametrize("station", [None, "unheard_of"])
def test_a_unit_with_neither_fix_nor_station_is_nowhere(station: str | None) -> None:
    trial = make_trial("a1", station=station)
    assert not trial.located().placed[0]
    assert np.isinf(trial.seconds()[0])


def test_rows_that_are_not_ours_to_see_count_from_their_station() -> None:
    trial = make_trial("a1", "a2")
    trial.put("a1", 5)
    trial.put("a2", 5)
    live = np.array([True, False])
    assert trial.reach.locate(trial.picture, NOON, live=live).from_fix.tolist() == [True, False]
    assert trial.seconds(live=live)[1] == pytest.approx(200, rel=0.01)


def test_only_rows_that_moved_are_snapped_again() -> None:
    trial = make_trial("a1", "a2", "a3")
    for unit_id in ("a1", "a2", "a3"):
        trial.put(unit_id, 5)
    trial.seconds()
    before = trial.travel.snapped
    trial.put("a2", 5.1, seconds=20)
    trial.seconds(after(20))
    trial.seconds(after(20))
    assert trial.travel.snapped == before + 1


def test_no_row_is_snapped_that_nobody_asks_about() -> None:
    trial = make_trial("a1", "a2", "a3")
    for unit_id in ("a1", "a2", "a3"):
        trial.put(unit_id, 5)
    trial.reach.to_target(trial.picture, trial.located(), np.array([1]), SCENE)
    assert trial.travel.snapped == 1


def test_a_part_of_the_picture_shares_the_snaps_of_the_whole() -> None:
    trial = make_trial("a1", "a2", "a3")
    for unit_id, km in (("a1", 5), ("a2", 6), ("a3", 7)):
        trial.put(unit_id, km)
    whole, before = trial.seconds(), trial.travel.snapped
    part = replace(trial, picture=trial.picture.part(np.array([0, 2])))
    assert part.seconds().tolist() == whole[[0, 2]].tolist()
    assert trial.travel.snapped == before


def test_units_added_while_running_are_reached_too() -> None:
    trial = make_trial("a1")
    trial.seconds()
    for n in range(40):
        trial.picture.add_unit(make_unit(f"n{n}", station="post"))
    trial.put("n39", 7)
    seconds = trial.seconds()
    assert len(seconds) == 41
    assert seconds[40] == pytest.approx(700, rel=0.01)
    assert seconds[39] == pytest.approx(200, rel=0.01)


def test_a_unit_that_moves_house_counts_from_its_new_station() -> None:
    trial = make_trial("a1")
    trial.seconds()
    trial.picture.add_unit(make_unit("a1", station="new"))
    assert trial.seconds()[0] == pytest.approx(400, rel=0.01)
    trial.picture.add_unit(make_unit("a1", station=None))
    assert not trial.located().placed[0]


def test_the_answer_is_the_askers_to_change() -> None:
    trial = make_trial("a1")
    trial.seconds()[0] = -1
    assert trial.seconds()[0] == pytest.approx(200, rel=0.01)


def test_the_least_time_of_a_helicopter_is_its_flight() -> None:
    trial = make_trial("a1")
    trial.picture.add_unit(make_unit("h1", unit_type=UnitType.AIR_ROTOR))
    least = trial.reach.least_seconds(trial.picture, np.array([6000.0, 6000.0]))
    assert least == pytest.approx([600, 100], rel=0.01)
    assert (least < [600, 100]).all()


def standing_by(
    unit_id: str, km: float, state: AssignmentState = AssignmentState.ON_SCENE, *, predicted: int | None = 400
) -> dict[UnitId, Standby]:
    """The unit was sent at noon to a post so far east of the scene."""
    sent = make_assignment(unit_id, borrower="ashton", state=state)
    return {sent.unit_id: Standby(assignment=replace(sent, predicted_seconds=predicted), post=east(km))}


def seconds_and_place(trial: Trial, standbys: dict[UnitId, Standby], now: datetime = NOON, **more: BoolArray):
    located = trial.reach.locate(trial.picture, now, standbys=standbys, target=SCENE, **more)
    [seconds] = trial.reach.to_target(trial.picture, located, np.array([0]), SCENE).seconds
    return round(seconds), bool(located.posted[0]), bool(located.under_way[0])


def test_a_unit_that_stands_by_without_a_fix_is_at_its_post() -> None:
    trial = make_trial("a1")
    assert seconds_and_place(trial, standing_by("a1", 1)) == (pytest.approx(100, abs=2), True, False)
    nowhere = make_trial("a1", station=None)
    assert seconds_and_place(nowhere, standing_by("a1", 1)) == (pytest.approx(100, abs=2), True, False)


def test_a_unit_that_stands_by_is_where_its_fix_says_and_strangers_see_its_station() -> None:
    trial = make_trial("a1")
    hidden = np.array([False])
    assert seconds_and_place(trial, standing_by("a1", 1), live=hidden)[:2] == (
        pytest.approx(200, abs=2),
        False,
    )
    trial.put("a1", 5)
    assert seconds_and_place(trial, standing_by("a1", 1)) == (pytest.approx(500, abs=5), False, False)


@pytest.mark.parametrize(("post_km", "seconds"), [(1, 200), (3, 300)])
@pytest.mark.parametrize("state", [AssignmentState.DISPATCHED, AssignmentState.EN_ROUTE])
def test_on_its_way_to_its_post_without_a_fix_it_is_at_the_farther_end_of_that_way(
    state: AssignmentState, post_km: float, seconds: int
) -> None:
    trial = make_trial("a1")
    found, _, under_way = seconds_and_place(trial, standing_by("a1", post_km, state), after(399))
    assert (found, under_way) == (pytest.approx(seconds, abs=3), True)


def test_it_is_there_once_the_predicted_way_is_over_where_it_left_at_all() -> None:
    trial = make_trial("a1")
    there = standing_by("a1", 1, AssignmentState.EN_ROUTE)
    assert seconds_and_place(trial, there, after(400)) == (pytest.approx(100, abs=2), True, False)
    for waits in (
        standing_by("a1", 1, AssignmentState.DISPATCHED),
        standing_by("a1", 1, AssignmentState.EN_ROUTE, predicted=None),
    ):
        assert seconds_and_place(trial, waits, after(4000))[2]


def test_another_post_is_snapped_anew() -> None:
    trial = make_trial("a1")
    found = [seconds_and_place(trial, standing_by("a1", km))[0] for km in (1, 4, 1)]
    assert found == [pytest.approx(seconds, abs=3) for seconds in (100, 400, 100)]
