"""One named rule per restricting clause: it answers the reasons that forbid, empty where it permits.

``PREDICATES`` is the whole list; a test holds that every restricting clause has its rule.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from dispatch.agreements.calendar import covers, is_open, local_day, local_time
from dispatch.agreements.question import Question
from dispatch.agreements.reasons import Figures, Reason, ReasonCode
from dispatch.agreements.restrictions import (
    CallTypes,
    ConcurrentCap,
    DailyCap,
    Hours,
    IncidentCap,
    OnHolidays,
    Priorities,
    Purposes,
    RequestContent,
    Requesters,
    ReserveFloor,
    Restriction,
    Staffing,
    Trigger,
    UnitTypes,
    Zones,
)
from dispatch.agreements.terms import AgreementKind
from dispatch.agreements.zones import contains
from dispatch.model.incident import Purpose
from dispatch.model.jurisdiction import CoverState

UNKNOWN: Final = "unknown"
PARTNER: Final = "partner"
"""The role, to the borrower, of whoever asks in its name."""

_SEVERITY: Final = {state: rank for rank, state in enumerate(CoverState)}


def applies(clause: Restriction, question: Question) -> bool:
    """Whether the clause speaks of this lender and this borrower at all."""
    if clause.lender is not None and clause.lender != question.lender:
        return False
    return clause.borrower is None or clause.borrower == question.borrower


def kind_allows(question: Question) -> Reason | None:
    """A standby agreement sends nobody to incidents: the kind itself says so, no clause."""
    wanted = question.call.purpose
    if question.agreement.kind is not AgreementKind.STANDBY or wanted is Purpose.STANDBY:
        return None
    return question.reason(ReasonCode.PURPOSE, {"purpose": wanted.value, "allow": Purpose.STANDBY.value})


def unit_type_is_listed(clause: UnitTypes, question: Question) -> Sequence[Reason]:
    """The unit's type, and its NIMS type where the clause asks for one."""
    unit, found = question.unit, []
    if unit.unit_type not in clause.allow:
        figures = {"unit_type": unit.unit_type.value, "allow": joined(clause.allow)}
        found.append(question.reason(ReasonCode.UNIT_TYPE, figures, clause.id))
    wanted = clause.nims_type_at_most
    if wanted is not None and (unit.nims_type is None or unit.nims_type > wanted):
        said = {"nims_type": UNKNOWN if unit.nims_type is None else unit.nims_type, "at_most": wanted}
        found.append(question.reason(ReasonCode.NIMS_TYPE, said, clause.id))
    return found


def crew_is_sufficient(clause: Staffing, question: Question) -> Sequence[Reason]:
    """Enough people aboard, one of them with a certification that the clause names."""
    unit, found = question.unit, []
    if clause.min_crew is not None and (unit.crew_size is None or unit.crew_size < clause.min_crew):
        crew: Figures = {
            "crew": UNKNOWN if unit.crew_size is None else unit.crew_size,
            "min_crew": clause.min_crew,
        }
        found.append(question.reason(ReasonCode.CREW_SIZE, crew, clause.id))
    if clause.certifications and not unit.certifications.intersection(clause.certifications):
        held: Figures = {
            "holds": ", ".join(sorted(unit.certifications)) or UNKNOWN,
            "wanted": ", ".join(clause.certifications),
        }
        found.append(question.reason(ReasonCode.CERTIFICATION, held, clause.id))
    return found


def priority_is_listed(clause: Priorities, question: Question) -> Sequence[Reason]:
    """The incident's priority."""
    priority = question.call.priority
    if priority in clause.allow:
        return ()
    figures = {"priority": priority.value, "allow": joined(clause.allow)}
    return (question.reason(ReasonCode.PRIORITY, figures, clause.id),)


def call_type_is_allowed(clause: CallTypes, question: Question) -> Sequence[Reason]:
    """The incident's nature, letters' case aside."""
    nature = question.call.nature
    said = nature.strip().casefold()
    if clause.allow:
        fine = said in {word.casefold() for word in clause.allow}
    else:
        fine = bool(said) and said not in {word.casefold() for word in clause.deny}
    if fine:
        return ()
    rule = ("allow", clause.allow) if clause.allow else ("deny", clause.deny)
    figures = {"nature": nature or UNKNOWN, rule[0]: ", ".join(rule[1])}
    return (question.reason(ReasonCode.CALL_TYPE, figures, clause.id),)


def place_is_inside(clause: Zones, question: Question) -> Sequence[Reason]:
    """The incident lies in a listed jurisdiction (the borrower's own area) or inside the polygon."""
    call = question.call
    if call.borrower in clause.jurisdictions:
        return ()
    if clause.area and call.position is not None and contains(clause.area, call.position):
        return ()
    figures: dict[str, int | str] = {"zone": ", ".join(clause.jurisdictions) or "area"}
    if clause.area and clause.jurisdictions:
        figures["zone"] = f"{figures['zone']}, area"
    if call.position is None:
        figures["place"] = UNKNOWN
    return (question.reason(ReasonCode.ZONE, figures, clause.id),)


def hour_is_open(clause: Hours, question: Question) -> Sequence[Reason]:
    """The wall clock of the agreement's time zone lies in a window; holidays as the clause says."""
    zone = question.agreement.time_zone
    if is_open(clause, question.now, zone):
        return ()
    local = local_time(question.now, zone)
    figures: Figures = {"local": f"{local:%Y-%m-%d %H:%M}", "day": f"{local:%a}", "time_zone": zone}
    closed_day = clause.on_holidays is OnHolidays.NEVER and local.date() in clause.holidays
    code = ReasonCode.HOLIDAY if closed_day else ReasonCode.HOURS
    return (question.reason(code, figures, clause.id),)


def purpose_is_listed(clause: Purposes, question: Question) -> Sequence[Reason]:
    """An incident, or standing by."""
    purpose = question.call.purpose
    if purpose in clause.allow:
        return ()
    figures = {"purpose": purpose.value, "allow": joined(clause.allow)}
    return (question.reason(ReasonCode.PURPOSE, figures, clause.id),)


def borrower_is_short(clause: Trigger, question: Question) -> Sequence[Reason]:
    """The borrower's cover is bad enough; a cover that nobody knows is not.

    A unit that is out already was lent because it was; since then it counts in that cover itself.
    """
    if question.unit.is_out:
        return ()
    cover = question.call.cover
    if cover is not None and _SEVERITY[cover] >= _SEVERITY[clause.cover_at_least]:
        return ()
    figures = {"cover": cover.value if cover else UNKNOWN, "at_least": clause.cover_at_least.value}
    return (question.reason(ReasonCode.TRIGGER, figures, clause.id),)


def requester_is_authorized(clause: Requesters, question: Question) -> Sequence[Reason]:
    """The role of whoever asks, once somebody does.

    The clause names the borrower's own people: whoever asks in its name is none of them, whatever the role.
    """
    role = question.call.requester
    if not question.call.by_another and (role is None or role in clause.roles):
        return ()
    said = PARTNER if question.call.by_another or role is None else role.value
    figures = {"role": said, "roles": joined(clause.roles)}
    return (question.reason(ReasonCode.REQUESTER, figures, clause.id),)


def request_is_complete(clause: RequestContent, question: Question) -> Sequence[Reason]:
    """The incident states what the lender wants to know."""
    missing = [field for field in clause.fields if field not in question.call.stated]
    if not missing:
        return ()
    return (question.reason(ReasonCode.REQUEST_CONTENT, {"missing": joined(missing)}, clause.id),)


def reserve_stays(clause: ReserveFloor, question: Question) -> Sequence[Reason]:
    """The lender keeps its floor; offers that nobody answered yet are not free.

    A unit that is out already holds up no floor, whether it is sent on or not.
    """
    if question.unit.is_out or not floor_touches(clause, question):
        return ()
    keeps = floor_left(clause, question)
    if keeps >= clause.keep:
        return ()
    group = joined(clause.unit_types) or "ground_transport"
    figures: dict[str, int | str] = {"keeps": keeps, "floor": clause.keep, "unit_type": group}
    promised = sum(question.loans.promised_by_type.get(unit_type, 0) for unit_type in clause.group)
    if promised:
        figures["promised"] = promised
    if clause.area:
        figures["zone"] = "area"
    return (question.reason(ReasonCode.RESERVE_FLOOR, figures, clause.id),)


def floor_touches(clause: ReserveFloor, question: Question) -> bool:
    """Whether lending this unit now is what the floor restricts. A unit without a post counts as inside."""
    if question.unit.unit_type not in clause.group:
        return False
    if clause.windows and not covers(clause.windows, local_time(question.now, question.agreement.time_zone)):
        return False
    post = question.unit.post
    return not clause.area or post is None or contains(clause.area, post)


def floor_left(clause: ReserveFloor, question: Question) -> int:
    """Free units of the floor's group, and area, once this one is lent."""
    if not clause.area:
        return question.left_of(clause.group)
    posts = question.loans.free_posts
    inside = sum(
        1
        for unit_type in clause.group
        for post in posts.get(unit_type, ())
        if post is not None and contains(clause.area, post)
    )
    return max(0, inside - 1)


def concurrent_cap_holds(clause: ConcurrentCap, question: Question) -> Sequence[Reason]:
    """Units of the lender out or on offer under the agreement; one of them that is sent on is no more."""
    if question.is_counted:
        return ()
    out = question.loans.out_by_agreement.get(question.agreement.id, 0)
    return _cap(ReasonCode.CONCURRENT_CAP, clause.id, out, clause.at_most, question)


def incident_cap_holds(clause: IncidentCap, question: Question) -> Sequence[Reason]:
    """Units of the lender on this incident or on offer for it."""
    out = question.loans.out_on_incident.get(question.agreement.id, 0)
    return _cap(ReasonCode.INCIDENT_CAP, clause.id, out, clause.at_most, question)


def daily_cap_holds(clause: DailyCap, question: Question) -> Sequence[Reason]:
    """Loans and offers that began on this local day; one that is sent on began before."""
    if question.is_counted:
        return ()
    zone = question.agreement.time_zone
    today = local_day(question.now, zone)
    begun = question.loans.begun_at.get(question.agreement.id, ())
    out = sum(1 for moment in begun if local_day(moment, zone) == today)
    return _cap(ReasonCode.DAILY_CAP, clause.id, out, clause.at_most, question)


def _cap(code: ReasonCode, clause: str, out: int, at_most: int, question: Question) -> Sequence[Reason]:
    if out < at_most:
        return ()
    return (question.reason(code, {"out": out, "at_most": at_most}, clause),)


PREDICATES: Final[Mapping[type[Restriction], Callable[[Any, Question], Sequence[Reason]]]] = {
    UnitTypes: unit_type_is_listed,
    Staffing: crew_is_sufficient,
    Priorities: priority_is_listed,
    CallTypes: call_type_is_allowed,
    Zones: place_is_inside,
    Hours: hour_is_open,
    Purposes: purpose_is_listed,
    Trigger: borrower_is_short,
    Requesters: requester_is_authorized,
    RequestContent: request_is_complete,
    ReserveFloor: reserve_stays,
    ConcurrentCap: concurrent_cap_holds,
    IncidentCap: incident_cap_holds,
    DailyCap: daily_cap_holds,
}

WAIVABLE: Final = (ReserveFloor, ConcurrentCap, IncidentCap, DailyCap, Hours)
"""Clauses that protect the lender alone, so that the lender alone may let them rest for once."""


def joined(words: Sequence[StrEnum]) -> str:
    """Registry words as one figure."""
    return ", ".join(word.value for word in words)
