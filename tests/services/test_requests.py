"""Asking a neighbour: who wins, what is refused, what a retry answers."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from dispatch.aid.request import DeclineReason
from dispatch.live.picture import Picture
from dispatch.model.clock import ManualClock
from dispatch.model.errors import (
    DispatchError,
    Forbidden,
    IllegalStep,
    Invalid,
    KeyReused,
    NotFound,
    NotPermitted,
    StaleVersion,
    UnitCommitted,
)
from dispatch.model.ids import StationId, UnitId
from dispatch.model.unit import UnitStatus
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import HARLOW, MUTUAL, agreement_text, draft, meta, open_world

pytestmark = pytest.mark.anyio

AUTOMATIC = (agreement_text("cedar", "harlow", kind="automatic"),)


async def test_two_dispatchers_accept_one_request_and_one_of_them_wins(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        request = await world.ask(await world.open(), "c1")
        answers = await asyncio.gather(
            *(
                world.services.requests.accept(meta("cedar", key=key), request["id"], expected_version=1)
                for key in ("first", "second")
            ),
            return_exceptions=True,
        )
        won = [answer for answer in answers if isinstance(answer, dict)]
        lost = [answer for answer in answers if isinstance(answer, DispatchError)]
        assert len(won) == len(lost) == 1
        assert isinstance(lost[0], IllegalStep)
        assert len(await store.read(lambda reader: reader.list_live_assignments())) == 1


async def test_two_requests_for_one_unit_leave_one_and_the_other_hears_that_it_is_on_offer(
    store: SqlStore, clock: ManualClock
) -> None:
    agreements = (*MUTUAL, agreement_text("cedar", "elm"))
    async with open_world(store, clock, agreements=agreements) as world:
        here, there = await world.open(), await world.open("elm")
        answers = await asyncio.gather(
            world.ask(here, "c1"), world.ask(there, "c1", by="elm"), return_exceptions=True
        )
        lost = [answer for answer in answers if isinstance(answer, NotPermitted)]
        assert len(lost) == 1
        assert [reason["code"] for reason in lost[0].reasons] == ["promised"]
        assert "harlow" not in str(lost[0].details()) or "elm" not in str(lost[0].details())


async def test_two_borrowers_cannot_drain_a_lender_below_its_floor_with_unanswered_offers(
    store: SqlStore, clock: ManualClock
) -> None:
    agreements = (agreement_text("cedar", "harlow", floor=1), agreement_text("cedar", "elm", floor=1))
    async with open_world(store, clock, agreements=agreements) as world:
        here, there = await world.open(), await world.open("elm")
        await world.ask(here, "c1")
        await world.ask(there, "c2", by="elm")
        with pytest.raises(NotPermitted) as refused:
            await world.ask(here, "c3")
        [reason] = refused.value.reasons
        assert (reason["code"], reason["clause"]) == ("reserve_floor", "3.1")
        assert reason["figures"] == {"keeps": 0, "floor": 1, "unit_type": "als_ambulance", "promised": 2}
        assert reason["sentence"].startswith("Cedar would keep 0")


async def test_an_accepted_unit_is_committed_and_the_error_names_who_holds_it_and_what_is_next_best(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        first, second = await world.open(), await world.open()
        await world.accept(await world.ask(first, "c1"))
        since = clock()
        clock.advance(seconds=30)
        with pytest.raises(UnitCommitted) as lost:
            await world.ask(second, "c1")
        assert (lost.value.holder, lost.value.since) == ("harlow", since)
        assert lost.value.alternatives[0] in ("c2", "c3")
        assert "c1" not in lost.value.alternatives


async def test_automatic_aid_is_accepted_and_assigned_without_asking_anybody(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=AUTOMATIC) as world:
        incident_id = await world.open()
        row = await world.ask(incident_id, "c1")
        assert (row["state"], row["automatic"]) == ("accepted", True)
        [assignment] = await store.read(lambda reader: reader.list_live_assignments())
        assert (assignment.unit_id, assignment.request_id) == ("c1", row["id"])
        assert await world.status_of("c1") is UnitStatus.DISPATCHED
        entries = await store.read(lambda reader: reader.list_entries(incident_id=incident_id))
        assert [entry.type for entry in entries] == [
            "incident.opened",
            "aid.requested",
            "aid.answered",
            "unit.assigned",
            "unit.status_changed",
        ]
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_a_retry_with_the_same_key_has_one_effect_and_the_same_answer(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        who = meta("harlow", key="9f0c")
        rows = [await world.services.incidents.open(who, draft()) for _ in range(3)]
        assert rows[0] == rows[1] == rows[2]
        assert len(await store.read(lambda reader: reader.list_incidents())) == 1
        with pytest.raises(KeyReused):
            await world.services.incidents.open(who, draft(note="another"))
        other = await world.services.incidents.open(meta("elm", key="9f0c"), draft(jurisdiction="elm"))
        assert other["id"] != rows[0]["id"]


async def test_a_retried_accept_answers_what_the_first_one_did(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        who = meta("cedar", key="once")
        first = await world.services.requests.accept(who, request["id"])
        clock.advance(seconds=3600)
        assert await world.services.requests.accept(who, request["id"]) == first


async def test_nobody_accepts_after_the_offer_expired_even_if_no_sweep_has_run(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        clock.advance(seconds=60)
        with pytest.raises(IllegalStep) as late:
            await world.accept(request)
        assert late.value.because == "offer_expired"


async def test_an_old_version_is_refused_with_the_current_one(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        with pytest.raises(StaleVersion) as stale:
            await world.services.requests.decline(
                meta("cedar"), request["id"], reason=DeclineReason.OTHER, expected_version=7
            )
        assert stale.value.current == 1


async def test_only_the_lender_answers_and_only_the_borrower_withdraws(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        with pytest.raises(Forbidden):
            await world.accept(request, by="harlow")
        with pytest.raises(Forbidden):
            await world.services.requests.withdraw(meta("cedar"), request["id"])
        with pytest.raises(NotFound):
            await world.accept(request, by="elm")
        row = await world.services.requests.withdraw(meta("harlow"), request["id"], reason="own unit free")
        assert (row["state"], row["reason"]) == ("withdrawn", "own unit free")


async def test_ones_own_unit_is_assigned_and_a_neighbours_is_requested(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        with pytest.raises(Invalid):
            await world.ask(incident_id, "h1")
        with pytest.raises(Invalid):
            await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("c1"))
        with pytest.raises(NotFound):
            await world.ask(incident_id, "zz")


async def test_no_agreement_no_unit(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        with pytest.raises(NotPermitted) as refused:
            await world.ask(await world.open(), "g1")
        assert [reason["code"] for reason in refused.value.reasons] == ["no_agreement"]


async def test_an_agreement_that_ended_since_the_question_lets_nobody_accept(
    record: SqlStore, clock: ManualClock
) -> None:
    ends = (clock() + timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    async with open_world(record, clock, agreements=[agreement_text("cedar", "harlow", until=ends)]) as world:
        request = await world.ask(await world.open(), "c1")
        clock.advance(seconds=40)
        with pytest.raises(NotPermitted) as refused:
            await world.accept(request)
        assert [reason["code"] for reason in refused.value.reasons] == ["expired"]


async def test_another_agreement_of_the_pair_does_not_stand_in_for_the_one_that_ended(
    store: SqlStore, clock: ManualClock
) -> None:
    ends = (clock() + timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ending = agreement_text("cedar", "harlow", kind="contractual", until=ends)
    other = MUTUAL[0].replace("id: cedar-harlow", "id: other")
    async with open_world(store, clock, agreements=[ending, other]) as world:
        request = await world.ask(await world.open(), "c1")
        assert request["agreement"] == "cedar-harlow"
        clock.advance(seconds=40)
        with pytest.raises(NotPermitted) as refused:
            await world.accept(request)
        said = [(reason["code"], reason["agreement"]) for reason in refused.value.reasons]
        assert said == [("expired", "cedar-harlow")]
        assert [r.state for r in await world.requests()] == ["offered"]


async def test_a_newer_version_of_the_agreement_binds_the_answer_and_is_named(
    store: SqlStore, clock: ManualClock
) -> None:
    turn = (clock() + timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    old = agreement_text("cedar", "harlow", until=turn)
    new = agreement_text("cedar", "harlow", version=2, floor=3).replace("2026-01-01T00:00:00Z", turn, 1)
    async with open_world(store, clock, agreements=[old, new]) as world:
        request = await world.ask(await world.open(), "c1")
        assert request["agreement_version"] == 1
        clock.advance(seconds=40)
        assert (await world.accept(request))["state"] == "accepted"
        [assignment] = await store.read(lambda reader: reader.list_live_assignments())
        assert (assignment.agreement_id, assignment.agreement_version) == ("cedar-harlow", 2)
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_a_version_that_is_only_proposed_keeps_no_lender_from_going_below_its_floor(
    record: SqlStore, clock: ManualClock
) -> None:
    proposed = agreement_text("cedar", "harlow", version=2, signed_by=["cedar"])
    async with open_world(record, clock, agreements=[MUTUAL[0], proposed]) as world:
        request = await world.ask(await world.open(), "c1")
        await world.say("out_of_service", "c2", "c3")
        assert (await world.accept(request))["state"] == "accepted"
        [assignment] = await record.read(lambda reader: reader.list_live_assignments())
        assert assignment.agreement_version == 1


async def test_a_newer_version_that_forbids_the_unit_forbids_the_answer(
    record: SqlStore, clock: ManualClock
) -> None:
    turn = (clock() + timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    old = agreement_text("cedar", "harlow", until=turn)
    new = agreement_text("cedar", "harlow", version=2).replace("2026-01-01T00:00:00Z", turn, 1)
    new = new.replace("allow: [als_ambulance, bls_ambulance]", "allow: [bls_ambulance]")
    other = MUTUAL[0].replace("id: cedar-harlow", "id: other")
    async with open_world(record, clock, agreements=[old, new, other]) as world:
        request = await world.ask(await world.open(), "c1")
        assert request["agreement"] == "cedar-harlow"
        clock.advance(seconds=40)
        with pytest.raises(NotPermitted) as refused:
            await world.accept(request)
        assert [reason["code"] for reason in refused.value.reasons] == ["unit_type"]


async def test_the_lender_may_lend_below_its_own_floor_once_it_was_asked(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        await world.say("out_of_service", "c2", "c3")
        assert (await world.accept(request))["state"] == "accepted"


async def test_a_unit_that_is_no_more_available_cannot_be_accepted(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        await world.say("unknown", "c1")
        with pytest.raises(NotPermitted) as refused:
            await world.accept(request)
        assert [reason["code"] for reason in refused.value.reasons] == ["unknown_status"]
        await world.say("out_of_service", "c1")
        with pytest.raises(IllegalStep) as over:
            await world.accept(request)
        assert over.value.because == "already_declined"


async def test_the_home_sends_its_promised_unit_itself_and_the_borrower_hears_no_at_once(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        at_home = await world.open("cedar")
        await world.services.assignments.assign_own(meta("cedar"), at_home, UnitId("c1"))
        [answered] = [r for r in await world.requests() if r.id == request["id"]]
        assert (answered.state, answered.reason) == ("declined", "no_unit")


async def test_a_stranger_learns_nothing_of_a_unit_by_asking_for_it(
    record: SqlStore, clock: ManualClock
) -> None:
    """Gale shares no agreement: what Cedar's units do, and for whom, is none of its business."""
    async with open_world(record, clock) as world:
        here = await world.open()
        await world.accept(await world.ask(here, "c1"))
        await world.ask(here, "c2")
        await world.say("out_of_service", "c3")
        there = await world.open("gale")
        said = []
        for unit in ("c1", "c2", "c3", "c4"):
            with pytest.raises(NotPermitted) as refused:
                await world.ask(there, unit, by="gale")
            said.append([(reason["code"], reason["figures"]) for reason in refused.value.reasons])
        assert said == [[("no_agreement", {"lender": "cedar", "borrower": "gale"})]] * 4


async def test_a_lender_may_go_below_its_floor_though_another_agreement_would_forbid_the_type(
    record: SqlStore, clock: ManualClock
) -> None:
    other = agreement_text("cedar", "harlow", floor=0).replace("id: cedar-harlow", "id: bls-only")
    other = other.replace("allow: [als_ambulance, bls_ambulance]", "allow: [bls_ambulance]")
    async with open_world(record, clock, agreements=[MUTUAL[0], other]) as world:
        request = await world.ask(await world.open(), "c1")
        assert request["agreement"] == "cedar-harlow"
        await world.say("out_of_service", "c2", "c3")
        assert (await world.accept(request))["state"] == "accepted"


async def test_a_retried_recommendation_is_answered_again_though_the_incident_has_ended_since(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        who, recommendations = meta("harlow", key="look"), world.services.recommendations
        first = await recommendations.recommend(who, incident_id)
        await world.services.incidents.close(meta("harlow"), incident_id)
        assert await recommendations.recommend(who, incident_id) == first
        with pytest.raises(IllegalStep):
            await recommendations.recommend(meta("harlow"), incident_id)


async def test_asking_for_a_unit_looks_at_that_unit_alone_and_tells_the_arrival_that_was_recommended(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is copied of the picture is copied on the loop: of a nation's fleet that would be felt."""
    async with open_world(record, clock) as world:
        incident = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident)
        copied: list[int] = []
        part = Picture.part

        def counted(picture: Picture, rows: Any) -> Any:
            copied.append(len(rows))
            return part(picture, rows)

        monkeypatch.setattr(Picture, "part", counted)
        asked = await world.ask(incident, "c1")
        wanted = StandbyAsk(posting=Posting(unit_id=UnitId("e1"), post=StationId("harlow")))
        await world.services.standby.asks.ask(meta("harlow"), HARLOW, wanted)
        assert copied == [1, 1]
        [c1] = [one for one in shown["candidates"] if one["unit"] == "c1"]
        assert (asked["eta_seconds"], asked["eta_basis"]) == (c1["eta_seconds"], c1["eta_basis"])
