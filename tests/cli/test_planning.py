"""``dispatch recommend --needs``: many units at once at a terminal."""

import json
from pathlib import Path

import pytest

from dispatch.gateways.regions.build import build_region
from tests.cli.test_command_line import Terminal
from tests.make_region import write_grid_town

HERE = ["--at=9.51,47.11", "--priority", "critical", "--for", "west"]
CARD = """id: west-any
title: West alarms
jurisdiction: west
staging: "9.515,47.112"
levels:
  - level: 1
    units: [{type: als_ambulance, count: 1}]
  - level: 2
    units: [{type: bls_ambulance, count: 1}, {type: supervisor, count: 1}]
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    build_region(write_grid_town(folder), folder / "bundle")
    return folder / "bundle"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def test_an_order_is_answered_with_whom_to_ask_and_who_is_missing(terminal: Terminal, town: Path) -> None:
    ask = ("recommend", "--region", str(town), *HERE, "--needs", "9xALS, 1xbls,1xSUPERVISOR")
    code, text, _ = terminal.run(*ask, "--json")
    assert code == 0
    shown = json.loads(text)
    assert shown["needs"] == [
        {"unit_type": "als_ambulance", "count": 9},
        {"unit_type": "bls_ambulance", "count": 1},
        {"unit_type": "supervisor", "count": 1},
    ]
    assert shown["picks"]
    assert len(shown["picks"]) + len(shown["missing"]) == 11
    assert {pick["lender"] for pick in shown["picks"]} == {"east"}
    assert all(missing["unit"] is None or missing["unit"]["reasons"] for missing in shown["missing"])


@pytest.mark.parametrize("columns", [80, 160])
def test_the_tables_fit_and_cut_nothing_short(terminal: Terminal, town: Path, columns: int) -> None:
    ask = ("recommend", "--region", str(town), *HERE, "--needs", "3xALS,1xSUPERVISOR")
    code, table, _ = terminal.run(*ask, columns=columns)
    assert code == 0
    assert "…" not in table
    assert max(map(len, table.splitlines())) <= columns
    shown = json.loads(terminal.run(*ask, "--json")[1])
    for pick in shown["picks"]:
        assert f"{pick['call_sign']} " in table
    assert f"{shown['figures']['units']} units" in table
    assert "als_ambulance" not in table


def test_a_card_orders_by_alarm_level(terminal: Terminal, town: Path, tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text(CARD)
    ask = ("recommend", "--region", str(town), *HERE, "--card", str(tmp_path / "card.yaml"), "--json")
    first = json.loads(terminal.run(*ask)[1])
    second = json.loads(terminal.run(*ask, "--alarm", "2")[1])
    assert [need["count"] for need in first["needs"]] == [1]
    assert [need["count"] for need in second["needs"]] == [1, 1, 1]


def test_staging_changes_the_arrivals(terminal: Terminal, town: Path) -> None:
    ask = ("recommend", "--region", str(town), *HERE, "--needs", "1xALS", "--json")
    at_scene = json.loads(terminal.run(*ask)[1])["picks"][0]["eta_seconds"]
    beyond = json.loads(terminal.run(*ask, "--staging=9.5,47.1")[1])["picks"][0]["eta_seconds"]
    assert at_scene != beyond


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--needs", "5ALS"], "--needs: COUNTxTYPE"),
        (["--needs", "5xTANK"], "--needs: COUNTxTYPE"),
        (["--needs", "0xALS"], "at least one of each type"),
        (["--needs", "40xALS,20xBLS"], "1 to 50 units"),
        (["--needs", "1xALS", "--need", "als_ambulance"], "only one of --need, --needs and --card"),
        (["--needs", "1xALS", "--staging=there"], "--staging: LON,LAT"),
        (["--card", "none.yaml"], "none.yaml: cannot be read"),
    ],
)
def test_a_wrong_order_is_named_by_its_option(
    terminal: Terminal, town: Path, words: list[str], said: str
) -> None:
    assert said in terminal.refused("recommend", "--region", str(town), *HERE, *words)
