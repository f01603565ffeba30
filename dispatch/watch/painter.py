"""The terminal's alternate screen: only lines that changed are written, so that a slow line stays calm."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, RenderableType

ENTER, LEAVE = "\x1b[?1049h\x1b[2J\x1b[H", "\x1b[?25h\x1b[?7h\x1b[?1049l"
STILL, GO_ON = "\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h"


class Painter:
    """Draws a page of lines with a prompt as the last one."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.console = Console(file=out, force_terminal=True, highlight=False)
        self._shown: list[str] = []

    @contextmanager
    def screen(self) -> Iterator[None]:
        """The other screen, until the block ends; what the terminal showed before comes back."""
        self._shown = []
        self._write(ENTER)
        try:
            yield
        finally:
            self._write(LEAVE)

    def forget(self) -> None:
        """The terminal may show anything: the next page is written whole."""
        self._shown = []

    def lines_of(self, page: RenderableType, height: int) -> list[str]:
        """The page as ``height`` lines."""
        with self.console.capture() as capture:
            self.console.print(page, no_wrap=False, end="")
        lines = capture.get().split("\n")[:height]
        return lines + [""] * (height - len(lines))

    def draw(self, lines: Sequence[str], prompt: str, cursor: int) -> None:
        """Show these lines, and the prompt below them."""
        if len(self._shown) != len(lines):
            self._shown = ["\0"] * len(lines)
            self._write("\x1b[2J")
        changed = [
            f"\x1b[{row};1H\x1b[K{line}"
            for row, (line, before) in enumerate(zip(lines, self._shown, strict=True), 1)
            if line != before
        ]
        self._shown = list(lines)
        self._write(STILL + "".join(changed) + GO_ON)
        self.draw_prompt(prompt, cursor, row=len(lines) + 1)

    def draw_prompt(self, text: str, cursor: int, *, row: int) -> None:
        """The last line alone, as after each key: the end that holds the cursor where it is too long."""
        room = max(1, self.console.width - 3)
        before = text[:cursor]
        while cell_len(before) >= room:
            before, text = before[1:], text[1:]
        while cell_len(text) > room:
            text = text[:-1]
        column = 3 + cell_len(before)
        self._write(f"\x1b[{row};1H\x1b[K> {text}\x1b[{row};{column}H")

    def ring(self) -> None:
        """The terminal's bell."""
        self._write("\a")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
