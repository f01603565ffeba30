"""Areas of legal responsibility, the agencies that answer for them, and their buildings."""

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from dispatch.model.geo import Point
from dispatch.model.ids import HospitalId, JurisdictionId, StationId


class CoverState(StrEnum):
    """Whether a jurisdiction needs aid: not (green), soon (amber), now (red)."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """The EMS organisation that serves a jurisdiction.

    ``siren_factor`` divides road times for emergent responses (a local setting: published
    simulators use 1.10 to 1.43). ``chute_seconds`` is the time from dispatch to wheels rolling.
    ``neris_id`` is a fire department's in NERIS (``FD`` and eight digits); others have none.
    """

    name: str
    telephone: str
    time_zone: str = "UTC"
    siren_factor: float = 1.1
    chute_seconds: int = 60
    neris_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """An area of legal responsibility. ``area`` is a valid (multi)polygon in WGS84."""

    id: JurisdictionId
    name: str
    kind: str
    agency: Agency
    area: BaseGeometry
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A post where a jurisdiction's units wait."""

    id: StationId
    name: str
    jurisdiction_id: JurisdictionId
    position: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """A receiving hospital; it belongs to no jurisdiction."""

    id: HospitalId
    name: str
    position: Point
