"""The engine of trials: who goes, when it arrives, who waits, and what happens to a request."""

from dataclasses import replace

import numpy as np
import pytest

from dispatch.agreements.provisions import Discretion
from dispatch.agreements.restrictions import Purposes, ReserveFloor
from dispatch.agreements.terms import AgreementKind
from dispatch.model.incident import Priority, Purpose
from dispatch.simulate.trial.books import UNSERVED
from dispatch.simulate.trial.conditions import KIND
from dispatch.simulate.trial.engine import Trial
from dispatch.simulate.trial.policy import Closest, NearestStandby, NoAid, NoBorders
from tests.make_aid import make_agreement
from tests.make_trial import CRITICAL, as_trial, make_terrain, play, sent
from tests.make_what_if import CHUTE_SECONDS, SCENE_SECONDS, At, make_calls

ASKED = 60
LENDS = make_agreement("cedar", "harlow")


def test_the_closest_own_unit_goes_at_once() -> None:
    terrain = make_terrain({"harlow-1": 600, "harlow-2": 300, "cedar-1": 100})
    books, _ = play(terrain, Closest(), At(seconds=0), agreements=[LENDS])
    assert sent(terrain, books) == [("harlow-2", CHUTE_SECONDS + 300)]


def test_a_neighbour_is_asked_when_no_own_unit_is_idle_and_takes_a_minute_to_answer() -> None:
    terrain = make_terrain({"harlow-1": 300, "cedar-1": 400})
    books, audit = play(terrain, Closest(), At(seconds=0), At(seconds=10), agreements=[LENDS])
    assert sent(terrain, books)[1] == ("cedar-1", ASKED + CHUTE_SECONDS + 400)
    assert [each.answer for each in books.asked] == ["accepted"]
    assert (audit.terms.count, audit.loans_judged) == (0, 2)


def test_without_aid_the_call_waits_for_the_own_unit() -> None:
    terrain = make_terrain({"harlow-1": 300, "cedar-1": 400})
    books, _ = play(terrain, NoAid(), At(seconds=0), At(seconds=10), agreements=[LENDS])
    clear = CHUTE_SECONDS + 300 + SCENE_SECONDS
    assert books.unit.tolist() == [1, 1]
    # It is still at the scene of the first call, which is the place of the second: no way, no chute time.
    assert books.arrival_seconds[1] == pytest.approx(clear - 10)


def test_waiting_calls_go_by_priority_and_then_by_time() -> None:
    terrain = make_terrain({"harlow-1": 300})
    calls = [At(seconds=0), At(seconds=10), At(seconds=20, priority=Priority.EMERGENT), At(seconds=30)]
    books, _ = play(terrain, NoAid(), *calls)
    order = [each.mission.row for each in books.sent]
    assert order == [0, 2, 1, 3]


def test_a_call_that_nobody_comes_to_is_given_up_after_the_longest_wait() -> None:
    terrain = make_terrain({"cedar-1": 300})
    books, _ = play(terrain, NoAid(), At(seconds=0))
    assert books.arrival_seconds.tolist() == [UNSERVED]


def test_a_lent_unit_is_free_again_once_it_is_home_and_an_own_one_when_it_is_clear() -> None:
    terrain = make_terrain({"harlow-1": 300, "cedar-1": 400})
    books, _ = play(terrain, Closest(), At(seconds=0), At(seconds=10), agreements=[LENDS])
    own, lent = (each.mission for each in books.sent)
    assert own.known == own.clear == CHUTE_SECONDS + 300 + SCENE_SECONDS
    assert lent.known == lent.over == lent.clear + 400


def test_a_status_that_is_late_keeps_a_free_unit_from_being_sent() -> None:
    terrain = make_terrain({"harlow-1": 300})
    books, _ = play(terrain, NoAid(), At(seconds=0), At(seconds=10), late_seconds=120)
    clear = CHUTE_SECONDS + 300 + SCENE_SECONDS
    assert books.sent[1].mission.sent == clear + 120


def test_who_says_no_is_not_asked_again_and_the_next_one_is() -> None:
    terrain = make_terrain({"cedar-1": 100, "cedar-2": 200})
    conditions = replace(KIND, refusals=0.5)
    books, audit = play(
        terrain, Closest(), At(seconds=0), agreements=[LENDS], conditions=conditions, answers=0.3
    )
    assert [(each.unit, each.answer) for each in books.asked] == [(0, "declined"), (1, "declined")]
    assert books.unit.tolist() == [UNSERVED]
    assert audit.terms.count == 0


def test_who_says_nothing_costs_the_time_of_silence() -> None:
    terrain = make_terrain({"cedar-1": 100})
    conditions = replace(KIND, silences=0.5, silence_seconds=90)
    books, _ = play(terrain, Closest(), At(seconds=0), agreements=[LENDS], conditions=conditions, answers=0.3)
    assert [(each.answer, each.answered_at) for each in books.asked] == [("expired", 90.0)]


@pytest.mark.parametrize("clauses", [(), (Discretion(id="4", lender_may_decline=False),)])
def test_nobody_declines_a_life_threatening_call_or_aid_that_is_a_duty(
    clauses: tuple[Discretion, ...],
) -> None:
    terrain = make_terrain({"cedar-1": 100})
    priority = Priority.LOWER_ACUITY if clauses else CRITICAL
    books, _ = play(
        terrain,
        Closest(),
        At(seconds=0, priority=priority),
        agreements=[make_agreement("cedar", "harlow", clauses=clauses)],
        conditions=replace(KIND, refusals=1.0),
        answers=0.0,
    )
    assert [each.answer for each in books.asked] == ["accepted"]


def test_automatic_aid_is_not_asked_for() -> None:
    terrain = make_terrain({"cedar-1": 100})
    agreement = make_agreement("cedar", "harlow", kind=AgreementKind.AUTOMATIC)
    books, _ = play(terrain, Closest(), At(seconds=0), agreements=[agreement])
    assert books.asked == []
    assert sent(terrain, books) == [("cedar-1", CHUTE_SECONDS + 100)]


def test_an_own_unit_that_comes_free_and_is_sooner_takes_the_request_back() -> None:
    terrain = make_terrain({"harlow-1": 300, "cedar-1": 2000})
    policy = Closest(request_seconds=900)
    books, _ = play(
        terrain, policy, At(seconds=0), At(seconds=500), agreements=[make_agreement("cedar", "harlow")]
    )
    assert [each.answer for each in books.asked] == ["withdrawn"]
    assert books.unit.tolist() == [1, 1]


def test_a_floor_keeps_the_last_unit_at_home() -> None:
    terrain = make_terrain({"harlow-1": 300, "cedar-1": 400})
    kept = make_agreement("cedar", "harlow", clauses=[ReserveFloor(id="3", keep=1)])
    books, audit = play(terrain, Closest(), At(seconds=0), At(seconds=10), agreements=[kept])
    assert books.unit.tolist() == [1, 1]
    assert audit.terms.count == 0


def test_boundaries_drop_where_the_own_unit_is_late_and_the_neighbour_clearly_sooner() -> None:
    terrain = make_terrain({"harlow-1": 1500, "cedar-1": 200})
    drop = Closest(drops_boundaries=True)
    for policy, unit in ((Closest(), "harlow-1"), (drop, "cedar-1")):
        books, audit = play(terrain, policy, At(seconds=0, priority=CRITICAL), agreements=[LENDS])
        assert sent(terrain, books)[0][0] == unit
        assert audit.fastest.count == 0
    books, _ = play(terrain, drop, At(seconds=0, priority=Priority.EMERGENT), agreements=[LENDS])
    assert sent(terrain, books)[0][0] == "harlow-1"


def test_without_borders_the_closest_of_all_goes_unasked() -> None:
    terrain = make_terrain({"harlow-1": 300, "cedar-1": 200})
    books, _ = play(terrain, NoBorders(), At(seconds=0))
    assert sent(terrain, books) == [("cedar-1", CHUTE_SECONDS + 200)]


def test_a_unit_moves_in_when_a_jurisdiction_is_emptied_and_serves_there_like_an_own_one() -> None:
    terrain = make_terrain({"harlow-1": 300, "cedar-1": 900, "cedar-2": 1000})
    calls = [At(seconds=0), At(seconds=700)]
    books, audit = play(terrain, NearestStandby(), *calls, agreements=[LENDS])
    assert [(each.unit, each.by_call) for each in books.moved] == [(0, True)]
    # Asked once, when it moved in: it has been at the borrower's post since 60 s + 600 s.
    assert sent(terrain, books)[1] == ("cedar-1", CHUTE_SECONDS + 300)
    assert (audit.terms.count, audit.onward.count) == (0, 0)


def test_nobody_stands_by_where_the_agreement_is_for_incidents_only() -> None:
    terrain = make_terrain({"harlow-1": 300, "cedar-1": 900, "cedar-2": 1000})
    only = make_agreement("cedar", "harlow", clauses=[Purposes(id="2", allow=(Purpose.INCIDENT,))])
    books, _ = play(terrain, NearestStandby(), At(seconds=0), agreements=[only])
    assert books.moved == []


def test_a_unit_that_stands_by_goes_home_when_its_own_jurisdiction_is_short() -> None:
    terrain = make_terrain({"harlow-1": 300, "cedar-1": 900, "cedar-2": 1000})
    calls = [At(seconds=0), At(seconds=100, jurisdiction="cedar")]
    books, _ = play(terrain, NearestStandby(), *calls, agreements=[LENDS])
    assert [(each.unit, each.ended_at, each.by_call) for each in books.moved] == [(0, 100.0, False)]


@pytest.mark.slow
@pytest.mark.parametrize(("load", "units", "blocked"), [(2.0, 5, 0.036697), (10.0, 10, 0.214582)])
def test_lost_calls_follow_erlang(load: float, units: int, blocked: float) -> None:
    """No way to drive, exponential service, nobody waits: Erlang's loss formula (his tables)."""
    terrain, calls = _exponential(load, units, count=60_000)
    conditions = replace(KIND, longest_wait_seconds=0)
    books = Trial(terrain, as_trial(calls), (), NoAid(), conditions=conditions).run()
    lost = float((books.unit < 0).mean())
    assert lost == pytest.approx(blocked, abs=0.006)


@pytest.mark.slow
def test_waiting_follows_erlang() -> None:
    """Three units, two of them busy in the mean: 4/9 of the calls wait, 4/9 of a service in the mean."""
    terrain, calls = _exponential(2.0, 3, count=60_000)
    conditions = replace(KIND, longest_wait_seconds=10**7)
    books = Trial(terrain, as_trial(calls), (), NoAid(), conditions=conditions).run()
    waited = books.arrival_seconds
    assert float((waited > 0).mean()) == pytest.approx(4 / 9, abs=0.012)
    assert float(waited.mean()) / SERVICE_SECONDS == pytest.approx(4 / 9, abs=0.03)


SERVICE_SECONDS = 10_000.0
"""Long beside the second that calls come on."""


def _exponential(load: float, units: int, *, count: int):  # type: ignore[no-untyped-def]
    from tests.make_trial import at_the_scene

    chance = np.random.default_rng(5)
    gaps = chance.exponential(SERVICE_SECONDS / load, count)
    calls = make_calls(*[At(seconds=int(at)) for at in np.cumsum(gaps)])
    calls = replace(calls, scene_seconds=chance.exponential(SERVICE_SECONDS, count))
    return at_the_scene(make_terrain({f"harlow-{n}": 100 for n in range(units)})), calls
