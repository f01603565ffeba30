"""Another unit instead: what may be offered, who answers, what is bound meanwhile, and how it ends."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from dispatch.aid.request import DeclineReason
from dispatch.model.clock import ManualClock
from dispatch.model.errors import (
    AlreadyAnswered,
    DispatchError,
    Forbidden,
    IllegalStep,
    Invalid,
    NotFound,
    NotPermitted,
    StaleVersion,
)
from dispatch.model.ids import RequestId, UnitId
from dispatch.model.unit import UnitStatus
from dispatch.services.command import CommandMeta, Row
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import CEDAR, HARLOW, MUTUAL, World, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

TO_ELM = (*MUTUAL, agreement_text("cedar", "elm"))
MANDATORY = tuple(text.replace("lender_may_decline: true", "lender_may_decline: false") for text in MUTUAL)
SAY_WHY = tuple(
    text.replace("lender_may_decline: true", "lender_may_decline: true, reason_required: true")
    for text in MUTUAL
)


async def offer(world: World, request: Row, unit: str = "c2", *, by: str = "cedar", **more: Any) -> Row:
    which = RequestId(request["id"])
    return await world.services.counter_offers.offer(meta(by), which, UnitId(unit), **more)


async def instead_of(world: World, request: Row, *, by: str = "cedar") -> Row:
    return await world.services.counter_offers.list_instead(meta(by).actor, RequestId(request["id"]))


async def decline(world: World, request: Row, *, by: str) -> Row:
    reason = DeclineReason.CAPABILITY
    return await world.services.requests.decline(meta(by), RequestId(request["id"]), reason=reason)


async def test_a_request_is_answered_with_another_unit_and_the_borrower_takes_it(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident_id = await world.open()
        request = await world.ask(incident_id, "c1")
        clock.advance(seconds=9)
        offered = await offer(world, request, note="crew of C1 is at its limit")
        assert (offered["state"], offered["unit"], offered["instead_of"]) == ("offered", "c2", "c1")
        assert (offered["offered_by_lender"], offered["attempt"], offered["automatic"]) == (True, 2, False)
        old, new = await world.requests()
        assert (old.state, old.reason, old.answered_by) == ("declined", "other_unit", "dispatcher-cedar")
        assert (new.first_request_id, new.asked_before) == (request["id"], ("c1",))
        assert (new.requested_by, new.requester) == ("dispatcher-cedar", old.requester)
        taken = await world.accept(offered, by="harlow")
        assert (taken["state"], taken["answered_by"]) == ("accepted", "dispatcher-harlow")
        [assignment] = await store.read(lambda reader: reader.list_live_assignments())
        assert (assignment.unit_id, assignment.home, assignment.borrower) == ("c2", CEDAR, HARLOW)
        assert (assignment.request_id, assignment.agreement_id) == (offered["id"], "cedar-harlow")
        assert await world.status_of("c2") is UnitStatus.DISPATCHED
        assert await world.status_of("c1") is UnitStatus.AVAILABLE
        entries = await store.read(lambda reader: reader.list_entries(incident_id=incident_id))
        assert [(e.type, e.jurisdiction) for e in entries[1:6]] == [
            ("aid.requested", "harlow"),
            ("aid.answered", "cedar"),
            ("aid.requested", "cedar"),
            ("aid.answered", "harlow"),
            ("unit.assigned", "harlow"),
        ]
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_both_boards_say_whose_turn_it_is(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        ours, theirs, others = world.look("harlow"), world.look("cedar"), world.look("elm")
        request = await world.ask(await world.open(), "c1")
        offered = await offer(world, request)
        for board, direction in ((ours, "out"), (theirs, "in")):
            row = board.rows["requests"][offered["id"]]
            assert (row["direction"], row["offered_by_lender"], row["instead_of"]) == (direction, True, "c1")
            assert row["on_no_answer"] == "next_candidate"
            assert board.rows["requests"][request["id"]]["state"] == "declined"
        assert ours.rows["requests"][request["id"]]["next"] == "asked"
        assert others.rows["requests"] == {}
        assert theirs.rows["requests"][offered["id"]]["lat"] != ours.rows["requests"][offered["id"]]["lat"]


@pytest.mark.parametrize("ends", ["declined", "expired", "lapsed"])
async def test_while_the_offer_stands_nobody_else_is_asked_and_then_the_chain_goes_on(
    store: SqlStore, clock: ManualClock, ends: str
) -> None:
    async with open_world(store, clock) as world:
        request = await world.ask(await world.open(), "c1")
        clock.advance(seconds=30)
        offered = await offer(world, request)
        await world.pass_time(40)  # beyond the request's own time
        assert [r.state for r in await world.requests()] == ["declined", "offered"]
        if ends == "declined":
            await decline(world, offered, by="harlow")
            await world.escalation.sweep()
        elif ends == "lapsed":
            await world.say("out_of_service", "c2")
            await world.escalation.sweep()
        else:
            await world.pass_time(20)
        *_, end, following = await world.requests()
        assert (end.id, end.state) == (offered["id"], "expired" if ends == "expired" else "declined")
        assert (following.state, following.attempt, following.offered_by_lender) == ("offered", 3, False)
        assert following.unit_id not in ("c1", "c2")
        assert following.asked_before == ("c1", "c2")
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_a_borrower_that_needs_nothing_more_withdraws_it_and_nobody_else_is_asked(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        offered = await offer(world, await world.ask(await world.open(), "c1"))
        row = await world.services.requests.withdraw(meta("harlow"), RequestId(offered["id"]))
        assert row["state"] == "withdrawn"
        await world.pass_time(600)
        assert len(await world.requests()) == 2


async def test_each_side_answers_what_the_other_put_and_nothing_else(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        for by, refusal in (("harlow", Forbidden), ("elm", NotFound)):
            with pytest.raises(refusal):
                await offer(world, request, by=by)
            with pytest.raises(refusal):
                await instead_of(world, request, by=by)
        offered = await offer(world, request)
        for refused in (
            world.accept(offered, by="cedar"),
            decline(world, offered, by="cedar"),
            offer(world, offered, "c3", by="cedar"),
        ):
            with pytest.raises(Forbidden) as side:
                await refused
            assert side.value.reasons == ("side",)
        with pytest.raises(NotFound):
            await world.accept(offered, by="elm")
        for again in (instead_of(world, offered, by="harlow"), offer(world, offered, "c3", by="harlow")):
            with pytest.raises(IllegalStep) as back_and_forth:
                await again
            assert back_and_forth.value.because == "is_counter_offer"
        assert (await world.requests())[1].state == "offered"


async def test_a_unit_on_offer_instead_is_nobody_elses_meanwhile_and_the_one_asked_for_is_free_again(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=TO_ELM) as world:
        here, there = await world.open(), await world.open("elm")
        await offer(world, await world.ask(here, "c1"))
        with pytest.raises(NotPermitted) as held:
            await world.ask(there, "c2", by="elm")
        assert [reason["code"] for reason in held.value.reasons] == ["promised"]
        await world.ask(there, "c1", by="elm")
        with pytest.raises(NotPermitted) as drained:
            await world.ask(here, "c3")
        [reason] = drained.value.reasons
        assert (reason["code"], reason["figures"]["promised"]) == ("reserve_floor", 2)


async def test_the_list_has_the_lenders_own_units_as_if_it_had_not_been_asked(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        await world.say("out_of_service", "c3")
        shown = await instead_of(world, request)
        [only] = shown["units"]
        assert (shown["need"], only["unit"], only["clauses"]) == ("als_ambulance", "c2", ["2.1", "3.1"])
        assert (only["keeps"], only["floor"], only["answer_seconds"]) == (1, 1, 60)
        assert only["eta_seconds"] % 60 == 0
        assert next((one["unit"], one["reasons"][0]["code"]) for one in shown["refusals"]) == (
            "c3",
            "not_available",
        )
        assert {one["unit"][0] for one in shown["refusals"]} == {"c"}
        assert all(reason["sentence"] for one in shown["refusals"] for reason in one["reasons"])
        offered = await offer(world, request, "c2")
        assert (offered["keeps"], offered["floor"]) == (only["keeps"], only["floor"])


async def test_looking_changes_nothing(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        before = world.core.world.seq
        await instead_of(world, request)
        assert world.core.world.seq == before
        assert (await world.accept(request))["state"] == "accepted"
        with pytest.raises(AlreadyAnswered):
            await instead_of(world, request)


async def test_what_the_agreements_forbid_is_not_offered_and_the_request_stands(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident_id = await world.open()
        request = await world.ask(incident_id, "c1")
        await world.say("out_of_service", "c2", "c3")
        assert (await instead_of(world, request))["units"] == []
        with pytest.raises(NotPermitted) as refused:
            await offer(world, request, "c2")
        assert [reason["code"] for reason in refused.value.reasons] == ["not_available"]
        at_home = await world.open("cedar")
        await world.say("available", "c2")
        await world.services.assignments.assign_own(meta("cedar"), at_home, UnitId("c2"))
        with pytest.raises(DispatchError):
            await offer(world, request, "c2")
        entries = await store.read(lambda reader: reader.list_entries(incident_id=incident_id))
        assert [entry.type for entry in entries] == ["incident.opened", "aid.requested"]
        assert [r.state for r in await world.requests()] == ["offered"]


async def test_only_another_unit_of_the_lenders_own_is_another_unit(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        for unit in ("c1", "e1", "h1"):
            with pytest.raises(Invalid) as invalid:
                await offer(world, request, unit)
            assert invalid.value.path == "unit_id"
        with pytest.raises(NotFound):
            await offer(world, request, "zz")


async def test_where_aid_is_mandatory_no_other_unit_is_offered(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=MANDATORY) as world:
        request = await world.ask(await world.open(), "c1")
        for refused in (instead_of(world, request), offer(world, request)):
            with pytest.raises(Forbidden) as mandatory:
                await refused
            assert mandatory.value.reasons == ("aid_is_mandatory",)


async def test_the_reason_in_words_is_asked_of_the_lender_and_not_of_the_borrower(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=SAY_WHY) as world:
        request = await world.ask(await world.open(), "c1")
        with pytest.raises(Invalid) as unsaid:
            await offer(world, request)
        assert unsaid.value.path == "note"
        offered = await offer(world, request, note="C1 has no stretcher")
        assert (await decline(world, offered, by="harlow"))["state"] == "declined"


async def test_after_the_requests_time_it_is_too_late_whether_or_not_a_sweep_has_run(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        clock.advance(seconds=60)
        with pytest.raises(IllegalStep) as late:
            await offer(world, request)
        assert late.value.because == "offer_expired"
        await world.escalation.sweep()
        with pytest.raises(AlreadyAnswered) as over:
            await offer(world, request)
        assert (over.value.because, over.value.by, over.value.at) == ("already_expired", "service", clock())


async def test_the_sweep_and_the_offer_at_one_moment_leave_one_question(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        request = await world.ask(await world.open(), "c1")
        clock.advance(seconds=59)
        made, _ = await asyncio.gather(offer(world, request), world.pass_time(1), return_exceptions=True)
        await world.escalation.sweep()
        waiting = [r for r in await world.requests() if r.state == "offered"]
        assert len(waiting) == 1
        assert waiting[0].offered_by_lender == isinstance(made, dict)
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_two_consoles_of_the_lender_answer_at_once_and_the_other_hears_who_and_when(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        request = await world.ask(await world.open(), "c1")
        which = RequestId(request["id"])
        dana = CommandMeta(actor=replace(meta("cedar").actor, display_name="Dana"))
        reason = DeclineReason.WEATHER
        answers = await asyncio.gather(
            world.services.counter_offers.offer(dana, which, UnitId("c2"), expected_version=1),
            world.services.requests.accept(dana, which, expected_version=1),
            world.services.requests.decline(dana, which, reason=reason),
            return_exceptions=True,
        )
        lost = [answer for answer in answers if isinstance(answer, AlreadyAnswered)]
        assert len(lost) == 2
        assert {(error.by, error.name, error.at) for error in lost} == {("dispatcher-cedar", "Dana", clock())}
        assert (await store.read(verify_store)).problems == ()


async def test_a_taken_offer_is_judged_again(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        offered = await offer(world, await world.ask(await world.open(), "c1"))
        with pytest.raises(StaleVersion):
            await world.services.requests.accept(meta("harlow"), RequestId(offered["id"]), expected_version=2)
        at_home = await world.open("cedar")
        await world.services.assignments.assign_own(meta("cedar"), at_home, UnitId("c2"))
        with pytest.raises(AlreadyAnswered) as gone:
            await world.accept(offered, by="harlow")
        assert (gone.value.because, gone.value.by) == ("already_declined", "dispatcher-cedar")
        assert (await world.requests())[1].reason == "no_unit"


async def test_a_retry_with_the_same_key_has_one_effect_and_the_same_answer(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        who: CommandMeta = meta("cedar", key="once")
        rows = [
            await world.services.counter_offers.offer(who, RequestId(request["id"]), UnitId("c2"))
            for _ in range(3)
        ]
        assert rows[0] == rows[1] == rows[2]
        assert len(await world.requests()) == 2


async def test_an_offer_under_an_automatic_agreement_still_waits_for_the_borrower(
    record: SqlStore, clock: ManualClock
) -> None:
    als = agreement_text("cedar", "harlow").replace("[als_ambulance, bls_ambulance]", "[als_ambulance]", 1)
    bls = agreement_text("cedar", "harlow", kind="automatic").replace("id: cedar-harlow", "id: by-itself")
    bls = bls.replace("[als_ambulance, bls_ambulance]", "[bls_ambulance]", 1)
    async with open_world(record, clock, agreements=[als, bls]) as world:
        request = await world.ask(await world.open(), "c1")
        offered = await offer(world, request, "c4")
        assert (offered["agreement"], offered["state"], offered["automatic"]) == (
            "by-itself",
            "offered",
            False,
        )
        assert offered["may_decline"]
        await world.cover.record_changes()
        assert (await record.read(verify_store)).ok


async def test_a_standby_may_be_answered_with_another_unit_too(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        posting = Posting(unit_id=UnitId("c1"), post=world.core.world.region.stations[HARLOW].id)  # type: ignore[index]
        asked = await world.services.standby.asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=posting))
        shown = await instead_of(world, asked["request"])
        assert {one["unit"] for one in shown["units"]} == {"c2", "c3"}
        offered = await offer(world, asked["request"])
        assert offered["on_no_answer"] == "nothing"
        assert world.services.background
        await world.services.background.standbys.sweep()
        assert (await world.accept(offered, by="harlow"))["state"] == "accepted"
        await world.cover.record_changes()
        assert (await record.read(verify_store)).ok


async def test_in_the_ledger_it_is_one_request_that_was_filled(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        offered = await offer(world, await world.ask(await world.open(), "c1"))
        await world.accept(offered, by="harlow")
        refused = await offer(world, await world.ask(await world.open(), "c1"), "c3")
        await decline(world, refused, by="harlow")
        month = await world.services.ledger.month(meta("harlow").actor, f"{clock():%Y-%m}")
        [pair] = month["pairs"]
        figures = pair["figures"]
        assert (figures["requests"], figures["accepted"], figures["declined"]) == (2, 1, 1)
        assert (figures["loans"], figures["declined_because"]) == (1, {"other_unit": 1})
        assert [(no["unit"], no["reason"]) for no in month["unfilled"]] == [("c1", "other_unit")]
