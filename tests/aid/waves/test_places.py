"""Which unit meets which need."""

from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.waves.order import Order
from dispatch.aid.waves.places import Places, name_needs
from dispatch.model.incident import Need
from dispatch.model.unit import SATISFIED_BY, UnitType
from tests.make_waves import ALS, BLS, CRITICAL_CARE, SUPERVISOR, can_be_placed

types = st.lists(st.sampled_from(list(UnitType)), max_size=6)
needs = st.dictionaries(st.sampled_from(list(UnitType)), st.integers(1, 2), max_size=4)


def order_of(wanted: dict[UnitType, int]) -> Order:
    return Order(needs=tuple(Need(unit_type=kind, count=count) for kind, count in wanted.items()))


@given(types, needs)
def test_a_unit_is_turned_away_only_where_no_arrangement_has_a_place(
    coming: list[UnitType], wanted: dict[UnitType, int]
) -> None:
    places, kept = Places(wanted), []
    for kind in coming:
        possible = can_be_placed([*kept, kind], order_of(wanted))
        assert places.take(kind) == possible
        if possible:
            kept.append(kind)
    assert sum(places.count_open().values()) == sum(wanted.values()) - len(kept)


@given(types, needs)
def test_all_who_have_a_place_get_a_need_that_they_meet(
    coming: list[UnitType], wanted: dict[UnitType, int]
) -> None:
    places = Places(wanted)
    kept = [kind for kind in coming if places.take(kind)]
    named = name_needs(kept, wanted)
    assert all(kind in SATISFIED_BY[need] for kind, need in zip(kept, named, strict=True))
    assert all(named.count(need) <= count for need, count in wanted.items())
    own = {kind: min(kept.count(kind), wanted.get(kind, 0)) for kind in kept}
    met = list(zip(kept, named, strict=True))
    assert all(met.count((kind, kind)) == count for kind, count in own.items()), "its own need first"


def test_who_can_stand_in_makes_room_for_who_cannot() -> None:
    places = Places({ALS: 1, BLS: 1})
    assert [places.take(kind) for kind in (ALS, CRITICAL_CARE, BLS)] == [True, True, False]
    places = Places({BLS: 1, ALS: 1})
    assert places.take(CRITICAL_CARE)
    assert places.take(BLS)
    assert places.count_open() == {}
    assert not Places({SUPERVISOR: 1}).take(ALS)
