"""``dispatch agreements``: texts of agreements, tried out without a service."""

import typer

app = typer.Typer(help="Agreements: tried out before anybody signs.", no_args_is_help=True)


@app.callback()
def agreements() -> None:
    """Agreements: tried out before anybody signs."""
