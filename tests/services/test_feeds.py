"""Boards hear at once of a feed whose state changes, of its ages with the beat, and of nothing between."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.live.feeds import FeedLimits
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden
from dispatch.model.geo import Point
from dispatch.model.ids import UnitId
from dispatch.model.principal import Principal, Role
from dispatch.services.feeds import FeedWatch
from dispatch.services.intake import UnitReport
from dispatch.store.store import SqlStore
from tests.make_standing import text_of
from tests.make_world import CEDAR, GALE, HARLOW, Sheet, World, meta, open_world

pytestmark = pytest.mark.anyio

PLACE = Point(lon=-99.7, lat=40.1)
WITHHOLDING = text_of('id: "30.1", type: data_sharing, withhold: [exact_position]')


async def place(world: World, unit: str, *, age_seconds: float = 0) -> None:
    at = world.clock() - timedelta(seconds=age_seconds)
    await world.report(unit[0], UnitReport(unit_id=UnitId(unit), at=at, position=PLACE))


def states(sheet: Sheet) -> dict[str, str]:
    return {which: row["state"] for which, row in sheet.rows["feeds"].items()}


def ages(sheet: Sheet) -> dict[str, list[Any]]:
    beats = [frame for frame in sheet.frames if frame["type"] == "beat"]
    return {which: rest for which, *rest in beats[-1].get("feeds", [])}


async def test_a_feed_that_falls_silent_is_told_once_and_when_it_is_heard_again_at_once(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        feeds = world.services.feeds
        feeds.look()
        board = world.look("harlow")
        assert states(board) == {"feed-h": "live", "feed-c": "live", "feed-e": "live"}
        clock.advance(seconds=59)
        feeds.look()
        frames = len(board.frames)
        clock.advance(seconds=2)
        feeds.look()
        feeds.look()
        assert states(board) == {"feed-h": "silent", "feed-c": "silent", "feed-e": "silent"}
        assert len(board.frames) == frames + 1, "one frame, not one a look"
        assert board.rows["feeds"]["feed-h"]["since"] == clock().isoformat(timespec="milliseconds").replace(
            "+00:00", "Z"
        )
        feeds.has_news.clear()
        await world.say("available", "h1")
        assert feeds.has_news.is_set(), "the timer is woken"
        feeds.look()
        assert states(board)["feed-h"] == "live"
        assert states(board)["feed-c"] == "silent"


async def test_a_feed_that_dies_when_the_clock_is_set_back_is_silent_all_the_same(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        feeds = world.services.feeds
        feeds.look()
        board = world.look("harlow")
        clock.advance(seconds=-600)
        feeds.look()
        assert states(board)["feed-h"] == "live"
        clock.advance(seconds=61)
        feeds.look()
        assert states(board)["feed-h"] == "silent"


async def test_a_feed_that_repeats_an_old_fix_is_heard_and_stale(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        feeds = world.services.feeds
        fixed_at = clock()
        for _ in range(14):
            await world.report("h", UnitReport(unit_id=UnitId("h1"), at=fixed_at, position=PLACE))
            clock.advance(seconds=10)
        feeds.look()
        board = world.look("harlow")
        assert states(board)["feed-h"] == "stale"
        heard_ms, fix_ms, _units, stale, limit = ages(board)["feed-h"]
        assert heard_ms == (clock() - timedelta(seconds=10)).timestamp() * 1000
        assert fix_ms == fixed_at.timestamp() * 1000
        assert (stale, limit) == (1, 30)


async def test_reports_that_change_no_state_make_no_frame_of_their_own(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        world.services.feeds.look()
        board = world.look("harlow")
        before = len(board.frames)
        for _ in range(50):
            clock.advance(seconds=1)
            await place(world, "h1")
            world.services.feeds.look()
        assert len(board.frames) == before
        world.services.hub.send_beats()
        assert ages(board)["feed-h"][0] == clock().timestamp() * 1000


async def test_a_partner_sees_the_feeds_of_units_that_it_sees_and_a_stranger_none(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await place(world, "c1", age_seconds=400)
        world.services.feeds.look()
        harlow, gale = world.look("harlow"), world.look("gale")
        assert harlow.frames[-1]["type"] == "beat", "a fresh board knows the ages at once"
        assert states(harlow)["feed-c"] == "stale"
        assert ages(harlow)["feed-c"][3] == 1
        assert set(gale.rows["feeds"]) == {"feed-g"}
        assert set(ages(gale)) == {"feed-g"}
        # An analyst sees no neighbour's unit, so of no neighbour's feed.
        assert set(world.look("harlow", role=Role.ANALYST).rows["feeds"]) == {"feed-h"}


async def test_who_may_not_see_places_does_not_learn_how_old_they_are(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=[WITHHOLDING]) as world:
        await place(world, "c1", age_seconds=400)
        world.services.feeds.look()
        harlow, cedar = world.look("harlow"), world.look("cedar")
        assert (states(harlow)["feed-c"], states(cedar)["feed-c"]) == ("live", "stale")
        assert ages(harlow)["feed-c"][1] is None
        assert ages(harlow)["feed-c"][3] is None
        assert harlow.rows["feeds"]["feed-c"]["stale_after_seconds"] is None
        [asked] = [row for row in await listed(world, "harlow") if row["id"] == "feed-c"]
        assert (asked["state"], asked["newest_fix_at"], asked["stale_units"]) == ("live", None, None)


async def test_who_may_not_see_places_does_not_learn_when_they_grew_old(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=[WITHHOLDING]) as world:
        feeds = world.services.feeds
        await place(world, "c1")
        feeds.look()
        harlow, cedar = world.look("harlow"), world.look("cedar")
        before, frames, told = dict(harlow.rows["feeds"]), len(harlow.frames), len(cedar.frames)
        for _ in range(13):
            clock.advance(seconds=10)
            for home in ("c", "e", "h"):  # heard all the time, and nothing new of places
                await world.say("available", f"{home}2")
        feeds.look()
        assert states(cedar)["feed-c"] == "stale"
        assert any("feeds" in frame for frame in cedar.frames[told:])
        assert harlow.rows["feeds"] == before
        assert not any(frame.get("feeds") for frame in harlow.frames[frames:] if frame["type"] == "delta")
        since = cedar.rows["feeds"]["feed-c"]["since"]
        [asked] = [row for row in await listed(world, "harlow") if row["id"] == "feed-c"]
        assert asked["since"] == before["feed-c"]["since"] != since
        clock.advance(seconds=130)
        feeds.look()
        assert harlow.rows["feeds"]["feed-c"]["since"] == cedar.rows["feeds"]["feed-c"]["since"] != since


async def listed(world: World, jurisdiction: str, role: Role = Role.DISPATCHER) -> list[dict[str, Any]]:
    who = meta(jurisdiction, role=role).actor
    return list(await world.services.feeds.list_feeds(who))


async def test_the_list_has_the_worst_first_with_ages_as_of_now(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        clock.advance(seconds=100)
        await world.say("available", "h1")
        await place(world, "e1", age_seconds=300)
        rows = await listed(world, "harlow")
        assert [(row["id"], row["state"]) for row in rows] == [
            ("feed-c", "silent"),
            ("feed-e", "stale"),
            ("feed-h", "live"),
        ]
        assert rows[2]["heard_at"] == clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with pytest.raises(Forbidden):
            await listed(world, "harlow", Role.FEED)


async def test_a_key_that_is_not_heard_is_silent_and_one_that_is_no_more_is_gone(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, on_duty=()) as world:
        identity, feeds = world.services.identity, world.services.feeds
        expires = clock() + timedelta(minutes=5)
        await identity.create_api_key(jurisdiction_id=HARLOW, label="CAD Harlow")
        await identity.create_api_key(jurisdiction_id=HARLOW, label="AVL Harlow", expires_at=expires)
        await identity.create_api_key(jurisdiction_id=HARLOW, label="a desk", role=Role.DISPATCHER)
        await feeds.read_keys()
        feeds.look()
        board = world.look("harlow")
        assert board.rows["feeds"] == {}, "too early to say"
        clock.advance(seconds=61)
        feeds.look()
        assert sorted(row["name"] for row in board.rows["feeds"].values()) == ["AVL Harlow", "CAD Harlow"]
        assert set(states(board).values()) == {"silent"}
        clock.advance(seconds=300)
        await feeds.read_keys()
        feeds.look()
        assert [row["name"] for row in board.rows["feeds"].values()] == ["CAD Harlow"]
        world.services.hub.send_beats()
        assert set(ages(board)) == set(board.rows["feeds"]), "nor is it in the beat any more"


async def test_a_feed_may_have_limits_of_its_own_by_its_name(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        limits = {"Slow CAD": FeedLimits(silent_seconds=900)}
        watch = FeedWatch(world.core, world.services.hub.publish, limits)
        for name, where in (("Slow CAD", HARLOW), ("Other", CEDAR)):
            watch.hear(
                Principal(id=f"key_{name}", role=Role.FEED, jurisdiction_id=where, display_name=name), clock()
            )
        clock.advance(seconds=600)
        watch.look()
        feeds = world.core.world.health.feeds
        assert {which: feed.state.value for which, feed in feeds.items() if which.startswith("key_")} == {
            "key_Slow CAD": "live",
            "key_Other": "silent",
        }


async def test_a_board_that_resumes_over_a_change_of_state_shows_what_a_fresh_one_shows(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        feeds = world.services.feeds
        feeds.look()
        early = world.look("gale")
        clock.advance(seconds=61)
        feeds.look()
        fresh = world.look("gale")
        assert early.rows["feeds"] == fresh.rows["feeds"]
        assert states(fresh) == {"feed-g": "silent"}
        assert GALE in {row["jurisdiction"] for row in fresh.rows["feeds"].values()}
