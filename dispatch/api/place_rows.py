"""What clients get about places."""

from typing import Literal

from dispatch.api.rows import Row
from dispatch.routing.gazetteer.place import PlaceKind


class PlaceRow(Row):
    """One place that a text may mean. ``where`` is its town, or of a typed point its address.

    ``match``: every word was typed (exact), begins a word (begins), or something is misspelt (close).
    ``without_number``: the house number that was asked for and that nobody knows: the position is the
    street's. ``outside``: the geocoder outside says so.
    """

    name: str
    kind: PlaceKind
    lon: float
    lat: float
    jurisdiction: str | None
    where: str
    match: Literal["exact", "begins", "close"]
    without_number: str
    outside: bool


class PlacesRow(Row):
    """At most ten places, best first. ``index``: whether the region has an index of names at all."""

    index: Literal["ready", "missing"]
    outside: Literal["off", "not_asked", "answered", "failed"]
    rows: list[PlaceRow]


class NearRow(Row):
    """Something with a name, and how many metres away it is."""

    name: str
    distance_m: float


class PointRow(Row):
    """A point. ``inside`` are all jurisdictions that it lies in, the one in charge first.

    ``border_m``: metres to the nearest border of that one, null without any; ``beyond``: who lies behind it.
    ``notice`` says what a dispatcher should know of the border, empty where that is far.
    """

    lon: float
    lat: float
    jurisdiction: str | None
    inside: list[str]
    border_m: float | None
    beyond: str | None
    near_border: bool
    notice: str
    index: Literal["ready", "missing"]
    address: str
    house: NearRow | None
    street: NearRow | None
    crossing: NearRow | None
