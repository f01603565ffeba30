"""Two laws in conflict, one code: what Ontario and Texas say differs only in the text of the agreement."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatch.agreements.parse import dump_agreement, parse_agreement, terms_sha256
from dispatch.agreements.permit import Permit, Refusal, may_lend
from dispatch.agreements.provisions import Handover, ReturnHome, WrittenConfirmation
from dispatch.agreements.question import Call, LentUnit, Loans
from dispatch.agreements.restrictions import ReserveFloor
from dispatch.agreements.standing import AgreementState, state_at
from dispatch.agreements.terms import Agreement, AgreementKind, Signature
from dispatch.aid.request import DeclineReason, RequestState, decline
from dispatch.model.errors import Forbidden
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority, Purpose
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import UnitType
from tests.make_aid import make_request
from tests.make_live import after

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "agreements"
NOON = datetime(2026, 6, 1, 17, tzinfo=UTC)
ALS = UnitType.ALS_AMBULANCE


def model(name: str) -> Agreement:
    return parse_agreement((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


ONTARIO, TEXAS = model("ontario-closest-unit"), model("texas-sole-discretion")
COMPACT, SURGE, STANDBY = model("mabas-like-compact"), model("surge-pact"), model("standby-coverage")
MODELS = [ONTARIO, TEXAS, COMPACT, SURGE, STANDBY]


def ask(
    agreement: Agreement, lender: str, borrower: str, *, free: int = 1, now: datetime = NOON, **call
) -> Permit | Refusal:
    """May the lender send one of its free ALS ambulances?"""
    return may_lend(
        [agreement],
        lender=JurisdictionId(lender),
        unit=LentUnit(unit_type=ALS, crew_size=2),
        call=Call(borrower=JurisdictionId(borrower), **{"priority": Priority.CRITICAL, **call}),
        loans=Loans(free_by_type={ALS: free}),
        now=now,
    )


def answered(permit: Permit | Refusal) -> RequestState:
    """What becomes of the request when the lender says that its crew is spent."""
    assert isinstance(permit, Permit)
    request = make_request(may_decline=permit.may_decline)
    declined = decline(
        request, by="b", reason=DeclineReason.CREW_FATIGUE, note="sixteen hours on", expected=1, now=after(5)
    )
    return declined.state


@pytest.mark.parametrize("agreement", MODELS, ids=lambda agreement: agreement.id)
def test_every_model_reads_back_as_it_was_written_and_is_named_by_its_hash(agreement):
    assert parse_agreement(dump_agreement(agreement)) == agreement
    assert len(terms_sha256(agreement)) == 64


def test_under_the_ontario_text_the_last_unit_goes_across_any_border_and_nobody_can_decline():
    for lender in ONTARIO.parties:
        for borrower in ONTARIO.parties:
            if lender == borrower:
                continue
            permit = ask(ONTARIO, lender, borrower, free=1, priority=Priority.NON_ACUTE)
            assert isinstance(permit, Permit)
            assert (permit.keeps, permit.floor, permit.clauses) == (0, 0, ())
            assert (permit.automatic, permit.may_decline) == (True, False)
            with pytest.raises(Forbidden):
                answered(permit)


def test_under_the_ontario_text_a_unit_goes_home_first_and_gives_way_to_a_home_unit():
    assert ONTARIO.find(ReturnHome) == ReturnHome(id="4.1", before_next_call=True)
    assert ONTARIO.find(Handover) == Handover(id="4.2", when_home_unit_free=True)
    assert ONTARIO.find(ReserveFloor) is None


def test_under_the_texas_text_the_lender_may_decline_with_its_reason():
    permit = ask(TEXAS, "cedar", "quillford", free=3, cover=CoverState.RED)
    assert isinstance(permit, Permit)
    assert (permit.automatic, permit.may_decline) == (False, True)
    assert answered(permit) is RequestState.DECLINED
    discretion = TEXAS.find_discretion(JurisdictionId("cedar"))
    assert discretion is not None
    assert discretion.reason_required


def test_under_the_texas_text_the_lender_keeps_its_reserve_and_the_borrower_must_be_short():
    refusal = ask(TEXAS, "cedar", "quillford", free=2, cover=CoverState.GREEN)
    assert isinstance(refusal, Refusal)
    assert [(reason.code.value, reason.clause) for reason in refusal.reasons] == [
        ("trigger", "1.2"),
        ("reserve_floor", "2.3"),
    ]
    confirmation = TEXAS.find(WrittenConfirmation)
    assert confirmation is not None
    assert confirmation.within_hours == 24


def test_only_the_text_makes_the_difference():
    """The same question; Ontario's clause put into the Texas text takes the veto away, and back again."""
    ours = [clause for clause in TEXAS.clauses if clause.id != "2.1"]
    duty = next(clause for clause in ONTARIO.clauses if clause.id == "3.1")
    bound = replace(TEXAS, clauses=(*ours, duty))
    question = {"free": 3, "cover": CoverState.AMBER}
    before, after_ = (
        ask(TEXAS, "cedar", "quillford", **question),
        ask(bound, "cedar", "quillford", **question),
    )
    assert isinstance(before, Permit)
    assert isinstance(after_, Permit)
    assert (before.may_decline, after_.may_decline) == (True, False)


def test_the_compact_binds_those_who_have_signed_and_one_more_with_each_signature():
    assert len(COMPACT.parties) == 24
    assert state_at(COMPACT, NOON) is AgreementState.PROPOSED
    assert isinstance(ask(COMPACT, "ash", "oak"), Permit)
    refusal = ask(COMPACT, "yew", "oak")
    assert isinstance(refusal, Refusal)
    assert refusal.reasons[0].figures == {"missing": "yew"}
    signed = Signature(party=JurisdictionId("yew"), by="Head of Yew", signed_at=NOON)
    joined = replace(COMPACT, signatures=(*COMPACT.signatures, signed))
    assert isinstance(ask(joined, "yew", "oak"), Permit)
    assert isinstance(ask(joined, "yew", "oak", now=NOON - timedelta(seconds=1)), Refusal)


def test_the_compact_calls_its_members_in_the_order_of_its_card():
    places = {lender: ask(COMPACT, lender, "alder") for lender in ("ash", "juniper", "oak")}
    assert [p.call_order if isinstance(p, Permit) else "refused" for p in places.values()] == [1, 11, None]


def test_the_surge_pact_dies_by_itself_after_twelve_hours():
    begins = datetime(2026, 2, 14, 23, tzinfo=UTC)
    ends = begins + timedelta(hours=12)
    assert isinstance(ask(SURGE, "norrick", "dunmere", free=2, now=begins), Permit)
    assert isinstance(ask(SURGE, "norrick", "dunmere", free=2, now=ends - timedelta(seconds=1)), Permit)
    refusal = ask(SURGE, "norrick", "dunmere", free=2, now=ends)
    assert isinstance(refusal, Refusal)
    assert [reason.code.value for reason in refusal.reasons] == ["expired"]


def test_units_that_stand_by_are_not_sent_to_incidents():
    evening = datetime(2026, 6, 1, 23, tzinfo=UTC)
    short = {"free": 3, "now": evening, "cover": CoverState.AMBER}
    assert STANDBY.kind is AgreementKind.STANDBY
    assert isinstance(ask(STANDBY, "county", "tarn", purpose=Purpose.STANDBY, **short), Permit)
    refusal = ask(STANDBY, "county", "tarn", **short)
    assert isinstance(refusal, Refusal)
    assert [reason.code.value for reason in refusal.reasons] == ["purpose"]
