"""The heart of a request: one question put to a lender inside one transaction.

Called for a dispatcher (``requests.py``) and for the next candidate (``escalation.py``).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit, Refusal, list_speakers, may_lend
from dispatch.agreements.question import LentUnit, Loans
from dispatch.agreements.reasons import Reason, ReasonCode, between_others
from dispatch.agreements.standing import BINDING
from dispatch.agreements.terms import Agreement, AgreementKind
from dispatch.aid.arrival.predict import Prediction
from dispatch.aid.assignment import Assignment
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.lending import NOBODY_ASKS, Agreements, call_of, refused, still_permitted
from dispatch.aid.request import AidRequest, accept, by_agreement
from dispatch.aid.waiver import use
from dispatch.model.errors import NotFound, NotPermitted, UnitCommitted
from dispatch.model.ids import (
    AssignmentId,
    IdSource,
    IncidentId,
    RecommendationId,
    RequestId,
)
from dispatch.model.incident import Incident
from dispatch.model.principal import Role
from dispatch.model.unit import Unit
from dispatch.services.book import read_book
from dispatch.services.command import CommandMeta
from dispatch.services.ports import Tx
from dispatch.services.recommend import require_active, worded
from dispatch.services.standing import asking_again, asking_in
from dispatch.services.standing_steps import put_waiver_use
from dispatch.services.steps import put_answer, put_assignment, put_request
from dispatch.services.world import World


@dataclass(frozen=True, slots=True)
class Eta:
    """When the unit would arrive, as it was computed just before the question.

    ``learned_seconds`` of it were learned from earlier arrivals.
    """

    seconds: int
    basis: str
    learned_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. ``after`` is the request of the same chain that came to nothing before.

    ``eta`` is None where no way leads from the unit or nobody knows where it is: then it is not asked.
    ``offered_by_lender``: no question but the lender's own offer, in the place of what it was asked for.
    """

    incident_id: IncidentId
    unit: Unit
    eta: Eta | None
    recommendation_id: RecommendationId | None
    after: AidRequest | None = None
    offered_by_lender: bool = False


def ask(
    tx: Tx, meta: CommandMeta, question: Question, *, world: World, ids: IdSource, now: datetime
) -> AidRequest:
    """Put the question; where the agreement makes the aid automatic, the unit is committed at once.

    Judged on what the record says now: the unit's state, the lender's reserve with every outstanding
    offer, the agreements in force. A backfill is never automatic; where a clause says who may ask for it, it
    is left to the borrower's own dispatcher, and whoever asks in the borrower's name, a partner of both,
    hears nothing of what the two have agreed: of the unit itself the same as if they had agreed nothing.
    A lender's offer is never automatic either, and may always be declined: it is the borrower who answers.
    Raises ``IllegalStep``, ``UnitCommitted``, ``NotPermitted``.
    """
    incident, unit = tx.get_incident(question.incident_id), question.unit
    require_active(incident, wanted="requested")
    if incident.backfill_of is None:
        require_partner(tx, unit, incident, world=world, now=now)
    require_uncommitted(tx, unit)
    if incident.backfill_of is not None and question.eta is None:
        raise _unreachable(unit, world)  # before the agreements speak: the way hangs on none of them
    requester = _requester(question, incident, meta)
    eta_seconds = question.eta.seconds if question.eta else None
    permit = judge(tx, unit, incident, world=world, now=now, requester=requester, eta_seconds=eta_seconds)
    if isinstance(permit, RefusedUnit):
        raise _not_asked(permit, incident, world)
    if incident.backfill_of is not None:
        # Somebody else asks in the lender's name: its own automatic agreement is not theirs to use.
        permit = replace(permit, automatic=False)
    if question.offered_by_lender:
        permit = replace(permit, automatic=False, may_decline=True)
    if question.eta is None:
        raise _unreachable(unit, world)
    request = _question(question, incident, permit, question.eta, meta=meta, ids=ids, now=now)
    put_request(tx, meta, request, kind=_kind_of(permit))
    _use_waivers(tx, meta, request, now=now)
    if permit.automatic:
        accepted = accept(request, by=by_agreement(request), expected=None, now=now)
        version = permit.agreement_version
        return commit_lent_unit(tx, meta, accepted, under_version=version, ids=ids, now=now)
    return request


def _requester(question: Question, incident: Incident, meta: CommandMeta) -> Role | None:
    """Whose role counts: of the person who began the chain, also when the service asks the next one.

    Nobody's for a backfill: who asks is no member of the jurisdiction in whose name it is asked.
    """
    if incident.backfill_of is not None:
        return None
    return question.after.requester if question.after else meta.actor.role


def _use_waivers(tx: Tx, meta: CommandMeta, request: AidRequest, *, now: datetime) -> None:
    """What the permit rests on is used up by this request."""
    for waiver_id in request.waivers:
        waiver = tx.find_waiver(waiver_id)
        if waiver is None:
            raise NotFound("waiver", waiver_id)
        put_waiver_use(tx, meta, use(waiver, request_id=request.id, now=now), now=now)


def commit_lent_unit(
    tx: Tx, meta: CommandMeta, accepted: AidRequest, *, under_version: int, ids: IdSource, now: datetime
) -> AidRequest:
    """Both have said yes: the answer, the assignment and the unit's status, all in one.

    ``under_version`` is the agreement's version in force now; the request keeps that of the question.
    """
    put_answer(tx, meta, accepted, by_lender=not accepted.offered_by_lender)
    assignment = Assignment(
        id=AssignmentId(ids("asg")),
        incident_id=accepted.incident_id,
        unit_id=accepted.unit_id,
        home=accepted.lender,
        borrower=accepted.borrower,
        assigned_at=now,
        assigned_by=meta.actor.id,
        request_id=accepted.id,
        agreement_id=accepted.agreement_id,
        agreement_version=under_version,
        predicted_seconds=accepted.eta_seconds,
        learned_seconds=accepted.learned_seconds,
    )
    put_assignment(tx, meta, assignment)
    return accepted


def require_uncommitted(tx: Tx, unit: Unit) -> None:
    """Raises ``UnitCommitted`` where the unit works for somebody."""
    live = tx.find_live_assignment(unit.id)
    if live is not None:
        raise UnitCommitted(unit.id, holder=live.borrower, since=live.assigned_at)


def require_partner(tx: Tx, unit: Unit, incident: Incident, *, world: World, now: datetime) -> None:
    """Whoever shares no agreement in force hears that, and nothing of what the unit does or for whom."""
    lender, borrower = unit.jurisdiction_id, incident.jurisdiction_id
    pairs = pairs_in(tx, world)
    if lender not in pairs.list_partners(borrower, now):
        refusal = may_lend(
            pairs.list_for(lender=lender, borrower=borrower),
            lender=lender,
            unit=LentUnit(unit_type=unit.unit_type),
            call=call_of(incident, NOBODY_ASKS),
            loans=Loans(),
            now=now,
        )
        if isinstance(refusal, Refusal):
            raise _not_asked(refused(unit, refusal.reasons), incident, world)


def judge(
    tx: Tx,
    unit: Unit,
    incident: Incident,
    *,
    world: World,
    now: datetime,
    requester: Role | None = None,
    looked_at: AidRequest | None = None,
    eta_seconds: int | None = None,
    sent_on: Assignment | None = None,
) -> Permit | RefusedUnit:
    """May this unit be lent, on what the record says inside this transaction?

    ``looked_at`` is the request that is being accepted: only the agreement it was made under speaks then.
    ``sent_on``: the standby from which the unit would be sent; it is judged as if it had stayed at home, but
    its crew as out since then.
    """
    pairs = pairs_in(tx, world)
    agreements: Agreements = pairs
    lender = unit.jurisdiction_id
    if looked_at is None:
        asking = asking_in(tx, world, incident, pairs=pairs, lender=lender, requester=requester, now=now)
    else:
        agreements = _list_versions(looked_at, pairs=pairs, now=now)
        asking = asking_again(tx, world, incident, looked_at, pairs=pairs, now=now)
    if sent_on is not None:
        crews = replace(asking.crews, work={unit.id: (sent_on,)})
        asking = replace(asking, stands_by={unit.id: sent_on}, crews=crews)
    fleet = world.units_of(lender)
    states = {state.unit_id: state for state in tx.list_unit_states([own.id for own in fleet])}
    return still_permitted(
        unit,
        incident,
        units=fleet,
        states=states,
        agreements=agreements,
        assignments=tx.list_live_assignments(),
        requests=tx.list_requests(outstanding_only=True),
        now=now,
        looked_at=looked_at.id if looked_at else None,
        asking=asking,
        post_of=world.region.home_of,
        eta_seconds=looked_at.eta_seconds if looked_at else eta_seconds,
    )


def pairs_in(tx: Tx, world: World) -> Pairs:
    """The agreements as the record has them inside this transaction.

    That is the read-model's index, unless somebody signed or suspended since this process last looked.
    """
    book = world.book
    if tx.last_agreement_seq() != book.last_seq:
        book = read_book(tx, before=book)
    return book.pairs


def _list_versions(request: AidRequest, *, pairs: Pairs, now: datetime) -> list[Agreement]:
    """The version of the request's agreement that binds now; where none does, those that say why.

    None where another agreement stands in its place by now: then it says nothing any more.
    """
    way = {"lender": request.lender, "borrower": request.borrower}
    heard = [
        speaker
        for speaker in list_speakers(pairs.list_for(**way), **way, now=now)
        if speaker.agreement.id == request.agreement_id
    ]
    return [one.agreement for one in heard if one.state in BINDING] or [one.agreement for one in heard]


def _unreachable(unit: Unit, world: World) -> NotPermitted:
    return not_permitted(refused(unit, (Reason(code=ReasonCode.UNREACHABLE),)), world)


def _not_asked(refused: RefusedUnit, incident: Incident, world: World) -> NotPermitted:
    """The refusal for whoever asks: of a backfill without a word of what the two others have agreed."""
    if incident.backfill_of is None:
        return not_permitted(refused, world)
    pair = {"lender": refused.lender, "borrower": incident.jurisdiction_id}
    return not_permitted(replace(refused, reasons=between_others(refused.reasons, **pair)), world)


def not_permitted(refused: RefusedUnit, world: World) -> NotPermitted:
    """The refusal as an error, each reason with its sentence."""
    reasons = [worded(reason.to_json(), refused.lender, world) for reason in refused.reasons]
    return NotPermitted(refused.unit_id, reasons)


def eta_of(found: Prediction | None) -> Eta | None:
    """A prediction as a question says it; None where nobody can say."""
    return None if found is None else Eta(found.seconds, found.basis.value, found.learned_seconds)


def _kind_of(permit: Permit) -> str:
    """``automatic`` in the journal means that nobody was asked: not so where the lender kept a veto."""
    asked_all_the_same = permit.kind is AgreementKind.AUTOMATIC and not permit.automatic
    return "automatic_on_request" if asked_all_the_same else permit.kind.value


def _question(
    question: Question,
    incident: Incident,
    permit: Permit,
    eta: Eta,
    *,
    meta: CommandMeta,
    ids: IdSource,
    now: datetime,
) -> AidRequest:
    request_id = RequestId(ids("req"))
    request = AidRequest(
        id=request_id,
        incident_id=incident.id,
        unit_id=question.unit.id,
        borrower=incident.jurisdiction_id,
        lender=question.unit.jurisdiction_id,
        agreement_id=permit.agreement_id,
        agreement_version=permit.agreement_version,
        clauses=permit.clauses,
        automatic=permit.automatic,
        may_decline=permit.may_decline,
        eta_seconds=eta.seconds,
        eta_basis=eta.basis,
        keeps=permit.keeps,
        floor=permit.floor,
        requested_at=now,
        expires_at=now + timedelta(seconds=max(1, permit.answer_seconds)),
        first_request_id=request_id,
        recommendation_id=question.recommendation_id,
        requested_by=meta.actor.id,
        requester=_requester(question, incident, meta),
        waivers=permit.waivers,
        learned_seconds=eta.learned_seconds,
        offered_by_lender=question.offered_by_lender,
    )
    return request if question.after is None else _next_in_chain(request, question.after)


def _next_in_chain(request: AidRequest, after: AidRequest) -> AidRequest:
    return replace(
        request,
        first_request_id=after.first_request_id,
        attempt=after.attempt + 1,
        asked_before=(*after.asked_before, after.unit_id),
    )
