"""Sums read off the clauses say the same as walking through the real permits."""

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.agreements.permit import Permit
from dispatch.agreements.restrictions import ReserveFloor
from dispatch.aid.waves.limits import Combinations, limits_of, walk_combinations
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitType
from tests.make_waves import ALS, BLS, SUPERVISOR, Drawn, draw_lender, make_case, make_lender, make_order

BROOK = JurisdictionId("brook")
EVERYTHING = make_order(*((kind, 6) for kind in UnitType))


def list_walked(drawn: Drawn) -> set[tuple[tuple[UnitType, int], ...]]:
    """What the permits let through together, counted by type."""
    walked = walk_combinations(drawn.case.offers, drawn.case.lending, most=12)
    kinds = [same[0].unit.unit_type for same in walked.kinds]
    return {as_key(Counter(dict(zip(kinds, one.counts, strict=True)))) for one in walked.allowed}


def as_key(counts: Counter[UnitType]) -> tuple[tuple[UnitType, int], ...]:
    return tuple(sorted((kind, count) for kind, count in counts.items() if count))


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**9))
def test_the_sums_of_one_agreement_allow_what_its_permits_let_through(seed: int) -> None:
    lender = draw_lender(random.Random(seed), "brook", most_units=6, second=0.0)
    drawn = make_case(EVERYTHING, lender)
    limits = limits_of(BROOK, drawn.case.offers, drawn.case.lending, most=12)
    assert not isinstance(limits, Combinations)
    offered = Counter(offer.unit.unit_type for offer in drawn.case.offers)
    by_sums = {
        key
        for key in _list_boxes(offered)
        if all(sum(n for kind, n in key if kind in limit.types) <= limit.at_most for limit in limits)
    }
    assert by_sums == list_walked(drawn)


def _list_boxes(offered: Counter[UnitType]) -> set[tuple[tuple[UnitType, int], ...]]:
    boxes: list[Counter[UnitType]] = [Counter()]
    for kind, most in offered.items():
        boxes = [Counter({**box, kind: count}) for box in boxes for count in range(most + 1)]
    return {as_key(box) for box in boxes}


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**9))
def test_each_combination_can_be_asked_for_in_its_turns(seed: int) -> None:
    lender = draw_lender(random.Random(seed), "brook", most_units=5, second=1.0)
    drawn = make_case(EVERYTHING, lender)
    walked = limits_of(BROOK, drawn.case.offers, drawn.case.lending, most=4)
    assert isinstance(walked, Combinations)
    for combination in walked.allowed:
        lending, waiting = drawn.case.lending, [list(same) for same in walked.kinds]
        for kind in combination.turns:
            unit = waiting[kind].pop(0).unit
            permit = lending.answer(unit)
            assert isinstance(permit, Permit)
            lending = lending.after(unit, permit)
        assert sum(combination.counts) == len(combination.turns) <= 4


def test_a_floor_without_types_counts_ambulances_only() -> None:
    units = [(ALS, 60), (BLS, 60), (BLS, 60), (SUPERVISOR, 60)]
    drawn = make_case(EVERYTHING, make_lender("brook", units, clauses=[ReserveFloor(id="1", keep=1)]))
    assert max(sum(n for kind, n in key if kind is not SUPERVISOR) for key in list_walked(drawn)) == 2
    assert max(dict(key).get(SUPERVISOR, 0) for key in list_walked(drawn)) == 1
