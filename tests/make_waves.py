"""Orders over made-up lenders with real agreements, and a plain enumeration that answers them exactly."""

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit, Refusal, may_lend
from dispatch.agreements.question import LentUnit, Loans
from dispatch.agreements.restrictions import (
    ConcurrentCap,
    DailyCap,
    IncidentCap,
    ReserveFloor,
    UnitTypes,
)
from dispatch.agreements.terms import Agreement, Clause
from dispatch.aid.candidates import Candidate, PositionBasis, RefusedUnit
from dispatch.aid.lending import lending_for, refused
from dispatch.aid.waves.order import Case, LenderLoad, Offer, Order
from dispatch.live.freshness import Freshness
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Need, Priority
from dispatch.model.unit import SATISFIED_BY, Unit, UnitType
from dispatch.routing.travel import EtaBasis
from tests.make_aid import make_agreement, make_incident
from tests.make_live import NOON, make_unit

ALS, BLS = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE
CRITICAL_CARE, SUPERVISOR = UnitType.CRITICAL_CARE_AMBULANCE, UnitType.SUPERVISOR
TYPES = (ALS, ALS, ALS, BLS, BLS, CRITICAL_CARE, SUPERVISOR)
AMBULANCES = frozenset({ALS, BLS, CRITICAL_CARE})


@dataclass(frozen=True, kw_only=True)
class Lender:
    """A lender: its free units with their arrival in seconds, its agreements with Ashton, its calls."""

    name: str
    units: tuple[tuple[Unit, int], ...]
    agreements: tuple[Agreement, ...]
    load: LenderLoad
    out: Mapping[str, int]

    @property
    def loans(self) -> Loans:
        out = {AgreementId(key): count for key, count in self.out.items()}
        return Loans(
            free_by_type=Counter(unit.unit_type for unit, _ in self.units),
            out_by_agreement=out,
            out_on_incident=out,
            begun_at={key: (NOON,) * count for key, count in out.items()},
        )


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A case with the lenders that it was made of, for whoever judges it independently."""

    case: Case
    lenders: tuple[Lender, ...]


def make_order(*needs: tuple[UnitType, int], **more: object) -> Order:
    return replace(Order(needs=tuple(Need(unit_type=kind, count=count) for kind, count in needs)), **more)  # type: ignore[arg-type]


def make_lender(
    name: str,
    units: Sequence[tuple[UnitType, int]],
    *,
    clauses: Sequence[Clause] = (),
    agreements: Sequence[Agreement] | None = None,
    out: Mapping[str, int] | None = None,
    calls_per_hour: float = 2.0,
) -> Lender:
    fleet = tuple(
        (make_unit(f"{name}-{number}", jurisdiction=name, unit_type=kind), eta)
        for number, (kind, eta) in enumerate(units)
    )
    free = sum(kind in AMBULANCES for kind, _ in units)
    return Lender(
        name=name,
        units=fleet,
        agreements=tuple(agreements or (make_agreement(name, clauses=clauses),)),
        load=LenderLoad(free=free, calls_per_hour=calls_per_hour),
        out=out or {},
    )


def make_case(order: Order, *lenders: Lender, others: Sequence[RefusedUnit] = ()) -> Drawn:
    """The case as the survey would make it: who may not come even alone is among the others."""
    pairs = Pairs(agreement for lender in lenders for agreement in lender.agreements)
    loans = {JurisdictionId(lender.name): lender.loans for lender in lenders}
    incident = make_incident(priority=Priority.CRITICAL)
    lending = lending_for(incident, agreements=pairs, loans=loans, now=NOON)
    fits = {kind for need in order.needs for kind in SATISFIED_BY[need.unit_type]}
    offers, left = [], list(others)
    for unit, eta in (one for lender in lenders for one in lender.units if one[0].unit_type in fits):
        answer = lending.answer(unit)
        if isinstance(answer, Permit):
            offers.append(Offer(unit=unit, candidate=make_candidate(unit, eta, answer)))
        else:
            left.append(replace(refused(unit, answer.reasons), eta_seconds=eta))
    known = Counter(unit.unit_type for lender in lenders for unit, _ in lender.units)
    known.update(other.unit_type for other in others)
    case = Case(
        order=order,
        offers=tuple(sorted(offers, key=lambda offer: (offer.eta_seconds, offer.unit.id))),
        lending=lending,
        loads={JurisdictionId(lender.name): lender.load for lender in lenders},
        others=tuple(sorted(left, key=lambda unit: (unit.eta_seconds or 0, unit.unit_id))),
        known={kind: count for kind, count in known.items() if kind in fits},
    )
    return Drawn(case=case, lenders=lenders)


def make_candidate(unit: Unit, eta_seconds: int, permit: Permit) -> Candidate:
    return Candidate(
        unit_id=unit.id,
        call_sign=unit.call_sign,
        unit_type=unit.unit_type,
        lender=unit.jurisdiction_id,
        eta_seconds=eta_seconds,
        eta_basis=EtaBasis.ROAD,
        position_age_seconds=5,
        position_basis=PositionBasis.FIX,
        freshness=Freshness.FRESH,
        permit=permit,
        gain_seconds=None,
    )


def draw_clauses(chance: random.Random) -> list[Clause]:
    """Up to three floors and caps in all their forms, and sometimes a list of types."""
    pool: list[Clause] = [
        ReserveFloor(id="f1", keep=chance.randint(0, 2)),
        ReserveFloor(id="f2", keep=1, unit_types=(ALS,)),
        ReserveFloor(id="f3", keep=1, unit_types=(ALS, CRITICAL_CARE)),
        ReserveFloor(id="f4", keep=chance.randint(1, 3), unit_types=(ALS, BLS)),
        ConcurrentCap(id="c1", at_most=chance.randint(1, 4)),
        IncidentCap(id="c2", at_most=chance.randint(1, 3)),
        DailyCap(id="c3", at_most=chance.randint(1, 5)),
        UnitTypes(id="t1", allow=tuple(chance.sample((ALS, BLS, CRITICAL_CARE, SUPERVISOR), 3))),
    ]
    return chance.sample(pool, chance.randint(0, 3))


def draw_lender(chance: random.Random, name: str, *, most_units: int, second: float = 0.25) -> Lender:
    agreements = [make_agreement(name, clauses=draw_clauses(chance))]
    if chance.random() < second:
        more = make_agreement(name, agreement_id=f"{name}-second", clauses=draw_clauses(chance))
        agreements.append(more)
    out = {agreement.id: 1 for agreement in agreements if chance.random() < 0.2}
    return make_lender(
        name,
        [(chance.choice(TYPES), chance.randint(3, 40) * 60) for _ in range(chance.randint(1, most_units))],
        agreements=agreements,
        out=out,
        calls_per_hour=chance.uniform(0.3, 6.0),
    )


def draw_small_case(seed: int) -> Drawn:
    """Up to nine units of up to four lenders, some with two agreements, and one to three needs."""
    chance = random.Random(seed)
    lenders = []
    left = 9
    for name in ("brook", "cedar", "dale", "elm")[: chance.randint(1, 4)]:
        if left:
            lender = draw_lender(chance, name, most_units=min(4, left))
            left -= len(lender.units)
            lenders.append(lender)
    kinds = chance.sample((ALS, BLS, CRITICAL_CARE, SUPERVISOR), chance.randint(1, 3))
    order = make_order(*((kind, chance.randint(1, 3)) for kind in kinds), first_wave=chance.choice((0, 1, 2)))
    return make_case(order, *lenders)


def draw_region_case(seed: int, *, most_free: int = 10) -> Drawn:
    """Three to ten lenders with two to ten free units each, and three to ten wanted."""
    chance = random.Random(seed)
    count = chance.randint(3, 10)
    lenders = [_draw_county(chance, n, count, free=chance.randint(2, most_free)) for n in range(count)]
    als = chance.randint(1, 5)
    return make_case(make_order((ALS, als), (BLS, chance.randint(max(1, 3 - als), 10 - als))), *lenders)


def draw_large_case(seed: int, *, lenders: int = 40, free: int = 6, need: int = 30) -> Drawn:
    """Forty lenders of six free units each, and thirty wanted."""
    chance = random.Random(seed)
    drawn = [_draw_county(chance, n, lenders, free=free) for n in range(lenders)]
    als = need // 2
    return make_case(
        make_order((ALS, als), (BLS, need - als - 2), (SUPERVISOR, 1), (CRITICAL_CARE, 1)), *drawn
    )


def _draw_county(chance: random.Random, number: int, counties: int, *, free: int) -> Lender:
    """A county of about 16 km across, somewhere around the scene; the more counties, the larger the country.

    Ways are 1.3 times the crow's at 60 km/h, after a minute to turn out. A unit that is busy 35 % of the time
    with an hour per call answers .35 calls an hour; counties differ by half from that.
    """
    half = 8.0 * math.sqrt(counties)
    x, y = chance.uniform(-half, half), chance.uniform(-half, half)
    units = []
    for n in range(free):
        km = math.hypot(x + chance.uniform(-8, 8), y + chance.uniform(-8, 8))
        units.append((chance.choice(TYPES if n else (ALS, SUPERVISOR)), 60 + round(km * 1.3 * 60)))
    clauses: list[Clause] = [ReserveFloor(id="3.1", keep=1)] if chance.random() < 0.6 else []
    if chance.random() < 0.4:
        clauses.append(chance.choice((ConcurrentCap(id="4.1", at_most=3), IncidentCap(id="4.2", at_most=2))))
    calls_per_hour = 0.35 * free * chance.uniform(0.5, 1.5)
    return make_lender(f"county{number:02d}", units, clauses=clauses, calls_per_hour=calls_per_hour)


def asked_loans(lender: Lender, asked: Sequence[tuple[Unit, AgreementId]]) -> Loans:
    """A lender's loans with these offers beside what was out before, counted from the beginning."""
    before = lender.loans
    out = Counter(dict(before.out_by_agreement))
    out.update(agreement for _, agreement in asked)
    free = Counter(unit.unit_type for unit, _ in lender.units)
    free.subtract(unit.unit_type for unit, _ in asked)
    return Loans(
        free_by_type=free,
        out_by_agreement=out,
        out_on_incident=out,
        begun_at={key: (NOON,) * count for key, count in out.items()},
    )


def judge_after(
    case: Case, lender: Lender, unit: Unit, asked: Sequence[tuple[Unit, AgreementId]]
) -> Permit | Refusal:
    """The real judgement of one unit, on loans that the planners had no hand in."""
    return may_lend(
        lender.agreements,
        lender=unit.jurisdiction_id,
        unit=LentUnit(unit_type=unit.unit_type),
        call=case.lending.call,
        loans=asked_loans(lender, asked),
        now=NOON,
    )


def can_be_asked(
    case: Case, lender: Lender, units: Sequence[Unit], first: Sequence[tuple[Unit, AgreementId]]
) -> bool:
    """Whether some order lets all these units of one lender go, after the ``first`` ones."""
    return any(_all_permitted(case, lender, order, first) for order in permutations(units))


def _all_permitted(
    case: Case, lender: Lender, order: Iterable[Unit], first: Sequence[tuple[Unit, AgreementId]]
) -> bool:
    asked = list(first)
    for unit in order:
        answer = judge_after(case, lender, unit, asked)
        if isinstance(answer, Refusal):
            return False
        asked.append((unit, answer.agreement_id))
    return True


def can_be_placed(types: Sequence[UnitType], order: Order) -> bool:
    """Whether every unit meets a need of its own: tried one by one, all ways."""

    def rest(at: int, room: Mapping[UnitType, int]) -> bool:
        if at == len(types):
            return True
        return any(
            rest(at + 1, {**room, need: count - 1})
            for need, count in room.items()
            if count and types[at] in SATISFIED_BY[need]
        )

    return rest(0, dict(order.wanted()))


def plain_cost(
    case: Case, lenders: Sequence[Lender], units: Sequence[tuple[Unit, int]], missing: float
) -> float:
    """The objective, written out: minutes, what lenders lose in ninety minutes, and what is missing."""
    cost = sum(0.07 * eta / 60 for _, eta in units) + missing * (case.order.count - len(units))
    for lender in lenders:
        lent = sum(u.jurisdiction_id == lender.name and u.unit_type in AMBULANCES for u, _ in units)
        load = lender.load
        cost += load.calls_per_hour * 1.5 * 0.385 * (0.35 ** (load.free - lent) - 0.35**load.free)
    return cost


def cheapest_by_enumeration(
    case: Case, lenders: Sequence[Lender], first: Sequence[tuple[Unit, AgreementId]], missing: float
) -> float:
    """The least cost over all subsets that hold the first wave, judged by the real permits in every order."""
    etas = {offer.unit.id: offer.eta_seconds for offer in case.offers}
    fixed = [unit for unit, _ in first]
    free = [offer.unit for offer in case.offers if offer.unit not in fixed]
    allowed = {lender.name: _list_allowed(case, lender, free, first) for lender in lenders}
    best = float("inf")
    for size in range(case.order.count - len(fixed) + 1):
        for more in combinations(free, size):
            by_lender = {name: frozenset(u.id for u in more if u.jurisdiction_id == name) for name in allowed}
            if any(asked not in allowed[name] for name, asked in by_lender.items()):
                continue
            if can_be_placed([unit.unit_type for unit in (*fixed, *more)], case.order):
                units = [(unit, etas[unit.id]) for unit in (*fixed, *more)]
                best = min(best, plain_cost(case, lenders, units, missing))
    return best


def _list_allowed(
    case: Case, lender: Lender, free: Sequence[Unit], first: Sequence[tuple[Unit, AgreementId]]
) -> set[frozenset[str]]:
    theirs = [unit for unit in free if unit.jurisdiction_id == lender.name]
    before = [(unit, agreement) for unit, agreement in first if unit.jurisdiction_id == lender.name]
    return {
        frozenset(unit.id for unit in units)
        for size in range(len(theirs) + 1)
        for units in combinations(theirs, size)
        if can_be_asked(case, lender, units, before)
    }
