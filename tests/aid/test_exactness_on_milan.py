"""The nearest eligible units are exactly those that a brute force over the whole fleet finds."""

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bench.world import World, build_real, open_world
from dispatch.agreements.permit import Permit, may_lend
from dispatch.agreements.question import LentUnit, Loans
from dispatch.aid.lending import NOBODY_ASKS, call_of
from dispatch.aid.recommend import DEFAULT_HORIZON_SECONDS, recommend
from dispatch.model.clock import system_now
from dispatch.model.incident import Incident
from dispatch.model.unit import SATISFIED_BY, UnitStatus
from dispatch.routing.dijkstra import DijkstraTravelTimes
from tests.real_data import real_data

INCIDENTS = int(os.environ.get("DISPATCH_EXACT_INCIDENTS", "1000"))
UNITS = 600
NEAREST = 10


def brute_force(world: World, dijkstra: DijkstraTravelTimes, incident: Incident) -> list[tuple[int, str]]:
    """Every unit asked one by one, no mask, no index, no kept answer, and a plain Dijkstra for all."""
    fixes = {unit_id: world.picture.fix(unit_id) for unit_id in world.units}
    ids = [unit_id for unit_id in world.units if fixes[unit_id] is not None]
    etas = dijkstra.to_target(dijkstra.snap([fixes[u].position for u in ids]), incident.position)  # type: ignore[union-attr]
    free = {u for u in ids if world.picture.status_of(u) is UnitStatus.AVAILABLE}
    loans = {
        home: Loans(
            free_by_type=Counter(
                world.units[u].unit_type for u in free if world.units[u].jurisdiction_id == home
            )
        )
        for home in world.region.jurisdictions
    }
    found = []
    for row, unit_id in enumerate(ids):
        unit = world.units[unit_id]
        home = unit.jurisdiction_id
        wanted = SATISFIED_BY[incident.needs[0].unit_type]
        if home == incident.jurisdiction_id or unit_id not in free or unit.unit_type not in wanted:
            continue
        answer = may_lend(
            world.agreements,
            lender=home,
            unit=LentUnit(unit_type=unit.unit_type),
            call=call_of(incident, NOBODY_ASKS),
            loans=loans[home],
            now=incident.opened_at,
        )
        agency = world.region.jurisdictions[home].agency
        exact_seconds = float(agency.chute_seconds + etas.seconds[row] / agency.siren_factor)
        if isinstance(answer, Permit) and exact_seconds <= DEFAULT_HORIZON_SECONDS:
            found.append((round(exact_seconds), unit_id))
    return sorted(found)[:NEAREST]


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.timeout(600)
def test_the_ten_nearest_eligible_units_equal_brute_force_while_units_move(tmp_path: Path) -> None:
    now = system_now()
    bundle = build_real("milan", real_data(), tmp_path / "milan")
    world = open_world(bundle, units=UNITS, seed=11, now=now)
    dijkstra = DijkstraTravelTimes(world.roads)
    differences = 0
    for number in range(INCIDENTS):
        now += timedelta(milliseconds=10)
        world.move(8, now=now)
        incident = world.incident(number, now=now)
        shown = recommend(
            incident,
            region=world.region,
            picture=world.picture,
            reach=world.reach,
            agreements=world.agreements,
            assignments=(),
            requests=(),
            now=now,
            at_most=NEAREST,
        )
        expected = brute_force(world, dijkstra, incident)
        ours = [(candidate.eta_seconds, candidate.unit_id) for candidate in shown.candidates]
        differences += ours != expected
    assert differences == 0
