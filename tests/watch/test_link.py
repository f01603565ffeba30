"""The link: patience, pauses, ends; on a socket that does what the test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve

from dispatch.watch import link as link_module
from dispatch.watch.link import BoardLink, Link, LinkState, Ports, backoff_seconds
from dispatch.watch.picture import Frame
from dispatch.watch.rest import Problem, Server

pytestmark = pytest.mark.anyio

SNAPSHOT, BEAT = '{"type":"snapshot","seq":3}', '{"type":"beat","seq":3}'
S = LinkState
Play = Callable[[ServerConnection], Awaitable[None]]


@dataclass
class Stage:
    """What the server does with each socket in turn, and what the link made of it."""

    plays: list[Play]
    tickets: list[str | Problem] = field(default_factory=list)
    hellos: list[dict[str, Any]] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def states(self) -> list[LinkState]:
        return [link.state for link in self.links]

    async def ticket(self) -> str:
        ticket = self.tickets.pop(0) if self.tickets else "t"
        if isinstance(ticket, Problem):
            raise ticket
        return ticket

    def hear(self, text: str, frame: Frame) -> None:
        self.frames.append(text)

    async def play(self, socket: ServerConnection) -> None:
        assert socket.request
        self.headers = dict(socket.request.headers.raw_items())
        self.hellos.append(json.loads(await socket.recv()))
        await self.plays.pop(0)(socket)


@asynccontextmanager
async def following(stage: Stage) -> AsyncIterator[asyncio.Task[LinkState]]:
    async with serve(stage.play, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        link = BoardLink(
            Ports(
                server=Server(scheme="http", host="127.0.0.1", port=port),
                ticket=stage.ticket,
                resume=lambda: {"epoch": "e", "seq": 3} if stage.frames else None,
                on_frame=stage.hear,
                on_link=stage.links.append,
                chance=lambda: 0.0,
            )
        )
        task = asyncio.create_task(link.follow())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def sends(*texts: str, then: int = 1000) -> Play:
    async def play(socket: ServerConnection) -> None:
        for text in texts:
            await socket.send(text)
        await socket.close(then)

    return play


async def falls_silent(socket: ServerConnection) -> None:
    await socket.send(SNAPSHOT)
    await socket.wait_closed()


async def test_hello_carries_the_ticket_and_where_the_board_was_and_the_origin_is_the_servers_own() -> None:
    stage = Stage([sends(SNAPSHOT), sends(then=4403)])
    async with following(stage) as task:
        assert await task is S.REFUSED
    assert stage.hellos == [
        {"type": "hello", "ticket": "t", "resume": None},
        {"type": "hello", "ticket": "t", "resume": {"epoch": "e", "seq": 3}},
    ]
    assert stage.headers["Origin"] == f"http://{stage.headers['Host']}"
    assert stage.states == [S.CONNECTING, S.LIVE, S.LOST, S.RESYNCING, S.REFUSED]


async def test_only_rows_make_it_live_and_frames_come_as_they_were() -> None:
    stage = Stage([sends(BEAT), sends(SNAPSHOT, BEAT), sends(then=4403)])
    async with following(stage) as task:
        await task
    assert stage.states == [S.CONNECTING, S.LOST, S.CONNECTING, S.LIVE, S.LOST, S.RESYNCING, S.REFUSED]
    assert stage.frames == [BEAT, SNAPSHOT, BEAT]
    assert [link.attempt for link in stage.links] == [0, 1, 1, 0, 1, 1, 1]


async def test_silence_is_a_lost_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "SILENCE_SECONDS", 0.2)
    stage = Stage([falls_silent, sends(then=4403)])
    async with following(stage) as task:
        await task
    assert S.LOST in stage.states


async def test_a_server_that_accepts_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "FIRST_FRAME_SECONDS", 0.3)

    async def says_nothing(socket: ServerConnection) -> None:
        await socket.wait_closed()

    stage = Stage([says_nothing, sends(then=4403)])
    async with following(stage) as task:
        await task
    assert stage.states[:2] == [S.CONNECTING, S.LOST]


async def test_half_a_frame_begins_a_new_socket() -> None:
    stage = Stage([sends('{"type":"snap'), sends(SNAPSHOT), sends(then=4403)])
    async with following(stage) as task:
        await task
    assert stage.frames == [SNAPSHOT]


async def test_no_answer_at_the_door_is_tried_again_and_401_ends_it() -> None:
    stage = Stage(
        [], tickets=[Problem(0, "no_answer", ""), Problem(503, "unavailable", ""), Problem(401, "x", "")]
    )
    async with following(stage) as task:
        assert await task is S.SIGNED_OUT
    assert [link.attempt for link in stage.links] == [0, 1, 1, 2, 2, 2]


async def test_4401_ends_it_only_if_the_door_says_so_too() -> None:
    """A ticket that a restarted server never issued is answered with 4401 as well."""
    ended = Problem(401, "unauthenticated", "no such session")
    stage = Stage([sends(then=4401), sends(SNAPSHOT, then=4401)], tickets=["t1", "t2", "t3", ended])
    async with following(stage) as task:
        assert await task is S.SIGNED_OUT
    assert stage.frames == [SNAPSHOT]


async def test_a_fault_of_ours_is_no_lost_socket() -> None:
    def break_down(text: str, frame: Frame) -> None:
        raise ZeroDivisionError

    stage = Stage([sends(SNAPSHOT)])
    stage.hear = break_down  # type: ignore[method-assign]
    async with following(stage) as task:
        with pytest.raises(ZeroDivisionError):
            await task


@given(attempt=st.integers(0, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_pauses_grow_to_four_seconds_and_are_spread_from_the_first_one_on(
    attempt: int, chance: float
) -> None:
    ceiling = min(4.0, 0.4 * 2 ** min(attempt, 10))
    assert backoff_seconds(attempt, lambda: 0.0) == 0.2
    assert 0.2 <= backoff_seconds(attempt, lambda: chance) <= 0.2 + ceiling
