"""How well "overwhelmed" is foretold: on simulated surges, and on real calls of an American county.

    PYTHONPATH=. python -m bench.trigger [--fast] [--charts docs/pictures] [--data ../shared/data]

``bench/foretold`` says what is measured. Thresholds were tuned on seed 77 (the service's are
``Alarm``'s defaults; the two simple alarms take theirs from it here) and are measured on others. The
calibration looks only at moments with a unit free: at level zero nothing is forecast.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.county import FILE, Fleet, list_fleets, read_calls
from bench.foretold import (
    ALARM,
    EVERY,
    FEATURES,
    Alarmed,
    Scores,
    best_threshold,
    follow_signals,
    measure,
    score,
    simple_alarms,
)
from bench.surges import DAY, Setting, Trace, play

TUNED_SEED, TUNED_DAYS = 77, 240
SEED = 2026
SIZES = (3, 6, 12)
DWELL = round(ALARM.dwell.total_seconds() / 60)
HARDER = (0.20, 0.36)
"""Other shares of time busy, beside the 27 % that everything was tuned at."""


def main(argv: Sequence[str] | None = None) -> None:
    options = _options(argv)
    days = 120 if options.fast else 730
    found: dict[str, Any] = {"days": days, "simulated": {}, "busier_and_calmer": {}}
    scores: dict[str, Scores] = {}
    for units in SIZES:
        simple = tune_simple(units, days=60 if options.fast else TUNED_DAYS)
        trace = play(Setting(units=units, days=days, seed=SEED))
        scores[f"{units} units"] = scored = score(trace)
        found["simulated"][units] = {
            **facts(trace),
            "auc": aucs(scored),
            "alarms": judge_alarms(trace, simple),
        }
        for busy in () if options.fast else HARDER:
            other = play(Setting(units=units, days=days // 2, seed=SEED + 1, busy=busy))
            found["busier_and_calmer"][f"{units} units, {busy:.0%}"] = brief(other)
    county = options.data / FILE
    if county.exists() and not options.fast:
        found["county"], real = measure_county(list_fleets(read_calls(county)))
        scores |= {f"county, {division}": scored for division, scored in real.items()}
    if options.charts:
        from bench.trigger_charts import draw_calibration, draw_roc

        draw_roc(scores, options.charts / "cover-roc.svg")
        found["calibration"] = draw_calibration(scores, options.charts / "cover-calibration.svg")
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--charts", type=Path)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[1] / ".." / "shared" / "data")
    return parser.parse_args(argv)


def tune_simple(units: int, *, days: int) -> dict[str, float]:
    """The thresholds of the count of free units and of Erlang's B, from a seed that nothing is said of."""
    trace = play(Setting(units=units, days=days, seed=TUNED_SEED))
    alarms = simple_alarms(follow_signals(trace), dwell=DWELL)
    return {
        name: best_threshold({k: measure(on, trace, since=DAY) for k, on in by.items()})
        for name, by in alarms.items()
    }


def judge_alarms(trace: Trace, simple: dict[str, float]) -> dict[str, Any]:
    """The service's alarm beside the two simple ones."""
    signals = follow_signals(trace)
    alarms = simple_alarms(signals, dwell=DWELL)
    found = {"service": measure(signals.service, trace, since=DAY)}
    found |= {f"{n} {k}": measure(alarms[n][k], trace, since=DAY) for n, k in simple.items()}
    return {name: rounded(alarmed) for name, alarmed in found.items()}


def brief(trace: Trace) -> dict[str, Any]:
    """Figures of another setting."""
    signals = follow_signals(trace)
    alarmed = measure(signals.service, trace, since=DAY)
    return {**facts(trace), "auc": aucs(score(trace)), "service": rounded(alarmed)}


def measure_county(divisions: dict[str, list[Fleet]]) -> tuple[dict[str, Any], dict[str, Scores]]:
    """Per fleet, and all fleets of a division together: a chance of 0.3 must mean the same in each."""
    found: dict[str, Any] = {}
    together: dict[str, Scores] = {}
    for division, fleets in divisions.items():
        parts = []
        found[division] = {}
        alarms = []
        for fleet in fleets:
            scored, alarmed = held_out(fleet)
            parts.append(scored)
            alarms.append(alarmed)
            found[division][fleet.name] = {
                **facts(fleet.trace),
                "auc": aucs(scored),
                "service": rounded(alarmed),
            }
        together[division] = pooled = pool(parts)
        found[division]["together"] = {"auc": aucs(pooled), "service": mean_of(alarms)}
    return found, together


def held_out(fleet: Fleet) -> tuple[Scores, Alarmed]:
    """What was foretold in the weeks that nothing was learned from."""
    trace = fleet.trace
    scored = score(trace)
    kept = fleet.held_out[np.arange(DAY, trace.minutes, EVERY)]
    scored = Scores(
        said={k: v[kept] for k, v in scored.said.items()},
        came=scored.came[kept],
        emptied=scored.emptied[kept],
    )
    on = follow_signals(trace).service
    return scored, measure(on, trace, since=DAY, counted=fleet.held_out[DAY:])


def pool(parts: Sequence[Scores]) -> Scores:
    """Several fleets' moments as one list."""
    said = {f: np.concatenate([part.said[f] for part in parts]) for f in FEATURES}
    return Scores(
        said=said,
        came=np.concatenate([part.came for part in parts]),
        emptied=np.concatenate([part.emptied for part in parts]),
    )


def mean_of(alarms: Sequence[Alarmed]) -> dict[str, float]:
    """Leads weighed by lost calls, the rest by fleet."""
    lost = np.array([a.lost for a in alarms], dtype=np.float64)
    return {
        "lead": round(float(np.average([a.lead for a in alarms], weights=lost)), 3),
        "first_lead": round(float(np.average([a.first_lead for a in alarms], weights=lost)), 3),
        "per_shift": round(float(np.mean([a.per_shift for a in alarms])), 2),
        "share_on": round(float(np.mean([a.share_on for a in alarms])), 3),
        "lost": int(lost.sum()),
    }


def facts(trace: Trace) -> dict[str, float]:
    """How a trace was."""
    served = trace.unit >= 0
    worked = (trace.ends[served, -1] - trace.calls[served]).sum()
    return {
        "units": trace.units,
        "busy": round(float(worked) / (trace.units * trace.minutes), 3),
        "calls_per_day": round(len(trace.calls) / trace.minutes * DAY, 1),
        "lost_per_day": round(len(trace.lost) / trace.minutes * DAY, 2),
    }


def aucs(scored: Scores) -> dict[str, float]:
    """Of every feature."""
    return {feature: round(scored.auc(feature), 3) for feature in FEATURES}


def rounded(alarmed: Alarmed) -> dict[str, float]:
    """For people."""
    return {name: round(value, 3) for name, value in asdict(alarmed).items()}


if __name__ == "__main__":
    main()
