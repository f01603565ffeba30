"""Every reason and every clause has a short plain sentence."""

import pytest

from dispatch.agreements.clause_wording import clause_sentence
from dispatch.agreements.provisions import AnswerTime, Balance, Billing, BillingParty, Discretion, Text
from dispatch.agreements.question import Loans
from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.agreements.restrictions import ConcurrentCap, Priorities, ReserveFloor, UnitTypes
from dispatch.agreements.wording import sentence
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType
from tests.make_agreements import CEDAR, ENDS, SIGNED, ask, make_agreement

NAMES = {
    "cedar": "Cedar",
    "harlow": "Harlow",
    "harlow-cedar": "Harlow / Cedar mutual aid",
}
ALS, BLS = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE


def refused(*clauses, **question):
    agreements = question.pop("agreements", [make_agreement(*clauses)])
    (reason,) = ask(*agreements, **question).reasons
    return sentence(reason, NAMES, lender=CEDAR)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (refused(agreements=[]), "Cedar has no agreement to lend to Harlow"),
        (
            refused(agreements=[make_agreement(signed_by=())]),
            "Harlow / Cedar mutual aid is not signed by Harlow and Cedar",
        ),
        (refused(now=SIGNED), "Harlow / Cedar mutual aid takes effect on 2026-01-01 00:00 UTC"),
        (refused(now=ENDS), "Harlow / Cedar mutual aid ended on 2027-01-01 00:00 UTC"),
        (
            refused(UnitTypes(id="2.1", allow=(BLS,))),
            "Clause 2.1 lends only BLS ambulances, not ALS ambulances",
        ),
        (
            refused(
                Priorities(id="2.2", allow=(Priority.CRITICAL, Priority.EMERGENT)),
                priority=Priority.NON_ACUTE,
            ),
            "Clause 2.2 lends only for critical and emergent calls, not non-acute",
        ),
        (
            refused(ReserveFloor(id="3.1", keep=3, unit_types=(ALS,))),
            "Cedar would keep 2 ALS ambulances; clause 3.1 keeps 3",
        ),
        (
            refused(ReserveFloor(id="3.1", keep=2, unit_types=(ALS,)), loans=Loans(free_by_type={ALS: 2})),
            "Cedar would keep 1 ALS ambulance; clause 3.1 keeps 2",
        ),
        (
            refused(
                ReserveFloor(id="3.1", keep=2),
                loans=Loans(free_by_type={ALS: 1}, promised_by_type={ALS: 1}),
            ),
            "Cedar would keep 0 ground ambulances; clause 3.1 keeps 2; 1 on offer elsewhere",
        ),
        (
            refused(
                ConcurrentCap(id="3.2", at_most=2),
                loans=Loans(free_by_type={ALS: 9}, out_by_agreement={"harlow-cedar": 2}),
            ),
            "2 out already; clause 3.2 allows 2 at once",
        ),
    ],
)
def test_a_refusal_of_the_agreement_is_one_sentence(said, expected):
    assert said == expected


@pytest.mark.parametrize(
    ("code", "figures", "expected"),
    [
        (ReasonCode.NOT_AVAILABLE, {"status": "out_of_service"}, "It is out of service"),
        (ReasonCode.UNKNOWN_STATUS, {}, "Its status is unknown"),
        (ReasonCode.COMMITTED, {"state": "en_route"}, "It is committed: en route"),
        (
            ReasonCode.PROMISED,
            {"until": "2026-06-01T12:00:30.000000Z"},
            "It is on offer to another until 12:00:30 UTC",
        ),
        (ReasonCode.PROMISED, {"until": "soon"}, "It is on offer to another until soon"),
        (ReasonCode.POSITION_LOST, {}, "Its position is lost"),
        (ReasonCode.UNREACHABLE, {}, "No road leads from it to the incident"),
        (
            ReasonCode.BEYOND_HORIZON,
            {"eta_seconds": 5_400, "horizon_seconds": 3_600},
            "It is 90 min away, beyond the limit of 60 min",
        ),
        (
            ReasonCode.WRONG_CAPABILITY,
            {"need": "als_ambulance", "has": "supervisor"},
            "Supervisors cannot stand in for ALS ambulances",
        ),
    ],
)
def test_a_units_own_reason_is_one_sentence(code, figures, expected):
    assert sentence(Reason(code=code, figures=figures), NAMES) == expected
    assert sentence(Reason(code=code, figures=figures).to_json(), NAMES) == expected


@pytest.mark.parametrize("code", ReasonCode)
def test_every_code_has_words_of_its_own_even_without_figures(code):
    said = sentence(Reason(code=code), {})
    assert said[0].isupper()
    assert "_" not in said
    assert "None" not in said
    assert not said.endswith(".")


def test_a_code_from_a_newer_log_becomes_its_own_words():
    assert sentence({"code": "outside_hours", "figures": {"hour": 3}}, {}) == "Outside hours"


def test_a_name_with_braces_is_only_a_name():
    reason = Reason(code=ReasonCode.NO_AGREEMENT, figures={"lender": "x", "borrower": "harlow"})
    assert sentence(reason, {"x": "{borrower}"}) == "{borrower} has no agreement to lend to harlow"


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (UnitTypes(id="1", allow=(ALS, BLS)), "Lends ALS ambulances and BLS ambulances only"),
        (Priorities(id="1", allow=(Priority.CRITICAL,)), "Lends for critical calls only"),
        (
            ReserveFloor(id="1", keep=2, unit_types=(ALS, BLS), lender=CEDAR),
            "Cedar keeps 2 free: ALS ambulances or BLS ambulances",
        ),
        (ReserveFloor(id="1", keep=2), "Each lender keeps 2 free: ground ambulances"),
        (ConcurrentCap(id="1", at_most=2), "Each lender has at most 2 out at once"),
        (Discretion(id="1", lender_may_decline=True), "The lender may decline"),
        (Discretion(id="1", lender_may_decline=False), "The lender may not decline"),
        (AnswerTime(id="1", seconds=60), "The lender answers within 60 s"),
        (Billing(id="1", party=BillingParty.TRANSPORTING), "The patient is billed by whoever transports"),
        (Billing(id="1", party=BillingParty.LENDER), "The patient is billed by the lender"),
        (Text(id="1", title="Liability", text="Each bears its own."), "Liability"),
        (Balance(id="1"), "The ledger warns of nothing"),
        (
            Balance(id="1", imbalance_unit_hours=40),
            "The ledger warns at an imbalance of 40 unit-hours",
        ),
        (
            Balance(id="1", spares_the_giver=True),
            "Where one unit is advised for a call that is not life-threatening, who has lent more than it"
            " borrowed is asked later",
        ),
        (
            Balance(id="1", drain_unit_hours_per_month=60, spares_the_giver=True),
            "The ledger warns at 60 unit-hours lent in a month; where one unit is advised for a call that is"
            " not life-threatening, who has lent more than it borrowed is asked later",
        ),
    ],
)
def test_a_clause_is_one_sentence(clause, expected):
    assert clause_sentence(clause, NAMES) == expected
