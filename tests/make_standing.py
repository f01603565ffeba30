"""Agreements between the squares of ``make_world`` with just the clauses that a test is about."""

from collections.abc import Sequence

from dispatch.aid.assignment import Assignment
from dispatch.model.ids import AssignmentId, IncidentId, UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.services.command import Row
from tests.make_world import World, meta


def text_of(
    *clauses: str, lender: str = "cedar", borrower: str = "harlow", kind: str = "mutual", zone: str = "UTC"
) -> str:
    """An agreement in force that says no more than these clauses."""
    said = "\n".join(f"  - {{{clause}}}" for clause in clauses)
    return f"""
id: {lender}-{borrower}
title: {lender.capitalize()} lends to {borrower.capitalize()}
version: 1
kind: {kind}
time_zone: {zone}
parties: [{lender}, {borrower}]
directions: [{{lender: {lender}, borrower: {borrower}}}]
effective_from: 2026-01-01T00:00:00Z
effective_to: 2027-01-01T00:00:00Z
clauses:
{said}
signatures:
  - {{party: {lender}, by: "Chief of {lender}", signed_at: 2025-12-01T10:00:00Z}}
  - {{party: {borrower}, by: "Chief of {borrower}", signed_at: 2025-12-01T10:00:00Z}}
"""


FLOOR_OF_THREE = 'id: "3.1", type: reserve_floor, unit_types: [als_ambulance], keep: 3'
"""Cedar has three ALS ambulances: with this floor it may lend none."""


async def advise(world: World, incident_id: IncidentId, *, role: Role = Role.DISPATCHER) -> Row:
    return await world.services.recommendations.recommend(meta("harlow", role=role), incident_id)


async def reasons_against(world: World, incident_id: IncidentId, unit: str) -> Sequence[str]:
    """The codes with which the recommendation refuses a unit; empty where it is a candidate."""
    advice = await advise(world, incident_id)
    refused = [row for row in advice["refusals"] if row["unit"] == unit]
    return [reason["code"] for row in refused for reason in row["reasons"]]


async def lend(world: World, unit: str, *, incident_id: IncidentId | None = None) -> Assignment:
    """The unit works for Harlow."""
    await world.accept(await world.ask(incident_id or await world.open(), unit))
    live = await world.store.read(lambda reader: reader.find_live_assignment(UnitId(unit)))
    assert live is not None
    return live


async def bring_home(world: World, loan: Assignment) -> None:
    """The loan ends and the unit is free at home."""
    await world.services.assignments.release(meta("harlow"), AssignmentId(loan.id))
    world.clock.advance(seconds=1)
    await world.say(UnitStatus.AVAILABLE, loan.unit_id)
    ended = await world.store.read(lambda reader: reader.get_assignment(loan.id))
    assert ended.ended_at is not None
