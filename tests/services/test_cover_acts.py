"""People overrule cover and tell partners early; agencies set their figures. All of it is on record."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from dispatch.aid.pre_alert import LASTS
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from dispatch.model.events import FieldRedacted
from dispatch.model.ids import JurisdictionId, PreAlertId
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import CEDAR, ELM, GALE, HARLOW, World, meta, open_world

pytestmark = pytest.mark.anyio


async def types(world: World, after: int) -> list[str]:
    entries: Sequence[Any] = await world.store.read(lambda reader: reader.list_entries(after_seq=after))
    return [e.type for e in entries if e.type != "jurisdiction.overwhelm_changed"]


async def override(world: World, state: CoverState, *, minutes: int = 30, key: str | None = None) -> Any:
    who = meta("harlow", key=key)
    return await world.services.cover.override(who, HARLOW, state=state, reason="crash", minutes=minutes)


async def tell(world: World, *partners: JurisdictionId, by: str = "harlow") -> Any:
    return await world.services.cover.pre_alert(meta(by), HARLOW, partners=partners, note="two at a crash")


async def test_a_newer_override_takes_the_place_of_the_one_that_holds(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        before = world.core.world.seq
        await override(world, CoverState.RED)
        clock.advance(seconds=60)
        await override(world, CoverState.GREEN)
        assert world.cover.covers[HARLOW].override is not None
        assert world.cover.covers[HARLOW].override.state is CoverState.GREEN
        assert await types(world, before) == [
            "cover.overridden",
            "cover.override_ended",
            "cover.overridden",
        ]
        ended = await world.services.cover.end_override(meta("harlow"), HARLOW)
        assert ended["ends_at"].startswith(clock().isoformat()[:19])
        assert world.cover.covers[HARLOW].override is None
        with pytest.raises(IllegalStep, match="no_override_holds"):
            await world.services.cover.end_override(meta("harlow"), HARLOW)
        report = await store.read(verify_store)  # type: ignore[arg-type]
        assert report.ok, report


async def test_an_override_has_a_reason_and_an_end_within_a_day(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        act = world.services.cover.override
        with pytest.raises(Invalid, match="until"):
            await act(meta("harlow"), HARLOW, state=CoverState.RED, reason="x", until=clock())
        with pytest.raises(Invalid, match="until"):
            await act(
                meta("harlow"),
                HARLOW,
                state=CoverState.RED,
                reason="x",
                until=clock() + timedelta(hours=24, seconds=1),
            )
        with pytest.raises(Invalid, match="reason"):
            await act(meta("harlow"), HARLOW, state=CoverState.RED, reason=" ", minutes=5)


async def test_nobody_overrules_another_jurisdiction(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        act = world.services.cover.override
        with pytest.raises(NotFound):
            await act(meta("cedar"), HARLOW, state=CoverState.RED, reason="x", minutes=5)
        with pytest.raises(Forbidden):
            await act(meta("harlow", role=Role.ANALYST), HARLOW, state=CoverState.RED, reason="x", minutes=5)


async def test_an_override_sent_twice_has_one_effect(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        first = await override(world, CoverState.RED, key="k1")
        assert await override(world, CoverState.RED, key="k1") == first
        assert len(await store.read(lambda reader: reader.list_overrides())) == 1


async def test_a_pre_alert_stands_on_the_boards_of_those_told_until_its_time(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        sheets = {place: world.look(place) for place in ("harlow", "cedar", "elm", "gale")}
        row = await tell(world, CEDAR)
        seen = {place: list(sheet.rows["pre_alerts"]) for place, sheet in sheets.items()}
        assert seen == {"harlow": [row["id"]], "cedar": [row["id"]], "elm": [], "gale": []}
        told = sheets["cedar"].rows["pre_alerts"][row["id"]]
        assert told["sentence"] == "Harlow: level zero not likely within 20 min: 0 %"
        assert told["note"] == "two at a crash"
        clock.advance(seconds=LASTS.total_seconds())
        world.services.hub.publish(world.core.world.list_timed_keys())
        assert not any(sheet.rows["pre_alerts"] for sheet in sheets.values())
        assert await world.services.cover.list_pre_alerts(meta("cedar").actor) == []


async def test_a_partner_acknowledges_and_sees_nothing_of_the_others_told(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        alert = PreAlertId((await tell(world, CEDAR, ELM))["id"])
        await world.services.cover.acknowledge(meta("elm"), alert)
        seen = await world.services.cover.acknowledge(meta("cedar"), alert)
        assert (seen["to"], seen["acknowledged"]) == (["cedar"], ["cedar"])
        (own,) = await world.services.cover.list_pre_alerts(meta("harlow").actor)
        assert (own["to"], own["acknowledged"]) == (["cedar", "elm"], ["elm", "cedar"])
        with pytest.raises(IllegalStep, match="already_acknowledged"):
            await world.services.cover.acknowledge(meta("cedar"), alert)
        with pytest.raises(NotFound):
            await world.services.cover.acknowledge(meta("gale"), alert)
        with pytest.raises(Forbidden):
            await world.services.cover.acknowledge(meta("harlow"), alert)
        report = await store.read(verify_store)  # type: ignore[arg-type]
        assert report.ok, report


@pytest.mark.parametrize(
    ("partners", "path"), [((), "to"), ((GALE,), "to[0]"), ((CEDAR, CEDAR), "to[1]"), ((HARLOW,), "to[0]")]
)
async def test_only_partners_under_an_agreement_in_force_are_told(
    store: SqlStore, clock: ManualClock, partners: tuple[JurisdictionId, ...], path: str
) -> None:
    async with open_world(store, clock) as world:
        with pytest.raises(Invalid) as refused:
            await tell(world, *partners)
        assert refused.value.path == path


async def test_when_the_agreement_ends_the_partner_no_longer_sees_it(
    store: SqlStore, clock: ManualClock
) -> None:
    from tests.make_world import agreement_text

    soon = (clock() + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    texts = (agreement_text("cedar", "harlow", until=soon),)
    async with open_world(store, clock, agreements=texts) as world:
        await tell(world, CEDAR)
        clock.advance(seconds=301)
        assert await world.services.cover.list_pre_alerts(meta("cedar").actor) == []
        assert len(await world.services.cover.list_pre_alerts(meta("harlow").actor)) == 1


async def test_a_practice_changes_by_its_version_and_says_what_it_was(
    store: SqlStore, clock: ManualClock
) -> None:
    admin = meta("harlow", role=Role.ADMIN)
    async with open_world(store, clock) as world:
        act = world.services.practices
        assert (await act.read(admin.actor, HARLOW))["version"] == 0
        first = await act.change(admin, HARLOW, document={"method": "closest"}, version=0)
        assert (first["version"], first["in_force"]["method"]) == (1, "closest")
        with pytest.raises(StaleVersion):
            await act.change(admin, HARLOW, document={}, version=0)
        await act.change(admin, HARLOW, document={"alarm": {"zero_on": 0.5}}, version=1)
        entries = await store.read(lambda reader: reader.list_entries())
        changed = [e for e in entries if e.type == "practice.changed"]
        assert [(e.body["before"], e.body["after"]) for e in changed] == [
            ({}, {"method": "closest"}),
            ({"method": "closest"}, {"alarm": {"zero_on": 0.5}}),
        ]
        with pytest.raises(Invalid) as refused:
            await act.change(admin, HARLOW, document={"alarm": {"zero_on": 7}}, version=2)
        assert refused.value.path == "practice.alarm.zero_on"
        report = await store.read(verify_store)  # type: ignore[arg-type]
        assert report.ok, report


async def test_only_the_own_admin_sets_a_practice(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        act = world.services.practices
        with pytest.raises(Forbidden):
            await act.change(meta("harlow"), HARLOW, document={}, version=0)
        with pytest.raises(NotFound):
            await act.change(meta("cedar", role=Role.ADMIN), HARLOW, document={}, version=0)
        with pytest.raises(NotFound):
            await act.read(meta("cedar").actor, HARLOW)
        with pytest.raises(NotFound):
            await act.read(meta("harlow").actor, JurisdictionId("nowhere"))


async def test_all_of_it_is_there_again_after_a_restart(store: SqlStore, clock: ManualClock) -> None:
    admin = meta("harlow", role=Role.ADMIN)
    async with open_world(store, clock) as world:
        await world.services.practices.change(admin, HARLOW, document={"tie_seconds": 10}, version=0)
        await override(world, CoverState.RED)
        await tell(world, CEDAR)
    async with open_world(store, clock) as world:
        assert world.core.world.practice_of(HARLOW).tie_seconds == 10
        assert world.cover.covers[HARLOW].state == "red"
        assert len(world.core.world.advice.pre_alerts) == 1


async def test_what_people_wrote_can_be_redacted_and_the_proof_holds(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        await override(world, CoverState.RED)
        await tell(world, CEDAR)
        entries = await store.read(lambda reader: reader.list_entries())
        fields = {"cover.overridden": "reason", "cover.pre_alert_sent": "note"}
        written = {e.seq: fields[e.type] for e in entries if e.type in fields}

        def redact(tx: Any) -> None:
            for seq, name in written.items():
                tx.redact(seq=seq, field=name)
                said = FieldRedacted(
                    occurred_at=clock(),
                    entry_seq=seq,
                    field=name,
                    reason="names a patient",
                    authority="court",
                )
                tx.record(said, actor=meta("harlow", role=Role.ADMIN).actor)

        await store.write(redact)
        assert [o.reason for o in await store.read(lambda reader: reader.list_overrides())] == [""]
        assert [a.note for a in await store.read(lambda reader: reader.list_pre_alerts())] == [""]
        report = await store.read(verify_store)  # type: ignore[arg-type]
        assert report.ok, report
