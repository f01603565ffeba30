"""``dispatch demo``: the sample region alive, on loopback, with logins that are printed."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dispatch.bootstrap import House, list_places
from dispatch.cli.serve import run
from dispatch.model.clock import system_now
from dispatch.model.errors import Invalid
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from dispatch.routing.dijkstra import DijkstraTravelTimes
from dispatch.settings import Settings
from dispatch.simulate.crew import Pace
from dispatch.simulate.drive import Drive, Scene

SERVICE_FACTOR = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A person of the demonstration."""

    login: str
    name: str
    role: Role
    jurisdiction_id: JurisdictionId
    for_what: str


def list_logins(borrower: JurisdictionId, lender: JurisdictionId) -> list[Login]:
    """Two dispatchers of two jurisdictions, and for each other role one person of the borrower's."""
    roles = (
        (Role.DISPATCHER, borrower, "its own units are all out: ask the neighbours"),
        (Role.DISPATCHER, lender, "answers the requests that come in"),
        (Role.SUPERVISOR, borrower, "may force a status"),
        (Role.ADMIN, borrower, "reads the agreements"),
        (Role.ANALYST, borrower, "exports closed incidents"),
    )
    return [
        Login(
            login=f"{where}-{role.value}",
            name=f"{where.replace('-', ' ').title()} {role.value}",
            role=role,
            jurisdiction_id=where,
            for_what=for_what,
        )
        for role, where, for_what in roles
    ]


def demo(
    region: Annotated[Path, typer.Option(help="The region's bundle.")] = Path("var/regions/marlow"),
    data_dir: Annotated[Path, typer.Option(help="Where the record lies.")] = Path("var/demo"),
    database_url: Annotated[str, typer.Option(help="Another database than the embedded one.")] = "",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8000,
    borrower: Annotated[str, typer.Option(help="The jurisdiction that is overwhelmed.")] = "harlow",
    lender: Annotated[str, typer.Option(help="The neighbour that a second person plays.")] = "cedar",
    password: Annotated[str, typer.Option(help="One password for all; made up when absent.")] = "",
    calls: Annotated[bool, typer.Option(help="Whether calls come in elsewhere too.")] = True,
    surge: Annotated[bool, typer.Option(help="Whether the borrower's units are all called out.")] = True,
    seed: Annotated[int, typer.Option(help="Seed of the calls.")] = 7,
) -> None:
    """Run the sample region: units move, calls come in, two people can sign in and help each other."""
    settings = Settings(
        data_dir=data_dir,
        region=region,
        database_url=database_url,
        port=port,
        secure_cookies=False,
        demo=True,
    )
    scene = Scene(
        overwhelmed=JurisdictionId(borrower),
        humans=frozenset({JurisdictionId(borrower), JurisdictionId(lender)}),
        surge_seconds=1800 if surge else 0,
        calls=calls,
        seed=seed,
    )
    word = password or f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"

    @asynccontextmanager
    async def beside(house: House) -> AsyncIterator[None]:
        for name in (borrower, lender):
            if name not in house.region.jurisdictions:
                known = ", ".join(sorted(house.region.jurisdictions))
                raise Invalid("borrower/lender", f"{name!r} is not one of {known}")
        logins = list_logins(JurisdictionId(borrower), JurisdictionId(lender))
        await _create(house, logins, word)
        _print(house, logins, word)
        drive = _drive(house, scene)
        task = asyncio.create_task(drive.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    asyncio.run(run(settings, beside=beside))


def _drive(house: House, scene: Scene) -> Drive:
    return Drive(
        house.services,
        house.store,
        travel=DijkstraTravelTimes(house.roads),
        places=list_places(house.region, house.roads),
        scene=scene,
        clock=system_now,
        pace=Pace(service_factor=SERVICE_FACTOR),
    )


async def _create(house: House, logins: list[Login], word: str) -> None:
    for login in logins:
        await house.services.identity.create_person(
            login=login.login,
            password=word,
            display_name=login.name,
            role=login.role,
            jurisdiction_id=login.jurisdiction_id,
        )


def _print(house: House, logins: list[Login], word: str) -> None:
    console = Console()
    table = Table(title=f"{house.region.name}{' (fictional)' if house.region.fictional else ''}")
    for heading in ("person", "password", "role", "jurisdiction", "for"):
        table.add_column(heading)
    for login in logins:
        where = house.region.jurisdictions[login.jurisdiction_id].name
        table.add_row(login.login, word, login.role.value, where, login.for_what)
    console.print(table)
    console.print(
        f"[bold]The board is on http://127.0.0.1:{house.settings.port}[/]\n"
        "Open it in two windows, one of them private, and sign in as the two dispatchers.\n"
        f"Scene and hospital times are shortened to {SERVICE_FACTOR:.0%}; driving is in real time. "
        "Ctrl-C stops."
    )
