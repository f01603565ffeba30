"""Drawn calls: the same for whoever decides, as many as the load says, with their surges and false labels."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from dispatch.gateways.regions.build import build_region
from dispatch.gateways.regions.bundle import load_region, load_roads
from dispatch.model.errors import Invalid
from dispatch.model.incident import Priority
from dispatch.model.region import Region
from dispatch.simulate.calls import PRIORITIES
from dispatch.simulate.places import list_places
from dispatch.simulate.trial.calls import TrialCalls, draw_calls, make_forecast, make_pattern
from dispatch.simulate.trial.conditions import KIND, USUAL, Conditions
from dispatch.simulate.trial.terrain import Terrain, make_terrain
from tests.make_region import write_grid_town

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Region, Terrain]:
    folder = tmp_path_factory.mktemp("town")
    build_region(write_grid_town(folder), folder / "bundle")
    region, roads = load_region(folder / "bundle"), load_roads(folder / "bundle")
    return region, make_terrain(region, roads, list_places(region, roads, every=1))


def draw(
    town: tuple[Region, Terrain],
    *,
    load: float = 1.0,
    days: int = 20,
    seed: int = 1,
    conditions: Conditions = KIND,
) -> TrialCalls:
    region, terrain = town
    pattern = make_pattern(region, terrain, load=load)
    return draw_calls(pattern, terrain, conditions, begins=MONDAY, days=days, seed=seed)


def test_the_same_seed_draws_the_same_calls_and_another_seed_others(town: tuple[Region, Terrain]) -> None:
    first, again, other = draw(town), draw(town), draw(town, seed=2)
    for name in ("at_seconds", "place", "priority", "scene_seconds", "transported"):
        assert np.array_equal(getattr(first.calls, name), getattr(again.calls, name))
    assert np.array_equal(first.answers, again.answers)
    assert not np.array_equal(first.calls.at_seconds[:50], other.calls.at_seconds[:50])


def test_as_many_calls_come_as_keep_the_fleet_as_busy_as_planned(town: tuple[Region, Terrain]) -> None:
    region, terrain = town
    pattern = make_pattern(region, terrain, load=1.5)
    calls = draw(town, load=1.5, days=60)
    busy = pattern.calls_per_day * pattern.occupancy_seconds / 86_400 / len(terrain.scene.units)
    assert busy == pytest.approx(1.5 * 0.27)
    assert len(calls) / 60 == pytest.approx(pattern.calls_per_day, rel=0.05)


def test_every_call_comes_from_its_own_jurisdiction(town: tuple[Region, Terrain]) -> None:
    _, terrain = town
    calls = draw(town).calls
    for home, places in enumerate(terrain.places):
        assert set(calls.place[calls.jurisdiction == home].tolist()) <= set(places.tolist())


def test_a_surge_brings_more_calls_and_moves_nothing_else(town: tuple[Region, Terrain]) -> None:
    plain, surged = draw(town, days=60), draw(town, days=60, conditions=replace(KIND, surge_factor=2.5))
    # Three hours of one of two jurisdictions, one and a half times more: 3/24 * 1/2 * 1.5.
    assert len(surged) / len(plain) == pytest.approx(1 + 3 / 24 / 2 * 1.5, abs=0.05)


def test_some_life_threatening_calls_are_taken_for_less(town: tuple[Region, Terrain]) -> None:
    calls = draw(town, days=120, conditions=USUAL)
    critical = calls.true_priority == PRIORITIES.index(Priority.CRITICAL)
    wrong = calls.calls.priority != calls.true_priority
    assert not wrong[~critical].any()
    assert set(calls.calls.priority[wrong].tolist()) == {PRIORITIES.index(Priority.EMERGENT)}
    assert float(wrong[critical].mean()) == pytest.approx(0.05, abs=0.02)


def test_the_forecast_is_wrong_within_its_bounds_and_knows_of_no_surge(town: tuple[Region, Terrain]) -> None:
    region, terrain = town
    pattern = make_pattern(region, terrain, load=1.0)
    forecast = make_forecast(pattern, terrain, USUAL, seed=4)
    ratio = forecast.per_hour / pattern.per_hour
    assert np.allclose(ratio, ratio[:, :1])
    assert ((ratio > 0.7) & (ratio < 1.3)).all()
    assert forecast.priority_share.sum(axis=1).tolist() == pytest.approx([1.0] * len(ratio))


def test_a_region_without_places_or_ambulances_is_refused(town: tuple[Region, Terrain]) -> None:
    region, _ = town
    with pytest.raises(Invalid, match="no place"):
        make_terrain(region, None, {})
    bare = replace(region, units={})
    somewhere = {name: [region.centre] for name in region.jurisdictions}
    with pytest.raises(Invalid, match="no ambulance"):
        make_terrain(bare, None, somewhere)


def test_the_grids_weights_make_one_for_each_jurisdiction(town: tuple[Region, Terrain]) -> None:
    _, terrain = town
    grid = terrain.grid
    sums = np.bincount(grid.cell_home, weights=grid.weight, minlength=len(grid.jurisdictions))
    assert sums[[bool(len(places)) for places in terrain.places]].tolist() == pytest.approx([1.0, 1.0])
