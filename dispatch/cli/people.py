"""``dispatch person`` and ``dispatch key``: who may sign in, and machines' keys."""

import asyncio
import os
from typing import Annotated

import typer
from rich.console import Console

from dispatch.model.errors import Invalid
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from dispatch.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True)
keys = typer.Typer(no_args_is_help=True)

MINIMUM_PASSWORD_LENGTH = 12


@app.command("add")
def add_person(
    login: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[Role, typer.Option(help="What the person is here for.")],
    jurisdiction: Annotated[str, typer.Option(help="The jurisdiction's id.")],
    name: Annotated[str, typer.Option(help="The name shown to others.")] = "",
) -> None:
    """Add a person, or change one's password and role. The password is asked for, never an argument."""
    settings = read_settings(os.environ)
    _require_jurisdiction(settings, jurisdiction)
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < MINIMUM_PASSWORD_LENGTH:
        raise Invalid("password", f"at least {MINIMUM_PASSWORD_LENGTH} characters")

    from dispatch.bootstrap import open_house

    async def run() -> None:
        async with open_house(settings) as house:
            await house.services.identity.create_person(
                login=login,
                password=password,
                display_name=name or login,
                role=role,
                jurisdiction_id=JurisdictionId(jurisdiction),
            )

    asyncio.run(run())
    Console().print(f"{login} may sign in as {role.value} of {jurisdiction}.")


@keys.command("add")
def add_key(
    label: Annotated[str, typer.Argument(help="What the key is for: the feed's name.")],
    jurisdiction: Annotated[str, typer.Option(help="Whose units it may report.")],
) -> None:
    """Make a key for a feed. It is printed once; only its hash is kept."""
    settings = read_settings(os.environ)
    _require_jurisdiction(settings, jurisdiction)

    from dispatch.bootstrap import open_house

    async def run() -> str:
        async with open_house(settings) as house:
            return await house.services.identity.create_api_key(
                jurisdiction_id=JurisdictionId(jurisdiction), label=label
            )

    typer.echo(asyncio.run(run()))


def _require_jurisdiction(settings: Settings, jurisdiction: str) -> None:
    """Before a password is asked for and the record is opened."""
    from dispatch.gateways.regions.bundle import load_region

    known = load_region(settings.region).jurisdictions
    if jurisdiction not in known:
        raise Invalid("--jurisdiction", f"{jurisdiction!r} is not one of {', '.join(sorted(known))}")
