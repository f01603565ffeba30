"""May this lender lend this unit for this call, now? A permit, or every reason why not.

Each restricting clause is one named predicate (``predicates``). Everything is evaluated at the moment
asked, from the agreement's dates, signatures and acts: nothing here waits for a sweep.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from dispatch.agreements.predicates import (
    PREDICATES,
    WAIVABLE,
    applies,
    floor_left,
    floor_touches,
    kind_allows,
)
from dispatch.agreements.provisions import Balance, CallOrder
from dispatch.agreements.question import Call, LentUnit, Loans, Question
from dispatch.agreements.reasons import Figures, Reason, ReasonCode
from dispatch.agreements.restrictions import ConcurrentCap, DailyCap, ReserveFloor, Restriction
from dispatch.agreements.standing import (
    BINDING,
    NEVER_BOUND,
    NO_STANDING,
    AgreementState,
    Standing,
    end_of,
    find_notice,
    find_suspension,
    list_current,
    list_missing_between,
    list_not_superseded,
    state_between,
)
from dispatch.agreements.terms import Agreement, AgreementKind
from dispatch.model.clock import iso
from dispatch.model.ids import AgreementId, JurisdictionId, WaiverId


class ChosenBecause(StrEnum):
    """Why this agreement speaks where several would permit."""

    ONLY = "only"
    RANK = "rank"
    KIND = "kind"
    NEWEST = "newest"
    ID = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The agreement that lets a unit come, and what the lender keeps.

    ``clauses`` are the ids of the clauses that were checked and allow it. ``keeps`` is how many free
    units of the tightest floor's group the lender has left after lending and ``floor`` what that
    floor asks; without a floor for this type, the free units of the type left, and 0.
    ``chosen_because`` and ``also`` state the precedence: why this agreement, and which others permit
    it too. ``waivers`` are those that a clause rests on. ``call_order``: the lender's place in the
    agreement's order of call, from 1; None without one. ``spares_the_giver``: whether what the lender
    has lent more than it borrowed counts against asking it.
    """

    agreement_id: AgreementId
    agreement_version: int
    title: str
    kind: AgreementKind
    clauses: tuple[str, ...]
    keeps: int
    floor: int
    may_decline: bool
    answer_seconds: int
    automatic: bool
    chosen_because: ChosenBecause = ChosenBecause.ONLY
    also: tuple[AgreementId, ...] = ()
    waivers: tuple[WaiverId, ...] = ()
    call_order: int | None = None
    spares_the_giver: bool = False

    def asked_seconds(self, request_seconds: int) -> int:
        """From the question to the unit being sent: at once where the agreement answers for the lender.

        ``request_seconds``: what it usually takes; never longer than the agreement gives to answer.
        """
        return 0 if self.automatic else min(request_seconds, self.answer_seconds)

    def to_json(self) -> dict[str, Any]:
        """The permit as a board and the journal have it."""
        return {
            "agreement": self.agreement_id,
            "version": self.agreement_version,
            "title": self.title,
            "kind": self.kind.value,
            "clauses": list(self.clauses),
            "keeps": self.keeps,
            "floor": self.floor,
            "may_decline": self.may_decline,
            "answer_seconds": self.answer_seconds,
            "automatic": self.automatic,
            "chosen_because": self.chosen_because.value,
            "also": list(self.also),
            "waivers": list(self.waivers),
            "call_order": self.call_order,
            "spares_the_giver": self.spares_the_giver,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """No agreement lets the unit come. Every reason of every agreement of the pair, best agreement first."""

    reasons: tuple[Reason, ...]


def may_lend(
    agreements: Sequence[Agreement],
    *,
    lender: JurisdictionId,
    unit: LentUnit,
    call: Call,
    loans: Loans,
    now: datetime,
    standing: Standing = NO_STANDING,
) -> Permit | Refusal:
    """Whether ``lender`` may lend ``unit`` for ``call`` at ``now``.

    ``agreements`` may be all that there are, in any order; those that do not run from lender to
    borrower are passed over. Where several do, each is judged by itself and the first that permits
    is named: lowest rank, then automatic before contractual before mutual before standby, then the
    newest ``effective_from``, then the id. A version that a later signed one replaced is passed over
    too, and so is an agreement that another one in force supersedes.
    """
    speakers = list_speakers(agreements, lender=lender, borrower=call.borrower, now=now)
    return judge(speakers, lender=lender, unit=unit, call=call, loans=loans, now=now, standing=standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """An agreement that has a say between two at one moment, and where it stands between them then."""

    agreement: Agreement
    state: AgreementState


def judge(
    speakers: Sequence[Speaker],
    *,
    lender: JurisdictionId,
    unit: LentUnit,
    call: Call,
    loans: Loans,
    now: datetime,
    standing: Standing = NO_STANDING,
) -> Permit | Refusal:
    """``may_lend`` for whoever asks about many units at once: what ``list_speakers`` found, one unit."""
    reasons, permits = [], []
    for speaker in speakers:
        agreement = speaker.agreement
        question = Question(lender=lender, unit=unit, call=call, loans=loans, agreement=agreement, now=now)
        forbidden, waived = _judge(question, speaker.state, standing)
        if forbidden:
            reasons += forbidden
        else:
            permits.append((question, waived))
    closed = _closed(lender, standing, now)
    if permits and closed is None:
        return _permit(permits)
    if closed is not None and (permits or reasons):  # strangers hear only that there is no agreement
        reasons.insert(0, closed)
    if not reasons:
        pair: Figures = {"lender": lender, "borrower": call.borrower}
        reasons.append(Reason(code=ReasonCode.NO_AGREEMENT, figures=pair))
    return Refusal(reasons=tuple(reasons))


_RANK: Final = {
    AgreementKind.AUTOMATIC: 0,
    AgreementKind.CONTRACTUAL: 1,
    AgreementKind.MUTUAL: 2,
    AgreementKind.STANDBY: 3,
}


def list_for_pair(
    agreements: Sequence[Agreement], *, lender: JurisdictionId, borrower: JurisdictionId
) -> list[Agreement]:
    """The agreements that run from lender to borrower, in the order of precedence of ``may_lend``."""
    found = [agreement for agreement in agreements if agreement.runs(lender=lender, borrower=borrower)]
    if len(found) > 1:
        found.sort(key=_precedence)
    return found


def list_speakers(
    agreements: Sequence[Agreement], *, lender: JurisdictionId, borrower: JurisdictionId, now: datetime
) -> tuple[Speaker, ...]:
    """The pair's agreements that have a say at ``now``, best first.

    None that is replaced or superseded, no proposal that came to nothing, and no proposed version
    beside one that binds: until everyone has signed, only the old text speaks.
    """
    current = list_current(agreements, now, lender=lender, borrower=borrower)
    ours = list_for_pair(current, lender=lender, borrower=borrower)
    known = [
        Speaker(agreement=one, state=state_between(one, lender=lender, borrower=borrower, now=now))
        for one in ours
    ]
    bound = {one.agreement.id for one in known if one.state in BINDING}
    heard = [
        one
        for one in known
        if one.state not in NEVER_BOUND
        and not (one.state is AgreementState.PROPOSED and one.agreement.id in bound)
    ]
    kept = list_not_superseded([one.agreement for one in heard], now, lender=lender, borrower=borrower)
    return tuple(heard) if len(kept) == len(heard) else tuple(one for one in heard if one.agreement in kept)


def _precedence(agreement: Agreement) -> tuple[int, int, float, str, int]:
    begins = agreement.effective_from.timestamp()
    return (agreement.precedence.rank, _RANK[agreement.kind], -begins, agreement.id, -agreement.version)


def _judge(
    question: Question, state: AgreementState, standing: Standing
) -> tuple[list[Reason], list[WaiverId]]:
    # An agreement that is not in force binds nobody: its clauses would be noise beside that.
    idle = _not_in_force(question, state)
    if idle is not None:
        return [idle], []
    wrong_kind = kind_allows(question)
    reasons = [wrong_kind] if wrong_kind else []
    waived: list[WaiverId] = []
    for clause, found in _list_forbidding(question):
        waiver = _find_waiver(clause, question, standing)
        if waiver is None:
            reasons += found
        else:
            waived.append(waiver)
    return reasons, waived


def _list_forbidding(question: Question) -> Iterator[tuple[Restriction, Sequence[Reason]]]:
    for clause in question.agreement.restrictions:
        if applies(clause, question):
            found = PREDICATES[type(clause)](clause, question)
            if found:
                yield clause, found


def _find_waiver(clause: Restriction, question: Question, standing: Standing) -> WaiverId | None:
    if not isinstance(clause, WAIVABLE):
        return None
    for waiver in standing.waivers:
        meant = (waiver.agreement_id, waiver.agreement_version, waiver.clause, waiver.lender)
        asked = (question.agreement.id, question.agreement.version, clause.id, question.lender)
        here = waiver.incident_id == question.call.incident_id and waiver.unit_id == question.unit.id
        if meant == asked and here and waiver.holds(question.now):
            return waiver.id
    return None


def _closed(lender: JurisdictionId, standing: Standing, now: datetime) -> Reason | None:
    for closure in standing.closures:
        if closure.jurisdiction_id == lender and closure.holds(now):
            figures: dict[str, int | str] = {"lender": lender, "why": closure.reason}
            if closure.ends_at is not None:
                figures["ends_at"] = iso(closure.ends_at)
            return Reason(code=ReasonCode.CLOSED_TO_LENDING, figures=figures)
    return None


_IDLE: Final = {
    AgreementState.NOT_YET_EFFECTIVE: ReasonCode.NOT_YET_EFFECTIVE,
    AgreementState.EXPIRED: ReasonCode.EXPIRED,
    AgreementState.SUSPENDED: ReasonCode.SUSPENDED,
    AgreementState.TERMINATED: ReasonCode.TERMINATED,
}


def _not_in_force(question: Question, state: AgreementState) -> Reason | None:
    if state in BINDING:
        return None
    return question.reason(_IDLE.get(state, ReasonCode.NOT_SIGNED), _idle_figures(question, state))


def _idle_figures(question: Question, state: AgreementState) -> Figures:
    agreement, now, pair = question.agreement, question.now, (question.lender, question.borrower)
    match state:
        case AgreementState.NOT_YET_EFFECTIVE:
            return {"effective_from": iso(agreement.effective_from)}
        case AgreementState.EXPIRED:
            ends = end_of(agreement, now)
            return {"effective_to": iso(ends)} if ends else {}
        case AgreementState.SUSPENDED:
            act = find_suspension(agreement, now, among=pair)
            return {} if act is None else {"party": act.party, "why": act.reason}
        case AgreementState.TERMINATED:
            notice = find_notice(agreement, now, among=pair)
            return (
                {}
                if notice is None
                else {"party": notice.party, "effective_to": iso(notice.ends_at or notice.at)}
            )
        case _:
            return {"missing": ", ".join(list_missing_between(agreement, now, pair))}


def _permit(permits: Sequence[tuple[Question, list[WaiverId]]]) -> Permit:
    question, waived = permits[0]
    agreement, lender = question.agreement, question.lender
    keeps, floor = _tightest(question)
    order, balance = agreement.find(CallOrder), agreement.find(Balance)
    return Permit(
        agreement_id=agreement.id,
        agreement_version=agreement.version,
        title=agreement.title,
        kind=agreement.kind,
        clauses=tuple(clause.id for clause in agreement.restrictions if _was_checked(clause, question)),
        keeps=keeps,
        floor=floor,
        may_decline=agreement.may_decline(lender),
        answer_seconds=agreement.answer_seconds,
        automatic=agreement.is_automatic(lender),
        chosen_because=_why(agreement, permits[1][0].agreement if len(permits) > 1 else None),
        also=tuple(other.agreement.id for other, _ in permits[1:]),
        waivers=tuple(waived),
        call_order=order.order.index(lender) + 1 if order and lender in order.order else None,
        spares_the_giver=balance is not None and balance.spares_the_giver,
    )


def _why(chosen: Agreement, next_best: Agreement | None) -> ChosenBecause:
    if next_best is None:
        return ChosenBecause.ONLY
    differs = zip(_precedence(chosen), _precedence(next_best), strict=True)
    order = (ChosenBecause.RANK, ChosenBecause.KIND, ChosenBecause.NEWEST, ChosenBecause.ID)
    return next(
        (why for why, (ours, theirs) in zip(order, differs, strict=False) if ours != theirs),
        ChosenBecause.ID,
    )


def _was_checked(clause: Restriction, question: Question) -> bool:
    if not applies(clause, question):
        return False
    if isinstance(clause, ConcurrentCap | DailyCap):
        return not question.is_counted
    if isinstance(clause, ReserveFloor):
        return not question.unit.is_out and floor_touches(clause, question)
    return True


def _tightest(question: Question) -> tuple[int, int]:
    floors = [
        (floor_left(clause, question), clause.keep)
        for clause in question.agreement.restrictions
        if isinstance(clause, ReserveFloor) and applies(clause, question) and floor_touches(clause, question)
    ]
    if not floors:
        return question.left_of((question.unit.unit_type,)), 0
    return min(floors, key=lambda floor: (floor[0] - floor[1], -floor[1]))
