"""What ``dispatch agreements lint`` and ``gaps`` do: read a region's files and print tables of 80 columns."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dispatch.agreements.lint.backing import WITH_PATIENCE
from dispatch.agreements.lint.facts import facts_of
from dispatch.agreements.lint.finding import Severity
from dispatch.agreements.lint.gaps import GapMap, gap_map
from dispatch.agreements.lint.linter import as_if_signed, lint
from dispatch.agreements.lint.week import span_words
from dispatch.agreements.lint.wording import finding_row
from dispatch.agreements.terms import Agreement
from dispatch.agreements.wording import WORDS
from dispatch.cli.agreement_files import agreement_of, read_agreement
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region
from dispatch.model.clock import system_now

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


def lint_files(bundle: Path, files: Sequence[Path], *, as_json: bool) -> int:
    """Print the findings and answer the exit code. Raises ``Invalid`` and ``RegionInvalid``."""
    known, now = load_region(bundle), system_now()
    facts = facts_of(known)
    agreements = _read_all(bundle)
    named = [read_agreement(file) for file in files]
    if named:
        agreements = [*(one for one in agreements if one.id not in {new.id for new in named}), *named]
        agreements = [one if one.signatures else as_if_signed(one, now) for one in agreements]
    found = lint(
        agreements,
        facts,
        now,
        judged=sorted({party for one in named for party in one.party_set & set(facts.places)}) or None,
        about=frozenset(one.id for one in named) or None,
        budget=WITH_PATIENCE,
    )
    names: dict[str, str] = {**facts.names, **{one.id: one.title for one in agreements}}
    rows = [finding_row(finding, names) for finding in found]
    if as_json:
        typer.echo(json.dumps({"region": known.name, "findings": rows}, indent=2))
    else:
        _show_findings(rows, count=len(named or agreements))
    return int(any(finding.severity is Severity.ERROR for finding in found))


def show_gaps(bundle: Path, *, as_json: bool) -> None:
    """Print the gap map. Raises ``Invalid`` and ``RegionInvalid``."""
    known, now = load_region(bundle), system_now()
    facts = facts_of(known)
    gaps = gap_map(_read_all(bundle), facts, now, budget=WITH_PATIENCE)
    if as_json:
        typer.echo(json.dumps({"region": known.name, **gaps.to_json(facts.names)}, indent=2))
    else:
        _show_gap_table(gaps, facts.names, now=now)


def _read_all(bundle: Path) -> list[Agreement]:
    return [agreement_of(name, text) for name, text in list_agreement_texts(bundle)]


def _show_findings(rows: Sequence[Mapping[str, Any]], *, count: int) -> None:
    console = Console(highlight=False)
    if not rows:
        console.print(f"[green]Nothing to say about {_agreements(count)}.[/]")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("where", max_width=26, overflow="fold")
    table.add_column("what, and what to do", overflow="fold")
    for row in rows:
        severity = Severity(row["severity"])
        table.add_row(
            f"[{_COLOURS[severity]}]{severity.value}[/]",
            escape(_place(row)),
            f"{escape(row['sentence'])}.\n[dim]{escape(row['remedy'])}.[/]",
        )
    console.print(table)
    counts = Counter(row["severity"] for row in rows)
    said = ", ".join(
        f"{counts[one]} {one}{'s' if counts[one] != 1 else ''}" for one in Severity if counts[one]
    )
    console.print(f"{said} in {_agreements(count)}")


def _agreements(count: int) -> str:
    return f"{count} agreement{'s' if count != 1 else ''}"


def _place(row: Mapping[str, Any]) -> str:
    if row["agreement"] is None:
        return str(row["path"])
    return f"{row['agreement']} v{row['version']}\n{row['path']}"


def _show_gap_table(gaps: GapMap, names: Mapping[str, str], *, now: datetime) -> None:
    console = Console(highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("jurisdiction", max_width=24, overflow="fold")
    table.add_column("needs", max_width=22, overflow="fold")
    table.add_column("partners", no_wrap=True)
    table.add_column("hours without any", overflow="fold")
    for row in gaps.rows:
        least, most = min(row.partners), max(row.partners)
        spans = row.spans()
        table.add_row(
            escape(names.get(row.jurisdiction, row.jurisdiction)),
            WORDS.get(row.unit_type, row.unit_type),
            str(least) if least == most else f"{least} to {most}",
            f"[red]{span_words(spans)}[/]" if spans else "",
        )
    console.print(table)
    console.print(
        f"[dim]Hours in {gaps.time_zone}, week of {gaps.week_start:%Y-%m-%d}, as of {now:%Y-%m-%d}; "
        "who may lend at best, with everything free.[/]"
    )
    if not gaps.complete:
        console.print("[yellow]The agreements are more than could be judged: some are missing here.[/]")
