"""May a lender lend? A permit that names what allows it, or every reason why not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.agreements.permit import Permit, Refusal
from dispatch.agreements.provisions import AnswerTime, Balance, Discretion, Text
from dispatch.agreements.question import Loans
from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.agreements.restrictions import ConcurrentCap, Priorities, ReserveFloor, UnitTypes
from dispatch.agreements.terms import AgreementKind
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType
from tests.make_agreements import BEGINS, CEDAR, ELM, ENDS, HARLOW, NOW, SIGNED, ask, make_agreement

ALS, BLS, AIR = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE, UnitType.AIR_ROTOR


def codes(answer: Permit | Refusal) -> list[ReasonCode]:
    assert isinstance(answer, Refusal)
    return [reason.code for reason in answer.reasons]


def permit(answer: Permit | Refusal) -> Permit:
    assert isinstance(answer, Permit), answer
    return answer


def free(**by_type: int) -> Loans:
    return Loans(free_by_type={UnitType(name): count for name, count in by_type.items()})


def test_without_an_agreement_nobody_lends():
    refusal = ask()
    assert codes(refusal) == [ReasonCode.NO_AGREEMENT]
    assert refusal.reasons[0].figures == {"lender": CEDAR, "borrower": HARLOW}


def test_an_agreement_binds_only_the_way_it_runs():
    one_way = make_agreement()
    assert permit(ask(one_way))
    assert codes(ask(one_way, lender=HARLOW, borrower=CEDAR)) == [ReasonCode.NO_AGREEMENT]
    assert codes(ask(one_way, borrower=ELM)) == [ReasonCode.NO_AGREEMENT]
    assert permit(ask(make_agreement(both_ways=True), lender=HARLOW, borrower=CEDAR))


@pytest.mark.parametrize(
    ("now", "code", "figures"),
    [
        (SIGNED - timedelta(1), ReasonCode.NOT_SIGNED, {"missing": "harlow, cedar"}),
        (SIGNED, ReasonCode.NOT_YET_EFFECTIVE, {"effective_from": "2026-01-01T00:00:00.000000Z"}),
        (ENDS, ReasonCode.EXPIRED, {"effective_to": "2027-01-01T00:00:00.000000Z"}),
    ],
)
def test_an_agreement_that_is_not_in_force_says_only_that(now, code, figures):
    agreement = make_agreement(UnitTypes(id="2.1", allow=(BLS,)))
    (reason,) = ask(agreement, now=now).reasons
    assert (reason.code, reason.figures) == (code, figures)
    assert (reason.agreement_id, reason.agreement_version, reason.clause) == ("harlow-cedar", 1, None)


def test_the_agreement_binds_to_the_very_moment_it_ends():
    agreement = make_agreement()
    assert permit(ask(agreement, now=ENDS - timedelta(microseconds=1)))
    assert codes(ask(agreement, now=ENDS)) == [ReasonCode.EXPIRED]


def test_a_type_that_no_clause_lists_is_not_lent():
    agreement = make_agreement(UnitTypes(id="2.1", allow=(ALS, BLS)))
    assert permit(ask(agreement, unit_type=BLS)).clauses == ("2.1",)
    (reason,) = ask(agreement, unit_type=AIR).reasons
    assert (reason.code, reason.clause) == (ReasonCode.UNIT_TYPE, "2.1")
    assert reason.figures == {"unit_type": "air_rotor", "allow": "als_ambulance, bls_ambulance"}


def test_a_priority_that_the_clause_leaves_out_is_refused():
    agreement = make_agreement(Priorities(id="2.2", allow=(Priority.CRITICAL,)))
    assert permit(ask(agreement, priority=Priority.CRITICAL))
    (reason,) = ask(agreement, priority=Priority.NON_ACUTE).reasons
    assert (reason.code, reason.clause) == (ReasonCode.PRIORITY, "2.2")
    assert reason.figures == {"priority": "non_acute", "allow": "critical"}


def test_lending_may_reach_the_floor_but_not_break_it():
    agreement = make_agreement(ReserveFloor(id="3.1", keep=2, unit_types=(ALS,)))
    allowed = permit(ask(agreement, loans=free(als_ambulance=3)))
    assert (allowed.keeps, allowed.floor) == (2, 2)
    (reason,) = ask(agreement, loans=free(als_ambulance=2)).reasons
    assert (reason.code, reason.clause) == (ReasonCode.RESERVE_FLOOR, "3.1")
    assert reason.figures == {"keeps": 1, "floor": 2, "unit_type": "als_ambulance"}


def test_units_on_offer_are_not_deducted_twice_but_explain_the_figure():
    """``free_by_type`` has left them out already."""
    agreement = make_agreement(ReserveFloor(id="3.1", keep=2, unit_types=(ALS,)))
    loans = Loans(free_by_type={ALS: 3}, promised_by_type={ALS: 2, BLS: 4})
    assert permit(ask(agreement, loans=loans)).keeps == 2
    loans = replace(loans, free_by_type={ALS: 2})
    assert ask(agreement, loans=loans).reasons[0].figures["promised"] == 2


def test_the_types_of_a_floor_count_together():
    agreement = make_agreement(ReserveFloor(id="3.1", keep=2, unit_types=(ALS, BLS)))
    assert permit(ask(agreement, loans=free(als_ambulance=1, bls_ambulance=2))).keeps == 2
    (reason,) = ask(agreement, loans=free(als_ambulance=1, bls_ambulance=1)).reasons
    assert reason.figures == {"keeps": 1, "floor": 2, "unit_type": "als_ambulance, bls_ambulance"}


def test_a_floor_without_types_counts_all_ground_transport():
    agreement = make_agreement(ReserveFloor(id="3.1", keep=3))
    enough = free(als_ambulance=1, bls_ambulance=1, critical_care_ambulance=1, multi_patient=1)
    assert permit(ask(agreement, loans=enough)).keeps == 3
    others = free(als_ambulance=3, air_rotor=9, als_nontransport=9, supervisor=9)
    (reason,) = ask(agreement, loans=others).reasons
    assert reason.figures == {"keeps": 2, "floor": 3, "unit_type": "ground_transport"}


def test_a_type_outside_the_floors_group_is_lent_past_it():
    agreement = make_agreement(ReserveFloor(id="3.1", keep=2, unit_types=(ALS,)))
    allowed = permit(ask(agreement, unit_type=BLS, loans=free(bls_ambulance=1)))
    assert (allowed.keeps, allowed.floor, allowed.clauses) == (0, 0, ())


def test_a_floor_of_one_lender_binds_no_other():
    floor = ReserveFloor(id="3.1", keep=9, lender=HARLOW)
    agreement = make_agreement(floor, both_ways=True)
    assert permit(ask(agreement)).clauses == ()
    assert codes(ask(agreement, lender=HARLOW, borrower=CEDAR)) == [ReasonCode.RESERVE_FLOOR]


def test_without_a_floor_the_permit_says_what_is_left_of_the_type():
    allowed = permit(ask(make_agreement(), loans=free(als_ambulance=4, bls_ambulance=9)))
    assert (allowed.keeps, allowed.floor) == (3, 0)


def test_the_permit_names_the_tightest_of_several_floors():
    agreement = make_agreement(
        ReserveFloor(id="3.1", keep=1, unit_types=(ALS,)), ReserveFloor(id="3.2", keep=4)
    )
    allowed = permit(ask(agreement, loans=free(als_ambulance=3, bls_ambulance=4)))
    assert (allowed.keeps, allowed.floor, allowed.clauses) == (2, 1, ("3.1", "3.2"))
    tie = permit(ask(agreement, loans=free(als_ambulance=3, bls_ambulance=3)))
    assert (tie.keeps, tie.floor) == (5, 4)


def test_a_lender_with_nothing_free_is_said_to_keep_none_and_not_minus_one():
    agreement = make_agreement(ReserveFloor(id="3.1", keep=1))
    assert ask(agreement, loans=Loans()).reasons[0].figures["keeps"] == 0


def test_the_cap_counts_what_is_out_under_this_agreement():
    agreement = make_agreement(ConcurrentCap(id="3.2", at_most=2))
    out = Loans(free_by_type={ALS: 3}, out_by_agreement={agreement.id: 1, "other": 9})
    assert permit(ask(agreement, loans=out))
    (reason,) = ask(agreement, loans=replace(out, out_by_agreement={agreement.id: 2})).reasons
    assert (reason.code, reason.clause) == (ReasonCode.CONCURRENT_CAP, "3.2")
    assert reason.figures == {"out": 2, "at_most": 2}


def test_a_cap_of_one_lets_the_first_unit_go():
    assert permit(ask(make_agreement(ConcurrentCap(id="3.2", at_most=1)))).clauses == ("3.2",)


def test_beside_a_version_that_binds_a_proposed_one_has_no_say():
    """A later version that is not signed yet replaces nothing, and its missing signature is no reason."""
    old, proposed = make_agreement(UnitTypes(id="2.1", allow=(BLS,))), make_agreement(version=2, signed_by=())
    assert codes(ask(old, proposed)) == [ReasonCode.UNIT_TYPE]


def test_of_two_versions_of_which_none_binds_the_later_speaks_first():
    old, proposed = make_agreement(effective_to=NOW), make_agreement(version=2, signed_by=())
    assert codes(ask(old, proposed)) == [ReasonCode.NOT_SIGNED, ReasonCode.EXPIRED]


def test_every_reason_is_given_and_not_only_the_first():
    agreement = make_agreement(
        UnitTypes(id="2.1", allow=(BLS,)),
        Text(id="5", title="Liability", text="Each bears its own."),
        Priorities(id="2.2", allow=(Priority.EMERGENT,)),
        ReserveFloor(id="3.1", keep=3),
        ConcurrentCap(id="3.2", at_most=1),
        Discretion(id="4.1", lender_may_decline=True),
    )
    refusal = ask(agreement, loans=Loans(free_by_type={ALS: 3}, out_by_agreement={agreement.id: 1}))
    assert [reason.clause for reason in refusal.reasons] == ["2.1", "2.2", "3.1", "3.2"]


def test_the_reasons_of_every_agreement_of_the_pair_are_given_in_their_precedence():
    refusal = ask(
        make_agreement(UnitTypes(id="1", allow=(BLS,)), id_="mutual"),
        make_agreement(id_="over", effective_to=NOW, kind=AgreementKind.CONTRACTUAL),
        make_agreement(UnitTypes(id="9", allow=(AIR,)), id_="auto", kind=AgreementKind.AUTOMATIC),
        make_agreement(id_="elsewhere", lender=ELM),
    )
    assert [(r.agreement_id, r.code.value) for r in refusal.reasons] == [
        ("auto", "unit_type"),
        ("over", "expired"),
        ("mutual", "unit_type"),
    ]


def test_automatic_goes_before_contractual_before_mutual_then_the_newest_then_the_id():
    older = make_agreement(id_="z", effective_from=BEGINS - timedelta(1))
    b, a = make_agreement(id_="b"), make_agreement(id_="a")
    contract = make_agreement(id_="c", kind=AgreementKind.CONTRACTUAL, effective_from=BEGINS - timedelta(9))
    automatic = make_agreement(id_="x", kind=AgreementKind.AUTOMATIC, effective_from=BEGINS - timedelta(9))
    everything = [older, b, a, contract, automatic]
    for winner in (automatic, contract, a, b, older):
        assert permit(ask(*everything)).agreement_id == winner.id
        everything.remove(winner)


def test_an_agreement_that_forbids_does_not_stop_another_that_permits():
    strict = make_agreement(ReserveFloor(id="1", keep=9), id_="strict", kind=AgreementKind.AUTOMATIC)
    assert permit(ask(strict, make_agreement(id_="lenient"))).agreement_id == "lenient"


def test_a_signed_new_version_replaces_the_old_even_where_it_forbids_more():
    old, new = make_agreement(), make_agreement(UnitTypes(id="2.1", allow=(BLS,)), version=2)
    assert codes(ask(old, new)) == [ReasonCode.UNIT_TYPE]
    unsigned = replace(new, signatures=())
    assert permit(ask(old, unsigned)).agreement_version == 1


def test_the_permit_says_whether_and_how_long_the_lender_is_asked():
    mutual = permit(ask(make_agreement(AnswerTime(id="4.2", seconds=45))))
    assert (mutual.automatic, mutual.may_decline, mutual.answer_seconds) == (False, True, 45)
    automatic = permit(ask(make_agreement(kind=AgreementKind.AUTOMATIC)))
    assert (automatic.automatic, automatic.may_decline) == (True, False)


def test_the_permit_says_whether_its_own_agreement_asks_whoever_has_given_more_later():
    silent, says_no = make_agreement(), make_agreement(Balance(id="7", imbalance_unit_hours=9), id_="b")
    says_so = make_agreement(Balance(id="7", spares_the_giver=True), id_="c")
    assert [permit(ask(one)).spares_the_giver for one in (silent, says_no, says_so)] == [False, False, True]
    chosen = permit(ask(silent, replace(says_so, kind=AgreementKind.AUTOMATIC)))
    assert (chosen.agreement_id, chosen.spares_the_giver) == ("c", True)
    assert permit(ask(replace(silent, kind=AgreementKind.AUTOMATIC), says_so)).spares_the_giver is False


def test_a_permit_and_a_reason_are_json_ready():
    allowed = permit(ask(make_agreement(ReserveFloor(id="3.1", keep=1))))
    assert allowed.to_json() == {
        "agreement": "harlow-cedar",
        "version": 1,
        "title": "Harlow / Cedar mutual aid",
        "kind": "mutual",
        "clauses": ["3.1"],
        "keeps": 2,
        "floor": 1,
        "may_decline": True,
        "answer_seconds": 60,
        "automatic": False,
        "chosen_because": "only",
        "also": [],
        "waivers": [],
        "call_order": None,
        "spares_the_giver": False,
    }
    assert Reason(code=ReasonCode.NOT_AVAILABLE, figures={"status": "off_duty"}).to_json() == {
        "code": "not_available",
        "clause": None,
        "agreement": None,
        "version": None,
        "figures": {"status": "off_duty"},
    }
