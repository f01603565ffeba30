from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.assignment import AssignmentState
from dispatch.aid.loans import commitments_of, free_rows, list_loans, loans_of
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.unit import UnitStatus, UnitType
from tests.make_aid import make_assignment, make_neighbours, make_request
from tests.make_live import NOON, after, make_picture, make_state, make_unit

BROOK = JurisdictionId("brook")


def test_an_ended_assignment_and_an_expired_offer_bind_nothing() -> None:
    commitments = commitments_of(
        [make_assignment("b1", state=AssignmentState.ENDED), make_assignment("b2")],
        [make_request("b3"), make_request("b4", request_id="req_2", answer_seconds=600)],
        now=after(60),
    )
    assert [commitments.is_bound(unit.id) for unit in make_neighbours(4)] == [False, True, False, True]


def test_a_units_own_work_is_not_out_under_any_agreement() -> None:
    commitments = commitments_of(
        [make_assignment("b1"), make_assignment("b2", borrower="cedar", agreement="brook-cedar")],
        [],
        now=NOON,
    )
    assert commitments.out_by_agreement == {BROOK: {AgreementId("brook-cedar"): 1}}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["brook", "cedar"]),
            st.sampled_from([UnitType.ALS_AMBULANCE, UnitType.SUPERVISOR]),
            st.none() | st.sampled_from([UnitStatus.AVAILABLE, UnitStatus.EN_ROUTE]),
            st.sampled_from(["", "assigned", "promised", "both"]),
        ),
        max_size=12,
    )
)
def test_the_picture_and_the_record_count_alike(
    drawn: list[tuple[str, UnitType, UnitStatus | None, str]],
) -> None:
    units = [make_unit(f"u{n}", jurisdiction=j, unit_type=t) for n, (j, t, _, _) in enumerate(drawn)]
    picture = make_picture(*units, make_unit("z", jurisdiction="zone"))
    states = {
        unit.id: make_state(unit.id, status)
        for unit, (_, _, status, _) in zip(units, drawn, strict=True)
        if status is not None
    }
    for state in states.values():
        picture.apply_state(state)
    bound = [(unit, how) for unit, (_, _, _, how) in zip(units, drawn, strict=True)]
    commitments = commitments_of(
        [make_assignment(u.id, home=u.jurisdiction_id) for u, how in bound if how in ("assigned", "both")],
        [
            make_request(u.id, request_id=f"req_{u.id}", lender=u.jurisdiction_id)
            for u, how in bound
            if how in ("promised", "both")
        ],
        now=NOON,
    )
    loans = list_loans(picture, commitments, free_rows(picture, commitments))
    for jurisdiction_id in picture.jurisdictions:
        plain = loans_of(jurisdiction_id, units=picture.units, states=states, commitments=commitments)
        assert loans[jurisdiction_id] == plain
