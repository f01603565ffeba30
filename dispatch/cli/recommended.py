"""A recommendation as two short tables that fit a terminal of 80 columns."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dispatch.agreements.wording import in_singular
from dispatch.model.region import Region

NOTES: Final = {
    "straight_line": "≈ is an estimate by straight line: no road lies near the unit or the place."
}
"""What a reader must know beside the heading, by the code in ``degraded``."""


def show(shown: Mapping[str, Any], region: Region, names: Mapping[str, str]) -> None:
    """Print what ``Recommendation.to_json`` says, with its sentences."""
    console = Console(highlight=False)
    need = in_singular(shown["need"])
    console.print(
        f"[bold]{escape(names[shown['jurisdiction']])}[/] needs one {need}; every unit stands at its station"
    )
    console.print(f"[bold]{escape(shown['advice']['sentence'])}[/]")
    if shown["counterfactual"]:
        console.print(escape(shown["counterfactual"]["sentence"]))
    console.print(_candidates([*shown["own"], *shown["candidates"]], names, need=shown["need"]))
    console.print(_refusals(shown["refusals"], names))
    for note in shown["degraded"]:
        if note in NOTES:
            console.print(f"[yellow]{NOTES[note]}[/]")
    about = f"{region.name}{' (fictional)' if region.fictional else ''}"
    console.print(f"[dim]{escape(' · '.join((about, *region.attribution)))}[/]")


def _candidates(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], *, need: str) -> Table:
    table = table_of("May come")
    for heading in ("unit", "ETA"):
        table.add_column(heading, no_wrap=True)
    table.add_column("of", max_width=14, overflow="fold")
    table.add_column("keeps (floor)", no_wrap=True)
    table.add_column("permitted by", overflow="fold")
    for row in rows:
        permit = row["permit"]
        kind = "" if row["unit_type"] == need else f"; {in_singular(row['unit_type'])}"
        table.add_row(
            escape(row["call_sign"]),
            eta_text(row),
            escape(names.get(row["lender"], row["lender"])),
            f"{row['keeps']} ({row['floor']})" if permit else "",
            escape((source_text(permit) if permit else "own unit") + kind),
        )
    return table


def _refusals(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    """One row for the units of one lender that are refused for the same reasons, nearest first."""
    table = table_of("May not come")
    table.add_column("units, ETA", no_wrap=True)
    table.add_column("of", max_width=14, overflow="fold")
    for heading in ("why", "agreement: clause"):
        table.add_column(heading, overflow="fold")
    alike: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        alike.setdefault(_grounds(row), []).append(row)
    for (lender, why, by), units in alike.items():
        who = "\n".join(f"{row['call_sign']} {eta_text(row)}" for row in units)
        table.add_row(escape(who), escape(names.get(lender, lender)), escape(why), escape(by))
    return table


def _grounds(row: Mapping[str, Any]) -> tuple[str, str, str]:
    reasons = row["reasons"]
    by = dict.fromkeys(source_text(reason) for reason in reasons if reason["agreement"])
    return row["lender"], "; ".join(reason["sentence"] for reason in reasons), "; ".join(by)


def source_text(said: Mapping[str, Any]) -> str:
    """Agreement, version and clauses, of a permit or of a refusal's reason."""
    clauses = said.get("clauses") or [said.get("clause")]
    named = ", ".join(filter(None, clauses))
    return f"{said['agreement']} v{said['version']}{': ' if named else ''}{named}"


def eta_text(row: Mapping[str, Any]) -> str:
    """Minutes and seconds; hours where there are any."""
    seconds = row["eta_seconds"]
    if seconds is None:
        return "-"
    about = "≈" if row["eta_basis"] == "straight_line" or row.get("estimate") else ""
    hours, minutes = divmod(seconds // 60, 60)
    clock = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{about}{clock}:{seconds % 60:02d}"


def table_of(title: str) -> Table:
    """An empty table in the command line's look."""
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
