"""The big evaluation's files: what was played is read back, and a torn last line is played again."""

import json
from pathlib import Path

import pytest

from bench.trial import read_done
from dispatch.simulate.trial.books import Breach
from dispatch.simulate.trial.figures import CODES
from dispatch.simulate.trial.measure import Measured
from dispatch.simulate.trial.run import Found, Piece

SETTINGS = {"region": "marlow", "load": 1.0, "days": 2, "futures": 100}


def found(policy: str, seed: int) -> Found:
    return Found(
        piece=Piece(policy, seed),
        measured=Measured(figures=dict.fromkeys(CODES, 1.5), shares=()),
        calls=10,
        decisions=11,
        loans_judged=0,
        calls_compared=0,
        breaches={"terms": Breach(count=1, examples=["x"])},
    )


def write(path: Path, *lines: str) -> Path:
    path.write_text(json.dumps({"settings": SETTINGS}) + "\n" + "".join(lines), encoding="utf-8")
    return path


def test_what_was_played_is_not_played_again(tmp_path: Path) -> None:
    rows = [found("none", 1), found("closest", 1)]
    path = write(tmp_path / "a.jsonl", *(json.dumps(row.to_json()) + "\n" for row in rows))
    done = read_done(path, SETTINGS)
    assert done == {row.piece: row for row in rows}


def test_a_line_that_was_cut_off_is_taken_away(tmp_path: Path) -> None:
    whole = json.dumps(found("none", 1).to_json()) + "\n"
    path = write(tmp_path / "a.jsonl", whole, whole[:40])
    assert list(read_done(path, SETTINGS)) == [Piece("none", 1)]
    assert path.read_text().endswith(whole)


def test_other_settings_are_not_mixed_in(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl")
    with pytest.raises(SystemExit, match="take another folder"):
        read_done(path, {**SETTINGS, "days": 3})


def test_nothing_was_played_where_there_is_no_file(tmp_path: Path) -> None:
    assert read_done(tmp_path / "a.jsonl", SETTINGS) == {}
