"""What the agreements say to one borrower about one incident, asked once per lender and unit type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit, Refusal, Speaker, judge, list_speakers
from dispatch.agreements.question import Call, LentUnit, Loans
from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.agreements.restrictions import ContentField, Staffing, UnitTypes
from dispatch.agreements.standing import NO_STANDING, Standing
from dispatch.agreements.terms import Agreement
from dispatch.aid.arrival.corrections import NO_CORRECTIONS, Corrections
from dispatch.aid.arrival.estimate import REQUEST_SECONDS
from dispatch.aid.assignment import Assignment
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.crew import NO_CREWS, Crews, list_crew_reasons
from dispatch.aid.loans import Commitments, PostOf, asked_for, commitments_of, loans_of, without_standby
from dispatch.aid.request import AidRequest
from dispatch.aid.standing_by import UNSENDABLE, Standby
from dispatch.aid.waiting import Waiting, find_own_need
from dispatch.model.clock import iso
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, JurisdictionId, RequestId, UnitId
from dispatch.model.incident import Incident, Priority, Purpose
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import FREE, Unit, UnitState, UnitStatus, UnitType

Agreements = Pairs | Iterable[Agreement]
"""All agreements of the region. Whoever asks often keeps the index (``Pairs``) and hands it in."""

NO_LOANS: Final = Loans()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks and in what situation, as far as agreements want to know.

    ``requester`` None: nobody asks yet. ``cover``: the borrower's. ``standing``: closures and waivers.
    ``recent``: assignments that began in the last two days, ended ones too. ``purpose``: to an
    incident, or to stand by. ``request_seconds``: from asking a neighbour to its unit being sent, where
    somebody is asked and the agreement gives so long; ``corrections``: what was learned of arrivals;
    ``crews``: what crews have worked. ``stands_by``: units that stand by for whoever asks and may be sent
    on. ``waiting``: the calls that wait for a unit of their own jurisdiction's. ``standbys``: own units that
    stand by anywhere, and everybody who stands by for whoever asks: where they are without a position.
    """

    requester: Role | None = None
    cover: CoverState | None = None
    standing: Standing = NO_STANDING
    recent: tuple[Assignment, ...] = ()
    purpose: Purpose = Purpose.INCIDENT
    request_seconds: int = REQUEST_SECONDS
    corrections: Corrections = NO_CORRECTIONS
    crews: Crews = NO_CREWS
    stands_by: Mapping[UnitId, Assignment] = field(default_factory=dict)
    waiting: Waiting = field(default_factory=dict)
    standbys: Mapping[UnitId, Standby] = field(default_factory=dict)

    def commitments(
        self,
        assignments: Iterable[Assignment],
        requests: Iterable[AidRequest],
        *,
        now: datetime,
        looked_at: RequestId | None = None,
    ) -> Commitments:
        """What binds units for whoever asks."""
        recent, stands_by = self.recent, self.stands_by
        return commitments_of(
            assignments, requests, now=now, looked_at=looked_at, recent=recent, stands_by=stands_by
        )


NOBODY_ASKS: Final = Asking()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending:
    """Every agreement's answer to one borrower for one call at one moment.

    Pairs are looked up once and answers are kept, one for all units with equal facts: a
    recommendation asks for a whole fleet.
    """

    call: Call
    now: datetime
    pairs: Pairs
    partners: frozenset[JurisdictionId]
    """Who shares an agreement in force with the borrower, whichever way it runs."""
    loans: Mapping[JurisdictionId, Loans]
    standing: Standing = NO_STANDING
    post_of: PostOf | None = None
    waiting: Waiting = field(default_factory=dict)
    stands_by: Mapping[UnitId, Assignment] = field(default_factory=dict)
    _answers: dict[tuple[JurisdictionId, LentUnit, bool], Permit | Refusal] = field(default_factory=dict)
    _speakers: dict[JurisdictionId, tuple[Speaker, ...]] = field(default_factory=dict)
    _particular: dict[JurisdictionId, bool] = field(default_factory=dict)

    def answer(self, unit: Unit, *, counted_free: bool = True) -> Permit | Refusal:
        """Whether the unit's home may send it.

        A unit that is not among the lender's free ones (``counted_free`` false) is judged as if it
        were: what its reserve would say once it is back, not a floor that it never held up.
        One that stands by for the borrower is judged by ``answer_sent_on``.
        """
        lender, facts = unit.jurisdiction_id, self.facts_of(unit)
        key = (lender, facts, counted_free)
        known = self._answers.get(key)
        standby = self.stands_by.get(unit.id)
        if standby is not None:
            loans = without_standby(self.loans.get(lender, NO_LOANS), facts, standby)
            return self.answer_sent_on(unit, loans, under=standby.agreement_id)
        if known is None:
            loans = self.loans.get(lender, NO_LOANS)
            if not counted_free:
                loans = _with_one_more(loans, facts)
            answer = self._judge(lender, facts, loans, self.standing)
            known = self._answers[key] = self._unless_needed(lender, facts, loans, answer)
        return known

    def answer_sent_on(self, unit: Unit, loans: Loans, *, under: AgreementId | None) -> Permit | Refusal:
        """Whether a unit that stands by for the borrower, lent ``under`` an agreement, may go to the call.

        ``loans``: its home's, as if it had stayed there. Clauses on what it is lent for, where, when and to
        whom hold for the call. What guards its home does not hold it back, because it is out already: no
        floor, no cap that its loan is counted under, no call that waits there, nor that its home has closed
        itself since. What its home needs now is for a recall to say.
        """
        facts = replace(self.facts_of(unit), is_out=True, out_under=under)
        standing = Standing(waivers=self.standing.waivers)
        return self._judge(unit.jurisdiction_id, facts, loans, standing)

    def _judge(
        self, lender: JurisdictionId, facts: LentUnit, loans: Loans, standing: Standing
    ) -> Permit | Refusal:
        return judge(
            self._speakers_of(lender),
            lender=lender,
            unit=facts,
            call=self.call,
            loans=loans,
            now=self.now,
            standing=standing,
        )

    def _unless_needed(
        self, lender: JurisdictionId, facts: LentUnit, loans: Loans, answer: Permit | Refusal
    ) -> Permit | Refusal:
        """A stranger's calls are none of the borrower's business."""
        if lender not in self.partners:
            return answer
        call, free = self.call, loans.free_by_type
        needed = find_own_need(
            self.waiting, lender, facts.unit_type, free=free, priority=call.priority, purpose=call.purpose
        )
        if needed is None:
            return answer
        return Refusal(reasons=(needed, *(answer.reasons if isinstance(answer, Refusal) else ())))

    def _speakers_of(self, lender: JurisdictionId) -> tuple[Speaker, ...]:
        known = self._speakers.get(lender)
        if known is None:
            borrower = self.call.borrower
            of_pair = self.pairs.list_for(lender=lender, borrower=borrower)
            known = self._speakers[lender] = list_speakers(
                of_pair, lender=lender, borrower=borrower, now=self.now
            )
        return known

    def is_particular(self, lender: JurisdictionId) -> bool:
        """Whether the answer may differ between two units of the same type of this lender."""
        known = self._particular.get(lender)
        if known is None:
            known = self._particular[lender] = (
                self.pairs.has_area_floor(lender)
                or any(waiver.lender == lender for waiver in self.standing.waivers)
                or any(
                    isinstance(clause, Staffing)
                    or (isinstance(clause, UnitTypes) and clause.nims_type_at_most is not None)
                    for agreement in self.pairs.list_for(lender=lender, borrower=self.call.borrower)
                    for clause in agreement.clauses
                )
            )
        return known

    def after(self, unit: Unit, permit: Permit) -> "Lending":
        """What the agreements say once this unit is on offer under ``permit`` too.

        One that stands by is sent on: it was out before, and is the same loan.
        """
        lender, facts = unit.jurisdiction_id, self.facts_of(unit)
        loans, standby = self.loans.get(lender, NO_LOANS), self.stands_by.get(unit.id)
        if standby is not None:
            loans = without_standby(loans, facts, standby)
        loans = asked_for(loans, facts, permit, now=self.now)
        kept = {key: answer for key, answer in self._answers.items() if key[0] != lender}
        return replace(self, loans={**self.loans, lender: loans}, _answers=kept)

    def facts_of(self, unit: Unit) -> LentUnit:
        """What this lender's agreements ask of the unit: units with equal facts get the same answer."""
        lender = unit.jurisdiction_id
        if not self.is_particular(lender):
            return _PLAIN[unit.unit_type]
        placed = self.post_of is not None and self.pairs.has_area_floor(lender)
        waived = any(waiver.unit_id == unit.id for waiver in self.standing.waivers)
        return LentUnit(
            unit_type=unit.unit_type,
            certifications=unit.capabilities,
            crew_size=unit.crew_size,
            nims_type=unit.nims_type,
            post=self.post_of(unit) if placed and self.post_of else None,
            id=unit.id if waived else None,
        )


def call_of(incident: Incident, asking: Asking) -> Call:
    """The call for aid that an incident makes.

    To stand by is asked for with life-threatening calls in view: nobody knows yet which will come. When one
    does, the unit is judged again for it. A backfill is asked for by the dispatcher who needs the lender's
    unit, and who is no member of the lender's: ``by_another``.
    """
    given = {
        ContentField.ADDRESS: incident.address,
        ContentField.NOTE: incident.note,
        ContentField.NATURE: incident.nature,
    }
    purpose = asking.purpose if incident.is_call else incident.purpose
    return Call(
        borrower=incident.jurisdiction_id,
        priority=incident.priority if incident.is_call else Priority.CRITICAL,
        nature=incident.nature,
        position=incident.position,
        incident_id=incident.id,
        purpose=purpose,
        requester=asking.requester,
        by_another=incident.backfill_of is not None,
        cover=asking.cover,
        stated=frozenset(name for name, said in given.items() if said.strip()),
    )


def lending_for(
    incident: Incident,
    *,
    agreements: Agreements,
    loans: Mapping[JurisdictionId, Loans],
    now: datetime,
    asking: Asking = NOBODY_ASKS,
    post_of: PostOf | None = None,
) -> Lending:
    """The agreements' answers for an incident's jurisdiction as borrower."""
    pairs = agreements if isinstance(agreements, Pairs) else Pairs(agreements)
    return Lending(
        call=call_of(incident, asking),
        now=now,
        pairs=pairs,
        partners=frozenset(pairs.list_partners(incident.jurisdiction_id, now)),
        loans=loans,
        standing=asking.standing,
        post_of=post_of,
        waiting=asking.waiting,
        stands_by=asking.stands_by,
    )


def list_unit_reasons(unit_id: UnitId, *, status: UnitStatus, commitments: Commitments) -> list[Reason]:
    """What in the unit's own situation forbids to send it now. Empty for a unit that is free."""
    reasons = []
    assignment = commitments.assigned.get(unit_id)
    offer = commitments.promised.get(unit_id)
    # Who stands by for whoever asks may be sent on, whatever stage of that it reports.
    stands_by = unit_id in commitments.stands_by
    if assignment is not None:
        reasons.append(Reason(code=ReasonCode.COMMITTED, figures={"state": assignment.state.value}))
    elif status is UnitStatus.UNKNOWN:
        reasons.append(Reason(code=ReasonCode.UNKNOWN_STATUS))
    elif status in UNSENDABLE if stands_by else status not in FREE:
        reasons.append(Reason(code=ReasonCode.NOT_AVAILABLE, figures={"status": status.value}))
    if offer is not None:
        # Not to whom: the other borrower's incident is none of this borrower's business.
        reasons.append(Reason(code=ReasonCode.PROMISED, figures={"until": iso(offer.expires_at)}))
    return reasons


def still_permitted(
    unit: Unit,
    incident: Incident,
    *,
    units: Iterable[Unit],
    states: Mapping[UnitId, UnitState],
    agreements: Agreements,
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    now: datetime,
    looked_at: RequestId | None = None,
    asking: Asking = NOBODY_ASKS,
    post_of: PostOf | None = None,
    eta_seconds: int | None = None,
) -> Permit | RefusedUnit:
    """Judge one neighbour's unit again on what the record says, inside the transaction that commits it.

    ``units`` must hold the lender's whole fleet, ``states`` its recorded states, ``assignments`` the live
    ones and ``requests`` the outstanding ones. ``looked_at`` is the request that is being accepted: its
    own offer is not in its way. Neither position nor type is asked: those are the dispatcher's choice.
    ``eta_seconds``: how long its crew would drive, as far as anybody knows.
    """
    lender = unit.jurisdiction_id
    pairs = agreements if isinstance(agreements, Pairs) else Pairs(agreements)
    commitments = asking.commitments(assignments, requests, now=now, looked_at=looked_at)
    state = states.get(unit.id)
    status = state.status if state else UnitStatus.UNKNOWN
    loans = loans_of(
        lender,
        units=units,
        states=states,
        commitments=commitments,
        incident_id=incident.id,
        post_of=post_of if pairs.has_area_floor(lender) else None,
    )
    reasons = list_unit_reasons(unit.id, status=status, commitments=commitments)
    lending = lending_for(
        incident, agreements=pairs, loans={lender: loans}, now=now, asking=asking, post_of=post_of
    )
    answer = _heard_by_asker(lending, incident, lender).answer(unit, counted_free=not reasons)
    reasons += _crew_reasons(unit, state, incident.priority, asking, eta_seconds=eta_seconds, now=now)
    if isinstance(answer, Refusal):
        reasons += answer.reasons
    elif not reasons:
        return answer
    return refused(unit, tuple(reasons))


def _heard_by_asker(lending: Lending, incident: Incident, lender: JurisdictionId) -> Lending:
    """Who asks for a backfill is a partner of the lender's: it hears of its calls whoever the borrower is."""
    if incident.backfill_of is None:
        return lending
    return replace(lending, partners=lending.partners | {lender})


def _crew_reasons(
    unit: Unit,
    state: UnitState | None,
    priority: Priority,
    asking: Asking,
    *,
    eta_seconds: int | None,
    now: datetime,
) -> list[Reason]:
    return list_crew_reasons(
        asking.crews.facts_of(unit.id, state, now),
        asking.crews.rules_of(unit.jurisdiction_id),
        priority=priority,
        eta_seconds=eta_seconds,
        now=now,
        is_out=unit.id in asking.stands_by,
    )


def refused(unit: Unit, reasons: tuple[Reason, ...]) -> RefusedUnit:
    """A refusal without an arrival time: nobody asked for one."""
    return RefusedUnit(
        unit_id=unit.id,
        call_sign=unit.call_sign,
        unit_type=unit.unit_type,
        lender=unit.jurisdiction_id,
        eta_seconds=None,
        eta_basis=None,
        reasons=reasons,
    )


def _with_one_more(loans: Loans, unit: LentUnit) -> Loans:
    free, posts = loans.free_by_type, loans.free_posts
    kind = unit.unit_type
    posted: tuple[Point | None, ...] = (*posts.get(kind, ()), unit.post)
    return replace(
        loans,
        free_by_type={**free, kind: free.get(kind, 0) + 1},
        free_posts={**posts, kind: posted},
    )


_PLAIN: Final = {unit_type: LentUnit(unit_type=unit_type) for unit_type in UnitType}
"""One value per type: what most agreements want to know of a unit."""
