"""May this lender lend a unit of this type for this incident, now? A permit, or every reason why not.

Each clause is one named rule: it answers the reason that forbids, or None. Clauses only ever
restrict, so that adding one never permits more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, assert_never

from dispatch.agreements.terms import (
    Agreement,
    AgreementKind,
    AgreementState,
    AnswerTime,
    Clause,
    ConcurrentCap,
    Discretion,
    Priorities,
    ReserveFloor,
    Text,
    UnitTypes,
    list_current,
    list_missing_signatures,
    state_at,
)
from dispatch.model.clock import iso
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType

Figures = Mapping[str, int | str]


class ReasonCode(StrEnum):
    """Why a unit may not come. ``may_lend`` gives the first group, ``aid`` the second, per unit."""

    NO_AGREEMENT = "no_agreement"
    NOT_SIGNED = "not_signed"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    EXPIRED = "expired"
    UNIT_TYPE = "unit_type"
    PRIORITY = "priority"
    RESERVE_FLOOR = "reserve_floor"
    CONCURRENT_CAP = "concurrent_cap"

    NOT_AVAILABLE = "not_available"
    UNKNOWN_STATUS = "unknown_status"
    COMMITTED = "committed"
    PROMISED = "promised"
    POSITION_LOST = "position_lost"
    UNREACHABLE = "unreachable"
    BEYOND_HORIZON = "beyond_horizon"
    WRONG_CAPABILITY = "wrong_capability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loans:
    """What counts against one lender's floors and caps at this moment.

    ``free_by_type``: own units that could be sent right now; lent units and units on offer
    (``promised_by_type``) are already left out. ``promised_by_type``: offers not yet answered, to
    any borrower; it explains a low figure and is not deducted again. ``out_by_agreement``: lent
    units and unanswered offers under each agreement. When a request is looked at again, its own
    offer counts as free, not as promised or out.
    """

    free_by_type: Mapping[UnitType, int] = field(default_factory=dict)
    promised_by_type: Mapping[UnitType, int] = field(default_factory=dict)
    out_by_agreement: Mapping[AgreementId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The agreement that lets a unit come, and what the lender keeps.

    ``clauses`` are the ids of the clauses that were checked and allow it. ``keeps`` is how many free
    units of the tightest floor's group the lender has left after lending and ``floor`` what that
    floor asks; without a floor for this type, the free units of the type left, and 0.
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

    def to_json(self) -> dict[str, Any]:
        """What board, log and command line show; ``keeps`` and ``floor`` stand beside it there."""
        return {
            "agreement": self.agreement_id,
            "version": self.agreement_version,
            "title": self.title,
            "kind": self.kind.value,
            "clauses": list(self.clauses),
            "may_decline": self.may_decline,
            "answer_seconds": self.answer_seconds,
            "automatic": self.automatic,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that forbids, with its figures; wording happens in ``wording.py``."""

    code: ReasonCode
    figures: Figures = field(default_factory=dict)
    agreement_id: AgreementId | None = None
    agreement_version: int | None = None
    clause: str | None = None

    def to_json(self) -> dict[str, Any]:
        """``{"code", "clause", "agreement", "version", "figures"}``."""
        return {
            "code": self.code.value,
            "clause": self.clause,
            "agreement": self.agreement_id,
            "version": self.agreement_version,
            "figures": dict(self.figures),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """No agreement lets the unit come. Every reason of every agreement of the pair, best agreement first."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    lender: JurisdictionId
    borrower: JurisdictionId
    unit_type: UnitType
    priority: Priority
    loans: Loans
    agreement: Agreement

    def reason(self, code: ReasonCode, figures: Figures, clause: str | None = None) -> Reason:
        return Reason(
            code=code,
            figures=figures,
            agreement_id=self.agreement.id,
            agreement_version=self.agreement.version,
            clause=clause,
        )

    def left_of(self, group: Sequence[UnitType]) -> int:
        """Free units of these types once this one is lent. A lender without any keeps none, not -1."""
        free = self.loans.free_by_type
        return max(0, sum(free.get(unit_type, 0) for unit_type in group) - 1)


def may_lend(
    agreements: Sequence[Agreement],
    *,
    lender: JurisdictionId,
    borrower: JurisdictionId,
    unit_type: UnitType,
    priority: Priority,
    loans: Loans,
    now: datetime,
) -> Permit | Refusal:
    """Whether ``lender`` may lend one unit of ``unit_type`` to ``borrower`` for this priority at ``now``.

    ``agreements`` may be all that there are, in any order; those that do not run from lender to
    borrower are passed over. Where several do, each is judged by itself and the first that permits
    is named: automatic before contractual before mutual, then the newest ``effective_from``, then
    the id. A version that a later signed one replaced is passed over too.
    """
    reasons: list[Reason] = []
    for agreement in list_for_pair(list_current(agreements, now), lender=lender, borrower=borrower):
        question = _Question(
            lender=lender,
            borrower=borrower,
            unit_type=unit_type,
            priority=priority,
            loans=loans,
            agreement=agreement,
        )
        forbidden = list(_list_reasons(question, now))
        if not forbidden:
            return _permit(question)
        reasons += forbidden
    if not reasons:
        pair: Figures = {"lender": lender, "borrower": borrower}
        reasons.append(Reason(code=ReasonCode.NO_AGREEMENT, figures=pair))
    return Refusal(reasons=tuple(reasons))


_RANK: Final = {AgreementKind.AUTOMATIC: 0, AgreementKind.CONTRACTUAL: 1, AgreementKind.MUTUAL: 2}


def list_for_pair(
    agreements: Sequence[Agreement], *, lender: JurisdictionId, borrower: JurisdictionId
) -> list[Agreement]:
    """The agreements that run from lender to borrower, in the order of precedence of ``may_lend``."""
    found = [
        agreement
        for agreement in agreements
        if any(way.lender == lender and way.borrower == borrower for way in agreement.directions)
    ]
    if len(found) > 1:
        found.sort(key=lambda a: (_RANK[a.kind], -a.effective_from.timestamp(), a.id, -a.version))
    return found


def _list_reasons(question: _Question, now: datetime) -> Iterator[Reason]:
    # An agreement that is not in force binds nobody: its clauses would be noise beside that.
    idle = _not_in_force(question, now)
    if idle is not None:
        yield idle
        return
    for clause in question.agreement.clauses:
        reason = _forbids(clause, question)
        if reason is not None:
            yield reason


def _not_in_force(question: _Question, now: datetime) -> Reason | None:
    agreement = question.agreement
    match state_at(agreement, now):
        case AgreementState.ACTIVE:
            return None
        case AgreementState.NOT_SIGNED:
            missing = ", ".join(list_missing_signatures(agreement, now))
            return question.reason(ReasonCode.NOT_SIGNED, {"missing": missing})
        case AgreementState.NOT_YET_EFFECTIVE:
            begins = iso(agreement.effective_from)
            return question.reason(ReasonCode.NOT_YET_EFFECTIVE, {"effective_from": begins})
        case AgreementState.EXPIRED:
            ends = agreement.effective_to
            figures: Figures = {"effective_to": iso(ends)} if ends else {}
            return question.reason(ReasonCode.EXPIRED, figures)
        case _ as never:
            assert_never(never)


def _forbids(clause: Clause, question: _Question) -> Reason | None:
    match clause:
        case UnitTypes():
            return _unit_type_not_listed(clause, question)
        case Priorities():
            return _priority_not_listed(clause, question)
        case ReserveFloor():
            return _floor_would_break(clause, question)
        case ConcurrentCap():
            return _cap_is_reached(clause, question)
        case Discretion() | AnswerTime() | Text():
            return None
        case _:
            assert_never(clause)


def _unit_type_not_listed(clause: UnitTypes, question: _Question) -> Reason | None:
    if question.unit_type in clause.allow:
        return None
    figures = {"unit_type": question.unit_type.value, "allow": _joined(clause.allow)}
    return question.reason(ReasonCode.UNIT_TYPE, figures, clause.id)


def _priority_not_listed(clause: Priorities, question: _Question) -> Reason | None:
    if question.priority in clause.allow:
        return None
    figures = {"priority": question.priority.value, "allow": _joined(clause.allow)}
    return question.reason(ReasonCode.PRIORITY, figures, clause.id)


def _floor_would_break(clause: ReserveFloor, question: _Question) -> Reason | None:
    if not _touches(clause, question):
        return None
    keeps = question.left_of(clause.group)
    if keeps >= clause.keep:
        return None
    group = _joined(clause.unit_types) or "ground_transport"
    figures: dict[str, int | str] = {"keeps": keeps, "floor": clause.keep, "unit_type": group}
    promised = sum(question.loans.promised_by_type.get(unit_type, 0) for unit_type in clause.group)
    if promised:
        figures["promised"] = promised
    return question.reason(ReasonCode.RESERVE_FLOOR, figures, clause.id)


def _touches(clause: ReserveFloor, question: _Question) -> bool:
    return clause.lender in (None, question.lender) and question.unit_type in clause.group


def _cap_is_reached(clause: ConcurrentCap, question: _Question) -> Reason | None:
    out = question.loans.out_by_agreement.get(question.agreement.id, 0)
    if out < clause.at_most:
        return None
    return question.reason(ReasonCode.CONCURRENT_CAP, {"out": out, "at_most": clause.at_most}, clause.id)


def _permit(question: _Question) -> Permit:
    agreement = question.agreement
    keeps, floor = _tightest(question)
    return Permit(
        agreement_id=agreement.id,
        agreement_version=agreement.version,
        title=agreement.title,
        kind=agreement.kind,
        clauses=tuple(clause.id for clause in agreement.clauses if _was_checked(clause, question)),
        keeps=keeps,
        floor=floor,
        may_decline=agreement.may_decline,
        answer_seconds=agreement.answer_seconds,
        automatic=agreement.is_automatic,
    )


def _was_checked(clause: Clause, question: _Question) -> bool:
    if isinstance(clause, ReserveFloor):
        return _touches(clause, question)
    return isinstance(clause, UnitTypes | Priorities | ConcurrentCap)


def _tightest(question: _Question) -> tuple[int, int]:
    floors = [
        (question.left_of(clause.group), clause.keep)
        for clause in question.agreement.clauses
        if isinstance(clause, ReserveFloor) and _touches(clause, question)
    ]
    if not floors:
        return question.left_of((question.unit_type,)), 0
    return min(floors, key=lambda floor: (floor[0] - floor[1], -floor[1]))


def _joined(words: Sequence[StrEnum]) -> str:
    return ", ".join(word.value for word in words)
