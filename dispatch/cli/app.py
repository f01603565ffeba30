"""The command line: what operators, scripts and people without a browser use."""

import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

from dispatch.cli import agreements, people, region, sample
from dispatch.cli.agreement_export import export
from dispatch.cli.demo import demo
from dispatch.cli.ledger import ledger
from dispatch.cli.recommend import recommend
from dispatch.cli.serve import serve
from dispatch.cli.simulate import simulate
from dispatch.cli.verify import verify
from dispatch.cli.watch import watch
from dispatch.cli.what_if import what_if
from dispatch.model.errors import DispatchError

app = typer.Typer(
    name="dispatch",
    help="Mutual-aid dispatch between EMS jurisdictions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(region.app, name="region", help="Build a region from map data.")
app.add_typer(sample.app, name="sample", help="Generate the fictional sample region.")
app.add_typer(agreements.app, name="agreements", help="What agreements say, lack and cost.")
agreements.app.command("export")(export)
app.add_typer(people.app, name="person", help="People who may sign in.")
app.add_typer(people.keys, name="key", help="Keys for machines.")
agreements.app.command("what-if")(what_if)
app.command("serve")(serve)
app.command("demo")(demo)
app.command("watch")(watch)
app.command("recommend")(recommend)
app.command("simulate")(simulate)
app.command("ledger")(ledger)
app.command("verify")(verify)


def main() -> None:
    """Run the command line. An error that a person can act on is one sentence and exit code 2."""
    try:
        app()
    except DispatchError as error:
        _refuse(error.code, str(error))
    except OSError as error:
        _refuse("unavailable", f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _refuse(code: str, sentence: str) -> NoReturn:
    """One line, however wide: scripts read it, and a path may hold what looks like markup."""
    said = Text.assemble((code, "bold red"), ": ", " ".join(sentence.split()))
    Console(stderr=True).print(said, soft_wrap=True)
    sys.exit(2)
