"""One unit's verdict is what the whole recommendation says of it, and reasons are never missing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.aid.candidates import Candidate, OwnUnit
from dispatch.aid.recommend import Recommendation
from dispatch.aid.verdict import Verdict, judge_alone
from dispatch.model.ids import UnitId
from dispatch.model.unit import UnitStatus, UnitType
from tests.make_aid import (
    HOME,
    World,
    make_agreement,
    make_assignment,
    make_incident,
    make_neighbours,
    make_request,
    make_world,
)
from tests.make_explained import Case, draw_case
from tests.make_live import NOON, make_unit

# -- against the whole recommendation ---------------------------------------------------------------------


def judge(world: World, unit_id: str, case: Case | None = None) -> Verdict | None:
    more = {} if case is None else {"asking": case.asking, "at_most": 50}
    return judge_alone(
        case.incident if case else make_incident(),
        UnitId(unit_id),
        region=world.region,
        picture=world.picture,
        reach=world.reach,
        agreements=world.agreements,
        assignments=world.assignments,
        requests=world.requests,
        now=NOON,
        **more,  # type: ignore[arg-type]
    )


def check(case: Case) -> set[str]:
    """Every unit of the world; answers what kinds of verdict there were."""
    found, kinds = case.ask(), set()
    candidates = {one.unit_id: one for one in found.candidates}
    refusals = {one.unit_id: one for one in found.refusals}
    own = {one.unit_id: one for one in found.own}
    places = [w.option.unit_id for w in found.advised.advice.order]
    for unit in case.world.region.units.values():
        verdict = judge(case.world, unit.id, case)
        assert verdict
        assert verdict.recommendation == found, "asking about one unit changes nothing"
        assert verdict.place == (places.index(unit.id) + 1 if unit.id in places else None)
        assert verdict.own == (unit.jurisdiction_id == HOME)
        if unit.id in candidates:
            kinds.add(check_candidate(verdict, candidates[unit.id]))
        elif unit.id in refusals:
            assert (verdict.reasons, verdict.shown) == (refusals[unit.id].reasons, None)
            assert (verdict.eta_seconds, verdict.eta_basis) == (
                refusals[unit.id].eta_seconds,
                refusals[unit.id].eta_basis,
            )
            kinds.add("refused")
        elif verdict.own:
            kinds.add(check_own(verdict, own.get(unit.id), found))
        else:
            assert verdict.reasons, "neither offered nor refused"
            kinds.add("far")
    return kinds


def check_candidate(verdict: Verdict, candidate: Candidate) -> str:
    assert (verdict.reasons, verdict.shown) == ((), candidate)
    assert (verdict.eta_seconds, verdict.eta_basis) == (candidate.eta_seconds, candidate.eta_basis)
    assert (verdict.ahead is None) == (verdict.place == 1)
    return "candidate"


def check_own(verdict: Verdict, shown: OwnUnit | None, found: Recommendation) -> str:
    assert verdict.shown == shown
    if shown is None:
        assert verdict.reasons
        return "own, not shown"
    assert verdict.eta_seconds == shown.eta_seconds
    assert bool(verdict.reasons) == (shown.estimate or shown.eta_seconds is None)
    return "own, busy" if shown.estimate else "own"


@pytest.mark.parametrize("first", range(0, 160, 40))
def test_each_units_verdict_is_what_the_recommendation_says_of_it(first: int) -> None:
    kinds = set()
    for seed in range(first, first + 40):
        kinds |= check(draw_case(seed))
    assert kinds >= {"candidate", "refused", "own", "own, busy", "own, not shown"}


def test_a_unit_that_nobody_knows_has_no_verdict() -> None:
    assert judge(make_world(make_unit("a1")), "nobody") is None


# -- what is not an agreement's ---------------------------------------------------------------------------


def codes(verdict: Verdict | None) -> list[str]:
    assert verdict
    return [reason.code.value for reason in verdict.reasons]


def test_an_own_unit_is_asked_nothing_but_whether_it_can_go() -> None:
    world = make_world(make_unit("a1"), make_unit("a2"), make_unit("a3", unit_type=UnitType.SUPERVISOR))
    world.put("a1", km=400)
    world.put("a2", km=1, status=UnitStatus.OUT_OF_SERVICE)
    world.put("a3", km=1)
    far = judge(world, "a1")
    assert far
    assert (far.reasons, far.place, far.ahead) == ((), 1, None), "no horizon at home"
    assert codes(judge(world, "a2")) == ["not_available"]
    assert codes(judge(world, "a3")) == ["wrong_capability"]


def test_an_own_unit_on_offer_to_a_neighbour_can_still_be_sent() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=2)
    world.requests.append(make_request("a1", lender="ashton"))
    verdict = judge(world, "a1")
    assert verdict
    assert verdict.reasons == ()
    assert isinstance(verdict.shown, OwnUnit)
    assert verdict.shown.promised


def test_an_own_busy_unit_has_its_reason_and_an_estimate() -> None:
    world = make_world(make_unit("a1"), make_unit("a2"))
    world.put("a1", km=2)
    world.put("a2", km=1, status=UnitStatus.ON_SCENE)
    world.assignments.append(make_assignment("a2", home="ashton", borrower="ashton"))
    verdict = judge(world, "a2")
    assert codes(verdict) == ["committed"]
    assert verdict
    assert isinstance(verdict.shown, OwnUnit)
    assert verdict.shown.estimate
    assert verdict.ahead
    assert (verdict.place, verdict.ahead.code.value) == (2, "free_now")


def test_an_own_unit_without_a_place_has_no_way() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1")
    verdict = judge(world, "a1")
    assert codes(verdict) == ["position_lost"]
    assert verdict
    assert (verdict.eta_seconds, verdict.place) == (None, None)


def test_all_reasons_are_told_at_once() -> None:
    world = make_world(*make_neighbours(1), agreements=[make_agreement(expired=True)])
    world.put("b1", km=400, status=UnitStatus.OFF_DUTY)
    assert codes(judge(world, "b1")) == ["position_lost", "expired"], "of no partner anything is known"
    world.agreements.append(replace(make_agreement("ashton", "brook"), effective_to=NOON + timedelta(days=1)))
    assert codes(judge(world, "b1")) == ["not_available", "beyond_horizon", "expired"]


def test_what_may_come_but_is_too_far_to_be_weighed_has_no_place() -> None:
    world = make_world(*make_neighbours(30), agreements=[make_agreement()])
    for n in range(1, 31):
        world.put(f"b{n}", km=n / 4)
    last = judge(world, "b30")
    assert last
    assert (last.reasons, last.place, last.ahead) == ((), None, None)
    assert isinstance(last.shown, Candidate)
