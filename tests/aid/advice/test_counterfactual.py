"""The unit that a clause holds back, and what would free it."""

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.agreements.restrictions import ConcurrentCap, Priorities, ReserveFloor
from dispatch.aid.advice.counterfactual import find_counterfactual
from dispatch.aid.candidates import RefusedUnit
from dispatch.model.ids import AgreementId, JurisdictionId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType
from dispatch.routing.travel import EtaBasis
from tests.make_aid import make_agreement

FLOOR = ReserveFloor(id="2.1", keep=2)
CAP = ConcurrentCap(id="2.2", at_most=1)
ONLY_P1 = Priorities(id="2.3", allow=(Priority.CRITICAL,))
PAIRS = Pairs(
    [
        make_agreement("brook", "ashton", clauses=[FLOOR, CAP, ONLY_P1]),
        make_agreement("brook", "ashton", agreement_id="other", clauses=[ONLY_P1, CAP]),
    ]
)


def because(code: ReasonCode, clause: str | None = None, *, agreement: str | None = "brook-ashton") -> Reason:
    named = AgreementId(agreement) if agreement else None
    return Reason(code=code, agreement_id=named, agreement_version=1 if agreement else None, clause=clause)


FLOOR_HOLDS = because(ReasonCode.RESERVE_FLOOR, "2.1")
CAP_HOLDS = because(ReasonCode.CONCURRENT_CAP, "2.2")
PRIORITY_HOLDS = because(ReasonCode.PRIORITY, "2.3")


def refused(unit: str, eta_seconds: int | None, *reasons: Reason) -> RefusedUnit:
    return RefusedUnit(
        unit_id=UnitId(unit),
        call_sign=unit.upper(),
        unit_type=UnitType.ALS_AMBULANCE,
        lender=JurisdictionId("brook"),
        eta_seconds=eta_seconds,
        eta_basis=EtaBasis.ROAD,
        reasons=reasons or (FLOOR_HOLDS,),
    )


def find(
    *units: RefusedUnit,
    advised: int | None = 600,
    waited: int = 0,
    asked: int = 60,
    fastest: int | None = None,
):
    return find_counterfactual(
        units,
        pairs=PAIRS,
        borrower=JurisdictionId("ashton"),
        advised_seconds=advised,
        waited_seconds=waited,
        asked_seconds=asked,
        fastest_seconds=fastest,
    )


def test_the_nearest_unit_that_a_clause_holds_back_is_named_with_its_gain_and_reasons():
    found = find(refused("b2", 400), refused("b1", 290, FLOOR_HOLDS, CAP_HOLDS))
    assert (found.unit_id, found.arrival_seconds, found.gain_seconds) == ("b1", 350, 250)
    assert found.reasons == (FLOOR_HOLDS, CAP_HOLDS)


def test_who_would_be_no_sooner_than_the_advised_is_not_worth_a_word():
    assert find(refused("b1", 540)) is None
    assert find(refused("b1", 539)).gain_seconds == 1
    assert find(refused("b1", 439), waited=100).gain_seconds == 1


def test_where_a_faster_one_may_come_it_is_cost_that_holds_back_and_no_clause():
    assert find(refused("b1", 300), advised=1800, fastest=360) is None
    assert find(refused("b1", 299), advised=1800, fastest=360).gain_seconds == 1441


def test_where_nobody_is_advised_the_nearest_one_is_named():
    assert find(refused("b1", 2000), advised=None).gain_seconds is None


def test_who_is_busy_lost_or_of_another_kind_is_no_road_not_taken():
    for code in (ReasonCode.NOT_AVAILABLE, ReasonCode.CREW_HOURS, ReasonCode.WRONG_CAPABILITY):
        assert find(refused("b1", 100, because(code, agreement=None), FLOOR_HOLDS)) is None
    assert find(refused("b1", None)) is None


def test_one_clause_of_the_lenders_own_could_rest():
    assert find(refused("b1", 100)).waiver.to_json() == {
        "agreement": "brook-ashton",
        "version": 1,
        "clause": "2.1",
    }


def test_two_clauses_or_one_that_protects_others_cannot_be_waived():
    assert find(refused("b1", 100, FLOOR_HOLDS, CAP_HOLDS)).waiver is None
    assert find(refused("b1", 100, PRIORITY_HOLDS)).waiver is None
    assert find(refused("b1", 100, because(ReasonCode.PURPOSE))).waiver is None
    closed = because(ReasonCode.CLOSED_TO_LENDING, agreement=None)
    assert find(refused("b1", 100, closed, FLOOR_HOLDS)).waiver is None


def test_a_second_agreement_with_one_obstacle_will_do():
    both = (PRIORITY_HOLDS, because(ReasonCode.CONCURRENT_CAP, "2.2", agreement="other"))
    assert find(refused("b1", 100, *both)).waiver.agreement_id == "other"
