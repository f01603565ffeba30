"""``dispatch serve``: the service itself."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from socket import AF_INET, AF_INET6, IPPROTO_TCP, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET
from socket import socket as Socket
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.log import set_up_log
from dispatch.model.errors import Unavailable
from dispatch.settings import Settings, read_settings

if TYPE_CHECKING:
    from dispatch.bootstrap import House

Beside = Callable[["House"], AbstractAsyncContextManager[None]]
"""What runs beside the service while it serves (a demonstration's drive)."""


def serve(
    training: Annotated[
        bool, typer.Option("--training", help="Say on every page that nothing is real.")
    ] = False,
) -> None:
    """Serve the board and the API with the settings of the environment (DISPATCH_…)."""
    settings = read_settings(os.environ)
    asyncio.run(run(replace(settings, training=training or settings.training)))


@asynccontextmanager
async def nothing(_house: "House") -> AsyncIterator[None]:
    """Nothing runs beside the service."""
    yield


async def run(settings: Settings, *, beside: Beside = nothing) -> None:
    """Open the house and serve it until a signal stops the process.

    The address is taken first: who cannot be reached must not touch the record. Raises ``Unavailable``.
    """
    import uvicorn

    from dispatch.api.fanout import FanoutProtocol
    from dispatch.bootstrap import open_house

    set_up_log()
    with take_address(settings.host, settings.port) as socket:
        async with open_house(settings) as house, beside(house):
            settle_collector()
            server = uvicorn.Server(
                uvicorn.Config(
                    house.app,
                    host=settings.host,
                    port=settings.port,
                    ws=FanoutProtocol,
                    ws_max_size=65_536,
                    ws_per_message_deflate=False,
                    lifespan="off",
                    access_log=False,
                    server_header=False,
                    log_level="warning",
                    timeout_graceful_shutdown=5,
                )
            )
            await server.serve(sockets=[socket])


def settle_collector() -> None:
    """Let the garbage collector pass over what was loaded, and look through everything seldom.

    A full pass stops every thread, for 0.1 s with a nation's units; what a request leaves behind is young,
    and is still found at once.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def take_address(host: str, port: int) -> Socket:
    """A socket bound to the address, not yet listening. Raises ``Unavailable``."""
    # asyncio turns Nagle's algorithm off only for sockets that name TCP: without it an answer's second
    # write waits 40 ms for the client to acknowledge the first.
    taken = Socket(AF_INET6 if ":" in host else AF_INET, SOCK_STREAM, IPPROTO_TCP)
    try:
        taken.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        taken.bind((host, port))
    except (OSError, OverflowError) as error:
        taken.close()
        because = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise Unavailable(f"cannot listen on {host}:{port}: {because}") from error
    return taken
