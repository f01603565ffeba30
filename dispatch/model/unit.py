"""Units and their statuses.

Types and statuses follow NENA EIDO registries and NEMSIS 3.5.1 eResponse.07 and eTimes; the
transitions are ours (EIDO gives none).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId, StationId, UnitId


class UnitType(StrEnum):
    """What a unit is and may do (EIDO EmergencyResourceType, NEMSIS eResponse.07)."""

    ALS_AMBULANCE = "als_ambulance"
    BLS_AMBULANCE = "bls_ambulance"
    CRITICAL_CARE_AMBULANCE = "critical_care_ambulance"
    ALS_NONTRANSPORT = "als_nontransport"
    BLS_NONTRANSPORT = "bls_nontransport"
    SUPERVISOR = "supervisor"
    MULTI_PATIENT = "multi_patient"
    AIR_ROTOR = "air_rotor"


SATISFIED_BY: Final[Mapping[UnitType, frozenset[UnitType]]] = {
    need: frozenset({need, *more})
    for need, more in (
        (UnitType.ALS_AMBULANCE, (UnitType.CRITICAL_CARE_AMBULANCE,)),
        (UnitType.BLS_AMBULANCE, (UnitType.ALS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE)),
        (UnitType.CRITICAL_CARE_AMBULANCE, ()),
        (UnitType.ALS_NONTRANSPORT, (UnitType.ALS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE)),
        (
            UnitType.BLS_NONTRANSPORT,
            (
                UnitType.ALS_NONTRANSPORT,
                UnitType.BLS_AMBULANCE,
                UnitType.ALS_AMBULANCE,
                UnitType.CRITICAL_CARE_AMBULANCE,
            ),
        ),
        (UnitType.SUPERVISOR, ()),
        (UnitType.MULTI_PATIENT, ()),
        (UnitType.AIR_ROTOR, ()),
    )
}
"""A need for the key is met by any of these types: a higher level of care may stand in for a lower."""

TRANSPORTS: Final = frozenset(
    {
        UnitType.ALS_AMBULANCE,
        UnitType.BLS_AMBULANCE,
        UnitType.CRITICAL_CARE_AMBULANCE,
        UnitType.MULTI_PATIENT,
        UnitType.AIR_ROTOR,
    }
)
"""Types that carry a patient: "level zero" counts these (ground) types only."""


class UnitStatus(StrEnum):
    """What a unit is doing (EIDO secondary unit status; NEMSIS eTimes stamp beside each in C1)."""

    OFF_DUTY = "off_duty"
    OUT_OF_SERVICE = "out_of_service"
    AVAILABLE = "available"
    AVAILABLE_DELAYED = "available_delayed"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    AT_HOSPITAL = "at_hospital"
    UNKNOWN = "unknown"


S = UnitStatus

FREE: Final = frozenset({S.AVAILABLE})
"""Statuses in which a unit can be sent. ``unknown`` is never one of them."""

COMMITTED: Final = frozenset({S.DISPATCHED, S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING, S.AT_HOSPITAL})
"""Statuses of a unit that works on an incident."""

OFF: Final = frozenset({S.OFF_DUTY, S.OUT_OF_SERVICE})
"""Statuses of a unit that nobody counts on: it does not say when it will be back."""

NEXT_STATUS: Final[Mapping[UnitStatus, frozenset[UnitStatus]]] = {
    S.UNKNOWN: frozenset(S) - {S.UNKNOWN},
    S.OFF_DUTY: frozenset({S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE}),
    S.OUT_OF_SERVICE: frozenset({S.AVAILABLE, S.AVAILABLE_DELAYED, S.OFF_DUTY}),
    S.AVAILABLE: frozenset({S.AVAILABLE_DELAYED, S.DISPATCHED, S.EN_ROUTE, S.OUT_OF_SERVICE, S.OFF_DUTY}),
    S.AVAILABLE_DELAYED: frozenset({S.AVAILABLE, S.DISPATCHED, S.EN_ROUTE, S.OUT_OF_SERVICE, S.OFF_DUTY}),
    S.DISPATCHED: frozenset({S.EN_ROUTE, S.ON_SCENE, S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE}),
    S.EN_ROUTE: frozenset({S.ON_SCENE, S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE}),
    S.ON_SCENE: frozenset({S.TRANSPORTING, S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE}),
    S.TRANSPORTING: frozenset({S.AT_HOSPITAL, S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE}),
    S.AT_HOSPITAL: frozenset({S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE, S.OFF_DUTY}),
}
"""The steps a unit may take by itself; any other needs a supervisor's ``force`` with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A vehicle with its crew, as its home jurisdiction registered it.

    ``crew_size`` and ``nims_type`` (1 is the most capable) are None where nobody has said.
    """

    id: UnitId
    call_sign: str
    jurisdiction_id: JurisdictionId
    unit_type: UnitType
    station_id: StationId | None = None
    capabilities: frozenset[str] = frozenset()
    crew_size: int | None = None
    nims_type: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitState:
    """What the record knows of a unit: durable, versioned. Positions live in the picture instead.

    ``changed_at`` is when the status became what it is; ``reported_at`` the newest source time
    heard; ``version`` rises by one with each recorded change and is the token a command presents.
    ``on_duty_since``: when its crew came on duty, None where nobody saw that or it is off duty.
    ``shift_ends_at``: as its own agency says, None where nobody has.
    """

    unit_id: UnitId
    status: UnitStatus
    changed_at: datetime
    reported_at: datetime
    source: str
    incident_id: IncidentId | None = None
    version: int = 1
    on_duty_since: datetime | None = None
    shift_ends_at: datetime | None = None


def duty_after(
    before: UnitStatus, on_duty_since: datetime | None, after: UnitStatus, at: datetime
) -> datetime | None:
    """Since when the crew is on duty once its unit went from ``before`` to ``after`` at ``at``.

    Only a step from off duty tells: a unit that was unknown may have been at work for a day.
    """
    if after is S.OFF_DUTY:
        return None
    return at if before is S.OFF_DUTY else on_duty_since


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A position as its source measured it: ``at`` is the fix's own time, not its receipt."""

    position: Point
    at: datetime
    source: str
    speed_mps: float | None = None
    heading_deg: float | None = None
