"""``dispatch agreements``: findings and gaps at a terminal of 80 columns, and for scripts."""

import json
import re
import sys
from pathlib import Path

import pytest

from dispatch.cli.app import main
from dispatch.gateways.regions.build import build_region
from tests.make_region import write_grid_town

TEXT = """
id: east-west-draft
title: East and West mutual aid
version: 1
kind: mutual
parties: [east, west]
directions: [{lender: east, borrower: west}, {lender: west, borrower: east}]
effective_from: 2026-01-01T00:00:00Z
effective_to: null
clauses:
  - {id: "1", type: priorities, allow: [critical]}
  - {id: "2", type: priorities, allow: [emergent]}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    build_region(write_grid_town(folder), folder / "bundle")
    return folder / "bundle"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "east-west-draft.yaml"
    path.write_text(TEXT)
    return path


class Terminal:
    def __init__(self, town: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.town, self.patch, self.capture = town, patch, capture

    def run(self, command: str, *words: str) -> tuple[int, str, str]:
        line = ["dispatch", "agreements", command, "--region", str(self.town), *words]
        self.patch.setattr(sys, "argv", line)
        self.patch.setenv("COLUMNS", "80")
        with pytest.raises(SystemExit) as left:
            main()
        out, err = self.capture.readouterr()
        return int(left.value.code or 0), out, err


@pytest.fixture
def terminal(town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(town, monkeypatch, capsys)


def test_the_regions_own_agreements_are_looked_at_without_files(terminal: Terminal) -> None:
    code, said, _ = terminal.run("lint", "--json")
    found = json.loads(said)
    assert found["region"] == "Grid"
    assert code == int(any(one["severity"] == "error" for one in found["findings"]))
    assert all(one["sentence"] and one["remedy"] and one["path"] for one in found["findings"])


def test_an_error_is_exit_code_1_with_its_place_and_remedy(terminal: Terminal, draft: Path) -> None:
    code, said, _ = terminal.run("lint", str(draft))
    assert code == 1
    assert max(map(len, said.splitlines())) <= 80
    assert "…" not in said
    words = " ".join(said.split())
    assert "east-west-draft v1" in words
    assert "clauses[1].allow" in words
    assert "nothing in common" in words
    assert "make one of the two wider" in words.lower()
    assert re.search(r"1 error.* in 1 agreement$", words)


def test_only_what_concerns_the_named_files_is_said(terminal: Terminal, draft: Path) -> None:
    _, said, _ = terminal.run("lint", "--json", str(draft))
    about = {(one["agreement"], one["path"].partition(".")[2]) for one in json.loads(said)["findings"]}
    assert {agreement for agreement, _ in about} <= {"east-west-draft", None}
    assert {place for agreement, place in about if agreement is None} <= {"east", "west"}


def test_warnings_alone_are_exit_code_0(terminal: Terminal, draft: Path) -> None:
    draft.write_text(TEXT.replace('  - {id: "2", type: priorities, allow: [emergent]}\n', ""))
    code, said, _ = terminal.run("lint", "--json", str(draft))
    assert code == 0
    assert json.loads(said)["findings"]


def test_a_text_that_cannot_be_read_is_named_by_file_line_and_path(terminal: Terminal, draft: Path) -> None:
    draft.write_text(TEXT.replace("allow: [emergent]", "allow: [urgent]"))
    code, out, err = terminal.run("lint", str(draft))
    assert (code, out) == (2, "")
    assert err.startswith(f"invalid: {draft}:12: clauses[1].allow[0]: unknown 'urgent'")
    assert err.count("\n") == 1


def test_a_file_that_is_not_there_is_one_sentence(terminal: Terminal, tmp_path: Path) -> None:
    code, _, err = terminal.run("lint", str(tmp_path / "absent.yaml"))
    assert (code, err) == (
        2,
        f"invalid: {tmp_path}/absent.yaml: cannot be read (No such file or directory)\n",
    )


def test_gaps_fit_the_terminal_and_say_who_has_nobody(terminal: Terminal) -> None:
    code, said, _ = terminal.run("gaps")
    assert code == 0
    assert max(map(len, said.splitlines())) <= 80
    assert "at any hour" in said
    _, text, _ = terminal.run("gaps", "--json")
    gaps = json.loads(text)
    assert {len(row["partners"]) for row in gaps["rows"]} == {168}
    assert gaps["complete"]
