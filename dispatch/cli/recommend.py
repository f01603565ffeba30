"""``dispatch recommend``: for scripts, and for people without a browser."""

from typing import Annotated

import typer

from dispatch.cli.agreements import BUNDLE, RegionOption
from dispatch.model.incident import Priority


def recommend(
    at: Annotated[str, typer.Option(help="Where, as LON,LAT.")],
    priority: Annotated[Priority, typer.Option(help="Patient acuity at dispatch.")],
    need: Annotated[str, typer.Option(help="What is needed, as TYPE:COUNT.")],
    region: RegionOption = BUNDLE,
    borrower: Annotated[str, typer.Option("--for", help="Jurisdiction that asks; else by place.")] = "",
    out: Annotated[list[str] | None, typer.Option(help="A unit or a jurisdiction that is out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Print who could come to an incident, and who may not and why. Every unit stands at its station."""
    from dispatch.cli.recommending import recommend_from_files

    recommend_from_files(
        region, at=at, priority=priority, need=need, borrower=borrower, out=out or (), as_json=as_json
    )
