"""Which of its other units a lender may offer in the place of the one that it was asked for.

The very recommendation that the borrower gets, with nobody's units in it but the lender's: so no rule stands
here, only what is left out and how exactly a lender, who knows the place of the call but coarsely, is told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from dispatch.aid.candidates import Candidate
from dispatch.aid.chain import list_asked
from dispatch.aid.recommend import Recommendation
from dispatch.aid.request import AidRequest
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.unit import SATISFIED_BY, Unit, UnitType

TOLD_TO_SECONDS: Final = 60
"""Arrivals of many units, to the second, would say where the call is; a minute of each does not."""


def find_need_asked_for(incident: Incident, unit: Unit, unmet: Sequence[UnitType]) -> UnitType:
    """What the unit was asked for: a need that it meets, one that is still open before any other.

    Its own type where it meets none: then the borrower had a reason of its own to ask for it.
    """
    needs = (*unmet, *(need.unit_type for need in incident.needs))
    return next((need for need in needs if unit.unit_type in SATISFIED_BY[need]), unit.unit_type)


def list_left_out(
    request: AidRequest,
    of_incident: Iterable[AidRequest],
    *,
    units_of: Mapping[JurisdictionId, Collection[UnitId]],
) -> frozenset[UnitId]:
    """The units that are no answer to the request.

    Those of the other homes in ``units_of``, the one asked for, and those that said no or nothing before.
    """
    others = (unit for home, units in units_of.items() if home != request.lender for unit in units)
    return frozenset({request.unit_id, *others}) | list_asked(of_incident)


def list_instead(found: Recommendation, lender: JurisdictionId) -> Sequence[Candidate]:
    """The lender's units that may go, the soonest first. Who stands by there already is there already."""
    may_go = [one for one in found.candidates if one.lender == lender and not one.stands_by]
    return sorted(may_go, key=lambda one: (one.eta_seconds, one.unit_id))


def told_eta_seconds(eta_seconds: int) -> int:
    """An arrival as a lender is told it before its yes: to the minute, and never none."""
    return max(1, round(eta_seconds / TOLD_TO_SECONDS)) * TOLD_TO_SECONDS
