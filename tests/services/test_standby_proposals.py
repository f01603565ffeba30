"""Moves are proposed while cover is short, with their permits and what the futures say, and journalled."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Method, Practice
from dispatch.api.standby_rows import StandbyAskedRow, StandbyProposalsRow
from dispatch.journal.codec import find_event
from dispatch.model.advice_events import StandbyProposed
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, NotFound
from dispatch.model.ids import AssignmentId, StationId, UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.contract import require_row
from tests.make_world import HARLOW, World, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

EAGER = replace(
    DEFAULT_PRACTICE,
    standby=replace(DEFAULT_PRACTICE.standby, gain=0.0),
    rollouts=replace(DEFAULT_PRACTICE.rollouts, deadline_seconds=60.0),
)
"""Two calls a day are worth no move; and a busy machine must not tell in what is said."""

STANDBY_ONLY = agreement_text("cedar", "harlow", kind="standby")


async def shorten(world: World, practice: Practice = EAGER) -> None:
    await world.say(UnitStatus.OUT_OF_SERVICE, "h1", "h2")
    world.core.world.advice.practices[HARLOW] = practice
    await world.core.engine.advisor.refresh(world.clock())


async def propose(world: World, *, by: str = "harlow", role: Role = Role.DISPATCHER) -> Mapping[str, Any]:
    actor = meta(by, role=role).actor
    row = await world.services.standby.proposals.propose(actor, HARLOW)
    return require_row(StandbyProposalsRow, row)


async def stand_by(world: World, unit: str) -> AssignmentId:
    posting = Posting(unit_id=UnitId(unit), post=StationId("harlow"))
    row = await world.services.standby.asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=posting))
    require_row(StandbyAskedRow, row)
    await world.accept(row["request"])
    await world.say(UnitStatus.EN_ROUTE, unit)
    await world.say(UnitStatus.ON_SCENE, unit)
    live = await world.store.read(lambda reader: reader.find_live_assignment(UnitId(unit)))
    assert live is not None
    return live.id


async def look(world: World) -> list[tuple[str, str | None]]:
    """What the board shows of who may go home."""
    assert world.services.background
    await world.services.background.standbys.sweep()
    return [(which, stand_down.because) for which, stand_down in world.core.world.stand_downs.items()]


async def test_a_neighbours_unit_is_proposed_with_everything_a_dispatcher_wants_to_know(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        await shorten(world)
        found = await propose(world)
        assert (found["because"], found["cover"]) == ("proposed", "red")
        move = found["moves"][0]
        assert (move["lender"], move["own"], move["to"]["post"]) == ("cedar", False, "harlow")
        assert move["net"] == pytest.approx(move["gain"] - move["cost"], abs=1e-3)
        assert (move["permit"]["agreement"], move["permit"]["floor"]) == ("cedar-harlow", 1)
        assert move["ends"]["sentence"] == (
            "Goes home when Harlow has 3 free ambulances of its own, when Cedar has fewer than 1 free at "
            "home, or after 180 min."
        )
        assert move["opinion"]["verdict"] in ("pays", "does_not_pay", "undecided")
        assert move["opinion"]["futures"] == 100
        assert move["sentence"].startswith(f"Ask Cedar for {move['call_sign']}: ")
        entries = await store.read(lambda reader: reader.list_entries())
        events = [event for entry in entries if isinstance(event := find_event(entry, {}), StandbyProposed)]
        assert [event.proposal_id for event in events] == [found["id"]]
        assert events[0].moves[0]["gain"] == move["gain"]
        assert "sentence" not in events[0].moves[0]["opinion"]
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


@pytest.mark.parametrize(
    ("practice", "because"),
    [
        (replace(EAGER, method=Method.CLOSEST), "switched_off"),
        (replace(EAGER, standby=replace(EAGER.standby, gain=9.0)), "nothing_gained"),
    ],
)
async def test_where_nothing_is_proposed_the_answer_says_why_and_nothing_is_journalled(
    record: SqlStore, clock: ManualClock, practice: Practice, because: str
) -> None:
    async with open_world(record, clock) as world:
        await shorten(world, practice)
        found = await propose(world)
        assert (found["because"], found["moves"], found["id"]) == (because, [], None)
        assert found["sentence"]
        kinds = {entry.type for entry in await record.read(lambda reader: reader.list_entries())}
        assert StandbyProposed.type not in kinds


async def test_while_cover_is_green_or_figures_are_not_ready_nothing_is_proposed(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        assert (await propose(world))["because"] == "cover_green"
        await world.say(UnitStatus.OUT_OF_SERVICE, "h1", "h2")
        assert (await propose(world))["because"] == "figures_not_ready"


async def test_proposals_are_for_the_own_desk(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        with pytest.raises(NotFound):
            await propose(world, by="cedar")
        with pytest.raises(Forbidden):
            await propose(world, role=Role.ANALYST)


async def test_an_agreement_for_standby_alone_is_enough_and_without_any_nobody_comes(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=(STANDBY_ONLY,)) as world:
        await shorten(world)
        moves = (await propose(world))["moves"]
        assert {move["lender"] for move in moves} == {"cedar"}
        assert moves[0]["permit"]["kind"] == "standby"


async def test_who_was_asked_or_stands_by_is_not_proposed_again(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await shorten(world)
        first = (await propose(world))["moves"][0]
        posting = Posting(unit_id=UnitId(first["unit"]), post=StationId("harlow"))
        row = await world.services.standby.asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=posting))
        again = (await propose(world))["moves"]
        assert first["unit"] not in {move["unit"] for move in again}
        # With one more unit there the next is worth less, also while nobody has answered.
        assert all(move["gain"] < first["gain"] for move in again)
        await world.accept(row["request"])
        assert [move["gain"] for move in (await propose(world))["moves"]] == [m["gain"] for m in again]


@pytest.mark.parametrize("known", [True, False])
async def test_a_lender_that_would_be_short_itself_is_backed_by_a_partner_of_both(
    record: SqlStore, clock: ManualClock, known: bool
) -> None:
    texts = [agreement_text("cedar", "harlow"), agreement_text("elm", "cedar", floor=0)]
    texts += [agreement_text("elm", "harlow", floor=0)] if known else []
    at_any_price = replace(EAGER, standby=replace(EAGER.standby, gain=-1.0))
    async with open_world(record, clock, agreements=texts) as world:
        await world.say(UnitStatus.OUT_OF_SERVICE, "c3", "c4")
        await shorten(world, at_any_price)
        moves = [move for move in (await propose(world))["moves"] if move["lender"] == "cedar"]
        behind = [move["backfill"] for move in moves]
        assert behind
        if not known:
            assert behind == [None] * len(behind)
            return
        assert [(one["lender"], one["borrower"], one["to"]["post"]) for one in behind] == [
            ("elm", "cedar", "cedar")
        ] * len(behind)
        assert "permit" not in behind[0], "what the two others agreed is not the asker's to read"
        assert behind[0]["sentence"].startswith("Cedar would be short without it: Elm is asked for E")


@pytest.mark.parametrize("clause", ["purposes, allow: [standby]", "requesters, roles: [dispatcher]"])
async def test_no_backfill_is_proposed_that_only_the_lenders_own_people_may_ask_for(
    record: SqlStore, clock: ManualClock, clause: str
) -> None:
    third = agreement_text("elm", "cedar", floor=0)
    third = third.replace("signatures:", f'  - {{id: "5.1", type: {clause}}}\nsignatures:')
    texts = [agreement_text("cedar", "harlow"), agreement_text("elm", "harlow", floor=0), third]
    at_any_price = replace(EAGER, standby=replace(EAGER.standby, gain=-1.0))
    async with open_world(record, clock, agreements=texts) as world:
        await world.say(UnitStatus.OUT_OF_SERVICE, "c3", "c4")
        await shorten(world, at_any_price)
        moves = [move for move in (await propose(world))["moves"] if move["lender"] == "cedar"]
        assert moves
        assert all((move["backfill"] is None) is ("requesters" in clause) for move in moves)


async def test_the_borrowers_board_is_prompted_when_the_area_has_recovered(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await shorten(world, replace(EAGER, standby=replace(EAGER.standby, ends_at_free=2)))
        standby = await stand_by(world, "c1")
        assert await look(world) == []
        await world.say(UnitStatus.AVAILABLE, "h1", "h2")
        assert await look(world) == [(standby, "borrower_recovered")]
        shown = await world.services.loans.confirm(meta("harlow"), standby)
        prompt = next(duty for duty in shown["duties"] if duty["code"] == "stand_down")
        assert (prompt["state"], prompt["because"]) == ("due", "borrower_recovered")
        assert prompt["sentence"] == "Release: the area has enough free units of its own again."
        clock.advance(seconds=30)
        await look(world)
        assert world.core.world.stand_downs[standby].since < clock()
        # It stays a person's act.
        live = await record.read(lambda reader: reader.get_assignment(standby))
        assert live.ended_at is None
        await world.services.assignments.release(meta("harlow"), standby)
        assert await look(world) == []


async def test_a_lender_that_is_short_and_the_longest_time_end_a_standby_too(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await shorten(world)
        standby = await stand_by(world, "c1")
        await world.say(UnitStatus.OUT_OF_SERVICE, "c2", "c3")
        assert await look(world) == [(standby, "lender_short")]
        clock.advance(seconds=timedelta(minutes=180).total_seconds())
        assert await look(world) == [(standby, "longest")]
