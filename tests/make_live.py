"""Units, states and reports for tests of the live picture and of what builds on it."""

from datetime import UTC, datetime, timedelta

from dispatch.live.picture import Picture
from dispatch.live.report import PositionReport
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, StationId, UnitId
from dispatch.model.unit import Unit, UnitState, UnitStatus, UnitType

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def make_unit(
    unit_id: str = "a1",
    *,
    jurisdiction: str = "ashton",
    unit_type: UnitType = UnitType.ALS_AMBULANCE,
    station: str | None = None,
) -> Unit:
    return Unit(
        id=UnitId(unit_id),
        call_sign=unit_id.upper(),
        jurisdiction_id=JurisdictionId(jurisdiction),
        unit_type=unit_type,
        station_id=StationId(station) if station else None,
    )


def make_picture(*units: Unit) -> Picture:
    return Picture({unit.id: unit for unit in units or (make_unit(),)})


def make_state(
    unit_id: str = "a1",
    status: UnitStatus = UnitStatus.AVAILABLE,
    *,
    at: float = 0,
    version: int = 1,
) -> UnitState:
    return UnitState(
        unit_id=UnitId(unit_id),
        status=status,
        changed_at=after(at),
        reported_at=after(at),
        source="cad",
        version=version,
    )


def make_position_report(
    unit_id: str = "a1",
    *,
    at: float = 0,
    lon: float = 9.0,
    lat: float = 45.0,
    source: str = "avl",
    speed_mps: float | None = None,
    seq: int | None = None,
) -> PositionReport:
    return PositionReport(
        unit_id=UnitId(unit_id),
        position=Point(lon=lon, lat=lat),
        at=after(at),
        source=source,
        speed_mps=speed_mps,
        seq=seq,
    )
