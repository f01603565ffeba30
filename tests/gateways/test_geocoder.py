"""A geocoder outside, against a small server that speaks as Nominatim does."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dispatch.gateways.geocoder import AT_ONCE, REST_SECONDS, NominatimGeocoder
from dispatch.model.errors import Unavailable
from dispatch.routing.gazetteer.likeness import Match
from dispatch.routing.gazetteer.place import PlaceKind

pytestmark = pytest.mark.anyio

BBOX = (0.0, 0.0, 0.3, 0.1)
HOUSE = {
    "lat": "0.0512",
    "lon": "0.0534",
    "name": "",
    "display_name": "7, Mill Lane, Harlowton",
    "address": {"house_number": "7", "road": "Mill Lane", "town": "Harlowton"},
}
CLINIC = {"lat": "0.06", "lon": "0.07", "name": "River Clinic", "display_name": "River Clinic, Harlowton"}


@dataclass
class Server:
    """Answers ``/nominatim/search`` with ``body``; waits for ``go`` before it does."""

    body: bytes = b"[]"
    status: int = 200
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()
    told.go.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            told.asked.append(parse_qs(parts.query) | {"path": [parts.path]})
            told.agents.append(self.headers["User-Agent"])
            told.go.wait(20)
            self.send_response(told.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        listening.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        told.url = f"http://127.0.0.1:{listening.server_port}/nominatim"
        yield told
        told.go.set()
        listening.shutdown()
        thread.join()


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def geocoder(server: Server, clock: Clock, *, timeout_seconds: float = 5.0) -> NominatimGeocoder:
    return NominatimGeocoder(server.url, BBOX, timeout_seconds=timeout_seconds, monotonic=clock)


async def test_its_answers_are_places_of_ours_marked_as_from_outside(server: Server) -> None:
    server.body = json.dumps([HOUSE, CLINIC]).encode()
    house, clinic = await geocoder(server, Clock()).find("7 Mill Lane")
    assert (house.place.name, house.place.kind, house.place.town) == (
        "7 Mill Lane",
        PlaceKind.HOUSE,
        "Harlowton",
    )
    assert (house.match, house.outside) == (Match.EXACT, True)
    assert (house.place.position.lon, house.place.position.lat) == (0.0534, 0.0512)
    assert (clinic.place.name, clinic.place.kind, clinic.outside) == (
        "River Clinic",
        PlaceKind.LANDMARK,
        True,
    )


async def test_it_is_asked_for_the_region_alone_under_our_own_name(server: Server) -> None:
    assert await geocoder(server, Clock()).find("Mill Lane & Elm") == []
    (asked,) = server.asked
    assert asked["path"] == ["/nominatim/search"]
    assert asked["q"] == ["Mill Lane & Elm"]
    assert asked["bounded"] == ["1"]
    assert [float(each) for each in asked["viewbox"][0].split(",")] == [0.0, 0.0, 0.3, 0.1]
    assert server.agents == ["mutual-aid-dispatch"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"[" * 200_000),
        (500, b"broken"),
        (403, b"go away"),
        (200, b"<html>not JSON"),
        (200, b'[{"display_name": "no position"}]'),
        (200, b'[{"lat": "north", "lon": "0", "display_name": "x"}]'),
        (200, b'[{"lat": "inf", "lon": "0", "display_name": "x"}]'),
        (200, b'[{"lat": "0", "lon": "0", "display_name": "x", "address": "text"}]'),
        (200, b'{"error": "unable"}'),
    ],
)
async def test_whatever_is_wrong_with_it_is_one_error(server: Server, status: int, body: bytes) -> None:
    server.status, server.body = status, body
    with pytest.raises(Unavailable):
        await geocoder(server, Clock()).find("Mill Lane")


async def test_after_a_failure_it_is_left_alone_for_a_while(server: Server) -> None:
    clock = Clock()
    asking = geocoder(server, clock)
    server.status = 500
    with pytest.raises(Unavailable):
        await asking.find("Mill Lane")
    server.status = 200
    with pytest.raises(Unavailable):
        await asking.find("Mill Lane")
    assert len(server.asked) == 1
    clock.now += REST_SECONDS
    assert await asking.find("Mill Lane") == []


async def test_one_that_does_not_answer_holds_nobody_up(server: Server) -> None:
    server.go.clear()
    asking = geocoder(server, Clock(), timeout_seconds=0.2)
    with pytest.raises(Unavailable):
        await asking.find("Mill Lane")
    server.go.set()


async def test_a_server_that_is_not_there_is_an_error_too() -> None:
    with pytest.raises(Unavailable):
        await NominatimGeocoder("http://127.0.0.1:9/", BBOX).find("Mill Lane")


async def test_no_more_than_a_few_questions_wait_for_it(server: Server) -> None:
    import anyio

    server.go.clear()
    asking = geocoder(server, Clock())
    answers: list[Any] = []

    async def ask() -> None:
        answers.append(await asking.find("Mill Lane"))

    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(ask)
        while len(server.asked) < AT_ONCE:
            await anyio.sleep(0.01)
        with pytest.raises(Unavailable):
            await asking.find("one too many")
        server.go.set()
    assert answers == [[]] * AT_ONCE
    assert len(server.asked) == AT_ONCE
