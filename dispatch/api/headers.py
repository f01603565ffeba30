"""Security headers on every answer, and whose pages may talk to us.

No CORS header is ever sent: boards are served from the same origin. CORS would not guard websockets
anyway, so ``is_own_origin`` is asked by hand for mutations by cookie and for the board's socket.
"""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.api.settings import ApiSettings

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "X-Frame-Options": "DENY",
}
HSTS: Final = "max-age=31536000"


class SecurityHeaders:
    """Pure ASGI: adds the headers to every HTTP answer, the guard's refusals included."""

    def __init__(self, app: ASGIApp, *, settings: ApiSettings) -> None:
        self._app = app
        secure = {"Strict-Transport-Security": HSTS} if settings.secure_cookies else {}
        self._headers = {**SECURITY_HEADERS, **secure}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


def is_own_origin(scope: Scope, settings: ApiSettings) -> bool:
    """Whether the page that asks was served by us: scheme, host and port all equal, byte for byte.

    A missing, repeated, ``null`` or differently spelled Origin is not ours.
    """
    headers = Headers(scope=scope)
    origins = headers.getlist("origin")
    if len(origins) != 1:
        return False
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    own = f"{scheme}://{headers.get('host', '')}"
    return origins[0] == own or origins[0] in settings.allowed_origins
