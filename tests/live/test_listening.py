"""Which feed speaks for which unit, and what that says of the feed."""

from datetime import datetime

import numpy as np
import pytest

from dispatch.live.listening import Counts, KnownFeed, Listening
from dispatch.live.picture import Picture
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitStatus
from tests.make_live import NOON, after, make_picture, make_position_report, make_state, make_unit

ASHTON = JurisdictionId("ashton")


class Ears:
    """A picture of three units and what feeds say of them."""

    def __init__(self, units: int = 3) -> None:
        self.picture: Picture = make_picture(*(make_unit(f"a{number}") for number in range(1, units + 1)))
        self.listening = Listening()

    def feed(self, name: str) -> KnownFeed:
        return self.listening.expect(name, name=name, jurisdiction_id=ASHTON, awaited_since=NOON)

    def place(self, name: str, unit: str, *, at: float, lon: float = 9.0) -> None:
        report = make_position_report(unit, at=at, lon=lon, source=name)
        change = self.picture.apply_position(report, after(max(at, 0)))
        row = self.picture.find_row(report.unit_id)
        assert row is not None
        self.listening.note_fix(self.feed(name), row, after(at), is_newest=change is not None)

    def say(self, unit: str, status: UnitStatus, *, version: int = 1) -> None:
        self.picture.apply_state(make_state(unit, status, version=version))

    def count(self, at: float, *, stale_seconds: float = 120) -> Counts:
        limits = np.full(self.listening.numbers, stale_seconds)
        return self.listening.count(self.picture, limits, after(at))


def figures(counts: Counts, feed: KnownFeed) -> tuple[int, int, int, int]:
    """Units, placed, in service, stale."""
    columns = (counts.units, counts.placed, counts.in_service, counts.stale)
    units, placed, in_service, stale = (int(column[feed.number]) for column in columns)
    return units, placed, in_service, stale


def test_units_are_counted_by_the_time_of_their_fix_not_of_the_report() -> None:
    ears = Ears()
    ears.place("avl", "a1", at=-300)
    ears.place("avl", "a2", at=0)
    assert figures(ears.count(0), ears.feed("avl")) == (2, 2, 2, 1)
    assert figures(ears.count(121), ears.feed("avl")) == (2, 2, 2, 2)


def test_a_unit_is_spoken_for_by_whoever_has_its_newest_fix() -> None:
    ears = Ears()
    ears.place("old", "a1", at=-500)
    ears.place("new", "a1", at=-10, lon=9.001)
    ears.place("old", "a1", at=-400)  # older than what is known: it changes nothing
    counts = ears.count(0)
    assert figures(counts, ears.feed("old"))[1:] == (0, 0, 0)
    assert figures(counts, ears.feed("new"))[1:] == (1, 1, 0)


def test_units_off_duty_and_out_of_service_are_not_counted_as_stale() -> None:
    ears = Ears()
    for unit in ("a1", "a2", "a3"):
        ears.place("avl", unit, at=-600)
    ears.say("a1", UnitStatus.OFF_DUTY)
    ears.say("a2", UnitStatus.OUT_OF_SERVICE)
    assert figures(ears.count(0), ears.feed("avl")) == (3, 3, 1, 1)


def test_a_unit_of_two_feeds_is_counted_once_for_each() -> None:
    ears = Ears()
    ears.place("avl", "a1", at=0)
    for unit in ("a1", "a2"):
        row = ears.picture.rows([make_unit(unit).id])[0]
        ears.listening.note_status(ears.feed("cad"), int(row))
    counts = ears.count(0)
    assert figures(counts, ears.feed("avl")) == (1, 1, 1, 0)
    assert figures(counts, ears.feed("cad")) == (2, 0, 0, 0)


def test_the_columns_grow_with_the_fleet() -> None:
    ears = Ears(units=50)
    ears.place("avl", "a1", at=0)
    ears.place("avl", "a50", at=0)
    assert figures(ears.count(0), ears.feed("avl")) == (2, 2, 2, 0)


@pytest.mark.parametrize(
    ("heard", "gaps"),
    [
        ([0, 5, 10], [5, 5]),
        ([0, 0.1, 0.2, 30, 30.1, 60], [30, 30]),  # a feed may send its units one by one
        ([0], []),
        ([0, 5, -600, -595, -590], [5, 5, 5]),  # the clock was set back in between
    ],
)
def test_intervals_are_taken_between_hearings(heard: list[float], gaps: list[float]) -> None:
    ears = Ears()
    feed = ears.feed("avl")
    for at in heard:
        ears.listening.hear(feed, after(at))
    assert list(feed.gaps) == pytest.approx(gaps)


def test_after_a_clock_that_was_set_back_a_feed_is_heard_at_no_moment_still_to_come() -> None:
    ears = Ears()
    spoke, dead = ears.feed("spoke"), ears.feed("dead")
    for feed in (spoke, dead):
        ears.listening.hear(feed, after(600))
    ears.listening.hear(spoke, after(0))
    assert spoke.heard_at == NOON
    never = ears.listening.expect("never", name="", jurisdiction_id=ASHTON, awaited_since=after(600))
    ears.listening.set_back(after(1))  # two are not heard from again
    assert (spoke.heard_at, dead.heard_at, never.awaited_since) == (NOON, after(1), after(1))


def test_a_feed_without_a_key_any_more_speaks_for_nobody() -> None:
    ears = Ears()
    ears.place("avl", "a1", at=0)
    ears.listening.forget("avl")
    ears.listening.forget("avl")
    assert ears.listening.feeds == {}
    other = ears.feed("other")
    assert figures(ears.count(0), other) == (0, 0, 0, 0)


def test_a_feed_keeps_its_number_and_takes_its_new_name() -> None:
    ears = Ears()
    first = ears.feed("avl")
    again = ears.listening.expect("avl", name="AVL Ashton", jurisdiction_id=ASHTON, awaited_since=late())
    assert (again.number, again.name, again.awaited_since) == (first.number, "AVL Ashton", NOON)


def late() -> datetime:
    return after(100)
