import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from dispatch.model.principal import Role
from dispatch.services.hub import Resume
from tests.make_api import FakeHub, FakeIdentity, Serving, make_app, make_fake_services, make_signed, serving


@pytest.fixture(scope="module")
def identity() -> FakeIdentity:
    return FakeIdentity()


@pytest.fixture(scope="module")
def the_hub() -> FakeHub:
    return FakeHub()


@pytest.fixture
def hub(the_hub: FakeHub) -> FakeHub:
    """The hub as if nobody had joined yet."""
    assert wait_until(lambda: not the_hub.boards)
    the_hub.resumed.clear()
    the_hub.joined = 0
    return the_hub


@pytest.fixture(scope="module", params=[True, False], ids=["fanout", "plain"])
def server(request: Any, identity: FakeIdentity, the_hub: FakeHub) -> Iterator[Serving]:
    with serving(make_app(make_fake_services(identity, the_hub)), fanout=request.param) as running:
        yield running


def open_socket(server: Serving, *, origin: str | None = "own", host: str = "127.0.0.1") -> ClientConnection:
    own = f"http://{host}:{server.port}"
    return connect(
        f"ws://127.0.0.1:{server.port}/api/board",
        origin=own if origin == "own" else origin,  # type: ignore[arg-type]
        additional_headers=None,
        compression=None,
        max_size=None,
        close_timeout=1,
    )


def hello(ticket: str, **more: object) -> str:
    return orjson.dumps({"type": "hello", "ticket": ticket, **more}).decode()


def say(connection: ClientConnection, frame: str | bytes) -> None:
    """Send; the server may have closed already, which is for the caller to look at."""
    with contextlib.suppress(ConnectionClosed):
        connection.send(frame)


def close_code(connection: ClientConnection, *, within: float = 5.0) -> int:
    with contextlib.suppress(ConnectionClosed):
        while True:
            connection.recv(timeout=within)
    assert connection.protocol.close_code is not None
    return connection.protocol.close_code


def wait_until(condition: Any, *, seconds: float = 3.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_a_ticket_opens_the_board(server: Serving, identity: FakeIdentity) -> None:
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed())))
        snapshot = orjson.loads(connection.recv(timeout=5))
    assert snapshot["me"] == {"person": "dispatcher-harlow", "role": "dispatcher", "jurisdiction": "harlow"}


def test_a_board_says_where_it_was(server: Serving, identity: FakeIdentity, hub: FakeHub) -> None:
    with open_socket(server) as connection:
        ticket = identity.issue_ticket(make_signed())
        say(connection, hello(ticket, resume={"epoch": "e1", "seq": 812}))
        connection.recv(timeout=5)
    assert hub.resumed == [Resume(epoch="e1", seq=812)]


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://127.0.0.1:{port}",
        "HTTP://127.0.0.1:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "http://127.0.0.1:{port}/",
        "http://user@127.0.0.1:{port}",
        "http://localhost:{port}",
        "file://",
    ],
)
def test_a_foreign_page_gets_no_board(
    server: Serving, identity: FakeIdentity, hub: FakeHub, origin: str | None
) -> None:
    spelled = origin.format(port=server.port) if origin else origin
    with open_socket(server, origin=spelled) as connection:
        say(connection, hello(identity.issue_ticket(make_signed())))
        assert close_code(connection) == 4403
    assert hub.joined == 0


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "nonsense",
        "{}",
        "[]",
        '{"type":"hello"}',
        '{"type":"hello","ticket":""}',
        '{"type":"hello","ticket":7}',
        '{"type":"hullo","ticket":"t"}',
        '{"type":"hello","ticket":"t","extra":1}',
        '{"type":"hello","ticket":"t","ticket":"u"}',
        '{"type":"hello","ticket":"t","resume":{"epoch":"e","seq":-1}}',
        '{"type":"hello","ticket":"t","resume":{"epoch":"e","seq":1e999}}',
        '{"type":"hello","ticket":"\\ud800"}',
        b"\x00\x01",
        '{"type":"ping"}',
    ],
)
def test_a_bad_hello_closes_4400(server: Serving, frame: str | bytes) -> None:
    with open_socket(server) as connection:
        say(connection, frame)
        assert close_code(connection) == 4400


def test_silence_instead_of_a_hello_closes_4400(server: Serving) -> None:
    with open_socket(server) as connection:
        assert close_code(connection) == 4400


def test_an_unknown_ticket_closes_4401(server: Serving) -> None:
    with open_socket(server) as connection:
        say(connection, hello("made-up"))
        assert close_code(connection) == 4401


def test_a_ticket_opens_one_board_only(server: Serving, identity: FakeIdentity) -> None:
    ticket = identity.issue_ticket(make_signed())
    with open_socket(server) as first, open_socket(server) as second:
        first.send(hello(ticket))
        first.recv(timeout=5)
        second.send(hello(ticket))
        assert close_code(second) == 4401


def test_a_role_without_a_board_closes_4403(server: Serving, identity: FakeIdentity) -> None:
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed(Role.FEED))))
        assert close_code(connection) == 4403


def test_a_session_that_ends_takes_its_board_along(
    server: Serving, identity: FakeIdentity, hub: FakeHub
) -> None:
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed(seconds=0.5))))
        assert close_code(connection) == 4401
    assert wait_until(lambda: not hub.boards)


@pytest.mark.parametrize("code", [4401, 1013, 1012])
def test_the_hub_ends_a_board_with_its_own_code(
    server: Serving, identity: FakeIdentity, hub: FakeHub, code: int
) -> None:
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed())))
        connection.recv(timeout=5)
        server.call(hub.boards[1].close, code, "because")
        assert close_code(connection) == code
    assert wait_until(lambda: not hub.boards)


def test_a_client_that_leaves_is_forgotten(server: Serving, identity: FakeIdentity, hub: FakeHub) -> None:
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed())))
        connection.recv(timeout=5)
        connection.socket.shutdown(socket.SHUT_RDWR)
    assert wait_until(lambda: not hub.boards)


def test_frames_of_every_size_arrive_whole_and_in_order(
    server: Serving, identity: FakeIdentity, hub: FakeHub
) -> None:
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed())))
        connection.recv(timeout=5)
        frames = [b"x" * size for size in (0, 1, 125, 126, 127, 65_535, 65_536, 300_000)]
        for frame in frames:
            assert server.call(hub.boards[1].offer, frame)
        assert [connection.recv(timeout=5, decode=False) for _ in frames] == frames


def test_a_board_may_ping(server: Serving, identity: FakeIdentity, hub: FakeHub) -> None:
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed())))
        connection.recv(timeout=5)
        say(connection, '{"type":"ping"}')
        server.call(hub.boards[1].offer, b"still there")
        assert connection.recv(timeout=5) == "still there"


@pytest.mark.parametrize("frame", ['{"type":"subscribe"}', '{"type":"ping","more":1}', b"\x00", "{"])
def test_anything_but_a_ping_closes_4400(server: Serving, identity: FakeIdentity, frame: str | bytes) -> None:
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed())))
        connection.recv(timeout=5)
        say(connection, frame)
        assert close_code(connection) == 4400


def test_a_flood_of_pings_closes_1008(server: Serving, identity: FakeIdentity) -> None:
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed())))
        connection.recv(timeout=5)
        for _ in range(200):
            say(connection, '{"type":"ping"}')
        assert close_code(connection) == 1008


def test_a_message_too_big_closes_1009(server: Serving) -> None:
    with open_socket(server) as connection:
        say(connection, "x" * 70_000)
        assert close_code(connection) == 1009


def test_a_stalled_client_is_cut_off_when_the_hub_gives_it_up(
    server: Serving, identity: FakeIdentity, hub: FakeHub
) -> None:
    """It never reads: no close frame can reach it, yet nothing of it may stay behind."""
    with open_socket(server) as connection:
        say(connection, hello(identity.issue_ticket(make_signed())))
        connection.recv(timeout=5)
        sink = hub.boards[1]
        refused = wait_until(lambda: not server.call(sink.offer, b"x" * 60_000), seconds=5)
        assert refused
        server.call(sink.close, 1013, "too slow")
        assert wait_until(lambda: not hub.boards)


def test_a_restart_closes_1012() -> None:
    identity = FakeIdentity()
    with contextlib.ExitStack() as client:
        with serving(make_app(make_fake_services(identity))) as server:
            connection = client.enter_context(open_socket(server))
            say(connection, hello(identity.issue_ticket(make_signed())))
            connection.recv(timeout=5)
        assert close_code(connection) == 1012


def test_another_host_name_opens_no_socket(server: Serving) -> None:
    from websockets.exceptions import InvalidStatus

    with (
        pytest.raises(InvalidStatus),
        connect(f"ws://127.0.0.1:{server.port}/api/board", additional_headers={"Host": "evil.example"}),
    ):
        pass
