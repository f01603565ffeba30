"""How long a unit that was let go from a post is believed to be on its way home."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dispatch.aid.assignment import Assignment, release
from dispatch.aid.way_home import WayHome, find_way_home
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId
from dispatch.model.unit import Fix
from tests.make_aid import make_assignment
from tests.make_live import NOON

STATION = Point(lon=9.0, lat=45.0)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def loan(*, predicted: int | None = 900, arrived: bool = True, lent: bool = True) -> Assignment:
    made = make_assignment("b1", home="brook", borrower="ashton" if lent else "brook")
    arrived_at = after(800) if arrived else None
    return replace(made, assigned_at=NOON, predicted_seconds=predicted, arrived_at=arrived_at)


def way_of(
    work: Assignment, let_go: float, *, at_post: bool = True, sent_on_from: Assignment | None = None
) -> WayHome | None:
    gone = release(work, expected=None, reason="", now=after(let_go))
    return find_way_home(gone, at_post=at_post, sent_on_from=sent_on_from, station=STATION)


@pytest.mark.parametrize(
    ("work", "let_go", "seconds"),
    [
        (loan(), 7200, 900),
        (loan(), 850, 900),
        (loan(arrived=False), 100, 100),
        (loan(arrived=False), 2000, 900),
        (loan(predicted=None), 7200, 2700),
        (loan(predicted=None, arrived=False), 100, 100),
    ],
)
def test_the_way_home_takes_what_the_way_out_took(work: Assignment, let_go: float, seconds: float) -> None:
    way = way_of(work, let_go)
    assert way is not None
    assert (way.since, way.until) == (after(let_go), after(let_go + seconds))


def test_from_a_call_it_was_sent_on_to_it_takes_both_ways() -> None:
    standby = replace(loan(), ended_at=after(3000))
    sent = loan(predicted=400, arrived=False)
    mission = replace(sent, assigned_at=after(3000), continues=AssignmentId("before"))
    way = way_of(mission, 3100, at_post=False, sent_on_from=standby)
    assert way is not None
    assert way.until == after(3100 + 900 + 100)


def test_nobody_else_has_one() -> None:
    assert find_way_home(loan(), at_post=True, sent_on_from=None, station=STATION) is None
    assert way_of(loan(), 1000, at_post=False) is None
    assert way_of(loan(lent=False), 1000) is None


@pytest.mark.parametrize(
    ("at", "fix", "over"),
    [
        (1000, None, False),
        (1899, None, False),
        (1900, None, True),
        (1000, Fix(position=STATION, at=after(1000), source="avl"), True),
        (1000, Fix(position=STATION, at=after(999), source="avl"), False),
        (1000, Fix(position=Point(lon=9.002, lat=45.0), at=after(1000), source="avl"), True),
        (1000, Fix(position=Point(lon=9.004, lat=45.0), at=after(1000), source="avl"), False),
    ],
)
def test_it_is_over_when_the_time_is_or_when_the_unit_is_seen_at_its_station(
    at: float, fix: Fix | None, over: bool
) -> None:
    way = way_of(loan(), 1000)
    assert way is not None
    assert way.is_over(after(at), fix) is over
    if fix is not None:
        assert not replace(way, station=None).is_over(after(at), fix)
