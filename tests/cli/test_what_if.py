"""``dispatch agreements what-if`` at a terminal: repeatable, explained, and gone at Ctrl-C."""

import json
from pathlib import Path

import pytest

from dispatch.gateways.regions.build import build_region
from tests.cli.test_command_line import Terminal
from tests.make_interrupt import interrupt
from tests.make_region import write_grid_town

DRAFT = """
id: west-east
title: West / East mutual aid
version: 1
kind: mutual
parties: [west, east]
directions: reciprocal
effective_from: 2030-01-01T00:00:00Z
clauses:
  - {id: "3.1", type: reserve_floor, unit_types: [als_ambulance], keep: 1}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    build_region(write_grid_town(folder), folder / "bundle")
    return folder / "bundle"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.yaml"
    path.write_text(DRAFT)
    return path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def words(draft: Path, town: Path, *more: str) -> tuple[str, ...]:
    return ("agreements", "what-if", str(draft), "--region", str(town), "--until", "2026-11-01", *more)


def test_the_same_seed_prints_the_same_json(terminal: Terminal, draft: Path, town: Path) -> None:
    asked = words(draft, town, "--days", "4", "--seed", "3", "--processes", "1", "--json")
    code, first, _ = terminal.run(*asked)
    assert code == 0
    assert terminal.run(*asked)[1] == first
    said = json.loads(first)
    assert said["window"]["from"] == "2026-10-28T00:00:00.000000Z"
    assert said["window"]["source"] == "generated"
    assert {measure["party"] for measure in said["measures"]} == {"west", "east"}


def test_another_policy_is_played_and_named(terminal: Terminal, draft: Path, town: Path) -> None:
    asked = words(draft, town, "--days", "2", "--processes", "1", "--json", "--policy", "boundary_drop")
    code, out, _ = terminal.run(*asked)
    assert (code, json.loads(out)["policy"]) == (0, "boundary_drop")


@pytest.mark.parametrize("name", ["fastest", "none", "no_borders"])
def test_a_policy_that_cannot_be_played_is_one_sentence(
    terminal: Terminal, draft: Path, town: Path, name: str
) -> None:
    said = terminal.refused(*words(draft, town, "--policy", name))
    assert said.startswith(f"invalid: policy: '{name}' is none of closest, closest_automatic,")


def test_people_get_tables_and_what_was_taken_for_granted(
    terminal: Terminal, draft: Path, town: Path
) -> None:
    code, out, _ = terminal.run(*words(draft, town, "--days", "2", "--processes", "1"))
    assert code == 0
    assert out.startswith("An estimate for Grid")
    assert "Taken for granted:" in out
    assert "Aid given (units)" in out
    assert "Critical calls reached after" in out


def test_a_mistake_in_the_draft_is_one_sentence(terminal: Terminal, draft: Path, town: Path) -> None:
    draft.write_text(DRAFT.replace("keep: 1", "keep: many"))
    said = terminal.refused(*words(draft, town))
    line = 1 + DRAFT[: DRAFT.index("keep: 1")].count("\n")
    assert said.startswith(f"invalid: {draft}:{line}: clauses[0].keep")


def test_a_draft_between_strangers_is_one_sentence(terminal: Terminal, draft: Path, town: Path) -> None:
    draft.write_text(DRAFT.replace("west, east", "here, there"))
    assert "none of them is in Grid" in terminal.refused(*words(draft, town))


@pytest.mark.slow
def test_ctrl_c_cancels_with_the_shells_exit_code_and_leaves_nobody_behind(draft: Path, town: Path) -> None:
    # More calls than any machine plays before it hears of the interrupt.
    much = ("--days", "3660", "--calls-per-day", "200")
    assert interrupt(*words(draft, town, *much)) == (130, ["cancelled"], [])
