"""`dispatch agreements`: what is wrong with agreements, and what they leave uncovered."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Agreements: what is wrong with them, and what they leave open.", no_args_is_help=True)

RegionOption = Annotated[Path, typer.Option(envvar="DISPATCH_REGION", help="The region's bundle.")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON instead of tables.")]
BUNDLE = Path("var/regions/marlow")


@app.callback()
def agreements() -> None:
    """Agreements: what is wrong with them, and what they leave open."""


@app.command()
def lint(
    files: Annotated[list[Path] | None, typer.Argument(help="Texts; the region's own when absent.")] = None,
    region: RegionOption = BUNDLE,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with agreements, where, and what to do about it.

    Named files are judged beside the region's other agreements, as if signed where they are not.
    Exit code 1 when there is an error, 0 when there are only warnings and notes.
    """
    from dispatch.cli.linting import lint_files

    raise typer.Exit(lint_files(region, tuple(files or ()), as_json=as_json))


@app.command()
def gaps(region: RegionOption = BUNDLE, as_json: JsonOption = False) -> None:
    """Say for which unit types and hours of the week nobody may lend to a jurisdiction."""
    from dispatch.cli.linting import show_gaps

    show_gaps(region, as_json=as_json)
