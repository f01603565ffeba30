"""What the service lacks is on every board within a look, with the moment since when."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from dispatch.live.losses import Loss
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Unavailable
from dispatch.model.principal import Role
from dispatch.services.service_watch import ServiceWatch
from dispatch.services.timers import Timer
from dispatch.store.store import SqlStore
from tests.make_world import Sheet, World, open_world

pytestmark = pytest.mark.anyio


def degraded(sheet: Sheet) -> dict[str, str]:
    return {one["code"]: one["since"] for one in sheet.rows["service"]["service"]["degraded"]}


def lost(world: World) -> list[Loss]:
    service = world.core.world.health.service
    return [] if service is None else [loss for loss, _ in service.losses]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


@dataclass
class Parts:
    """What a watch asks, to be broken."""

    solver: bool = True
    compiled: bool = True
    timers: list[Timer] = field(default_factory=list)

    def watch(self, world: World) -> ServiceWatch:
        watch = ServiceWatch(
            world.core,
            world.services.hub.publish,
            solver_works=lambda: self.solver,
            opinions_compiled=lambda: self.compiled,
        )
        watch.watch(self.timers)
        return watch


async def test_a_region_without_roads_says_so_to_everybody(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        board, stranger = world.look("harlow"), world.look("gale", role=Role.ADMIN)
        assert degraded(board) == {}
        began = clock()
        Parts().watch(world).look()
        for sheet in (board, stranger, world.look("harlow")):
            assert degraded(sheet) == {
                "roads_missing": began.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            }
        [row] = board.rows["service"]["service"]["degraded"]
        assert row["affects"] == ["arrivals", "cover"]
        assert "straight-line" in row["sentence"]


async def test_what_is_lost_later_has_its_own_moment_and_what_is_found_again_goes(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        parts, board = Parts(), world.look("harlow")
        watch = parts.watch(world)
        watch.look()
        first = degraded(board)
        clock.advance(seconds=30)
        parts.solver = parts.compiled = False
        watch.look()
        assert list(degraded(board)) == ["roads_missing", "solver_off", "opinions_plain"]
        assert degraded(board)["roads_missing"] == first["roads_missing"]
        assert degraded(board)["solver_off"] != first["roads_missing"]
        frames = len(board.frames)
        watch.look()
        assert len(board.frames) == frames, "what is as before is not told again"
        parts.solver = parts.compiled = True
        watch.look()
        assert list(degraded(board)) == ["roads_missing"]


async def test_a_disk_that_failed_under_a_write_is_the_gravest_loss(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(record, clock) as world:
        board = world.look("harlow")
        watch = Parts().watch(world)
        monkeypatch.setattr(SqlStore, "is_trusted", False)
        watch.look()
        assert next(iter(degraded(board))) == "record_unavailable"


async def test_a_question_that_the_record_does_not_answer_is_a_loss_while_it_hangs(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(record, clock) as world:
        board, answers = world.look("harlow"), asyncio.Event()
        monkeypatch.setattr("dispatch.live.losses.READING_SLOW_SECONDS", 0.01)

        async def ask() -> None:
            await answers.wait()

        timer = Timer("follower", ask, seconds=60)
        watch = Parts(timers=[timer]).watch(world)
        timer.start()
        try:
            await until(lambda: timer.running_seconds() > 0.01)
            watch.look()
            assert "reading_slow" in degraded(board)
            assert "record_unavailable" not in degraded(board), "what is ordered is kept"
            answers.set()
            await until(lambda: not timer.running_seconds())
            watch.look()
            assert list(degraded(board)) == ["roads_missing"]
        finally:
            await timer.stop()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("follower", "record_unavailable"),
        ("escalation", "requests_stuck"),
        ("feeds", "feeds_unwatched"),
        ("positions", "part_failing"),
    ],
)
async def test_a_timer_that_fails_is_named_until_it_runs_again(
    record: SqlStore, clock: ManualClock, name: str, code: str
) -> None:
    async with open_world(record, clock) as world:
        board, works = world.look("harlow"), asyncio.Event()

        def sweep() -> None:
            if not works.is_set():
                raise Unavailable("the record cannot be written")

        timer = Timer(name, sweep, seconds=0.01)
        watch = Parts(timers=[timer]).watch(world)
        timer.start()
        try:
            await until(lambda: timer.failures_in_a_row >= 2)
            watch.look()
            assert code in degraded(board)
            works.set()
            await until(lambda: not timer.failures_in_a_row)
            watch.look()
            assert code not in degraded(board)
        finally:
            await timer.stop()


async def test_the_feeds_own_timers_are_watched_too(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a figure that nobody foresaw")

    async with open_world(record, clock) as world:
        monkeypatch.setattr(world.services.feeds._listening, "count", fail)
        world.services.start()
        await until(lambda: Loss.FEEDS_UNWATCHED in lost(world))


async def test_reads_that_take_long_do_not_stop_the_record(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many exports as there are readers; what is ordered meanwhile is kept."""
    async with open_world(record, clock) as world:
        done = threading.Event()
        monkeypatch.setattr("dispatch.live.losses.READING_SLOW_SECONDS", 0.05)
        reads = [asyncio.create_task(world.core.store.read(lambda _: done.wait(20))) for _ in range(8)]
        world.services.start()
        await until(lambda: Loss.READING_SLOW in lost(world))
        await record.write(lambda _: None)
        assert Loss.RECORD_UNAVAILABLE not in lost(world)
        done.set()
        await asyncio.gather(*reads)
        await until(lambda: lost(world) == [Loss.ROADS_MISSING])


async def test_a_command_that_waits_for_the_record_is_counted_by_its_age(record: SqlStore) -> None:
    assert record.oldest_wait_seconds() == 0
    disk = threading.Event()
    waiting = [asyncio.create_task(record.write(lambda _: disk.wait(10))) for _ in range(2)]
    await asyncio.sleep(0.01)
    assert record.oldest_wait_seconds() > 0
    disk.set()
    await asyncio.gather(*waiting)
    assert record.oldest_wait_seconds() == 0
