"""An application behind a real socket, for tests of what crosses it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from dispatch.api.fanout import FanoutProtocol


@asynccontextmanager
async def serve_app(app: FastAPI) -> AsyncIterator[int]:
    """Serve on a free port of 127.0.0.1, as ``dispatch serve`` does, until the block ends; gives the port."""
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            port=0,
            ws=FanoutProtocol,
            ws_per_message_deflate=False,
            lifespan="off",
            log_level="critical",
            timeout_graceful_shutdown=2,
        )
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving
