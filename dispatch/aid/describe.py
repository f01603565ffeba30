"""From a row of the survey to the value that is shown."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from dispatch.agreements.permit import Permit, Refusal
from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.aid.arrival.estimate import Arrival, Departure, Start, Way, estimate_arrival
from dispatch.aid.candidates import Candidate, OwnUnit, PositionBasis, RefusedUnit
from dispatch.aid.crew import CrewFacts, list_crew_reasons, show_crew
from dispatch.aid.eta import NO_ETA
from dispatch.aid.lending import list_unit_reasons
from dispatch.aid.survey import Survey
from dispatch.live.freshness import FRESHNESS_BY_CODE, Freshness
from dispatch.live.picture import STATUS_BY_CODE
from dispatch.model.unit import UnitType
from dispatch.routing.travel import EtaBasis

Described = Candidate | OwnUnit


class Degraded(StrEnum):
    """What was not as it should be when the units shown were ranked."""

    STRAIGHT_LINE = "straight_line"
    STALE_POSITIONS = "stale_positions"
    STATION_POSITIONS = "station_positions"
    POST_POSITIONS = "post_positions"
    COVER_FIGURES_NOT_READY = "cover_figures_not_ready"
    """The region's grid is not made yet: the advice is plain closest."""


def candidate_at(survey: Survey, row: int, *, best_own_seconds: int | None) -> Candidate:
    """The candidate in a row that the survey found permitted."""
    unit = survey.picture.units[row]
    permit = survey.lending.answer(unit)
    if not isinstance(permit, Permit):
        raise TypeError(f"{unit.id} has no permit")
    eta_seconds = int(survey.eta_seconds[row])
    stands_by = unit.id in survey.commitments.stands_by
    asked_seconds = 0 if stands_by else permit.asked_seconds(survey.asking.request_seconds)
    return Candidate(
        unit_id=unit.id,
        call_sign=unit.call_sign,
        unit_type=unit.unit_type,
        lender=unit.jurisdiction_id,
        eta_seconds=eta_seconds,
        eta_basis=eta_basis_at(survey, row),
        position_age_seconds=position_age_at(survey, row),
        position_basis=position_basis_at(survey, row),
        freshness=freshness_at(survey, row),
        permit=permit,
        gain_seconds=None if best_own_seconds is None else best_own_seconds - eta_seconds,
        crew=show_crew(
            crew_at(survey, row), survey.asking.crews.rules_of(unit.jurisdiction_id), now=survey.lending.now
        ),
        arrival=arrival_at(survey, row, asked_seconds=asked_seconds),
        stands_by=stands_by,
    )


def refused_at(survey: Survey, row: int, *, horizon_seconds: int) -> RefusedUnit:
    """The refusal of a neighbour's row, with every reason.

    Of a unit whose agency shares no agreement in force, nothing is said but that: its status and its
    commitments are not ours to know.
    """
    unit = survey.picture.units[row]
    reasons = _type_reasons(survey, row)
    if unit.jurisdiction_id in survey.lending.partners:
        status = STATUS_BY_CODE[survey.picture.status[row]]
        reasons += list_unit_reasons(unit.id, status=status, commitments=survey.commitments)
        reasons += _crew_reasons(survey, row)
    reasons += _place_reasons(survey, row, horizon_seconds)
    answer = survey.lending.answer(unit, counted_free=bool(survey.free[row]))
    if isinstance(answer, Refusal):
        reasons += answer.reasons
    eta_seconds = int(survey.eta_seconds[row])
    return RefusedUnit(
        unit_id=unit.id,
        call_sign=unit.call_sign,
        unit_type=unit.unit_type,
        lender=unit.jurisdiction_id,
        eta_seconds=None if eta_seconds == NO_ETA else eta_seconds,
        eta_basis=eta_basis_at(survey, row) if survey.reached.placed[row] else None,
        reasons=tuple(reasons),
    )


def list_own_reasons(survey: Survey, row: int) -> tuple[Reason, ...]:
    """Why one of the borrower's own units cannot be sent now; empty where it can.

    No agreement speaks, no crew's hours and no horizon: at home it works as its own agency will. One that is
    on offer to a neighbour can be sent: that costs the offer.
    """
    unit = survey.picture.units[row]
    status = STATUS_BY_CODE[survey.picture.status[row]]
    of_unit = list_unit_reasons(unit.id, status=status, commitments=survey.commitments)
    return (
        *_type_reasons(survey, row),
        *(reason for reason in of_unit if reason.code is not ReasonCode.PROMISED),
        *_place_reasons(survey, row, NO_ETA),
    )


def list_degraded(shown: Sequence[Described]) -> tuple[str, ...]:
    """What was not as it should be for the units shown; empty when all was."""
    notes = []
    if any(_is_estimated_on_ground(unit) for unit in shown):
        notes.append(Degraded.STRAIGHT_LINE.value)
    if any(unit.freshness is Freshness.STALE for unit in shown):
        notes.append(Degraded.STALE_POSITIONS.value)
    if any(unit.position_basis is PositionBasis.STATION for unit in shown):
        notes.append(Degraded.STATION_POSITIONS.value)
    if any(unit.position_basis in (PositionBasis.POST, PositionBasis.TO_POST) for unit in shown):
        notes.append(Degraded.POST_POSITIONS.value)
    return tuple(notes)


def arrival_at(
    survey: Survey, row: int, *, asked_seconds: int = 0, free_in_seconds: int | None = None
) -> Arrival | None:
    """When the row's unit would arrive and how sure that is; None where no way leads from it.

    ``free_in_seconds``: of a unit that works; its crew is in the vehicle when it is done: no chute time.
    """
    reached, unit = survey.reached, survey.picture.units[row]
    if reached.eta_seconds[row] == NO_ETA:
        return None
    flies = unit.unit_type is UnitType.AIR_ROTOR
    way = Way.ROAD if reached.on_road[row] else Way.STRAIGHT_LINE
    travel_seconds = reached.travel_seconds[row]
    chute_seconds = int(reached.profile.chute_seconds[row]) if free_in_seconds is None else 0
    departure = Departure(
        drive_seconds=int(np.rint(travel_seconds + chute_seconds)) - chute_seconds,
        chute_seconds=chute_seconds,
        way=Way.FLIGHT if flies else way,
        start=Start(position_basis_at(survey, row).value),
        fix_age_seconds=position_age_at(survey, row),
        free_in_seconds=free_in_seconds or 0,
        asked_seconds=asked_seconds,
    )
    known = reached.profile.factor[row] != 1.0
    return estimate_arrival(departure, survey.correction_of(unit.jurisdiction_id) if known else None)


def crew_at(survey: Survey, row: int) -> CrewFacts:
    """What is known of the row's crew."""
    unit = survey.picture.units[row]
    state = survey.picture.state(unit.id)
    return survey.asking.crews.facts_of(unit.id, state, survey.lending.now)


def eta_basis_at(survey: Survey, row: int) -> EtaBasis:
    """How the row's travel time was found."""
    if not survey.reached.on_road[row]:
        return EtaBasis.STRAIGHT_LINE
    return EtaBasis.ROAD if np.isfinite(survey.reached.seconds[row]) else EtaBasis.UNREACHABLE


def position_basis_at(survey: Survey, row: int) -> PositionBasis:
    """What the row's travel time starts from."""
    reached = survey.reached
    if reached.from_fix[row]:
        return PositionBasis.FIX
    if reached.under_way[row]:
        return PositionBasis.TO_POST
    return PositionBasis.POST if reached.posted[row] else PositionBasis.STATION


def position_age_at(survey: Survey, row: int) -> int | None:
    """Age of the fix that the ETA was computed from; None where a station or post stood in for it."""
    return int(survey.age_seconds[row]) if survey.reached.from_fix[row] else None


def freshness_at(survey: Survey, row: int) -> Freshness:
    """How far the row's position can be trusted."""
    return FRESHNESS_BY_CODE[int(survey.freshness_codes[row])]


def _type_reasons(survey: Survey, row: int) -> list[Reason]:
    if survey.fits[row]:
        return []
    figures = {"need": survey.need.value, "has": survey.picture.units[row].unit_type.value}
    return [Reason(code=ReasonCode.WRONG_CAPABILITY, figures=figures)]


def _crew_reasons(survey: Survey, row: int) -> list[Reason]:
    eta_seconds = int(survey.eta_seconds[row])
    unit = survey.picture.units[row]
    return list_crew_reasons(
        crew_at(survey, row),
        survey.asking.crews.rules_of(unit.jurisdiction_id),
        priority=survey.lending.call.priority,
        eta_seconds=None if eta_seconds == NO_ETA else eta_seconds,
        now=survey.lending.now,
        is_out=unit.id in survey.commitments.stands_by,
    )


def _place_reasons(survey: Survey, row: int, horizon_seconds: int) -> list[Reason]:
    eta_seconds = int(survey.eta_seconds[row])
    if not survey.reached.placed[row]:
        return [Reason(code=ReasonCode.POSITION_LOST)]
    if eta_seconds == NO_ETA:
        return [Reason(code=ReasonCode.UNREACHABLE)]
    if eta_seconds > horizon_seconds:
        figures = {"eta_seconds": eta_seconds, "horizon_seconds": horizon_seconds}
        return [Reason(code=ReasonCode.BEYOND_HORIZON, figures=figures)]
    return []


def _is_estimated_on_ground(unit: Described) -> bool:
    return unit.eta_basis is EtaBasis.STRAIGHT_LINE and unit.unit_type is not UnitType.AIR_ROTOR
