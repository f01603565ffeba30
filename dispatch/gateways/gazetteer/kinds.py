"""Which kind of place a named OpenStreetMap object is."""

from collections.abc import Mapping, Sequence
from typing import Final

from dispatch.routing.gazetteer.place import PlaceKind

SETTLEMENT_REACH_M: Final = {
    "city": 9_000.0,
    "town": 5_000.0,
    "borough": 3_000.0,
    "suburb": 2_000.0,
    "village": 2_500.0,
    "quarter": 1_200.0,
    "neighbourhood": 800.0,
    "hamlet": 1_200.0,
}
"""Values of ``place`` that people live in, and how far from the node one still says one is there."""

NO_STREETS: Final = frozenset(
    {
        "bus_stop",
        "platform",
        "proposed",
        "construction",
        "rest_area",
        "services",
        "elevator",
        "traffic_signals",
    }
)
"""Values of ``highway`` that are no way."""

_HOSPITALS: Final = frozenset({"hospital"})
_CARE_HOMES: Final = frozenset({"nursing_home", "assisted_living", "group_home", "hospice"})
_SCHOOLS: Final = frozenset({"school", "kindergarten", "college", "university", "childcare"})
_SIGNS: Final[Sequence[tuple[PlaceKind, Mapping[str, frozenset[str]]]]] = (
    (PlaceKind.HOSPITAL, dict.fromkeys(("amenity", "healthcare", "building"), _HOSPITALS)),
    (PlaceKind.CARE_HOME, dict.fromkeys(("amenity", "social_facility"), _CARE_HOMES)),
    (PlaceKind.SCHOOL, dict.fromkeys(("amenity", "building"), _SCHOOLS)),
    (
        PlaceKind.TRANSPORT,
        {
            "railway": frozenset({"station", "halt", "tram_stop", "subway_entrance"}),
            "public_transport": frozenset({"station"}),
            "amenity": frozenset({"bus_station", "ferry_terminal"}),
            "aeroway": frozenset({"aerodrome", "terminal", "helipad", "heliport"}),
            "highway": frozenset({"bus_stop"}),
        },
    ),
)
"""Values of keys that tell a kind; the first that fits counts."""
_LANDMARKS: Final = (
    "amenity", "healthcare", "shop", "leisure", "tourism", "office", "building", "historic", "craft", "club",
    "emergency", "man_made", "natural", "landuse", "social_facility", "military", "sport", "bridge", "tunnel",
    "place", "highway",
)  # fmt: skip
"""A named object with one of these keys is worth finding. Lines of transport and borders have none."""
_NO_LANDMARKS: Final = frozenset(
    {"surveillance", "signal", "survey_point", "utility_pole", "crossing", "level"}
)


def find_kind(tags: Mapping[str, str]) -> PlaceKind | None:
    """The kind of a named object that is no way; None for what nobody would be sent to."""
    if tags.get("place") in SETTLEMENT_REACH_M:
        return PlaceKind.TOWN
    told = next((kind for kind, signs in _SIGNS if any(tags.get(key) in signs[key] for key in signs)), None)
    if told is not None:
        return told
    dull = any(tags.get(key, "") in _NO_LANDMARKS for key in ("man_made", "railway", "highway"))
    return PlaceKind.LANDMARK if not dull and any(key in tags for key in _LANDMARKS) else None
