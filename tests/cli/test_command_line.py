"""What a person at a terminal gets: short tables, and for every mistake one sentence and exit code 2."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dispatch.cli.app import main
from dispatch.gateways.regions.build import build_region
from tests.make_region import write_grid_town

HERE = ["--at=9.51,47.11", "--priority", "critical", "--need", "als_ambulance:1"]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    build_region(write_grid_town(folder), folder / "bundle")
    return folder / "bundle"


class Terminal:
    """Runs the command line as ``dispatch`` does, in this process."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.patch, self.capture = patch, capture

    def run(self, *words: str, columns: int = 80) -> tuple[int, str, str]:
        self.patch.setattr(sys, "argv", ["dispatch", *words])
        self.patch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as left:
            main()
        out, err = self.capture.readouterr()
        return int(left.value.code or 0), out, err

    def refused(self, *words: str) -> str:
        """The one line that says what is wrong."""
        code, out, err = self.run(*words, columns=40)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1, err
        return err


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.mark.parametrize("name", ["absent.json", "[odd].json", "[/odd].json"])
def test_an_error_names_the_file_once_and_as_it_is(terminal: Terminal, tmp_path: Path, name: str) -> None:
    said = terminal.refused("verify", str(tmp_path / name))
    assert said == f"invalid: {tmp_path / name}: cannot be read (No such file or directory)\n"


def test_a_folder_that_cannot_be_made_is_one_sentence(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = terminal.refused("sample", "generate", "-o", str(tmp_path / "file"))
    assert said == f"unavailable: {tmp_path / 'file'}: File exists\n"


@pytest.mark.parametrize("url", ["mysql://u:word@h/d", "http://h/d", "://", "postgresql://u:word@h/d"])
def test_an_unknown_database_is_one_sentence_without_its_password(terminal: Terminal, url: str) -> None:
    said = terminal.refused("verify", url)
    assert "database URL: starts with one of sqlite://, postgresql+psycopg://" in said
    assert "word" not in said


def test_verifying_a_record_that_is_not_there_makes_none(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "absent.sqlite3"
    assert "there is no record at" in terminal.refused("verify", f"sqlite:///{path}")
    assert not path.exists()


@pytest.mark.parametrize("spoken", ["47.11N 9.51E", "47 6m 36s N, 9 30m 36s E", "47°6'36\"N 9°30'36\"E"])
def test_a_place_may_be_said_in_degrees_and_minutes(terminal: Terminal, town: Path, spoken: str) -> None:
    code, said, _ = terminal.run("recommend", "--region", str(town), *HERE, f"--at={spoken}", "--json")
    assert code == 0
    plain = terminal.run("recommend", "--region", str(town), *HERE, "--json")[1]
    assert json.loads(said)["candidates"] == json.loads(plain)["candidates"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--at=lost"], "LON,LAT in degrees, longitude first"),
        (["--at=200,95"], "LON,LAT in degrees, longitude first"),
        (["--at=20,47"], "lies outside of Grid"),
        (["--for", "nowhere"], "--for: 'nowhere' is not one of east, west"),
        (["--out", "nowhere"], "--out: no unit and no jurisdiction: nowhere"),
        (["--need", "spaceship:1"], "--need: TYPE:COUNT"),
        (["--need", "als_ambulance:0"], "1 to 50 units, not 0"),
        (["--need", "als_ambulance:99999999999999999"], "1 to 50 units"),
    ],
)
def test_a_wrong_word_is_named_by_its_option(
    terminal: Terminal, town: Path, words: list[str], said: str
) -> None:
    assert said in terminal.refused("recommend", "--region", str(town), *HERE, *words)


def test_the_region_of_the_service_is_the_one_asked_without_naming_it(
    terminal: Terminal, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = json.loads(terminal.run("recommend", "--region", str(town), *HERE, "--json")[1])
    monkeypatch.setenv("DISPATCH_REGION", str(town))
    unnamed = json.loads(terminal.run("recommend", *HERE, "--json")[1])
    assert unnamed["candidates"] == named["candidates"]
    assert unnamed["own"] == named["own"] != []


@pytest.mark.parametrize("columns", [80, 160])
def test_no_table_cuts_a_unit_a_time_or_a_clause_short(terminal: Terminal, town: Path, columns: int) -> None:
    ask = ("recommend", "--region", str(town), *HERE, "--for", "west", "--out", "west")
    code, table, _ = terminal.run(*ask, columns=columns)
    assert code == 0
    assert "…" not in table
    assert max(map(len, table.splitlines())) <= columns
    _, text, _ = terminal.run(*ask, "--json")
    shown = json.loads(text)
    assert shown["candidates"]
    for row in shown["candidates"]:
        assert f"{row['call_sign']} " in table
        assert f"{row['eta_seconds'] // 60}:{row['eta_seconds'] % 60:02d}" in table
        assert all(clause in table for clause in row["permit"]["clauses"])
    assert shown["advice"]["sentence"] in " ".join(table.split())
    assert shown["advice"]["rule"] != "plain", "weighed as the service does"
    assert "als_ambulance" not in table
    assert (shown["region"], shown["fictional"]) == ("Grid", False)


def test_a_port_in_use_is_said_before_the_record_is_touched(
    terminal: Terminal, town: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        data = tmp_path / "data"
        said = terminal.refused("demo", "--region", str(town), "--data-dir", str(data), "--port", str(port))
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in said
    assert not data.exists()


def test_a_demonstration_needs_two_jurisdictions(terminal: Terminal, town: Path, tmp_path: Path) -> None:
    words = ("demo", "--region", str(town), "--data-dir", str(tmp_path), "--port", "0")
    assert "--lender: is another" in terminal.refused(*words, "--borrower", "west", "--lender", "west")
    assert "'harlow' is not one of east, west" in terminal.refused(*words)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "seventy", "'seventy' is no port"),
        ("SECURE_COOKIES", "perhaps", "neither true nor false"),
        ("ALLOWED_ORIGINS", "board.example", "'board.example' is no origin"),
        ("ALLOWED_ORIGINS", "https://board.example/", "is no origin"),
        ("DATABASE_URL", "nonsense", "starts with one of"),
        ("DATABASE_PASSWORD_FILE", "/absent", "/absent cannot be read (No such file or directory)"),
        ("REGION", "/absent", "/absent/region.json: cannot be read"),
        ("DATA_DIR", "/dev/null/data", "Not a directory"),
    ],
)
def test_a_bad_setting_is_named(
    terminal: Terminal, town: Path, tmp_path: Path, name: str, value: str, said: str
) -> None:
    defaults = {"REGION": str(town), "DATA_DIR": str(tmp_path), "PORT": "0"}
    for key, setting in {**defaults, name: value}.items():
        terminal.patch.setenv(f"DISPATCH_{key}", setting)
    assert said in terminal.refused("serve")


def test_a_person_of_no_jurisdiction_is_refused_before_the_password_is_asked_for(
    terminal: Terminal, town: Path, tmp_path: Path
) -> None:
    terminal.patch.setenv("DISPATCH_REGION", str(town))
    terminal.patch.setenv("DISPATCH_DATA_DIR", str(tmp_path))
    said = terminal.refused("person", "add", "bob", "--role", "dispatcher", "--jurisdiction", "north")
    assert said == "invalid: --jurisdiction: 'north' is not one of east, west\n"
    assert "is not one of" in terminal.refused("key", "add", "feed", "--jurisdiction", "north")


def test_a_time_zone_that_there_is_not_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    town = write_grid_town(tmp_path)
    words = ("--osm", str(town.osm), "--jurisdictions", str(town.jurisdictions), "-o", str(tmp_path / "out"))
    assert "'Mars/Base' is no time zone" in terminal.refused(
        "region", "build", *words, "--time-zone", "Mars/Base"
    )


def test_a_mistyped_command_fails_without_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dispatch", "recomend"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "No such command 'recomend'" in done.stderr
    assert "Traceback" not in done.stderr
