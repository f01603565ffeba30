"""A lender lends no unit that a call of its own waits for, at least as urgent, unless its others would do.

Else the call that it cannot answer would be answered by aid in its turn, and the chain of aid has no end.
It is a rule for what is proposed and for aid that nobody is asked about; a lender who says yes by hand is
told, and decides.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.aid.assignment import Assignment
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Incident, IncidentState, Priority, Purpose
from dispatch.model.unit import SATISFIED_BY, UnitType


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCall:
    """An active call that no unit works on or has come to: how urgent, what it wants, one entry per unit."""

    priority: Priority
    needs: tuple[UnitType, ...]


Waiting = Mapping[JurisdictionId, Sequence[WaitingCall]]
"""The calls that wait, by the jurisdiction whose they are."""


def is_unattended(incident: Incident, attended: Collection[IncidentId]) -> bool:
    """Whether it is an active call that is not among those that a unit works on or has come to."""
    return incident.is_call and incident.state is IncidentState.ACTIVE and incident.id not in attended


def list_waiting(
    incidents: Iterable[Incident],
    assignments: Iterable[Assignment],
    *,
    come: Collection[IncidentId] = frozenset(),
) -> Waiting:
    """Every jurisdiction's waiting calls.

    ``assignments``: the live ones, and those that ended, or ``come``: the calls that units came to and left.
    What a unit has come to waits for nobody, though nobody has closed it yet.
    """
    attended = {a.incident_id for a in assignments if a.attends}.union(come)
    found: defaultdict[JurisdictionId, list[WaitingCall]] = defaultdict(list)
    for incident in incidents:
        if is_unattended(incident, attended):
            needs = tuple(need.unit_type for need in incident.needs for _ in range(need.count))
            found[incident.jurisdiction_id].append(WaitingCall(priority=incident.priority, needs=needs))
    return found


def find_own_need(
    waiting: Waiting,
    lender: JurisdictionId,
    unit_type: UnitType,
    *,
    free: Mapping[UnitType, int],
    priority: Priority,
    purpose: Purpose = Purpose.INCIDENT,
) -> Reason | None:
    """Why the lender needs such a unit itself, if so. Before standing by, every call of its own goes.

    ``free``: its free units by type, the one asked about among them (one more where none of its type is). It
    is needed where the others could serve fewer of the calls that wait; where they serve as many, they serve
    whichever of them they could before. How far a unit is from a call is not asked.
    """
    needs = [
        need
        for call in waiting.get(lender, ())
        if purpose is Purpose.STANDBY or call.priority.rank <= priority.rank
        for need in call.needs
    ]
    fitting = next((need for need in needs if unit_type in SATISFIED_BY[need]), None)
    if fitting is None:
        return None
    count = max(1, free.get(unit_type, 0))
    wanted = Counter(needs)
    before = _count_served(wanted, {**free, unit_type: count})
    if _count_served(wanted, {**free, unit_type: count - 1}) == before:
        return None
    figures = {"lender": lender, "need": fitting.value}
    return Reason(code=ReasonCode.OWN_CALL_WAITING, figures=figures)


def _count_served(wanted: Mapping[UnitType, int], free: Mapping[UnitType, int]) -> int:
    """How many of the needs the units can meet at most, one each, whoever stands in for whom.

    By Hall's theorem in Ore's form: whichever kinds of need one takes, no more than what is wanted of the
    other kinds, and the units that meet one of these; and as many as the least of these sums. Exact also
    where of two types neither stands in for the other.
    """
    return min(
        sum(count for need, count in wanted.items() if need not in some)
        + sum(max(0, free.get(unit_type, 0)) for unit_type in _meeting_any(frozenset(some)))
        for size in range(len(wanted) + 1)
        for some in combinations(wanted, size)
    )


@cache
def _meeting_any(needs: frozenset[UnitType]) -> frozenset[UnitType]:
    return frozenset().union(*(SATISFIED_BY[need] for need in needs))
