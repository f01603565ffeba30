"""``dispatch watch``: the board in a terminal, for the machine without a browser and for scripts."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from dispatch.cli.exit_codes import CANCELLED
from dispatch.model.errors import Invalid

if TYPE_CHECKING:
    from dispatch.watch.session import AskPassword, Whom

PASSWORD: Final = "DISPATCH_WATCH_PASSWORD"  # noqa: S105 -- the variable's name
TRIES: Final = 3


def watch(
    person: Annotated[
        str,
        typer.Option(
            "--as",
            help="Who signs in. The password is asked for, or read from "
            "DISPATCH_WATCH_PASSWORD or the file that DISPATCH_WATCH_PASSWORD_FILE names.",
        ),
    ],
    server: Annotated[str, typer.Option(help="The service's address.")] = "http://127.0.0.1:8000",
    as_json: Annotated[bool, typer.Option("--json", help="One frame per line, as it comes.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Print the state and leave.")] = False,
    batch: Annotated[bool, typer.Option("--batch", help="Do the lines on standard input.")] = False,
) -> None:
    """The dispatcher's board in a terminal, with its command line (? lists the commands).

    Ends with 0 when done, 1 if a line of --batch was not done, 2 for a mistake in the call, 3 if nobody is
    signed in (any more), 4 if this person may see no board, 5 if the server cannot be reached, 130 after
    Ctrl-C, 141 if whoever read the output has gone.
    """
    from dispatch.watch.rest import parse_server
    from dispatch.watch.session import BROKEN_PIPE, Left, Whom

    where = parse_server(server)
    _require_a_mode(as_json=as_json, once=once, batch=batch)
    if where.is_in_clear:
        print(f"{where.origin}: the password crosses the network in clear", file=sys.stderr)
    whom = Whom(server=where, person=person, ask_password=_asker(person))
    try:
        asyncio.run(_choose(whom, as_json=as_json, once=once, batch=batch))
    except Left as left:
        if left.sentence:
            Console(stderr=True, highlight=False).print(left.sentence, markup=False, soft_wrap=True)
        if left.code == BROKEN_PIPE:
            _forget_output()
        raise typer.Exit(left.code) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(CANCELLED) from None
    except BrokenPipeError:
        _forget_output()
        raise typer.Exit(BROKEN_PIPE) from None


def _choose(whom: "Whom", *, as_json: bool, once: bool, batch: bool) -> Coroutine[None, None, None]:
    from dispatch.watch.scripts import print_frames, print_once, run_batch

    if as_json:
        return print_frames(whom, sys.stdout, once=once)
    if once:
        return print_once(whom, sys.stdout)
    if batch:
        return run_batch(whom, sys.stdin, sys.stdout)
    from dispatch.watch.live import watch_live

    return watch_live(whom, sys.stdout)


def _forget_output() -> None:
    """Whoever read it has gone: nothing may be flushed into it when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _require_a_mode(*, as_json: bool, once: bool, batch: bool) -> None:
    if batch and (as_json or once):
        raise Invalid("--batch", "goes with neither --json nor --once")
    if not (as_json or once or batch or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise Invalid("dispatch watch", "the live view needs a terminal; or name --once, --json or --batch")


def _asker(person: str) -> "AskPassword":
    """From the environment, always the same; else from whoever sits at the terminal, three times at most."""
    known = _read_password()
    tries = 0

    def ask(wrong: bool) -> str | None:
        nonlocal tries
        if known:
            return None if wrong else known
        if not sys.stdin.isatty():
            return None
        tries = tries + 1 if wrong else 1
        if tries > TRIES:
            return None
        if wrong:
            typer.echo("Wrong name or password.", err=True)
        return getpass(f"Password of {person}: ")

    return ask


def _read_password() -> str:
    file = os.environ.get(f"{PASSWORD}_FILE")
    if not file:
        return os.environ.get(PASSWORD, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Invalid(f"{PASSWORD}_FILE", f"{file} cannot be read ({error.strerror})") from error
