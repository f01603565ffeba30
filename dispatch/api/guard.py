"""The first thing a request meets: pure ASGI, and nothing behind it sees a request that it refused.

It checks the host, the method and the content type, bounds the body while it streams in (with or
without a content-length), and refuses texts that a parser should not see (``json_scan``). Whatever
goes wrong behind it is logged with the request's trace and answered as a problem document.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.api.errors import problem, trace_of
from dispatch.api.json_scan import find_flaw
from dispatch.api.settings import ApiSettings

log = structlog.get_logger(__name__)

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"})
WITH_BODY: Final = frozenset({"POST", "PUT", "DELETE"})
BATCH_PATHS: Final = frozenset({"/api/feeds/reports/batch"})
AGREEMENT_PATHS: Final = "/api/agreements"
PROBES: Final = frozenset({"/livez", "/readyz"})
"""Asked by machines that name us by address; they learn nothing but health."""

_HOST: Final = re.compile(r"(?P<name>[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?", re.IGNORECASE)
_CLOSE: Final = {"Connection": "close"}


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that goes no further; ``code`` is one of ``errors.STATUS``."""

    code: str
    message: str
    path: str = ""
    headers: Mapping[str, str] | None = None


class Disconnected(Exception):
    """The client went away while its body was read: nobody is left to answer."""


class Guard:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, *, settings: ApiSettings) -> None:
        self._app = app
        self._allowed_hosts = settings.allowed_hosts
        self._limits = settings.limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._guard_http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._guard_websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _guard_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            refused = self._find_refusal(scope)
            if refused is None and scope["method"] in WITH_BODY:
                body = await self._read_body(scope, receive)
                refused = body if isinstance(body, Refused) else self._find_body_refusal(scope, body)
                if isinstance(body, bytes):
                    receive = _replay(body, receive)
        except Disconnected:
            return
        if refused:
            details = {"path": refused.path} if refused.path else {}
            answer = problem(scope, refused.code, refused.message, details=details, headers=refused.headers)
            await answer(scope, receive, send)
        else:
            await self._run(scope, receive, send)

    async def _guard_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._find_host_refusal(scope):
            await send({"type": "websocket.close", "code": 4400, "reason": "host not allowed"})
            return
        try:
            await self._app(scope, receive, send)
        except Exception:
            # Uvicorn then closes the socket; the client comes back and resyncs.
            log.exception("api.board_fault", trace=trace_of(scope))
            raise

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            log.exception("api.fault", trace=trace_of(scope), method=scope["method"], path=scope["path"])
            if not started:
                await problem(scope, "internal", "a fault of ours")(scope, receive, send)

    def _find_refusal(self, scope: Scope) -> Refused | None:
        if scope["method"] not in METHODS:
            allow = {"Allow": ", ".join(sorted(METHODS))}
            return Refused("method_not_allowed", "no such method here", headers=allow)
        return None if scope["path"] in PROBES else self._find_host_refusal(scope)

    def _find_host_refusal(self, scope: Scope) -> Refused | None:
        hosts = Headers(scope=scope).getlist("host")
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if match is None:
            return Refused("host_not_allowed", "exactly one well-formed Host is needed")
        if "*" in self._allowed_hosts or match["name"].lower() in self._allowed_hosts:
            return None
        return Refused("host_not_allowed", "this service does not answer to that name")

    async def _read_body(self, scope: Scope, receive: Receive) -> bytes | Refused:
        limit = self._limits.batch_bytes if scope["path"] in BATCH_PATHS else self._limits.bytes
        too_large = Refused("body_too_large", f"a body may hold {limit} bytes", headers=_CLOSE)
        declared = Headers(scope=scope).get("content-length", "0")
        if not (declared.isascii() and declared.isdigit()):
            return Refused("malformed_request", "content-length is not a number", headers=_CLOSE)
        if len(declared) > 18 or int(declared) > limit:
            return too_large
        try:
            async with asyncio.timeout(self._limits.seconds):
                body = await _gather(receive, limit=limit)
                return too_large if body is None else body
        except TimeoutError:
            return Refused("body_too_slow", "the body took too long", headers=_CLOSE)

    def _find_body_refusal(self, scope: Scope, body: bytes) -> Refused | None:
        if not body:
            return None
        headers = Headers(scope=scope)
        media_type, _, parameters = headers.get("content-type", "").partition(";")
        if media_type.strip().lower() != "application/json" or headers.get("content-encoding"):
            return Refused("unsupported_media_type", "bodies are plain application/json")
        if parameters.strip().lower().replace('"', "") not in ("", "charset=utf-8"):
            return Refused("unsupported_media_type", "bodies are UTF-8")
        # An agreement's longest text has thousands of members; its bytes are bounded like any other's.
        batch = scope["path"] in BATCH_PATHS or scope["path"].startswith(AGREEMENT_PATHS)
        flaw = find_flaw(body, max_members=self._limits.batch_members if batch else self._limits.members)
        return Refused(flaw.code, flaw.message, flaw.path) if flaw else None


async def _gather(receive: Receive, *, limit: int) -> bytes | None:
    """The whole body, or None when it grew beyond ``limit``. Raises ``Disconnected``."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that hands out ``body`` at once and then passes on what comes (a disconnect)."""
    pending = True

    async def replay() -> Message:
        nonlocal pending
        if pending:
            pending = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay
