"""The exact model as columns and rows for a solver.

minimise   sum per_minute * eta_u x_u  +  sum loss_{l,k} z_{l,k}  +  M * sum s_n
subject to each lender's floors and caps, its ambulances sum x = sum_k z_k (losses rise in k, so z fill in
           order without being whole), and places: what is asked of type t goes to needs, y_{t,n}, and
           each need n gets its count but for s_n.
x is whole; so is w, which chooses one of a lender's combinations where its limits are not sums.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from dispatch.aid.lending import Lending
from dispatch.aid.waves.limits import Combinations, Limit, limits_of
from dispatch.aid.waves.order import Case, Offer
from dispatch.aid.waves.price import hours_lent, late_calls, lent_ambulances, missing_price
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.unit import SATISFIED_BY, UnitType

Floats = NDArray[np.float64]
Columns = Mapping[UnitId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The numbers. The first columns are x, one per entry of ``offers``.

    ``combined``: for each lender with combinations, those and the column of its first w.
    """

    offers: tuple[Offer, ...]
    combined: tuple[tuple[Combinations, int], ...]
    cost: Floats
    upper: Floats
    whole: NDArray[np.int64]
    rows: csr_array
    row_lower: Floats
    row_upper: Floats


@dataclass(slots=True)
class _Sheet:
    """Columns and rows while they are written."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)

    def column(self, cost: float, *, upper: float = 1.0, whole: bool = False) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(int(whole))
        return len(self.cost) - 1

    def row(self, entries: Sequence[tuple[int, float]], lower: float, upper: float) -> None:
        at = len(self.row_lower)
        self.entries += [(at, column, value) for column, value in entries]
        self.row_lower.append(lower)
        self.row_upper.append(upper)


def build_model(case: Case, asked: Sequence[Offer], lending: Lending) -> Model:
    """The model of what is still to be asked for. ``lending``: what agreements say after all of ``asked``."""
    open_count = case.order.count - len(asked)
    taken = {offer.unit.id for offer in asked}
    by_lender = _list_by_lender(case, taken)
    offers = tuple(offer for theirs in by_lender.values() for offer in theirs)
    sheet, columns = _Sheet(), {}
    for offer in offers:
        minutes = offer.eta_seconds / 60
        columns[offer.unit.id] = sheet.column(case.prices.per_minute * minutes, whole=True)
    combined = []
    lent = lent_ambulances(asked)
    for lender, theirs in by_lender.items():
        _put_losses(sheet, case, lender, theirs, columns, already=lent[lender])
        limits = limits_of(lender, theirs, lending, most=open_count)
        if isinstance(limits, Combinations):
            combined.append((limits, _put_combinations(sheet, limits, columns)))
        else:
            _put_limits(sheet, limits, theirs, columns)
    _put_places(sheet, case, asked, offers, columns)
    shape = (len(sheet.row_lower), len(sheet.cost))
    at, columns_at, values = zip(*sheet.entries, strict=True)
    return Model(
        offers=offers,
        combined=tuple(combined),
        cost=np.array(sheet.cost),
        upper=np.array(sheet.upper),
        whole=np.array(sheet.whole, dtype=np.int64),
        rows=csr_array((values, (at, columns_at)), shape=shape),
        row_lower=np.array(sheet.row_lower),
        row_upper=np.array(sheet.row_upper),
    )


def _list_by_lender(case: Case, taken: set[UnitId]) -> dict[JurisdictionId, list[Offer]]:
    """By lender, arrival, id: the same columns whatever order the fleet's rows have.

    Whoever stands by is used before; one that was not has no place, or may not come.
    """
    found: dict[JurisdictionId, list[Offer]] = {}
    for offer in sorted(case.offers, key=lambda o: (o.lender, o.eta_seconds, o.unit.id)):
        if offer.unit.id not in taken and not offer.stands_by:
            found.setdefault(offer.lender, []).append(offer)
    return found


def _put_losses(
    sheet: _Sheet,
    case: Case,
    lender: JurisdictionId,
    theirs: Sequence[Offer],
    columns: Columns,
    *,
    already: int,
) -> None:
    load = case.loads.get(lender)
    missed = [columns[offer.unit.id] for offer in theirs if offer.takes_part_in_cover]
    if load is None or not missed:
        return
    hours = hours_lent(case)
    total = [late_calls(load, already + k, hours=hours) for k in range(len(missed) + 1)]
    steps = [sheet.column(after - before) for before, after in pairwise(total)]
    sheet.row([*((x, 1.0) for x in missed), *((z, -1.0) for z in steps)], 0.0, 0.0)


def _put_limits(sheet: _Sheet, limits: Sequence[Limit], theirs: Sequence[Offer], columns: Columns) -> None:
    for limit in limits:
        held = [columns[offer.unit.id] for offer in theirs if offer.unit.unit_type in limit.types]
        if len(held) > limit.at_most:
            sheet.row([(x, 1.0) for x in held], 0.0, limit.at_most)


def _put_combinations(sheet: _Sheet, combinations: Combinations, columns: Columns) -> int:
    chosen = [sheet.column(0.0, whole=True) for _ in combinations.allowed]
    sheet.row([(w, 1.0) for w in chosen], 1.0, 1.0)
    for kind, same in enumerate(combinations.kinds):
        counted = [
            (w, -float(combination.counts[kind]))
            for w, combination in zip(chosen, combinations.allowed, strict=True)
            if combination.counts[kind]
        ]
        sheet.row([*((columns[offer.unit.id], 1.0) for offer in same), *counted], 0.0, 0.0)
    return chosen[0]


def _put_places(
    sheet: _Sheet,
    case: Case,
    asked: Sequence[Offer],
    offers: Sequence[Offer],
    columns: Columns,
) -> None:
    wanted, price = case.order.wanted(), missing_price(case)
    coming = Counter(offer.unit.unit_type for offer in asked)
    filled: dict[UnitType, list[tuple[int, float]]] = {need: [] for need in wanted}
    for unit_type in dict.fromkeys([*coming, *(offer.unit.unit_type for offer in offers)]):
        places = []
        for need, count in wanted.items():
            if unit_type in SATISFIED_BY[need]:
                y = sheet.column(0.0, upper=float(count))
                places.append((y, -1.0))
                filled[need].append((y, 1.0))
        of_type = [(columns[offer.unit.id], 1.0) for offer in offers if offer.unit.unit_type is unit_type]
        # What is asked already has its places too, and may change them.
        sheet.row([*of_type, *places], -float(coming[unit_type]), -float(coming[unit_type]))
    for need, count in wanted.items():
        short = sheet.column(price, upper=float(count))
        sheet.row([*filled[need], (short, 1.0)], float(count), float(count))
