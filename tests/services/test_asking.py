"""What agreements say around a request: who asks, how short the borrower is, and what the day has seen."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import NotPermitted
from dispatch.model.ids import UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitType
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_standing import advise, bring_home, lend, reasons_against, text_of
from tests.make_world import CEDAR, HARLOW, meta, open_world

pytestmark = pytest.mark.anyio

SUPERVISORS_ONLY = 'id: "6.1", type: requesters, roles: [supervisor]'
QUICK = 'id: "4.2", type: answer_time, seconds: 60'


def codes(refused: NotPermitted) -> list[str]:
    return [reason["code"] for reason in refused.reasons]


async def test_only_the_roles_that_the_agreement_names_may_ask(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock, agreements=[text_of(SUPERVISORS_ONLY)]) as world:
        incident_id = await world.open()
        assert await reasons_against(world, incident_id, "c1") == ["requester"]
        with pytest.raises(NotPermitted) as refused:
            await world.ask(incident_id, "c1")
        assert codes(refused.value) == ["requester"]
        supervisor = meta("harlow", role=Role.SUPERVISOR)
        assert (await advise(world, incident_id, role=Role.SUPERVISOR))["candidates"]
        asked = await world.services.requests.request(supervisor, incident_id, UnitId("c1"))
        await world.accept(asked)
        [request] = await world.requests()
        assert (request.requester, request.state) == (Role.SUPERVISOR, "accepted")
        assert (await store.read(verify_store)).ok


async def test_the_service_asks_on_in_the_name_of_whoever_asked_first(
    record: SqlStore, clock: ManualClock
) -> None:
    """A dispatcher's chain does not get past a clause by the service's asking."""
    agreements = [text_of(QUICK), text_of(SUPERVISORS_ONLY, QUICK, lender="elm")]
    async with open_world(record, clock, agreements=agreements, on_duty=("c1", "e1", "e2")) as world:
        await world.ask(await world.open(), "c1")
        for _ in range(3):
            await world.pass_time(60)
        assert [r.unit_id for r in await world.requests()] == ["c1"]
        assert (await world.requests())[0].exhausted_at is not None


async def test_a_supervisors_chain_goes_on_where_only_supervisors_may_ask(
    record: SqlStore, clock: ManualClock
) -> None:
    agreements = [text_of(QUICK), text_of(SUPERVISORS_ONLY, QUICK, lender="elm")]
    async with open_world(record, clock, agreements=agreements, on_duty=("c1", "e1", "e2")) as world:
        supervisor = meta("harlow", role=Role.SUPERVISOR)
        await world.services.requests.request(supervisor, await world.open(), UnitId("c1"))
        await world.pass_time(60)
        first, second = await world.requests()
        assert (first.unit_id, second.lender, second.requester) == ("c1", "elm", Role.SUPERVISOR)


async def test_aid_is_lent_only_to_whoever_is_short(store: SqlStore, clock: ManualClock) -> None:
    """Cover is judged on the record inside the transaction, not on what this process remembers."""
    trigger = 'id: "7.1", type: trigger, cover_at_least: red'
    async with open_world(store, clock, agreements=[text_of(trigger)]) as world:
        incident_id = await world.open()
        assert await reasons_against(world, incident_id, "c1") == ["trigger"]
        await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        other = await world.open(needs=(UnitType.BLS_AMBULANCE,))
        with pytest.raises(NotPermitted):
            await world.ask(other, "c1")
        await world.say("out_of_service", "h2")
        world.core.world.covers.clear()
        asked = await world.ask(other, "c1")
        await world.say("available", "h2")
        await world.accept(asked)  # it was short when it asked


async def test_whoever_has_no_advanced_life_support_left_is_short_for_a_call_that_needs_it(
    store: SqlStore, clock: ManualClock
) -> None:
    trigger = 'id: "7.1", type: trigger, cover_at_least: red'
    async with open_world(store, clock, agreements=[text_of(trigger)]) as world:
        incident_id = await world.open()
        await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        assert world.core.world.covers[HARLOW].state == "green"
        assert (await world.ask(await world.open(), "c1"))["state"] == "offered"


async def test_a_cap_per_day_counts_what_has_ended_today(store: SqlStore, clock: ManualClock) -> None:
    """Days are the agreement's own: in Chicago it is six in the morning at noon UTC."""
    cap = 'id: "12.3", type: daily_cap, at_most: 1'
    agreements = [text_of(cap, zone="America/Chicago")]
    async with open_world(store, clock, agreements=agreements) as world:
        await bring_home(world, await lend(world, "c1"))
        clock.advance(seconds=11 * 3600)  # 23:00 UTC, 17:00 in Chicago
        incident_id = await world.open()
        assert await reasons_against(world, incident_id, "c2") == ["daily_cap"]
        with pytest.raises(NotPermitted) as refused:
            await world.ask(incident_id, "c2")
        assert codes(refused.value) == ["daily_cap"]
        clock.advance(seconds=6 * 3600)  # 05:00 UTC is another day there, but not yet in Chicago
        with pytest.raises(NotPermitted):
            await world.ask(incident_id, "c2")
        clock.advance(seconds=2 * 3600)
        assert await reasons_against(world, incident_id, "c2") == []
        await world.ask(incident_id, "c2")


async def test_a_restart_forgets_no_loan_of_the_day(record: SqlStore, clock: ManualClock) -> None:
    agreements = [text_of('id: "12.3", type: daily_cap, at_most: 1')]
    async with open_world(record, clock, agreements=agreements) as world:
        await bring_home(world, await lend(world, "c1"))
    async with open_world(record, clock, agreements=agreements, on_duty=()) as world:
        assert await reasons_against(world, await world.open(), "c2") == ["daily_cap"]
        clock.advance(seconds=3 * 86_400)
        world.core.world.forget_over(clock())
        assert world.core.world.list_recent(clock(), [CEDAR]) == []


async def test_a_cap_per_incident_holds_for_that_incident_alone(record: SqlStore, clock: ManualClock) -> None:
    agreements = [text_of('id: "12.2", type: incident_cap, at_most: 1')]
    async with open_world(record, clock, agreements=agreements) as world:
        first, second = await world.open(), await world.open()
        await lend(world, "c1", incident_id=first)
        with pytest.raises(NotPermitted) as refused:
            await world.ask(first, "c2")
        assert codes(refused.value) == ["incident_cap"]
        await world.ask(second, "c2")


async def test_a_no_is_given_in_words_where_the_agreement_wants_them(
    record: SqlStore, clock: ManualClock
) -> None:
    from dispatch.aid.request import DeclineReason
    from dispatch.model.errors import Invalid
    from dispatch.model.ids import RequestId

    words = 'id: "10.1", type: discretion, lender_may_decline: true, reason_required: true'
    async with open_world(record, clock, agreements=[text_of(words)]) as world:
        asked = RequestId((await world.ask(await world.open(), "c1"))["id"])
        decline = world.services.requests.decline
        with pytest.raises(Invalid):
            await decline(meta("cedar"), asked, reason=DeclineReason.WEATHER, note="  ")
        await decline(meta("cedar"), asked, reason=DeclineReason.WEATHER, note="Ice on the pass")
