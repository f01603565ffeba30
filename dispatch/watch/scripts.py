"""For scripts and cron: frames as lines, the state once, and lines of commands from standard input."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, TextIO

from rich.console import Console

from dispatch.watch.acts import Acts
from dispatch.watch.board import Board
from dispatch.watch.layout import draw_board
from dispatch.watch.link import BoardLink, Link, LinkState
from dispatch.watch.picture import Frame
from dispatch.watch.rest import in_thread
from dispatch.watch.said import Said
from dispatch.watch.session import BROKEN_PIPE, FAILED, UNREACHABLE, Left, Session, Whom, follow_on
from dispatch.watch.words import plain

ARRIVES_SECONDS: Final = 15.0
"""How long one waits for the first picture, or for the link to come back."""
SEEN_SECONDS: Final = 2.0
"""How long a line waits until the board shows what the one before it did."""
PLAIN_WIDTH: Final = 120
"""Of tables that go into a file or a pipe."""

Hear = Callable[[str, Frame], None]


async def print_frames(whom: Whom, out: TextIO, *, once: bool) -> None:
    """One frame a line as it comes, after a resume too; ``once``: the first picture only. Raises ``Left``."""
    session = Session(whom)
    board = Board(await session.sign_in())
    whole = asyncio.Event()

    def hear(text: str, frame: Frame) -> None:
        if once and whole.is_set():
            return
        # The first beat is no part of the picture: it says that no positions come with it.
        if not (once and frame["type"] == "beat"):
            _write(text, out)
        board.hear(frame)
        if _is_whole(board, frame):
            whole.set()

    board.stirred = _telling_of_the_link(board)
    async with _following(session, session.link(board, hear)) as following:
        await (_arrive(whole, following) if once else following)


async def print_once(whom: Whom, out: TextIO) -> None:
    """The board's tables with all their rows. Raises ``Left``."""
    session = Session(whom)
    board = Board(await session.sign_in())
    board.names, board.natures = await session.read_region()
    whole = asyncio.Event()

    def hear(_text: str, frame: Frame) -> None:
        board.hear(frame)
        if _is_whole(board, frame):
            whole.set()

    async with _following(session, session.link(board, hear)) as following:
        await _arrive(whole, following)
    console = Console(file=out, highlight=False, width=None if out.isatty() else PLAIN_WIDTH)
    console.print(draw_board(board, width=console.width, height=None))


async def run_batch(whom: Whom, lines: TextIO, out: TextIO) -> None:
    """Each line's outcome on a line of its own. Raises ``Left`` with 1 where one was not done."""
    session = Session(whom)
    board = Board(await session.sign_in())
    board.names, board.natures = await session.read_region()
    acts = Acts(board, session.rest)
    all_done = True
    async with _following(session, session.link(board, lambda _text, frame: board.hear(frame))) as following:
        while line := await in_thread(lines.readline):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            await _live(board, following)
            said = await acts.run(line)
            all_done &= said.ok or said.asks
            _print_said(line, said, out)
            if said.is_on is not None:
                await _see(board, said)
    if not all_done:
        raise Left(FAILED)


def _print_said(line: str, said: Said, out: TextIO) -> None:
    first = f"{said.mark} {plain(' '.join(line.split()))}: {said.text}"
    _write("\n    ".join((first, *said.more)), out)


def _write(text: str, out: TextIO) -> None:
    """A line, at once. Raises ``Left``: to the link, a reader that has gone would look like a lost socket."""
    try:
        out.write(text + "\n")
        out.flush()
    except BrokenPipeError:
        raise Left(BROKEN_PIPE) from None


async def _see(board: Board, said: Said) -> None:
    is_on = said.is_on
    if is_on is not None:
        await board.until(lambda: board.picture is not None and is_on(board.picture), seconds=SEEN_SECONDS)


async def _live(board: Board, following: asyncio.Task[None]) -> None:
    """Wait until the board may be acted on. Raises ``Left``."""
    live = asyncio.create_task(board.until(lambda: board.live, seconds=ARRIVES_SECONDS))
    await asyncio.wait({live, following}, return_when=asyncio.FIRST_COMPLETED)
    if following.done():
        live.cancel()
        await following
    if not await live:
        raise Left(UNREACHABLE, "the board is not live: nothing more was sent. Use the telephone")


async def _arrive(whole: asyncio.Event, following: asyncio.Task[None]) -> None:
    arriving = asyncio.create_task(whole.wait())
    done, _ = await asyncio.wait(
        {arriving, following}, timeout=ARRIVES_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    arriving.cancel()
    if following in done:
        await following
    if arriving not in done:
        raise Left(UNREACHABLE, f"no picture within {ARRIVES_SECONDS:.0f} s")


def _is_whole(board: Board, frame: Frame) -> bool:
    """Whether rows and positions are there: positions follow the rows at once, where there are any."""
    return board.picture is not None and frame["type"] in ("positions", "beat")


@asynccontextmanager
async def _following(session: Session, link: BoardLink) -> AsyncIterator[asyncio.Task[None]]:
    """The link is followed beside the block; afterwards the session is ended."""
    following = asyncio.create_task(follow_on(session, link))
    try:
        yield following
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError, Left):
            await following
        await session.sign_out()


def _telling_of_the_link(board: Board) -> Callable[[], None]:
    """On standard error, so that a log of frames shows its gaps."""
    told: list[Link] = []

    def tell() -> None:
        link = board.link
        if told and told[-1] == link:
            return
        told[:] = [link]
        pause = "" if link.retry_at is None else f", next try in {link.retry_at - time.monotonic():.1f} s"
        if link.state is not LinkState.CONNECTING:
            sys.stderr.write(f"{link.state}{pause}\n")
            sys.stderr.flush()

    return tell
