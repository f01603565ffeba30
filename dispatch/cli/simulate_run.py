"""What ``dispatch simulate`` does: read, play with a progress bar, print."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.terms import Agreement
from dispatch.cli.exit_codes import CANCELLED
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.model.errors import Invalid
from dispatch.simulate.trial.conditions import KIND, USUAL
from dispatch.simulate.trial.figures import FIGURES
from dispatch.simulate.trial.report import make_report
from dispatch.simulate.trial.run import Piece, make_plan, play_all, require_known

BEGINS: Final = datetime(2026, 6, 1, tzinfo=UTC)
"""A Monday on which the samples' agreements are in force. Trials begin there, to be repeatable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The command's options."""

    region: Path
    policies: tuple[str, ...]
    days: int
    seeds: int
    first_seed: int
    load: float
    agreements: Path | None
    kind: bool
    processes: int | None
    out: Path | None
    as_json: bool


def simulate_from_files(wanted: Wanted) -> None:
    """Print the report. Raises ``Invalid`` and ``RegionInvalid``."""
    try:
        _run(wanted)
    except KeyboardInterrupt:
        Console(stderr=True).print("cancelled")
        raise typer.Exit(CANCELLED) from None


def _run(wanted: Wanted) -> None:
    policies = require_known(wanted.policies)
    _require_sense(wanted)
    region = load_region(wanted.region)
    plan = make_plan(
        region,
        load_roads(wanted.region),
        _read_agreements(wanted),
        begins=BEGINS,
        days=wanted.days,
        load=wanted.load,
        conditions=KIND if wanted.kind else USUAL,
    )
    seeds = range(wanted.first_seed, wanted.first_seed + wanted.seeds)
    # The dearest last would leave cores idle: the policies named last come first.
    pieces = [Piece(name, seed) for name in reversed(policies) for seed in seeds]
    with _bar() as bar:
        task = bar.add_task("Playing", total=len(pieces))
        found = play_all(
            plan,
            pieces,
            processes=wanted.processes or len(os.sched_getaffinity(0)),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    report = make_report(region, plan, found, policies, seeds)
    text = json.dumps(report, indent=2) + "\n"
    if wanted.out is not None:
        wanted.out.write_text(text, encoding="utf-8")
    if wanted.as_json:
        typer.echo(text, nl=False)
    else:
        _show(report)


def _require_sense(wanted: Wanted) -> None:
    for field, value in (("days", wanted.days), ("seeds", wanted.seeds)):
        if value < 1:
            raise Invalid(field, f"has to be 1 or more, not {value}")
    if not 0 < wanted.load <= 20:
        raise Invalid("load", f"has to be more than 0 and at most 20, not {wanted.load}")


def _read_agreements(wanted: Wanted) -> list[Agreement]:
    if wanted.agreements is None:
        return [parse_agreement(text) for _, text in list_agreement_texts(wanted.region)]
    paths = sorted(wanted.agreements.glob("*.yaml"))
    if not paths:
        raise Invalid("agreements", f"{wanted.agreements} holds no .yaml file")
    return [parse_agreement(path.read_text(encoding="utf-8")) for path in paths]


def _show(report: Mapping[str, Any]) -> None:
    # Wide enough for whoever reads it from a file; a terminal has its own width.
    width = None if sys.stdout.isatty() else 40 + 18 * len(report["policies"])
    console = Console(highlight=False, width=width)
    label = " (fictional)" if report["fictional"] else ""
    console.print(
        f"[bold]Simulated[/] {report['region']}{label}: {report['days']} days, {len(report['seeds'])} seeds, "
        f"load {report['load']:g}, {report['units']} ambulances. In brackets: beside closest.\n",
        soft_wrap=True,
    )
    policies: Mapping[str, Any] = report["policies"]
    console.print(_table(policies))
    for name, row in policies.items():
        breaches = {kind: count for kind, count in row["audit"]["breaches"].items() if count}
        if breaches:
            console.print(f"{name}: breaches {breaches}", style="bold red", soft_wrap=True)


def _table(policies: Mapping[str, Any]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for name in policies:
        table.add_column(name, justify="right")
    for kind in FIGURES:
        cells = [_cell(row, kind.code) for row in policies.values()]
        table.add_row(f"{kind.title} ({kind.unit})", *cells)
    worst = [row["worst_vs_none"] for row in policies.values()]
    table.add_row(
        "Worst jurisdiction / no aid", *("-" if each is None else f"{each['value']:.2f}" for each in worst)
    )
    return table


def _cell(row: Mapping[str, Any], code: str) -> str:
    figure = row["figures"][code]
    if figure is None:
        return "-"
    beside = (row["vs_closest"] or {}).get(code)
    ratio = beside and beside["ratio"]
    return f"{figure['value']:,.2f}" + (f" ({ratio['value']:.2f})" if ratio else "")


def _bar() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
