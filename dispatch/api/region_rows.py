"""What clients get about the region in force."""

from dispatch.api.rows import OpenRow, Row, WireTime
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType


class LabelRow(Row):
    """What a stranger may know: which region this is, and whether it is made up, or nothing here is real."""

    name: str
    fictional: bool
    sample_fleet: bool
    demo: bool
    training: bool


class JurisdictionRow(Row):
    """A jurisdiction and whom to telephone there."""

    id: str
    name: str
    kind: str
    agency_name: str
    telephone: str
    time_zone: str


class HospitalRow(Row):
    """A hospital."""

    id: str
    name: str
    lon: float
    lat: float


class StationRow(Row):
    """A station or post."""

    id: str
    name: str
    jurisdiction: str
    lon: float
    lat: float


class NatureRow(OpenRow):
    """What callers report, as the region's file has it, with the usual priority and need."""

    name: str
    priority: Priority | None = None
    need: UnitType | None = None


class RegionRow(Row):
    """The region without its geometry. ``attribution`` must be shown on every screen."""

    name: str
    fictional: bool
    sample_fleet: bool
    attribution: list[str]
    time_zone: str
    centre: tuple[float, float]
    """Longitude, latitude."""
    bbox: tuple[float, float, float, float]
    """West, south, east, north."""
    roads_as_of: WireTime | None
    notes: list[str]
    jurisdictions: list[JurisdictionRow]
    hospitals: list[HospitalRow]
    stations: list[StationRow]
    natures: list[NatureRow | str]
