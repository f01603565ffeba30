"""The report of a trial: one shape for the command line's JSON, tables and the evaluation's files."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dispatch.aid.advice.practice import Practice
from dispatch.model.clock import iso
from dispatch.model.region import Region
from dispatch.simulate.calls import PRIORITIES
from dispatch.simulate.trial.compare import compare
from dispatch.simulate.trial.figures import FIGURES
from dispatch.simulate.trial.run import Found, Piece, Plan

FORMAT: Final = 1


def make_report(
    region: Region, plan: Plan, found: Mapping[Piece, Found], policies: Sequence[str], seeds: Sequence[int]
) -> dict[str, Any]:
    """Everything, in the order asked for; the same to the byte for the same order."""
    trials = {name: [found[Piece(name, seed)] for seed in seeds] for name in policies}
    rows = compare({name: [each.measured for each in of_policy] for name, of_policy in trials.items()})
    return {
        "format": FORMAT,
        "region": region.name,
        "fictional": region.fictional,
        "sample_fleet": region.sample_fleet,
        "attribution": list(region.attribution),
        "begins": iso(plan.begins),
        "days": plan.days,
        "seeds": list(seeds),
        "load": plan.load,
        "planned_calls_per_day": round(plan.pattern.calls_per_day, 3),
        "occupancy_seconds": round(plan.pattern.occupancy_seconds, 1),
        "jurisdictions": len(plan.terrain.scene.jurisdictions),
        "units": len(plan.terrain.scene.units),
        "agreements": len(plan.agreements),
        "conditions": plan.conditions.to_json(),
        "targets": _targets(plan.practice),
        "units_of_figures": {kind.code: kind.unit for kind in FIGURES},
        "policies": {name: {**rows[name], "audit": _audit(trials[name])} for name in policies},
    }


def _targets(practice: Practice) -> dict[str, dict[str, float]]:
    return {
        priority.value: {
            "within_seconds": practice.targets[priority].within_seconds,
            "weight": practice.targets[priority].weight,
        }
        for priority in PRIORITIES
    }


def _audit(trials: Sequence[Found]) -> dict[str, Any]:
    kinds = trials[0].breaches if trials else {}
    return {
        "calls": sum(each.calls for each in trials),
        "decisions": sum(each.decisions for each in trials),
        "loans_judged": sum(each.loans_judged for each in trials),
        "calls_compared": sum(each.calls_compared for each in trials),
        "breaches": {kind: sum(each.breaches[kind].count for each in trials) for kind in kinds},
        "examples": [
            example for each in trials for kind in kinds for example in each.breaches[kind].examples
        ][:10],
    }
