"""``dispatch agreements what-if``: what a draft would have changed, from a region's files alone."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.agreements import BUNDLE, RegionOption


def what_if(
    draft: Annotated[Path, typer.Argument(help="The draft's YAML text.")],
    region: RegionOption = BUNDLE,
    days: Annotated[int, typer.Option(min=1, max=3_660, help="How many days are played.")] = 365,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same calls.")] = 7,
    until: Annotated[
        datetime | None, typer.Option(help="The day that the window ends before, UTC; today by default.")
    ] = None,
    calls_per_day: Annotated[
        float | None,
        typer.Option(min=0.1, help="Calls to draw a day, surges left out, other than the region's own rate."),
    ] = None,
    policy: Annotated[
        str, typer.Option(help="How dispatchers decide: closest_automatic, closest, recommended and others.")
    ] = "closest_automatic",
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many cores may work.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Play the calls of a window with and without a draft. An estimate; Ctrl-C cancels."""
    from dispatch.cli.what_if_run import Wanted, what_if_from_files

    what_if_from_files(
        Wanted(
            draft=draft,
            region=region,
            days=days,
            seed=seed,
            until=until,
            calls_per_day=calls_per_day,
            policy=policy,
            processes=processes,
            as_json=as_json,
        )
    )
