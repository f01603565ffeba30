"""``dispatch watch`` as people and scripts run it: real processes and terminals, a service that is killed."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.crash import PASSWORD as CRASH_PASSWORD
from bench.crash import Service, free_port, prepare
from dispatch.settings import Settings
from dispatch.watch.picture import Picture, fold
from tests.story.serving import Demo, serving
from tests.watch.terminal import Terminal, hear_interrupts, running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
MARLOW = Path(__file__).resolve().parents[2] / "var" / "regions" / "marlow"
PLACE = "-141.062,40.999"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with serving(MARLOW, tmp_path_factory.mktemp("demo"), port=free_port()) as ready:
        yield ready


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service that may be killed, with a dispatcher ``crash-0``."""
    settings = Settings(data_dir=tmp_path, region=MARLOW, port=free_port(), secure_cookies=False)
    asyncio.run(prepare(settings))
    service = Service(settings)
    service.start()
    yield service
    service.stop()


def words(base: str, person: str, *more: str) -> list[str]:
    return ["watch", "--as", person, "--server", base, *more]


@contextmanager
def at_terminal(base: str, person: str, password: str, **more: str) -> Iterator[Terminal]:
    environment = {"DISPATCH_WATCH_PASSWORD": password, **more}
    with running(words(base, person), environment=environment) as terminal:
        terminal.wait("● live")
        yield terminal


@contextmanager
def script(base: str, person: str, password: str, *more: str) -> Iterator[subprocess.Popen[str]]:
    """Without a terminal, until the block ends."""
    hear_interrupts()
    command = [sys.executable, "-m", "dispatch", *words(base, person, *more)]
    pipe, environment = subprocess.PIPE, {**os.environ, "DISPATCH_WATCH_PASSWORD": password}
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_two_centres_help_each_other_from_terminals_of_80_by_24_without_colour(demo: Demo) -> None:
    with (
        at_terminal(demo.base, "harlow-dispatcher", demo.password, NO_COLOR="1") as asking,
        at_terminal(demo.base, "cedar-dispatcher", demo.password, NO_COLOR="1") as answering,
    ):
        assert "▼▼ Harlow RED" in asking.screen.text
        asking.enter(f"N p1 cardiac arrest @ {PLACE}")
        number = re.search(r"Incident (\S+) opened", asking.wait("opened"))
        assert number
        asking.enter(f"REC {number[1]}")
        shown = asking.wait("Esc closes")
        assert "lends, keeps" in shown, "each candidate with what its lender keeps"
        asking.press("\x1b")
        asking.wait(lambda text: "Esc closes" not in text)
        asking.press(f"REQ {number[1]} M32")
        asking.wait("unit: M321")
        asking.press("\t")
        asking.wait(lambda text: text.endswith(f"> REQ {number[1]} M321"))
        asking.press("\r")
        asking.wait("Cedar Fen is asked for Cedar Fen M321 (harlow-cedar")
        card = " ".join(answering.wait("you keep").split())
        assert re.search(r"! M321 Harlow P1 #\d+ 0\d:\d\d left you keep \d+ \(floor \d+\)", card)
        assert answering.screen.bells == 1
        answering.enter("ACC M321")
        answering.wait("lent to Harlow")
        asking.wait("✓ accepted")
        asking.wait("⇄ M321")
        answering.enter("ST M321 on scene")
        asking.wait("on scene")
        asking.press("\x1b[A\x1b[A\x1b[A")
        asking.wait(lambda text: text.splitlines()[-1].startswith("> N p1 cardiac arrest"))
        asking.press("\x1b")
        asking.enter("REL M321")
        asking.wait("M321 released")
        assert (asking.screen.colours, answering.screen.colours) == (set(), set())
        asking.press("\x03")
        assert asking.leave() == 130
        answering.process.send_signal(signal.SIGTERM)
        assert answering.leave() == 130
        assert "REQUESTS" not in answering.screen.text, "the terminal is as it was before"


def test_a_terminal_that_changes_its_size_is_drawn_anew_and_one_too_small_says_so(demo: Demo) -> None:
    with at_terminal(demo.base, "cedar-dispatcher", demo.password) as terminal:
        terminal.resize(30, 160)
        shown = terminal.wait("INCIDENTS")
        assert any("UNITS" in line and "REQUESTS" in line for line in shown.splitlines()), "side by side"
        terminal.resize(10, 60)
        terminal.wait("too small")
        terminal.resize(24, 80)
        terminal.wait("UNITS")
        terminal.press("\x1b[6~")
        terminal.wait(lambda text: re.search(r"(?!1–)\b\d+–\d+ of \d\d", text))


def test_the_password_is_asked_for_and_a_wrong_one_again(demo: Demo) -> None:
    with running(words(demo.base, "cedar-dispatcher"), environment={}) as terminal:
        terminal.wait("Password of cedar-dispatcher")
        terminal.enter("a wrong one")
        terminal.wait("Wrong name or password")
        terminal.wait(lambda text: text.count("Password of") == 2)
        terminal.enter(demo.password)
        terminal.wait("● live")
        assert demo.password not in terminal.screen.text


def test_a_batch_in_one_centre_and_an_answer_by_batch_in_the_other(demo: Demo) -> None:
    def run(person: str, lines: str) -> tuple[int, str]:
        with script(demo.base, person, demo.password, "--batch") as batch:
            said, wrong = batch.communicate(lines, timeout=60)
            assert wrong == ""
            return batch.returncode, said

    code, said = run("harlow-dispatcher", f"N p1 Cardiac arrest @ {PLACE}\nREQ 99 M311\n")
    number = re.search(r"Incident (\S+) opened", said)
    assert (code, said.splitlines()[1][0]) == (1, "✕")
    assert number
    code, said = run("harlow-dispatcher", f"REQ {number[1]} M311")
    assert (code, said[0]) == (0, "✓"), said
    code, said = run("cedar-dispatcher", "ACC M311")
    assert (code, said) == (0, said), said
    assert "lent to Harlow" in said
    code, said = run("harlow-dispatcher", f"REL M311\nCL {number[1]}\nCL {number[1]}")
    assert code == 0, said


def read_until(
    process: subprocess.Popen[str], picture: Picture | None, wanted: Callable[[str, Picture], object]
) -> Picture:
    """Fold the lines that come, up to the frame of a type after which it is as wanted."""
    assert process.stdout
    while True:
        frame = json.loads(process.stdout.readline())
        picture = fold(picture, frame)
        assert picture is not None
        if wanted(frame["type"], picture):
            return picture


def test_over_a_kill_and_a_restart_frames_go_on_and_the_screen_says_what_happened(service: Service) -> None:
    with (
        script(service.base, "crash-0", CRASH_PASSWORD, "--json") as log,
        at_terminal(service.base, "crash-0", CRASH_PASSWORD) as terminal,
    ):
        picture = read_until(log, None, lambda kind, _: kind == "beat")
        unit = next(
            row["id"] for row in picture.units.values() if row["own"] and row["status"] == "available"
        )
        terminal.enter(f"ST {unit} OO")
        terminal.wait("is out of service")
        service.kill()
        shown = terminal.wait("NOT LIVE. Data is from", seconds=15)
        assert "+1 555" in shown, "whom to telephone"
        terminal.enter(f"ST {unit} AV")
        terminal.wait("not sent: there is no connection")
        service.start()
        terminal.wait("● live")
        terminal.enter(f"ST {unit} AV")
        terminal.wait("is available")
        first_epoch = picture.epoch
        picture = read_until(
            log, picture, lambda _, now: now.epoch != first_epoch and now.units[unit]["status"] == "available"
        )
        with script(service.base, "crash-0", CRASH_PASSWORD, "--json", "--once") as fresh:
            said, _ = fresh.communicate(timeout=60)
        now = fold(None, json.loads(said.splitlines()[0]))
        assert now is not None
        assert {key: row["status"] for key, row in picture.units.items()} == {
            key: row["status"] for key, row in now.units.items()
        }
        log.send_signal(signal.SIGINT)
        _, told = log.communicate(timeout=20)
        assert log.returncode == 130
        assert re.search(r"^live\nlost, next try in .*resyncing\nlive\n$", told, re.DOTALL), told


def test_a_reader_that_leaves_ends_it_quietly(demo: Demo) -> None:
    with script(demo.base, "cedar-dispatcher", demo.password, "--json") as log:
        assert log.stdout
        assert log.stderr
        assert log.stdout.readline().startswith('{"type":"snapshot"')
        log.stdout.close()
        assert log.wait(timeout=30) == 141
        assert log.stderr.read() == "live\n"


@pytest.mark.parametrize(
    ("more", "person", "password", "code", "said"),
    [
        ([], "cedar-dispatcher", "", 2, "the live view needs a terminal"),
        (["--batch", "--json"], "cedar-dispatcher", "x", 2, "--batch"),
        (["--once"], "cedar-dispatcher", "wrong", 3, "wrong name or password"),
        (["--once"], "cedar-dispatcher", "", 3, "no password was given"),
        (["--once", "--server", "http://127.0.0.1:1"], "cedar-dispatcher", "x", 5, "did not answer"),
        (["--server", "board.example"], "cedar-dispatcher", "x", 2, "no address"),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence_and_a_code(
    demo: Demo, more: list[str], person: str, password: str, code: int, said: str
) -> None:
    with script(demo.base, person, password, *more) as done:
        out, wrong = done.communicate("", timeout=60)
    assert (done.returncode, out) == (code, "")
    assert said in wrong
    assert wrong.count("\n") == 1, wrong
