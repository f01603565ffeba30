"""A correction is learned where there is something to learn, and nowhere else."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.aid.arrival.learn import Accuracy, Arrived, Why, is_telling, learn
from dispatch.model.ids import JurisdictionId

BROOK, ASHTON, CEDAR = (JurisdictionId(name) for name in ("brook", "ashton", "cedar"))


def draw(
    count: int,
    *,
    factor: float = 1.0,
    spread: float = 0.25,
    seed: int = 1,
    lender: JurisdictionId = BROOK,
    borrower: JurisdictionId = ASHTON,
) -> list[Arrived]:
    """Arrivals that take ``factor`` times what was predicted, give or take."""
    rng = random.Random(f"{seed}/{lender}/{borrower}")
    predicted = [rng.randint(180, 1500) for _ in range(count)]
    return [
        Arrived(
            lender=lender,
            borrower=borrower,
            predicted_seconds=seconds,
            actual_seconds=max(1, round(seconds * factor * rng.lognormvariate(0, spread))),
        )
        for seconds in predicted
    ]


def accuracy_of(arrivals: list[Arrived], borrower: JurisdictionId | None) -> Accuracy:
    return next(a for a in learn(arrivals).accuracies if a.borrower == borrower)


@settings(max_examples=60, deadline=None)
@given(st.floats(1.25, 1.7), st.booleans(), st.integers(120, 300), st.integers(0, 10_000))
def test_a_planted_bias_is_found_again(factor: float, slower: bool, count: int, seed: int) -> None:
    factor = factor if slower else 1 / factor
    learned = learn(draw(count, factor=factor, seed=seed))
    found = learned.corrections.find(lender=BROOK, borrower=ASHTON)
    assert found is not None
    assert found.log_ratio == pytest.approx(math.log(factor), abs=0.15)
    agency = learned.accuracies[0]
    assert agency.error_after is not None
    assert agency.bias_after is not None
    assert agency.error_after < agency.error_before
    assert abs(agency.bias_after) < abs(agency.bias_before)


def test_noise_teaches_nothing() -> None:
    """Where estimates are right in the middle, a correction is on as rarely as two standard errors allow."""
    on = [seed for seed in range(300) if learn(draw(80, seed=seed)).corrections.by_agency]
    assert len(on) <= 9
    for seed in on:
        found = learn(draw(80, seed=seed)).corrections.by_agency[BROOK]
        assert abs(found.log_ratio) < 0.12


@pytest.mark.parametrize(("count", "why"), [(29, Why.TOO_FEW), (30, Why.HELPS)])
def test_an_agency_needs_thirty_arrivals(count: int, why: Why) -> None:
    arrivals = draw(count, factor=1.6, spread=0.05, borrower=BROOK)
    assert accuracy_of(arrivals, None).why is why
    assert bool(learn(arrivals).corrections.by_agency) == (why is Why.HELPS)


@pytest.mark.parametrize(("count", "why"), [(19, Why.TOO_FEW), (20, Why.HELPS)])
def test_a_pair_needs_twenty_arrivals(count: int, why: Why) -> None:
    arrivals = draw(60, borrower=BROOK) + draw(count, factor=1.6, spread=0.05)
    assert accuracy_of(arrivals, ASHTON).why is why
    assert ((BROOK, ASHTON) in learn(arrivals).corrections.by_pair) == (why is Why.HELPS)


def test_a_pair_with_few_arrivals_borrows_from_its_lender() -> None:
    arrivals = draw(200, factor=1.4, spread=0.1, borrower=BROOK) + draw(5, factor=1.4, spread=0.1)
    found = learn(arrivals).corrections
    assert found.by_pair == {}
    assert found.find(lender=BROOK, borrower=ASHTON) == found.by_agency[BROOK]
    assert found.find(lender=CEDAR, borrower=ASHTON) is None


def test_a_pair_that_differs_from_its_lender_has_its_own() -> None:
    arrivals = draw(200, factor=1.2, spread=0.1, borrower=BROOK) + draw(100, factor=1.7, spread=0.1)
    found = learn(arrivals).corrections
    assert found.by_pair[BROOK, ASHTON].factor > found.by_agency[BROOK].factor + 0.2


def test_a_pair_like_its_lender_needs_none_of_its_own() -> None:
    arrivals = draw(300, factor=1.4, spread=0.2, borrower=BROOK) + draw(100, factor=1.4, spread=0.2)
    assert accuracy_of(arrivals, ASHTON).why is Why.NO_HELP


def test_what_helps_only_the_arrivals_it_was_learned_from_stays_off() -> None:
    """One is twice as late, the next twice as early: the middle of the others says nothing of either."""
    seconds = [(600, 1200), (600, 300)]
    arrivals = [
        Arrived(lender=BROOK, borrower=ASHTON, predicted_seconds=p, actual_seconds=a) for p, a in seconds * 40
    ]
    assert accuracy_of(arrivals, None).why is Why.NO_HELP


def test_a_button_pressed_late_now_and_then_moves_little() -> None:
    arrivals = draw(200, factor=1.3, spread=0.1)
    spoiled = [
        Arrived(lender=BROOK, borrower=ASHTON, predicted_seconds=300, actual_seconds=1450) for _ in range(20)
    ]
    clean, found = (learn(a).corrections.by_agency[BROOK] for a in (arrivals, arrivals + spoiled))
    assert found.log_ratio == pytest.approx(clean.log_ratio, abs=0.03)


def test_the_published_error_is_of_arrivals_that_taught_nothing() -> None:
    """One arrival in a fold of its own, late by far: the correction of the others does not know of it."""
    alike = [Arrived(lender=BROOK, borrower=ASHTON, predicted_seconds=600, actual_seconds=900)] * 40
    found = accuracy_of(alike, None)
    # 40 arrivals of ln 1.5 in five folds: 32 teach, and 10 of no correction are mixed in.
    expected = 900 - 600 * math.exp(math.log(1.5) * 32 / 42)
    assert found.error_after == pytest.approx(expected)
    assert found.factor == pytest.approx(math.exp(math.log(1.5) * 40 / 50))
    assert (found.error_before, found.bias_before) == (300, 300)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(60, 3000), st.integers(1, 20_000)), max_size=120))
def test_no_correction_is_ever_more_than_twofold(times: list[tuple[int, int]]) -> None:
    arrivals = [
        Arrived(lender=BROOK, borrower=ASHTON, predicted_seconds=p, actual_seconds=a) for p, a in times
    ]
    learned = learn(arrivals)
    for correction in (*learned.corrections.by_agency.values(), *learned.corrections.by_pair.values()):
        assert 0.5 - 1e-9 <= correction.factor <= 2 + 1e-9
        assert correction.spread >= 0.05
    assert learned.left_out == sum(not is_telling(arrival) for arrival in arrivals)
