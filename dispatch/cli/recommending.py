"""What ``dispatch recommend`` does: who could come, and who may not and why, straight from a region's files.

No service and no database: every unit stands at its station, on duty, but for those said to be out.
The rules are the service's own.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.wording import sentence
from dispatch.aid.reach import Reach
from dispatch.aid.recommend import recommend as rank
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.live.picture import Picture
from dispatch.model.clock import system_now
from dispatch.model.errors import Invalid
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Incident, Need, Priority
from dispatch.model.region import Region
from dispatch.model.unit import UnitState, UnitStatus, UnitType
from dispatch.routing.areas import Areas
from dispatch.routing.choose import best_travel_times


def recommend_from_files(
    bundle: Path,
    *,
    at: str,
    priority: Priority,
    need: str,
    borrower: str,
    out: Sequence[str],
    as_json: bool,
) -> None:
    """Print what the service would show. Raises ``Invalid`` and ``RegionInvalid``."""
    known = load_region(bundle)
    incident = _incident(known, at=at, priority=priority, need=need, borrower=borrower, now=system_now())
    picture = _picture(known, frozenset(out), now=incident.opened_at)
    shown = rank(
        incident,
        region=known,
        picture=picture,
        reach=Reach(picture, best_travel_times(load_roads(bundle)), known.stations),
        agreements=[parse_agreement(text) for _, text in list_agreement_texts(bundle)],
        assignments=(),
        requests=(),
        now=incident.opened_at,
    ).to_json()
    names = {str(key): jurisdiction.name for key, jurisdiction in known.jurisdictions.items()}
    for refusal in shown["refusals"]:
        for reason in refusal["reasons"]:
            reason["sentence"] = sentence(reason, names, lender=refusal["lender"])
    if as_json:
        typer.echo(json.dumps({**shown, "region": known.name, "attribution": known.attribution}, indent=2))
    else:
        _print(shown, known, names)


def _incident(
    region: Region, *, at: str, priority: Priority, need: str, borrower: str, now: datetime
) -> Incident:
    position = _point(at)
    where = JurisdictionId(borrower) if borrower else Areas(region.jurisdictions.values()).find(position)
    if where is None:
        raise Invalid("at", "no jurisdiction of this region lies there; name one with --for")
    if where not in region.jurisdictions:
        raise Invalid("for", f"{where!r} is not one of {', '.join(sorted(region.jurisdictions))}")
    return Incident(
        id=IncidentId("from-the-command-line"),
        number="",
        jurisdiction_id=where,
        position=position,
        priority=priority,
        nature="",
        needs=(_need(need),),
        opened_at=now,
    )


def _point(text: str) -> Point:
    try:
        lon, lat = (float(part) for part in text.split(","))
        return Point(lon=lon, lat=lat)
    except ValueError as error:
        raise Invalid("at", f"LON,LAT in degrees, not {text!r}") from error


def _need(text: str) -> Need:
    kind, _, count = text.partition(":")
    try:
        need = Need(unit_type=UnitType(kind), count=int(count or 1))
    except ValueError as error:
        raise Invalid("need", f"TYPE:COUNT with a type of {', '.join(UnitType)}, not {text!r}") from error
    if need.count < 1:
        raise Invalid("need", "at least one unit")
    return need


def _picture(region: Region, out: frozenset[str], *, now: datetime) -> Picture:
    unknown = out - set(region.units) - set(region.jurisdictions)
    if unknown:
        raise Invalid("out", f"no unit and no jurisdiction: {', '.join(sorted(unknown))}")
    picture = Picture(region.units)
    for unit in region.units.values():
        is_out = bool(out & {unit.id, unit.jurisdiction_id})
        picture.apply_state(
            UnitState(
                unit_id=unit.id,
                status=UnitStatus.OUT_OF_SERVICE if is_out else UnitStatus.AVAILABLE,
                changed_at=now,
                reported_at=now,
                source="command line",
            )
        )
    return picture


def _print(shown: Mapping[str, Any], region: Region, names: Mapping[str, str]) -> None:
    console = Console()
    console.print(
        f"[bold]{names[shown['jurisdiction']]}[/] needs one {shown['need']}; every unit at its station"
    )
    console.print(_table_of_candidates([*shown["own"], *shown["candidates"]], names))
    refused = Table(title="May not come", title_justify="left", show_edge=False)
    for heading in ("unit", "of", "ETA", "why", "agreement", "clause"):
        refused.add_column(heading)
    for row in shown["refusals"]:
        for number, reason in enumerate(row["reasons"]):
            head = (row["call_sign"], names.get(row["lender"], row["lender"]), _eta(row))
            refused.add_row(
                *(head if number == 0 else ("", "", "")),
                reason["sentence"],
                _version(reason["agreement"], reason["version"]),
                reason["clause"] or "",
            )
    console.print(refused)
    for note in shown["degraded"]:
        console.print(f"[yellow]note: {note}[/]")
    console.print(f"[dim]{region.name}. {' · '.join(region.attribution)}[/]")


def _table_of_candidates(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    table = Table(title="May come", title_justify="left", show_edge=False)
    for heading in ("unit", "type", "of", "ETA", "basis", "agreement", "clauses", "lender keeps"):
        table.add_column(heading)
    for row in rows:
        permit = row["permit"]
        table.add_row(
            row["call_sign"],
            row["unit_type"],
            names.get(row["lender"], row["lender"]),
            _eta(row),
            row["eta_basis"] or "",
            _version(permit["agreement"], permit["version"]) if permit else "own unit",
            ", ".join(permit["clauses"]) if permit else "",
            f"{row['keeps']} (floor {row['floor']})" if permit else "",
        )
    return table


def _eta(row: Mapping[str, Any]) -> str:
    if row["eta_seconds"] is None:
        return "-"
    about = "≈" if row["eta_basis"] == "straight_line" or row.get("estimate") else ""
    return f"{about}{row['eta_seconds'] // 60}:{row['eta_seconds'] % 60:02d}"


def _version(agreement: str | None, version: int | None) -> str:
    return f"{agreement} v{version}" if agreement else ""
