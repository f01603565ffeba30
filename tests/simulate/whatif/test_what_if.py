"""Whole what-ifs: exact, repeatable, and honest about what they rest on."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.what_if import AsksEverybody
from dispatch.agreements.permit import Refusal
from dispatch.agreements.restrictions import ReserveFloor
from dispatch.agreements.standing import Closure, Standing
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Need
from dispatch.model.unit import UnitType
from dispatch.services.what_if_policy import WhatIfPolicy
from dispatch.simulate.trial.audit import Audit
from dispatch.simulate.trial.desk import Desk
from dispatch.simulate.trial.engine import Trial
from dispatch.simulate.trial.policies import POLICIES
from dispatch.simulate.trial.policy import Choice, Closest, Policy
from dispatch.simulate.trial.terrain import MOST_PLACES
from dispatch.simulate.whatif.block import DAY_SECONDS, Block, cut, list_blocks
from dispatch.simulate.whatif.plan import FEWEST_RECORDED, Order, make_plan
from dispatch.simulate.whatif.recorded import gather
from dispatch.simulate.whatif.result import Measure, Source, WhatIf
from dispatch.simulate.whatif.run import Cancelled, what_if
from dispatch.simulate.whatif.terms import Terms, compare
from dispatch.simulate.whatif.wording import PLAYED
from tests.make_house import make_region
from tests.make_what_if import (
    lively_agreement,
    lively_order,
    make_incidents,
    with_clause,
)

REGION = make_region(units_each=3)


def run(order: Order, *, processes: int = 1) -> WhatIf:
    return what_if(REGION, None, order, processes=processes)


def figure(found: WhatIf, party: str, code: str) -> Measure:
    return next(one for one in found.measures if one.party == party and one.code == code)


@pytest.fixture(scope="module")
def raised() -> WhatIf:
    """The floor raised from 1 to 2."""
    return run(lively_order(lively_agreement(keep=2, version=2)))


def test_a_higher_floor_refuses_by_its_clause(raised: WhatIf) -> None:
    for party in ("harlow", "cedar"):
        refused = figure(raised, party, "refused/reserve_floor/harlow-cedar/3.1")
        assert refused.change is not None
        assert refused.change > 0


def test_a_higher_floor_keeps_the_lender_above_it_for_longer_and_lends_less(raised: WhatIf) -> None:
    for party in ("harlow", "cedar"):
        below, given = figure(raised, party, "below_floor"), figure(raised, party, "aid_given")
        assert below.title == "With fewer than 2 free: ALS ambulances"
        assert below.change is not None
        assert below.change < 0
        assert given.change is not None
        assert given.change < 0


def test_the_interval_holds_the_change(raised: WhatIf) -> None:
    given = figure(raised, "cedar", "aid_given")
    assert given.low is not None
    assert given.high is not None
    assert given.change is not None
    assert given.low <= given.change <= given.high < 0


def test_every_call_is_served_by_its_own_by_a_neighbour_or_not_at_all(raised: WhatIf) -> None:
    for party in ("harlow", "cedar", "moor"):
        parts = [figure(raised, party, code) for code in ("sent_own", "aid_received", "unserved")]
        calls = figure(raised, party, "calls")
        assert sum(part.before or 0 for part in parts) == calls.before
        assert sum(part.after or 0 for part in parts) == calls.after


def test_what_one_side_gives_the_other_receives(raised: WhatIf) -> None:
    for side in ("before", "after"):
        given = sum(getattr(one, side) for one in raised.measures if one.code == "aid_given")
        received = sum(getattr(one, side) for one in raised.measures if one.code == "aid_received")
        assert given == received > 0


def test_a_jurisdiction_without_an_agreement_is_not_touched(raised: WhatIf) -> None:
    assert all(one.after == one.before for one in raised.measures if one.party == "moor")


def test_the_same_seed_gives_the_same_bytes_on_one_process_and_on_two(raised: WhatIf) -> None:
    order = lively_order(lively_agreement(keep=2, version=2))
    assert len(list_blocks(order.days)) > 1
    assert json.dumps(run(order, processes=2).to_json()) == json.dumps(raised.to_json())


def test_another_seed_draws_other_calls(raised: WhatIf) -> None:
    other = run(lively_order(lively_agreement(keep=2, version=2), seed=8))
    assert other.measures != raised.measures


def test_the_same_terms_change_nothing_at_all() -> None:
    found = run(lively_order(lively_agreement(version=2)))
    assert all(one.after == one.before for one in found.measures)
    assert {one.low for one in found.measures} | {one.high for one in found.measures} == {0.0}
    assert "nothing would have changed" in found.text


def test_a_draft_that_begins_in_the_future_is_tried_as_if_it_had_held_all_along(raised: WhatIf) -> None:
    draft = lively_agreement(keep=2, version=2)
    order = lively_order(draft)
    later = replace(draft, effective_from=order.now + timedelta(days=90), signatures=())
    assert run(replace(order, draft=later)).measures == raised.measures


def test_a_draft_of_a_new_agreement_is_set_beside_those_without_it() -> None:
    draft = replace(lively_agreement(), id=AgreementId("harlow-moor-surge"))
    found = run(replace(lively_order(draft), agreements=()))
    assert found.replaces is None
    assert figure(found, "harlow", "aid_received").before == 0
    assert (figure(found, "harlow", "aid_received").after or 0) > 0


def test_versions_that_are_not_in_force_are_neither_replaced_nor_played() -> None:
    order = lively_order(lively_agreement(keep=2, version=3))
    unsigned = replace(lively_agreement(keep=3, version=2), signatures=())
    comparison = compare(
        order.draft, (lively_agreement(), unsigned), begins=order.now - timedelta(days=9), now=order.now
    )
    assert comparison.replaces == lively_agreement()
    assert [one.version for one in comparison.before.agreements] == [1]
    assert [one.version for one in comparison.after.agreements] == [3]


class Rejudging(Audit):
    """Also asks again about every unit that was refused, on loans counted from the units themselves."""

    def __init__(self, terms: Terms, policy: Policy) -> None:
        super().__init__(terms.agreements, policy, standing=terms.standing)
        self.differs, self.agrees = 0, 0
        self._heard: list[tuple[int, Refusal]] = []

    def hear(self, row: int, unit: int, refusal: Refusal) -> None:
        self._heard.append((unit, refusal))

    def decided(self, row: int, at: float, choice: Choice, desk: Desk) -> None:
        for unit, refusal in self._heard:
            again = self._judge(row, unit, at, desk.rows.jurisdiction[row], desk)
            self.agrees += again == refusal
            self.differs += again != refusal
        self._heard.clear()
        super().decided(row, at, choice, desk)


def test_every_answer_is_the_cores_own() -> None:
    storm = Closure(
        jurisdiction_id=JurisdictionId("cedar"),
        reason="storm",
        by="chief",
        begins_at=datetime(2026, 6, 17, tzinfo=UTC),
        ends_at=datetime(2026, 6, 19, tzinfo=UTC),
    )
    order = lively_order(lively_agreement(keep=2, version=2))
    plan = make_plan(REGION, None, replace(order, standing=Standing(closures=(storm,))))
    terms, policy = plan.comparison.after, Closest()
    audit = Rejudging(terms, policy)
    trial = Trial(
        plan.terrain,
        cut(plan.calls, Block(0, 5 * DAY_SECONDS), longest_wait_seconds=7200).calls,
        terms.agreements,
        policy,
        watcher=audit,
        standing=terms.standing,
        heard=audit.hear,
    )
    trial.run()
    assert (audit.differs, audit.terms.count, audit.onward.count) == (0, 0, 0)
    assert min(audit.agrees, audit.loans_judged) > 20


def test_whom_the_shortcut_finds_is_whom_asking_everybody_finds() -> None:
    plan = make_plan(REGION, None, lively_order(lively_agreement(), days=3))
    ours, theirs = (
        Trial(plan.terrain, plan.calls, plan.comparison.before.agreements, policy).run()
        for policy in (Closest(), AsksEverybody())
    )
    assert theirs.unit.tolist() == ours.unit.tolist()
    assert theirs.arrival_seconds.tolist() == ours.arrival_seconds.tolist()


def test_every_policy_that_can_be_named_is_one_of_trials_for_which_agreements_matter() -> None:
    assert set(WhatIfPolicy) == set(POLICIES) - {"none", "no_borders"}
    assert set(PLAYED) == set(WhatIfPolicy)


@pytest.mark.parametrize(
    "policy", [WhatIfPolicy.TELEPHONE, WhatIfPolicy.NEAREST_STANDBY, WhatIfPolicy.WEIGHED]
)
def test_the_same_calls_are_played_under_another_policy(policy: WhatIfPolicy) -> None:
    order = lively_order(lively_agreement(keep=2, version=2), days=3)
    found = run(replace(order, policy=policy))
    assert found.to_json()["policy"] == policy.value
    assert any(policy.value in said for said in found.assumptions)
    plain = run(order)
    assert [one.before for one in found.measures if one.code == "calls"] == [
        one.before for one in plain.measures if one.code == "calls"
    ]
    assert found.measures != plain.measures


def test_late_calls_and_those_of_a_lender_are_told_with_their_change(raised: WhatIf) -> None:
    for party in ("harlow", "cedar"):
        late = figure(raised, party, "late_p1_percent")
        weighted = figure(raised, party, "late_weighted_per_100_calls")
        lending = figure(raised, party, "lender_late_calls")
        assert (late.unit, weighted.unit, lending.unit) == ("percent", "per 100 calls", "calls")
        assert 0 < (late.before or 0) < 100
        assert lending.change is not None
        # A higher floor lends less, and so is caught lending less often.
        assert lending.change < 0
    late = figure(raised, "moor", "late_p1_percent")
    within = figure(raised, "moor", "within_goal_critical")
    assert (late.before or 0) + (within.before or 0) == pytest.approx(100, abs=1)


def test_requests_are_told_with_how_many_came_to_nothing(raised: WhatIf) -> None:
    asked, nothing = figure(raised, "harlow", "requests"), figure(raised, "harlow", "requests_not_granted")
    assert 0 < (nothing.before or 0) < (asked.before or 0)


def test_only_what_ambulances_are_needed_for_is_played_and_the_rest_is_said() -> None:
    order = lively_order(lively_agreement(keep=2, version=2), days=365)
    incidents = make_incidents(FEWEST_RECORDED, until=order.now)
    helicopter = Need(unit_type=UnitType.AIR_ROTOR, count=2)
    mixed = [replace(incidents[0], needs=(*incidents[0].needs, helicopter)), *incidents[1:]]
    found = run(replace(order, incidents=tuple(mixed)))
    assert found.window.calls == FEWEST_RECORDED
    assert any("2 units of other kinds are left out" in said for said in found.assumptions)
    too_few = [*incidents[1:], replace(incidents[0], needs=(helicopter,))]
    assert run(replace(order, days=8, incidents=tuple(too_few))).window.source is Source.GENERATED


def test_a_floor_for_other_kinds_of_units_is_not_what_minutes_are_measured_against() -> None:
    helicopters = ReserveFloor(id="3.9", keep=9, unit_types=(UnitType.AIR_ROTOR,))
    found = run(lively_order(with_clause(lively_agreement(keep=2, version=2), helicopters), days=2))
    assert figure(found, "cedar", "below_floor").title == "With fewer than 2 free: ALS ambulances"


@given(
    st.lists(
        st.tuples(st.sampled_from(["harlow", "cedar"]), st.integers(0, 60), st.integers(0, 60)),
        min_size=1,
        max_size=40,
    )
)
def test_each_place_of_the_record_stays_with_its_jurisdiction(rows: list[tuple[str, int, int]]) -> None:
    sites = [(JurisdictionId(name), Point(lon=x / 1000, lat=y / 1000)) for name, x, y in rows]
    place_of = gather(sites)
    assert set(place_of) == set(sites)
    owners: dict[Point, JurisdictionId] = {}
    for (name, position), point in place_of.items():
        assert owners.setdefault(point, name) == name
        assert abs(point.lon - position.lon) < 1e-4


def test_too_many_places_are_gathered() -> None:
    sites = [
        (JurisdictionId("harlow"), Point(lon=x / 5_000, lat=y / 5_000)) for x in range(60) for y in range(60)
    ]
    assert 1 < len(set(gather(sites).values())) <= MOST_PLACES


def test_whoever_asked_can_cancel_between_two_blocks() -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        what_if(REGION, None, lively_order(lively_agreement(), days=60), progress=progress)
    assert told == [(0, 5), (1, 5)]


def test_recorded_calls_are_played_where_there_are_enough() -> None:
    order = lively_order(lively_agreement(keep=2, version=2), days=365)
    incidents = tuple(make_incidents(FEWEST_RECORDED, until=order.now))
    found = run(replace(order, incidents=incidents))
    assert found.window.to_json()["source"] == "recorded"
    assert found.window.calls == FEWEST_RECORDED
    # The window is as long as the record and no longer.
    assert found.window.begins > incidents[0].opened_at - timedelta(days=1)
    assert figure(found, "harlow", "calls").before == FEWEST_RECORDED


def test_calls_are_drawn_where_the_record_holds_too_few() -> None:
    order = lively_order(lively_agreement())
    found = run(replace(order, incidents=tuple(make_incidents(FEWEST_RECORDED - 1, until=order.now))))
    assert found.window.to_json()["source"] == "generated"


def test_a_short_window_gives_no_interval() -> None:
    found = run(lively_order(lively_agreement(keep=2, version=2), days=3))
    assert {one.low for one in found.measures} == {None}


def test_an_estimate_says_what_it_rests_on(raised: WhatIf) -> None:
    row = raised.to_json()
    assert row["estimate"] is True
    assert row["window"]["calls"] == raised.window.calls > 1000
    assert any("as if" in said or "taken to have been signed" in said for said in row["assumptions"])
    assert any(f"seed {raised.window.seed}" in said for said in row["assumptions"])
    assert raised.text.startswith("Estimate from ")


def test_the_terminal_tells_everybodys_figures(raised: WhatIf) -> None:
    assert _parties(raised.to_json()["measures"]) == {"harlow", "cedar", "moor"}


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ({"harlow", "cedar", "moor"}, {"harlow", "cedar"}),
        ({"harlow"}, {"harlow"}),
        (set(), set()),
    ],
)
def test_a_party_is_told_of_those_alone_whose_figures_it_may_see(shown: set[str], told: set[str]) -> None:
    order = lively_order(lively_agreement(keep=2, version=2), days=8)
    found = run(replace(order, shown=frozenset(shown)))
    assert _parties(found.to_json()["measures"]) == told
    hidden = {"Harlow", "Cedar"} - {name.capitalize() for name in told}
    assert all(name in found.text.partition("only: ")[2] for name in hidden)


def _parties(rows: Sequence[dict[str, object]]) -> set[object]:
    return {row["party"] for row in rows}


def test_the_strictest_floor_of_the_draft_is_what_minutes_are_measured_against() -> None:
    draft = with_clause(lively_agreement(keep=1, version=2), ReserveFloor(id="3.9", keep=3, unit_types=()))
    found = run(lively_order(draft, days=3))
    assert figure(found, "cedar", "below_floor").title.startswith("With fewer than 3 free")


def test_more_or_less_aid_is_neither_better_nor_worse_by_itself(raised: WhatIf) -> None:
    words = {one.code: one.better.value for one in raised.measures if one.party == "cedar"}
    assert {words[code] for code in ("aid_given", "aid_received", "unit_hours_lent")} == {"neither"}
    assert words["arrival_mean_critical"] == "down"
