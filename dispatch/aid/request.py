"""The aid request: one question from a borrower to a lender about one named unit.

States follow EDXL-RM 1.0 (RequestResource, ResponseToRequestResource, RequestReturn/Recall);
``expired`` is a request that nobody answered in the agreement's answer time.

A lender may answer with another of its units: the request ends as declined, and a counter-offer of the same
chain, ``offered_by_lender``, goes back to the borrower. It is a request like any other, with the same steps,
but for who puts it and who answers: ``asker`` and ``answerer``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from dispatch.model.errors import AlreadyAnswered, Forbidden, IllegalStep, StaleVersion
from dispatch.model.ids import (
    AgreementId,
    IncidentId,
    JurisdictionId,
    RecommendationId,
    RequestId,
    UnitId,
    WaiverId,
)
from dispatch.model.principal import Role


class RequestState(StrEnum):
    """Where a request stands; all but ``offered`` are final."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class DeclineReason(StrEnum):
    """Why a lender said no (EDXL-RM leaves the list to the parties; this is ours)."""

    NO_UNIT = "no_unit"
    COVERAGE_FLOOR = "coverage_floor"
    CAPABILITY = "capability"
    WEATHER = "weather"
    CREW_FATIGUE = "crew_fatigue"
    OTHER = "other"


OTHER_UNIT: Final = "other_unit"
"""Why a request ended that was answered with another unit: no reason that anybody could give alone."""

OFFER_WITHDRAWN: Final = "offer_withdrawn"
"""Why a counter-offer ended that its lender took back."""

S = RequestState
NEXT: Final[Mapping[S, frozenset[S]]] = {
    S.OFFERED: frozenset({S.ACCEPTED, S.DECLINED, S.EXPIRED, S.WITHDRAWN}),
}
"""The whole lifecycle; a state that is absent is final."""


BROKEN_OFF: Final = frozenset({S.DECLINED, S.EXPIRED})
"""Ends of a request after which the next candidate is asked; a withdrawn one ends its chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AidRequest:
    """A request with the permit it was made under and what the borrower saw.

    ``attempt`` counts from 1 within the chain that ``first_request_id`` names; ``asked_before`` are
    the units that this chain asked for already. ``automatic`` aid needs no answer. ``exhausted_at``:
    when, after this request, nobody was left to ask. ``requester``: the role of the person whose question
    began the chain, which the service's own questions carry on. ``waivers``: what its permit rests on.
    ``learned_seconds`` of ``eta_seconds`` were learned from earlier arrivals.

    ``offered_by_lender``: a counter-offer. ``delivered_at`` and ``seen_at`` are its receipts, the first of
    each; ``receipts.py`` has their rules. They leave ``version`` as it is: whoever is about to answer what is
    in view must not be told that it changed under their hand.
    """

    id: RequestId
    incident_id: IncidentId
    unit_id: UnitId
    borrower: JurisdictionId
    lender: JurisdictionId
    agreement_id: AgreementId
    agreement_version: int
    clauses: tuple[str, ...]
    automatic: bool
    may_decline: bool
    eta_seconds: int
    eta_basis: str
    keeps: int
    floor: int
    requested_at: datetime
    expires_at: datetime
    first_request_id: RequestId
    attempt: int = 1
    asked_before: tuple[UnitId, ...] = ()
    recommendation_id: RecommendationId | None = None
    requested_by: str = ""
    state: RequestState = RequestState.OFFERED
    answered_at: datetime | None = None
    answered_by: str = ""
    reason: str = ""
    note: str = ""
    version: int = 1
    exhausted_at: datetime | None = None
    requester: Role | None = None
    waivers: tuple[WaiverId, ...] = ()
    learned_seconds: int = 0
    offered_by_lender: bool = False
    delivered_at: datetime | None = None
    seen_at: datetime | None = None
    seen_by: str = ""

    @property
    def asker(self) -> JurisdictionId:
        """Who put it."""
        return self.lender if self.offered_by_lender else self.borrower

    @property
    def answerer(self) -> JurisdictionId:
        """Who is to say yes or no."""
        return self.borrower if self.offered_by_lender else self.lender


def accept(request: AidRequest, *, by: str, expected: int | None, now: datetime) -> AidRequest:
    """The unit is committed. A late answer is refused even if no sweep has run yet.

    Raises ``StaleVersion`` and ``IllegalStep`` (``offer_expired`` when too late).
    """
    _require_step(request, S.ACCEPTED, expected=expected)
    _require_in_time(request, S.ACCEPTED, now=now)
    return _answered(request, S.ACCEPTED, by=by, now=now)


def by_agreement(request: AidRequest) -> str:
    """Who answers for automatic aid: nobody was asked."""
    return f"agreement {request.agreement_id}"


def decline(
    request: AidRequest,
    *,
    by: str,
    reason: DeclineReason,
    note: str,
    expected: int | None,
    now: datetime,
) -> AidRequest:
    """Whoever is asked says no. Raises ``Forbidden`` where the agreement makes the aid mandatory."""
    _require_step(request, S.DECLINED, expected=expected)
    if not request.may_decline:
        raise Forbidden(["aid_is_mandatory"])
    return replace(_answered(request, S.DECLINED, by=by, now=now), reason=reason.value, note=note)


def counter(request: AidRequest, *, by: str, note: str, expected: int | None, now: datetime) -> AidRequest:
    """The lender would rather send another unit: this request ends, and a counter-offer takes its place.

    Never too late: by then the next candidate may have been asked. Raises ``StaleVersion``, ``IllegalStep``
    (``offer_expired``; ``is_counter_offer``: it goes back and forth once only) and, where the agreement makes
    the aid mandatory, ``Forbidden``: then it is the unit asked for that comes.
    """
    _require_step(request, S.DECLINED, expected=expected)
    if request.offered_by_lender:
        raise IllegalStep(request.state, wanted="countered", because="is_counter_offer")
    _require_in_time(request, S.DECLINED, now=now)
    if not request.may_decline:
        raise Forbidden(["aid_is_mandatory"])
    return replace(_answered(request, S.DECLINED, by=by, now=now), reason=OTHER_UNIT, note=note)


def lapse(request: AidRequest, *, because: str, now: datetime) -> AidRequest:
    """The unit became unavailable while the offer stood: no discretion, so mandatory aid lapses too.

    Raises ``IllegalStep``.
    """
    _require_step(request, S.DECLINED, expected=None)
    lapsed = _answered(request, S.DECLINED, by="service", now=now)
    return replace(lapsed, reason=DeclineReason.NO_UNIT.value, note=because)


def expire(request: AidRequest, *, now: datetime) -> AidRequest:
    """Nobody answered. Raises ``IllegalStep`` before ``expires_at``."""
    _require_step(request, S.EXPIRED, expected=None)
    if now < request.expires_at:
        raise IllegalStep(request.state, wanted=S.EXPIRED, because="not_yet_due")
    return replace(_answered(request, S.EXPIRED, by="service", now=now), reason="no_answer")


def withdraw(request: AidRequest, *, by: str, reason: str, expected: int | None, now: datetime) -> AidRequest:
    """The borrower takes the question back (EDXL-RM RecallType Cancel)."""
    _require_step(request, S.WITHDRAWN, expected=expected)
    return replace(_answered(request, S.WITHDRAWN, by=by, now=now), reason=reason)


def take_back(offer: AidRequest, *, by: str, note: str, expected: int | None, now: datetime) -> AidRequest:
    """The lender takes its counter-offer back, which to the borrower is the lender's no: the chain goes on.

    Raises ``StaleVersion`` and ``IllegalStep`` (answered; ``no_counter_offer``).
    """
    _require_step(offer, S.DECLINED, expected=expected)
    if not offer.offered_by_lender:
        raise IllegalStep(offer.state, wanted="taken_back", because="no_counter_offer")
    return replace(_answered(offer, S.DECLINED, by=by, now=now), reason=OFFER_WITHDRAWN, note=note)


def exhaust(request: AidRequest, *, now: datetime | None) -> AidRequest:
    """Nobody is left to ask after this request (``now`` None: nobody need be asked any more).

    Raises ``IllegalStep`` for one after which nobody would be asked.
    """
    if request.state not in BROKEN_OFF:
        raise IllegalStep(request.state, wanted="next_candidate", because="chain_went_on")
    return replace(request, exhausted_at=now, version=request.version + 1)


def is_outstanding(request: AidRequest, *, now: datetime) -> bool:
    """Whether the offer still binds the lender's reserve: unanswered and not yet expired."""
    return request.state is S.OFFERED and now < request.expires_at


def _require_step(request: AidRequest, wanted: S, *, expected: int | None) -> None:
    if wanted not in NEXT.get(request.state, frozenset()):
        by, at = request.answered_by, request.answered_at
        raise AlreadyAnswered(request.state, wanted=wanted, by=by, at=at)
    if expected is not None and expected != request.version:
        raise StaleVersion(f"request {request.id}", presented=expected, current=request.version)


def _require_in_time(request: AidRequest, wanted: S, *, now: datetime) -> None:
    if now >= request.expires_at:
        raise IllegalStep(request.state, wanted=wanted, because="offer_expired")


def _answered(request: AidRequest, state: S, *, by: str, now: datetime) -> AidRequest:
    return replace(request, state=state, answered_at=now, answered_by=by, version=request.version + 1)
