"""The board on a terminal's whole screen, with the command line at its bottom."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from textwrap import wrap
from typing import Final, TextIO

from rich.console import Group, RenderableType
from rich.text import Text

from dispatch.watch.acts import Acts
from dispatch.watch.board import Board
from dispatch.watch.editor import Editing, press, remember, show
from dispatch.watch.keys import Keyboard, raw_keys
from dispatch.watch.layout import draw_board, say_missed
from dispatch.watch.line.complete import Completion, accept, complete, shared_beginning
from dispatch.watch.link import LinkState
from dispatch.watch.order import is_open
from dispatch.watch.painter import Painter
from dispatch.watch.picture import Frame
from dispatch.watch.receipts import Receipts, Stage
from dispatch.watch.rest import in_thread, path_of
from dispatch.watch.said import Said
from dispatch.watch.session import REFUSED, Left, Session, Whom

DRAW_SECONDS: Final = 0.25
"""Between two pages; a key is echoed at once."""
TICK_SECONDS: Final = 1.0
ESCAPE_SECONDS: Final = 0.05
SLOW_SECONDS: Final = 1.0
SMALLEST: Final = (40, 16)
FOOT: Final = 2
INDENT: Final = " " * 6
"""Echo and hint, above the prompt."""


class LiveView:
    """One person's screen."""

    def __init__(self, session: Session, board: Board, out: TextIO) -> None:
        self.session, self.board = session, board
        self.painter = Painter(out)
        self._acts = Acts(board, session.rest)
        self._link = session.link(board, self._hear)
        self._keyboard = Keyboard()
        self._editing = Editing()
        self._echo = Text("? lists commands and keys", style="dim")
        self._answer: tuple[str, ...] = ()
        self._first_line = self._first_unit = 0
        self._entered: asyncio.Queue[str] = asyncio.Queue()
        self._stale, self._news = asyncio.Event(), asyncio.Event()
        self._receipts = Receipts(self._send_receipt)
        self._in_view: set[str] = set()
        self._rung: set[str] = set()
        self._was_live = False
        board.stirred = self._stirred

    async def watch(self) -> None:
        """Until the session ends. Answers where it may be begun again; raises ``Left`` where not."""
        tasks = [
            asyncio.create_task(self._draw_on()),
            asyncio.create_task(self._work_on()),
            asyncio.create_task(self._tick_on()),
            asyncio.create_task(self._receive_on()),
        ]
        following = asyncio.create_task(self._link.follow())
        try:
            done, _ = await asyncio.wait({*tasks, following}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {following}:
                task.result()  # a fault of ours: it must not be hidden behind a screen that stands still
            if following.result() is LinkState.REFUSED:
                raise Left(REFUSED, f"{self.session.whom.person} may see no board here")
        finally:
            for task in (*tasks, following):
                task.cancel()
            await asyncio.gather(*tasks, following, return_exceptions=True)

    # -- what comes in ------------------------------------------------------------------------------

    def read_keys(self, fd: int) -> None:
        """Bytes are there to be read from the terminal."""
        data = os.read(fd, 4096)
        if not data:
            raise EOFError
        for key in self._keyboard.feed(data):
            self._press(key)
        if self._keyboard.is_waiting:
            asyncio.get_running_loop().call_later(ESCAPE_SECONDS, self._flush_keys)
        self._echo_line()

    def resized(self) -> None:
        """The terminal has another size."""
        self.painter.forget()
        self._stale.set()

    def _flush_keys(self) -> None:
        for key in self._keyboard.flush():
            self._press(key)
        self._echo_line()

    def _hear(self, _text: str, frame: Frame) -> None:
        self.board.hear(frame)

    def _stirred(self) -> None:
        live = self.board.live
        if live and not self._was_live and self.board.missed:
            self._echo = Text(say_missed(self.board))
        self._was_live = live
        self._ring()
        self._stale.set()

    def _ring(self) -> None:
        """Once for each request that comes in; the first picture's are on the screen and ring together."""
        rows = self.board.picture.requests.values() if self.board.picture else ()
        fresh = {row["id"] for row in rows if is_open(row)} - self._rung
        if fresh:
            self._rung |= fresh
            self.painter.ring()

    def _press(self, key: str) -> None:
        match key:
            case "enter":
                self._enter()
            case "tab":
                self._complete()
            case "escape" if self._editing.text:
                self._editing = press(self._editing, "clear")
            case "escape":
                self._answer, self._first_line = (), 0
            case "page up" | "page down":
                self._scroll(-1 if key == "page up" else 1)
            case "redraw":
                self.painter.forget()
            case _:
                self._editing = press(self._editing, key)
        self._stale.set()

    def _enter(self) -> None:
        line = self._editing.text
        self._editing = remember(self._editing)
        if line.strip():
            self._entered.put_nowait(line)
        elif not self.board.live:
            self._link.retry_now()

    def _complete(self) -> None:
        found = self._candidates()
        if found is None:
            return
        if found.of == 1:
            insert, whole = found.candidates[0].insert, True
        else:
            insert, whole = shared_beginning(found), False
            typed = self._editing.text[found.start : found.end]
            if len(insert) <= len(typed):
                return
        text, cursor = accept(self._editing.text, found, insert, whole=whole)
        self._editing = show(self._editing, text, cursor)

    def _scroll(self, way: int) -> None:
        if self._answer:
            last = max(0, len(self._answer_lines()) - self._answer_room())
            self._first_line = min(last, max(0, self._first_line + way * self._answer_room()))
        else:
            step = max(1, self.painter.console.height - 14)
            last = max(0, len(self.board.list_units()) - 1)
            self._first_unit = min(last, max(0, self._first_unit + way * step))

    # -- what goes on beside ------------------------------------------------------------------------

    async def _work_on(self) -> None:
        """One line after the other, in the order in which they were entered."""
        while True:
            line = await self._entered.get()
            shown = " ".join(line.split())
            self._say(Text(f"… {shown}: sent"))
            slow = asyncio.get_running_loop().call_later(
                SLOW_SECONDS, self._say, Text(f"… {shown}: not confirmed yet", style="yellow")
            )
            try:
                said = await self._acts.run(line)
            finally:
                slow.cancel()
            self._said(shown, said)

    def _said(self, line: str, said: Said) -> None:
        style = "bold" if said.ok else "bold yellow"
        self._answer, self._first_line = said.more, 0
        self._say(Text.assemble((f"{said.mark} ", style), f"{line}: {said.text}"))

    def _say(self, text: Text) -> None:
        self._echo = text
        self._stale.set()

    async def _receive_on(self) -> None:
        """Say of requests that they are here, and on the screen."""
        while True:
            await self._news.wait()
            self._news.clear()
            if self.board.may_dispatch and self.board.live and self.board.picture:
                await self._receipts.settle(self.board.picture.requests, self._in_view)

    async def _send_receipt(self, request: str, stage: Stage) -> object:
        path = path_of("requests", request, "receipt")
        return await in_thread(lambda: self.session.rest.post(path, {"stage": str(stage)}))

    async def _tick_on(self) -> None:
        """Clocks, ages and countdowns go on when nothing comes."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._stale.set()

    async def _draw_on(self) -> None:
        while True:
            await self._stale.wait()
            self._stale.clear()
            self._draw()
            await asyncio.sleep(DRAW_SECONDS)

    # -- what is shown ------------------------------------------------------------------------------

    def _draw(self) -> None:
        console = self.painter.console
        width, height = console.width, console.height - 1
        if width < SMALLEST[0] or height < SMALLEST[1] - 1:
            page: RenderableType = Text(f"The terminal is too small: {SMALLEST[0]}×{SMALLEST[1]} at least")
            lines = self.painter.lines_of(page, height)
        else:
            lines = self._compose(width, height)
        self.painter.draw(lines, self._editing.text, self._editing.cursor)
        self._news.set()

    def _compose(self, width: int, height: int) -> list[str]:
        answer, foot = self._list_answer(), self._list_foot(width)
        room = height - len(answer) - len(foot)
        self._in_view = set()
        board = draw_board(
            self.board,
            width=width,
            height=room,
            first_unit=self._first_unit,
            monotonic=time.monotonic(),
            in_view=self._in_view,
        )
        below = self.painter.lines_of(Group(*answer, *foot), len(answer) + len(foot))
        return self.painter.lines_of(board, room) + below

    def _echo_line(self) -> None:
        self.painter.draw_prompt(self._editing.text, self._editing.cursor, row=self.painter.console.height)

    def _answer_room(self) -> int:
        return max(3, self.painter.console.height // 2 - FOOT)

    def _answer_lines(self) -> list[str]:
        """Whole, with long ones on several lines: a clause must not be cut off."""
        width = self.painter.console.width
        return [part for line in self._answer for part in wrap(line, width, subsequent_indent=INDENT)]

    def _list_answer(self) -> list[Text]:
        lines = self._answer_lines()
        shown = lines[self._first_line : self._first_line + self._answer_room()]
        if not shown:
            return []
        last = self._first_line + len(shown)
        more = (
            f"  {self._first_line + 1}–{last} of {len(lines)}, PgUp PgDn" if len(shown) < len(lines) else ""
        )
        title = Text(f"── answer{more} · Esc closes ", style="dim", no_wrap=True)
        return [title, *(Text(line, no_wrap=True, overflow="ellipsis") for line in shown)]

    def _list_foot(self, width: int) -> list[Text]:
        """What became of the last line, and what the word under the cursor may become."""
        echo = self._echo.copy()
        rows = list(echo.wrap(self.painter.console, width))[:3]
        hint = Text(self._hint(), style="dim", no_wrap=True, overflow="ellipsis")
        return [*rows, hint]

    def _hint(self) -> str:
        if not self._editing.text:
            return ""
        found = self._candidates()
        if found is None:
            return ""
        if found.of == 1:
            return f"{found.expects}: {found.candidates[0].insert} — {found.candidates[0].sentence}"
        named = "  ".join(candidate.insert for candidate in found.candidates)
        more = f"  … {found.of} in all" if found.of > len(found.candidates) else ""
        return f"{found.expects}: {named}{more}"

    def _candidates(self) -> Completion | None:
        return complete(self._editing.text, self._editing.cursor, self.board.sight())


async def watch_live(whom: Whom, out: TextIO) -> None:
    """The live view until Ctrl-C. Raises ``Left``."""
    session = Session(whom)
    board = Board(await session.sign_in())
    board.names, board.natures = await session.read_region()
    view = LiveView(session, board, out)
    try:
        while True:
            async with _taking_the_terminal(view):
                await view.watch()
            sys.stderr.write("The session has ended.\n")
            await session.sign_in_again()
    finally:
        await session.sign_out()


@asynccontextmanager
async def _taking_the_terminal(view: LiveView) -> AsyncIterator[None]:
    """Keys and screen are ours until the block ends, however it ends."""
    loop, fd, task = asyncio.get_running_loop(), sys.stdin.fileno(), asyncio.current_task()
    assert task is not None  # noqa: S101 -- for the type checker: this runs in a task
    gone = (signal.SIGTERM, signal.SIGHUP)

    def read() -> None:
        try:
            view.read_keys(fd)
        except (OSError, EOFError):
            task.cancel()

    with raw_keys(fd), view.painter.screen():
        loop.add_reader(fd, read)
        loop.add_signal_handler(signal.SIGWINCH, view.resized)
        for number in gone:
            loop.add_signal_handler(number, task.cancel)
        try:
            yield
        finally:
            loop.remove_reader(fd)
            for number in (signal.SIGWINCH, *gone):
                loop.remove_signal_handler(number)
