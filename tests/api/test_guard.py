from collections.abc import AsyncIterator, Sequence

import httpx
import orjson
import pytest
from starlette.types import Message, Receive, Scope, Send

from dispatch.api.guard import Guard
from dispatch.api.headers import SecurityHeaders
from dispatch.api.settings import ApiSettings, BodyLimits

pytestmark = pytest.mark.anyio

SETTINGS = ApiSettings(
    allowed_hosts=frozenset({"board.example"}), limits=BodyLimits(bytes=1_000, batch_bytes=2_000, seconds=0.2)
)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the body it was given; faults when asked to."""
    body = (await receive()).get("body", b"")
    if scope["path"] == "/fault":
        raise RuntimeError("planted")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = SecurityHeaders(Guard(echo, settings=SETTINGS), settings=SETTINGS)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://board.example") as client:
        yield client


async def call_raw(
    messages: Sequence[Message], *, headers: list[tuple[bytes, bytes]]
) -> tuple[int, str, int]:
    """Status, code and number of messages taken, for a request whose body arrives as ``messages``."""
    waiting = list(messages)
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            import anyio

            await anyio.sleep(5)
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/incidents",
        "scheme": "http",
        "headers": [(b"host", b"board.example"), (b"content-type", b"application/json"), *headers],
    }
    await Guard(echo, settings=SETTINGS)(scope, receive, send)
    if not sent:
        return 0, "", len(messages) - len(waiting)
    body = sent[1]["body"]
    code = orjson.loads(body)["code"] if sent[0]["status"] != 200 else ""
    return sent[0]["status"], code, len(messages) - len(waiting)


async def test_a_body_reaches_the_application_whole(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/incidents", json={"lon": 1.5})
    assert answer.status_code == 200
    assert answer.json() == {"lon": 1.5}


async def test_a_body_without_content_length_is_bounded_while_it_streams() -> None:
    chunk: Message = {"type": "http.request", "body": b"x" * 400, "more_body": True}
    assert await call_raw([chunk] * 100, headers=[]) == (413, "body_too_large", 3)


async def test_a_declared_size_is_refused_before_a_byte_is_read() -> None:
    assert await call_raw([], headers=[(b"content-length", b"1001")]) == (413, "body_too_large", 0)


@pytest.mark.parametrize("declared", [b"-1", b"1e3", b"9" * 400, b"\xb2", b""])
async def test_a_strange_content_length_is_a_4xx(declared: bytes) -> None:
    status, _, _ = await call_raw([], headers=[(b"content-length", declared)])
    assert 400 <= status < 500


async def test_a_body_that_never_ends_is_given_up() -> None:
    chunk: Message = {"type": "http.request", "body": b"{", "more_body": True}
    assert await call_raw([chunk], headers=[]) == (408, "body_too_slow", 1)


async def test_a_client_that_leaves_while_sending_costs_nothing() -> None:
    assert await call_raw([{"type": "http.disconnect"}], headers=[]) == (0, "", 1)


async def test_only_the_batch_route_may_send_more(client: httpx.AsyncClient) -> None:
    body = {"note": "x" * 1_500}
    assert (await client.post("/api/feeds/reports/batch", json=body)).status_code == 200
    assert (await client.post("/api/feeds/reports", json=body)).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
async def test_bodies_are_plain_json(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post("/api/incidents", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "board.example.evil.example",
        "board.example/x",
        "a b",
        "",
        "board.example@evil.example",
    ],
)
async def test_other_names_are_not_answered(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/api/me", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "host_not_allowed")


async def test_a_probe_may_use_any_name(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez", headers={"Host": "10.0.0.7"})).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_whatever_carries_a_body_is_bounded_and_scanned(client: httpx.AsyncClient, method: str) -> None:
    path, json = "/api/agreements/pact/draft", {"Content-Type": "application/json"}
    for body, code in ((b'"' + b"x" * 1_000 + b'"', "body_too_large"), (b"[NaN]", "malformed_json")):
        answer = await client.request(method, path, content=body, headers=json)
        assert answer.json()["code"] == code
    assert (await client.request(method, path, content=b"[1]", headers=json)).content == b"[1]"


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
async def test_other_methods_are_refused_by_name(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/api/incidents")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, POST, PUT"


async def test_a_fault_is_answered_with_a_trace_and_no_story(client: httpx.AsyncClient) -> None:
    answer = await client.get("/fault")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["trace"]
    assert "planted" not in answer.text


async def test_refusals_carry_the_security_headers_too(client: httpx.AsyncClient) -> None:
    for answer in (await client.put("/x"), await client.get("/x"), await client.post("/x", content=b"{")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers
