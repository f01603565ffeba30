"""``dispatch agreements export``: one agreement as YAML, as a PDF to sign and file, or as NERIS payloads."""

from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.formats import Format

BUNDLE = Path("var/regions/marlow")


def export(
    what: Annotated[str, typer.Argument(help="A YAML text, or the id of one of the region's agreements.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write.")],
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.YAML,
    region: Annotated[Path, typer.Option(envvar="DISPATCH_REGION", help="The region's bundle.")] = BUNDLE,
    version: Annotated[int | None, typer.Option(help="Of an id; the newest when absent.")] = None,
    party: Annotated[str, typer.Option(help="Whose side NERIS is told; the first party's.")] = "",
) -> None:
    """Write an agreement to a file.

    YAML is the canonical form, signatures included: the same agreement gives the same text.
    """
    from dispatch.cli.exporting import export_agreement

    export_agreement(what, out, form=form, bundle=region, version=version, party=party)
