"""Candidates of an agreement that fixes an order of call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agreements.permit import Permit
from dispatch.agreements.terms import AgreementKind
from dispatch.aid.call_order import in_call_order
from dispatch.aid.candidates import Candidate, PositionBasis
from dispatch.live.freshness import Freshness
from dispatch.model.ids import AgreementId, JurisdictionId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType
from dispatch.routing.travel import EtaBasis


def make_candidate(unit: str, *, agreement: str = "card", call_order: int | None = None) -> Candidate:
    permit = Permit(
        agreement_id=AgreementId(agreement),
        agreement_version=1,
        title=agreement,
        kind=AgreementKind.MUTUAL,
        clauses=(),
        keeps=2,
        floor=1,
        may_decline=True,
        answer_seconds=60,
        automatic=False,
        call_order=call_order,
    )
    return Candidate(
        unit_id=UnitId(unit),
        call_sign=unit,
        unit_type=UnitType.ALS_AMBULANCE,
        lender=JurisdictionId("cedar"),
        eta_seconds=300,
        eta_basis=EtaBasis.ROAD,
        position_age_seconds=5,
        position_basis=PositionBasis.FIX,
        freshness=Freshness.FRESH,
        permit=permit,
        gain_seconds=None,
    )


def units(candidates) -> list[str]:
    return [candidate.unit_id for candidate in candidates]


def test_the_first_partner_on_the_card_is_called_first_though_another_is_nearer():
    near, far = make_candidate("near", call_order=2), make_candidate("far", call_order=1)
    assert units(in_call_order([near, far], Priority.LOWER_ACUITY)) == ["far", "near"]


def test_for_a_life_threatening_call_the_fastest_goes_first():
    near, far = make_candidate("near", call_order=2), make_candidate("far", call_order=1)
    assert units(in_call_order([near, far], Priority.CRITICAL)) == ["near", "far"]


def test_whom_the_card_does_not_name_comes_after_those_it_names():
    other, named = make_candidate("other"), make_candidate("named", call_order=3)
    assert units(in_call_order([other, named], Priority.EMERGENT)) == ["named", "other"]


def test_another_agreements_candidates_keep_their_places():
    found = in_call_order(
        [
            make_candidate("a2", call_order=2),
            make_candidate("b", agreement="pact"),
            make_candidate("a1", call_order=1),
        ],
        Priority.EMERGENT,
    )
    assert units(found) == ["a1", "b", "a2"]


@pytest.mark.parametrize("priority", Priority)
def test_without_an_order_arrival_decides(priority: Priority):
    found = [make_candidate(unit) for unit in ("x", "a", "m")]
    assert units(in_call_order(found, priority)) == ["x", "a", "m"]


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.none() | st.integers(1, 4)),
        max_size=8,
    )
)
def test_nobody_is_lost_or_doubled(cards):
    found = [
        make_candidate(f"u{n}", agreement=agreement, call_order=order)
        for n, (agreement, order) in enumerate(cards)
    ]
    ordered = in_call_order(found, Priority.EMERGENT)
    assert sorted(units(ordered)) == sorted(units(found))
    assert [c.permit.agreement_id for c in ordered] == [c.permit.agreement_id for c in found]
