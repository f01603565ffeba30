"""``dispatch simulate`` at a terminal: repeatable, clear about mistakes, and gone at Ctrl-C."""

import json
from pathlib import Path

import pytest

from dispatch.gateways.regions.build import build_region
from dispatch.simulate.trial.figures import CODES
from tests.cli.test_command_line import Terminal
from tests.make_interrupt import interrupt
from tests.make_region import write_grid_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    build_region(write_grid_town(folder), folder / "bundle")
    return folder / "bundle"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def words(town: Path, *more: str) -> tuple[str, ...]:
    return ("simulate", "--region", str(town), "--policies", "none,closest", "--processes", "1", *more)


def test_the_json_holds_every_figure_and_is_the_same_twice(
    terminal: Terminal, town: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.json"
    asked = words(town, "--days", "2", "--seeds", "2", "--json", "--out", str(out))
    code, first, _ = terminal.run(*asked)
    assert code == 0
    assert terminal.run(*asked)[1] == first == out.read_text()
    report = json.loads(first)
    assert list(report["policies"]) == ["none", "closest"]
    closest = report["policies"]["closest"]
    assert tuple(closest["figures"]) == CODES
    assert closest["vs_closest"]["late_p1"]["difference"]["value"] == 0
    assert closest["audit"]["breaches"] == {"terms": 0, "not_fastest": 0, "lent_on": 0, "impossible": 0}
    assert report["conditions"]["refusals"] == 0.2


def test_people_get_a_table(terminal: Terminal, town: Path) -> None:
    code, out, _ = terminal.run(*words(town, "--days", "1", "--seeds", "1"))
    assert code == 0
    assert out.startswith("Simulated Grid: 1 days, 1 seeds, load 1")
    assert "Late P1" in out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--policies", "fastest"), "invalid: policies: 'fastest' is none of none, closest"),
        (("--days", "0"), "invalid: days: has to be 1 or more, not 0"),
        (("--seeds", "0"), "invalid: seeds: has to be 1 or more, not 0"),
        (("--load", "0"), "invalid: load: has to be more than 0"),
        (("--agreements", "."), "invalid: agreements: . holds no .yaml file"),
    ],
)
def test_a_mistake_is_one_sentence(
    terminal: Terminal,
    town: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: tuple[str, str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert terminal.refused(*words(town, *more)).startswith(said)


def test_a_folder_that_is_no_region_is_named(terminal: Terminal, tmp_path: Path) -> None:
    assert str(tmp_path) in terminal.refused(*words(tmp_path))


@pytest.mark.slow
def test_ctrl_c_cancels_with_the_shells_exit_code_and_leaves_nobody_behind(town: Path) -> None:
    # More than any machine plays before it hears of the interrupt.
    much = ("--days", "400", "--seeds", "40")
    assert interrupt(*words(town, *much)) == (130, ["cancelled"], [])
