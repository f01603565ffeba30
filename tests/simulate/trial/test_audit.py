"""The audit: it finds every planted breach, and nothing where nothing is wrong."""

from dataclasses import replace

import pytest

from dispatch.agreements.permit import ChosenBecause, Permit
from dispatch.agreements.restrictions import DailyCap, Priorities, ReserveFloor
from dispatch.agreements.terms import AgreementKind
from dispatch.model.ids import AgreementId
from dispatch.model.incident import Priority
from dispatch.simulate.calls import rows_of
from dispatch.simulate.trial.books import Asked
from dispatch.simulate.trial.lives import find_broken
from dispatch.simulate.trial.policy import Closest, Move
from tests.make_aid import make_agreement
from tests.make_trial import CRITICAL, Told, make_terrain, play
from tests.make_what_if import BEGINS, At, make_calls

FORGED = Permit(
    agreement_id=AgreementId("cedar-harlow"),
    agreement_version=1,
    title="",
    kind=AgreementKind.MUTUAL,
    clauses=(),
    keeps=9,
    floor=0,
    may_decline=True,
    answer_seconds=60,
    automatic=True,
    chosen_because=ChosenBecause.ONLY,
)
"""What a cheat says it has. Units in order: cedar's, then harlow's."""


def test_a_neighbours_unit_without_a_permit_is_a_breach() -> None:
    terrain = make_terrain({"cedar-1": 100, "harlow-1": 300})
    _, audit = play(terrain, Told(units=[0]), At(seconds=0))
    assert audit.terms.examples == ["call 0: cedar-1 sent without a permit"]


@pytest.mark.parametrize(
    ("clause", "word"),
    [
        (ReserveFloor(id="3", keep=1), "reserve_floor"),
        (DailyCap(id="4", at_most=0), "daily_cap"),
        (Priorities(id="2", allow=(Priority.EMERGENT,)), "priority"),
    ],
)
def test_a_loan_against_a_clause_is_a_breach_whatever_the_permit_says(
    clause: ReserveFloor | DailyCap | Priorities, word: str
) -> None:
    terrain = make_terrain({"cedar-1": 100, "harlow-1": 300})
    agreement = make_agreement("cedar", "harlow", clauses=[clause])
    _, audit = play(terrain, Told(units=[0], permit=FORGED), At(seconds=0), agreements=[agreement])
    assert audit.terms.count == 1
    assert word in audit.terms.examples[0]


def test_a_loan_under_another_agreement_than_the_one_that_permits_is_a_breach() -> None:
    terrain = make_terrain({"cedar-1": 100})
    permit = replace(FORGED, agreement_id=AgreementId("other"))
    agreements = [make_agreement("cedar", "harlow")]
    _, audit = play(terrain, Told(units=[0], permit=permit), At(seconds=0), agreements=agreements)
    assert audit.terms.examples == ["call 0: cedar-1 lent under another agreement"]


def test_the_second_loan_of_a_day_breaks_a_cap_of_one() -> None:
    terrain = make_terrain({"cedar-1": 100, "cedar-2": 100})
    agreement = make_agreement("cedar", "harlow", clauses=[DailyCap(id="4", at_most=1)])
    calls = [At(seconds=0), At(seconds=5000)]
    _, audit = play(terrain, Told(units=[0, 1], permit=FORGED), *calls, agreements=[agreement])
    assert (audit.terms.count, audit.loans_judged) == (1, 2)
    assert "daily_cap" in audit.terms.examples[0]


@pytest.mark.parametrize(("slow", "found"), [(330, 0), (331, 1)])
def test_a_life_threatening_call_must_get_the_fastest_but_for_a_tie(slow: int, found: int) -> None:
    terrain = make_terrain({"harlow-1": 300 * 1.25, "harlow-2": slow * 1.25})
    _, audit = play(terrain, Told(units=[1]), At(seconds=0, priority=CRITICAL))
    assert (audit.fastest.count, audit.calls_compared) == (found, 1)


def test_even_a_tie_must_be_in_target() -> None:
    terrain = make_terrain({"harlow-1": 470 * 1.25, "harlow-2": 490 * 1.25})
    _, audit = play(terrain, Told(units=[1]), At(seconds=0, priority=CRITICAL))
    assert audit.fastest.examples == ["call 0: harlow-2 in 550 s where 530 s were to be had"]


def test_a_late_own_unit_is_a_breach_where_a_neighbour_that_may_come_is_clearly_sooner() -> None:
    terrain = make_terrain({"cedar-1": 200, "harlow-1": 1500})
    agreements = [make_agreement("cedar", "harlow")]
    _, audit = play(terrain, Told(units=[1]), At(seconds=0, priority=CRITICAL), agreements=agreements)
    assert audit.fastest.count == 1
    _, audit = play(terrain, Told(units=[1]), At(seconds=0, priority=CRITICAL))
    assert audit.fastest.count == 0


def test_a_unit_that_stands_by_for_another_must_not_be_sent_home_by_the_back_door() -> None:
    terrain = make_terrain({"cedar-1": 100, "cedar-2": 100, "harlow-1": 300})
    policy = Told(units=[2, 0], permit=None, moves=True, moved=[Move(0, 1, 2)])
    calls = [At(seconds=0), At(seconds=10, jurisdiction="cedar")]
    agreements = [make_agreement("cedar", "harlow")]
    books, audit = play(terrain, policy, *calls, agreements=agreements)
    assert len(books.moved) == 1
    assert audit.onward.examples == ["call 1: cedar-1 lent on by its borrower"]


def test_books_in_which_a_unit_is_in_two_places_are_broken() -> None:
    terrain = make_terrain({"harlow-1": 300})
    calls = make_calls(At(seconds=0), At(seconds=5000))
    books, _ = play(terrain, Closest(), At(seconds=0), At(seconds=5000))
    assert find_broken(terrain.scene, rows_of(calls), books, begins=BEGINS).count == 0
    first = books.sent[0]
    books.sent[1] = books.sent[1]._replace(mission=first.mission._replace(row=1, sent=100.0))
    assert find_broken(terrain.scene, rows_of(calls), books, begins=BEGINS).count == 1


def test_an_assignment_that_the_state_machine_does_not_allow_is_broken() -> None:
    terrain = make_terrain({"harlow-1": 300})
    calls = make_calls(At(seconds=0))
    books, _ = play(terrain, Closest(), At(seconds=0))
    mission = books.sent[0].mission
    books.sent[0] = books.sent[0]._replace(mission=mission._replace(arrives=mission.rolls - 60))
    assert find_broken(terrain.scene, rows_of(calls), books, begins=BEGINS).count == 1


def test_a_request_declined_where_aid_is_a_duty_is_broken() -> None:
    terrain = make_terrain({"cedar-1": 100})
    calls = make_calls(At(seconds=0))
    books, _ = play(terrain, Closest(), At(seconds=0), agreements=[make_agreement("cedar", "harlow")])
    duty = replace(FORGED, may_decline=False)
    books.asked = [Asked(0, 0, duty, 0.0, 60.0, "declined")]
    assert find_broken(terrain.scene, rows_of(calls), books, begins=BEGINS).count == 1
