"""A plan for many units as short tables that fit a terminal of 80 columns."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dispatch.agreements.wording import WORDS, in_singular
from dispatch.cli.recommended import eta_text, source_text, table_of
from dispatch.model.region import Region

LACKS: Final[Mapping[str, str]] = {
    "floor": "its lender keeps it",
    "cap": "its lender has enough out",
    "terms": "the agreement forbids",
    "too_far": "too far",
    "busy": "busy",
    "crew": "its crew needs rest",
    "no_agreement": "no agreement",
    "no_unit": "no other is known",
}
"""Why a unit does not come, by its code."""


def show(shown: Mapping[str, Any], region: Region, names: Mapping[str, str]) -> None:
    """Print a plan's JSON with its sums beside those of closest-first."""
    console = Console(highlight=False)
    wanted = ", ".join(_counted(need) for need in shown["needs"])
    borrower = names[shown["jurisdiction"]]
    console.print(f"[bold]{escape(borrower)}[/] orders {wanted}; every unit stands at its station")
    console.print(_picks(shown["picks"], names))
    console.print(_lenders(shown["lenders"], names))
    if shown["missing"]:
        console.print(_missing(shown["missing"], names))
    console.print(_sums(shown))
    about = f"{region.name}{' (fictional)' if region.fictional else ''}"
    console.print(f"[dim]{escape(' · '.join((about, *region.attribution)))}[/]")


def _counted(need: Mapping[str, Any]) -> str:
    kind = need["unit_type"]
    return f"{need['count']} {in_singular(kind) if need['count'] == 1 else WORDS.get(kind, kind)}"


def _picks(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    table = table_of("Ask for")
    for heading in ("wave", "unit", "ETA"):
        table.add_column(heading, no_wrap=True)
    table.add_column("of", max_width=14, overflow="fold")
    table.add_column("as", overflow="fold")
    table.add_column("permitted by", overflow="fold")
    for row in rows:
        meets = in_singular(row["meets"])
        stands_in = "" if row["unit_type"] == row["meets"] else f" ({in_singular(row['unit_type'])})"
        table.add_row(
            str(row["wave"]),
            escape(row["call_sign"]),
            eta_text(row),
            escape(names.get(row["lender"], row["lender"])),
            escape(meets + stands_in),
            escape(source_text(row["permit"])),
        )
    return table


def _lenders(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    table = table_of("Lenders")
    table.add_column("lender", overflow="fold")
    for heading in ("sends", "keeps", "late calls"):
        table.add_column(heading, no_wrap=True, justify="right")
    for row in rows:
        table.add_row(
            escape(names.get(row["lender"], row["lender"])),
            str(row["sends"]),
            f"{row['keeps']} of {row['free_before']}",
            f"{row['late_calls']:.2f}",
        )
    return table


def _missing(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    table = table_of("Missing")
    for heading in ("wanted", "because"):
        table.add_column(heading, overflow="fold")
    table.add_column("nearest other", overflow="fold")
    table.add_column("why", overflow="fold")
    for row in rows:
        unit = row["unit"]
        who = f"{unit['call_sign']}, {names.get(unit['lender'], unit['lender'])}" if unit else ""
        why = "; ".join(reason["sentence"] for reason in unit["reasons"]) if unit else ""
        table.add_row(in_singular(row["need"]), LACKS.get(row["lack"], row["lack"]), escape(who), escape(why))
    return table


def _sums(shown: Mapping[str, Any]) -> str:
    ours, closest = shown["figures"], shown["closest_first"]
    if ours == closest:
        return f"Closest first: {_sum(closest)}."
    return f"This plan: {_sum(ours)}. Closest first: {_sum(closest)}."


def _sum(figures: Mapping[str, Any]) -> str:
    mean = figures["mean_eta_seconds"]
    minutes = "none comes" if mean is None else f"{mean / 60:.1f} min in the mean"
    return f"{figures['units']} units, {minutes}, lenders lose {figures['late_calls']:.2f} late calls"
