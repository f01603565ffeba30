"""The borrower's own units beside the neighbours': free ones, and when the busy ones would be free."""

from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from dispatch.aid.arrival.estimate import Arrival
from dispatch.aid.assignment import Assignment
from dispatch.aid.candidates import OwnUnit
from dispatch.aid.describe import arrival_at, eta_basis_at, freshness_at, position_age_at, position_basis_at
from dispatch.aid.eta import NO_ETA
from dispatch.aid.remaining import STATUS_OF_STATE, estimate_free_in_seconds
from dispatch.aid.snap_bank import BoolArray
from dispatch.aid.survey import Survey, rows_mask
from dispatch.live.picture import STATUS_CODE, has_code
from dispatch.model.incident import Incident
from dispatch.model.unit import COMMITTED, FREE, OFF, UnitStatus

NEAR_FREE: Final = COMMITTED | {UnitStatus.AVAILABLE_DELAYED}
"""Statuses of which one can say when they typically end."""


class _Busy(NamedTuple):
    """A busy unit by estimated arrival; sorts by that, then unit id."""

    eta_seconds: int
    unit_id: str
    row: int
    status: UnitStatus
    free_in_seconds: int
    arrival: Arrival | None


def list_own(survey: Survey, incident: Incident, *, now: datetime, at_most: int) -> tuple[OwnUnit, ...]:
    """The borrower's own units: the free ones by arrival, then the busy ones by estimated arrival.

    A unit on offer to a neighbour still counts as free at home. Units that work on this incident
    already are left out, and so are those that are off duty, out of service or unheard of: nobody can
    say when those could come. At least one unit is shown where there is one.
    """
    at_most = max(1, at_most)
    free, near_free = _sendable(survey, incident)
    shown = [_free_at(survey, row) for row in survey.nearest(free, at_most)]
    if len(shown) < at_most:
        rows = np.flatnonzero(near_free)
        survey.reached.ask(rows)
        busy = [found for row in rows.tolist() if (found := _busy_at(survey, row, incident, now)) is not None]
        shown += [_own_unit_of(survey, each) for each in sorted(busy)[: at_most - len(shown)]]
    return tuple(shown)


def find_own(survey: Survey, row: int, incident: Incident, *, now: datetime) -> OwnUnit | None:
    """The own unit in a row whose way was asked for, as ``list_own`` would show it, or None."""
    free, near_free = _sendable(survey, incident)
    if free[row]:
        return _free_at(survey, row)
    busy = _busy_at(survey, row, incident, now) if near_free[row] else None
    return None if busy is None else _own_unit_of(survey, busy)


def _sendable(survey: Survey, incident: Incident) -> tuple[BoolArray, BoolArray]:
    """Which own rows of a fitting type could be sent now, and which could once they are done."""
    picture = survey.picture
    status = picture.status[: len(picture)]
    own = survey.own & survey.fits
    assigned = rows_mask(
        picture,
        (a.unit_id for a in survey.commitments.assigned.values() if a.home == incident.jurisdiction_id),
    )
    sent_on = rows_mask(picture, survey.commitments.stands_by)
    free = own & (sent_on | (~assigned & has_code(status, (STATUS_CODE[s] for s in FREE))))
    near_free = has_code(status, (STATUS_CODE[s] for s in NEAR_FREE))
    off = has_code(status, (STATUS_CODE[s] for s in OFF))
    return free, own & ~free & ~off & (assigned | near_free)


def _free_at(survey: Survey, row: int) -> OwnUnit:
    return _own_unit(survey, row, UnitStatus.AVAILABLE, arrival_at(survey, row))


def _own_unit_of(survey: Survey, busy: _Busy) -> OwnUnit:
    return _own_unit(survey, busy.row, busy.status, busy.arrival, free_in_seconds=busy.free_in_seconds)


def _busy_at(survey: Survey, row: int, incident: Incident, now: datetime) -> _Busy | None:
    unit = survey.picture.units[row]
    assignment = survey.commitments.assigned.get(unit.id)
    if assignment is not None and assignment.incident_id == incident.id:
        return None
    status, since = _stage(survey, row, assignment)
    free_in_seconds = estimate_free_in_seconds(status, in_status_seconds=(now - since).total_seconds())
    if free_in_seconds is None:
        return None
    arrival = arrival_at(survey, row, free_in_seconds=free_in_seconds)
    eta_seconds = arrival.expected_seconds if arrival else NO_ETA
    return _Busy(eta_seconds, unit.id, row, status, free_in_seconds, arrival)


def _stage(survey: Survey, row: int, assignment: Assignment | None) -> tuple[UnitStatus, datetime]:
    """What a busy unit is doing and since when; a live assignment knows better than a status."""
    if assignment is not None:
        return STATUS_OF_STATE[assignment.state], assignment.changed_at or assignment.assigned_at
    state = survey.picture.get_state(survey.picture.units[row].id)
    return state.status, state.changed_at


def _own_unit(
    survey: Survey, row: int, status: UnitStatus, arrival: Arrival | None, *, free_in_seconds: int = 0
) -> OwnUnit:
    unit = survey.picture.units[row]
    return OwnUnit(
        unit_id=unit.id,
        call_sign=unit.call_sign,
        unit_type=unit.unit_type,
        lender=unit.jurisdiction_id,
        status=status,
        eta_seconds=arrival.expected_seconds if arrival else None,
        eta_basis=eta_basis_at(survey, row) if survey.reached.placed[row] else None,
        position_age_seconds=position_age_at(survey, row),
        position_basis=position_basis_at(survey, row),
        freshness=freshness_at(survey, row),
        free_in_seconds=free_in_seconds,
        estimate=status not in FREE,
        promised=unit.id in survey.commitments.promised,
        arrival=arrival,
        stands_by=unit.id in survey.commitments.stands_by,
    )
