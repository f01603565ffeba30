"""The board's websocket: a ticket first, then everything from the hub, and hardly anything back.

The browser would send its cookie to any page's socket (CORS does not guard websockets): so the origin
is checked by hand and the socket is opened by a single-use ticket, never by cookie or URL. Close codes:
4400 bad hello or message, 4401 signed out, 4403 origin or right, 1008 too many messages, 1009 too big,
1013 too slow, 1012 restart.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog
from fastapi import APIRouter
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from dispatch.agreements.actions import Action
from dispatch.api.auth import Edge, get_edge
from dispatch.api.headers import is_own_origin
from dispatch.api.json_scan import find_flaw
from dispatch.api.operation import operation
from dispatch.api.rates import Buckets, Rate
from dispatch.api.schemas import HelloFrame, PingFrame
from dispatch.api.sockets import SocketSink, Verdict, close_socket, sink_for
from dispatch.model.errors import Forbidden, TooMany, Unauthenticated, Unavailable
from dispatch.services.hub import Board, Resume
from dispatch.services.tickets import Signed

log = structlog.get_logger(__name__)
router = APIRouter()

MESSAGES: Final[Mapping[str, Action]] = {"hello": Action.JOIN_BOARD, "ping": Action.BOARD_PING}
"""Every message that a board may send, and the right it needs."""

MAX_MEMBERS: Final = 16
BAD_MESSAGE: Final = Verdict(4400, "bad message")
LEFT: Final = Verdict(1000, "left")


class Ended(Exception):
    """This socket is over, for the reason in ``verdict``."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


@router.websocket("/api/board")
@operation(Action.JOIN_BOARD)
async def serve_board(socket: WebSocket) -> None:
    """Hello with a ticket; then the snapshot and all that follows."""
    await socket.accept()
    try:
        verdict = await _serve(socket, get_edge(socket))
    except Ended as ended:
        verdict = ended.verdict
    except WebSocketDisconnect:
        return
    if verdict is not LEFT:
        await close_socket(socket, verdict)


async def _serve(socket: WebSocket, edge: Edge) -> Verdict:
    if not is_own_origin(socket.scope, edge.settings):
        raise Ended(Verdict(4403, "origin not allowed"))
    hello = await _receive_hello(socket, edge)
    try:
        signed = edge.services.identity.redeem_ticket(hello.ticket)
    except Unauthenticated as error:
        raise Ended(Verdict(4401, "ticket unknown or spent")) from error
    sink = sink_for(socket.scope)
    board = _join(edge, signed, sink, hello)
    try:
        return await _run(socket, edge, signed, sink)
    finally:
        edge.services.hub.leave(board)


async def _receive_hello(socket: WebSocket, edge: Edge) -> HelloFrame:
    try:
        async with asyncio.timeout(edge.settings.hello_seconds):
            text = await _receive_text(socket, edge)
    except TimeoutError as error:
        raise Ended(Verdict(4400, "no hello in time")) from error
    try:
        return HelloFrame.model_validate_json(text)
    except ValidationError as error:
        raise Ended(Verdict(4400, "bad hello")) from error


def _join(edge: Edge, signed: Signed, sink: SocketSink, hello: HelloFrame) -> Board:
    who = signed.principal
    me = {"person": who.id, "role": who.role.value, "jurisdiction": who.jurisdiction_id}
    resume = Resume(epoch=hello.resume.epoch, seq=hello.resume.seq) if hello.resume else None
    try:
        return edge.services.hub.join(who, sink, session_id=signed.session_id, me=me, resume=resume)
    except Forbidden as error:
        raise Ended(Verdict(4403, "no board for this role")) from error
    except Unavailable as error:
        raise Ended(Verdict(1013, "try again")) from error


async def _run(socket: WebSocket, edge: Edge, signed: Signed, sink: SocketSink) -> Verdict:
    """Until the hub, the client or the session's end stops it, whichever comes first."""
    left_seconds = (signed.expires_at - edge.clock()).total_seconds()
    sending = asyncio.create_task(sink.run(socket))
    listening = asyncio.create_task(_listen(socket, edge))
    try:
        done, _ = await asyncio.wait(
            {sending, listening}, timeout=max(0.0, left_seconds), return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        sending.cancel()
        listening.cancel()
        await asyncio.gather(sending, listening, return_exceptions=True)
    if sending in done:
        return sending.result()
    return listening.result() if listening in done else Verdict(4401, "session expired")


async def _listen(socket: WebSocket, edge: Edge) -> Verdict:
    """A ping now and then is all that a board says after its hello."""
    per_minute = edge.settings.frames_per_minute
    rate = Buckets(Rate(per_second=per_minute / 60, burst=per_minute))
    while True:
        try:
            PingFrame.model_validate_json(await _receive_text(socket, edge))
            rate.take("")
        except ValidationError:
            return BAD_MESSAGE
        except TooMany:
            return Verdict(1008, "too many messages")
        except Ended as ended:
            return ended.verdict
        except WebSocketDisconnect:
            return LEFT


async def _receive_text(socket: WebSocket, edge: Edge) -> str:
    """One text message, bounded and safe to parse. Raises ``Ended``, ``WebSocketDisconnect``."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None:
        raise Ended(BAD_MESSAGE)
    # The server bounds messages too, when told; this holds under any server.
    if len(text) > edge.settings.limits.frame_bytes:
        raise Ended(Verdict(1009, "message too big"))
    if find_flaw(text.encode("utf-8", "replace"), max_members=MAX_MEMBERS):
        raise Ended(BAD_MESSAGE)
    return str(text)
