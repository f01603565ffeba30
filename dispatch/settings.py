"""What an operator may set, read once by ``bootstrap`` from the environment.

Every name is ``DISPATCH_`` plus the field's name in capitals; a ``…_FILE`` variant names a file
that holds the value, for secrets.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dispatch.live.feeds import FeedLimits
from dispatch.model.errors import Invalid

PREFIX = "DISPATCH_"
_FEED_LIMIT = re.compile(r"(.*\S)\s*=\s*(\d+(?:\.\d+)?)(?:/(\d+(?:\.\d+)?))?")
_ORIGIN = re.compile(r"https?://[^/?#@\s]+")
_ADDRESS = re.compile(r"https?://[^/?#@\s]+(?:/[^?#@\s]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The service's settings; the defaults suit one machine with an embedded SQLite.

    ``database_url`` empty means SQLite in ``data_dir``. ``allowed_origins`` are exact origins
    (scheme, host, port) that a browser may come from; empty means the address served.
    ``run_cards`` is a folder of run cards. ``geocoder_url`` is an own Nominatim, asked beside
    the index of names; empty means nobody outside is asked. A place within ``near_border_m`` metres of a
    border is said to be on it. ``secure_cookies`` must stay on behind TLS; ``demo`` turns it off
    and binds to loopback. ``training`` says that nothing here is real, on every page. ``feed_limits``: of
    feeds that need others than the default, by a key's label or id.
    """

    data_dir: Path = Path("var/service")
    region: Path = Path("var/regions/marlow")
    run_cards: Path | None = None
    database_url: str = ""
    database_password: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_origins: tuple[str, ...] = ()
    secure_cookies: bool = True
    geocoder_url: str = ""
    near_border_m: float = 100.0
    demo: bool = False
    training: bool = False
    feed_limits: Mapping[str, FeedLimits] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The SQLAlchemy address of the record."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'dispatch.sqlite3'}"
        if not self.database_password:
            return self.database_url
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            parsed = make_url(self.database_url)
        except ArgumentError as error:
            raise Invalid(f"{PREFIX}DATABASE_URL", "is no database URL") from error
        with_password = parsed.set(password=self.database_password)
        return with_password.render_as_string(hide_password=False)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables. Raises ``Invalid`` naming the variable."""
    default = Settings()
    return Settings(
        data_dir=Path(_text(environ, "DATA_DIR") or default.data_dir),
        region=Path(_text(environ, "REGION") or default.region),
        run_cards=Path(cards) if (cards := _text(environ, "RUN_CARDS")) else None,
        database_url=_text(environ, "DATABASE_URL"),
        database_password=_text(environ, "DATABASE_PASSWORD"),
        host=_text(environ, "HOST") or default.host,
        port=_port(environ, default.port),
        allowed_origins=_origins(environ),
        secure_cookies=_flag(environ, "SECURE_COOKIES", default.secure_cookies),
        geocoder_url=_address(environ, "GEOCODER_URL"),
        near_border_m=_metres(environ, "NEAR_BORDER_M", default.near_border_m),
        demo=False,
        training=_flag(environ, "TRAINING", default.training),
        feed_limits=_feed_limits(environ),
    )


def _text(environ: Mapping[str, str], name: str) -> str:
    file = environ.get(f"{PREFIX}{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Invalid(f"{PREFIX}{name}_FILE", f"{file} cannot be read ({error.strerror})") from error
    return environ.get(PREFIX + name, "").strip()


def _origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    """An origin with a path, or without its scheme, would match no browser's: the board would not open."""
    parts = (part.strip() for part in _text(environ, "ALLOWED_ORIGINS").split(","))
    origins = tuple(part for part in parts if part)
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise Invalid(
                f"{PREFIX}ALLOWED_ORIGINS", f"{origin!r} is no origin, such as https://board.example"
            )
    return origins


def _feed_limits(environ: Mapping[str, str]) -> dict[str, FeedLimits]:
    """``CAD Harlow=300, key_1f…=60/300``: seconds unheard, and after the slash seconds of a fix's age."""
    parts = [part.strip() for part in _text(environ, "FEED_LIMITS").split(",")]
    return dict(_feed_limit(part) for part in parts if part)


def _feed_limit(text: str) -> tuple[str, FeedLimits]:
    found = _FEED_LIMIT.fullmatch(text)
    if found is None:
        raise Invalid(f"{PREFIX}FEED_LIMITS", f"{text!r} is neither feed=seconds nor feed=seconds/seconds")
    name, silent, stale = found.groups()
    try:
        limits = FeedLimits(silent_seconds=float(silent))
        return name, replace(limits, stale_seconds=float(stale)) if stale else limits
    except ValueError as error:
        raise Invalid(f"{PREFIX}FEED_LIMITS", f"{text!r}: {error}") from error


def _address(environ: Mapping[str, str], name: str) -> str:
    text = _text(environ, name)
    if text and not _ADDRESS.fullmatch(text):
        raise Invalid(PREFIX + name, f"{text!r} is no address, such as https://nominatim.example")
    return text


def _metres(environ: Mapping[str, str], name: str, default: float) -> float:
    text = _text(environ, name)
    if not text:
        return default
    if not text.isdecimal() or not 0 <= int(text[:6]) <= 5_000:
        raise Invalid(PREFIX + name, f"{text[:20]!r} is no number of metres from 0 to 5000")
    return float(text)


def _port(environ: Mapping[str, str], default: int) -> int:
    text = _text(environ, "PORT")
    if not text:
        return default
    if not text.isdecimal() or not 0 <= int(text) <= 65_535:
        raise Invalid(f"{PREFIX}PORT", f"{text!r} is no port")
    return int(text)


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = _text(environ, name).lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    if text:
        raise Invalid(PREFIX + name, f"{text!r} is neither true nor false")
    return default
