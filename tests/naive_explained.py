"""A recommendation worked out by hand: one unit and one clause at a time, without columns.

It is written from what the figures are said to mean, and shares no code with the service but the values.
"""

import math
from dataclasses import dataclass
from typing import Any

from pyproj import Geod

from dispatch.agreements import restrictions as r
from dispatch.agreements.terms import Agreement, AgreementKind
from dispatch.model.geo import Point, crow_m
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import Unit, UnitType
from tests.make_aid import HOME
from tests.make_explained import Case
from tests.make_live import NOON

GEOD = Geod(ellps="WGS84")
BETTER = {  # who may stand in for whom, from the least to the most able
    UnitType.BLS_AMBULANCE: 0,
    UnitType.ALS_AMBULANCE: 1,
    UnitType.CRITICAL_CARE_AMBULANCE: 2,
}
GROUND = (*BETTER, UnitType.MULTI_PATIENT)
LIMIT_SECONDS = 45 * 60
STAGE = {  # this stage typically takes, and what follows it, in seconds
    "dispatched": (60, 480 + 720 + 1056),
    "en_route": (480, 720 + 1056),
    "on_scene": (720, 1056),
    "transporting": (600, 720),
    "at_hospital": (720, 0),
    "available_delayed": (300, 0),
    "returning": (300, 0),
}
COVERS = [CoverState.GREEN, CoverState.AMBER, CoverState.RED]
CLAUSE_CODES = {
    r.UnitTypes: {"unit_type", "nims_type"},
    r.Staffing: {"crew_size", "certification"},
    r.Priorities: {"priority"},
    r.CallTypes: {"call_type"},
    r.Zones: {"zone"},
    r.Hours: {"hours"},
    r.Purposes: {"purpose"},
    r.Trigger: {"trigger"},
    r.Requesters: {"requester"},
    r.RequestContent: {"request_content"},
    r.ReserveFloor: {"reserve_floor"},
    r.ConcurrentCap: {"concurrent_cap"},
    r.IncidentCap: {"incident_cap"},
    r.DailyCap: {"daily_cap"},
}


@dataclass
class Naive:
    """One case, looked at by hand."""

    case: Case

    def agreements_of(self, lender: str) -> list[Agreement]:
        return [a for a in self.case.world.agreements if a.runs(lender=lender, borrower=HOME)]  # type: ignore[arg-type]

    def in_force(self, agreement: Agreement) -> bool:
        return bool(agreement.signatures) and agreement.effective_to is None

    def is_partner(self, who: str) -> bool:
        both = [a for a in self.case.world.agreements if {who, HOME} == set(a.parties)]
        return any(self.in_force(a) for a in both)

    def is_busy(self, unit: Unit) -> bool:
        return any(a.unit_id == unit.id for a in self.case.world.assignments)

    def is_promised(self, unit: Unit) -> bool:
        return any(request.unit_id == unit.id for request in self.case.world.requests)

    def status(self, unit: Unit) -> str:
        state = self.case.world.picture.state(unit.id)
        return state.status.value if state else "unknown"

    def is_free(self, unit: Unit) -> bool:
        return self.status(unit) == "available" and not self.is_busy(unit) and not self.is_promised(unit)

    def count_free(self, lender: str, types: tuple[UnitType, ...]) -> int:
        fleet = [u for u in self.case.world.picture.units if u.jurisdiction_id == lender]
        return sum(1 for unit in fleet if unit.unit_type in types and self.is_free(unit))

    # -- arrivals -----------------------------------------------------------------------------------

    def start(self, unit: Unit) -> tuple[Point | None, int | None, bool]:
        """Where it is taken to be, how old the fix is, and whether its crew sits in it."""
        fix, region = self.case.world.picture.fix(unit.id), self.case.world.region
        station = region.stations[unit.station_id].position if unit.station_id else None
        seen = unit.jurisdiction_id == HOME or self.is_partner(unit.jurisdiction_id)
        age = (NOON - fix.at).total_seconds() if fix else math.inf
        if fix and seen and age <= 600:
            return fix.position, int(age), station is not None and crow_m(fix.position, station) > 250
        return station, None, False

    def parts(self, unit: Unit, *, asked: int, freed: int | None) -> dict[str, int] | None:
        """The arrival's parts; without those of no length."""
        place, _, rolling = self.start(unit)
        if place is None:
            return None
        incident, agency = (
            self.case.incident,
            self.case.world.region.jurisdictions[unit.jurisdiction_id].agency,
        )
        metres = GEOD.inv(place.lon, place.lat, incident.position.lon, incident.position.lat)[2]
        urgent = incident.priority in (Priority.CRITICAL, Priority.EMERGENT)
        drive = round(metres / 10.0 / (agency.siren_factor if urgent else 1.0))
        chute = 0 if rolling or freed is not None else agency.chute_seconds
        factor = self.factor(unit)
        learned = 0 if factor is None else round((drive + chute) * factor) - drive - chute
        found = {"asked": asked, "freed": freed or 0, "chute": chute, "drive": drive, "learned": learned}
        return {name: seconds for name, seconds in found.items() if seconds}

    def factor(self, unit: Unit) -> float | None:
        lender, known = unit.jurisdiction_id, self.case.asking.corrections
        if lender != HOME and not self.is_partner(lender):
            return None
        taught = known.by_pair.get((lender, HOME)) or known.by_agency.get(lender)
        return math.exp(taught.log_ratio) if taught else None

    def eta(self, unit: Unit) -> int | None:
        parts = self.parts(unit, asked=0, freed=None)
        return None if parts is None else sum(parts.values())

    # -- agreements ---------------------------------------------------------------------------------

    def forbids(self, clause: Any, agreement: Agreement, unit: Unit) -> bool:
        """Whether this clause alone keeps the unit at home."""
        if clause.borrower not in (None, HOME) or clause.lender not in (None, unit.jurisdiction_id):
            return False
        match clause:
            case r.UnitTypes() | r.Staffing() | r.ReserveFloor():
                return self.forbids_unit(clause, unit)
            case r.ConcurrentCap() | r.IncidentCap() | r.DailyCap():
                return self.out(clause, agreement) >= clause.at_most
            case r.Trigger() | r.Requesters() | r.Purposes() | r.Hours():
                return self.forbids_asking(clause)
            case _:
                return self.forbids_call(clause)

    def forbids_unit(self, clause: Any, unit: Unit) -> bool:
        match clause:
            case r.UnitTypes():
                most = clause.nims_type_at_most
                too_high = most is not None and (unit.nims_type is None or unit.nims_type > most)
                return unit.unit_type not in clause.allow or too_high
            case r.Staffing():
                few = clause.min_crew is not None and (unit.crew_size or 0) < clause.min_crew
                lacking = bool(clause.certifications) and not set(clause.certifications) & unit.capabilities
                return few or lacking
            case _:
                group = clause.unit_types or GROUND
                return unit.unit_type in group and self.left(unit, group) < clause.keep

    def forbids_call(self, clause: Any) -> bool:
        incident = self.case.incident
        match clause:
            case r.Priorities():
                return incident.priority not in clause.allow
            case r.CallTypes():
                said = incident.nature.lower()
                if clause.allow:
                    return said not in [word.lower() for word in clause.allow]
                return not said or said in [word.lower() for word in clause.deny]
            case r.Zones():
                return HOME not in clause.jurisdictions
            case _:
                return not all(getattr(incident, field.value) for field in clause.fields)

    def forbids_asking(self, clause: Any) -> bool:
        asking = self.case.asking
        match clause:
            case r.Hours():
                return not any(w.since <= NOON.time() < w.until for w in clause.windows)
            case r.Purposes():
                return r.Purpose.INCIDENT not in clause.allow
            case r.Trigger():
                cover = asking.cover
                return cover is None or COVERS.index(cover) < COVERS.index(clause.cover_at_least)
            case _:
                return asking.requester is not None and asking.requester not in clause.roles

    def left(self, unit: Unit, group: tuple[UnitType, ...]) -> int:
        """Free units that stay at home, were this one free and lent."""
        others = self.count_free(unit.jurisdiction_id, group) - (1 if self.is_free(unit) else 0)
        return max(0, others)

    def out(self, clause: Any, agreement: Agreement) -> int:
        """Units of its lender that are out or on offer under the agreement, as the cap counts them."""
        world = self.case.world
        lent = [a for a in world.assignments if a.agreement_id == agreement.id]
        offered = [o for o in world.requests if o.agreement_id == agreement.id]
        if isinstance(clause, r.IncidentCap):
            return sum(1 for a in (*lent, *offered) if a.incident_id == self.case.incident.id)
        if isinstance(clause, r.DailyCap):
            return sum(1 for a in lent if a.assigned_at.date() == NOON.date()) + len(offered)
        return len(lent) + len(offered)

    def named(self, unit: Unit) -> set[tuple[str, str]]:
        """Agreement and clause of everything that forbids; nothing does where one agreement lets it come."""
        if self.may_come(unit):
            return set()
        return {
            (agreement.id, clause.id)
            for agreement in self.agreements_of(unit.jurisdiction_id)
            if self.in_force(agreement)
            for clause in agreement.restrictions
            if self.forbids(clause, agreement, unit)
        }

    def may_come(self, unit: Unit) -> bool:
        """Whether an agreement lets it come, were it free, near and rested."""
        lender = unit.jurisdiction_id
        return not self.is_closed(lender) and any(
            self.permits(agreement, unit) for agreement in self.agreements_of(lender)
        )

    def is_closed(self, lender: str) -> bool:
        return any(c.jurisdiction_id == lender for c in self.case.asking.standing.closures)

    def permits(self, agreement: Agreement, unit: Unit) -> bool:
        if not self.in_force(agreement) or agreement.kind is AgreementKind.STANDBY:
            return False
        return not any(self.forbids(clause, agreement, unit) for clause in agreement.restrictions)

    def other_codes(self, unit: Unit) -> list[str]:
        """What forbids beside clauses."""
        found, lender = [], unit.jurisdiction_id
        need = self.case.incident.needs[0].unit_type
        if BETTER[unit.unit_type] < BETTER[need]:
            found.append("wrong_capability")
        if self.is_partner(lender):
            found += self._state_codes(unit) + self._crew_codes(unit)
        eta = self.eta(unit)
        if eta is None:
            found.append("position_lost")
        elif eta > LIMIT_SECONDS:
            found.append("beyond_horizon")
        return found + self._agreement_codes(unit)

    def _state_codes(self, unit: Unit) -> list[str]:
        found = []
        if self.is_busy(unit):
            found.append("committed")
        elif self.status(unit) == "unknown":
            found.append("unknown_status")
        elif self.status(unit) != "available":
            found.append("not_available")
        return found + (["promised"] if self.is_promised(unit) else [])

    def _crew_codes(self, unit: Unit) -> list[str]:
        state, priority = self.case.world.picture.state(unit.id), self.case.incident.priority
        mission = 2 * (self.eta(unit) or 0) + 1776
        found = []
        if state and state.on_duty_since:
            hours = (NOON - state.on_duty_since).total_seconds() / 3600
            rank = 1 if hours >= 16 else 2 if hours >= 12 else 9
            if hours >= 24 or priority.rank > rank:
                found.append("crew_hours")
        if state and state.shift_ends_at:
            left = (state.shift_ends_at - NOON).total_seconds()
            if -24 * 3600 < left < mission + 900:
                found.append("crew_shift_ends")
        # Work that is over does not count; a unit that is out is out since it was sent.
        if priority is not Priority.CRITICAL and mission > 3 * 3600:
            found.append("crew_out_of_area")
        return found

    def _agreement_codes(self, unit: Unit) -> list[str]:
        lender, found = unit.jurisdiction_id, []
        agreements = self.agreements_of(lender)
        if self.may_come(unit):
            return []
        for agreement in agreements:
            if not agreement.signatures:
                found.append("not_signed")
            elif agreement.effective_to:
                found.append("expired")
            elif agreement.kind is AgreementKind.STANDBY:
                found.append("purpose")
        if self.is_closed(lender) and agreements:
            found.append("closed_to_lending")
        return found if agreements else ["no_agreement"]
