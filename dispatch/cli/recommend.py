"""``dispatch recommend``: for scripts, and for people without a browser."""

from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.agreements import BUNDLE, RegionOption
from dispatch.model.incident import Priority


def recommend(
    at: Annotated[str, typer.Option(help="Where, as LON,LAT.")],
    priority: Annotated[Priority, typer.Option(help="Patient acuity at dispatch.")],
    need: Annotated[str, typer.Option(help="What is needed, as TYPE:COUNT.")] = "",
    needs: Annotated[
        str, typer.Option(help="Many units at once, as 5xALS,2xBLS,1xSUPERVISOR.", metavar="COUNTxTYPE,...")
    ] = "",
    card: Annotated[Path | None, typer.Option(help="A run card, instead of --needs.")] = None,
    alarm: Annotated[int, typer.Option(help="Up to which alarm level of the card.")] = 1,
    staging: Annotated[str, typer.Option(help="Where units report, as LON,LAT; else the scene.")] = "",
    region: RegionOption = BUNDLE,
    borrower: Annotated[str, typer.Option("--for", help="Jurisdiction that asks; else by place.")] = "",
    out: Annotated[list[str] | None, typer.Option(help="A unit or a jurisdiction that is out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Print who could come to an incident, and who may not and why. Every unit stands at its station.

    With --needs or --card: whom to ask for many units at once, over all agreements.
    """
    if needs or card:
        from dispatch.cli.planning import Wanted, plan_from_files

        wanted = Wanted(need=need, needs=needs, card=card, alarm=alarm, staging=staging)
        plan_from_files(
            region, wanted, at=at, priority=priority, borrower=borrower, out=out or (), as_json=as_json
        )
        return
    from dispatch.cli.recommending import recommend_from_files

    recommend_from_files(
        region, at=at, priority=priority, need=need, borrower=borrower, out=out or (), as_json=as_json
    )
