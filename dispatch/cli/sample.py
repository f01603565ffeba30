"""``dispatch sample``: write the fictional sample region from its seed."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The fictional sample region, generated from a seed.", no_args_is_help=True)


@app.callback()
def sample() -> None:
    """The fictional sample region, generated from a seed."""


@app.command()
def generate(
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Folder to write; files of the same names are replaced.")
    ],
    seed: Annotated[int, typer.Option(help="The same seed writes the same bytes.")] = 7,
) -> None:
    """Write Marlow Valley's input files: roads, limits, stations, units, agreements, pattern of calls."""
    from dispatch.simulate.country.generate import make_country, write_country

    out.mkdir(parents=True, exist_ok=True)  # before half a minute of work
    country = make_country(seed)
    write_country(country, out)
    typer.echo(f"{out}: {len(country.roads)} road stretches, {len(country.fleet)} units, all of it fictional")
