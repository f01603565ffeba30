"""Travel times are asked only of rows that could be among the first, and the answer says why no other is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.arrival.columns import Profile
from dispatch.aid.eta import NO_ETA
from dispatch.aid.reach import Reach
from dispatch.aid.search import Search
from dispatch.live.picture import Picture
from dispatch.model.ids import UnitId
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import Etas, Snaps
from tests.make_aid import SCENE, east, make_region
from tests.make_live import NOON, make_position_report, make_unit


class DetouredTravelTimes(StraightLineTravelTimes):
    """Counts the rows asked about; each way is longer than the straight line by its own factor."""

    asked = 0

    def to_target(self, sources: Snaps, target: object, *, horizon_seconds: float | None = None) -> Etas:
        self.asked += len(sources)
        seconds = self.seconds_to(sources.lon, sources.lat, SCENE)
        factor = 1 + np.abs(sources.lon * 1e5).astype(np.int64) % 5 / 2
        return Etas(seconds=seconds * factor, on_road=np.ones(len(sources), dtype=np.bool_))


def make_search(kilometres: list[float | None]) -> tuple[Search, DetouredTravelTimes]:
    picture = Picture({UnitId(f"u{n:03d}"): make_unit(f"u{n:03d}") for n in range(len(kilometres))})
    for n, km in enumerate(kilometres):
        if km is not None:
            picture.apply_position(
                make_position_report(f"u{n:03d}", lon=east(km).lon, lat=east(km).lat), NOON
            )
    travel = DetouredTravelTimes(speed_mps=10.0, detour=1.0)
    reach, count = Reach(travel, make_region()), len(kilometres)
    return (
        Search(
            picture,
            reach,
            target=SCENE,
            located=reach.locate(picture, NOON),
            profile=Profile(
                siren=np.full(count, 1.25),
                chute_seconds=np.full(count, 60, dtype=np.int64),
                factor=1 + np.arange(count) % 3 / 4,
            ),
        ),
        travel,
    )


def everywhere(search: Search) -> np.ndarray:
    return np.ones(len(search.asked), dtype=np.bool_)


places = st.lists(st.floats(-80, 80) | st.none(), min_size=1, max_size=300)


@given(places, st.integers(1, 20), st.sampled_from([NO_ETA, 600, 2700]))
def test_no_row_that_was_passed_over_arrives_before_what_the_answer_states(
    kilometres: list[float | None], at_most: int, within_seconds: int
) -> None:
    search, _ = make_search(kilometres)
    found = search.nearest(everywhere(search), at_most, within_seconds=within_seconds)
    passed_over = ~search.asked
    search.ask(np.arange(len(kilometres)))
    eta = search.eta_seconds
    assert not (eta[passed_over] < found.others_from_seconds).any()
    assert all(eta[row] < found.others_from_seconds for row in found.rows if eta[row] != NO_ETA)
    if len(found.rows) < at_most and found.others_from_seconds != NO_ETA:
        assert found.others_from_seconds > within_seconds
    in_time = [row for row in range(len(eta)) if eta[row] <= within_seconds]
    assert found.rows == sorted(in_time, key=lambda row: (eta[row], row))[:at_most]


@given(places)
def test_no_row_arrives_before_its_least_time(kilometres: list[float | None]) -> None:
    search, _ = make_search(kilometres)
    search.ask(np.arange(len(kilometres)))
    assert (search.least_seconds <= search.eta_seconds).all()


def test_far_rows_are_not_asked() -> None:
    search, travel = make_search([0.1 * n for n in range(1, 800)])
    found = search.nearest(everywhere(search), 10)
    assert len(found.rows) == 10
    assert travel.asked == search.asked.sum() < 300


def test_a_row_is_asked_once() -> None:
    search, travel = make_search([1.0, 2.0, 3.0])
    for _ in range(3):
        search.nearest(everywhere(search), 2)
        search.within(everywhere(search), 2700)
    assert travel.asked == 3


def test_rows_that_cannot_arrive_in_time_are_not_asked() -> None:
    search, travel = make_search([1.0, 2.0, 30.0])
    assert search.within(everywhere(search), 600).tolist() == [True, True, False]
    assert travel.asked == 2


@pytest.mark.parametrize("at_most", [0, 3])
def test_nothing_chosen_finds_nothing(at_most: int) -> None:
    search, _ = make_search([1.0])
    assert search.nearest(~everywhere(search), at_most).rows == []
