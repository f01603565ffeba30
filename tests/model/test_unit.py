import pytest

from dispatch.model.unit import COMMITTED, FREE, NEXT_STATUS, SATISFIED_BY, TRANSPORTS, UnitStatus, UnitType


def test_an_unknown_unit_is_never_free() -> None:
    assert frozenset({UnitStatus.AVAILABLE}) == FREE
    assert UnitStatus.UNKNOWN not in FREE | COMMITTED


def test_free_and_committed_exclude_each_other() -> None:
    assert not FREE & COMMITTED


def test_every_status_has_its_steps_and_none_leads_to_itself_or_to_unknown() -> None:
    assert set(NEXT_STATUS) == set(UnitStatus)
    assert all(status not in steps for status, steps in NEXT_STATUS.items())
    assert all(UnitStatus.UNKNOWN not in steps for steps in NEXT_STATUS.values())


@pytest.mark.parametrize("status", sorted(COMMITTED))
def test_every_committed_unit_can_become_available(status: UnitStatus) -> None:
    assert UnitStatus.AVAILABLE in NEXT_STATUS[status]


@pytest.mark.parametrize("need", list(UnitType))
def test_a_type_always_meets_a_need_for_itself(need: UnitType) -> None:
    assert need in SATISFIED_BY[need]


def test_a_lower_level_of_care_never_stands_in_for_a_higher() -> None:
    als, bls = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE
    assert als in SATISFIED_BY[bls]
    assert bls not in SATISFIED_BY[als]


def test_who_stands_in_for_a_stand_in_stands_in_too() -> None:
    for met in SATISFIED_BY.values():
        for unit_type in met:
            assert SATISFIED_BY[unit_type] <= met


def test_a_need_for_transport_is_met_by_transport_only() -> None:
    for need in TRANSPORTS:
        assert SATISFIED_BY[need] <= TRANSPORTS
