"""Who asks and in what situation: what agreements want to know beside the unit and the call.

From the read-model for what is shown (``asking_now``); from the record for what is decided
(``asking_in``), inside the transaction that commits it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from dispatch.agreements.clause_wording import clause_sentence
from dispatch.agreements.pairs import Pairs
from dispatch.agreements.provisions import DataSharing, Withheld
from dispatch.agreements.restrictions import DailyCap, Trigger
from dispatch.agreements.standing import Standing, Waiver
from dispatch.agreements.terms import Agreement, Kind
from dispatch.agreements.wording import sentence
from dispatch.aid.assignment import Assignment
from dispatch.aid.crew import Crews
from dispatch.aid.duties import list_duties, stand_down_duty
from dispatch.aid.lending import Asking
from dispatch.aid.overwhelm import assess
from dispatch.aid.request import AidRequest, RequestState
from dispatch.aid.stand_down import StandDown
from dispatch.aid.standby_wording import stand_down_sentence
from dispatch.aid.standing_by import STANDING, UNSENDABLE, Standby, list_sendable, list_standbys
from dispatch.aid.waiting import Waiting, find_own_need, list_waiting
from dispatch.aid.waiver import AskedWaiver, rests_on
from dispatch.model.ids import AgreementId, IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import FREE, SATISFIED_BY, UnitType
from dispatch.services.command import Row
from dispatch.services.ports import Reader
from dispatch.services.world import RECENT, World

UNNEEDED: Final[tuple[Assignment, ...]] = ()
"""Where no cap per day stands between the two, nobody counts what has ended."""


def asking_now(world: World, incident: Incident, *, requester: Role | None, now: datetime) -> Asking:
    """As this process knows it."""
    cover = world.covers.get(incident.jurisdiction_id)
    homes = (incident.jurisdiction_id, *world.book.pairs.list_others(incident.jurisdiction_id))
    return Asking(
        requester=requester,
        cover=cover.state_for(incident) if cover else None,
        standing=world.standing_for(incident.id, now),
        recent=tuple(world.list_recent(now, homes)),
        crews=Crews(work=world.work_of_crews(homes), rules=world.crew_rules),
        stands_by=_list_known(world, incident.jurisdiction_id),
        waiting=waiting_now(world, homes),
        standbys=_list_seen(world, incident.jurisdiction_id),
    )


def waiting_now(world: World, homes: Iterable[JurisdictionId]) -> Waiting:
    """The calls of these jurisdictions that wait, as this process knows it."""
    wanted = frozenset(homes)
    calls = [one for one in world.incidents.values() if one.jurisdiction_id in wanted]
    live = [work for one in calls for work in world.list_assignments_of(one.id)]
    return list_waiting(calls, live, come=world.assignments.come)


def _list_seen(world: World, jurisdiction_id: JurisdictionId) -> Mapping[UnitId, Standby]:
    """Whose post the jurisdiction knows: its own units' and those of whoever stands by for it."""
    return {
        standby.unit_id: standby
        for standby in list_standbys(world.list_standing_by(), world.incidents)
        if jurisdiction_id in (standby.borrower, standby.assignment.home)
    }


def _list_known(world: World, borrower: JurisdictionId) -> Mapping[UnitId, Assignment]:
    """The units that stand by here and that, as far as anybody knows, can be sent."""
    sendable = list_sendable(borrower, world.list_standing_by(), world.incidents)
    return {
        unit_id: standby
        for unit_id, standby in sendable.items()
        if (state := world.picture.state(unit_id)) and state.status not in UNSENDABLE
    }


def asking_in(
    reader: Reader,
    world: World,
    incident: Incident,
    *,
    pairs: Pairs,
    lender: JurisdictionId,
    requester: Role | None,
    now: datetime,
) -> Asking:
    """As the record says it, when the lender's unit is about to be asked for.

    ``pairs``: the agreements on record, which may be newer than what this process knows.
    """
    pair = {"lender": lender, "borrower": incident.jurisdiction_id}
    short = _mentions(pairs, Trigger, **pair)
    counted = _mentions(pairs, DailyCap, **pair)
    closures = tuple(closure.said for closure in reader.list_closures(holding_at=now))
    return Asking(
        requester=requester,
        cover=cover_in(reader, world, incident, now=now) if short else None,
        standing=Standing(closures=closures, waivers=_list_given(reader, incident.id)),
        recent=tuple(reader.list_assignments(since=now - RECENT)) if counted else UNNEEDED,
        crews=Crews(rules=world.crew_rules),
        waiting=waiting_in(reader, lender),
    )


def waiting_in(reader: Reader, lender: JurisdictionId) -> Waiting:
    """The lender's calls that wait, as the record says."""
    ours = [one for one in reader.list_incidents(active_only=True) if one.jurisdiction_id == lender]
    work = [done for one in ours for done in reader.list_assignments(incident_id=one.id)]
    return list_waiting(ours, work)


def asking_again(
    reader: Reader, world: World, incident: Incident, request: AidRequest, *, pairs: Pairs, now: datetime
) -> Asking:
    """The same for a request that is being accepted, with the waivers that it rests on.

    No closure stands in its way, and no call of its own that waits: who says yes is the lender itself, which
    is told of it; and aid under way goes on. An offer of the lender's is taken by the borrower, up to a whole
    time to answer later: there both stand in its way.
    """
    asking = asking_in(
        reader, world, incident, pairs=pairs, lender=request.lender, requester=request.requester, now=now
    )
    held = (
        rests_on(w, request.id, until=request.expires_at)
        for w in reader.list_waivers(incident_id=incident.id)
    )
    waivers = (*asking.standing.waivers, *(waiver for waiver in held if waiver))
    if request.offered_by_lender:
        return replace(asking, standing=replace(asking.standing, waivers=waivers))
    return Asking(
        requester=asking.requester,
        cover=asking.cover,
        standing=Standing(waivers=waivers),
        recent=asking.recent,
        crews=asking.crews,
    )


def cover_in(reader: Reader, world: World, incident: Incident, *, now: datetime) -> CoverState:
    """How a call's jurisdiction is covered: as is watched, or red where the record alone says so.

    What comes with time (a chance, a state that has to settle) only the watch knows; an override counts
    as the record has it.
    """
    home = incident.jurisdiction_id
    live = reader.list_live_assignments()
    incidents = reader.list_incidents(active_only=True)
    ours = [one.id for one in incidents if one.jurisdiction_id == home]
    done = [one for call in ours for one in reader.list_assignments(incident_id=call) if one.ended_at]
    lent = (world.region.units.get(one.unit_id) for one in live if one.lent and one.borrower == home)
    units = [*world.units_of(home), *(unit for unit in lent if unit is not None)]
    states = reader.list_unit_states([unit.id for unit in units])
    held = [o for o in reader.list_overrides(holding_at=now) if o.jurisdiction_id == home and o.holds(now)]
    counted = assess(
        home,
        units=units,
        states={state.unit_id: state for state in states},
        incidents=incidents,
        assignments=(*live, *done),
        now=now,
        alarm=world.practice_of(home).alarm,
        override=held[-1] if held else None,
    )
    watched = world.covers.get(home)
    if counted.override is not None or watched is None or counted.state_for(incident) is CoverState.RED:
        return counted.state_for(incident)
    return watched.state_for(incident)


def find_agreement(world: World, agreement_id: AgreementId | None, version: int | None) -> Agreement | None:
    """The version of an agreement that something rests on."""
    if agreement_id is None:
        return None
    papers = world.book.list_papers_of(agreement_id)
    return next((paper.agreement for paper in papers if paper.agreement.version == version), None)


def duty_rows(world: World, loan: Assignment, *, now: datetime) -> Sequence[Row]:
    """What the loan asks of the two parties at ``now``; and of one that stands by, whether it may go home."""
    may_go = world.stand_downs.get(loan.id) if loan.state in STANDING else None
    prompts = [stand_down_row(may_go)] if may_go else []
    if not loan.lent:
        return prompts
    agreement = find_agreement(world, loan.agreement_id, loan.agreement_version)
    since = _home_unit_free_since(world, loan)
    duties = list_duties(loan, agreement, now=now, home_unit_free_since=since)
    return [*prompts, *(duty.to_json() for duty in duties)]


def stand_down_row(stand_down: StandDown) -> Row:
    """The prompt with its sentence."""
    return {**stand_down_duty(stand_down).to_json(), "sentence": stand_down_sentence(stand_down.because)}


def waived_sentence(world: World, waiver: AskedWaiver) -> str:
    """What the clause says that is to rest."""
    agreement = find_agreement(world, waiver.agreement_id, waiver.agreement_version)
    clauses = agreement.clauses if agreement else ()
    return next((clause_sentence(c, world.names) for c in clauses if c.id == waiver.clause), "")


def warnings_for(world: World, request: AidRequest, incident: Incident) -> Sequence[Row]:
    """What the lender should think of before it lends: a call of its own that waits for just such a unit."""
    unit, lender = world.region.units.get(request.unit_id), request.lender
    if unit is None or request.state is not RequestState.OFFERED:
        return []
    found = find_own_need(
        waiting_now(world, (lender,)),
        lender,
        unit.unit_type,
        free=_count_free(world, lender, besides=request),
        priority=incident.priority,
        purpose=incident.purpose,
    )
    if found is None:
        return []
    return [{**found.to_json(), "sentence": sentence(found, world.names, lender=request.lender)}]


def _count_free(world: World, lender: JurisdictionId, *, besides: AidRequest) -> Mapping[UnitType, int]:
    """The lender's free units by type, the one asked for ``besides`` all that is on offer among them."""
    units = world.units_of(lender)
    bound = {request.unit_id for request in world.list_outstanding() if request.id != besides.id}
    free = {unit_id for unit_id, state in world.states_of(units).items() if state.status in FREE} - bound
    return Counter(
        unit.unit_type for unit in units if unit.id in free and world.find_live_assignment(unit.id) is None
    )


def withheld_by(world: World, request: AidRequest) -> Collection[Withheld]:
    """What the agreement that a request was made under hides from its lender."""
    agreement = find_agreement(world, request.agreement_id, request.agreement_version)
    clause = agreement.find(DataSharing) if agreement else None
    return clause.withhold if clause else ()


def withheld_between(
    world: World, one: JurisdictionId | None, other: JurisdictionId, *, now: datetime
) -> Collection[Withheld]:
    """What the agreements in force between the two hide, in either direction. Asked for every unit's row."""
    if one is None or one == other:
        return ()
    found: set[Withheld] = set()
    for lender, borrower in ((one, other), (other, one)):
        if _mentions(world.book.pairs, DataSharing, lender=lender, borrower=borrower):
            for agreement in world.book.pairs.list_in_force(lender=lender, borrower=borrower, now=now):
                clause = agreement.find(DataSharing)
                found.update(clause.withhold if clause else ())
    return found


def _home_unit_free_since(world: World, loan: Assignment) -> datetime | None:
    """Since when a unit of the borrower is free that could do what the lent one does."""
    incident, lent = world.incidents.get(loan.incident_id), world.region.units.get(loan.unit_id)
    if incident is None or lent is None or not incident.is_call:
        return None
    wanted = [need.unit_type for need in incident.needs if lent.unit_type in SATISFIED_BY[need.unit_type]]
    fitting = frozenset().union(*(SATISFIED_BY[need] for need in wanted or [lent.unit_type]))
    units = [unit for unit in world.units_of(loan.borrower) if unit.unit_type in fitting]
    free = [
        state.changed_at
        for unit_id, state in world.states_of(units).items()
        if state.status in FREE and world.find_live_assignment(unit_id) is None
    ]
    return min(free, default=None)


def _mentions(pairs: Pairs, kind: type[Kind], *, lender: JurisdictionId, borrower: JurisdictionId) -> bool:
    agreements = pairs.list_for(lender=lender, borrower=borrower)
    return any(agreement.find(kind) is not None for agreement in agreements)


def _list_given(reader: Reader, incident_id: IncidentId) -> tuple[Waiver, ...]:
    given = (waiver.given for waiver in reader.list_waivers(incident_id=incident_id))
    return tuple(waiver for waiver in given if waiver)
