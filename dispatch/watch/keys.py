"""Keys from a POSIX terminal: no echo, key by key, and the terminal as it was afterwards."""

import codecs
import os
from collections.abc import Iterator
from contextlib import contextmanager
from re import compile
from typing import Final

_SEQUENCE: Final = compile(r"\x1b(?:\[[0-9;]*[ -/]*[@-~]|O[@-~])")
_BEGUN: Final = compile(r"\x1b(?:\[[0-9;]*[ -/]*|O)?")
_NAMES: Final = {
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x01": "home",
    "\x05": "end",
    "\x02": "left",
    "\x06": "right",
    "\x10": "up",
    "\x0e": "down",
    "\x04": "delete",
    "\x0b": "behind",
    "\x15": "before",
    "\x17": "word",
    "\x0c": "redraw",
}
_SEQUENCES: Final = {
    "A": "up",
    "B": "down",
    "C": "right",
    "D": "left",
    "H": "home",
    "F": "end",
    "1~": "home",
    "7~": "home",
    "4~": "end",
    "8~": "end",
    "3~": "delete",
    "5~": "page up",
    "6~": "page down",
}


class Keyboard:
    """Bytes in, keys out. What may be the beginning of a sequence waits for the rest, or for ``flush``."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = ""

    @property
    def is_waiting(self) -> bool:
        """Whether an escape may still become a sequence."""
        return bool(self._waiting)

    def feed(self, data: bytes) -> Iterator[str]:
        """The keys in these bytes."""
        text, self._waiting = self._waiting + self._decoder.decode(data), ""
        while text:
            found = _SEQUENCE.match(text)
            if found:
                text = text[found.end() :]
                yield _SEQUENCES.get(found[0][2:], "unknown")
            elif _BEGUN.fullmatch(text):
                self._waiting, text = text, ""
            else:
                sign, text = text[0], text[1:]
                yield "escape" if sign == "\x1b" else _NAMES.get(sign, sign)

    def flush(self) -> Iterator[str]:
        """Nothing more came: it was the Esc key alone."""
        waiting, self._waiting = self._waiting, ""
        if waiting:
            yield "escape"


@contextmanager
def raw_keys(fd: int) -> Iterator[None]:
    """Keys one by one, without echo; Ctrl-C still interrupts. Restores the terminal whatever happens."""
    import termios

    before = termios.tcgetattr(fd)
    mode = termios.tcgetattr(fd)
    mode[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    # Stopped by Ctrl-Z, the shell would get a terminal without echo.
    mode[6][termios.VSUSP] = os.fpathconf(fd, "PC_VDISABLE").to_bytes(1, "little")
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    termios.tcsetattr(fd, termios.TCSADRAIN, mode)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
