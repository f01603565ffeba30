"""Signing in, and again where the session has ended; and why the program leaves."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from dispatch.watch.board import Board
from dispatch.watch.link import BoardLink, LinkState, Ports
from dispatch.watch.picture import Frame, Row
from dispatch.watch.rest import Problem, Rest, Server, in_thread
from dispatch.watch.words import Names, names_of

AskPassword = Callable[[bool], str | None]
"""The password; called with True where the last one was wrong. None: nobody can be asked (again)."""

FAILED: Final = 1
"""A line of a batch was not done."""
SIGNED_OUT: Final = 3
REFUSED: Final = 4
UNREACHABLE: Final = 5
BROKEN_PIPE: Final = 141
"""What shells expect of a program whose reader has gone: 128 + SIGPIPE."""
GOODBYE_SECONDS: Final = 1.0
TOO_SOON_SECONDS: Final = 10.0
"""A session that ends sooner than that is not begun again by itself."""


class Left(Exception):
    """The program ends with this code; the sentence, if any, is for standard error."""

    def __init__(self, code: int, sentence: str = "") -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Who watches which service."""

    server: Server
    person: str
    ask_password: AskPassword


class Session:
    """One signed-in person."""

    def __init__(self, whom: Whom) -> None:
        self.whom = whom
        self.rest = Rest(whom.server)
        self._began = float("-inf")

    async def sign_in(self) -> Row:
        """Who signed in. Raises ``Left``."""
        wrong = False
        while True:
            password = self.whom.ask_password(wrong)
            if not password:
                raise Left(SIGNED_OUT, f"{self.whom.person} is not signed in: " + _why(wrong=wrong))
            try:
                who: Row = await in_thread(partial(self.rest.sign_in, self.whom.person, password))
            except Problem as problem:
                wrong = problem.status == 401
                if not wrong:
                    raise Left(_code_of(problem), problem.message) from problem
                continue
            self._began = time.monotonic()
            return who

    async def sign_in_again(self) -> None:
        """After the session has ended. Raises ``Left``."""
        if time.monotonic() - self._began < TOO_SOON_SECONDS:
            raise Left(SIGNED_OUT, "the session ended as soon as it had begun")
        await self.sign_in()

    async def read_region(self) -> tuple[Names, Sequence[Row]]:
        """What things are called, and the usual natures. Raises ``Left``."""
        try:
            region: dict[str, Any] = await in_thread(lambda: self.rest.get("/api/region"))
        except Problem as problem:
            raise Left(_code_of(problem), problem.message) from problem
        natures = [{"name": row} if isinstance(row, str) else row for row in region["natures"]]
        return names_of(region), natures

    def link(self, board: Board, hear: Callable[[str, Frame], None]) -> BoardLink:
        """A link that keeps ``board`` informed; ``hear`` gets each frame as text and as value."""
        return BoardLink(
            Ports(
                server=self.whom.server,
                ticket=lambda: in_thread(self.rest.ticket),
                resume=board.resume,
                on_frame=hear,
                on_link=board.linked,
            )
        )

    async def sign_out(self) -> None:
        """End the session; the server forgets it in time where it cannot be told."""
        with suppress(Problem, TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await in_thread(self.rest.sign_out)


async def follow_on(session: Session, link: BoardLink) -> None:
    """Follow the board for good; sign in again where the session ends. Raises ``Left``."""
    while True:
        if await link.follow() is LinkState.REFUSED:
            raise Left(REFUSED, f"{session.whom.person} may see no board here")
        await session.sign_in_again()


def _why(*, wrong: bool) -> str:
    return "wrong name or password" if wrong else "no password was given"


def _code_of(problem: Problem) -> int:
    if problem.status == 401:
        return SIGNED_OUT
    if problem.status == 403:
        return REFUSED
    return UNREACHABLE
