"""The kinds of clause that can forbid, in the order in which the form shows them."""

from collections.abc import Callable
from typing import Final

from dispatch.agreements import restrictions as r
from dispatch.agreements.fields import FieldKind, FieldSpec
from dispatch.agreements.kinds import (
    AREA,
    MAX_UNITS,
    PAIR,
    TYPES,
    WINDOWS,
    ClauseKind,
    Enforcer,
    Group,
    pick,
    required,
    whole,
)
from dispatch.agreements.terms import Clause
from dispatch.model.incident import Priority, Purpose
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import UnitType

K = FieldKind


def _recommender(
    tag: str,
    make: Callable[..., Clause],
    row: int,
    group: Group,
    title: str,
    explained: str,
    *fields: FieldSpec,
) -> ClauseKind:
    return ClauseKind(
        tag=tag,
        make=make,
        title=title,
        help=explained,
        row=row,
        group=group,
        enforced_by=(Enforcer.RECOMMENDER,),
        fields=(*fields, *PAIR),
    )


SCOPES: Final = (
    _recommender(
        *("unit_types", r.UnitTypes, 16, Group.SCOPE, "Unit types", "Only these types of unit are lent."),
        pick("allow", "Types", UnitType, many=True),
        whole("nims_type_at_most", "NIMS type at most", 1, 4, required=False),
    ),
    _recommender(
        *("staffing", r.Staffing, 17, Group.SCOPE, "Staffing"),
        "The least crew, and certifications of which one must be aboard. Unknown is not enough.",
        whole("min_crew", "Crew at least", 1, 20, unit="persons", required=False),
        FieldSpec(
            name="certifications",
            kind=K.WORDS,
            title="Certifications",
            help="EIDO ResourceAttribute: EMT, AdvancedEMT, Paramedic, RegisteredNurse, EMSPhysician.",
        ),
    ),
    _recommender(
        *("priorities", r.Priorities, 19, Group.SCOPE, "Priorities"),
        "Units are lent only for incidents of these priorities.",
        pick("allow", "Priorities", Priority, many=True),
    ),
    _recommender(
        *("call_types", r.CallTypes, 19, Group.SCOPE, "Call types"),
        "Units are lent only for these natures of incident, or for all but some.",
        FieldSpec(name="allow", kind=K.WORDS, title="Only these"),
        FieldSpec(name="deny", kind=K.WORDS, title="All but these"),
    ),
    _recommender(
        *("zones", r.Zones, 18, Group.SCOPE, "Zones"),
        "Units are lent only for incidents in these jurisdictions or inside the area.",
        FieldSpec(name="jurisdictions", kind=K.PARTIES, title="Jurisdictions"),
        AREA,
    ),
    _recommender(
        *("hours", r.Hours, 11, Group.SCOPE, "Hours"),
        "Units are lent only in these hours of the agreement's time zone.",
        required(WINDOWS),
        FieldSpec(
            name="holidays",
            kind=K.DATES,
            title="Holidays",
            help="Days, one by one: no calendar changes them.",
        ),
        pick("on_holidays", "On holidays", r.OnHolidays, many=False, required=False),
    ),
    _recommender(
        *("purposes", r.Purposes, 2, Group.SCOPE, "Purposes"),
        "Units are lent only for incidents, or only to stand by in an emptied area.",
        pick("allow", "Purposes", Purpose, many=True),
    ),
    _recommender(
        *("trigger", r.Trigger, 7, Group.SCOPE, "When aid may be asked for"),
        "The borrower's own cover must be at least this bad.",
        pick("cover_at_least", "Cover at least", CoverState, many=False),
        FieldSpec(name="attestation", kind=K.LONG_TEXT, title="What the borrower attests by asking"),
    ),
    _recommender(
        *("requesters", r.Requesters, 6, Group.SCOPE, "Who may ask"),
        "Only these roles of the borrower may ask for aid.",
        pick("roles", "Roles", Role, many=True),
    ),
    _recommender(
        *("request_content", r.RequestContent, 8, Group.SCOPE, "What a request states"),
        "What the incident must state before aid is asked for.",
        pick("fields", "Fields", r.ContentField, many=True),
    ),
)

LIMITS: Final = (
    _recommender(
        *("reserve_floor", r.ReserveFloor, 11, Group.LIMITS, "Reserve floor"),
        "The lender keeps at least this many free after lending. No types: all ground transport.",
        whole("keep", "Keeps at least", 0, MAX_UNITS, unit="units"),
        TYPES,
        AREA,
        WINDOWS,
    ),
    _recommender(
        *("concurrent_cap", r.ConcurrentCap, 12, Group.LIMITS, "At the same time"),
        "At most this many units of one lender out or on offer under this agreement at once.",
        whole("at_most", "At most", 1, MAX_UNITS, unit="units"),
    ),
    _recommender(
        *("incident_cap", r.IncidentCap, 12, Group.LIMITS, "Per incident"),
        "At most this many units of one lender on one incident.",
        whole("at_most", "At most", 1, MAX_UNITS, unit="units"),
    ),
    _recommender(
        *("daily_cap", r.DailyCap, 12, Group.LIMITS, "Per day"),
        "At most this many loans of one lender begin on one local day.",
        whole("at_most", "At most", 1, MAX_UNITS, unit="loans"),
    ),
)

RESTRICTION_KINDS: Final = (*SCOPES, *LIMITS)
