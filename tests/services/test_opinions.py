"""A second opinion comes beside the recommendation: never before it, never in its way, and on record."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from dispatch.aid.advice.opinion import compare_courses
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Method, Practice
from dispatch.api.advice_rows import RecommendationRow, SecondOpinionRow
from dispatch.journal.codec import find_event
from dispatch.model.advice_events import SecondOpinionGiven
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, NotFound, Unavailable
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, RecommendationId
from dispatch.model.incident import Priority
from dispatch.model.principal import SERVICE, Role
from dispatch.services import opinions as module
from dispatch.services.opinions import MOST_KEPT, Opinions
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.contract import require_row
from tests.make_world import HARLOW, SOUTH, WEST, World, draft, meta, open_world

pytestmark = pytest.mark.anyio

UNHURRIED = replace(DEFAULT_PRACTICE, rollouts=replace(DEFAULT_PRACTICE.rollouts, deadline_seconds=60.0))
"""A busy machine must not tell in what is said."""

NEAR_CEDAR = Point(lon=WEST + 0.19, lat=SOUTH + 0.1)
"""In Harlow, where Cedar's units are hardly later than its own."""


async def open_call(world: World, priority: Priority = Priority.EMERGENT) -> IncidentId:
    row = await world.services.incidents.open(
        meta("harlow"), replace(draft(position=NEAR_CEDAR, jurisdiction="harlow"), priority=priority)
    )
    return IncidentId(row["id"])


async def shorten(world: World, practice: Practice = UNHURRIED) -> None:
    """Harlow's only basic unit is gone, so that its cover is amber; what advice looks at is ready."""
    wary = replace(practice, alarm=replace(practice.alarm, floor=1))
    world.core.world.advice.practices[HARLOW] = wary
    await world.say("on_scene", "h2")
    await world.core.engine.advisor.refresh(world.clock())


async def recommend(world: World, priority: Priority = Priority.EMERGENT, *, key: str | None = None) -> Any:
    incident_id = await open_call(world, priority)
    row = await world.services.recommendations.recommend(meta("harlow", key=key), incident_id)
    return require_row(RecommendationRow, row)


async def read(world: World, recommendation_id: str, *, by: str = "harlow") -> Mapping[str, Any]:
    row = await world.services.opinions.read(meta(by).actor, RecommendationId(recommendation_id))
    return require_row(SecondOpinionRow, row)


async def given(store: SqlStore) -> list[SecondOpinionGiven]:
    entries = await store.read(lambda reader: reader.list_entries())
    events = [find_event(entry, {}) for entry in entries]
    return [event for event in events if isinstance(event, SecondOpinionGiven)]


async def test_an_amber_call_gets_an_opinion_that_is_journalled_and_told(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        await shorten(world)
        shown = await recommend(world)
        said = await read(world, shown["id"])
        assert said["status"] == "given"
        assert said["advised"] == {"course": shown["advice"]["course"], "unit": shown["advice"]["unit"]}
        assert said["futures"] == 100
        assert said["horizon_seconds"] == 4500
        assert said["agrees"] is (said["opinion"] == said["advised"])
        assert {course["unit"] for course in said["courses"]} >= {"h1", "c1"}
        assert said["sentence"].endswith(".")
        (event,) = await given(store)
        assert event.recommendation_id == shown["id"]
        assert (event.jurisdiction_id, event.incident_id) == (HARLOW, shown["incident"])
        assert list(event.courses) == said["courses"]
        await world.cover.record_changes()
        report = await store.read(verify_store)
        assert report.ok, report.problems


async def test_the_journalled_seed_plays_the_same_futures_again(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await shorten(world)
        heard: list[Any] = []
        consider = world.services.opinions.consider
        world.services.opinions.consider = lambda found, which: (  # type: ignore[method-assign]
            heard.append(found.advised.outlook),
            consider(found, which),
        )[1]
        said = await read(world, (await recommend(world))["id"])
        again = compare_courses(
            heard[0].call, heard[0].advice, heard[0].situation, heard[0].practice, seed=said["seed"]
        )
        assert [course.to_json() for course in again.courses] == said["courses"]


@pytest.mark.parametrize("case", ["critical", "green", "not_ready", "switched_off"])
async def test_where_none_is_due_none_is_played_and_the_answer_says_why(
    record: SqlStore, clock: ManualClock, case: str
) -> None:
    async with open_world(record, clock) as world:
        plain = replace(UNHURRIED, method=Method.WEIGHED)
        if case in ("critical", "switched_off"):
            await shorten(world, plain if case == "switched_off" else UNHURRIED)
        elif case == "green":
            await world.core.engine.advisor.refresh(clock())
        shown = await recommend(world, Priority.CRITICAL if case == "critical" else Priority.EMERGENT)
        said = await read(world, shown["id"])
        because = {"critical": "life_threatening", "green": "cover_green", "not_ready": "not_weighed"}
        assert (said["status"], said["because"]) == ("none", because.get(case, case))
        assert (said["opinion"], said["agrees"], said["courses"]) == (None, None, [])
        assert said["sentence"]
        assert await given(record) == []


async def test_the_recommendation_does_not_wait_for_its_opinion(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def wait(*args: Any, **kwargs: Any) -> Any:
        go_on.wait(30)
        return compare_courses(*args, **kwargs)

    monkeypatch.setattr(module, "compare_courses", wait)
    async with open_world(record, clock) as world:
        await shorten(world)
        shown = await recommend(world)
        assert await given(record) == []
        other = await world.core.engine.run(lambda: "the engine's thread is free")
        assert other == "the engine's thread is free"
        go_on.set()
        assert (await read(world, shown["id"]))["status"] == "given"


async def test_one_that_is_still_being_played_is_pending(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(module, "compare_courses", lambda *_, **__: go_on.wait(30))
    async with open_world(record, clock) as world:
        await shorten(world)
        shown = await recommend(world)
        world.services.opinions._kept[shown["id"]].deadline_seconds = 0.0
        said = await read(world, shown["id"])
        assert (said["status"], said["because"], said["opinion"]) == ("pending", "pending", None)
        go_on.set()


async def test_after_the_deadline_it_is_plain_closest_and_says_so(
    store: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(module, "compare_courses", lambda *_, **__: go_on.wait(30))
    async with open_world(store, clock) as world:
        hurried = replace(UNHURRIED, rollouts=replace(UNHURRIED.rollouts, deadline_seconds=0.01))
        await shorten(world, hurried)
        shown = await recommend(world)
        await asyncio.wait({world.services.opinions._kept[shown["id"]].task})  # type: ignore[arg-type]
        said = await read(world, shown["id"])
        assert (said["status"], said["fallback"], said["agrees"]) == ("given", "deadline", None)
        assert said["opinion"] == {"course": "send_own", "unit": "h1"}
        go_on.set()


async def test_time_that_runs_out_between_batches_is_said_too(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await shorten(world)
        tick: Iterator[int] = count(step=100)
        world.services.opinions._seconds = lambda: float(next(tick))
        said = await read(world, (await recommend(world))["id"])
        assert (said["fallback"], said["futures"]) == ("deadline", 0)


async def test_a_fault_is_plain_closest_and_the_next_is_played_again(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    async with open_world(record, clock) as world:
        await shorten(world)
        monkeypatch.setattr(module, "compare_courses", break_down)
        said = await read(world, (await recommend(world))["id"])
        assert (said["fallback"], said["opinion"]["unit"]) == ("error", "h1")
        monkeypatch.undo()
        assert (await read(world, (await recommend(world))["id"]))["futures"] == 100


async def test_one_that_cannot_be_recorded_is_not_given(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(record, clock) as world:
        await shorten(world)
        shown = await recommend(world)
        await read(world, shown["id"])

        async def refuse(_: object) -> None:
            raise Unavailable("disk full")

        opinions = Opinions(world.core)
        found = await world.core.engine.recommend(
            world.core.world.incidents[IncidentId(shown["incident"])], need=None, now=clock()
        )
        monkeypatch.setattr(world.core.store, "write", refuse)
        opinions.consider(found, RecommendationId("rec-lost"))
        said = await opinions.read(meta("harlow").actor, RecommendationId("rec-lost"))
        assert (said["status"], said["because"]) == ("none", "unavailable")
        await opinions.close()


async def test_a_retry_of_the_command_plays_nothing_again(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await shorten(world)
        incident_id = await open_call(world)
        first, again = [
            await world.services.recommendations.recommend(meta("harlow", key="one"), incident_id)
            for _ in range(2)
        ]
        assert first["id"] == again["id"]
        await read(world, first["id"])
        assert len(await given(record)) == 1


async def test_another_process_tells_it_once_it_has_heard_of_the_commit(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        await shorten(world)
        other = Opinions(world.core)
        store.on_commit(other.notice)
        shown = await recommend(world)
        before = await other.read(meta("harlow").actor, RecommendationId(shown["id"]))
        here = await read(world, shown["id"])
        there = await other.read(meta("harlow").actor, RecommendationId(shown["id"]))
        assert before["status"] in ("none", "given")
        assert there == here
        await other.close()


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
async def test_the_desk_reads_it_and_no_other_jurisdiction_can_tell_that_it_is_there(
    record: SqlStore, clock: ManualClock, role: Role
) -> None:
    async with open_world(record, clock) as world:
        await shorten(world)
        shown = await recommend(world)
        reader = meta("harlow", role=role).actor
        which = RecommendationId(shown["id"])
        assert (await world.services.opinions.read(reader, which))["status"] == "given"
        for stranger in ("cedar", "gale"):
            with pytest.raises(NotFound) as foreign:
                await read(world, shown["id"], by=stranger)
            with pytest.raises(NotFound) as missing:
                await read(world, "no-such-thing", by=stranger)
            assert type(foreign.value) is type(missing.value)
        with pytest.raises(Forbidden):
            await world.services.opinions.read(meta("harlow", role=Role.ADMIN).actor, which)


async def test_it_is_the_service_that_gives_it(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await shorten(world)
        await read(world, (await recommend(world))["id"])
        entries = await record.read(lambda reader: reader.list_entries())
        (entry,) = [entry for entry in entries if entry.type == SecondOpinionGiven.type]
        assert (entry.actor, entry.role) == (SERVICE.id, SERVICE.role)


async def test_the_oldest_are_forgotten_first(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        opinions = world.services.opinions
        for number in range(MOST_KEPT + 1):
            opinions._remember(f"rec-{number}", HARLOW)
        with pytest.raises(NotFound):
            await read(world, "rec-0")
        assert (await read(world, "rec-1"))["because"] == "not_known"


async def test_once_warm_the_compiled_player_plays_the_same(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await shorten(world)
        opinions = world.services.opinions
        opinions.warm()
        assert opinions._compiling is not None
        await asyncio.wrap_future(opinions._compiling)
        assert opinions._is_warm
        assert (await read(world, (await recommend(world))["id"]))["futures"] == 100
