"""``dispatch ledger``: a month of aid given and received, from a record, also beside a running service."""

import os
from pathlib import Path
from typing import Annotated

import typer


def ledger(
    month: Annotated[str, typer.Option(help="The month, as YYYY-MM.")],
    jurisdiction: Annotated[str, typer.Option(help="Whose ledger.")],
    region: Annotated[Path | None, typer.Option(help="The region's bundle; else as the service's.")] = None,
    record: Annotated[str, typer.Option(help="The record's address; else as the service's.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Print what a jurisdiction gave and received in a month, what it cost, and what was not filled."""
    from dispatch.cli.ledger_shown import show_ledger
    from dispatch.settings import read_settings

    settings = read_settings(os.environ)
    show_ledger(
        record or settings.url,
        region or settings.region,
        month=month,
        jurisdiction=jurisdiction,
        as_json=as_json,
    )
