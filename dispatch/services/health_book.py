"""How the feeds and the service itself are, as of the last look: a part of the read-model."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from dispatch.live.feeds import FeedState
from dispatch.live.listening import Listening
from dispatch.live.losses import Loss
from dispatch.model.ids import JurisdictionId

SERVICE_ID: Final = "service"
"""The one row of its table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as boards show it; another value is another row for boards that see what differs.

    ``since``: of the state; ``heard_since``: since when it is heard, or is silent, whatever its positions.
    """

    id: str
    name: str
    jurisdiction_id: JurisdictionId
    state: FeedState
    since: datetime
    heard_since: datetime
    stale_after_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFigures:
    """What changes with every report, and goes to the boards with the beat.

    ``units``: for how many it speaks; ``stale_units``: how many of those in service have an old position.
    """

    heard_at: datetime | None
    newest_fix_at: datetime | None
    units: int
    stale_units: int
    silent_after_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How the process is. ``losses``: what is lost, and since when."""

    started_at: datetime
    losses: tuple[tuple[Loss, datetime], ...] = ()


class HealthBook:
    """``listening`` is written to by the intake, all else by the watches."""

    def __init__(self) -> None:
        self.listening = Listening()
        self.feeds: dict[str, Feed] = {}
        self.figures: dict[str, FeedFigures] = {}
        self.service: Service | None = None
        self._entries: dict[str, tuple[bytes, bytes]] = {}

    def put_figures(self, figures: dict[str, FeedFigures]) -> None:
        """Take the figures of another look."""
        self.figures = figures
        self._entries = {}

    def ages_entry(self, feed_id: str, *, shows_fixes: bool) -> bytes | None:
        """The feed's entry in the beat, ``[id, heard, newest fix, units, stale, silent after]``, times in ms.

        Encoded once for all boards; without ``shows_fixes`` newest fix and stale units are null.
        """
        figures = self.figures.get(feed_id)
        if figures is None:
            return None
        if feed_id not in self._entries:
            self._entries[feed_id] = _encode(feed_id, figures)
        return self._entries[feed_id][0 if shows_fixes else 1]


def _encode(feed_id: str, figures: FeedFigures) -> tuple[bytes, bytes]:
    heard, fix = _ms(figures.heard_at), _ms(figures.newest_fix_at)
    limit = round(figures.silent_after_seconds)
    whole = [feed_id, heard, fix, figures.units, figures.stale_units, limit]
    return orjson.dumps(whole), orjson.dumps([feed_id, heard, None, figures.units, None, limit])


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
