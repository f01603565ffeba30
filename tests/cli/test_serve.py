"""The address that the service listens on."""

import asyncio
import socket

import pytest

from dispatch.cli.serve import take_address
from dispatch.model.errors import Unavailable


@pytest.mark.anyio
async def test_what_is_written_to_a_client_leaves_at_once() -> None:
    said = asyncio.get_running_loop().create_future()

    async def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met = writer.get_extra_info("socket")
        said.set_result(met.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    taken = take_address("127.0.0.1", 0)
    async with await asyncio.start_server(meet, sock=taken):
        _, writer = await asyncio.open_connection(*taken.getsockname())
        assert await said, "the second write of an answer would wait for the client's acknowledgement"
        writer.close()


def test_an_address_that_is_taken_is_named() -> None:
    with take_address("127.0.0.1", 0) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(Unavailable, match=f"127.0.0.1:{port}"):
            take_address("127.0.0.1", port)
