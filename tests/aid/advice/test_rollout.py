"""The base rule of the futures, by hand: two areas four minutes wide, ten minutes apart, no siren.

Each test says which calls come and how long each waits until somebody is there; the score follows from that.
Both players are asked, so that what the words say holds for the compiled one too.
"""

from dataclasses import replace

import numpy as np
import pytest

from dispatch.aid.advice.futures import Futures
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.rollout import STAY, UNSERVED_SECONDS, Kind, Opening, Reference, Stakes
from dispatch.aid.advice.rollout_kernel import Kernel
from dispatch.aid.advice.situation import NEVER, Situation
from tests.make_situations import Crew, make_scene

HORIZON_SECONDS = 4500.0
ASHTON, BROOKFIELD = 0, 1
STAKES = Stakes.of(DEFAULT_PRACTICE)
NEAR, APART, ASKED = 240.0, 600.0, 60.0
WITHIN = (540.0, 900.0, 2400.0, 2400.0)
WEIGHT = (1.0, 0.3, 0.05, 0.05)

Call = tuple[float, int, int]
"""When, in which area, of which priority (1 for the most urgent)."""


def future_of(situation: Situation, calls: list[Call], *, level: int = 1, service: float = 3000.0) -> Futures:
    jurisdiction = np.array([area for _, area, _ in calls], dtype=np.int64)
    return Futures(
        horizon_seconds=HORIZON_SECONDS,
        first=np.array([0, len(calls)]),
        at_seconds=np.array([at for at, _, _ in calls], dtype=np.float64),
        jurisdiction=jurisdiction,
        cell=jurisdiction.copy(),
        priority=np.array([priority - 1 for _, _, priority in calls], dtype=np.int64),
        level=np.full(len(calls), level),
        service_seconds=np.full(len(calls), service),
        free_in_seconds=situation.free_in_seconds[None, :].copy(),
    )


def cost(calls: list[Call], waited_seconds: list[float]) -> float:
    return sum(
        WEIGHT[priority - 1] * ((waited > WITHIN[priority - 1]) + 0.02 * waited / 60)
        for (_, _, priority), waited in zip(calls, waited_seconds, strict=True)
    )


def check(
    situation: Situation,
    calls: list[Call],
    waited_seconds: list[float],
    *,
    opening: Opening = STAY,
    level: int = 1,
    service: float = 3000.0,
) -> None:
    future = future_of(situation, calls, level=level, service=service)
    for player in (Reference, Kernel):
        (score,) = player(situation, future, STAKES).play(opening, begin=0, end=1)
        assert score == pytest.approx(cost(calls, waited_seconds), rel=1e-12)


def unserved(at: float) -> float:
    return HORIZON_SECONDS + UNSERVED_SECONDS - at


def test_the_closest_own_unit_goes() -> None:
    check(make_scene(Crew(ASHTON), Crew(BROOKFIELD)), [(100, ASHTON, 1)], [NEAR])


def test_a_neighbour_comes_where_no_own_unit_is_free_and_is_asked_first() -> None:
    scene = make_scene(Crew(ASHTON, free_in=4000), Crew(BROOKFIELD))
    check(scene, [(100, ASHTON, 2)], [ASKED + APART])


def test_a_life_threatening_call_takes_the_neighbour_that_is_there_sooner_than_a_late_own_unit() -> None:
    # Ashton's own unit waits at Brookfield's post: 900 s; a Brookfield unit at the same post is no sooner.
    scene = make_scene(Crew(ASHTON), Crew(BROOKFIELD), apart_seconds=900.0)
    far = replace(scene, post=np.array([BROOKFIELD, ASHTON]))
    check(far, [(100, ASHTON, 1)], [ASKED + NEAR])
    check(far, [(100, ASHTON, 2)], [900.0])


def test_the_neighbour_must_be_sooner_by_the_drop_gain() -> None:
    scene = make_scene(Crew(ASHTON), Crew(BROOKFIELD), apart_seconds=600.0, near_seconds=480.0)
    far = replace(scene, post=np.array([BROOKFIELD, ASHTON]))
    assert STAKES.drop_gain_seconds == 600.0 - (ASKED + 480.0)
    check(far, [(100, ASHTON, 1)], [540.0])
    scene = make_scene(Crew(ASHTON), Crew(BROOKFIELD), apart_seconds=600.0, near_seconds=481.0)
    check(replace(scene, post=np.array([BROOKFIELD, ASHTON])), [(100, ASHTON, 1)], [600.0])


def test_a_call_waits_where_nobody_may_come_and_the_first_freed_own_unit_takes_it() -> None:
    scene = make_scene(Crew(ASHTON, free_in=1500), Crew(ASHTON, free_in=1000))
    check(scene, [(100, ASHTON, 2)], [900 + NEAR])


def test_a_freed_unit_takes_the_most_urgent_call_and_of_these_the_oldest() -> None:
    scene = make_scene(Crew(ASHTON, free_in=1000), Crew(ASHTON, free_in=2000), Crew(ASHTON, free_in=3000))
    calls = [(100.0, ASHTON, 3), (200.0, ASHTON, 2), (300.0, ASHTON, 2)]
    check(scene, calls, [2900 + NEAR, 800 + NEAR, 1700 + NEAR])


def test_a_freed_unit_takes_nothing_from_a_neighbours_queue() -> None:
    scene = make_scene(Crew(ASHTON, free_in=4400), Crew(BROOKFIELD, free_in=1000))
    check(scene, [(100, ASHTON, 2)], [4300 + NEAR])


def test_who_still_waits_at_the_end_counts_as_reached_much_later() -> None:
    scene = make_scene(Crew(ASHTON, free_in=5000))
    check(scene, [(100, ASHTON, 1)], [unserved(100)])


def test_a_unit_is_free_again_after_its_service_and_counts_from_its_post() -> None:
    scene = make_scene(Crew(ASHTON))
    calls = [(0.0, ASHTON, 2), (NEAR + 1000.0, ASHTON, 2), (NEAR + 1001.0, ASHTON, 2)]
    check(scene, calls, [NEAR, NEAR, 1000 + NEAR + NEAR - 1], service=1000.0)


def test_a_lent_unit_is_free_again_only_when_it_is_back() -> None:
    scene = make_scene(Crew(ASHTON, free_in=5000), Crew(BROOKFIELD))
    back = ASKED + APART + 1000.0 + APART
    calls = [(0.0, ASHTON, 2), (back - 1, BROOKFIELD, 2), (back + 1500, BROOKFIELD, 2)]
    check(scene, calls, [ASKED + APART, 1 + NEAR, NEAR], service=1000.0)


def test_the_floor_of_the_lending_table_counts_the_unit_itself() -> None:
    scene = make_scene(Crew(ASHTON, free_in=5000), Crew(BROOKFIELD), Crew(BROOKFIELD))
    floor = np.full_like(scene.lending.floor, 2)
    two = replace(scene, lending=replace(scene.lending, floor=floor))
    calls = [(0.0, ASHTON, 2), (10.0, ASHTON, 2)]
    check(two, calls, [ASKED + APART, unserved(10)])


def test_the_floor_is_that_of_the_pair_priority_and_level() -> None:
    scene = make_scene(Crew(ASHTON, free_in=5000), Crew(BROOKFIELD))
    for place, served in [
        ((BROOKFIELD, ASHTON, 1, 1), False),
        ((ASHTON, BROOKFIELD, 1, 1), True),
        ((BROOKFIELD, ASHTON, 0, 1), True),
        ((BROOKFIELD, ASHTON, 1, 0), True),
    ]:
        floor = scene.lending.floor.copy()
        floor[place] = NEVER
        strict = replace(scene, lending=replace(scene.lending, floor=floor))
        check(strict, [(50, ASHTON, 2)], [ASKED + APART if served else unserved(50)])


def test_only_units_of_the_level_and_above_count_toward_its_floor() -> None:
    floor = np.full((2, 2, 4, 3), 2)
    lower = make_scene(Crew(ASHTON, free_in=5000), Crew(BROOKFIELD, level=1), Crew(BROOKFIELD, level=0))
    higher = make_scene(Crew(ASHTON, free_in=5000), Crew(BROOKFIELD, level=1), Crew(BROOKFIELD, level=2))
    for scene, served in ((lower, False), (higher, True)):
        strict = replace(scene, lending=replace(scene.lending, floor=floor))
        check(strict, [(50, ASHTON, 2)], [ASKED + APART if served else unserved(50)])


def test_a_lender_with_a_call_of_that_priority_waiting_lends_nothing() -> None:
    # Brookfield's basic unit cannot take its own advanced call, but might go to Ashton's basic one.
    scene = make_scene(Crew(ASHTON, free_in=5000, level=0), Crew(BROOKFIELD, level=0))
    for waiting, served in ((1, False), (2, False), (3, True)):
        calls = [(0.0, BROOKFIELD, waiting), (10.0, ASHTON, 2)]
        future = future_of(scene, calls)
        future.level[:] = [1, 0]
        expected = cost(calls, [unserved(0), ASKED + APART if served else unserved(10)])
        for player in (Reference, Kernel):
            (score,) = player(scene, future, STAKES).play(STAY, begin=0, end=1)
            assert score == pytest.approx(expected, rel=1e-12)


def test_a_unit_that_stands_by_elsewhere_serves_there_and_is_never_lent_on() -> None:
    standing = Crew(BROOKFIELD, serves=ASHTON, lent=True)
    check(make_scene(standing), [(10, ASHTON, 1)], [NEAR])
    check(make_scene(standing, Crew(BROOKFIELD, free_in=5000)), [(10, BROOKFIELD, 1)], [unserved(10)])


def test_a_lent_unit_at_work_is_its_homes_again_once_it_is_free() -> None:
    scene = make_scene(Crew(ASHTON, free_in=5000), Crew(BROOKFIELD, free_in=1000, lent=True))
    check(scene, [(1001, ASHTON, 2)], [ASKED + APART])


def test_a_unit_below_the_level_of_care_goes_nowhere() -> None:
    scene = make_scene(Crew(ASHTON, level=0), Crew(BROOKFIELD, level=2))
    check(scene, [(10, ASHTON, 2)], [ASKED + APART])


def test_a_unit_that_nobody_can_count_on_never_goes() -> None:
    check(make_scene(Crew(ASHTON, free_in=np.inf)), [(10, ASHTON, 2)], [unserved(10)])


def test_a_course_that_sends_takes_the_unit_for_the_call_and_from_the_next() -> None:
    scene = make_scene(Crew(ASHTON), Crew(BROOKFIELD))
    calls = [(-30.0, ASHTON, 2), (10.0, ASHTON, 1)]
    own = Opening(kind=Kind.SEND, row=0, eta_seconds=300)
    check(scene, calls, [30 + 300, ASKED + APART], opening=own)
    aid = Opening(kind=Kind.SEND, row=1, asked_seconds=45, eta_seconds=500)
    check(scene, calls, [30 + 45 + 500, NEAR], opening=aid)


def test_a_held_call_leaves_the_free_unit_to_the_next_and_takes_the_one_that_is_freed() -> None:
    scene = make_scene(Crew(ASHTON), Crew(ASHTON, free_in=400))
    calls = [(-30.0, ASHTON, 3), (10.0, ASHTON, 1)]
    hold = Opening(kind=Kind.HOLD, seconds=2000)
    check(scene, calls, [430 + NEAR, NEAR], opening=hold)


def test_a_held_call_is_sent_by_the_base_rule_when_its_time_is_up() -> None:
    scene = make_scene(Crew(ASHTON), Crew(BROOKFIELD))
    hold = Opening(kind=Kind.HOLD, seconds=500)
    check(scene, [(-30.0, ASHTON, 3)], [530 + NEAR], opening=hold)
    check(scene, [(-30.0, ASHTON, 3), (10.0, ASHTON, 2)], [530 + ASKED + APART, NEAR], opening=hold)


def test_a_held_call_that_still_finds_nobody_keeps_its_turn() -> None:
    scene = make_scene(Crew(ASHTON, free_in=1000), Crew(ASHTON, free_in=2000))
    calls = [(-30.0, ASHTON, 2), (10.0, ASHTON, 2)]
    hold = Opening(kind=Kind.HOLD, seconds=500)
    check(scene, calls, [1030 + NEAR, 1990 + NEAR], opening=hold)


def test_a_moved_unit_serves_the_other_area_once_it_is_there_and_is_never_lent_back() -> None:
    scene = make_scene(Crew(BROOKFIELD), Crew(ASHTON, free_in=5000))
    move = Opening(kind=Kind.MOVE, row=0, post=ASHTON, serves=ASHTON, seconds=700)
    check(scene, [(600, ASHTON, 2)], [100 + NEAR], opening=move)
    check(scene, [(701, ASHTON, 2)], [NEAR], opening=move)
    check(scene, [(701, BROOKFIELD, 2)], [unserved(701)], opening=move)
    check(scene, [(701, BROOKFIELD, 2)], [NEAR])


def test_a_unit_that_moves_up_within_its_own_area_may_be_lent() -> None:
    scene = make_scene(Crew(BROOKFIELD), Crew(ASHTON, free_in=5000))
    move = Opening(kind=Kind.MOVE, row=0, post=ASHTON, serves=BROOKFIELD, seconds=700)
    check(scene, [(701, ASHTON, 2)], [ASKED + NEAR], opening=move)
    check(scene, [(701, BROOKFIELD, 2)], [APART], opening=move)


def test_the_siren_shortens_the_way_to_emergent_calls_only() -> None:
    scene = make_scene(Crew(ASHTON))
    grid = replace(scene.grid, siren=np.full(2, 1.2), chute_seconds=np.full(2, 50.0))
    loud = replace(scene, grid=grid)
    for priority, expected in ((1, 50 + NEAR / 1.2), (2, 50 + NEAR / 1.2), (3, 50 + NEAR), (4, 50 + NEAR)):
        check(loud, [(10, ASHTON, priority)], [expected])
