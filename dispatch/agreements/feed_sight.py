"""What a viewer may see of feeds and of the service's own state; ``sight`` decides for all else."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from dispatch.agreements.access import NOBODYS, Resource, fields_of, relation_of
from dispatch.agreements.actions import Action, FieldGroup
from dispatch.agreements.provisions import Withheld
from dispatch.agreements.shapes import Viewer
from dispatch.agreements.sight import Row, let_through, wire_time
from dispatch.model.ids import JurisdictionId

F = FieldGroup


class FeedLike(Protocol):
    """What is looked at of a feed."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def jurisdiction_id(self) -> JurisdictionId: ...
    @property
    def state(self) -> str: ...
    @property
    def since(self) -> datetime: ...
    @property
    def heard_since(self) -> datetime: ...
    @property
    def stale_after_seconds(self) -> float: ...


class FiguresLike(Protocol):
    """What is looked at of a feed's figures."""

    @property
    def heard_at(self) -> datetime | None: ...
    @property
    def newest_fix_at(self) -> datetime | None: ...
    @property
    def units(self) -> int: ...
    @property
    def stale_units(self) -> int: ...
    @property
    def silent_after_seconds(self) -> float: ...


def feed_view(
    feed: FeedLike,
    figures: FiguresLike | None,
    *,
    viewer: Viewer,
    partners: Collection[JurisdictionId] = (),
    withheld: Collection[Withheld] = (),
) -> Row | None:
    """A feed's row; ``figures`` None leaves out what changes with every report.

    ``partners`` and ``withheld`` are those of ``unit_view``: where an agreement hides the places of the
    feed's units, how old these are is hidden too, and the feed is no more than heard or silent:
    neither its state nor its moment tells when they grew old.
    """
    own = viewer.jurisdiction_id == feed.jurisdiction_id
    resource = Resource(owner=feed.jurisdiction_id, partners=frozenset(partners))
    fields = fields_of(Action.READ_FEED, viewer.role, relation_of(viewer.jurisdiction_id, resource))
    if fields is None:
        return None
    if Withheld.EXACT_POSITION in withheld and not own:
        fields -= {F.FEED_FIXES}
    shows_fixes = F.FEED_FIXES in fields
    row: Row = {
        "id": feed.id,
        "name": feed.name,
        "jurisdiction": feed.jurisdiction_id,
        "own": own,
        "state": "live" if feed.state == "stale" and not shows_fixes else str(feed.state),
        "since": wire_time(feed.since if shows_fixes else feed.heard_since),
        "shows_fixes": shows_fixes,
        "stale_after_seconds": feed.stale_after_seconds,
        **({} if figures is None else _figures(figures)),
    }
    return let_through(row, fields)


def service_view(
    *, row_id: str, started_at: datetime, degraded: Collection[Mapping[str, Any]], viewer: Viewer
) -> Row | None:
    """How the service itself is, for whoever is signed in."""
    fields = fields_of(Action.READ_SERVICE, viewer.role, relation_of(viewer.jurisdiction_id, NOBODYS))
    if fields is None:
        return None
    return let_through(
        {"id": row_id, "started_at": wire_time(started_at), "degraded": list(degraded)}, fields
    )


def _figures(figures: FiguresLike) -> Row:
    heard, fix = figures.heard_at, figures.newest_fix_at
    return {
        "heard_at": None if heard is None else wire_time(heard),
        "newest_fix_at": None if fix is None else wire_time(fix),
        "units": figures.units,
        "stale_units": figures.stale_units,
        "silent_after_seconds": figures.silent_after_seconds,
    }
