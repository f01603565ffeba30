"""The compiled rollouts give what the reference gives, to the last digit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.aid.advice.futures import draw_futures
from dispatch.aid.advice.options import CallFacts
from dispatch.aid.advice.players import warm_kernel
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.rollout import STAY, Kind, Opening, Reference, Stakes
from dispatch.aid.advice.rollout_kernel import Kernel, _play_all
from dispatch.aid.advice.situation import Situation
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from tests.make_situations import Shape, make_situation

STAKES = Stakes.of(DEFAULT_PRACTICE)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    shape = Shape(
        jurisdictions=draw(st.integers(1, 7)),
        units=draw(st.integers(1, 24)),
        cells_each=draw(st.integers(2, 8)),
        posts_each=draw(st.integers(1, 3)),
        side_km=draw(st.sampled_from([3.0, 7.0, 15.0])),
        busy=draw(st.sampled_from([0.0, 0.4, 0.8, 1.0])),
        calls_per_unit_hour=draw(st.sampled_from([0.1, 0.5, 2.0])),
    )
    situation = make_situation(draw(st.integers(0, 10_000)), shape)
    if draw(st.booleans()):
        out = situation.grid.out.copy()
        out[np.random.default_rng(1).random(out.shape) < 0.2] = np.inf
        situation = replace(situation, grid=replace(situation.grid, out=out))
    return situation


@st.composite
def openings(draw: st.DrawFn, situation: Situation) -> tuple[Opening, Priority | None]:
    """A course, with the priority of the call where it is about one."""
    kind = draw(st.sampled_from(Kind))
    row = draw(st.integers(0, len(situation.home) - 1))
    seconds = draw(st.sampled_from([0.0, 300.0, 1800.0, 9000.0]))
    if kind is Kind.STAY:
        return STAY, None
    if kind is Kind.MOVE:
        post = draw(st.integers(0, len(situation.grid.posts) - 1))
        serves = draw(st.integers(0, len(situation.grid.jurisdictions) - 1))
        return Opening(kind=kind, row=row, post=post, serves=serves, seconds=seconds), None
    priority = draw(st.sampled_from(Priority))
    if kind is Kind.HOLD:
        return Opening(kind=kind, seconds=seconds), priority
    return Opening(kind=kind, row=row, asked_seconds=60, eta_seconds=draw(st.integers(1, 3000))), priority


@settings(deadline=None, max_examples=150)
@given(data=st.data(), situation=situations(), seed=st.integers(0, 10_000))
def test_every_future_costs_the_same_in_both(data: st.DataObject, situation: Situation, seed: int) -> None:
    opening, priority = data.draw(openings(situation))
    call = None
    if priority is not None:
        row = data.draw(st.integers(0, len(situation.grid.jurisdictions) - 1))
        call = CallFacts(
            borrower=situation.grid.jurisdictions[row],
            priority=priority,
            level=data.draw(st.integers(0, 2)),
            cell=data.draw(st.integers(0, len(situation.grid.cells) - 1)),
            waited_seconds=data.draw(st.sampled_from([0.0, 45.5, 3000.0])),
            cover=CoverState.RED,
        )
    futures = draw_futures(situation, call=call, count=6, horizon_seconds=4500.0, seed=seed)
    reference = Reference(situation, futures, STAKES).play(opening, begin=0, end=6)
    compiled = Kernel(situation, futures, STAKES).play(opening, begin=0, end=6)
    assert compiled.tolist() == reference.tolist()


@pytest.mark.parametrize("shape", [Shape(), Shape(jurisdictions=11, units=60)])
def test_neighbourhoods_of_the_usual_sizes_cost_the_same_in_both(shape: Shape) -> None:
    situation = make_situation(4, shape)
    futures = draw_futures(situation, call=None, count=30, horizon_seconds=4500.0, seed=1)
    reference = Reference(situation, futures, STAKES).play(STAY, begin=0, end=30)
    compiled = Kernel(situation, futures, STAKES).play(STAY, begin=0, end=30)
    assert compiled.tolist() == reference.tolist()
    assert len(set(reference)) > 10


def test_a_part_of_the_futures_costs_what_it_costs_among_all() -> None:
    situation = make_situation(4)
    futures = draw_futures(situation, call=None, count=30, horizon_seconds=4500.0, seed=1)
    kernel = Kernel(situation, futures, STAKES)
    parts = [kernel.play(STAY, begin=begin, end=begin + 10) for begin in (0, 10, 20)]
    assert np.array_equal(np.concatenate(parts), kernel.play(STAY, begin=0, end=30))


def test_once_warm_nothing_is_compiled_again_whatever_the_columns_look_like() -> None:
    assert warm_kernel()
    known = len(_play_all.signatures)  # type: ignore[attr-defined]
    situation = make_situation(4)
    floor = np.broadcast_to(np.int64(2), situation.lending.floor.shape)
    lending = replace(situation.lending, floor=floor, asked_seconds=situation.lending.asked_seconds.T)
    odd = replace(situation, home=situation.home.astype(np.int32), lending=lending)
    futures = draw_futures(odd, call=None, count=3, horizon_seconds=4500, seed=1)
    Kernel(odd, futures, STAKES).play(STAY, begin=0, end=3)
    assert len(_play_all.signatures) == known  # type: ignore[attr-defined]
