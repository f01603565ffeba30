"""A third is asked to cover a lender: what the asker hears of what the two others agreed, and who may ask."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from dispatch.aid.standby_proposals import draft_standby
from dispatch.model.clock import ManualClock
from dispatch.model.errors import NotPermitted, UnitCommitted
from dispatch.model.ids import IncidentId, StationId, UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.services.asking import Question
from dispatch.services.asking import ask as put_question
from dispatch.services.incidents import put_opened
from dispatch.services.ports import Tx
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from tests.make_world import CEDAR, ELM, HARLOW, World, agreement_text, centre_of, meta, open_world

pytestmark = pytest.mark.anyio

OURS = (agreement_text("cedar", "harlow"), agreement_text("elm", "harlow", floor=0))
THEIRS = agreement_text("elm", "cedar", floor=0)
SIGNATURES = "signatures:"


def with_clause(text: str, clause: str) -> str:
    """The agreement with one clause more."""
    return text.replace(SIGNATURES, f"  - {clause}\n{SIGNATURES}")


async def ask_both(world: World, *, role: Role = Role.DISPATCHER) -> Mapping[str, Any]:
    """Harlow asks for C1, and for E1 to cover Cedar meanwhile."""
    wanted = StandbyAsk(
        posting=Posting(unit_id=UnitId("c1"), post=StationId("harlow")),
        backfill=Posting(unit_id=UnitId("e1"), post=StationId("cedar")),
    )
    return await world.services.standby.asks.ask(meta("harlow", role=role), HARLOW, wanted)


NEUTRAL = {
    "code": "between_others",
    "clause": None,
    "agreement": None,
    "version": None,
    "figures": {"lender": "elm", "borrower": "cedar"},
    "sentence": "Nothing that Elm and Cedar have agreed lets it come now",
}


@pytest.mark.parametrize(
    "theirs",
    [
        (agreement_text("elm", "cedar", floor=2),),
        (with_clause(THEIRS, '{id: "5.1", type: purposes, allow: [incident]}'),),
        (agreement_text("elm", "cedar", signed_by=("elm",)),),
        (agreement_text("elm", "cedar", until="2026-01-02T00:00:00Z"),),
        (),
    ],
    ids=["floor", "clause", "unsigned", "expired", "none"],
)
async def test_the_asker_hears_nothing_of_what_the_two_others_have_agreed(
    record: SqlStore, clock: ManualClock, theirs: tuple[str, ...]
) -> None:
    async with open_world(record, clock, agreements=(*OURS, *theirs)) as world:
        with pytest.raises(NotPermitted) as refused:
            await ask_both(world)
        assert list(refused.value.reasons) == [NEUTRAL]
        assert await world.requests() == []


ANY_AGREEMENT = pytest.mark.parametrize(
    "theirs",
    [(THEIRS,), (agreement_text("elm", "cedar", floor=2),), ()],
    ids=["permits", "forbids", "none"],
)


@pytest.mark.parametrize(
    ("befalls", "heard"),
    [
        ("nothing", ["between_others"]),
        ("out_of_service", ["not_available"]),
        ("own_call", ["own_call_waiting"]),
    ],
)
@ANY_AGREEMENT
async def test_of_the_unit_itself_the_asker_hears_the_same_whatever_the_two_others_have_agreed(
    record: SqlStore, clock: ManualClock, befalls: str, heard: list[str], theirs: tuple[str, ...]
) -> None:
    async with open_world(record, clock, agreements=(*OURS, *theirs)) as world:
        await befall(world, befalls)
        if befalls == "nothing" and theirs == (THEIRS,):
            assert (await ask_both(world))["backfill"]["unit"] == "e1"  # as it may: that no one can hide
            return
        with pytest.raises(NotPermitted) as refused:
            await ask_both(world)
        assert [reason["code"] for reason in refused.value.reasons] == heard
        assert await world.requests() == []


@ANY_AGREEMENT
async def test_of_a_unit_that_works_the_asker_hears_for_whom_whatever_the_two_others_have_agreed(
    record: SqlStore, clock: ManualClock, theirs: tuple[str, ...]
) -> None:
    async with open_world(record, clock, agreements=(*OURS, *theirs)) as world:
        await world.services.assignments.assign_own(meta("elm"), await world.open("elm"), UnitId("e1"))
        with pytest.raises(UnitCommitted) as refused:
            await ask_both(world)
        assert (refused.value.unit_id, refused.value.holder) == ("e1", "elm")


@ANY_AGREEMENT
async def test_that_no_way_leads_from_it_the_asker_hears_whatever_the_two_others_have_agreed(
    record: SqlStore, clock: ManualClock, theirs: tuple[str, ...]
) -> None:
    async with open_world(record, clock, agreements=(*OURS, *theirs)) as world:
        core, ours = world.core, await world.open()

        def write(tx: Tx) -> None:
            kind, number = UnitType.ALS_AMBULANCE, tx.next_incident_number(2026)
            behind = draft_standby(CEDAR, centre_of(CEDAR), kind, opened_at=clock(), backfill_of=ours)
            put_opened(tx, meta("harlow"), replace(behind, id=IncidentId("inc_behind"), number=number))
            unit = core.world.region.units[UnitId("e1")]
            asked = Question(
                incident_id=IncidentId("inc_behind"), unit=unit, eta=None, recommendation_id=None
            )
            put_question(tx, meta("harlow"), asked, world=core.world, ids=core.ids, now=clock())

        with pytest.raises(NotPermitted) as refused:
            await core.store.write(write)
        assert [reason["code"] for reason in refused.value.reasons] == ["unreachable"]


async def befall(world: World, what: str) -> None:
    match what:
        case "out_of_service":
            await world.say(UnitStatus.OUT_OF_SERVICE, "e1")
        case "own_call":
            await world.say(UnitStatus.OUT_OF_SERVICE, "e2")
            await world.open("elm", position=centre_of(ELM))


async def test_of_its_own_agreement_the_asker_hears_every_clause(
    record: SqlStore, clock: ManualClock
) -> None:
    ours = (agreement_text("cedar", "harlow", floor=3), OURS[1], THEIRS)
    async with open_world(record, clock, agreements=ours) as world:
        with pytest.raises(NotPermitted) as refused:
            await ask_both(world)
        said = [(one["code"], one["clause"], one["agreement"]) for one in refused.value.reasons]
        assert said == [("reserve_floor", "3.1", "cedar-harlow")]


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
async def test_who_may_ask_is_nobody_elses_title(record: SqlStore, clock: ManualClock, role: Role) -> None:
    theirs = with_clause(THEIRS, '{id: "5.1", type: requesters, roles: [dispatcher, supervisor]}')
    async with open_world(record, clock, agreements=(*OURS, theirs)) as world:
        with pytest.raises(NotPermitted) as refused:
            await ask_both(world, role=role)
        assert list(refused.value.reasons) == [NEUTRAL]
        by_hand = Posting(unit_id=UnitId("e1"), post=StationId("cedar"))
        asks = world.services.standby.asks
        row = await asks.ask(meta("cedar", role=role), CEDAR, StandbyAsk(posting=by_hand))
        assert row["request"]["state"] == "offered"


async def test_a_backfill_keeps_no_role_of_somebody_elses(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=(*OURS, THEIRS)) as world:
        await ask_both(world)
        asked_by = {request.unit_id: request.requester for request in await world.requests()}
        assert asked_by == {"c1": Role.DISPATCHER, "e1": None}
        [behind] = [request for request in await world.requests() if request.unit_id == "e1"]
        accepted = await world.services.requests.accept(meta("elm"), behind.id)
        assert accepted["state"] == "accepted"
