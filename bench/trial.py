"""The big evaluation: regions, loads, policies and seeds, which may be interrupted and goes on where it was.

``python -m bench.trial run FOLDER --region marlow=var/regions/marlow --load 0.75 --load 1`` appends a
line per policy and seed to ``FOLDER/marlow-1.jsonl``; what is there already is not played again.
``python -m bench.trial show FOLDER`` prints tables in markdown, and ``--chart`` draws them.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from dispatch.agreements.parse import parse_agreement
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.simulate.trial.compare import compare
from dispatch.simulate.trial.run import Found, Piece, Plan, make_plan, play_each, require_known

BEGINS: Final = datetime(2026, 6, 1, tzinfo=UTC)

POLICIES: Final = (
    "none",
    "closest",
    "boundary_drop",
    "nearest_standby",
    "telephone",
    "no_borders",
    "weighed",
    "recommended",
)
"""In the order of the tables; played with the dearest last, so that a first look is had early."""

COLUMNS: Final = (
    ("late_p1", "late P1 %", "value"),
    ("late_p1", "ratio", "ratio"),
    ("avoidable_p1", "avoidable ratio", "ratio"),
    ("late_weighted", "weighted ratio", "ratio"),
    ("lender_late", "at lenders ratio", "ratio"),
    ("mean_p1", "mean P1 s", "value"),
    ("p90_p1", "P90 P1 s", "value"),
    ("over_2x_p1", "> 2x %", "value"),
    ("survival_p1", "survival %", "value"),
    ("p2_late", "late P2 %", "value"),
    ("p3_late", "late P3 %", "value"),
    ("p90_all", "P90 all s", "value"),
    ("aid_share", "aid %", "value"),
    ("moves_per_day", "moves/day", "value"),
    ("busy_share", "busy %", "value"),
    ("gini_given", "Gini", "value"),
)


def main() -> None:
    """Run or show."""
    parser = argparse.ArgumentParser(description=__doc__)
    steps = parser.add_subparsers(required=True)
    run = steps.add_parser("run", help="play what is missing")
    run.add_argument("folder", type=Path)
    run.add_argument("--region", action="append", required=True, help="NAME=BUNDLE, may be repeated")
    run.add_argument("--load", action="append", type=float, help="may be repeated; 0.75, 1 and 1.4")
    run.add_argument("--policies", default=",".join(POLICIES))
    run.add_argument("--days", type=int, default=20)
    run.add_argument("--seeds", type=int, default=8)
    run.add_argument(
        "--first-seed", type=int, default=101, help="apart from those that anything was tuned on"
    )
    run.add_argument("--futures", type=int, default=DEFAULT_PRACTICE.rollouts.futures)
    run.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    run.set_defaults(step=play_missing)
    show = steps.add_parser("show", help="tables, and a chart")
    show.add_argument("folder", type=Path)
    show.add_argument("--chart", type=Path, help="an SVG file")
    show.set_defaults(step=print_tables)
    wanted = parser.parse_args()
    try:
        wanted.step(wanted)
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        sys.exit(130)


def play_missing(wanted: argparse.Namespace) -> None:
    """Every region and load, one file each."""
    wanted.folder.mkdir(parents=True, exist_ok=True)
    policies = require_known(wanted.policies.split(","))
    practice = practice_with(wanted.futures)
    for region in wanted.region:
        name, _, bundle = region.partition("=")
        for load in wanted.load or [0.75, 1.0, 1.4]:
            play_file(wanted, name, Path(bundle), load, policies, practice)


def practice_with(futures: int) -> Practice:
    """The usual practice with so many futures for each course."""
    return replace(DEFAULT_PRACTICE, rollouts=replace(DEFAULT_PRACTICE.rollouts, futures=futures))


def play_file(
    wanted: argparse.Namespace,
    name: str,
    bundle: Path,
    load: float,
    policies: Sequence[str],
    practice: Practice,
) -> None:
    """One region under one load."""
    path = wanted.folder / f"{name}-{load:g}.jsonl"
    seeds = range(wanted.first_seed, wanted.first_seed + wanted.seeds)
    settings = {"region": name, "load": load, "days": wanted.days, "futures": wanted.futures}
    done = read_done(path, settings)
    pieces = [piece for policy in policies for seed in seeds if (piece := Piece(policy, seed)) not in done]
    if not pieces:
        return
    plan = plan_of(bundle, load, wanted.days, practice)
    with path.open("a", encoding="utf-8") as lines:
        if not done:
            lines.write(json.dumps({"settings": {**settings, **about(bundle, plan)}}) + "\n")
        for number, found in enumerate(play_each(plan, pieces, processes=wanted.processes), start=1):
            lines.write(json.dumps(found.to_json()) + "\n")
            lines.flush()
            said = f"{found.piece.policy}, seed {found.piece.seed}"
            print(f"{path.name}: {number} of {len(pieces)}: {said}", file=sys.stderr, flush=True)


def plan_of(bundle: Path, load: float, days: int, practice: Practice) -> Plan:
    """The plan of a bundle with its own agreements."""
    return make_plan(
        load_region(bundle),
        load_roads(bundle),
        [parse_agreement(text) for _, text in list_agreement_texts(bundle)],
        begins=BEGINS,
        days=days,
        load=load,
        practice=practice,
    )


def about(bundle: Path, plan: Plan) -> dict[str, Any]:
    """What a table says of its region."""
    region = load_region(bundle)
    return {
        "title": region.name,
        "fictional": region.fictional,
        "units": len(plan.terrain.scene.units),
        "jurisdictions": len(plan.terrain.scene.jurisdictions),
        "agreements": len(plan.agreements),
        "conditions": plan.conditions.to_json(),
    }


def read_done(path: Path, settings: Mapping[str, Any]) -> dict[Piece, Found]:
    """What a file holds already. A line that an interrupt has cut off is taken away."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n")]
    path.write_text("".join(whole), encoding="utf-8")
    rows = [json.loads(line) for line in whole]
    if not rows:
        return {}
    then = {key: rows[0]["settings"].get(key) for key in settings}
    if then != settings:
        sys.exit(f"{path} was played with {then}, not with {dict(settings)}: take another folder")
    found = [Found.from_json(row) for row in rows[1:]]
    return {each.piece: each for each in found}


def print_tables(wanted: argparse.Namespace) -> None:
    """One table per file, and the chart."""
    tables = list(list_results(wanted.folder))
    for settings, rows, by_policy in tables:
        print("\n".join(list_lines(settings, rows, by_policy)))
    if wanted.chart:
        draw_chart(wanted.chart, [(settings, rows) for settings, rows, _ in tables])


def list_results(
    folder: Path,
) -> Iterator[tuple[dict[str, Any], dict[str, dict[str, Any]], dict[str, list[Found]]]]:
    """Settings, compared rows and trials of each file; only seeds that every policy has been played under."""
    files = [
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in folder.glob("*.jsonl")
    ]
    for first, *rows in sorted(
        files, key=lambda each: (each[0]["settings"]["region"], each[0]["settings"]["load"])
    ):
        found = [Found.from_json(row) for row in rows]
        names = list(dict.fromkeys((*POLICIES, *(each.piece.policy for each in found))))
        seeds = {name: {each.piece.seed for each in found if each.piece.policy == name} for name in names}
        shared = sorted(set.intersection(*(of_one for of_one in seeds.values() if of_one)))
        by_piece = {each.piece: each for each in found}
        trials = {name: [by_piece[Piece(name, seed)] for seed in shared] for name in names if seeds[name]}
        measured = {name: [each.measured for each in of_policy] for name, of_policy in trials.items()}
        yield {**first["settings"], "seeds": len(shared)}, compare(measured), trials


def list_lines(
    settings: Mapping[str, Any], rows: Mapping[str, dict[str, Any]], trials: Mapping[str, list[Found]]
) -> list[str]:
    """A table in markdown."""
    titles = [title for _, title, _ in COLUMNS] + ["worst / none", "surely worse", "breaches"]
    lines = [
        "",
        f"### {settings['title']}, load {settings['load']:g}",
        "",
        f"{settings['units']} ambulances, {settings['jurisdictions']} jurisdictions, "
        f"{settings['agreements']} agreements; "
        f"{settings['seeds']} seeds x {settings['days']} days. Ratios to `closest` on the same "
        "calls, with 95 % intervals.",
        "",
        "| policy | " + " | ".join(titles) + " |",
        "|---" * (len(titles) + 1) + "|",
    ]
    for name, row in rows.items():
        cells = [cell_of(row, code, kind) for code, _, kind in COLUMNS]
        worst = row["worst_vs_none"]
        cells.append("-" if worst is None else f"{worst['value']:.2f} ({worst['jurisdiction']})")
        cells.append("-" if worst is None else f"{worst['surely_worse']} of {worst['judged']}")
        cells.append(str(sum(each.count for found in trials[name] for each in found.breaches.values())))
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return lines


def cell_of(row: Mapping[str, Any], code: str, kind: str) -> str:
    """One figure, or its ratio with its interval."""
    if kind == "value":
        figure = row["figures"][code]
        return "-" if figure is None else f"{figure['value']:,.2f}"
    beside = (row["vs_closest"] or {}).get(code)
    ratio = beside and beside["ratio"]
    if not ratio:
        return "-"
    between = "" if ratio["low"] is None else f" [{ratio['low']:.2f}, {ratio['high']:.2f}]"
    return f"{ratio['value']:.2f}{between}"


def draw_chart(path: Path, tables: Sequence[tuple[Mapping[str, Any], Mapping[str, dict[str, Any]]]]) -> None:
    """Late P1 beside closest, a panel per region and load, a line per policy; the same bytes for the same
    figures."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "trial", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot

    columns = min(2, len(tables))
    lines = -(-len(tables) // columns)
    figure, panels = pyplot.subplots(
        lines, columns, figsize=(4.6 * columns, 2.3 * lines), sharex=True, sharey=True, squeeze=False
    )
    for panel in panels.flat[len(tables) :]:
        panel.set_visible(False)
    for panel, (settings, rows) in zip(panels.flat, tables, strict=False):
        draw_panel(panel, settings, rows)
    for panel in panels[-1]:
        panel.set_xlabel("late P1, ratio to closest, with 95 % interval")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def draw_panel(panel: Any, settings: Mapping[str, Any], rows: Mapping[str, dict[str, Any]]) -> None:
    """One region under one load: a point for each policy, the advised one in colour."""
    names = [name for name in POLICIES if name != "closest" and name in rows]
    for place, name in enumerate(reversed(names)):
        ratio = rows[name]["vs_closest"]["late_p1"]["ratio"]
        low, high = spread_of(ratio)
        panel.errorbar(
            ratio["value"],
            place,
            xerr=[[low], [high]],
            fmt="o",
            markersize=5 if name == "recommended" else 3.5,
            color="#0b5fa5" if name == "recommended" else "#555555",
            capsize=2,
        )
    panel.axvline(1.0, color="black", linewidth=0.8)
    panel.set_yticks(range(len(names)), [name.replace("_", " ") for name in reversed(names)])
    busy = rows["closest"]["figures"]["busy_share"]["value"]
    panel.set_title(f"{str(settings['title']).title()}, {busy:.0f} % busy")


def spread_of(ratio: Mapping[str, float | None]) -> tuple[float, float]:
    """How far the interval reaches down and up; 0 where one seed cannot say."""
    value, low, high = ratio["value"] or 0.0, ratio["low"], ratio["high"]
    return (0.0 if low is None else value - low), (0.0 if high is None else high - value)


if __name__ == "__main__":
    main()
