"""A lender with a call of its own that waits for just such a unit, at least as urgent, does not lend it.

Else the call that it cannot answer would be answered by aid in its turn, and the chain of aid has no end.
It is a rule for what is proposed and for aid that nobody is asked about; a lender who says yes by hand is
told, and decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.aid.assignment import Assignment
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Incident, IncidentState, Priority, Purpose
from dispatch.model.unit import SATISFIED_BY, UnitType


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCall:
    """An active call that no unit works on: how urgent it is, and what it wants."""

    priority: Priority
    needs: tuple[UnitType, ...]


Waiting = Mapping[JurisdictionId, Sequence[WaitingCall]]
"""The calls that wait, by the jurisdiction whose they are."""


def list_waiting(incidents: Iterable[Incident], assignments: Iterable[Assignment]) -> Waiting:
    """Every jurisdiction's waiting calls.

    ``assignments``: the live ones, and those that ended: what a unit has come to and gone from waits for
    nobody, though nobody has closed it yet.
    """
    served = {
        a.incident_id for a in assignments if a.ended_at is None or a.served or a.arrived_at is not None
    }
    found: defaultdict[JurisdictionId, list[WaitingCall]] = defaultdict(list)
    for incident in incidents:
        if incident.is_call and incident.state is IncidentState.ACTIVE and incident.id not in served:
            needs = tuple(need.unit_type for need in incident.needs)
            found[incident.jurisdiction_id].append(WaitingCall(priority=incident.priority, needs=needs))
    return found


def find_own_need(
    waiting: Waiting,
    lender: JurisdictionId,
    unit_type: UnitType,
    *,
    priority: Priority,
    purpose: Purpose = Purpose.INCIDENT,
) -> Reason | None:
    """Why the lender needs such a unit itself, if so. Before standing by, every call of its own goes."""
    for call in waiting.get(lender, ()):
        if purpose is Purpose.INCIDENT and call.priority.rank > priority.rank:
            continue
        need = next((need for need in call.needs if unit_type in SATISFIED_BY[need]), None)
        if need is not None:
            figures = {"lender": lender, "need": need.value}
            return Reason(code=ReasonCode.OWN_CALL_WAITING, figures=figures)
    return None
