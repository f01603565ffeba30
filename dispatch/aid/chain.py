"""Chains of requests: one need of one incident, asked of one lender after another."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from dispatch.aid.assignment import Assignment
from dispatch.aid.needs import list_unmet_needs
from dispatch.aid.request import BROKEN_OFF, AidRequest, RequestState
from dispatch.model.ids import RequestId, UnitId
from dispatch.model.incident import Incident, IncidentState
from dispatch.model.unit import Unit, UnitType

OVER: Final = frozenset({RequestState.DECLINED, RequestState.EXPIRED, RequestState.WITHDRAWN})
"""Ends that leave the unit to whoever asks next."""


class NextStep(StrEnum):
    """What came of a chain after a request that nobody granted."""

    ASKED = "asked"
    NONE = "none"
    """Nobody is left to ask now: a person must telephone."""


def list_broken_off(requests: Iterable[AidRequest]) -> Sequence[AidRequest]:
    """The newest request of each chain that was declined or expired, oldest chain first."""
    newest: dict[RequestId, AidRequest] = {}
    for request in requests:
        known = newest.get(request.first_request_id)
        if known is None or request.attempt > known.attempt:
            newest[request.first_request_id] = request
    broken = [request for request in newest.values() if request.state in BROKEN_OFF]
    return sorted(broken, key=lambda request: (request.requested_at, request.id))


def list_asked(requests: Iterable[AidRequest]) -> frozenset[UnitId]:
    """The units that said no or nothing to this incident, in whichever chain."""
    return frozenset(request.unit_id for request in requests if request.state in BROKEN_OFF)


def list_open_needs(
    incident: Incident,
    *,
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    units: Mapping[UnitId, Unit],
) -> Sequence[UnitType]:
    """What an active incident still wants; empty where as many questions are open as needs."""
    if incident.state is not IncidentState.ACTIVE:
        return ()
    unmet = list_unmet_needs(incident, assignments, units)
    asked = sum(r.incident_id == incident.id and r.state is RequestState.OFFERED for r in requests)
    return unmet if len(unmet) > asked else ()


def find_next_step(request: AidRequest, of_incident: Iterable[AidRequest], *, short: bool) -> NextStep | None:
    """What became of the chain after ``request``; None while it stands, or where nothing more is wanted.

    ``short``: whether the incident has open needs.
    """
    if request.state not in BROKEN_OFF:
        return None
    chain = (other for other in of_incident if other.first_request_id == request.first_request_id)
    if any(other.attempt > request.attempt for other in chain):
        return NextStep.ASKED
    return NextStep.NONE if short and request.exhausted_at is not None else None
