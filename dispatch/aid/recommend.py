"""Which units could come to an incident, in what order, and why the near others may not.

The human decides: own units are always shown first, then the neighbours' that an agreement lets come,
by arrival; every near unit that may not come is there too, with all its reasons.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np

from dispatch.agreements.pairs import Pairs
from dispatch.aid.advice.counsel import PLAIN, Counsel
from dispatch.aid.advice.counterfactual import Counterfactual, find_counterfactual
from dispatch.aid.advise import MOST_WEIGHED, Advised, advise
from dispatch.aid.assignment import Assignment
from dispatch.aid.call_order import in_call_order
from dispatch.aid.candidates import Candidate, OwnUnit, RefusedUnit
from dispatch.aid.describe import Degraded, Described, candidate_at, list_degraded, refused_at
from dispatch.aid.lending import NOBODY_ASKS, Agreements, Asking
from dispatch.aid.needs import next_need
from dispatch.aid.neighbourhood import Neighbourhood, add_strangers, neighbourhood_of
from dispatch.aid.own import list_own
from dispatch.aid.reach import Reach
from dispatch.aid.refusals import MOST_REFUSALS, list_nearest_refused
from dispatch.aid.request import AidRequest
from dispatch.aid.snap_bank import BoolArray
from dispatch.aid.survey import Survey, rows_mask, take_survey
from dispatch.live.picture import Picture
from dispatch.model.clock import iso
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Incident, Priority
from dispatch.model.region import Region
from dispatch.model.unit import UnitType

DEFAULT_HORIZON_SECONDS: Final = 45 * 60
"""Beyond this a neighbour's unit is no answer to an emergency, and its refusal no news."""

MOST_HELD_BACK: Final = 5
"""Of the units that an agreement holds back, so many of the nearest are looked at for a better arrival."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """What the recommendation was made from: the picture's counter, its size, and its blind spots.

    ``eligible`` counts all units that could be asked, of which the candidates are the nearest;
    ``unknown`` the units without a status; ``oldest_position_seconds`` is the age of the oldest fix
    among the units shown, None where none has one.
    """

    counter: int
    units: int
    eligible: int
    unknown: int
    oldest_position_seconds: int | None

    def to_json(self) -> dict[str, Any]:
        """The facts as a row."""
        return {
            "counter": self.counter,
            "units": self.units,
            "eligible": self.eligible,
            "unknown": self.unknown,
            "oldest_position_seconds": self.oldest_position_seconds,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What a dispatcher is shown for one need of one incident.

    ``degraded`` names what was not as it should be for the units shown (``describe.Degraded``).
    A unit is in at most one of ``own``, ``candidates`` and ``refusals``. ``candidates`` are by arrival;
    what is advised, and in which order, is in ``advised``. ``counterfactual``: who would be there sooner
    if a clause did not hold it back.
    """

    incident_id: IncidentId
    jurisdiction_id: JurisdictionId
    is_critical: bool
    need: UnitType
    made_at: datetime
    picture: PictureFacts
    degraded: tuple[str, ...]
    own: tuple[OwnUnit, ...]
    candidates: tuple[Candidate, ...]
    refusals: tuple[RefusedUnit, ...]
    advised: Advised
    counterfactual: Counterfactual | None

    @property
    def best_own_seconds(self) -> int | None:
        """When the first of the own units is there; None without one that has a way."""
        return best_own_of(self.own)

    def list_to_ask(self) -> tuple[Candidate, ...]:
        """The candidates in the order in which they are asked: as advised; by arrival for a critical call.

        Those that stand by are not among them: they are there already, and are sent on.
        """
        shown = {candidate.unit_id: candidate for candidate in self.candidates if not candidate.stands_by}
        order = self.advised.advice.order
        if self.is_critical:
            order = tuple(sorted(order, key=lambda w: (w.arrival_seconds, w.option.unit_id)))
        return tuple(shown[w.option.unit_id] for w in order if w.option.unit_id in shown)

    def to_json(self) -> dict[str, Any]:
        """The recommendation as the journal, the REST answer and the command line give it."""
        return {
            "incident": self.incident_id,
            "jurisdiction": self.jurisdiction_id,
            "need": self.need.value,
            "made_at": iso(self.made_at),
            "picture": self.picture.to_json(),
            "degraded": list(self.degraded),
            "own": [self._with_figures(unit) for unit in self.own],
            "candidates": [self._with_figures(candidate) for candidate in self.candidates],
            "refusals": [refusal.to_json() for refusal in self.refusals],
            "advice": self.advised.to_json(),
            "counterfactual": self.counterfactual.to_json() if self.counterfactual else None,
        }

    def _with_figures(self, unit: Described) -> dict[str, Any]:
        """None for an own unit that has no way to the incident."""
        return {**unit.to_json(), "figures": self.advised.figures.get(unit.unit_id)}


class Look:
    """What one recommendation looks at; ``seen``: the same as a situation, where something is weighed."""

    def __init__(
        self,
        survey: Survey,
        near: Neighbourhood,
        incident: Incident,
        *,
        asked: BoolArray,
        horizon_seconds: int,
        counsel: Counsel,
    ) -> None:
        self.survey, self.near, self.incident = survey, near, incident
        self.asked, self.horizon_seconds, self.counsel = asked, horizon_seconds, counsel
        self.now = survey.lending.now
        self.seen = counsel.look(survey.picture, survey.commitments, now=self.now)


def recommend(
    incident: Incident,
    *,
    region: Region,
    picture: Picture | Neighbourhood,
    reach: Reach,
    agreements: Agreements,
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    now: datetime,
    need: UnitType | None = None,
    exclude: frozenset[UnitId] = frozenset(),
    at_most: int = 10,
    horizon_seconds: int = DEFAULT_HORIZON_SECONDS,
    asking: Asking = NOBODY_ASKS,
    counsel: Counsel = PLAIN,
) -> Recommendation:
    """Rank the fleet for one need (the first unmet one by default).

    ``picture``: the whole, of which only the neighbourhood is looked at, or what ``neighbourhood_for`` took
    from it before. ``assignments`` are the live ones, ``requests`` the outstanding ones; others in there do
    no harm. ``reach`` belongs to the whole picture. Units in ``exclude`` (asked before) are neither offered
    nor refused. ``counsel``: what the advice is weighed with. Raises ``Invalid`` for an incident without
    needs.
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
        exclude=exclude,
        horizon_seconds=horizon_seconds,
        asking=asking,
        counsel=counsel,
    )
    return show(look, at_most=at_most).recommendation


def look_at(
    incident: Incident,
    *,
    region: Region,
    picture: Picture | Neighbourhood,
    reach: Reach,
    agreements: Agreements,
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    now: datetime,
    need: UnitType | None = None,
    also: frozenset[UnitId] = frozenset(),
    exclude: frozenset[UnitId] = frozenset(),
    horizon_seconds: int = DEFAULT_HORIZON_SECONDS,
    asking: Asking = NOBODY_ASKS,
    counsel: Counsel = PLAIN,
) -> Look:
    """What ``recommend`` looks at, before anything is chosen. ``also``: units that must be in it."""
    assignments = tuple(assignments)
    pairs = agreements if isinstance(agreements, Pairs) else Pairs(agreements)
    also = exclude.union(asking.stands_by, also)
    near = neighbourhood_for(incident, picture=picture, pairs=pairs, assignments=assignments, exclude=also)
    need = need or _next_need(incident, assignments, near.picture)
    posts = reach.posts(near.roster)
    add_strangers(near, incident, posts, need=need, at_most=MOST_REFUSALS, horizon_seconds=horizon_seconds)
    survey = take_survey(
        incident,
        need=need,
        region=region,
        picture=near.picture,
        reach=reach,
        agreements=pairs,
        commitments=asking.commitments(assignments, requests, now=now),
        now=now,
        asking=asking,
    )
    asked = rows_mask(near.picture, exclude)
    return Look(survey, near, incident, asked=asked, horizon_seconds=horizon_seconds, counsel=counsel)


def neighbourhood_for(
    incident: Incident,
    *,
    picture: Picture | Neighbourhood,
    pairs: Pairs,
    assignments: Iterable[Assignment],
    exclude: frozenset[UnitId] = frozenset(),
) -> Neighbourhood:
    """The part of a whole picture that ``recommend`` needs for an incident; a part stays as it is.

    Whoever owns the picture may take it first, and let another thread do the rest.
    """
    if isinstance(picture, Neighbourhood):
        return picture
    here = (assignment.unit_id for assignment in assignments if assignment.incident_id == incident.id)
    return neighbourhood_of(incident.jurisdiction_id, picture=picture, pairs=pairs, also=(*exclude, *here))


def next_candidate(
    incident: Incident,
    *,
    region: Region,
    picture: Picture | Neighbourhood,
    reach: Reach,
    agreements: Agreements,
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    now: datetime,
    asked: frozenset[UnitId],
    need: UnitType | None = None,
    asking: Asking = NOBODY_ASKS,
    counsel: Counsel = PLAIN,
) -> Candidate | None:
    """Whom to ask next when the units in ``asked`` did not come; None when nobody is left."""
    found = recommend(
        incident,
        region=region,
        picture=picture,
        reach=reach,
        agreements=agreements,
        assignments=assignments,
        requests=requests,
        now=now,
        need=need,
        exclude=asked,
        asking=asking,
        counsel=counsel,
    )
    return next(iter(found.list_to_ask()), None)


def _next_need(incident: Incident, assignments: Iterable[Assignment], picture: Picture) -> UnitType:
    here = [a for a in assignments if a.incident_id == incident.id]
    units = {picture.units[row].id: picture.units[row] for row in picture.rows(a.unit_id for a in here)}
    return next_need(incident, here, units)


class Shown(NamedTuple):
    """A recommendation, and which rows of the survey are all that could be asked."""

    recommendation: Recommendation
    eligible: BoolArray


def show(look: Look, *, at_most: int) -> Shown:
    """Choose of what was looked at, and weigh it."""
    survey, incident, horizon_seconds = look.survey, look.incident, look.horizon_seconds
    reached, asked = survey.reached, look.asked
    in_reach = ~asked & (reached.least_seconds <= horizon_seconds)
    permitted = survey.permitted(in_reach)
    refused = ~survey.own & ~permitted & ~asked
    reached.ask_first(
        survey.own & survey.fits & survey.free, refused & survey.fits & in_reach, also=permitted
    )
    eligible = survey.rested(reached.within(permitted, horizon_seconds))
    own = list_own(survey, incident, now=look.now, at_most=at_most)
    best_own = best_own_of(own)
    by_arrival = [
        candidate_at(survey, row, best_own_seconds=best_own)
        for row in survey.nearest(eligible, max(at_most, MOST_WEIGHED) if at_most > 0 else 0)
    ]
    advised = _advise(look, own, by_arrival)
    chosen = advised.advice.unit_id
    nearest = [c for place, c in enumerate(by_arrival) if place < at_most or c.unit_id == chosen]
    candidates = in_call_order(nearest, incident.priority)
    refusals = list_nearest_refused(survey, eligible | asked, horizon_seconds)
    recommendation = Recommendation(
        incident_id=incident.id,
        jurisdiction_id=incident.jurisdiction_id,
        is_critical=incident.priority is Priority.CRITICAL,
        need=survey.need,
        made_at=look.now,
        picture=_facts(look.near, eligible, (*own, *candidates)),
        degraded=_list_degraded(look, (*own, *candidates)),
        own=own,
        candidates=candidates,
        refusals=tuple(refused_at(survey, row, horizon_seconds=horizon_seconds) for row in refusals),
        advised=advised,
        counterfactual=_find_held_back(look, in_reach & ~permitted, advised),
    )
    return Shown(recommendation, eligible)


def best_own_of(own: Sequence[OwnUnit]) -> int | None:
    """The least of their arrivals."""
    return min((unit.eta_seconds for unit in own if unit.eta_seconds is not None), default=None)


def _advise(look: Look, own: Sequence[OwnUnit], candidates: Sequence[Candidate]) -> Advised:
    return advise(
        look.incident,
        need=look.survey.need,
        own=own,
        candidates=candidates,
        counsel=look.counsel,
        seen=look.seen,
        cover=look.survey.asking.cover,
        now=look.now,
    )


def _find_held_back(look: Look, forbidden: BoolArray, advised: Advised) -> Counterfactual | None:
    """The nearest free unit of a partner that only an agreement keeps from being there sooner."""
    survey, incident, picture = look.survey, look.incident, look.survey.picture
    partners = [name in survey.lending.partners for name in picture.jurisdictions]
    theirs = np.array(partners, dtype=np.bool_)[picture.home[: len(picture)]] & ~survey.own
    held = forbidden & theirs & survey.fits & survey.free
    limit_seconds = look.horizon_seconds
    if advised.arrival_seconds is not None:
        limit_seconds = min(limit_seconds, advised.arrival_seconds)
    rows = survey.nearest(held, MOST_HELD_BACK, within_seconds=limit_seconds)
    return find_counterfactual(
        (refused_at(survey, row, horizon_seconds=look.horizon_seconds) for row in rows),
        pairs=survey.lending.pairs,
        borrower=incident.jurisdiction_id,
        advised_seconds=advised.arrival_seconds,
        waited_seconds=max(0, round((look.now - incident.opened_at).total_seconds())),
        asked_seconds=survey.asking.request_seconds,
        fastest_seconds=advised.fastest_seconds,
    )


def _list_degraded(look: Look, shown: Sequence[Described]) -> tuple[str, ...]:
    notes = list_degraded(shown)
    return (*notes, Degraded.COVER_FIGURES_NOT_READY.value) if look.counsel.is_waiting else notes


def _facts(near: Neighbourhood, eligible: BoolArray, shown: Sequence[Described]) -> PictureFacts:
    ages = [unit.position_age_seconds for unit in shown if unit.position_age_seconds is not None]
    return PictureFacts(
        counter=near.counter,
        units=near.units,
        eligible=int(np.count_nonzero(eligible)),
        unknown=near.unknown,
        oldest_position_seconds=max(ages, default=None),
    )
