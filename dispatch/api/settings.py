"""What the edge may be told at start: names it answers to, limits, and where the built board lies."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dispatch.api.rates import Rate
from dispatch.settings import Settings

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """Bounds on what a client may send. ``members`` counts JSON array elements and object members."""

    bytes: int = 256 * 1024
    members: int = 1_024
    seconds: float = 10.0
    batch_bytes: int = 1024 * 1024
    batch_members: int = 12_000
    frame_bytes: int = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """Settings of the HTTP and websocket edge.

    ``allowed_hosts`` are names without ports (``*`` allows any well-formed name); ``allowed_origins``
    are whole origins, ``https://board.example``, accepted beside the origin that a request's own Host
    spells. ``secure_cookies`` false is for the loopback demo only: no TLS, hence no ``__Host-`` cookie.
    """

    allowed_hosts: frozenset[str] = LOOPBACK
    allowed_origins: frozenset[str] = frozenset()
    secure_cookies: bool = True
    demo: bool = False
    training: bool = False
    limits: BodyLimits = field(default_factory=BodyLimits)
    static_directory: Path = Path(__file__).resolve().parent.parent / "static"
    bundle_directory: Path | None = None
    """The region bundle, for ``basemap.pmtiles`` and ``jurisdictions.geojson``."""
    people_rate: Rate = field(default_factory=lambda: Rate(per_second=50, burst=200))
    machine_rate: Rate = field(default_factory=lambda: Rate(per_second=500, burst=2_000))
    session_cookie_seconds: int = 12 * 3600
    hello_seconds: float = 5.0
    frames_per_minute: int = 120

    @property
    def cookie_name(self) -> str:
        """``__Host-`` binds the cookie to this host and to TLS; browsers refuse that prefix without TLS."""
        return "__Host-dispatch_session" if self.secure_cookies else "dispatch_session"


def api_settings(settings: Settings) -> ApiSettings:
    """The edge's part of an operator's settings.

    A service that is told its origins answers to their names and to loopback; another to loopback only.
    """
    names = {urlsplit(origin).hostname for origin in settings.allowed_origins}
    return ApiSettings(
        allowed_hosts=LOOPBACK | {name for name in names if name},
        allowed_origins=frozenset(settings.allowed_origins),
        secure_cookies=settings.secure_cookies and not settings.demo,
        demo=settings.demo,
        training=settings.training,
        bundle_directory=settings.region,
    )
