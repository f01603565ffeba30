"""Whole trials: the same answer on any number of processes, and every policy keeps the rules."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.agreements.parse import parse_agreement
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.gateways.regions.build import build_region
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.model.errors import Invalid
from dispatch.model.region import Region
from dispatch.simulate.trial.policies import POLICIES
from dispatch.simulate.trial.report import make_report
from dispatch.simulate.trial.run import Found, Piece, Plan, make_plan, play, play_all, require_known
from tests.make_region import write_grid_town

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
QUICK = replace(DEFAULT_PRACTICE, rollouts=replace(DEFAULT_PRACTICE.rollouts, futures=20))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Region, Plan]:
    folder: Path = tmp_path_factory.mktemp("town")
    build_region(write_grid_town(folder), folder / "bundle")
    region, roads = load_region(folder / "bundle"), load_roads(folder / "bundle")
    agreements = [parse_agreement(text) for _, text in list_agreement_texts(folder / "bundle")]
    return region, make_plan(region, roads, agreements, begins=MONDAY, days=2, load=1.5, practice=QUICK)


@pytest.mark.slow
def test_every_policy_keeps_every_rule(town: tuple[Region, Plan]) -> None:
    for name in POLICIES:
        found = play(town[1], Piece(name, 1))
        assert {kind: each.examples for kind, each in found.breaches.items() if each.count} == {}, name


def test_all_policies_live_through_the_same_calls(town: tuple[Region, Plan]) -> None:
    found = [play(town[1], Piece(name, 1)) for name in ("none", "closest", "no_borders")]
    assert len({each.calls for each in found}) == 1
    assert len({each.measured.figures["floor_late_p1"] for each in found}) == 1
    assert len({tuple(share.p1 for share in each.measured.shares) for each in found}) == 1


@pytest.mark.slow
def test_the_same_policy_twice_is_the_same_to_the_last_digit(town: tuple[Region, Plan]) -> None:
    for name in ("nearest_standby", "recommended"):
        first, again = play(town[1], Piece(name, 2)), play(town[1], Piece(name, 2))
        assert json.dumps(first.to_json()) == json.dumps(again.to_json())


def test_what_is_written_down_is_read_back(town: tuple[Region, Plan]) -> None:
    found = play(town[1], Piece("closest", 1))
    line = json.dumps(found.to_json())
    assert json.dumps(Found.from_json(json.loads(line)).to_json()) == line


@pytest.mark.slow
def test_the_report_is_the_same_on_any_number_of_processes(town: tuple[Region, Plan]) -> None:
    region, plan = town
    names, seeds = ("none", "closest", "weighed_standby"), (1, 2)
    pieces = [Piece(name, seed) for name in names for seed in seeds]
    reports = [
        json.dumps(make_report(region, plan, play_all(plan, pieces, processes=count), names, seeds))
        for count in (1, 2)
    ]
    assert reports[0] == reports[1]


def test_an_unknown_policy_is_named() -> None:
    with pytest.raises(Invalid, match="'closset' is none of none, closest"):
        require_known(["none", "closset"])
    with pytest.raises(Invalid, match="at least one"):
        require_known([])


def test_a_region_without_roads_is_refused(town: tuple[Region, Plan]) -> None:
    with pytest.raises(Invalid, match="no roads"):
        make_plan(town[0], None, (), begins=MONDAY, days=1)
