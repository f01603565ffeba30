import numpy as np
import pytest

from dispatch.aid.reach import Reach
from dispatch.model.ids import JurisdictionId, StationId
from dispatch.model.jurisdiction import Station
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import FloatArray, Snaps
from tests.make_aid import SCENE, east
from tests.make_live import NOON, after, make_picture, make_position_report, make_unit


class CountingTravelTimes(StraightLineTravelTimes):
    """Counts how many points were snapped."""

    snapped = 0

    def snap_columns(self, lon: FloatArray, lat: FloatArray) -> Snaps:
        self.snapped += len(lon)
        assert np.isfinite(lon).all()
        assert np.isfinite(lat).all()
        return super().snap_columns(lon, lat)


def make_station(name: str = "post", *, km: float = 2.0) -> Station:
    return Station(id=StationId(name), name=name, jurisdiction_id=JurisdictionId("ashton"), position=east(km))


def make_reach(*unit_ids: str, station: str | None = "post") -> Reach:
    picture = make_picture(*(make_unit(unit_id, station=station) for unit_id in unit_ids))
    post = make_station()
    return Reach(picture, CountingTravelTimes(speed_mps=10.0, detour=1.0), {post.id: post})


def at(reach: Reach, unit_id: str, km: float, *, seconds: float = 0) -> None:
    place = east(km)
    report = make_position_report(unit_id, at=seconds, lon=place.lon, lat=place.lat)
    reach.picture.apply_position(report, after(seconds))


def test_a_unit_is_where_its_fix_says() -> None:
    reach = make_reach("a1")
    at(reach, "a1", 5)
    reached = reach.to_target(SCENE, NOON)
    assert reached.seconds[0] == pytest.approx(500, rel=0.01)
    assert (reached.from_fix[0], reached.placed[0]) == (True, True)


def test_once_its_fix_is_lost_a_unit_is_at_its_station() -> None:
    reach = make_reach("a1")
    at(reach, "a1", 5)
    reached = reach.to_target(SCENE, after(601))
    assert reached.seconds[0] == pytest.approx(200, rel=0.01)
    assert not reached.from_fix[0]


@pytest.mark.parametrize("station", [None, "unheard_of"])
def test_a_unit_with_neither_fix_nor_station_is_nowhere(station: str | None) -> None:
    reached = make_reach("a1", station=station).to_target(SCENE, NOON)
    assert not reached.placed[0]
    assert np.isinf(reached.seconds[0])


def test_rows_that_are_not_ours_to_see_count_from_their_station() -> None:
    reach = make_reach("a1", "a2")
    at(reach, "a1", 5)
    at(reach, "a2", 5)
    reached = reach.to_target(SCENE, NOON, live=np.array([True, False]))
    assert reached.from_fix.tolist() == [True, False]
    assert reached.seconds[1] == pytest.approx(200, rel=0.01)


def test_only_rows_that_moved_are_snapped_again() -> None:
    reach = make_reach("a1", "a2", "a3")
    assert isinstance(reach.travel, CountingTravelTimes)
    for unit_id in ("a1", "a2", "a3"):
        at(reach, unit_id, 5)
    reach.refresh()
    before = reach.travel.snapped
    at(reach, "a2", 5.1, seconds=20)
    reach.to_target(SCENE, after(20))
    reach.to_target(SCENE, after(20))
    assert reach.travel.snapped == before + 1
    assert reach.refresh() == 0


def test_units_added_while_running_are_reached_too() -> None:
    reach = make_reach("a1")
    reach.refresh()
    for n in range(40):
        reach.picture.add_unit(make_unit(f"n{n}", station="post"))
    at(reach, "n39", 7)
    reached = reach.to_target(SCENE, NOON)
    assert len(reached.seconds) == 41
    assert reached.seconds[40] == pytest.approx(700, rel=0.01)
    assert reached.seconds[39] == pytest.approx(200, rel=0.01)


def test_a_unit_that_moves_house_counts_from_its_new_station() -> None:
    reach = make_reach("a1")
    reach.refresh()
    reach.stations = {**reach.stations, StationId("new"): make_station("new", km=4)}
    reach.picture.add_unit(make_unit("a1", station="new"))
    assert reach.to_target(SCENE, NOON).seconds[0] == pytest.approx(400, rel=0.01)
    reach.picture.add_unit(make_unit("a1", station=None))
    assert not reach.to_target(SCENE, NOON).placed[0]


def test_the_answer_is_the_askers_to_change() -> None:
    reach = make_reach("a1")
    reach.to_target(SCENE, NOON).seconds[0] = -1
    assert reach.to_target(SCENE, NOON).seconds[0] == pytest.approx(200, rel=0.01)
