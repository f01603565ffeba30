"""`dispatch region`: build a region bundle from map files."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dispatch.model.errors import Invalid

app = typer.Typer(help="Regions: the places, roads and fleet a deployment knows.", no_args_is_help=True)


@app.callback()
def region() -> None:
    """Regions: the places, roads and fleet a deployment knows."""


def _known_time_zone(name: str) -> str:
    if name and name not in available_timezones():
        raise Invalid("--time-zone", f"{name!r} is no time zone, such as Europe/Rome")
    return name


@app.command()
def build(
    osm: Annotated[Path, typer.Option(help="OpenStreetMap extract, .osm.pbf")],
    jurisdictions: Annotated[Path, typer.Option(help="Boundaries, GeoJSON polygons with names")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The bundle's folder")],
    hospitals: Annotated[Path | None, typer.Option(help="GeoJSON points")] = None,
    stations: Annotated[Path | None, typer.Option(help="GeoJSON points")] = None,
    units: Annotated[Path | None, typer.Option(help="CSV")] = None,
    agreements: Annotated[Path | None, typer.Option(help="Folder of .yaml agreements")] = None,
    calls: Annotated[Path | None, typer.Option(help="Pattern of calls, JSON")] = None,
    sample_fleet: Annotated[int | None, typer.Option(help="Seed of made-up stations and units")] = None,
    fictional: Annotated[bool, typer.Option("--fictional", help="The place itself is made up")] = False,
    name: Annotated[str, typer.Option(help="The region's name")] = "",
    time_zone: Annotated[str, typer.Option(help="As in Europe/Rome", callback=_known_time_zone)] = "",
    roads_as_of: Annotated[datetime | None, typer.Option(help="Date of the extract, UTC")] = None,
    basemap: Annotated[bool, typer.Option(help="Draw the map's tiles")] = True,
) -> None:
    """Build a region bundle. A file that cannot be used is one sentence and exit code 2."""
    from dispatch.gateways.regions.build import RegionFiles, build_region

    console = Console(stderr=True)
    source = RegionFiles(
        osm=osm,
        jurisdictions=jurisdictions,
        hospitals=hospitals,
        stations=stations,
        units=units,
        agreements=agreements,
        calls=calls,
        sample_fleet=sample_fleet,
        fictional=fictional,
        name=name,
        time_zone=time_zone,
        roads_as_of=roads_as_of.replace(tzinfo=UTC) if roads_as_of else None,
        basemap=basemap,
    )
    with _progress(console) as progress:
        digest = build_region(source, output, stage=lambda title: _Stage(progress, title))
    typer.echo(f"{output} {digest}")


class _Stage(AbstractContextManager[None]):
    """One line of the progress display, from its beginning to its end."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=None)

    def __exit__(self, *_: object) -> None:
        self._progress.update(self._task, total=1, completed=1)
        self._progress.stop_task(self._task)


def _progress(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console)
