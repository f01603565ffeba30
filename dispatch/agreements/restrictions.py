"""Clauses that can forbid: each is one frozen class here and one rule in ``predicates``.

A restriction holds for every lender and borrower of its agreement unless it names one. Clauses only
ever restrict, so that adding one never permits more.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority, Purpose
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import TRANSPORTS, UnitType

GROUND_TRANSPORTS: Final = tuple(t for t in UnitType if t in TRANSPORTS and t is not UnitType.AIR_ROTOR)
"""Ground types that carry a patient, in the order of ``UnitType``: what a floor without types protects."""


class Weekday(StrEnum):
    """Days of the week, Monday first as in ISO 8601."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


class OnHolidays(StrEnum):
    """What the listed holidays do to hours."""

    AS_USUAL = "as_usual"
    NEVER = "never"
    """No lending on a holiday, whatever the windows say."""
    ALL_DAY = "all_day"
    """A holiday is open from midnight to midnight beside the windows."""


class ContentField(StrEnum):
    """What a request may have to state (EDXL-RM RequestResource; the incident's own fields here)."""

    ADDRESS = "address"
    NOTE = "note"
    NATURE = "nature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of wall-clock time that begins on each of ``days``.

    ``until`` not after ``since`` reaches into the next day; equal ends are the whole 24 hours of the
    wall clock. The end is the first moment outside.
    """

    days: tuple[Weekday, ...]
    since: time
    until: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What every clause that can forbid carries. None: it holds for every lender, or every borrower."""

    id: str
    lender: JurisdictionId | None = None
    borrower: JurisdictionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTypes(Restriction):
    """Only these types of unit are lent, and, where set, none of a NIMS type beyond ``nims_type_at_most``."""

    allow: tuple[UnitType, ...]
    nims_type_at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing(Restriction):
    """The crew: how many at least, and certifications of which one aboard must hold one.

    A unit whose crew nobody has stated does not meet it: unknown is not enough.
    """

    min_crew: int | None = None
    certifications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Priorities(Restriction):
    """Units are lent only for incidents of these priorities."""

    allow: tuple[Priority, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTypes(Restriction):
    """Units are lent only for these natures of incident (``allow``), or for all but some (``deny``)."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones(Restriction):
    """Units are lent only for incidents in these jurisdictions or inside the polygon."""

    jurisdictions: tuple[JurisdictionId, ...] = ()
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Restriction):
    """Units are lent only in these windows of the agreement's time zone."""

    windows: tuple[Window, ...]
    holidays: tuple[date, ...] = ()
    on_holidays: OnHolidays = OnHolidays.AS_USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Purposes(Restriction):
    """Units are lent only for incidents, or only to stand by."""

    allow: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Restriction):
    """The borrower may ask only when its cover is at least this bad ("own resources committed")."""

    cover_at_least: CoverState
    attestation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requesters(Restriction):
    """Only these roles of the borrower may ask; nobody else's dispatcher asks in its name then."""

    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContent(Restriction):
    """What the incident must state before aid is asked for."""

    fields: tuple[ContentField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveFloor(Restriction):
    """The lender keeps at least ``keep`` free units of these types, counted together, after lending.

    No ``unit_types`` means all ground transport. With an ``area`` only units whose post lies inside
    count, and only lending one of those is restricted. With ``windows`` it holds only then.
    """

    keep: int
    unit_types: tuple[UnitType, ...] = ()
    area: str = ""
    windows: tuple[Window, ...] = ()

    @property
    def group(self) -> tuple[UnitType, ...]:
        """The types that count together."""
        return self.unit_types or GROUND_TRANSPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrentCap(Restriction):
    """At most this many units of one lender are out or on offer under this agreement at once."""

    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCap(Restriction):
    """At most this many units of one lender on one incident under this agreement, offers counted."""

    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCap(Restriction):
    """At most this many units of one lender begin under this agreement on one local day, offers counted."""

    at_most: int
