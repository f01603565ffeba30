"""What ``dispatch ledger`` prints: short tables that fit a terminal, or the row that the API gives."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.wording import in_singular
from dispatch.aid.charges import Charge
from dispatch.aid.months import month_span
from dispatch.export.ledger_wording import REASONS, hours_words, money_words
from dispatch.gateways.regions.bundle import load_region
from dispatch.model.clock import system_now
from dispatch.model.errors import Invalid
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region
from dispatch.services.ledger import month_row, read_records, with_region
from dispatch.store.store import reading


def show_ledger(url: str, bundle: Path, *, month: str, jurisdiction: str, as_json: bool) -> None:
    """Raises ``Invalid``, ``RegionInvalid`` and ``Unavailable``."""
    region, whose = load_region(bundle), JurisdictionId(jurisdiction)
    if whose not in region.jurisdictions:
        known = ", ".join(sorted(region.jurisdictions))
        raise Invalid("--jurisdiction", f"{jurisdiction!r} is not one of {known}")
    span = month_span(month, region.time_zone)
    with reading(url) as reader:
        agreements = [parse_agreement(text.text) for text in reader.list_agreement_texts()]
        records = with_region(read_records(reader, span, whose), region, agreements)
    names: dict[str, str] = {str(key): place.name for key, place in region.jurisdictions.items()}
    names |= {agreement.id: agreement.title for agreement in agreements}
    row = month_row(records, span, jurisdiction=whose, names=names, now=system_now())
    about = {"region": region.name, "fictional": region.fictional, "attribution": region.attribution}
    if as_json:
        typer.echo(json.dumps({**row, **about}, indent=2))
    else:
        _print(row, names, region)


def _print(row: Mapping[str, Any], names: Mapping[str, str], region: Region) -> None:
    console = Console(highlight=False)
    console.print(f"[bold]{escape(names[row['jurisdiction']])}[/], {row['month']} ({row['time_zone']})")
    console.print(_pairs(row, names))
    if row["unfilled"]:
        console.print(_unfilled(row, names))
    for alert in row["alerts"]:
        console.print(f"[yellow]{escape(alert['sentence'])}.[/]")
    about = f"{region.name}{' (fictional)' if region.fictional else ''}"
    console.print(f"[dim]{escape(' · '.join((about, *region.attribution)))}[/]")


def _pairs(row: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    table = _table("Given and received")
    table.add_column("lender to borrower", overflow="fold")
    for heading in ("asked", "yes", "no", "silent", "loans", "unit-hours", "cost"):
        table.add_column(heading, justify="right")
    for pair in row["pairs"]:
        figures = pair["figures"]
        table.add_row(
            escape(f"{names.get(pair['lender'], pair['lender'])} to {names.get(pair['borrower'], '?')}"),
            *(str(figures[name]) for name in ("requests", "accepted", "declined", "expired", "loans")),
            hours_words(figures["unit_seconds"]),
            ", ".join(money_words(Charge(**charge)) for charge in figures["charges"]) or "none",
        )
    return table


def _unfilled(row: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    table = _table("Asked for and not given")
    for heading in ("incident", "priority", "type", "of", "why"):
        table.add_column(heading, overflow="fold")
    for entry in row["unfilled"]:
        why = REASONS.get(entry["reason"], entry["reason"])
        table.add_row(
            escape(entry["incident_number"]),
            entry["priority"].replace("_", " "),
            in_singular(entry["unit_type"] or "unknown"),
            escape(names.get(entry["lender"], entry["lender"])),
            escape(why + ("; nobody left to ask" if entry["exhausted"] else "")),
        )
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
