"""What ``dispatch demo`` runs: a region alive, on loopback, with logins that are printed."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from rich.console import Console

from dispatch.bootstrap import House
from dispatch.cli.serve import run
from dispatch.model.clock import system_now
from dispatch.model.errors import Conflict, Invalid
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from dispatch.model.region import Region
from dispatch.routing.dijkstra import DijkstraTravelTimes
from dispatch.settings import Settings
from dispatch.simulate.crew import Pace
from dispatch.simulate.drive import Drive, Scene
from dispatch.simulate.places import list_places

SERVICE_FACTOR = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A person of the demonstration."""

    login: str
    name: str
    role: Role
    jurisdiction_id: JurisdictionId
    for_what: str


def list_logins(scene: Scene) -> list[Login]:
    """Dispatchers, supervisors and admins of two jurisdictions, and an analyst of the borrower's."""
    borrower, lender = scene.borrower, scene.lender
    roles = (
        (Role.DISPATCHER, borrower, "its own units are all out: ask the neighbours"),
        (Role.DISPATCHER, lender, "answers the requests that come in"),
        (Role.SUPERVISOR, borrower, "may force a status"),
        (Role.SUPERVISOR, lender, "may waive a clause for once, and close to lending"),
        (Role.ADMIN, borrower, "drafts, proposes and signs agreements"),
        (Role.ADMIN, lender, "signs them for the other party, or rejects them"),
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


def run_demo(settings: Settings, scene: Scene, *, password: str) -> None:
    """Serve the region with people to sign in as, and let it live, until a signal stops it.

    ``password`` is everybody's; one is made up where it is empty. Raises ``Invalid`` for a scene whose
    jurisdictions are not in the region.
    """
    word = password or "-".join(secrets.token_hex(2) for _ in range(3))

    @asynccontextmanager
    async def beside(house: House) -> AsyncIterator[None]:
        _require_known(house.region, scene)
        logins = list_logins(scene)
        await _create(house, logins, word)
        _print(house, logins, word, scene)
        task = asyncio.create_task(_drive(house, scene).run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    try:
        asyncio.run(run(settings, beside=beside))
    except Conflict as error:
        advice = f"{settings.data_dir} holds an older demonstration: remove it, or name another --data-dir"
        raise Conflict(f"{error}; {advice}") from error


def _require_known(region: Region, scene: Scene) -> None:
    if scene.borrower == scene.lender:
        raise Invalid("--lender", "is another jurisdiction than --borrower")
    for name in (scene.borrower, scene.lender):
        if name not in region.jurisdictions:
            raise Invalid(
                "--borrower and --lender", f"{name!r} is not one of {', '.join(sorted(region.jurisdictions))}"
            )


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


def _print(house: House, logins: list[Login], word: str, scene: Scene) -> None:
    """Say who may sign in. Nothing here may be cut off by a narrow terminal, least of all the password."""
    console = Console(highlight=False, soft_wrap=True)
    fictional = " (fictional)" if house.region.fictional else ""
    console.print(f"\n[bold]{house.region.name}{fictional}[/]: sign in as")
    width = max(len(login.login) for login in logins)
    for login in logins:
        console.print(f"  [bold]{login.login:<{width}}[/]  {login.for_what}")
    console.print(f"with the password  [bold]{word}[/]\n")
    console.print(f"The board is on [bold]http://127.0.0.1:{house.settings.port}[/]")
    console.print("Open it in two windows, one of them private, and sign in as the two dispatchers.")
    console.print(f"Scene and hospital times are shortened to {SERVICE_FACTOR:.0%}; driving is in real time.")
    if scene.calls:
        console.print(f"Calls come in {scene.intensity:g} times as often as in an ordinary week.")
    console.print("Ctrl-C stops.")
