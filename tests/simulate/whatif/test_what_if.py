"""Whole what-ifs: exact, repeatable, and honest about what they rest on."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bench.what_if import AsksEverybody
from dispatch.agreements.permit import Permit
from dispatch.agreements.restrictions import ReserveFloor
from dispatch.agreements.terms import AgreementKind
from dispatch.model.ids import AgreementId
from dispatch.simulate.whatif.replay import Block, Replay, list_blocks
from dispatch.simulate.whatif.result import Measure, WhatIf
from dispatch.simulate.whatif.run import FEWEST_RECORDED, Cancelled, Order, make_plan, what_if
from dispatch.simulate.whatif.terms import compare
from tests.make_house import make_region
from tests.make_what_if import (
    Answered,
    listen_to,
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
    assert {one.change for one in raised.measures if one.party == "moor"} == {0.0}


def test_the_same_seed_gives_the_same_bytes_on_one_process_and_on_two(raised: WhatIf) -> None:
    order = lively_order(lively_agreement(keep=2, version=2))
    assert len(list_blocks(order.days)) > 1
    assert json.dumps(run(order, processes=2).to_json()) == json.dumps(raised.to_json())


def test_another_seed_draws_other_calls(raised: WhatIf) -> None:
    other = run(lively_order(lively_agreement(keep=2, version=2), seed=8))
    assert other.measures != raised.measures


def test_the_same_terms_change_nothing_at_all() -> None:
    found = run(lively_order(lively_agreement(version=2)))
    assert {one.change for one in found.measures} == {0.0}
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


def test_versions_that_are_not_in_force_are_neither_replaced_nor_replayed() -> None:
    order = lively_order(lively_agreement(keep=2, version=3))
    unsigned = replace(lively_agreement(keep=3, version=2), signatures=())
    comparison = compare(
        order.draft, (lively_agreement(), unsigned), begins=order.now - timedelta(days=9), now=order.now
    )
    assert comparison.replaces == lively_agreement()
    assert [one.version for one in comparison.before.agreements] == [1]
    assert [one.version for one in comparison.after.agreements] == [3]


def test_every_answer_of_a_replay_is_the_cores_own() -> None:
    order = lively_order(lively_agreement(keep=2, version=2))
    plan = make_plan(REGION, None, order)
    kept: list[Answered] = []
    terms = plan.comparison.after
    Replay(plan.scene, plan.calls, terms, plan.floors, Block(0, 86_400), heard=listen_to(kept)).run()
    again = [answered.ask_again(terms.agreements, terms.standing) for answered in kept]
    assert again == [answered.answer for answered in kept]
    permits = sum(isinstance(answer, Permit) for answer in again)
    assert 0 < permits < len(again)


def test_whom_the_shortcut_finds_is_whom_asking_everybody_finds() -> None:
    automatic = replace(lively_agreement(), kind=AgreementKind.AUTOMATIC)
    for agreement in (lively_agreement(), automatic):
        plan = make_plan(REGION, None, lively_order(agreement, agreement))
        block, terms = Block(0, 3 * 86_400), plan.comparison.before
        short = Replay(plan.scene, plan.calls, terms, plan.floors, block).run()
        full = Replay(plan.scene, plan.calls, terms, plan.floors, block, chooser=AsksEverybody).run()
        assert full.unit.tolist() == short.unit.tolist()
        assert full.arrival_seconds.tolist() == short.arrival_seconds.tolist()


def test_whoever_asked_can_cancel_between_two_blocks() -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        what_if(REGION, None, lively_order(lively_agreement(), days=60), progress=progress)
    assert told == [(0, 5), (1, 5)]


def test_recorded_calls_are_replayed_where_there_are_enough() -> None:
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
