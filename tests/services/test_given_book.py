"""What a lender has given lately weighs in its borrowers' advice, where their agreement says so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.given import EndedLoan, given_hours, reach_of
from dispatch.model.clock import ManualClock
from dispatch.model.ids import IncidentId, JurisdictionId, StationId, UnitId
from dispatch.model.incident import Priority
from dispatch.services.given_book import COUNTED_AGAIN, GivenBook
from dispatch.services.housekeeping import look_back
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from tests.make_ledger import BEGINS, hour
from tests.make_ledger import lend as make_loan
from tests.make_world import CEDAR, ELM, HARLOW, World, agreement_text, draft, meta, open_world

pytestmark = pytest.mark.anyio

WEEK = timedelta(days=7)
SPARING = agreement_text("cedar", "harlow").replace(
    "signatures:", '  - {id: "7.1", type: balance, spares_the_giver: true}\nsignatures:'
)
AGREEMENTS = (SPARING, agreement_text("elm", "harlow", floor=0))


async def lend(world: World, unit: str, *, hours: float) -> None:
    """The unit is asked for, lent to Harlow, and home again after so many hours."""
    await world.accept(await world.ask(await world.open(), unit))
    await world.say("on_scene", unit)
    world.clock.advance(seconds=hours * 3600)
    await world.say("available", unit)


async def advise(world: World, priority: Priority = Priority.EMERGENT) -> Mapping[str, Mapping[str, Any]]:
    """What Harlow is shown of each unit for a new call, by unit."""
    await world.core.engine.advisor.refresh(world.clock())
    row = await world.services.incidents.open(
        meta("harlow"), replace(draft(jurisdiction="harlow"), priority=priority)
    )
    shown = await world.services.recommendations.recommend(meta("harlow"), IncidentId(row["id"]))
    return {unit["unit"]: unit for unit in shown["candidates"]}


def hours_of(world: World, whose: JurisdictionId = CEDAR, *, memory: timedelta = WEEK) -> float:
    return world.core.world.given.hours_of([whose], now=world.clock(), memory=memory)[whose]


async def test_a_loan_that_has_ended_is_priced_and_said_where_the_agreement_asks_for_it(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=AGREEMENTS) as world:
        await lend(world, "c1", hours=2)
        await lend(world, "e1", hours=1)
        shown = await advise(world)
        cedar, elm = shown["c2"], shown["e1"]
        assert cedar["permit"]["spares_the_giver"]
        assert cedar["figures"]["given_hours"] == 2.0
        assert cedar["figures"]["ledger_price"] == pytest.approx(2 * 0.005, abs=1e-4)
        assert "Cedar counts 2.0 unit-hours lent more than borrowed" in cedar["sentence"]
        assert not elm["permit"]["spares_the_giver"]
        assert (elm["figures"]["given_hours"], elm["figures"]["ledger_price"]) == (0, 0)
        critical = await advise(world, Priority.CRITICAL)
        assert {unit["figures"]["ledger_price"] for unit in critical.values()} == {0}
    async with open_world(store, clock, agreements=AGREEMENTS) as restarted:
        assert (await advise(restarted))["c2"]["figures"] == cedar["figures"]


async def test_a_loan_counts_when_it_is_over_and_not_before(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=AGREEMENTS) as world:
        await world.accept(await world.ask(await world.open(), "c1"))
        await world.say("on_scene", "c1")
        clock.advance(seconds=3600)
        assert hours_of(world) == 0.0
        await world.say("available", "c1")
        assert hours_of(world) == pytest.approx(1.0)
        assert hours_of(world, HARLOW) == pytest.approx(-1.0)
        assert hours_of(world, ELM) == 0.0
        clock.advance(seconds=WEEK.total_seconds())
        assert hours_of(world) == pytest.approx(0.3679, abs=1e-4)


async def test_stood_by_and_sent_on_is_one_loan_that_counts_once(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=AGREEMENTS) as world:
        posting = Posting(unit_id=UnitId("c1"), post=StationId("harlow"))
        asks = world.services.standby.asks
        row = await asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=posting))
        await world.accept(row["request"])
        await world.say("en_route", "c1")
        await world.say("on_scene", "c1")
        standby = await record.read(lambda reader: reader.find_live_assignment(UnitId("c1")))
        assert standby is not None
        clock.advance(seconds=1800)
        call = await world.open()
        await world.services.standby.redirects.redirect(meta("harlow"), standby.id, call)
        assert hours_of(world) == 0.0
        clock.advance(seconds=60)
        await world.say("en_route", "c1")
        clock.advance(seconds=540)
        await world.say("on_scene", "c1")
        clock.advance(seconds=3000)
        await world.say("available", "c1")
        assert hours_of(world) == pytest.approx(1.5)
    async with open_world(record, clock, agreements=AGREEMENTS) as restarted:
        assert hours_of(restarted) == pytest.approx(1.5, abs=1e-3)


async def test_a_longer_memory_finds_what_a_shorter_one_had_let_go(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=AGREEMENTS) as world:
        await lend(world, "c1", hours=1)
        clock.advance(seconds=timedelta(days=40).total_seconds())
        world.core.world.forget_over(clock())
        month = timedelta(days=28)
        assert hours_of(world, memory=month) == 0.0
        await look_back(world.core)
        assert hours_of(world, memory=month) == 0.0, "nobody goes by it"
        prices = replace(DEFAULT_PRACTICE.prices, ledger_memory=month)
        world.core.world.advice.practices[HARLOW] = replace(DEFAULT_PRACTICE, prices=prices)
        await look_back(world.core)
        assert hours_of(world, memory=month) == pytest.approx(0.2397, abs=1e-3)
        world.core.world.forget_over(clock())
        assert hours_of(world, memory=month) > 0.2, "it stays as long as somebody goes by it"


async def test_an_agencys_own_memory_is_what_its_advice_goes_by(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=AGREEMENTS) as world:
        await lend(world, "c1", hours=2)
        clock.advance(seconds=10 * 3600)
        usual = (await advise(world))["c2"]["figures"]["given_hours"]
        prices = replace(DEFAULT_PRACTICE.prices, ledger_memory=timedelta(hours=10))
        world.core.world.advice.practices[HARLOW] = replace(DEFAULT_PRACTICE, prices=prices)
        assert (usual, (await advise(world))["c2"]["figures"]["given_hours"]) == (1.9, 0.7)


def test_the_same_loan_told_twice_counts_once() -> None:
    book, loan = GivenBook(), make_loan(BEGINS, 2 * hour)
    book.put(loan)
    book.take([loan], since=BEGINS)
    now = BEGINS + 2 * hour
    assert book.hours_of([CEDAR, HARLOW], now=now, memory=WEEK) == {CEDAR: 2.0, HARLOW: -2.0}


@given(
    st.lists(
        st.tuples(
            st.timedeltas(timedelta(), timedelta(days=3)),
            st.booleans(),
            st.sampled_from([WEEK, timedelta(hours=5)]),
        ),
        max_size=8,
    )
)
def test_however_often_and_whenever_it_is_asked_it_says_what_all_its_loans_say(
    steps: list[tuple[timedelta, bool, timedelta]],
) -> None:
    book, now = GivenBook(), BEGINS + 3 * hour
    told: list[EndedLoan] = []
    for which, (later, ends_another, memory) in enumerate(steps):
        now += later
        if ends_another:
            loan = make_loan(now - 3 * hour, 3 * hour, which=str(which))
            book.put(loan)
            told.append(EndedLoan(CEDAR, HARLOW, 3.0, now))
        expected = given_hours(told, now=now, memory=memory)
        # A sum that was made a moment ago may still have a loan that is out of reach by now: 3 h / e^5.
        lately = [one for one in told if timedelta() <= now - one.ended_at - reach_of(memory) < COUNTED_AGAIN]
        off_by = 1e-9 + 0.021 * len(lately)
        found = book.hours_of([CEDAR, HARLOW, ELM], now=now, memory=memory)
        for party in (CEDAR, HARLOW, ELM):
            assert found[party] == pytest.approx(expected.get(party, 0.0), abs=off_by)


def test_what_ended_earlier_is_forgotten_and_the_book_says_since_when_it_is_whole() -> None:
    book = GivenBook()
    loans = [make_loan(BEGINS, hours * hour, which=str(hours)) for hours in (1, 3)]
    book.take(loans, since=BEGINS)
    book.forget_before(BEGINS + 2 * hour)
    assert book.since == BEGINS + 2 * hour
    assert book.hours_of([CEDAR], now=BEGINS + 3 * hour, memory=WEEK) == {CEDAR: 3.0}
