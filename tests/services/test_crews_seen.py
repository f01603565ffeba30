"""How long a neighbour's crew is on duty is seen of candidates alone: of nobody refused, and on no board."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from dispatch.agreements.actions import Action, FieldGroup
from dispatch.agreements.policy import POLICY
from dispatch.agreements.shown import SHOWS
from dispatch.agreements.sight import candidate_rows
from dispatch.model.clock import ManualClock
from dispatch.model.incident import Need
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.services.waves import PlanAsk
from dispatch.store.store import SqlStore
from tests.make_world import HARLOW, World, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

HOURS = 3600
SAID = {"on_duty_seconds", "on_duty_since", "shift_ends_at", "busy_seconds_last_12h", "mission_seconds"}
"""Everything that would tell how long somebody's crew is at work, or when it goes home."""


def told(row: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where a row says something of the kind, as the way to it without places in lists."""
    if isinstance(row, Mapping):
        for name, value in row.items():
            if name in SAID and value is not None:
                yield (*at, name)
            yield from told(value, (*at, name))
    elif isinstance(row, Sequence) and not isinstance(row, str | bytes):
        for value in row:
            yield from told(value, at)


async def come_on_duty(world: World, clock: ManualClock) -> None:
    """C2 is on duty for a day, too long to be lent; C1 and H1 for an hour."""
    for units, wait in ((("c2",), 23 * HOURS), (("c1", "h1"), HOURS)):
        await world.say(UnitStatus.OFF_DUTY, *units)
        clock.advance(seconds=1)
        await world.say(UnitStatus.AVAILABLE, *units)
        clock.advance(seconds=wait)


async def test_only_candidates_rows_tell_of_a_neighbours_crew(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=(agreement_text("cedar", "harlow", floor=0),)) as world:
        await come_on_duty(world, clock)
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        crews = {unit["unit"]: unit["crew"] for unit in shown["candidates"]}
        assert crews["c1"]["on_duty_seconds"] == HOURS
        assert set(crews["c1"]) == set(SHOWS[FieldGroup.CANDIDATE_CREW])
        assert "c2" not in crews
        [tired] = [refusal for refusal in shown["refusals"] if refusal["unit"] == "c2"]
        assert [reason["code"] for reason in tired["reasons"]] == ["crew_hours"]
        assert tired["reasons"][0]["sentence"] == "Its crew has been on duty too long: no calls of neighbours"
        crew = ("candidates", "crew")
        assert set(told(shown)) == {(*crew, "on_duty_seconds"), (*crew, "busy_seconds_last_12h")}


async def test_a_plan_tells_of_the_crews_that_it_asks_for_alone(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=(agreement_text("cedar", "harlow", floor=0),)) as world:
        await come_on_duty(world, clock)
        await world.say(UnitStatus.OUT_OF_SERVICE, "h1", "h2")
        ask = PlanAsk(needs=(Need(unit_type=UnitType.ALS_AMBULANCE, count=3),))
        plan = await world.services.aid_plans.plan(meta("harlow"), await world.open(), ask)
        assert {pick["unit"]: pick["crew"]["on_duty_seconds"] for pick in plan["plan"]["picks"]}[
            "c1"
        ] == HOURS
        assert {way[:3] for way in told(plan)} == {("plan", "picks", "crew")}


async def test_no_board_of_a_neighbour_tells_of_a_crew(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await come_on_duty(world, clock)
        sheet = world.look("harlow")
        units = sheet.rows["units"]
        assert units["h1"]["on_duty_since"] is not None
        assert "c1" in units
        assert [unit for unit in units if unit.startswith("c") and list(told(units[unit]))] == []
        # Nor once it is lent.
        await world.accept(await world.ask(await world.open(), "c1"))
        assert list(told(sheet.rows["units"]["c1"])) == []


def test_the_table_grants_it_to_whoever_asks_for_aid_and_to_nobody_else() -> None:
    given = {
        action
        for action, grants in POLICY.items()
        if any(FieldGroup.CANDIDATE_CREW in g.fields for g in grants)
    }
    assert given == {Action.RECOMMEND, Action.PLAN_AID, Action.READ_VERDICT}


@pytest.mark.parametrize(
    ("who", "role", "seen"),
    [
        ("harlow", Role.DISPATCHER, True),
        ("harlow", Role.SUPERVISOR, True),
        ("harlow", Role.ANALYST, False),
        ("elm", Role.DISPATCHER, False),
    ],
)
def test_whoever_is_not_granted_it_sees_candidates_without_their_crews(
    who: str, role: Role, seen: bool
) -> None:
    crew = dict.fromkeys(SHOWS[FieldGroup.CANDIDATE_CREW], 1)
    row = {"unit": "c1", "crew": {**crew, "shift_ends_at": "2026-06-01T12:00:00Z"}}
    viewer = meta(who, role=role).actor
    for action in (Action.RECOMMEND, Action.PLAN_AID):
        [shown] = candidate_rows([row], action=action, viewer=viewer, borrower=HARLOW)
        assert shown == {"unit": "c1", "crew": {**crew, "shift_ends_at": None} if seen else None}
