"""Every part of every unit's cost that a recommendation states, worked out again by hand."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.agreements.provisions import Balance
from dispatch.aid.advice.counsel import Counsel, CoverFigures
from dispatch.aid.advice.forecast import forecast_of
from dispatch.aid.advice.gridding import make_grid
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Method, Practice, Prices, Target
from dispatch.aid.advice.situate import register_of
from dispatch.aid.recommend import Recommendation
from dispatch.model.geo import Point
from dispatch.model.incident import Priority
from dispatch.model.region import Region
from tests.make_advice import make_lending
from tests.make_aid import SCENE
from tests.make_explained import Case, draw_case
from tests.naive_costs import Costs

PARTS = ("lateness", "cover_loss", "aid_price", "ledger_price", "crew_price", "cost")
HALF_A_DIGIT = 0.5e-4 + 1e-9
"""Figures are stated with four decimals."""


def with_balances(case: Case, seed: int) -> Case:
    """The same world, where most agreements ask whoever has given more later."""
    rng, world = random.Random(f"balance {seed}"), case.world
    said = [
        Balance(id="balance", spares_the_giver=True),
        Balance(id="balance", imbalance_unit_hours=40, spares_the_giver=True),
        Balance(id="balance", drain_unit_hours_per_month=9, spares_the_giver=True),
        Balance(id="balance", drain_unit_hours_per_month=9),
    ]
    agreements = [
        replace(one, clauses=(*one.clauses, *rng.choice([*([clause] for clause in said), []])))
        for one in world.agreements
    ]
    return replace(case, world=replace(world, agreements=agreements))


def draw_counsel(case: Case, seed: int) -> tuple[Counsel, CoverFigures]:
    """Calls around the stations, some hours worked for others, and an agency's own figures now and then."""
    rng, world = random.Random(seed), case.world
    calls = {"calls_per_day": rng.choice([24, 96, 400]), "weights": {"brook": rng.choice([1, 3])}}
    region = replace(world.region, calls=calls)
    names = sorted(region.jurisdictions)
    where = {name: [_near(rng, region) for _ in range(12)] for name in names}
    grid = make_grid(region, world.travel, where, cells_per_jurisdiction=5)
    known = CoverFigures(
        grid=grid,
        register=register_of(region, grid),
        forecast=forecast_of(region),
        lending=make_lending(len(names)),
        last_hour=rng.choice([None, {name: rng.randint(0, 9) for name in names}]),
        ledger_hours=rng.choice([None, *({name: rng.uniform(-10, 30) for name in names} for _ in range(2))]),
    )
    return Counsel(practice=rng.choice([_plain(), _own(rng)]), figures=known), known


def _near(rng: random.Random, region: Region) -> Point:
    around = rng.choice([SCENE, *(station.position for station in region.stations.values())])
    return Point(lon=around.lon + rng.uniform(-0.04, 0.04), lat=around.lat + rng.uniform(-0.04, 0.04))


def _plain() -> Practice:
    return replace(DEFAULT_PRACTICE, method=Method.WEIGHED)


def _own(rng: random.Random) -> Practice:
    targets = {
        priority: Target(
            within_seconds=rng.randint(300, 2400),
            weight=rng.uniform(0.05, 1.5),
            band_seconds=rng.randint(0, 1200),
            hold_seconds=0,
        )
        for priority in Priority
    }
    prices = Prices(
        loss_factor=rng.uniform(0.5, 3),
        loss_horizon=timedelta(minutes=rng.randint(30, 120)),
        aid=rng.uniform(0, 0.1),
        ledger_per_hour=rng.uniform(0, 0.02),
    )
    return replace(
        _plain(),
        targets=targets,
        prices=prices,
        slope_seconds=rng.uniform(20, 120),
        per_minute=rng.uniform(0, 0.05),
    )


def ask(seed: int) -> tuple[Recommendation, Costs]:
    """The recommendation of a seed's world for a call that has waited, and whoever counts it again."""
    drawn = with_balances(draw_case(seed), seed)
    waited = timedelta(seconds=random.Random(seed).choice([0, 0, 47, 400]))
    incident = replace(drawn.incident, opened_at=drawn.incident.opened_at - waited)
    case = replace(drawn, incident=incident)
    counsel, known = draw_counsel(case, seed)
    found = case.world.ask(incident, asking=case.asking, counsel=counsel, at_most=50)
    return found, Costs(case, counsel, known)


def check(seed: int) -> Counter[str]:
    """Answers how often each part was anything."""
    found, costs = ask(seed)
    shown = {unit.unit_id: unit for unit in (*found.own, *found.candidates)}
    seen: Counter[str] = Counter()
    for row in found.advised.to_json()["order"]:
        parts = costs.parts(shown[row["unit"]])
        assert row["arrival_seconds"] == parts.arrival_seconds, (seed, row)
        for name in PARTS:
            assert abs(row[name] - getattr(parts, name)) <= HALF_A_DIGIT, (seed, name, parts, row)
            assert row[name] == round(row[name], 4)
            seen[name] += row[name] > 0
    return seen


def test_each_part_of_a_cost_is_what_the_formula_says() -> None:
    seen: Counter[str] = Counter()
    for seed in range(400):
        seen += check(seed)
    assert all(seen[name] >= 10 for name in PARTS), f"each part is something now and then: {seen}"


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 11_000, 1000))
def test_each_part_of_ten_thousand_recommendations_is_what_the_formula_says(first: int) -> None:
    for seed in range(first, first + 1000):
        check(seed)
