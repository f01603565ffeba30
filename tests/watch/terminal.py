"""A terminal of a given size around a real process: what stands on its screen, and keys to press."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

TOKEN = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|(.)", re.DOTALL)
ROWS, COLUMNS = 24, 80


class Screen:
    """As much of a terminal as the painter uses: cursor, erasing, colours (kept apart from the text)."""

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.row = self.column = 0
        self.cells: list[list[str]] = []
        self.colours: set[str] = set()
        self.bells = 0
        self._rest = ""
        self._erase()

    @property
    def text(self) -> str:
        return "\n".join("".join(line).rstrip() for line in self.cells)

    def feed(self, text: str) -> None:
        text, self._rest = self._rest + text, ""
        begun = re.search(r"\x1b(\[[?0-9;]*)?$", text)
        if begun:
            text, self._rest = text[: begun.start()], text[begun.start() :]
        for private, numbers, letter, sign in TOKEN.findall(text):
            if sign:
                self._put(sign)
            else:
                self._do(private, numbers, letter)

    def _do(self, private: str, numbers: str, letter: str) -> None:
        if letter == "H":
            row, column = [int(n) for n in numbers.split(";")] if numbers else [1, 1]
            self.row, self.column = min(row, self.rows) - 1, min(column, self.columns) - 1
        elif letter == "K":
            self.cells[self.row][self.column :] = [" "] * (self.columns - self.column)
        elif letter == "J" or (private and numbers == "1049"):
            self._erase()
        elif letter == "m":
            self.colours |= {n for n in numbers.split(";") if n and int(n) >= 30}

    def _put(self, sign: str) -> None:
        match sign:
            case "\a":
                self.bells += 1
            case "\r":
                self.column = 0
            case "\n":
                self.row = min(self.rows - 1, self.row + 1)
            case _ if self.column < self.columns:
                self.cells[self.row][self.column] = sign
                self.column += 1

    def _erase(self) -> None:
        self.cells = [[" "] * self.columns for _ in range(self.rows)]


class Terminal:
    """The process on the terminal's other side."""

    def __init__(self, process: subprocess.Popen[bytes], fd: int, screen: Screen) -> None:
        self.process, self.fd, self.screen = process, fd, screen

    def press(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def enter(self, line: str) -> None:
        self.press(line + "\r")

    def resize(self, rows: int, columns: int) -> None:
        self.screen = Screen(rows, columns)
        set_size(self.fd, rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def wait(self, wanted: str | Callable[[str], object], *, seconds: float = 30) -> str:
        """What the screen shows once it is as wanted; fails with the screen when it never is."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            shown = self.screen.text
            if wanted in shown if isinstance(wanted, str) else wanted(shown):
                return shown
            self._read(0.2)
        raise AssertionError(f"never came: {wanted}\n{self.screen.text}")

    def leave(self, *, seconds: float = 20) -> int:
        """How the process ended, by itself."""
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self._read(0.1)
        return self.process.wait(timeout=1)

    def _read(self, seconds: float) -> None:
        if not select.select([self.fd], [], [], seconds)[0]:
            return
        try:
            self.screen.feed(os.read(self.fd, 65_536).decode(errors="replace"))
        except OSError:
            time.sleep(seconds)  # the other side is gone; what it was comes from ``leave``


def hear_interrupts() -> None:
    """A shell that runs tests in its background ignores Ctrl-C for whatever they start: here it counts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def set_size(fd: int, rows: int, columns: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@contextmanager
def running(
    words: Sequence[str], *, environment: Mapping[str, str], rows: int = ROWS, columns: int = COLUMNS
) -> Iterator[Terminal]:
    """``dispatch`` with these words on a terminal of its own, until the block ends."""
    hear_interrupts()
    ours, theirs = pty.openpty()
    set_size(theirs, rows, columns)
    ours_alone = ("COLUMNS", "LINES", "NO_COLOR", "DISPATCH_WATCH_PASSWORD")
    inherited = {name: value for name, value in os.environ.items() if name not in ours_alone}
    process = subprocess.Popen(
        [sys.executable, "-m", "dispatch", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**inherited, "TERM": "xterm-256color", **environment},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 -- no thread runs here
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours, Screen(rows, columns))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)
