"""The ledger over the record, on both databases: whose it is, and that it follows what happened."""

from datetime import timedelta

import pytest

from dispatch.aid.request import DeclineReason
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, NotFound
from dispatch.model.ids import JurisdictionId, RequestId
from dispatch.model.principal import Principal, Role
from dispatch.services.command import Row
from dispatch.store.store import SqlStore
from tests.make_world import CEDAR, ELM, GALE, HARLOW, MUTUAL, World, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

COMPACT = """
id: compact
title: Three squares
version: 1
kind: mutual
parties: [harlow, cedar, elm]
directions: reciprocal
effective_from: 2026-01-01T00:00:00Z
effective_to: null
clauses:
  - {id: "5.1", type: cost, mode: rate, free_hours: 1, rate_cents_per_unit_hour: 12000, currency: USD}
  - {id: "7.1", type: balance, imbalance_unit_hours: 4, drain_unit_hours_per_month: 4}
signatures:
  - {party: harlow, by: "A", signed_at: 2025-12-01T10:00:00Z}
  - {party: cedar, by: "B", signed_at: 2025-12-01T10:00:00Z}
  - {party: elm, by: "C", signed_at: 2025-12-01T10:00:00Z}
"""


def who(jurisdiction: JurisdictionId, role: Role = Role.DISPATCHER) -> Principal:
    return Principal(id="reader", role=role, jurisdiction_id=jurisdiction)


async def month_of(world: World, jurisdiction: JurisdictionId) -> Row:
    return await world.services.ledger.month(who(jurisdiction), f"{world.clock():%Y-%m}")


async def lend(world: World, unit: str, *, to: str = "harlow", hours: float) -> None:
    """The unit is asked for, lent, and home again after so many hours."""
    asked = await world.ask(await world.open(to), unit, by=to)
    await world.accept(asked)
    await world.say("en_route", unit)
    await world.say("on_scene", unit)
    world.clock.advance(seconds=hours * 3600)
    await world.say("available", unit)
    world.clock.advance(seconds=1)


async def test_a_loan_that_ran_is_in_both_ledgers_with_its_cost(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock, agreements=[COMPACT]) as world:
        await lend(world, "c1", hours=2.5)
        ours, theirs = await month_of(world, CEDAR), await month_of(world, HARLOW)
        assert ours["pairs"] == theirs["pairs"]
        [pair] = ours["pairs"]
        figures = pair["figures"]
        assert (pair["lender"], pair["borrower"]) == ("cedar", "harlow")
        assert (figures["requests"], figures["accepted"], figures["loans"]) == (1, 1, 1)
        assert (figures["unit_seconds"], figures["billable_seconds"]) == (9000, 5400)
        assert figures["charges"] == [{"cents": 18_000, "currency": "USD", "estimate": False}]


async def test_a_no_and_a_silence_are_in_the_register_and_so_is_that_nobody_was_left(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=[MUTUAL[0]], on_duty=["c1", "c2"]) as world:
        request = await world.ask(await world.open(), "c1")
        clock.advance(seconds=20)
        refuse = world.services.requests.decline
        await refuse(meta("cedar"), RequestId(request["id"]), reason=DeclineReason.CREW_FATIGUE)
        await world.pass_time(1)
        await world.pass_time(61)
        await world.pass_time(1)
        ledger = await month_of(world, HARLOW)
        register = [(no["outcome"], no["reason"], no["answer_seconds"]) for no in ledger["unfilled"]]
        assert register[0] == ("declined", "crew_fatigue", 20)
        assert ledger["unfilled"][-1]["exhausted"]
        assert ledger["pairs"][0]["figures"]["declined_because"] == {"crew_fatigue": 1}
        assert ledger == {**await month_of(world, CEDAR), "jurisdiction": "harlow"}


async def test_what_a_lender_gives_to_others_is_not_told_to_one_of_them(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=[COMPACT]) as world:
        await lend(world, "c1", hours=3)
        await lend(world, "c1", to="elm", hours=2)
        alerts = {place: (await month_of(world, place))["alerts"] for place in (CEDAR, HARLOW, ELM)}
        assert [alert["kind"] for alert in alerts[CEDAR]] == ["drain"]
        assert alerts[CEDAR][0]["used"] == 5 * 3600
        assert (alerts[HARLOW], alerts[ELM]) == ([], [])


async def test_an_imbalance_is_told_to_both_and_to_nobody_else(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock, agreements=[COMPACT]) as world:
        await lend(world, "c1", hours=4)
        for place in (CEDAR, HARLOW):
            kinds = {alert["kind"] for alert in (await month_of(world, place))["alerts"]}
            assert "imbalance" in kinds
        assert (await month_of(world, ELM))["alerts"] == []


async def test_the_statement_is_the_same_from_either_side(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock, agreements=[COMPACT]) as world:
        await lend(world, "c1", hours=4)
        await lend(world, "h1", to="cedar", hours=1)
        month, ledger = f"{clock():%Y-%m}", world.services.ledger
        for read in (ledger.statement_csv, ledger.statement_pdf):
            assert await read(who(CEDAR), HARLOW, month) == await read(who(HARLOW), CEDAR, month)


async def test_a_party_that_left_finds_the_same_version_speaking(store: SqlStore, clock: ManualClock) -> None:
    """Elm is a party of version 1 only; its statement must not warn by a clause that has been replaced."""
    second = COMPACT.replace("version: 1", "version: 2").replace("[harlow, cedar, elm]", "[harlow, cedar]")
    second = "\n".join(line for line in second.splitlines() if "party: elm" not in line)
    turn = (clock() + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    second = second.replace("2026-01-01T00:00:00Z", turn, 1)
    async with open_world(store, clock, agreements=[COMPACT, second]) as world:
        await lend(world, "c1", to="elm", hours=5)
        clock.advance(seconds=6 * 3600)
        month, ledger = f"{clock():%Y-%m}", world.services.ledger
        ours = await ledger.statement_csv(who(CEDAR), ELM, month)
        assert ours == await ledger.statement_csv(who(ELM), CEDAR, month)


async def test_who_has_no_dealings_is_no_partner(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        for partner in (GALE, HARLOW, JurisdictionId("nowhere")):
            with pytest.raises(NotFound):
                await world.services.ledger.statement_csv(who(HARLOW), partner, "2026-03")


@pytest.mark.parametrize("role", [Role.FEED, Role.SERVICE])
async def test_a_machine_reads_no_ledger(record: SqlStore, clock: ManualClock, role: Role) -> None:
    async with open_world(record, clock) as world:
        with pytest.raises(Forbidden):
            await world.services.ledger.month(who(HARLOW, role), "2026-03")


async def test_aid_under_an_agreement_that_ended_still_has_its_statement(
    store: SqlStore, clock: ManualClock
) -> None:
    until = (clock() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    async with open_world(store, clock, agreements=[agreement_text("cedar", "harlow", until=until)]) as world:
        await lend(world, "c1", hours=3)
        file = await world.services.ledger.statement_csv(who(HARLOW), CEDAR, f"{clock():%Y-%m}")
        assert b",10800," in file.content
