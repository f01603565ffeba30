"""What one lender may give together, for the exact model.

Where a single agreement binds a pair, its floors and caps are sums and are read off. Where several do, or a
floor counts by place, or a waiver holds for one unit, what may go depends on the order in which units are
asked: then every combination that the real permits let through is walked to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dispatch.agreements.calendar import local_day
from dispatch.agreements.permit import Permit
from dispatch.agreements.predicates import applies, floor_touches
from dispatch.agreements.question import LentUnit, Loans, Question
from dispatch.agreements.restrictions import (
    ConcurrentCap,
    DailyCap,
    IncidentCap,
    ReserveFloor,
    Restriction,
)
from dispatch.agreements.terms import Agreement
from dispatch.aid.lending import NO_LOANS, Lending
from dispatch.aid.waves.order import Offer
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import Unit, UnitType

MOST_STATES: Final = 300
"""So many stages of asking one lender are walked to; what lies beyond is left to the closest-first answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Of these types, together, at most so many."""

    types: frozenset[UnitType]
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """How many units of each kind may go together, and in which ``turns`` (kinds) they must be asked."""

    counts: tuple[int, ...]
    turns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Combinations:
    """All that one lender may give. ``kinds``: its offers with equal facts, each by arrival."""

    kinds: tuple[tuple[Offer, ...], ...]
    allowed: tuple[Combination, ...]


def limits_of(
    lender: JurisdictionId, offers: Sequence[Offer], lending: Lending, *, most: int
) -> tuple[Limit, ...] | Combinations:
    """What ``lender`` may still give of ``offers``, of which ``most`` are wanted at most."""
    borrower, now = lending.call.borrower, lending.now
    in_force = lending.pairs.list_in_force(lender=lender, borrower=borrower, now=now)
    waived = any(waiver.lender == lender for waiver in lending.standing.waivers)
    if len(in_force) == 1 and not waived and not lending.pairs.has_area_floor(lender):
        return tuple(_list_limits(in_force[0], lender, lending))
    return walk_combinations(offers, lending, most=most)


def walk_combinations(offers: Sequence[Offer], lending: Lending, *, most: int) -> Combinations:
    """Every combination of one lender's offers that can be asked for in some order, nobody included."""
    by_facts: dict[LentUnit, list[Offer]] = {}
    for offer in offers:
        by_facts.setdefault(lending.facts_of(offer.unit), []).append(offer)
    kinds = tuple(tuple(sorted(same, key=_arrival)) for same in by_facts.values())
    first = Combination(counts=(0,) * len(kinds), turns=())
    allowed = {first.counts: first}
    seen: set[tuple[tuple[int, ...], frozenset[tuple[str, int]]]] = set()
    ahead = [(first, lending)]
    while ahead and len(seen) < MOST_STATES:
        here, said = ahead.pop(0)
        if len(here.turns) == most:
            continue
        for kind, same in enumerate(kinds):
            step = _step(here, kind, same, said)
            if step is None:
                continue
            stage = (step[0].counts, _out(same[0].unit, step[1]))
            if stage not in seen:
                seen.add(stage)
                allowed.setdefault(step[0].counts, step[0])
                ahead.append(step)
    return Combinations(kinds=kinds, allowed=tuple(allowed.values()))


def _step(
    here: Combination, kind: int, same: Sequence[Offer], lending: Lending
) -> tuple[Combination, Lending] | None:
    if here.counts[kind] == len(same):
        return None
    unit = same[here.counts[kind]].unit
    permit = lending.answer(unit)
    if not isinstance(permit, Permit):
        return None
    counts = tuple(count + (at == kind) for at, count in enumerate(here.counts))
    return Combination(counts=counts, turns=(*here.turns, kind)), lending.after(unit, permit)


def _out(unit: Unit, lending: Lending) -> frozenset[tuple[str, int]]:
    """Under which agreements the units went: beside the counts all that later answers hang on."""
    loans = lending.loans.get(unit.jurisdiction_id, NO_LOANS)
    return frozenset(loans.out_by_agreement.items())


def _arrival(offer: Offer) -> tuple[int, str]:
    return offer.eta_seconds, offer.unit.id


def _list_limits(agreement: Agreement, lender: JurisdictionId, lending: Lending) -> Iterator[Limit]:
    loans = lending.loans.get(lender, NO_LOANS)
    questions = {
        unit_type: Question(
            lender=lender,
            unit=LentUnit(unit_type=unit_type),
            call=lending.call,
            loans=loans,
            agreement=agreement,
            now=lending.now,
        )
        for unit_type in UnitType
    }
    for clause in agreement.restrictions:
        limit = _limit(clause, questions, loans)
        if limit is not None:
            yield limit


def _limit(clause: Restriction, questions: Mapping[UnitType, Question], loans: Loans) -> Limit | None:
    question = next(iter(questions.values()))
    if not applies(clause, question):
        return None
    agreement_id, everything = question.agreement.id, frozenset(UnitType)
    match clause:
        case ReserveFloor():
            touched = frozenset(kind for kind, asked in questions.items() if floor_touches(clause, asked))
            free = sum(loans.free_by_type.get(kind, 0) for kind in clause.group)
            # A floor of nobody asks nothing, also of a lender that has nobody.
            return Limit(types=touched, at_most=max(0, free - clause.keep)) if clause.keep else None
        case ConcurrentCap():
            out = loans.out_by_agreement.get(agreement_id, 0)
        case IncidentCap():
            out = loans.out_on_incident.get(agreement_id, 0)
        case DailyCap():
            zone = question.agreement.time_zone
            today = local_day(question.now, zone)
            begun = loans.begun_at.get(agreement_id, ())
            out = sum(1 for moment in begun if local_day(moment, zone) == today)
        case _:
            return None
    return Limit(types=everything, at_most=max(0, clause.at_most - out))
