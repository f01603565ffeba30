"""``dispatch verify``: prove that nothing was changed, reordered or left out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dispatch.export.incident_log import verify_text
from dispatch.journal.checkpoint import PublicKey, open_note, parse_public_key
from dispatch.journal.report import Report
from dispatch.model.errors import Invalid


def verify(
    what: Annotated[str, typer.Argument(help="An exported log (JSON), or the address of a record.")],
    key: Annotated[
        Path | None, typer.Option(help="The deployment's public key, as its operator gave it to you.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="An earlier signed checkpoint that the record must contain.")
    ] = None,
) -> None:
    """Check an exported incident log, or a whole record: its chain, its root, and its tables.

    Exit code 0 when everything holds, 1 when something does not.
    """
    trusted = parse_public_key(_read(key)) if key else None
    report = _record(what, trusted, checkpoint) if "://" in what else _file(Path(what), trusted)
    verdict, *rest = report.sentences()
    console = Console(highlight=False)
    console.print(f"[bold {'green' if report.ok else 'red'}]{verdict}[/]")
    for line in rest:
        console.print(line, markup=False)
    raise typer.Exit(0 if report.ok else 1)


def _file(path: Path, trusted: PublicKey | None) -> Report:
    return verify_text(_read(path), trusted=trusted)


def _record(url: str, trusted: PublicKey | None, checkpoint: Path | None) -> Report:
    from dispatch.store.store import reading
    from dispatch.store.verify import verify_store

    earlier = None
    if checkpoint is not None:
        if trusted is None:
            raise Invalid("key", "a checkpoint is worth its signature: name the public key too")
        earlier = open_note(_read(checkpoint), trusted)
    with reading(url) as reader:
        return verify_store(reader, checkpoint=earlier)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(str(path), f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise Invalid(str(path), "is not a text in UTF-8") from error
