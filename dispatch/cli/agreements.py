"""`dispatch agreements`: what is wrong with agreements, and what they leave uncovered."""

import typer

app = typer.Typer(help="Agreements: what is wrong with them, and what they leave open.", no_args_is_help=True)


@app.callback()
def agreements() -> None:
    """Agreements: what is wrong with them, and what they leave open."""
