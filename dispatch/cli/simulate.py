"""``dispatch simulate``: what each way to decide would have come to, on the same simulated days."""

from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.agreements import BUNDLE, RegionOption


def simulate(
    region: RegionOption = BUNDLE,
    policies: Annotated[
        str, typer.Option(help="Names with commas between: none, closest, recommended and others.")
    ] = "none,closest,recommended",
    days: Annotated[int, typer.Option(help="How many days are counted; one more comes before.")] = 10,
    seeds: Annotated[int, typer.Option(help="How many worlds are drawn, with seeds 1, 2, 3.")] = 4,
    first_seed: Annotated[int, typer.Option(min=0, help="The seed to begin with.")] = 1,
    load: Annotated[
        float, typer.Option(help="1: about 27 % of the ambulances are busy; 1.5: half as many calls more.")
    ] = 1.0,
    agreements: Annotated[
        Path | None, typer.Option(help="Folder of .yaml agreements, instead of the region's own.")
    ] = None,
    kind: Annotated[
        bool, typer.Option("--kind", help="Everybody says yes, everything is known at once, no surges.")
    ] = False,
    processes: Annotated[int | None, typer.Option(min=1, max=256, help="All cores by default.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the JSON into this file, too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Play simulated days under several ways to decide, on the same calls. Ctrl-C cancels."""
    from dispatch.cli.simulate_run import Wanted, simulate_from_files

    simulate_from_files(
        Wanted(
            region=region,
            policies=tuple(name.strip() for name in policies.split(",") if name.strip()),
            days=days,
            seeds=seeds,
            first_seed=first_seed,
            load=load,
            agreements=agreements,
            kind=kind,
            processes=processes,
            out=out,
            as_json=as_json,
        )
    )
