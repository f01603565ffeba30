"""May this unit come, and if not, why not: one unit of a recommendation, with everything that was found.

Nothing is decided here: the same look at the same units as ``recommend`` takes, of which one row is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from dispatch.agreements.reasons import Reason
from dispatch.aid.advice.ahead import Ahead, find_ahead, find_place
from dispatch.aid.advice.counsel import PLAIN, Counsel
from dispatch.aid.advise import facts_of
from dispatch.aid.assignment import Assignment
from dispatch.aid.candidates import Candidate, OwnUnit
from dispatch.aid.describe import candidate_at, eta_basis_at, list_own_reasons, refused_at
from dispatch.aid.eta import NO_ETA
from dispatch.aid.lending import NOBODY_ASKS, Agreements, Asking
from dispatch.aid.neighbourhood import Neighbourhood
from dispatch.aid.own import find_own
from dispatch.aid.reach import Reach
from dispatch.aid.recommend import Look, Recommendation, look_at, show
from dispatch.aid.request import AidRequest
from dispatch.live.picture import Picture
from dispatch.model.clock import iso
from dispatch.model.ids import IncidentId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitType
from dispatch.routing.travel import EtaBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a recommendation finds of one unit.

    It may come now where there are no ``reasons``. ``shown``: the unit as the recommendation would show it,
    an own busy one with an estimate too; None for what may not come and has none. ``eta_seconds`` from
    being sent, of any unit that has a way, for an own busy one from now on. ``place`` in the order advised,
    from 1; None: not weighed, for many are nearer. ``ahead``: why the advised one stands before it.
    """

    incident_id: IncidentId
    need: UnitType
    made_at: datetime
    unit: Unit
    own: bool
    eta_seconds: int | None
    eta_basis: EtaBasis | None
    reasons: tuple[Reason, ...]
    shown: Candidate | OwnUnit | None
    place: int | None
    ahead: Ahead | None
    recommendation: Recommendation

    def to_json(self) -> dict[str, Any]:
        """The verdict as a row, without sentences."""
        advised = self.recommendation.advised
        return {
            "incident": self.incident_id,
            "need": self.need.value,
            "made_at": iso(self.made_at),
            "unit": self.unit.id,
            "call_sign": self.unit.call_sign,
            "unit_type": self.unit.unit_type.value,
            "home": self.unit.jurisdiction_id,
            "own": self.own,
            "may_come": not self.reasons,
            "eta_seconds": self.eta_seconds,
            "eta_basis": self.eta_basis.value if self.eta_basis else None,
            "reasons": [reason.to_json() for reason in self.reasons],
            "candidate": self._shown_as(Candidate),
            "own_unit": self._shown_as(OwnUnit),
            "place": self.place,
            "weighed": len(advised.advice.order),
            "ahead": self.ahead.to_json() if self.ahead else None,
        }

    def _shown_as(self, kind: type[Candidate] | type[OwnUnit]) -> dict[str, Any] | None:
        if not isinstance(self.shown, kind):
            return None
        figures = self.recommendation.advised.figures.get(self.unit.id)
        return {**self.shown.to_json(), "figures": figures}


def judge_alone(
    incident: Incident,
    unit_id: UnitId,
    *,
    region: Region,
    picture: Picture | Neighbourhood,
    reach: Reach,
    agreements: Agreements,
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    now: datetime,
    need: UnitType | None = None,
    at_most: int = 10,
    asking: Asking = NOBODY_ASKS,
    counsel: Counsel = PLAIN,
) -> Verdict | None:
    """What ``recommend``, given the same, finds of this unit; None for one that the picture does not know.

    Raises ``Invalid`` for an incident without needs.
    """
    look = look_at(
        incident,
        region=region,
        picture=picture,
        reach=reach,
        agreements=agreements,
        assignments=assignments,
        requests=requests,
        now=now,
        need=need,
        also=frozenset({unit_id}),
        asking=asking,
        counsel=counsel,
    )
    recommendation, eligible = show(look, at_most=at_most)
    row = look.survey.picture.find_row(unit_id)
    if row is None:
        return None
    look.survey.reached.ask(np.array([row]))
    return _verdict(look, row, recommendation, may_come=bool(eligible[row]))


def _verdict(look: Look, row: int, recommendation: Recommendation, *, may_come: bool) -> Verdict:
    survey, incident = look.survey, look.incident
    unit, own = survey.picture.units[row], bool(survey.own[row])
    shown, reasons = _own_at(look, row) if own else _aid_at(look, row, recommendation, may_come=may_come)
    seconds = int(survey.eta_seconds[row]) if shown is None else shown.eta_seconds
    situation = look.seen.situation if look.seen else None
    call = facts_of(incident, survey.need, situation, cover=survey.asking.cover, now=look.now)
    advice, practice = recommendation.advised.advice, look.counsel.practice
    return Verdict(
        incident_id=incident.id,
        need=survey.need,
        made_at=look.now,
        unit=unit,
        own=own,
        eta_seconds=None if seconds == NO_ETA else seconds,
        eta_basis=eta_basis_at(survey, row) if survey.reached.placed[row] else None,
        reasons=reasons,
        shown=shown,
        place=find_place(advice, unit.id),
        ahead=find_ahead(advice, unit.id, call, practice),
        recommendation=recommendation,
    )


def _own_at(look: Look, row: int) -> tuple[OwnUnit | None, tuple[Reason, ...]]:
    return find_own(look.survey, row, look.incident, now=look.now), list_own_reasons(look.survey, row)


def _aid_at(
    look: Look, row: int, recommendation: Recommendation, *, may_come: bool
) -> tuple[Candidate | None, tuple[Reason, ...]]:
    if not may_come:
        return None, refused_at(look.survey, row, horizon_seconds=look.horizon_seconds).reasons
    best_own = recommendation.best_own_seconds
    return candidate_at(look.survey, row, best_own_seconds=best_own), ()
