"""Promises against fleets: floors that leave nothing, types that nobody has, units promised twice."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from dispatch.agreements.lint.finding import Finding, FindingCode
from dispatch.agreements.lint.subject import Subject
from dispatch.agreements.predicates import PREDICATES, joined
from dispatch.agreements.question import Call, LentUnit, Loans, Question
from dispatch.agreements.restrictions import (
    ConcurrentCap,
    DailyCap,
    IncidentCap,
    ReserveFloor,
    Restriction,
    Staffing,
    UnitTypes,
)
from dispatch.agreements.standing import BINDING, state_at
from dispatch.agreements.terms import Agreement
from dispatch.agreements.zones import contains
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType

Cap = ConcurrentCap | IncidentCap | DailyCap
CapKind = type[ConcurrentCap] | type[IncidentCap] | type[DailyCap]

_NESTED: Final[Sequence[tuple[CapKind, CapKind]]] = (
    (IncidentCap, ConcurrentCap),
    (IncidentCap, DailyCap),
    (ConcurrentCap, DailyCap),
)
"""Caps that lie inside one another: what is on one incident is out, and what is out began on some day."""


def find_floor_faults(subject: Subject) -> Iterator[Finding]:
    """Floors that leave a lender nothing to lend, and floors that keep what is not there."""
    for index, clause in subject.list_clauses(ReserveFloor):
        lenders = subject.lenders_of(clause)
        counts = {lender: _kept_from(subject, lender, clause) for lender in lenders}
        if clause.area and lenders and not any(counts.values()):
            yield subject.finding(FindingCode.AREA_WITHOUT_POSTS, index, "area", lenders=joined_ids(lenders))
            continue
        if lenders and not any(counts.values()):
            types = joined(clause.unit_types) or "ground_transport"
            yield subject.finding(
                FindingCode.FLOOR_OF_NOTHING,
                index,
                "unit_types",
                lenders=joined_ids(lenders),
                unit_types=types,
            )
            continue
        for lender, count in counts.items():
            if 0 < count <= clause.keep and set(clause.group) & set(promised_types(subject, lender)):
                yield subject.finding(
                    FindingCode.FLOOR_EMPTIES_PROMISE,
                    index,
                    "keep",
                    eased=bool(clause.windows or clause.area),
                    lender=lender,
                    keep=clause.keep,
                    held=count,
                    unit_types=joined(clause.unit_types) or "ground_transport",
                )


def _kept_from(subject: Subject, lender: JurisdictionId, clause: ReserveFloor) -> int:
    """How many units the floor counts when all are at home."""
    return sum(
        1
        for unit in subject.facts.fleets[lender]
        if unit.unit_type in clause.group
        and (not clause.area or (unit.post is not None and contains(clause.area, unit.post)))
    )


def promised_types(subject: Subject, lender: JurisdictionId) -> tuple[UnitType, ...]:
    """The types that a lender has and that no clause for all borrowers takes away."""
    allowed = set(UnitType)
    for _, clause in subject.list_clauses(UnitTypes):
        if clause.lender in (None, lender) and clause.borrower is None:
            allowed &= set(clause.allow)
    held = subject.facts.held[lender]
    return tuple(kind for kind in UnitType if kind in allowed and held.get(kind))


def find_type_faults(subject: Subject) -> Iterator[Finding]:
    """Unit types that the lenders do not have, and crews that nobody is known to have."""
    for index, clause in subject.list_clauses(UnitTypes):
        lenders = subject.lenders_of(clause)
        if not lenders:
            continue
        idle = [lender for lender in lenders if not _passing(subject, lender, clause)]
        for lender in idle:
            yield subject.finding(FindingCode.NOTHING_TO_LEND, index, "allow", lender=lender)
        missing = [kind for kind in clause.allow if not any(subject.held(one, kind) for one in lenders)]
        if missing and len(idle) < len(lenders):
            yield subject.finding(
                FindingCode.TYPE_NOT_HELD,
                index,
                "allow",
                unit_types=joined(missing),
                lenders=joined_ids(lenders),
            )
    for index, staffing in subject.list_clauses(Staffing):
        for lender in subject.lenders_of(staffing):
            if promised_types(subject, lender) and not _passing(subject, lender, staffing):
                yield subject.finding(FindingCode.STAFFING_UNMET, index, lender=lender)


def _passing(subject: Subject, lender: JurisdictionId, clause: Restriction) -> bool:
    """Whether some unit of the lender passes the clause's own rule."""
    call = Call(borrower=subject.borrowers[0], priority=Priority.CRITICAL)
    rule = PREDICATES[type(clause)]
    allowed = promised_types(subject, lender) if isinstance(clause, Staffing) else tuple(UnitType)
    return any(
        not rule(clause, _question(subject, lender, unit, call))
        for unit in dict.fromkeys(subject.facts.fleets[lender])
        if unit.unit_type in allowed
    )


def _question(subject: Subject, lender: JurisdictionId, unit: LentUnit, call: Call) -> Question:
    return Question(
        lender=lender, unit=unit, call=call, loans=Loans(), agreement=subject.agreement, now=subject.now
    )


def find_cap_faults(subject: Subject) -> Iterator[Finding]:
    """Caps beyond every fleet, and caps that another cap never lets be reached."""
    for kind in (ConcurrentCap, IncidentCap):
        for index, clause in _list_caps(subject, kind):
            lenders = subject.lenders_of(clause)
            held = {one: sum(subject.held(one, t) for t in promised_types(subject, one)) for one in lenders}
            if lenders and 0 < max(held.values()) < clause.at_most:
                yield subject.finding(
                    FindingCode.CAP_BEYOND_FLEET,
                    index,
                    "at_most",
                    at_most=clause.at_most,
                    held=max(held.values()),
                    lenders=joined_ids(lenders),
                )
    yield from _caps_out_of_order(subject)


def _caps_out_of_order(subject: Subject) -> Iterator[Finding]:
    for smaller, larger in _NESTED:
        outer = [clause for _, clause in _list_caps(subject, larger)]
        for index, inner in _list_caps(subject, smaller):
            tighter = [c for c in outer if _covers(c, inner) and c.at_most < inner.at_most]
            if tighter:
                least = min(tighter, key=lambda cap: cap.at_most)
                yield subject.finding(
                    FindingCode.CAPS_OUT_OF_ORDER,
                    index,
                    "at_most",
                    at_most=inner.at_most,
                    other=least.id,
                    other_at_most=least.at_most,
                )


def _list_caps(subject: Subject, kind: CapKind) -> list[tuple[int, Cap]]:
    return [
        (index, clause)
        for index, clause in enumerate(subject.agreement.clauses)
        if isinstance(clause, ConcurrentCap | IncidentCap | DailyCap) and isinstance(clause, kind)
    ]


def _covers(wide: Restriction, narrow: Restriction) -> bool:
    """Whether one clause speaks wherever the other does."""
    return wide.lender in (None, narrow.lender) and wide.borrower in (None, narrow.borrower)


def joined_ids(ids: Sequence[str], at_most: int = 6) -> str:
    """Several ids as one figure; of many, the first."""
    return ", ".join([*ids[:at_most], *(["others"] if len(ids) > at_most else [])])


def find_double_promises(
    subjects: Sequence[Subject], judged: Sequence[JurisdictionId], now: datetime
) -> Iterator[Finding]:
    """Lenders that owe more units than they have above their floors, and automatic aid owed to two."""
    for lender in judged:
        binding = [one for one in subjects if lender in one.told_lenders and _owes(one, lender, now)]
        if len(binding) < 2:
            continue
        owing = {kind: owed for kind in UnitType if (owed := _owed_too_often(binding, lender, kind))}
        if owing:
            named = sorted({agreement for owed in owing.values() for agreement in owed})
            automatic = [
                one for one in binding if one.agreement.id in named and _sends(one.agreement, lender)
            ]
            code = FindingCode.AUTOMATIC_TWICE if len(automatic) > 1 else FindingCode.PROMISED_TWICE
            yield Finding(
                code=code,
                path=f"jurisdictions.{lender}",
                figures={
                    "jurisdiction": lender,
                    "unit_types": joined(tuple(owing)),
                    "agreements": joined_ids(named),
                    "promised": sum(sum(owed.values()) for owed in owing.values()),
                    "held": sum(_spare(binding, lender, kind) for kind in owing),
                },
            )


def _owed_too_often(
    binding: Sequence[Subject], lender: JurisdictionId, kind: UnitType
) -> Mapping[AgreementId, int]:
    """What each text may demand at once of one type, where together it is more than may go; else empty."""
    owed = {one.agreement.id: lent for one in binding if (lent := _owed(one, lender, kind)[0])}
    return owed if len(owed) > 1 and sum(owed.values()) > _spare(binding, lender, kind) else {}


def _spare(binding: Sequence[Subject], lender: JurisdictionId, kind: UnitType) -> int:
    return max(_owed(one, lender, kind)[1] for one in binding)


def _sends(agreement: Agreement, lender: JurisdictionId) -> bool:
    return agreement.is_automatic(lender)


def _owes(subject: Subject, lender: JurisdictionId, now: datetime) -> bool:
    """Only what may not be declined is a promise; the rest is goodwill."""
    agreement = subject.agreement
    return state_at(agreement, now) in BINDING and not agreement.may_decline(lender)


def _owed(subject: Subject, lender: JurisdictionId, kind: UnitType) -> tuple[int, int]:
    """How many units of a type may be demanded at once, and how many are above this text's floors."""
    if kind not in promised_types(subject, lender):
        return 0, 0
    spare = subject.held(lender, kind)
    for _, floor in subject.list_clauses(ReserveFloor):
        everywhere = not (floor.area or floor.windows or floor.borrower)
        if everywhere and floor.lender in (None, lender) and kind in floor.group:
            spare = min(spare, max(0, sum(subject.held(lender, t) for t in floor.group) - floor.keep))
    caps = [c.at_most for _, c in subject.list_clauses(ConcurrentCap) if c.lender in (None, lender)]
    return min([spare, *caps]), spare
