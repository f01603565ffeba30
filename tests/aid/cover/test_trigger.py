"""How well level zero is foretold, on simulated surges and on a county's real calls.

The figures that are asked for, and those that are reached, are in ``docs/decisions/0020-overwhelmed.md``;
``python -m bench.trigger`` measures them at full length.
"""

from pathlib import Path

import numpy as np
import pytest

from bench.county import FILE, list_fleets, read_calls
from bench.foretold import Scores, follow_signals, hold, measure, score
from bench.surges import DAY, Setting, play
from bench.trigger import held_out, mean_of, pool
from bench.trigger_charts import calibration, draw_calibration, draw_roc
from tests.real_data import real_data

SHORT = Setting(units=6, days=40, seed=31)


def test_the_same_setting_plays_the_same():
    one, other = play(SHORT), play(SHORT)
    assert one.calls.tolist() == other.calls.tolist()
    assert one.unit.tolist() == other.unit.tolist()


def test_a_fleet_is_about_as_busy_as_was_asked_and_a_unit_serves_one_call_at_a_time():
    trace = play(SHORT)
    served = trace.unit >= 0
    busy = (trace.ends[served, -1] - trace.calls[served]).sum() / (trace.units * trace.minutes)
    assert 0.2 < busy < 0.32
    for unit in range(trace.units):
        rows = np.flatnonzero(trace.unit == unit)
        assert np.all(trace.ends[rows[:-1], -1] <= trace.calls[rows[1:]])


def test_the_chance_foretells_better_than_the_count_and_than_erlang_b():
    scored = score(play(SHORT), every=10)
    assert scored.auc("chance") >= 0.90
    assert scored.auc("chance") > scored.auc("idle") > 0.5
    assert scored.auc("chance") > scored.auc("erlang_b")


def test_what_is_forecast_is_about_as_often_seen():
    scored = score(play(SHORT), every=10)
    some_free = scored.said["idle"] < 0
    forecast = float(scored.said["chance"][some_free].mean())
    assert forecast == pytest.approx(float(scored.emptied[some_free].mean()), rel=0.35)


def test_an_alarm_is_judged_by_what_came_and_how_often_it_cried():
    trace = play(SHORT)
    always = np.ones(trace.minutes - DAY, bool)
    never = np.zeros(trace.minutes - DAY, bool)
    assert measure(always, trace, since=DAY).lead > 0.95
    assert measure(never, trace, since=DAY).lead == 0.0
    blinking = np.arange(trace.minutes - DAY) % 60 < 30
    assert measure(blinking, trace, since=DAY).per_shift == pytest.approx(8.0, abs=0.1)


def test_a_held_signal_stays_on_through_its_dwell():
    raised = np.array([False, True, False, False, False, False])
    assert hold(raised, ~raised, 2).tolist() == [False, True, True, True, False, False]


def test_the_charts_are_the_same_bytes_each_time(tmp_path: Path):
    chance = np.linspace(0, 1, 101)
    said = {"chance": chance, "idle": -np.round(3 * (1 - chance)), "erlang_b": chance**2}
    came = np.arange(101) % 5 < 5 * chance
    scored = {"made up": Scores(said=said, came=came, emptied=came)}
    for name in ("one", "two"):
        draw_roc(scored, tmp_path / f"{name}-roc.svg")
        draw_calibration(scored, tmp_path / f"{name}-calibration.svg")
    for chart in ("roc", "calibration"):
        one, two = ((tmp_path / f"{name}-{chart}.svg").read_bytes() for name in ("one", "two"))
        assert one == two
        assert b"<dc:date>" not in one
    assert sum(row["count"] for row in calibration(scored["made up"])) == int((said["idle"] < 0).sum())


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("units", [3, 6, 12])
def test_it_is_on_in_time_and_rarely_for_nothing(units: int):
    trace = play(Setting(units=units, days=240, seed=4))
    alarmed = measure(follow_signals(trace).service, trace, since=DAY)
    assert score(trace).auc("chance") >= 0.89
    assert alarmed.lead >= 0.75
    assert alarmed.per_shift <= 1.1


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_holds_on_real_calls_of_weeks_that_nothing_was_learned_from():
    fleets = list_fleets(read_calls(real_data(*FILE.split("/"))))["districts"]
    found = [held_out(fleet) for fleet in fleets]
    assert pool([scored for scored, _ in found]).auc("chance") >= 0.90
    alarmed = mean_of([alarmed for _, alarmed in found])
    assert alarmed["lead"] >= 0.80
    assert alarmed["per_shift"] <= 1.0
