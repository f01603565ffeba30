"""The server's REST door, as one signed-in person.

Plain ``http.client``: no proxy, no redirect, and the cookie goes to this one server only. Calls block;
``in_thread`` keeps them off the loop.
"""

import asyncio
import contextlib
import http.client
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

from dispatch.model.errors import Invalid

T = TypeVar("T")

TIMEOUT_SECONDS: Final = 10.0
RETRY_AFTER_SECONDS: Final = (0.4, 1.2)
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"http": 80, "https": 443}


class Problem(Exception):
    """An answer that is not a success: the server's problem document, or no answer at all (``status`` 0)."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details = status, code, message, details or {}

    @property
    def unconfirmed(self) -> bool:
        """Whether nobody can say if the server acted: the connection failed before its answer."""
        return self.status == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the service is. ``host`` without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """As a browser would spell it: the service compares it byte for byte."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")

    @property
    def board_url(self) -> str:
        """The board's websocket."""
        return f"ws{self.origin.removeprefix('http')}/api/board"

    @property
    def is_in_clear(self) -> bool:
        """Whether passwords would cross a network readable by others."""
        return self.scheme == "http" and self.host not in LOOPBACK


def parse_server(text: str) -> Server:
    """``http://127.0.0.1:8000`` or ``https://board.example``. Raises ``Invalid``."""
    try:
        parts = urlsplit(text.rstrip("/"))
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise Invalid("--server", f"{text!r} is no address: {error}") from error
    bare = not (parts.path or parts.query or parts.fragment or parts.username)
    if parts.scheme not in _PORTS or not host or not bare:
        raise Invalid("--server", f"{text!r} is no address, such as https://board.example")
    return Server(scheme=parts.scheme, host=host, port=port or _PORTS[parts.scheme])


class Rest:
    """One person's way to the server. Every method that talks raises ``Problem``."""

    def __init__(self, server: Server, *, pause: Callable[[float], None] = time.sleep) -> None:
        self.server = server
        self._pause = pause
        self._cookie = ""
        self._csrf = ""

    def sign_in(self, person: str, password: str) -> dict[str, Any]:
        """Sign in; answers who that is. The password is kept nowhere."""
        self._cookie = self._csrf = ""
        said = self.post("/api/sign-in", {"person": person, "password": password})
        self._csrf = said["csrf"]
        who: dict[str, Any] = said["person"]
        return who

    def sign_out(self) -> None:
        """End the session; of no consequence where it has ended already."""
        if self._cookie:
            self.post("/api/sign-out", {})
            self._cookie = self._csrf = ""

    def ticket(self) -> str:
        """A single-use ticket for the board's socket."""
        return str(self.post("/api/board/ticket", {})["ticket"])

    def get(self, path: str) -> Any:
        """What is at ``path``."""
        return self._ask("GET", path, None, "")

    def post(self, path: str, body: dict[str, Any], key: str = "") -> Any:
        """One POST; ``key`` makes a repetition of it safe."""
        return self._ask("POST", path, body, key)

    def command(self, path: str, body: dict[str, Any]) -> Any:
        """POST until the server has answered, three times at most, always under the same key."""
        key = secrets.token_hex(16)
        for seconds in RETRY_AFTER_SECONDS:
            try:
                return self.post(path, body, key)
            except Problem as problem:
                if not problem.unconfirmed:
                    raise
                self._pause(seconds)
        return self.post(path, body, key)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None, key: str) -> Any:
        headers = {"Accept": "application/json", "Origin": self.server.origin}
        if self._cookie:
            headers["Cookie"] = self._cookie
        if self._csrf:
            headers["X-CSRF-Token"] = self._csrf
        if key:
            headers["Idempotency-Key"] = key
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = self._connect()
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            self._keep_cookie(answer)
        except (OSError, http.client.HTTPException) as error:
            raise Problem(0, "no_answer", f"the server did not answer ({_because(error)})") from error
        finally:
            connection.close()
        return _read(answer.status, text)

    def _connect(self) -> http.client.HTTPConnection:
        server = self.server
        if server.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
            )
        return http.client.HTTPConnection(server.host, server.port, timeout=TIMEOUT_SECONDS)

    def _keep_cookie(self, answer: http.client.HTTPResponse) -> None:
        said = answer.headers.get("Set-Cookie", "")
        cookie, *attributes = [part.strip() for part in said.split(";")]
        if not cookie.partition("=")[2]:
            return
        if self.server.is_in_clear and "secure" in [each.lower() for each in attributes]:
            raise Problem(0, "needs_tls", "the server lets people sign in over https:// only")
        self._cookie = cookie


def path_of(*parts: str) -> str:
    """``/api/…`` of these parts, each quoted."""
    return "/api/" + "/".join(quote(part, safe="") for part in parts)


async def in_thread(call: Callable[[], T]) -> T:
    """Run a blocking call beside the loop. Leaving does not wait for it, as it would for an executor."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(put: Callable[[], None]) -> None:
        if not done.done():
            put()

    def run() -> None:
        try:
            put = partial(done.set_result, call())
        except Exception as error:  # noqa: BLE001 -- it is raised where the call is awaited
            put = partial(done.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop has gone, and so has whoever asked
            loop.call_soon_threadsafe(settle, put)

    threading.Thread(target=run, daemon=True).start()
    return await done


def _read(status: int, text: bytes) -> Any:
    try:
        said = json.loads(text) if text else None
    except ValueError:
        said = None
    if 200 <= status < 300:
        return said
    if not isinstance(said, dict):
        raise Problem(status, "error", f"the server answered {status}")
    message = str(said.get("message") or f"the server answered {status}")
    details = said.get("details")
    raise Problem(
        status, str(said.get("code", "error")), message, details if isinstance(details, dict) else {}
    )


def _because(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
