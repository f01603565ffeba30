"""Places that can be found by name, and what is near a point."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.routing.gazetteer.likeness import Match


class PlaceKind(StrEnum):
    """What a place is."""

    STREET = "street"
    CROSSING = "crossing"
    HOUSE = "house"
    TOWN = "town"
    """A town, village, suburb or quarter."""
    EXIT = "exit"
    """Of a motorway."""
    HOSPITAL = "hospital"
    CARE_HOME = "care_home"
    SCHOOL = "school"
    TRANSPORT = "transport"
    """A railway or bus station, an airport, a stop."""
    STATION = "station"
    """Where units wait."""
    LANDMARK = "landmark"
    """Anything else that has a name of its own."""
    POINT = "point"
    """A longitude and a latitude, as they were typed."""


SAID_OF: Final = {
    PlaceKind.HOSPITAL: "hospital",
    PlaceKind.CARE_HOME: "care nursing home",
    PlaceKind.SCHOOL: "school",
    PlaceKind.TRANSPORT: "station stop",
    PlaceKind.STATION: "station",
    PlaceKind.EXIT: "exit",
}
"""Words that people add to the name of such a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place by its name. ``town`` is the settlement around it, or the jurisdiction's name."""

    name: str
    kind: PlaceKind
    position: Point
    town: str = ""
    street: int | None = None
    """The number of a street in the index of names: what its crossings are looked up by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One answer to a text.

    ``without_number`` is a house number that was asked for and that the index does not know: the position
    is only the street's. ``outside``: another service than our own index says so.
    """

    place: Place
    match: Match
    score: float
    jurisdiction_id: JurisdictionId | None = None
    without_number: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Something with a name beside a point, and how far away."""

    name: str
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What lies beside a point: each None where nothing of the kind is near."""

    house: Near | None = None
    street: Near | None = None
    crossing: Near | None = None
    """Of the nearest street with another."""
