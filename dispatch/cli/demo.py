"""``dispatch demo``: the sample region alive, on loopback, with logins that are printed."""

from pathlib import Path
from typing import Annotated

import typer

from dispatch.model.ids import JurisdictionId
from dispatch.settings import Settings


def demo(
    region: Annotated[Path, typer.Option(help="The region's bundle.")] = Path("var/regions/marlow"),
    data_dir: Annotated[Path, typer.Option(help="Where the record lies.")] = Path("var/demo"),
    database_url: Annotated[str, typer.Option(help="Another database than the embedded one.")] = "",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port on 127.0.0.1.")] = 8000,
    borrower: Annotated[str, typer.Option(help="The jurisdiction that is overwhelmed.")] = "harlow",
    lender: Annotated[str, typer.Option(help="The neighbour that a second person plays.")] = "cedar",
    password: Annotated[str, typer.Option(help="One password for all; made up when absent.")] = "",
    calls: Annotated[bool, typer.Option(help="Whether calls come in elsewhere too.")] = True,
    surge: Annotated[bool, typer.Option(help="Whether the borrower's units are all called out.")] = True,
    intensity: Annotated[float, typer.Option(min=0, max=100, help="How many times the usual calls.")] = 16,
    seed: Annotated[int, typer.Option(help="Seed of the calls.")] = 7,
) -> None:
    """Run a region: units move, calls come in, two people can sign in and help each other."""
    from dispatch.cli.demonstration import run_demo
    from dispatch.simulate.drive import Scene

    settings = Settings(
        data_dir=data_dir,
        region=region,
        database_url=database_url,
        port=port,
        secure_cookies=False,
        demo=True,
    )
    scene = Scene(
        borrower=JurisdictionId(borrower),
        lender=JurisdictionId(lender),
        surge_seconds=1800 if surge else 0,
        calls=calls,
        intensity=intensity,
        seed=seed,
    )
    run_demo(settings, scene, password=password)
