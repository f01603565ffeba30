"""A region: the places, agencies and fleet that one deployment knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.model.geo import Point
from dispatch.model.ids import HospitalId, JurisdictionId, StationId, UnitId
from dispatch.model.jurisdiction import Hospital, Jurisdiction, Station
from dispatch.model.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Everything that a bundle says, but for its roads, basemap and agreements.

    ``attribution`` must be shown on every screen and in every export. ``fictional`` regions say so
    too. ``notes`` are the builder's declared omissions ("turn restrictions: honoured by …").
    """

    name: str
    fictional: bool
    attribution: tuple[str, ...]
    time_zone: str
    centre: Point
    bbox: tuple[float, float, float, float]
    jurisdictions: Mapping[JurisdictionId, Jurisdiction]
    stations: Mapping[StationId, Station]
    hospitals: Mapping[HospitalId, Hospital]
    units: Mapping[UnitId, Unit]
    roads_as_of: datetime | None = None
    notes: tuple[str, ...] = ()
    digest: str = ""
    """SHA-256 over the bundle's files, hex: what the journal names as the region in force."""
    sample_fleet: bool = False
    """Whether stations, units and agreements were made up for a real place."""
    calls: Mapping[str, object] = field(default_factory=dict)
    """Pattern of calls for simulations: ``hour_of_week`` (168 shares) and ``natures``."""

    def home_of(self, unit: Unit) -> Point | None:
        """Where the unit waits, or None for a unit without a station."""
        return self.stations[unit.station_id].position if unit.station_id else None
