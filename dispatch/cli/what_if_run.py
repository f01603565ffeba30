"""What ``dispatch agreements what-if`` does: read, play with a progress bar, print."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.terms import Agreement
from dispatch.cli.agreement_files import read_agreement
from dispatch.cli.exit_codes import CANCELLED
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.model.clock import system_now
from dispatch.model.errors import Invalid
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region
from dispatch.services.what_if_policy import WhatIfPolicy
from dispatch.simulate.whatif.plan import Order
from dispatch.simulate.whatif.result import Measure, WhatIf
from dispatch.simulate.whatif.run import what_if


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The command's options."""

    draft: Path
    region: Path
    days: int
    seed: int
    until: datetime | None
    calls_per_day: float | None
    policy: str
    processes: int
    as_json: bool


def what_if_from_files(wanted: Wanted) -> None:
    """Print the estimate. Raises ``Invalid`` and ``RegionInvalid``."""
    try:
        _run(wanted)
    except KeyboardInterrupt:
        Console(stderr=True).print("cancelled")
        raise typer.Exit(CANCELLED) from None


def _run(wanted: Wanted) -> None:
    policy = _read_policy(wanted.policy)
    region = load_region(wanted.region)
    draft = _read_draft(wanted.draft, region)
    order = Order(
        draft=draft,
        agreements=tuple(parse_agreement(text) for _, text in list_agreement_texts(wanted.region)),
        now=wanted.until.replace(tzinfo=UTC) if wanted.until else system_now(),
        days=wanted.days,
        seed=wanted.seed,
        calls_per_day=wanted.calls_per_day,
        policy=policy,
    )
    roads = load_roads(wanted.region)
    with _bar() as bar:
        task = bar.add_task("Playing", total=None)
        found = what_if(
            region,
            roads,
            order,
            processes=wanted.processes,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if wanted.as_json:
        typer.echo(json.dumps(_labelled(found, region), indent=2))
    else:
        _show(found, region)


def _read_policy(name: str) -> WhatIfPolicy:
    try:
        return WhatIfPolicy(name)
    except ValueError:
        raise Invalid("policy", f"{name!r} is none of {', '.join(WhatIfPolicy)}") from None


def _read_draft(path: Path, region: Region) -> Agreement:
    draft = read_agreement(path)
    unknown = [party for party in draft.parties if party not in region.jurisdictions]
    if len(unknown) == len(draft.parties):
        raise Invalid(f"{path}: parties", f"none of them is in {region.name}: {', '.join(unknown)}")
    return draft


def _labelled(found: WhatIf, region: Region) -> dict[str, object]:
    about = {"region": region.name, "fictional": region.fictional, "attribution": list(region.attribution)}
    return {**found.to_json(), **about}


def _show(found: WhatIf, region: Region) -> None:
    console = Console(highlight=False)
    names = {each.id: each.name for each in region.jurisdictions.values()}
    label = " (fictional)" if region.fictional else ""
    console.print(f"[bold]An estimate[/] for {region.name}{label}\n{found.text}\n", soft_wrap=True)
    for party in found.parties:
        rows = [measure for measure in found.measures if measure.party == party]
        if rows:
            console.print(_table(rows, names))
    console.print("Taken for granted:", style="bold")
    for assumption in found.assumptions:
        console.print(f"- {assumption}", soft_wrap=True)


def _table(rows: list[Measure], names: Mapping[JurisdictionId, str]) -> Table:
    title = names.get(rows[0].party, rows[0].party)
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for heading in ("before", "after", "change", "95 %"):
        table.add_column(heading, justify="right")
    for row in rows:
        between = "" if row.low is None else f"{_figure(row.low)} to {_figure(row.high)}"
        table.add_row(
            f"{row.title} ({row.unit})",
            _figure(row.before),
            _figure(row.after),
            _figure(row.change, sign=True),
            between,
        )
    return table


def _figure(value: float | None, *, sign: bool = False) -> str:
    if value is None:
        return "-"
    digits = 0 if float(value).is_integer() else 1 if abs(value) >= 0.1 else 3
    return f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"


def _bar() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
